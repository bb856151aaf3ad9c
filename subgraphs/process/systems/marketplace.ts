/** What the process layer asks of the marketplace subgraph. */
import { z } from 'zod';
import type { Operation, SystemClient } from './client.ts';
import type { SystemCall } from './http.ts';

export type ListingQuantity = { readonly listingId: string; readonly sku: string; readonly quantity: number };
export type ListingQuantityResult = {
  readonly outcome: 'ACCEPTED' | 'SKIPPED' | 'REFUSED' | 'FAILED';
  /** Why it was not accepted: the code of the failure or refusal, and its words. */
  readonly code: string | null;
  readonly message: string | null;
  readonly retryAfterMs: number | null;
};

/** Sets quantities of listings; results in the order of the listings. Repeating it is harmless: quantities are absolute. */
export type PublishQuantities = (
  marketplace: string,
  listings: readonly ListingQuantity[],
  idempotencyKey: string,
  call: SystemCall,
) => Promise<readonly ListingQuantityResult[]>;

const PUBLISH = {
  name: 'PublishListingQuantities',
  document: `mutation PublishListingQuantities($input: PublishListingQuantitiesInput!) {
    publishListingQuantities(input: $input) {
      results { sku listingId outcome retryAfterMs }
      userErrors { code message path }
    }
  }`,
  data: z.object({
    publishListingQuantities: z.object({
      results: z.array(
        z.object({
          sku: z.string(),
          listingId: z.string(),
          outcome: z.enum(['ACCEPTED', 'SKIPPED', 'REFUSED', 'FAILED']),
          retryAfterMs: z.number().nullable(),
        }),
      ),
      userErrors: z.array(z.object({ code: z.string(), message: z.string(), path: z.array(z.string()).nullable() })),
    }),
  }),
} as const satisfies Operation<unknown>;

/** The index of the item that a user error speaks of ("input", "items", "3", ...), or null for the input as a whole. */
const itemIndex = (path: readonly string[] | null): number | null => {
  const index = path?.find((part) => /^\d+$/.test(part));
  return index === undefined ? null : Number(index);
};

export const createPublishQuantities =
  (client: SystemClient): PublishQuantities =>
  async (marketplace, listings, idempotencyKey, call) => {
    const items = listings.map(({ listingId, sku, quantity }) => ({ listingId, sku, quantity }));
    const { publishListingQuantities: payload } = await client.execute(
      PUBLISH,
      { input: { marketplace, items, idempotencyKey } },
      call,
    );
    const whole = payload.userErrors.find(({ path }) => itemIndex(path) === null);
    return listings.map(({ listingId }, index) => {
      const result = payload.results.find((entry) => entry.listingId === listingId);
      const error = payload.userErrors.find(({ path }) => itemIndex(path) === index) ?? whole;
      const code = error?.code ?? null;
      if (!result)
        return {
          outcome: 'REFUSED',
          code,
          message: error?.message ?? 'The marketplace subgraph gave no result for this listing.',
          retryAfterMs: null,
        };
      return { outcome: result.outcome, code, message: error?.message ?? null, retryAfterMs: result.retryAfterMs };
    });
  };
