/**
 * What refusals teach about a rate that nobody tells. The vendor's bucket is full before the first call and empty at
 * each refusal; in between we know our own pace. So each refusal tells the least rate with which the bucket would have
 * lasted so long, and not longer.
 */
import { type Stretch, servedIn } from './hold.ts';

/** Part of the estimated rate that is used. */
const USED = 0.99;
const SEARCH_MS = 25_000;
/** From the first refusal on the pace doubles in this time, until the second. */
const DOUBLES_IN_MS = 500;
/** Then it begins below the estimate and grows by this factor a second. */
const BEGINS_AT = 0.97;
const FASTER_PER_SECOND = 1.02;
/** And faster by this much divided by the calls that the estimate rests on. */
const FASTER_WHEN_COARSE = 0.2;
/** An estimate is good when the pace that led to it had come so close. */
const CLOSE = 1.05;
/** Calls are whole: a stretch of `served` of them tells the rate no better than to this part of one call. */
const COARSE = 0.5;
const ENOUGH = 15;
const LOWEST_PER_SECOND = 1 / 60;
/** Refused at a rate that was held to be known: somebody else calls too, or the vendor has changed its mind. */
const LOWER = 0.98;
const LOWER_WHEN_SOON = 0.95;
const SOON_MS = 10_000;
const QUIET_MS = 300_000;
const WIDER_PER_QUIET = 1.03;
/** Bursts are kept to what is made in this time. */
const MOST_AT_ONCE_SECONDS = 0.1;

type Observed = { readonly served: number; readonly seconds: number };

export type Learnt = {
  /** CLIMB: no estimate yet; SEARCH: coming closer; KEEP: known. */
  readonly phase: 'CLIMB' | 'SEARCH' | 'KEEP';
  /** Calls a second that the vendor allows, as estimated at `atMs`; while climbing, where the climb begins. */
  readonly ratePerSecond: number;
  readonly atMs: number;
  /** By how much the pace grows each second while searching. */
  readonly fasterPerSecond: number;
  /** When the search began. */
  readonly firstMs: number;
  readonly refusedMs: number;
  /** The stretch before the first refusal. */
  readonly opening: Observed;
};

/** Calls a second that may be made now. */
export const learntRate = (learnt: Learnt, nowMs: number): number => {
  const { phase, ratePerSecond, atMs, fasterPerSecond } = learnt;
  const sinceMs = Math.max(0, nowMs - atMs);
  if (phase === 'CLIMB') return ratePerSecond * 2 ** Math.min(20, sinceMs / DOUBLES_IN_MS);
  if (phase === 'SEARCH') {
    return ratePerSecond * BEGINS_AT * fasterPerSecond ** (sinceMs / 1000);
  }
  return ratePerSecond * USED * WIDER_PER_QUIET ** Math.floor(sinceMs / QUIET_MS);
};

/** What the opening served beyond the rate was the bucket's burst. */
const burstAt = ({ served, seconds }: Observed, ratePerSecond: number): number =>
  Math.max(1, served - ratePerSecond * seconds);

export const learntBurst = (learnt: Learnt, nowMs: number): number => {
  if (learnt.phase !== 'KEEP') return 1;
  const ratePerSecond = learntRate(learnt, nowMs);
  return Math.min(2 + ratePerSecond * MOST_AT_ONCE_SECONDS, burstAt(learnt.opening, ratePerSecond));
};

const observedIn = (stretch: Stretch, nowMs: number): Observed => ({
  served: Math.max(1, servedIn(stretch)),
  seconds: Math.max(1, (stretch.refusedMs ?? nowMs) - (stretch.beganMs ?? nowMs)) / 1000,
});

const STEPS = 200;

