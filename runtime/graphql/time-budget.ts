import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';

/** Tells a server how much time its caller has left, so that the deadline shrinks on the way down. */
export const TIME_BUDGET_HEADER = 'x-time-budget-ms';

export type TimeBudget = Disposable & {
  /** Aborts when the time is up, with UPSTREAM_TIMEOUT as its reason, or when `parent` does. */
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
};

export const openTimeBudget = (budgetMs: number, parent: AbortSignal, clock: Clock): TimeBudget => {
  const spent = new AbortController();
  const over = new AbortController();
  clock
    .delay(budgetMs, over.signal)
    .then(() => spent.abort(new Failure('UPSTREAM_TIMEOUT', `No answer within the ${budgetMs} ms that were left.`)))
    .catch(() => undefined);
  return {
    signal: AbortSignal.any([parent, spent.signal]),
    deadlineMs: clock.now() + budgetMs,
    [Symbol.dispose]: () => over.abort(),
  };
};

const SHORTEST_RESERVE_MS = 25;
const LONGEST_RESERVE_MS = 250;

/**
 * How long the work for a caller with this budget may take: what is left of the budget is for putting the answer
 * together and bringing it back, so that a partial one arrives before the caller has gone. Every hop keeps its own reserve.
 */
export const workTimeOf = (budgetMs: number): number => {
  const reserveMs = Math.min(LONGEST_RESERVE_MS, Math.max(SHORTEST_RESERVE_MS, budgetMs / 10));
  return Math.max(1, Math.floor(Math.max(budgetMs / 2, budgetMs - reserveMs)));
};

/** The caller may shorten the server's own limit, never lengthen it. */
export const budgetFrom = (header: string | undefined, limitMs: number): number => {
  if (header === undefined || !/^\d{1,9}$/.test(header)) return limitMs;
  return Math.max(1, Math.min(limitMs, Number(header)));
};
