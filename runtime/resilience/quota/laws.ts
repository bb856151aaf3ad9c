/**
 * The laws of quotas as pure functions of state and time: what may be granted now, when the next grant can come, and
 * what the vendor's answers teach. The same functions rule in memory and in the shared store.
 */
import { charge, refund, settled, spend, totalOf, usableBurst, waitFor } from './bucket.ts';
import { learntFrom, learntRate } from './estimate.ts';
import { afterRefusal, heldMs, withGrants } from './hold.ts';
import type { QuotaShape } from './quota.ts';
import { type Kept, keptOf } from './state.ts';
import { add, current, spentIn, takeBack, waitForSlot } from './window.ts';

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

/** The burst that is believed of a limit nobody tells. */
const LEARNT_BURST = 2;

/** What limits now: as published, as corrected by the vendor, or as learnt, whichever is least. Null: nothing yet. */
const limitOf = (kept: Kept, shape: QuotaShape, nowMs: number): { ratePerSecond: number; burst: number } | null => {
  const learntPerSecond = kept.learnt === null ? Number.POSITIVE_INFINITY : learntRate(kept.learnt, nowMs);
  const told =
    shape.kind === 'bucket'
      ? { ratePerSecond: shape.ratePerSecond, burst: shape.burst }
      : shape.kind === 'window'
        ? { ratePerSecond: (shape.calls / shape.perMs) * 1000, burst: shape.calls }
        : { ratePerSecond: Number.POSITIVE_INFINITY, burst: LEARNT_BURST };
  const corrected = { ...told, ...kept.corrected };
  const ratePerSecond = Math.min(corrected.ratePerSecond, learntPerSecond);
  return Number.isFinite(ratePerSecond) ? { ratePerSecond, burst: corrected.burst } : null;
};

const seen = (kept: Kept, shape: QuotaShape, nowMs: number): Kept => {
  if (shape.kind === 'window') return { ...kept, counts: current(kept.counts, shape, nowMs) };
  const limit = limitOf(kept, shape, nowMs);
  return { ...kept, spent: settled(kept.spent, limit?.ratePerSecond ?? Number.MAX_SAFE_INTEGER, nowMs) };
};

const waitOf = (kept: Kept, shape: QuotaShape, cost: number, nowMs: number): number => {
  const held = heldMs(kept.hold, nowMs);
  if (held > 0) return Math.ceil(held);
  const limit = limitOf(kept, shape, nowMs);
  if (limit === null) return 0;
  if (shape.kind === 'window') {
    return waitForSlot(kept.counts, cost, { calls: limit.burst, perMs: shape.perMs }, nowMs);
  }
  return waitFor(kept.spent, cost, limit);
};

const granted = (kept: Kept, shape: QuotaShape, cost: number, nowMs: number): Kept => {
  const counted = {
    ...kept,
    hold: withGrants(kept.hold, 1),
    beganMs: kept.hold.over ? kept.beganMs : nowMs,
  };
  return shape.kind === 'window'
    ? { ...counted, counts: add(kept.counts, cost, shape, nowMs) }
    : { ...counted, spent: spend(kept.spent, cost) };
};

const corrected = (kept: Kept, shape: QuotaShape, amount: number, nowMs: number): Kept => {
  if (amount === 0) return kept;
  if (shape.kind === 'window') {
    return { ...kept, counts: amount > 0 ? add(kept.counts, amount, shape, nowMs) : takeBack(kept.counts, -amount) };
  }
  return { ...kept, spent: amount > 0 ? charge(kept.spent, amount) : refund(kept.spent, -amount) };
};

const spentOf = (kept: Kept, shape: QuotaShape): number =>
  shape.kind === 'window' ? spentIn(kept.counts) : totalOf(kept.spent);

/** The vendor's bucket was empty when it refused: after the hold there is one call, and what refills from then on. */
const refused = (kept: Kept, shape: QuotaShape, toldMs: number | undefined, nowMs: number): Kept => {
  const hold = afterRefusal(kept.hold, toldMs, nowMs);
  const known = limitOf(kept, shape, nowMs)?.ratePerSecond ?? null;
  const learnt = kept.hold.over ? learntFrom(hold, kept.beganMs, nowMs, known) : kept.learnt;
  const taught: Kept = { ...kept, hold, learnt };
  const limit = limitOf(taught, shape, nowMs);
  if (limit === null || shape.kind === 'window') return taught;
  return { ...taught, spent: { counted: Math.max(0, usableBurst(limit) - 1), atMs: hold.untilMs, underway: [] } };
};

export const quotaLaws: QuotaLaws = {
  take: (state, shape, costs, nowMs) => {
    let kept = seen(keptOf(state, shape, nowMs), shape, nowMs);
    const grants: Grant[] = [];
    for (const cost of costs) {
      const waitMs = waitOf(kept, shape, cost, nowMs);
      grants.push(waitMs > 0 ? { granted: false, waitMs } : { granted: true });
      if (waitMs > 0) break;
      kept = granted(kept, shape, cost, nowMs);
    }
    return { state: kept, grants };
  },
  giveBack: (state, shape, cost, nowMs) =>
    corrected(seen(keptOf(state, shape, nowMs), shape, nowMs), shape, -cost, nowMs),
  learn: (state, shape, lesson, nowMs) => {
    const before = seen(keptOf(state, shape, nowMs), shape, nowMs);
    const told = {
      ...(lesson.ratePerSecond === undefined ? {} : { ratePerSecond: lesson.ratePerSecond }),
      ...(lesson.burst === undefined ? {} : { burst: lesson.burst }),
    };
    const charged = corrected(
      { ...before, corrected: { ...before.corrected, ...told } },
      shape,
      lesson.correction ?? 0,
      nowMs,
    );
    const limit = limitOf(charged, shape, nowMs);
    const unknown =
      limit && lesson.available !== undefined ? limit.burst - lesson.available - spentOf(charged, shape) : 0;
    const counted = corrected(charged, shape, Math.max(0, unknown), nowMs);
    return lesson.throttled ? refused(counted, shape, lesson.holdMs, nowMs) : counted;
  },
  view: (state, shape, nowMs) => {
    const kept = seen(keptOf(state, shape, nowMs), shape, nowMs);
    const limit = limitOf(kept, shape, nowMs);
    const told = Object.keys(kept.corrected).length > 0;
    return {
      ratePerSecond: limit?.ratePerSecond ?? null,
      burst: limit?.burst ?? null,
      available: limit ? Math.max(0, limit.burst - spentOf(kept, shape)) : null,
      heldMs: heldMs(kept.hold, nowMs),
      source: kept.learnt ? 'LEARNT' : told ? 'CORRECTED' : 'PUBLISHED',
    };
  },
};
