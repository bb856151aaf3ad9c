/** A small event log for tests of streams: dense positions, cursors, tails that resume. Stands in for a journal. */
import { type Clock, systemClock } from '#runtime/clock.ts';

export type LoggedEvent = { readonly position: number; readonly status: string };

export type EventLog = {
  append(status: string): void;
  readonly events: readonly LoggedEvent[];
  /** Cursors that tails were opened after, in order; null where none was given. */
  readonly openedAfter: (string | null)[];
  /** Tails that run now. */
  running(): number;
  /** Resolves once this many tails have been opened in all. */
  opened(count: number): Promise<void>;
  /** Resolves once this many tails run at the same moment. */
  settled(count: number): Promise<void>;
  tail(after: string | null, signal: AbortSignal): AsyncGenerator<LoggedEvent, void, void>;
};

export const cursorOf = (position: number): string => `c${position}`;
const positionOf = (cursor: string): number => Number(cursor.slice(1));

export const createEventLog = (): EventLog => {
  const events: LoggedEvent[] = [];
  const openedAfter: (string | null)[] = [];
  let runningTails = 0;
  const wakers = new Set<() => void>();
  const wake = (): void => {
    for (const waker of [...wakers]) waker();
  };
  const changed = (signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        wakers.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      wakers.add(done);
      signal?.addEventListener('abort', done, { once: true });
    });
  return {
    events,
    openedAfter,
    running: () => runningTails,
    append: (status) => {
      events.push({ position: events.length + 1, status });
      wake();
    },
    opened: async (count) => {
      while (openedAfter.length < count) await changed();
    },
    settled: async (count) => {
      while (runningTails !== count) await changed();
    },
    tail: (after, signal) => {
      openedAfter.push(after);
      runningTails += 1;
      wake();
      return (async function* () {
        try {
          let next = after === null ? events.length : positionOf(after);
          while (!signal.aborted) {
            const event = events[next];
            if (event) {
              next += 1;
              yield event;
            } else await changed(signal);
          }
        } finally {
          runningTails -= 1;
          wake();
        }
      })();
    },
  };
};

/** Fails a wait that would otherwise hang a test until the runner's own limit, saying what it waited for. */
export const within = async <T>(
  what: string,
  promise: Promise<T>,
  clock: Clock = systemClock,
  ms = 15_000,
): Promise<T> => {
  const done = new AbortController();
  const late = clock.delay(ms, done.signal).then(() => {
    throw new Error(`Waited ${ms} ms for ${what}.`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    done.abort();
  }
};
