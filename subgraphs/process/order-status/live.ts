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
  const pending = new Map<string, Promise<Arrival>>();
  const ask = (channel: string): void => {
    const tail = tails.get(channel);
    if (tail)
      pending.set(
        channel,
        tail.next().then((result) => ({ channel, result })),
      );
  };
  let beat = Promise.withResolvers<void>();
  const stopBeating = clock.every(heartbeatMs, () => beat.resolve());
  const aborted = Promise.withResolvers<void>();
  const onAbort = (): void => aborted.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  for (const channel of tails.keys()) ask(channel);
  try {
    for (;;) {
      const arrival = await Promise.race([aborted.promise, ...pending.values(), beat.promise]);
      if (signal.aborted) return;
      if (arrival === undefined) {
        beat = Promise.withResolvers();
        yield { kind: 'beat' };
        continue;
      }
      if (arrival.result.done) return;
      pending.delete(arrival.channel);
      yield { kind: 'entries', channel: arrival.channel, entries: arrival.result.value };
      ask(arrival.channel);
    }
  } finally {
    stopBeating();
    signal.removeEventListener('abort', onAbort);
    leaving.abort();
    for (const unheard of pending.values()) unheard.catch(() => undefined);
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
