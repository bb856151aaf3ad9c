/** Following journal channels live, with a beat: entries as they come, and a word now and then when nothing comes. */
import type { Clock } from '#runtime/clock.ts';
import type { Journal, JournalEntry } from '#runtime/journal/journal.ts';

export type LiveItem =
  | { readonly kind: 'entries'; readonly channel: string; readonly entries: readonly JournalEntry[] }
  | { readonly kind: 'beat' };

export type LiveOptions = {
  /** Position after which each channel is followed. */
  readonly from: ReadonlyMap<string, number>;
  readonly heartbeatMs: number;
};

type Arrival = { readonly channel: string; readonly result: IteratorResult<readonly JournalEntry[]> };

/** Pulls: nothing piles up for a reader that does not ask. Ends at once when the signal aborts. */
export async function* followLive(
  { from, heartbeatMs }: LiveOptions,
  { journal, clock }: { readonly journal: Journal; readonly clock: Clock },
  signal: AbortSignal,
): AsyncGenerator<LiveItem, void, undefined> {
  const leaving = new AbortController();
  const over = AbortSignal.any([signal, leaving.signal]);
  const tails = new Map(
    [...from].map(([channel, after]) => [channel, journal.tail(channel, after, over)[Symbol.asyncIterator]()]),
  );
  /** One bell for all that can happen, renewed for each wait: nothing outlives the wait that it woke. */
  let bell = Promise.withResolvers<void>();
  const ring = (): void => bell.resolve();
  const arrived: (() => Arrival)[] = [];
  let isBeating = false;
  const arrive = (arrival: () => Arrival): void => {
    arrived.push(arrival);
    ring();
  };
  const ask = (channel: string): void => {
    tails
      .get(channel)
      ?.next()
      .then(
        (result) => arrive(() => ({ channel, result })),
        (error: unknown) =>
          arrive(() => {
            throw error;
          }),
      );
  };
  const stopBeating = clock.every(heartbeatMs, () => {
    isBeating = true;
    ring();
  });
  signal.addEventListener('abort', ring, { once: true });
  for (const channel of tails.keys()) ask(channel);
  try {
    while (!signal.aborted) {
      const next = arrived.shift();
      if (next) {
        const { channel, result } = next();
        if (result.done) return;
        yield { kind: 'entries', channel, entries: result.value };
        ask(channel);
      } else if (isBeating) {
        isBeating = false;
        yield { kind: 'beat' };
      } else {
        await bell.promise;
        bell = Promise.withResolvers();
      }
    }
  } finally {
    stopBeating();
    signal.removeEventListener('abort', ring);
    leaving.abort();
  }
}

/** A generator parked at a wait does not hear its consumer leave; a signal does. `return` settles at once. */
export const endable = <T>(
  run: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>,
  signal: AbortSignal,
): AsyncIterableIterator<T, void, undefined> => {
  const leaving = new AbortController();
  const items = run(AbortSignal.any([signal, leaving.signal]));
  return {
    next: () => items.next(),
    return: () => {
      leaving.abort();
      return items.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};
