import type { Clock } from '#runtime/clock.ts';

/** Tells a server how much time its caller has left, so that the deadline shrinks on the way down. */
export const TIME_BUDGET_HEADER = 'x-time-budget-ms';

export type TimeBudget = Disposable & {
  /** Aborts when the time is up, or when `parent` does. */
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
};

export const openTimeBudget = (budgetMs: number, parent: AbortSignal, clock: Clock): TimeBudget => {
  const spent = new AbortController();
  const over = new AbortController();
  clock
    .delay(budgetMs, over.signal)
    .then(() => spent.abort(new DOMException(`The time budget of ${budgetMs} ms is spent.`, 'TimeoutError')))
    .catch(() => undefined);
  return {
    signal: AbortSignal.any([parent, spent.signal]),
    deadlineMs: clock.now() + budgetMs,
    [Symbol.dispose]: () => over.abort(),
  };
};

/** The caller may shorten the server's own limit, never lengthen it. */
export const budgetFrom = (header: string | undefined, limitMs: number): number => {
  if (header === undefined || !/^\d{1,9}$/.test(header)) return limitMs;
  return Math.max(1, Math.min(limitMs, Number(header)));
};
