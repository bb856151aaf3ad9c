/** A shop over a database of the test file's, which is emptied after every use: opening one takes seconds. */
import { afterAll } from '@jest/globals';
import type { Clock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { openDatabase } from '#runtime/storage/open.ts';
import { emptyDatabase } from '#test/integration/process/intake/process.ts';
import type { TestDatabase, TestDatabaseKind } from '#test/support/databases.ts';
import { openShop, type ShopOptions } from './shop.ts';

const opened = new Map<TestDatabaseKind, Promise<TestDatabase>>();
afterAll(async () => {
  for (const stored of opened.values()) await (await stored)[Symbol.asyncDispose]();
});

/** A clock that jumps: nothing that beats is fired, so that only what the test calls happens. */
const createJumpingClock = () => {
  let nowMs = Date.UTC(2026, 2, 2, 9);
  const clock: Clock = {
    now: () => nowMs,
    delay: (_ms, signal) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true })),
    every: () => () => undefined,
  };
  return {
    ...clock,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
};

export const borrowShop = async (kind: TestDatabaseKind, options: ShopOptions = {}) => {
  const stored = opened.get(kind) ?? kind.open();
  opened.set(kind, stored);
  const { database, databaseUrl } = await stored;
  const clock = createJumpingClock();
  const shop = await openShop(database, clock, options);
  return {
    ...shop,
    clock,
    databaseUrl,
    /** Another replica of the same shop: with connections of its own where the database has them. */
    replica: async (replicaClock: Clock = clock) => {
      if (databaseUrl === undefined) return openShop(database, replicaClock, options);
      const own = await openDatabase({ home: null, databaseUrl }, { log: silentLog });
      const replica = await openShop(own, replicaClock, options);
      return {
        ...replica,
        [Symbol.asyncDispose]: async () => {
          await replica[Symbol.asyncDispose]();
          await own[Symbol.asyncDispose]();
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      await shop[Symbol.asyncDispose]();
      await emptyDatabase(database);
    },
  };
};
