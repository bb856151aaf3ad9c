/** How a sweep spreads over its time, so that systems never feel it. */
export const SWEEP_KINDS = ['HOT', 'ALL'] as const;
export type SweepKind = (typeof SWEEP_KINDS)[number];

export type Sweep = {
  readonly kind: SweepKind;
  /** Epoch milliseconds. */
  readonly startedMs: number;
  readonly finishedMs: number | null;
  /** Items counted at its start, and those looked at since. */
  readonly total: number;
  readonly done: number;
  /** HOT: the items of this sweep, in their turn. */
  readonly skus: readonly string[] | null;
  /** ALL: the last item looked at. */
  readonly cursor: string;
  /** How often the items now due have been tried in vain. */
  readonly attempts: number;
};

/** Items that should have been looked at by now and were not; all that are left once the time is over. */
export const dueItems = ({ startedMs, total, done }: Sweep, everyMs: number, nowMs: number): number => {
  const elapsedMs = Math.max(0, nowMs - startedMs);
  return elapsedMs >= everyMs ? Number.POSITIVE_INFINITY : Math.floor((total * elapsedMs) / everyMs) - done;
};

/**
 * When the next sweep begins, or began: right when the time of the last one is over, so that items are looked at as often
 * as was asked for; after a longer pause, now. Null while the last one is not over.
 */
export const nextStartMs = (last: Sweep | undefined, everyMs: number, nowMs: number): number | null => {
  if (last === undefined) return nowMs;
  const endMs = last.startedMs + everyMs;
  if (last.finishedMs === null || nowMs < endMs) return null;
  return nowMs - endMs <= everyMs ? endMs : nowMs;
};
