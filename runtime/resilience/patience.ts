/** How long calls wait in our own queue, and when it is kinder to refuse one at once. Pure decisions. */
import type { CallClass } from '#model/call.ts';

/** Longest wait in our queue by class, in milliseconds. What the vendor's quota imposes alone is not counted. */
export const PATIENCE_MS: Readonly<Record<CallClass, number>> = {
  CHECKOUT: 10_000,
  DETAIL: 3_000,
  BROWSE: 500,
  BACKGROUND: Number.POSITIVE_INFINITY,
};

/** Most calls of one class that wait at once. */
export const MAX_WAITING = 2_000;

const SHORTEST_RETRY_MS = 100;

/** Why a call does not go out, and when to try again. */
export type Refusal = {
  readonly code: 'UPSTREAM_RATE_LIMITED' | 'LOAD_SHED' | 'CIRCUIT_OPEN';
  readonly retryAfterMs: number;
};

export type Queue = {
  /** Calls of the same class before this one. */
  readonly ahead: number;
  /** The part of what is served that this class gets, from 0 to 1. */
  readonly share: number;
  /** Calls served a second, all classes together; null when nothing slows them or nobody knows. */
  readonly perSecond: number | null;
};

export type Arrival = {
  readonly callClass: CallClass;
  /** Milliseconds until the caller's time is up. */
  readonly leftMs: number;
  /** Milliseconds until the quota can grant the next call; 0 when it can now. */
  readonly opensInMs: number;
  /** For grants of the quota. */
  readonly quota: Queue;
  /** For a slot among the calls in flight. */
  readonly slots: Queue;
  /** Calls of this class that wait anywhere at this upstream. */
  readonly waiting: number;
};

const queueMs = ({ ahead, share, perSecond }: Queue): number =>
  perSecond === null ? 0 : (ahead / (perSecond * share)) * 1_000;

const shed = (retryAfterMs: number): Refusal => ({
  code: 'LOAD_SHED',
  retryAfterMs: Math.max(SHORTEST_RETRY_MS, Math.ceil(retryAfterMs)),
});

export const rateLimited = (waitMs: number): Refusal => ({
  code: 'UPSTREAM_RATE_LIMITED',
  retryAfterMs: Math.max(1, Math.ceil(waitMs)),
});

/** Why a call that has just come should not wait at all; null when it may. */
export const refusalAtArrival = (arrival: Arrival): Refusal | null => {
  const { callClass, leftMs, opensInMs, quota, slots, waiting } = arrival;
  const quotaMs = opensInMs + queueMs(quota);
  const ownMs = Math.max(queueMs(quota), queueMs(slots));
  if (quotaMs > 0 && quotaMs >= leftMs) return rateLimited(quotaMs);
  if (ownMs > PATIENCE_MS[callClass]) return shed(ownMs - PATIENCE_MS[callClass]);
  if (waiting >= MAX_WAITING) return shed(ownMs);
  return ownMs > 0 && ownMs >= leftMs ? shed(ownMs) : null;
};

export type Waited = {
  readonly callClass: CallClass;
  /** When the caller's time is up. */
  readonly limitAtMs: number;
  /** Since when it waits for us, and no longer for the vendor's quota alone. */
  readonly sinceMs: number;
  /** When the quota opens; in the past when it is open. */
  readonly opensAtMs: number;
};

/** When to look at a waiting call again, in milliseconds since the epoch. */
export const patienceEndsAtMs = ({ callClass, limitAtMs, sinceMs, opensAtMs }: Waited): number =>
  opensAtMs >= limitAtMs ? 0 : Math.min(limitAtMs, sinceMs + PATIENCE_MS[callClass]);

/** Why a call that has waited until now must not wait on; null when it may. */
export const refusalWhileWaiting = (waited: Waited, nowMs: number): Refusal | null => {
  if (nowMs < patienceEndsAtMs(waited)) return null;
  const closedMs = waited.opensAtMs - nowMs;
  return closedMs > 0 && (nowMs >= waited.limitAtMs || waited.opensAtMs >= waited.limitAtMs)
    ? rateLimited(closedMs)
    : shed(0);
};
