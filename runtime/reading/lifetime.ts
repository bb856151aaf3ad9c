/** How long a reading lives: pure arithmetic over its kind's lifetime. */
import type { Lifetime, ReadingCall } from './reading.ts';

/** A reading on the shelf. */
export type Kept<Value> = {
  readonly value: Value | null;
  readonly readAtMs: number;
  /** Number of the request that brought it: the higher, the newer. */
  readonly request: number;
  /** Its own fresh life, in milliseconds. */
  readonly freshMs: number;
  /** Which trust it was read under: when changes may have been missed a new one begins, and the old ones' readings are stale. */
  readonly trust: number;
  readonly tags: readonly string[];
};

/** The part of a fresh life by which it may be shortened, so that what was read together is not renewed together. */
const SPREAD = 0.1;

/** The greatest age at which it may be answered at all. "Not known" is not believed past its own life, even in an outage. */
export const boundMsOf = <Value>(lifetime: Lifetime<Value>, value: Value | null): number =>
  value === null ? Math.min(lifetime.absentMs, lifetime.boundMs) : lifetime.boundMs;

/** `random` is uniform in [0, 1). */
export const freshMsOf = <Value>(lifetime: Lifetime<Value>, value: Value | null, random: number): number => {
  const wholeMs =
    value === null ? lifetime.absentMs : Math.min(lifetime.freshMs, lifetime.freshMsOf?.(value) ?? lifetime.freshMs);
  return Math.min(wholeMs * (1 - SPREAD * random), boundMsOf(lifetime, value));
};

export const withinBound = <Value>(lifetime: Lifetime<Value>, kept: Kept<Value>, nowMs: number): boolean =>
  nowMs - kept.readAtMs <= boundMsOf(lifetime, kept.value);

/** Whether the caller takes it without trying for a newer one: younger than its own word, or else than the fresh life. */
export const isFresh = <Value>(
  lifetime: Lifetime<Value>,
  kept: Kept<Value>,
  call: Pick<ReadingCall, 'maxAgeMs'>,
  nowMs: number,
): boolean => {
  const limitMs = Math.min(call.maxAgeMs ?? kept.freshMs, boundMsOf(lifetime, kept.value));
  return nowMs - kept.readAtMs < limitMs;
};
