/**
 * The change feed of one replica: the journal's changes as lines, for as many followers as there are. Each pulls at its
 * own pace from the channel's one tail, so that a slow one costs its position and nothing else.
 */
import type { Clock } from '#runtime/clock.ts';
import type { ChangeFeedLine, FeedPosition } from '#runtime/inlet/change-feed.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import { CHANGES_CHANNEL, type ChangesPayload } from './entry.ts';

/** A feed in which nothing happens says so this often: who hears nothing for longer knows that it is broken. */
export const QUIET_MS = 5_000;

export type ChangeFeed = {
  /** Where somebody who was at `after` goes on: there, where everything since is still held, else at the head. */
  start(after: FeedPosition | null): Promise<FeedPosition>;
  /** A position line first, then changes as they come. Ends when the signal aborts. */
  lines(from: FeedPosition, signal: AbortSignal): AsyncGenerator<ChangeFeedLine, void, undefined>;
};

export const createChangeFeed = (deps: { readonly journal: Journal; readonly clock: Clock }): ChangeFeed => {
  const { journal, clock } = deps;
  return {
    start: async (after) => {
      const { epoch, position, oldest } = await journal.head(CHANGES_CHANNEL);
      const isHeld =
        after !== null && after.epoch === epoch && after.position >= oldest - 1 && after.position <= position;
      return isHeld ? after : { epoch, position };
    },

    lines: async function* ({ epoch, position: startsAt }, signal) {
      let position = startsAt;
      yield { kind: 'position', epoch, position };
      const leaving = new AbortController();
      const over = AbortSignal.any([signal, leaving.signal]);
      const tail = journal.tail(CHANGES_CHANNEL, position, over)[Symbol.asyncIterator]();
      let beat = Promise.withResolvers<null>();
      const stopBeating = clock.every(QUIET_MS, () => beat.resolve(null));
      let next = tail.next();
      try {
        for (;;) {
          const arrived = await Promise.race([next, beat.promise]);
          if (arrived === null) {
            beat = Promise.withResolvers();
            yield { kind: 'position', epoch, position };
            continue;
          }
          if (arrived.done) return;
          for (const entry of arrived.value) {
            position = entry.position;
            yield { kind: 'changed', position, tags: (entry.payload as ChangesPayload).tags };
          }
          next = tail.next();
        }
      } finally {
        stopBeating();
        leaving.abort();
      }
    },
  };
};
