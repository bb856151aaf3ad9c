/** Rate limits, the vendor's published ones and those of faults, enforced as token buckets: full at first, refilled continuously. */
import type { Clock } from '#runtime/clock.ts';
import type { SimLimit } from '#simulation/simulator.ts';

export type Buckets = {
  /** Takes one token, or returns false when there is none. */
  take(limit: SimLimit): boolean;
  /** Whole milliseconds until there is a token; 0 when there is one. */
  msUntilNext(limit: SimLimit): number;
};

/** Thousandths of tokens get lost in binary fractions; a call that came exactly in time must not be refused. */
const ROUNDING = 1e-9;

export const createBuckets = (deps: { readonly clock: Clock }): Buckets => {
  const buckets = new Map<string, { tokens: number; atMs: number }>();

  const tokensOf = (limit: SimLimit, nowMs: number): number => {
    const bucket = buckets.get(limit.name) ?? { tokens: limit.burst, atMs: nowMs };
    return Math.min(limit.burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * limit.ratePerSecond);
  };

  return {
    take: (limit) => {
      const nowMs = deps.clock.now();
      const tokens = tokensOf(limit, nowMs);
      const admitted = tokens + ROUNDING >= 1;
      buckets.set(limit.name, { tokens: admitted ? Math.max(0, tokens - 1) : tokens, atMs: nowMs });
      return admitted;
    },
    msUntilNext: (limit) => {
      const missing = 1 - ROUNDING - tokensOf(limit, deps.clock.now());
      return missing <= 0 ? 0 : Math.ceil((missing / limit.ratePerSecond) * 1000);
    },
  };
};
