/**
 * The laws of quotas as pure functions of state and time: what may be granted now, when the next grant can come, and
 * what the vendor's answers teach. The same functions rule in memory and in the shared store.
 */
import { joined } from './apart.ts';
import { charge, refund, settled, spend, totalOf, waitFor, withLeft } from './bucket.ts';
import { learntFrom, searched } from './estimate.ts';
import { afterRefusal, hasEnded, heldMs, withGrant, withNewStretch, withoutGrant } from './hold.ts';
import { limitOf, limitOrNone } from './limit.ts';
import { lower, partNow } from './lowered.ts';
import type { QuotaShape } from './quota.ts';
import { type Kept, keptOf } from './state.ts';
import { add, current, spentIn, takeBack, waitForSlot, withLeftInWindow } from './window.ts';

/** Plain JSON, so that it can be stored. Opaque outside this folder. */
export type QuotaState = Readonly<Record<string, unknown>>;

export type Grant = { readonly granted: true } | { readonly granted: false; readonly waitMs: number };

/** What an answer taught about a quota; see VendorSignals for the fields' meaning. */
export type QuotaLesson = {
  readonly throttled: boolean;
  readonly holdMs?: number;
  readonly ratePerSecond?: number;
  readonly burst?: number;
  readonly available?: number;
  /** Charged beyond (positive) or below (negative) what was taken for the call. */
  readonly correction?: number;
};

/** For operators: what is known of a quota now. */
export type QuotaView = {
  /** Null while nothing limits it. */
  readonly ratePerSecond: number | null;
  readonly burst: number | null;
  readonly available: number | null;
  /** Milliseconds until a hold ends; 0 when there is none. */
  readonly heldMs: number;
  /** PUBLISHED: as the adapter says; CORRECTED: by the vendor's headers; LEARNT: from refusals. */
  readonly source: 'PUBLISHED' | 'CORRECTED' | 'LEARNT';
};

export type QuotaLaws = {
  /** Takes `costs` in order until one is refused: the first refused one says when to ask again. */
  take(
    state: QuotaState | null,
    shape: QuotaShape,
    costs: readonly number[],
    nowMs: number,
  ): {
    readonly state: QuotaState;
    readonly grants: readonly Grant[];
  };
  /** Gives back what was taken for a call that was never sent. */
  giveBack(state: QuotaState, shape: QuotaShape, cost: number, nowMs: number): QuotaState;
  learn(state: QuotaState | null, shape: QuotaShape, lesson: QuotaLesson, nowMs: number): QuotaState;
  view(state: QuotaState | null, shape: QuotaShape, nowMs: number): QuotaView;
};

/** Charged (positive) or given back (negative). */
const charged = (kept: Kept, shape: QuotaShape, amount: number, nowMs: number): Kept => {
  if (amount === 0) return kept;
  if (shape.kind === 'window') {
    return { ...kept, counts: amount > 0 ? add(kept.counts, amount, shape, nowMs) : takeBack(kept.counts, -amount) };
  }
  return { ...kept, spent: amount > 0 ? charge(kept.spent, amount) : refund(kept.spent, -amount) };
};

const spentOf = (kept: Kept, shape: QuotaShape): number =>
  shape.kind === 'window' ? spentIn(kept.counts) : totalOf(kept.spent);

/** A hold is over: what its stretch taught; then one call, and what refills from then on. */
const reckonedUp = (kept: Kept, shape: QuotaShape, nowMs: number): Kept => {
  const { hold } = kept;
  if (!hasEnded(hold, nowMs)) {
    return kept.learnt === null || hold.stretch.refusedMs !== null
      ? kept
      : { ...kept, learnt: searched(kept.learnt, hold.stretch, nowMs) };
  }
  // Refused were only calls from before the last hold: nothing is learnt from them twice.
  if (hold.stretch.beganMs === null) return { ...kept, hold: withNewStretch(hold) };
  const taught: Kept = {
    ...kept,
    hold: withNewStretch(hold),
    learnt: shape.kind === 'unpublished' ? learntFrom(kept.learnt, hold.stretch, hold.untilMs) : null,
    lowered: shape.kind === 'unpublished' ? null : lower(kept.lowered, hold.untilMs),
  };
  const limit = limitOf(taught, shape, hold.untilMs);
  if (limit === null) return taught;
  if (shape.kind === 'window') {
    return {
      ...taught,
      counts: withLeftInWindow(taught.counts, 1, { calls: limit.burst, perMs: shape.perMs }, hold.untilMs),
    };
  }
  return { ...taught, spent: withLeft(taught.spent, 1, limit, hold.untilMs) };
};

