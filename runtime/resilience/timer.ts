import type { Clock } from '#runtime/clock.ts';

/** Timers take no more than this; whoever is woken early looks at the clock and waits again. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls `task` once after `ms`, unless the returned function is called first. Does not keep the process alive. */
export const after = (clock: Pick<Clock, 'every'>, ms: number, task: () => void): (() => void) => {
  const stop = clock.every(Math.min(LONGEST_MS, Math.max(1, Math.ceil(ms))), () => {
    stop();
    task();
  });
  return stop;
};
