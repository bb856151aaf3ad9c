/**
 * When a vendor refuses: how long nothing is sent, and how many calls it served since the hold before. A stretch runs
 * from the end of one hold to the next refusal. Refusals that come in while a hold lasts answer calls of the same
 * stretch: they lengthen its hold at most, and the stretch is reckoned up when the hold ends.
 */

const FIRST_HOLD_MS = 1_000;
const LONGEST_HOLD_MS = 60_000;

export type Stretch = {
  /** When its first call was granted; null before. */
  readonly beganMs: number | null;
  readonly granted: number;
  readonly refused: number;
  /** When its first refusal came in; null before. */
  readonly refusedMs: number | null;
};

export type Hold = {
  /** 0 before the first refusal. */
  readonly untilMs: number;
  /** Stretches in a row before the present one in which the vendor served nothing. */
  readonly inVain: number;
  readonly stretch: Stretch;
};

export const NEW_STRETCH: Stretch = { beganMs: null, granted: 0, refused: 0, refusedMs: null };
export const NO_HOLD: Hold = { untilMs: 0, inVain: 0, stretch: NEW_STRETCH };

export const heldMs = (hold: Hold, nowMs: number): number => Math.max(0, hold.untilMs - nowMs);

/** Calls that the vendor served, as far as its answers are in. */
export const servedIn = (stretch: Stretch): number => Math.max(0, stretch.granted - stretch.refused);

export const withGrant = (hold: Hold, nowMs: number): Hold => {
  const { stretch } = hold;
  return { ...hold, stretch: { ...stretch, beganMs: stretch.beganMs ?? nowMs, granted: stretch.granted + 1 } };
};

export const withoutGrant = (hold: Hold): Hold => ({
  ...hold,
  stretch: { ...hold.stretch, granted: Math.max(0, hold.stretch.granted - 1) },
});

const inVainAfter = ({ stretch, inVain }: Hold): number => {
  if (stretch.granted === 0) return inVain;
  return servedIn(stretch) === 0 ? inVain + 1 : 0;
};

/** `toldMs`: the hold that the vendor asks for. Without one it is 1 s, doubled for each stretch in vain. */
export const afterRefusal = (hold: Hold, toldMs: number | undefined, nowMs: number): Hold => {
  const { stretch } = hold;
  const refusedMs = stretch.refusedMs ?? nowMs;
  const counted: Hold = { ...hold, stretch: { ...stretch, refused: stretch.refused + 1, refusedMs } };
  const doublings = Math.min(10, Math.max(0, inVainAfter(counted) - 1));
  const ownUntilMs = refusedMs + Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** doublings);
  return { ...counted, untilMs: Math.max(hold.untilMs, toldMs === undefined ? ownUntilMs : nowMs + toldMs) };
};

/** The hold has ended whose stretch is to be reckoned up. */
export const hasEnded = (hold: Hold, nowMs: number): boolean =>
  hold.stretch.refusedMs !== null && nowMs >= hold.untilMs;

export const withNewStretch = (hold: Hold): Hold => ({ ...hold, inVain: inVainAfter(hold), stretch: NEW_STRETCH });
