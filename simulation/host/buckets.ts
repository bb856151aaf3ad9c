/** The vendor's published rate limits, enforced as token buckets: full at first, refilled continuously. */
import type { Clock } from '#runtime/clock.ts';
import type { SimLimit } from '#simulation/simulator.ts';

export type Buckets = {
  /** Takes one token, or returns false when there is none. */
  take(limit: SimLimit): boolean;
};

/** Thousandths of tokens get lost in binary fractions; a call that came exactly in time must not be refused. */
const ROUNDING = 1e-9;

export const createBuckets = (deps: { readonly clock: Clock }): Buckets => {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return {
    take: (limit) => {
      const nowMs = deps.clock.now();
      const bucket = buckets.get(limit.name) ?? { tokens: limit.burst, atMs: nowMs };
      const refilled = bucket.tokens + ((nowMs - bucket.atMs) / 1000) * limit.ratePerSecond;
      const tokens = Math.min(limit.burst, refilled);
      const admitted = tokens + ROUNDING >= 1;
      buckets.set(limit.name, { tokens: admitted ? Math.max(0, tokens - 1) : tokens, atMs: nowMs });
      return admitted;
    },
  };
};
