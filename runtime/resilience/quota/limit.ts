import { type Bucket, TRAVEL_MS } from './bucket.ts';
import { learntBurst, learntRate } from './estimate.ts';
import { partNow } from './lowered.ts';
import type { QuotaShape } from './quota.ts';
import type { Kept } from './state.ts';

const published = (kept: Kept, shape: QuotaShape, nowMs: number): Bucket | null => {
  const told = { travelMs: TRAVEL_MS, ...kept.corrected };
  if (shape.kind === 'bucket') return { ratePerSecond: shape.ratePerSecond, burst: shape.burst, ...told };
  if (shape.kind === 'unpublished') {
    if (told.ratePerSecond !== undefined) return { ratePerSecond: told.ratePerSecond, burst: 1, ...told };
    if (kept.learnt === null) return null;
    // What is learnt was seen where the calls arrive: the journeys are in it.
    return { ratePerSecond: learntRate(kept.learnt, nowMs), burst: learntBurst(kept.learnt, nowMs), travelMs: 0 };
  }
  const seconds = shape.perMs / 1000;
  const { ratePerSecond, burst } = kept.corrected;
  const calls = burst ?? (ratePerSecond === undefined ? shape.calls : ratePerSecond * seconds);
  return { ratePerSecond: calls / seconds, burst: calls, travelMs: TRAVEL_MS };
};

/**
 * What limits now: as published, corrected or learnt, and our share of it. Null: nothing, as far as is known. Of a
 * window, `burst` is what it allows and the rate is that over its length.
 */
export const limitOf = (kept: Kept, shape: QuotaShape, nowMs: number): Bucket | null => {
  const limit = published(kept, shape, nowMs);
  if (limit === null) return null;
  const part = kept.share * partNow(kept.lowered, nowMs);
  const burst = limit.burst * (shape.kind === 'window' ? part : kept.share);
  return { ...limit, ratePerSecond: limit.ratePerSecond * part, burst };
};

/** The same, where nothing limits yet: whatever is spent comes back at once. */
export const limitOrNone = (kept: Kept, shape: QuotaShape, nowMs: number): Bucket =>
  limitOf(kept, shape, nowMs) ?? {
    ratePerSecond: Number.POSITIVE_INFINITY,
    burst: Number.POSITIVE_INFINITY,
    travelMs: 0,
  };