/** Calls a second at the middle of each step from `beganMs` to `endMs`, as it was allowed, slowed to what was served. */
const pacesOf = (learnt: Learnt, served: number, beganMs: number, endMs: number): readonly number[] => {
  const stepMs = (endMs - beganMs) / STEPS;
  const allowed = Array.from({ length: STEPS }, (_, step) => learntRate(learnt, beganMs + (step + 0.5) * stepMs));
  const calls = allowed.reduce((sum, pace) => sum + pace * (stepMs / 1000), 0);
  const slowed = served < ENOUGH ? 1 : Math.min(1, served / calls);
  return allowed.map((pace) => pace * slowed);
};

/** The least rate with which the bucket would have lasted from `beganMs` to `endMs`. */
const estimated = (learnt: Learnt, served: number, beganMs: number, endMs: number): number => {
  const paces = pacesOf(learnt, served, beganMs, endMs);
  const stepSeconds = (endMs - beganMs) / STEPS / 1000;
  const lasts = (ratePerSecond: number): boolean => {
    const most = burstAt(learnt.opening, ratePerSecond) - 1;
    let spare = Math.min(most, Math.max(0, (ratePerSecond * (beganMs - learnt.refusedMs)) / 1000 - 0.5));
    for (const pace of paces) {
      spare = Math.min(most, spare + (ratePerSecond - pace) * stepSeconds);
      if (spare < 0) return false;
    }
    return true;
  };
  let low = LOWEST_PER_SECOND;
  let high = Math.max(LOWEST_PER_SECOND, ...paces);
  for (let halving = 0; halving < 40; halving++) {
    const middle = (low + high) / 2;
    if (lasts(middle)) high = middle;
    else low = middle;
  }
  return high;
};

/**
 * To be called when the hold after a stretch has ended, with its end. A stretch in which nothing was served at all
 * tells of a vendor that is closed, not of its rate: longer holds are the answer to that.
 */
export const learntFrom = (learnt: Learnt | null, stretch: Stretch, nowMs: number): Learnt => {
  const refusedMs = stretch.refusedMs ?? nowMs;
  if (learnt === null) {
    const opening = observedIn(stretch, nowMs);
    const ratePerSecond = Math.max(LOWEST_PER_SECOND, opening.served / Math.max(1, opening.seconds) / 2);
    const began = { atMs: nowMs, firstMs: nowMs, refusedMs };
    return { phase: 'CLIMB', ratePerSecond, fasterPerSecond: FASTER_PER_SECOND, ...began, opening };
  }
  if (servedIn(stretch) === 0) return learnt;
  if (learnt.phase === 'KEEP') {
    const part = refusedMs - learnt.refusedMs < SOON_MS ? LOWER_WHEN_SOON : LOWER;
    return {
      ...learnt,
      ratePerSecond: Math.max(LOWEST_PER_SECOND, learnt.ratePerSecond * part),
      atMs: nowMs,
      refusedMs,
    };
  }
  const { served } = observedIn(stretch, nowMs);
  const estimate = estimated(learnt, served, stretch.beganMs ?? refusedMs, refusedMs);
  const ratePerSecond = Math.max(LOWEST_PER_SECOND, estimate * (1 - COARSE / served));
  const close = served >= ENOUGH && learntRate(learnt, refusedMs) < ratePerSecond * CLOSE;
  const phase = close || nowMs - learnt.firstMs > SEARCH_MS ? 'KEEP' : 'SEARCH';
  const fasterPerSecond = FASTER_PER_SECOND + FASTER_WHEN_COARSE / served;
  return { ...learnt, phase, ratePerSecond, fasterPerSecond, atMs: nowMs, refusedMs };
};

/** The search has its end: what has not been refused until then is the least that the rate can be. */
export const searched = (learnt: Learnt, stretch: Stretch, nowMs: number): Learnt => {
  const endMs = learnt.firstMs + SEARCH_MS;
  if (learnt.phase === 'KEEP' || nowMs < endMs) return learnt;
  const least = estimated(learnt, servedIn(stretch), stretch.beganMs ?? endMs, endMs);
  return { ...learnt, phase: 'KEEP', ratePerSecond: Math.max(learnt.ratePerSecond, least), atMs: endMs };
};