const seen = (state: QuotaState | null, shape: QuotaShape, nowMs: number): Kept => {
  const kept = reckonedUp(joined(keptOf(state, shape, nowMs), shape, nowMs), shape, nowMs);
  if (shape.kind === 'window') return { ...kept, counts: current(kept.counts, shape, nowMs) };
  return { ...kept, spent: settled(kept.spent, limitOrNone(kept, shape, nowMs), nowMs) };
};

const waitOf = (kept: Kept, shape: QuotaShape, cost: number, nowMs: number): number => {
  const held = heldMs(kept.hold, nowMs);
  if (held > 0) return Math.ceil(held);
  const limit = limitOf(kept, shape, nowMs);
  if (limit === null) return 0;
  return shape.kind === 'window'
    ? waitForSlot(kept.counts, cost, { calls: limit.burst, perMs: shape.perMs }, nowMs)
    : waitFor(kept.spent, cost, limit);
};

const granted = (kept: Kept, shape: QuotaShape, cost: number, nowMs: number): Kept => {
  const counted = { ...kept, hold: withGrant(kept.hold, nowMs) };
  return shape.kind === 'window'
    ? { ...counted, counts: add(kept.counts, cost, shape, nowMs) }
    : { ...counted, spent: spend(kept.spent, cost) };
};

/** A limit of nothing is not believed: it would never be asked again. */
const isLimit = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value) && value > 0;

const corrections = ({ ratePerSecond, burst }: QuotaLesson): Kept['corrected'] => ({
  ...(isLimit(ratePerSecond) ? { ratePerSecond } : {}),
  ...(isLimit(burst) ? { burst } : {}),
});

/** A limit that nobody tells is learnt from stretches between holds that outlast the journeys of their last calls. */
const LEAST_HOLD_TO_LEARN_MS = 1_000;

const toldHoldMs = ({ holdMs }: QuotaLesson, shape: QuotaShape): number | undefined =>
  holdMs === undefined || shape.kind !== 'unpublished' ? holdMs : Math.max(LEAST_HOLD_TO_LEARN_MS, holdMs);

/** What the vendor counts as spent and we do not. */
const unknownOf = (kept: Kept, shape: QuotaShape, available: number | undefined, nowMs: number): number => {
  const limit = limitOf(kept, shape, nowMs);
  if (limit === null || available === undefined) return 0;
  return Math.max(0, limit.burst - available - spentOf(kept, shape));
};

const sourceOf = (kept: Kept, nowMs: number): QuotaView['source'] => {
  if (kept.learnt !== null || partNow(kept.lowered, nowMs) < 1) return 'LEARNT';
  return Object.keys(kept.corrected).length > 0 ? 'CORRECTED' : 'PUBLISHED';
};

export const quotaLaws: QuotaLaws = {
  take: (state, shape, costs, nowMs) => {
    let kept = seen(state, shape, nowMs);
    const grants: Grant[] = [];
    for (const cost of costs) {
      const waitMs = waitOf(kept, shape, cost, nowMs);
      grants.push(waitMs > 0 ? { granted: false, waitMs } : { granted: true });
      if (waitMs > 0) break;
      kept = granted(kept, shape, cost, nowMs);
    }
    return { state: kept, grants };
  },
  giveBack: (state, shape, cost, nowMs) => {
    const kept = seen(state, shape, nowMs);
    return charged({ ...kept, hold: withoutGrant(kept.hold) }, shape, -cost, nowMs);
  },
  learn: (state, shape, lesson, nowMs) => {
    const before = seen(state, shape, nowMs);
    const told: Kept = { ...before, corrected: { ...before.corrected, ...corrections(lesson) } };
    const corrected = charged(told, shape, lesson.correction ?? 0, nowMs);
    const counted = charged(corrected, shape, unknownOf(corrected, shape, lesson.available, nowMs), nowMs);
    if (!lesson.throttled) return counted;
    return { ...counted, hold: afterRefusal(counted.hold, toldHoldMs(lesson, shape), nowMs) };
  },
  view: (state, shape, nowMs) => {
    const kept = seen(state, shape, nowMs);
    const limit = limitOf(kept, shape, nowMs);
    return {
      ratePerSecond: limit?.ratePerSecond ?? null,
      burst: limit?.burst ?? null,
      available: limit ? Math.max(0, limit.burst - spentOf(kept, shape)) : null,
      heldMs: heldMs(kept.hold, nowMs),
      source: sourceOf(kept, nowMs),
    };
  },
};
