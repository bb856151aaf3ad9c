/** A database of which one can tell when nobody uses it: then all work that does not wait for time is done. */
import { setImmediate } from 'node:timers/promises';
import type { Database } from '#runtime/storage/database.ts';

/** Turns of the event loop without a statement after which nothing more will come by itself. */
const CALM_TURNS = 3;

export const calm = async (): Promise<void> => {
  for (let turn = 0; turn < CALM_TURNS; turn++) await setImmediate();
};

export type WatchedDatabase = { readonly database: Database; readonly atRest: () => Promise<void> };

export const watchDatabase = (database: Database): WatchedDatabase => {
  let busy = 0;
  let idle = Promise.withResolvers<void>();
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    busy += 1;
    try {
      return await work;
    } finally {
      busy -= 1;
      if (busy === 0) {
        idle.resolve();
        idle = Promise.withResolvers<void>();
      }
    }
  };
  return {
    database: {
      ...database,
      query: (text, parameters) => counted(database.query(text, parameters)),
      transaction: (work) => counted(database.transaction(work)),
    },
    atRest: async () => {
      for (let turns = 0; turns < CALM_TURNS; ) {
        if (busy > 0) {
          await idle.promise;
          turns = 0;
        } else {
          await setImmediate();
          turns += 1;
        }
      }
    },
  };
};
