/** A published limit that refuses nevertheless: somebody else uses the account, or less is given than published. */

const LOWERED_TO = 0.8;
const LEAST = 0.05;
const KEPT_MS = 60_000;
/** Part of the published rate that comes back in a minute. */
const BACK_PER_MINUTE = 0.1;

/** `part` of the published rate, as of the end of the hold that taught it. */
export type Lowered = { readonly part: number; readonly atMs: number };

export const partNow = (lowered: Lowered | null, nowMs: number): number =>
  lowered === null
    ? 1
    : Math.min(1, lowered.part + (Math.max(0, nowMs - lowered.atMs - KEPT_MS) / 60_000) * BACK_PER_MINUTE);

export const lower = (lowered: Lowered | null, nowMs: number): Lowered => ({
  part: Math.max(LEAST, partNow(lowered, nowMs) * LOWERED_TO),
  atMs: nowMs,
});
