/** What refusals teach about a rate that nobody tells, or that is lower than told. */
import { type Hold, servedIn } from './hold.ts';

/** Part of an estimated rate that is used. */
const USED = 0.98;
/** An estimate from fewer calls is too coarse to go by. */
const ENOUGH_CALLS = 8;
const LOWERED = 0.9;
const LOWEST_PER_SECOND = 1 / 60;
const QUIET_MS = 300_000;
const WIDER_PER_QUIET = 1.03;

/** Calls a second, as of the refusal that taught it. */
export type Learnt = { readonly ratePerSecond: number; readonly atMs: number };

/** The rate now: wider by 3 % for each five minutes without a refusal. */
export const learntRate = (learnt: Learnt, nowMs: number): number =>
  learnt.ratePerSecond * WIDER_PER_QUIET ** Math.max(0, Math.floor((nowMs - learnt.atMs) / QUIET_MS));

/** `hold` is the stretch that has just been ended by a refusal; it began when the hold before it ended. */
export const learntFrom = (hold: Hold, beganMs: number, nowMs: number, knownPerSecond: number | null): Learnt => {
  const seconds = Math.max(0.001, (nowMs - beganMs) / 1000);
  const served = servedIn(hold);
  const observed = Math.max(1, served) / seconds;
  const lowered = knownPerSecond === null ? observed : knownPerSecond * LOWERED;
  const estimate = served >= ENOUGH_CALLS ? Math.min(observed * USED, lowered) : Math.min(observed, lowered);
  return { ratePerSecond: Math.max(LOWEST_PER_SECOND, estimate), atMs: nowMs };
};
