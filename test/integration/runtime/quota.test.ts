/** Quotas that two replicas share: two stores with connections of their own on one real Postgres. */
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { quotaLaws } from '#runtime/resilience/quota/laws.ts';
import { openQuotaStore } from '#runtime/resilience/quota/open.ts';
import type { QuotaShape } from '#runtime/resilience/quota/quota.ts';
import type { QuotaStore } from '#runtime/resilience/quota/store.ts';
import { testDatabases } from '#test/support/databases.ts';

const postgres = testDatabases.find(({ name }) => name === 'Postgres');
const onPostgres = postgres ? describe : describe.skip;

const SHAPE: QuotaShape = { kind: 'bucket', ratePerSecond: 200, burst: 40 };
const deps = { clock: systemClock, log: silentLog };

/** One ask for one call: the store's time of the grant, or how long to wait. */
const ask = (store: QuotaStore, key: string, shape: QuotaShape = SHAPE) =>
  store.update(key, (state, nowMs) => {
    const taken = quotaLaws.take(state, shape, [1], nowMs);
    return { state: taken.state, result: { nowMs, grant: taken.grants[0] } };
  });

const openPair = async (databaseUrl: string | undefined) => {
  if (!databaseUrl) throw new Error('a Postgres database has a URL');
  return {
    databaseUrl,
    one: await openQuotaStore({ databaseUrl, replica: 'one' }, deps),
    other: await openQuotaStore({ databaseUrl, replica: 'other' }, deps),
  };
};

const most = (grantedAtMs: readonly number[], { ratePerSecond, burst }: { ratePerSecond: number; burst: number }) => {
  const sorted = grantedAtMs.toSorted((a, b) => a - b);
  let excess = Number.NEGATIVE_INFINITY;
  for (const [first, fromMs] of sorted.entries()) {
    for (const [index, toMs] of sorted.slice(first).entries()) {
      excess = Math.max(excess, index + 1 - burst - ((toMs - fromMs) / 1000) * ratePerSecond);
    }
  }
  return excess;
};

