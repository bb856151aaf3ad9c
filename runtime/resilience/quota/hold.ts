/**
 * When a vendor refuses: how long nothing is sent, and what was let through since the hold before. Refusals that come
 * in while a hold lasts answer calls of the same stretch: they make one episode, and lengthen its hold at most.
 */

const FIRST_HOLD_MS = 1_000;
const LONGEST_HOLD_MS = 60_000;

export type Hold = {
  /** 0 before the first refusal. */
  readonly untilMs: number;
  /** When the first refusal of the latest episode came in. */
  readonly atMs: number;
  /** The episode is over with the first grant after its hold: a new stretch begins. */
  readonly over: boolean;
  /** Calls granted in this stretch, and how many of them were refused. */
  readonly granted: number;
  readonly refused: number;
  /** Stretches in a row before this one in which the vendor let nothing through. */
  readonly inVain: number;
};

export const NO_HOLD: Hold = { untilMs: 0, atMs: 0, over: true, granted: 0, refused: 0, inVain: 0 };

export const heldMs = (hold: Hold, nowMs: number): number => Math.max(0, hold.untilMs - nowMs);

/** Calls of this stretch that the vendor served, as far as its answers are in. */
export const servedIn = (hold: Hold): number => Math.max(0, hold.granted - hold.refused);

const inVainAfter = (hold: Hold): number => (servedIn(hold) === 0 ? hold.inVain + 1 : 0);

export const withGrants = (hold: Hold, count: number): Hold => {
  if (count === 0) return hold;
  if (hold.over) return { ...hold, granted: hold.granted + count };
  return { ...hold, over: true, granted: count, refused: 0, inVain: inVainAfter(hold) };
};

/** `toldMs`: the hold that the vendor asks for. Without one it is 1 s, doubled for each stretch in vain. */
export const afterRefusal = (hold: Hold, toldMs: number | undefined, nowMs: number): Hold => {
  const counted: Hold = { ...hold, refused: hold.refused + 1, over: false, atMs: hold.over ? nowMs : hold.atMs };
  const doublings = Math.min(10, Math.max(0, inVainAfter(counted) - 1));
  const ownUntilMs = counted.atMs + Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** doublings);
  const untilMs = toldMs === undefined ? ownUntilMs : nowMs + toldMs;
  return { ...counted, untilMs: Math.max(hold.untilMs, untilMs) };
};
