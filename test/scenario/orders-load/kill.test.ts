/** The process subgraph is killed in the middle of everything, with a subscriber attached through the gateway. */
import { describe, expect, test } from '@jest/globals';
import { openOwnDatabase } from '#bin/bench/availability/assortment.ts';
import { type KillResult, runKills } from '#bin/bench/orders/kill.ts';

const CASE = { kills: 3, webhooksPerSecond: 20, calmMs: [300, 900], size: 'small' } as const;

const expectWhole = (result: KillResult): void => {
  expect(result.differences).toEqual([]);
  expect(result).toMatchObject({ lost: 0, twice: 0, broken: 0, lagged: 0 });
  expect(result.events).toBeGreaterThan(0);
  expect(result.backMs).toHaveLength(CASE.kills);
};

describe('kill -9', () => {
  test('of the one process over the embedded database: nothing lost, nothing twice, order kept', async () => {
    expectWhole(await runKills(process.env, null, { ...CASE, replicas: 1 }));
  }, 300_000);

  const { DATABASE_URL } = process.env;
  if (DATABASE_URL) {
    test('of two replicas in turn over Postgres: nothing lost, nothing twice, order kept', async () => {
      await using own = await openOwnDatabase(DATABASE_URL);
      expectWhole(await runKills(process.env, own.url, { ...CASE, replicas: 2 }));
    }, 300_000);
  }
});