/** The way to the database, which can be cut and mended. */
const openWay = async (databaseUrl: string) => {
  const url = new URL(databaseUrl);
  const target = { host: url.hostname, port: Number(url.port || 5432) };
  const sockets = new Set<Socket>();
  let cut = false;
  const server = createServer((inward) => {
    if (cut) return void inward.destroy();
    const outward = connect(target);
    for (const [from, to] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  const cutOff = (): void => {
    cut = true;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    databaseUrl: url.href,
    cutOff,
    mend: () => {
      cut = false;
    },
    [Symbol.asyncDispose]: async () => {
      cutOff();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** A log in which a test can wait for a message. */
const createHeard = () => {
  const messages: string[] = [];
  const waiting: { readonly text: string; readonly resolve: () => void }[] = [];
  const hear = (_fields: unknown, message?: string): void => {
    messages.push(message ?? '');
    for (const { text, resolve } of waiting) if (message?.includes(text)) resolve();
  };
  return {
    messages,
    log: { ...silentLog, warn: hear, info: hear, error: hear, debug: () => undefined, child: () => silentLog },
    heard: (text: string): Promise<void> =>
      new Promise((resolve) => {
        waiting.push({ text, resolve });
      }),
  };
};

onPostgres('quotas on Postgres', () => {
  test('two replicas that ask as fast as they can keep the law together, by the database’s time', async () => {
    await using database = await (postgres ?? testDatabases[0])?.open();
    const { one, other } = await openPair(database?.databaseUrl);
    await using _one = one;
    await using _other = other;
    const grantedAtMs: number[] = [];
    const times: number[][] = [[], []];
    const hammer = async (store: QuotaStore, index: number): Promise<void> => {
      while ((times[index]?.length ?? 0) < 600) {
        const { nowMs, grant } = await ask(store, 'hot');
        times[index]?.push(nowMs);
        if (grant?.granted) grantedAtMs.push(nowMs);
      }
    };
    await Promise.all([...Array(4).fill(one), ...Array(4).fill(other)].map((store, n) => hammer(store, n < 4 ? 0 : 1)));
    expect(grantedAtMs.length).toBeGreaterThanOrEqual(39);
    expect(most(grantedAtMs, { ratePerSecond: 200, burst: 40 })).toBeLessThan(0.001);
    // Each replica saw time go on, however long it waited for the row.
    for (const seen of times) expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  test('steps that wait for one quota are reckoned in order, on each other’s state', async () => {
    await using database = await (postgres ?? testDatabases[0])?.open();
    const { one, other } = await openPair(database?.databaseUrl);
    await using _one = one;
    await using _other = other;
    const count = (store: QuotaStore) =>
      store.update('counted', (state) => {
        const next = Number(state?.count ?? 0) + 1;
        return { state: { count: next }, result: next };
      });
    const counts = await Promise.all(Array.from({ length: 100 }, (_, n) => count(n % 2 ? one : other)));
    expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  });

  test('a step that throws fails alone and leaves the state', async () => {
    await using database = await (postgres ?? testDatabases[0])?.open();
    const { one, other } = await openPair(database?.databaseUrl);
    await using _one = one;
    await using _other = other;
    const set = one.update('k', () => ({ state: { value: 1 }, result: null }));
    const broken = one.update('k', () => {
      throw new Error('broken step');
    });
    const read = one.update('k', (state) => ({ state: state ?? {}, result: state?.value }));
    await expect(broken).rejects.toThrow('broken step');
    expect([await set, await read]).toEqual([null, 1]);
  });

  test('a replica that is cut off goes on with its share, and what it spent counts when it is back', async () => {
    await using database = await (postgres ?? testDatabases[0])?.open();
    if (!database?.databaseUrl) throw new Error('a Postgres database has a URL');
    await using way = await openWay(database.databaseUrl);
    const { messages, log, heard } = createHeard();
    await using cutOff = await openQuotaStore({ databaseUrl: way.databaseUrl, replica: 'cut off' }, { ...deps, log });
    await using other = await openQuotaStore({ databaseUrl: database.databaseUrl, replica: 'other' }, deps);
    // Slow enough that nothing to speak of comes back during the test.
    const shape: QuotaShape = { kind: 'bucket', ratePerSecond: 0.01, burst: 21 };
    const grants = async (store: QuotaStore, asked: number): Promise<number> => {
      const answers = await Promise.all(Array.from({ length: asked }, () => ask(store, 'k', shape)));
      return answers.filter(({ grant }) => grant?.granted).length;
    };
    expect(await grants(other, 1)).toBe(1);
    expect(await grants(cutOff, 1)).toBe(1);

    const back = heard('quotas are shared again');
    way.cutOff();
    // Half of the burst, one kept back, less the two spent before: 10.5 - 1 - 2.
    expect(await grants(cutOff, 20)).toBe(7);
    expect(await grants(cutOff, 20)).toBe(0);
    way.mend();
    await back;
    expect(await grants(cutOff, 1)).toBe(1);
    // Together: the usable 20, of which 2 + 7 + 1 are spent.
    expect(await grants(other, 30)).toBe(10);
    expect(messages.filter((message) => message.includes('quotas'))).toEqual([
      'quotas cannot be shared: going on with a share of each',
      'quotas are shared again',
    ]);
  });

  test('a store that opens without its database grants its share, and joins when the database is there', async () => {
    await using database = await (postgres ?? testDatabases[0])?.open();
    if (!database?.databaseUrl) throw new Error('a Postgres database has a URL');
    await using way = await openWay(database.databaseUrl);
    const { log, heard } = createHeard();
    way.cutOff();
    const back = heard('quotas are shared again');
    await using store = await openQuotaStore({ databaseUrl: way.databaseUrl, replica: 'early' }, { ...deps, log });
    expect((await ask(store, 'k')).grant).toEqual({ granted: true });
    way.mend();
    await back;
    await ask(store, 'k');
    const rows = await database.database.query('select key from quotas.quota');
    expect(rows).toEqual([{ key: 'k' }]);
  });
});
