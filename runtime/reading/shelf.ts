/** All readings of one connection: they hear of changes together, and report together. */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import { createReader, type ShelvedReader } from './reader.ts';
import type { ReadingObservation, Shelf } from './reading.ts';
import { createTally } from './tally.ts';

export type ShelfOptions = { readonly connection: string };
export type ShelfDeps = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly observe?: (observation: ReadingObservation) => void;
};

export const createShelf = (options: ShelfOptions, deps: ShelfDeps): Shelf => {
  const { connection } = options;
  const { clock, ids, log } = deps;
  const tally = createTally<ReadingObservation['outcome']>(clock);
  const readers: Pick<ShelvedReader<unknown, unknown>, 'drop' | 'distrust' | 'entries'>[] = [];

  const observe = (observation: ReadingObservation): void => {
    tally.add(observation.outcome);
    deps.observe?.(observation);
  };

  return {
    reader: (readerOptions) => {
      const reader = createReader({ ...readerOptions, connection }, { clock, ids, log, observe });
      readers.push(reader);
      return reader;
    },
    drop: (tags) => {
      for (const reader of readers) reader.drop(tags);
    },
    distrust: () => {
      for (const reader of readers) reader.distrust();
    },
    report: () => ({
      hits: tally.count('hit'),
      misses: tally.count('miss') + tally.count('failed'),
      stale: tally.count('stale') + tally.count('stale_on_error'),
      entries: readers.reduce((sum, reader) => sum + reader.entries, 0),
    }),
  };
};
