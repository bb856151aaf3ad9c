/**
 * What refusals teach about a rate that nobody tells.
 *
 * The vendor's bucket is empty whenever it refuses. So of a stretch with `served` calls within T seconds, after a hold
 * of H seconds, it is certain that the rate is at most served / T (the bucket held at least one call when the stretch
 * began) and at least (served - 1) / (T + H) (it cannot have gained more than that). What the bucket really held at the
 * beginning is the same for all holds of one length, so the difference of a long and a short stretch tells the rate
 * without it.
 */
import { type Stretch, servedIn } from './hold.ts';

/** Part of the estimated rate that is used. */
const USED = 0.98;
/** The search ends when the estimate is this exact, or after this long. */
const EXACT = 0.01;
const SEARCH_MS = 25_000;
/** While searching without an upper bound, the pace doubles in this time. */
const DOUBLES_IN_MS = 500;
const LOWEST_PER_SECOND = 1 / 60;
const QUIET_MS = 300_000;
const WIDER_PER_QUIET = 1.03;

type Observed = { readonly served: number; readonly seconds: number };

/** Calls a second. */
export type Learnt = {
  readonly phase: 'CLIMB' | 'SEARCH' | 'KEEP';
  /** The pace, as of `atMs`. */
  readonly ratePerSecond: number;
  readonly atMs: number;
  readonly firstMs: number;
  readonly refusedMs: number;
  readonly low: number;
  readonly high: number;
  /** The shortest stretch after a hold. */
  readonly short: Observed | null;
};

export const learntRate = (learnt: Learnt, nowMs: number): number => {
  const sinceMs = Math.max(0, nowMs - learnt.atMs);
  if (learnt.phase === 'CLIMB') return Math.min(learnt.high, learnt.ratePerSecond * 2 ** (sinceMs / DOUBLES_IN_MS));
  if (learnt.phase === 'SEARCH') return learnt.ratePerSecond;
  return learnt.ratePerSecond * WIDER_PER_QUIET ** Math.floor(sinceMs / QUIET_MS);
};

const observedIn = (stretch: Stretch, nowMs: number): Observed => ({
  served: Math.max(1, servedIn(stretch)),
  seconds: Math.max(1, (stretch.refusedMs ?? nowMs) - (stretch.beganMs ?? nowMs)) / 1000,
});

/** What the first refusal teaches: an upper bound, and where to begin. */
const first = (stretch: Stretch, nowMs: number): Learnt => {
  const { served, seconds } = observedIn(stretch, nowMs);
  return {
    phase: 'CLIMB',
    ratePerSecond: served / Math.max(1, seconds) / 2,
    atMs: nowMs,
    firstMs: nowMs,
    refusedMs: stretch.refusedMs ?? nowMs,
    low: LOWEST_PER_SECOND,
    high: Math.max(LOWEST_PER_SECOND, (served + 1) / seconds),
    short: null,
  };
};

const next = (learnt: Learnt, stretch: Stretch, nowMs: number): Learnt => {
  const seen = observedIn(stretch, nowMs);
  const refusedMs = stretch.refusedMs ?? nowMs;
  const sinceRefusal = (refusedMs - learnt.refusedMs) / 1000;
  const high = Math.min(learnt.high, (seen.served + 0.5) / seen.seconds);
  const low = Math.min(high, Math.max(learnt.low, (seen.served - 1) / sinceRefusal));
  const short = learnt.short ?? seen;
  const between = seen.seconds - short.seconds;
  const told = between > 2 ? (seen.served - short.served) / between : (low + high) / 2;
  const estimate = Math.min(high, Math.max(low, told));
  const exact = between > 2 && 1 / (between * estimate) < EXACT;
  const done = exact || nowMs - learnt.firstMs > SEARCH_MS;
  return {
    phase: done ? 'KEEP' : 'SEARCH',
    ratePerSecond: done ? estimate * USED : Math.min(high, estimate * 1.02),
    atMs: nowMs,
    firstMs: learnt.firstMs,
    refusedMs,
    low,
    high,
    short: seen.seconds < short.seconds ? seen : short,
  };
};

/** To be called when the hold after a stretch has ended. */
export const learntFrom = (learnt: Learnt | null, stretch: Stretch, nowMs: number): Learnt =>
  learnt === null ? first(stretch, nowMs) : next(learnt, stretch, nowMs);
