/**
 * The marketplace's side: it sells what a listing shows, takes five quantities a second, and shows each a minute later. While
 * it throttles, it takes one in twenty seconds and refuses the rest.
 */
import type { Clock } from '#runtime/clock.ts';
import type { ListingQuantityResult, PublishQuantities } from '#subgraphs/process/systems/marketplace.ts';
import { isWithin, type Span } from './weekend.ts';

const GAP_MS = 200;
const THROTTLED_GAP_MS = 20_000;
const SHOWS_AFTER_MS = 60_000;
/** A caller that would have to wait for longer is sent away. */
const LONGEST_WAIT_MS = 5_000;

const ACCEPTED: ListingQuantityResult = { outcome: 'ACCEPTED', code: null, message: null, retryAfterMs: null };

export type Marketplace = {
  readonly publish: PublishQuantities;
  /** A shopper orders one unit. False when the listing shows none. */
  order(sku: string): boolean;
  /** Units that the listings show now. */
  shown(): number;
  readonly taken: number;
  readonly refused: number;
};

export const createMarketplace = (throttling: Span, { clock }: { readonly clock: Clock }): Marketplace => {
  const quantities = new Map<string, number>();
  let coming: { readonly atMs: number; readonly sku: string; readonly quantity: number }[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  let taken = 0;
  let refused = 0;

  const show = (): void => {
    const nowMs = clock.now();
    for (const { atMs, sku, quantity } of coming) if (atMs <= nowMs) quantities.set(sku, quantity);
    coming = coming.filter(({ atMs }) => atMs > nowMs);
  };

  const take = async (sku: string, quantity: number): Promise<ListingQuantityResult> => {
    const nowMs = clock.now();
    const turnMs = Math.max(nowMs, lastMs + (isWithin(throttling, nowMs) ? THROTTLED_GAP_MS : GAP_MS));
    if (turnMs - nowMs > LONGEST_WAIT_MS) {
      refused += 1;
      return {
        outcome: 'FAILED',
        code: 'UPSTREAM_RATE_LIMITED',
        message: 'too many requests',
        retryAfterMs: turnMs - nowMs,
      };
    }
    lastMs = turnMs;
    if (turnMs > nowMs) await clock.delay(turnMs - nowMs);
    taken += 1;
    coming.push({ atMs: clock.now() + SHOWS_AFTER_MS, sku, quantity });
    return ACCEPTED;
  };

  return {
    publish: async (_marketplace, listings) => {
      const results: ListingQuantityResult[] = [];
      for (const { sku, quantity } of listings) results.push(await take(sku, quantity));
      return results;
    },
    order: (sku) => {
      show();
      const quantity = quantities.get(sku) ?? 0;
      if (quantity === 0) return false;
      quantities.set(sku, quantity - 1);
      return true;
    },
    shown: () => {
      show();
      return [...quantities.values()].reduce((sum, quantity) => sum + quantity, 0);
    },
    get taken() {
      return taken;
    },
    get refused() {
      return refused;
    },
  };
};
