/** Publishing quantities: the input checked, each listing's outcome told by itself, repetitions answered from memory. */
import { createHash } from 'node:crypto';
import type { CallOptions } from '#model/call.ts';
import type { Clock } from '#runtime/clock.ts';
import { isFailure } from '#runtime/failure.ts';
import type {
  ListingQuantityResult,
  PublishListingQuantitiesInput,
  PublishListingQuantitiesPayload,
  UserError,
} from '#schema/generated/marketplace.ts';
import type { MarketplaceConnection } from './connections.ts';
import type { PublishQuantity, PublishResult } from './port.ts';
import { tagOfListing } from './readings.ts';

const MOST_ITEMS = 250;
const MOST_UNITS = 1_000_000;
const REMEMBERED_MS = 10 * 60_000;
const MOST_REMEMBERED = 1_000;

export type PublicationDeps = { readonly owners: ReadonlyMap<string, MarketplaceConnection>; readonly clock: Clock };

export type Publication = {
  publish(input: PublishListingQuantitiesInput, call: CallOptions): Promise<PublishListingQuantitiesPayload>;
};

const userError = (code: string, message: string, ...path: readonly (string | number)[]): UserError => ({
  code,
  message,
  path: ['input', ...path.map(String)],
});

const refused = (...userErrors: readonly UserError[]): PublishListingQuantitiesPayload => ({ results: [], userErrors });

/** Pure: everything wrong with the input at once. */
export const inputErrors = (
  input: PublishListingQuantitiesInput,
  marketplaces: readonly string[],
): readonly UserError[] => {
  const errors: UserError[] = [];
  if (!marketplaces.includes(input.marketplace)) {
    const known = marketplaces.join(', ') || 'none';
    errors.push(
      userError('BAD_INPUT', `"${input.marketplace}" is not a configured marketplace; known: ${known}.`, 'marketplace'),
    );
  }
  if (input.idempotencyKey.trim() === '' || input.idempotencyKey.length > 200) {
    errors.push(userError('BAD_INPUT', 'idempotencyKey: 1 to 200 characters.', 'idempotencyKey'));
  }
  if (input.items.length < 1 || input.items.length > MOST_ITEMS) {
    errors.push(userError('BAD_INPUT', `items: 1 to ${MOST_ITEMS}, not ${input.items.length}.`, 'items'));
  }
  const seen = new Set<string>();
  for (const [index, { listingId, quantity, sku }] of input.items.entries()) {
    const listing = listingId ?? sku;
    if (listing === '') errors.push(userError('BAD_INPUT', 'A listing needs a name.', 'items', index, 'sku'));
    if (seen.has(listing)) errors.push(userError('BAD_INPUT', `"${listing}" is named twice.`, 'items', index));
    seen.add(listing);
    if (quantity < 0 || quantity > MOST_UNITS) {
      errors.push(userError('BAD_INPUT', `quantity: 0 to ${MOST_UNITS}, not ${quantity}.`, 'items', index, 'quantity'));
    }
  }
  return errors;
};

/** What a refusal is called where the caller can act on it. */
const REFUSALS = {
  UNKNOWN_LISTING: 'LISTING_UNKNOWN',
  NOT_MERCHANT_FULFILLED: 'LISTING_NOT_MERCHANT_FULFILLED',
  REJECTED: 'LISTING_REFUSED',
} as const;

type Outcome = { readonly result: ListingQuantityResult; readonly error: UserError | null };

const outcomeOf = (sku: string, index: number, published: PublishResult): Outcome => {
  const base = { sku, listingId: published.listingId, submissionId: null, retryAfterMs: null };
  switch (published.outcome) {
    case 'ACCEPTED':
      return { result: { ...base, outcome: 'ACCEPTED', submissionId: published.submissionId }, error: null };
    case 'REFUSED': {
      const outcome = published.reason === 'NOT_MERCHANT_FULFILLED' ? 'SKIPPED' : 'REFUSED';
      const error = userError(REFUSALS[published.reason], published.message, 'items', index);
      return { result: { ...base, outcome }, error };
    }
    case 'FAILED': {
      const retryAfterMs = published.retryAfterMs === undefined ? null : Math.ceil(published.retryAfterMs);
      const error = userError(published.code, published.message, 'items', index);
      return { result: { ...base, outcome: 'FAILED', retryAfterMs }, error };
    }
  }
};

const failedAll = (quantities: readonly PublishQuantity[], error: unknown): readonly PublishResult[] => {
  if (!isFailure(error)) throw error;
  const { retryAfterMs } = error.details;
  return quantities.map(({ listingId, marketplace }) => ({
    marketplace,
    listingId,
    outcome: 'FAILED',
    code: error.code,
    message: error.message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }));
};

type Remembered = {
  readonly contentSha: string;
  readonly atMs: number;
  readonly answer: Promise<PublishListingQuantitiesPayload>;
};

const contentShaOf = ({ items, marketplace }: PublishListingQuantitiesInput): string =>
  createHash('sha256')
    .update(
      JSON.stringify([marketplace, items.map(({ listingId, quantity, sku }) => [sku, listingId ?? null, quantity])]),
    )
    .digest('hex');

export const createPublication = (deps: PublicationDeps): Publication => {
  const { clock, owners } = deps;
  const remembered = new Map<string, Remembered>();

  const publishNow = async (
    input: PublishListingQuantitiesInput,
    owner: MarketplaceConnection,
    call: CallOptions,
  ): Promise<PublishListingQuantitiesPayload> => {
    const quantities = input.items.map(
      ({ listingId, quantity, sku }): PublishQuantity => ({
        marketplace: input.marketplace,
        listingId: listingId ?? sku,
        quantity,
      }),
    );
    const published = await owner.port
      .publishQuantities(quantities, call)
      .catch((error: unknown) => failedAll(quantities, error));
    // Whatever became of it: what was read before says nothing any more.
    owner.shelf.drop(quantities.map(tagOfListing));
    const outcomes = published.map((result, index) =>
      outcomeOf(input.items[index]?.sku ?? result.listingId, index, result),
    );
    return {
      results: outcomes.map(({ result }) => result),
      userErrors: outcomes.flatMap(({ error }) => error ?? []),
    };
  };

  const forgetOld = (): void => {
    for (const [key, { atMs }] of remembered) {
      if (clock.now() - atMs < REMEMBERED_MS && remembered.size < MOST_REMEMBERED) return;
      remembered.delete(key);
    }
  };

  return {
    publish: async (input, call) => {
      const errors = inputErrors(input, [...owners.keys()]);
      const owner = owners.get(input.marketplace);
      if (errors.length > 0 || owner === undefined) return refused(...errors);
      forgetOld();
      const contentSha = contentShaOf(input);
      const known = remembered.get(input.idempotencyKey);
      if (known !== undefined) {
        if (known.contentSha === contentSha) return known.answer;
        const message = 'This idempotencyKey was used for other content; use a new key for every publication.';
        return refused(userError('IDEMPOTENCY_CONFLICT', message, 'idempotencyKey'));
      }
      const answer = publishNow(input, owner, call);
      remembered.set(input.idempotencyKey, { contentSha, atMs: clock.now(), answer });
      const forget = (): void => {
        if (remembered.get(input.idempotencyKey)?.answer === answer) remembered.delete(input.idempotencyKey);
      };
      // What failed may be tried again under its key: setting a quantity twice is harmless.
      answer.then(({ results }) => {
        if (results.some(({ outcome }) => outcome === 'FAILED')) forget();
      }, forget);
      return answer;
    },
  };
};
