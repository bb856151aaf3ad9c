/** What is kept of one quota. Plain JSON; of another kind of quota than now published it counts as absent. */
import { nothingSpent, type Spent } from './bucket.ts';
import type { Learnt } from './estimate.ts';
import { type Hold, NO_HOLD } from './hold.ts';
import type { QuotaState } from './laws.ts';
import type { QuotaShape } from './quota.ts';
import type { Counts } from './window.ts';

export type Kept = {
  readonly kind: QuotaShape['kind'];
  /** Of a bucket, or of an unpublished quota. */
  readonly spent: Spent;
  /** Of a window. */
  readonly counts: Counts;
  readonly hold: Hold;
  /** When the present stretch of grants began. */
  readonly beganMs: number;
  readonly corrected: { readonly ratePerSecond?: number; readonly burst?: number };
  readonly learnt: Learnt | null;
};

export const keptOf = (state: QuotaState | null, shape: QuotaShape, nowMs: number): Kept => {
  if (state !== null && state.kind === shape.kind) return state as Kept;
  return {
    kind: shape.kind,
    spent: nothingSpent(nowMs),
    counts: [],
    hold: NO_HOLD,
    beganMs: nowMs,
    corrected: {},
    learnt: null,
  };
};
