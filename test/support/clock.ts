/**
 * Time in the hands of a test. Nothing passes until `advance` is called; `sleeping` waits, without polling, until the
 * code under test really sleeps, so that a test over real sockets needs no timing guess.
 */
import type { Clock } from '#runtime/clock.ts';

export type TestClock = Clock & {
  /** Moves time on, firing what falls due in order, and lets each fired task run before the next one. */
  advance(ms: number): Promise<void>;
  /** Resolves once at least `count` delays are pending at the same time (intervals do not count). */
  sleeping(count?: number): Promise<void>;
  /** Number of pending delays. */
  pending(): number;
};

type Timer = { readonly sequence: number; dueMs: number; readonly everyMs: number | null; readonly fire: () => void };
type Watcher = { readonly count: number; readonly resolve: () => void };

/** Lets promise callbacks and one round of I/O run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Starts at 2026-03-02T09:00:00Z (a Monday, 10:00 in Berlin) unless told otherwise. */
export const createTestClock = (startMs: number = Date.UTC(2026, 2, 2, 9)): TestClock => {
  let nowMs = startMs;
  let sequence = 0;
  const timers = new Set<Timer>();
  const watchers = new Set<Watcher>();

  const delaysPending = (): number => [...timers].filter((timer) => timer.everyMs === null).length;

  const wakeWatchers = (): void => {
    for (const watcher of [...watchers]) {
      if (delaysPending() < watcher.count) continue;
      watchers.delete(watcher);
      watcher.resolve();
    }
  };

  const nextDue = (untilMs: number): Timer | undefined =>
    [...timers]
      .filter((timer) => timer.dueMs <= untilMs)
      .sort((a, b) => a.dueMs - b.dueMs || a.sequence - b.sequence)[0];

  return {
    now: () => nowMs,
    pending: delaysPending,
    delay: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        if (ms <= 0) return resolve();
        const onAbort = (): void => {
          timers.delete(timer);
          reject(signal?.reason);
        };
        const timer: Timer = {
          sequence: sequence++,
          dueMs: nowMs + ms,
          everyMs: null,
          fire: () => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        timers.add(timer);
        signal?.addEventListener('abort', onAbort, { once: true });
        wakeWatchers();
      }),
    every: (ms, task) => {
      if (!(ms > 0)) throw new RangeError(`every: ms must be greater than 0, not ${ms}`);
      const timer: Timer = { sequence: sequence++, dueMs: nowMs + ms, everyMs: ms, fire: task };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance: async (ms) => {
      const untilMs = nowMs + ms;
      await settle();
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        nowMs = Math.max(nowMs, timer.dueMs);
        if (timer.everyMs === null) timers.delete(timer);
        else timer.dueMs += timer.everyMs;
        timer.fire();
        await settle();
      }
      nowMs = untilMs;
      await settle();
    },
    sleeping: (count = 1) =>
      new Promise((resolve) => {
        watchers.add({ count, resolve });
        wakeWatchers();
      }),
  };
};
