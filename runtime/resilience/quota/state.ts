/** What is kept of one quota. Plain JSON; of another kind of quota than now published it counts as absent. */
import type { Apart } from './apart.ts';
import { nothingSpent, type Spent } from './bucket.ts';
import type { Learnt } from './estimate.ts';
import { type Hold, NO_HOLD } from './hold.ts';
import type { QuotaState } from './laws.ts';
import type { Lowered } from './lowered.ts';
import type { QuotaShape } from './quota.ts';
import type { Counts } from './window.ts';

export type Kept = {
  readonly kind: QuotaShape['kind'];
  /** Of a bucket, or of an unpublished quota. */
  readonly spent: Spent;
  /** Of a window. */
  readonly counts: Counts;
  readonly hold: Hold;
  /** What the vendor's headers say in place of what it publishes. */
  readonly corrected: { readonly ratePerSecond?: number; readonly burst?: number };
  /** Of a quota that nobody publishes. */
  readonly learnt: Learnt | null;
  /** Of a published one that refused nevertheless. */
  readonly lowered: Lowered | null;
  /** The part of rate and burst that may be used, 0 to 1: less than 1 without the shared state. */
  readonly share: number;
  /** What was done without the shared state and is not yet reckoned in. */
  readonly apart: Apart | null;
};

const isKept = (state: QuotaState | null, shape: QuotaShape): state is Kept =>
  state !== null && state.kind === shape.kind;

export const keptOf = (state: QuotaState | null, shape: QuotaShape, nowMs: number): Kept => {
  const share = typeof state?.share === 'number' ? state.share : 1;
  if (isKept(state, shape)) return { ...state, share };
  return {
    kind: shape.kind,
    spent: nothingSpent(nowMs),
    counts: [],
    hold: NO_HOLD,
    corrected: {},
    learnt: null,
    lowered: null,
    share,
    apart: null,
  };
};
