/** Following journal channels live, with a beat: what comes as it comes, and a word now and then when nothing does. */
import type { Clock } from '#runtime/clock.ts';
import type { Follower, Step } from '#runtime/journal/journal.ts';

export type LiveItem =
  | { readonly kind: 'step'; readonly channel: string; readonly step: Step }
  | { readonly kind: 'beat' };

export type LiveOptions = {
  /** By channel. */
  readonly followers: ReadonlyMap<string, Follower>;
  readonly heartbeatMs: number;
};

type Arrival = () => { readonly channel: string; readonly step: Step | null };

/** Pulls: nothing piles up for a reader that does not ask. Ends at once when the signal aborts. */
export async function* followLive(
  { followers, heartbeatMs }: LiveOptions,
  { clock }: { readonly clock: Clock },
  signal: AbortSignal,
): AsyncGenerator<LiveItem, void, undefined> {
  /** One bell for all that can happen, renewed for each wait: nothing outlives the wait that it woke. */
  let bell = Promise.withResolvers<void>();
  const ring = (): void => bell.resolve();
  const arrived: Arrival[] = [];
  let isBeating = false;
  const arrive = (arrival: Arrival): void => {
    arrived.push(arrival);
    ring();
  };
  const ask = (channel: string): void => {
    followers
      .get(channel)
      ?.next()
      .then(
        (step) => arrive(() => ({ channel, step })),
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
  for (const channel of followers.keys()) ask(channel);
  try {
    while (!signal.aborted) {
      // Before what has arrived: a filter may let nothing of it through, and then the beat is all that the reader gets.
      if (isBeating) {
        isBeating = false;
        yield { kind: 'beat' };
        continue;
      }
      const next = arrived.shift();
      if (next) {
        const { channel, step } = next();
        if (step === null) return;
        yield { kind: 'step', channel, step };
        ask(channel);
      } else {
        await bell.promise;
        bell = Promise.withResolvers();
      }
    }
  } finally {
    stopBeating();
    signal.removeEventListener('abort', ring);
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
    next: async () => {
      const item = await items.next();
      // However it ended, what it followed is left.
      if (item.done) leaving.abort();
      return item;
    },
    return: () => {
      leaving.abort();
      return items.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};
