/** A token bucket that refills from the clock on use: no timers, nothing to leak, time travel in tests. */
import type { Clock } from '#runtime/clock.ts';
import type { OperationLimit } from './upstream.ts';

export type TokenBucket = {
  /** Takes a token and returns 0, or takes nothing and returns the milliseconds until one will be there. */
  take(): number;
  /** Grants nothing for `ms`: the vendor said so. */
  hold(ms: number): void;
};

export const createTokenBucket = (limit: OperationLimit, clock: Pick<Clock, 'now'>): TokenBucket => {
  let tokens = limit.burst;
  let refilledAtMs = clock.now();
  let heldUntilMs = 0;
  const ratePerMs = limit.ratePerSecond / 1000;

  return {
    take: () => {
      const nowMs = clock.now();
      if (nowMs < heldUntilMs) return heldUntilMs - nowMs;
      tokens = Math.min(limit.burst, tokens + Math.max(0, nowMs - refilledAtMs) * ratePerMs);
      refilledAtMs = nowMs;
      if (tokens >= 1) {
        tokens -= 1;
        return 0;
      }
      return Math.max(1, Math.ceil((1 - tokens) / ratePerMs));
    },
    hold: (ms) => {
      heldUntilMs = Math.max(heldUntilMs, clock.now() + ms);
      // The vendor's bucket was empty whatever we believed; when the hold ends it has one token, and refills from there.
      tokens = 1;
      refilledAtMs = heldUntilMs;
    },
  };
};
