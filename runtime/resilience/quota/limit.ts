import { learntRate } from './estimate.ts';
import { partNow } from './lowered.ts';
import type { QuotaShape } from './quota.ts';
import type { Kept } from './state.ts';

/** Of a window, `burst` is what it allows and the rate is that over its length. */
export type Limit = { readonly ratePerSecond: number; readonly burst: number };

/** The burst that is believed of a limit nobody tells. */
const LEARNT_BURST = 2;

const published = (kept: Kept, shape: QuotaShape, nowMs: number): Limit | null => {
  if (shape.kind === 'bucket') return { ratePerSecond: shape.ratePerSecond, burst: shape.burst, ...kept.corrected };
  if (shape.kind === 'unpublished') {
    const ratePerSecond = kept.corrected.ratePerSecond ?? (kept.learnt ? learntRate(kept.learnt, nowMs) : null);
    return ratePerSecond === null ? null : { ratePerSecond, burst: kept.corrected.burst ?? LEARNT_BURST };
  }
  const seconds = shape.perMs / 1000;
  const { ratePerSecond, burst } = kept.corrected;
  const calls = burst ?? (ratePerSecond === undefined ? shape.calls : ratePerSecond * seconds);
  return { ratePerSecond: calls / seconds, burst: calls };
};

/** What limits now: as published, corrected or learnt, and our share of it. Null: nothing, as far as is known. */
export const limitOf = (kept: Kept, shape: QuotaShape, nowMs: number): Limit | null => {
  const limit = published(kept, shape, nowMs);
  if (limit === null) return null;
  const part = kept.share * partNow(kept.lowered, nowMs);
  const burst = shape.kind === 'window' ? limit.burst * part : limit.burst * kept.share;
  return { ratePerSecond: limit.ratePerSecond * part, burst };
};
