/**
 * The laws of quotas as pure functions of state and time: what may be granted now, when the next grant can come, and
 * what the vendor's answers teach. The same functions rule in memory and in the shared store.
 */
import type { QuotaShape } from './quota.ts';

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
