import { describe, expect, test } from '@jest/globals';
import { Failure } from '#runtime/failure.ts';
import type { Database } from '#runtime/storage/database.ts';
import { readExceptions } from '#subgraphs/process/exceptions/store.ts';
import type { ProcessPolicyInput } from '#subgraphs/process/policy/schema.ts';
import { readPublications } from '#subgraphs/process/publication/store.ts';
import { countWaiting } from '#subgraphs/process/publication/waiting.ts';
import type { PublishQuantities } from '#subgraphs/process/systems/marketplace.ts';
import { location, openProcess, stock, type TestProcess, variant } from '#test/integration/process/intake/process.ts';
import { createMarketplace, listing, openPublication } from '#test/integration/process/publication/shop.ts';
import { type TestDatabaseKind, testDatabases } from '#test/support/databases.ts';

const AMAZON: ProcessPolicyInput = {
  channels: {
    web: {},
    amazon: {
      marketplace: 'AMAZON_DE',
      publish: true,
      locations: { kinds: ['WAREHOUSE'] },
      channelBuffer: { WAREHOUSE: 2 },
      unseenSales: { quantile: 0.5 },
    },
  },
  publication: { itemsPerCall: 2, exceptionAfter: 2 },
};

const SKUS = ['A-1', 'A-2', 'A-3'] as const;
const later = (minute: number) => ({ asOf: `2026-03-02T08:${String(minute).padStart(2, '0')}:00.000Z` });

/** Master data and listings are there; stock is not. */
const openShop = async (kind: TestDatabaseKind): Promise<TestProcess> => {
  const process = await openProcess(kind, { policy: AMAZON });
  await process.poll('erp', [...SKUS.map((sku) => variant(sku)), location('WH-NORD'), location('ST-BERLIN')]);
  await process.poll('marketplace', [
    listing('L-1', 'A-1', 10),
    listing('L-2', 'A-2', 10),
    listing('L-3', 'A-3', 0),
    listing('L-FBA', 'A-3', null),
  ]);
  return process;
};
const loadStock = async (process: TestProcess): Promise<void> => {
  await process.poll('wms', [stock('A-1', 'WH-NORD', 12), stock('A-2', 'WH-NORD', 7), stock('A-3', 'WH-NORD', 0)]);
  await process.poll('pos', [stock('A-1', 'ST-BERLIN', 1)]);
  await process.caughtUp();
};
const rows = async (process: TestProcess) =>
  (await readPublications(process.database, 'AMAZON_DE')).map(({ listingId, desired, published, dirtySince }) => [
    listingId,
    desired,
    published,
    dirtySince !== null,
  ]);

describe.each(testDatabases)('publication on $name', (kind) => {
  test('a cold start publishes nothing until all stock is known, and then only differences', async () => {
    await using process = await openShop(kind);
    const market = createMarketplace();
    await using publisher = openPublication(process, market.publish);
    await publisher.round();
    expect(publisher.readiness().state).toBe('loading');
    // Half of the stock: what is known so far would be zeros.
    await process.accept('wms', [stock('A-1', 'WH-NORD', 12)], {
      watermark: { stream: 'stock', value: '1', complete: false },
    });
    await process.caughtUp();
    await publisher.round();
    expect(market.calls).toEqual([]);
    await process.accept('wms', [stock('A-2', 'WH-NORD', 7), stock('A-3', 'WH-NORD', 0)], {
      watermark: { stream: 'stock', value: '2', complete: true },
    });
    await process.poll('pos', [stock('A-1', 'ST-BERLIN', 1)]);
    await process.caughtUp();
    await publisher.round();
    // A-1 shows 10 and may show 10; A-3 shows 0 and may show 0: neither is sent.
    expect(market.calls).toEqual([[{ listingId: 'L-2', sku: 'A-2', quantity: 5 }]]);
    expect(await rows(process)).toEqual([
      ['L-1', 10, 10, false],
      ['L-2', 5, 5, false],
      ['L-3', 0, 0, false],
    ]);
  });

  test('a stream that is announced but has not spoken keeps the gate shut', async () => {
    await using process = await openShop(kind);
    await using publisher = openPublication(process, createMarketplace().publish);
    await process.accept('wms', [stock('A-1', 'WH-NORD', 3)], {
      watermark: { stream: 'moves', value: '1', complete: true, streams: ['moves', 'stock'] },
    });
    await process.poll('pos', [stock('A-1', 'ST-BERLIN', 1)]);
    await process.caughtUp();
    expect(publisher.readiness()).toEqual({ state: 'loading', connections: ['wms-main'] });
    await process.accept('wms', [], {
      watermark: { stream: 'stock', value: '1', complete: true, streams: ['moves', 'stock'] },
    });
    await process.caughtUp();
    expect(publisher.readiness()).toEqual({ state: 'ready' });
  });

  test('many changes become one call per listing, what may be sold too often first', async () => {
    await using process = await openShop(kind);
    await loadStock(process);
    const market = createMarketplace();
    await using publisher = openPublication(process, market.publish);
    await publisher.round();
    market.calls.length = 0;
    for (const [index, onHand] of [30, 20, 25].entries())
      await process.poll('wms', [stock('A-1', 'WH-NORD', onHand, later(index + 1))]);
    await process.poll('wms', [stock('A-2', 'WH-NORD', 2, later(9)), stock('A-3', 'WH-NORD', 9, later(9))]);
    expect((await rows(process)).every(([, , , dirty]) => dirty)).toBe(true);
    await process.caughtUp();
    await publisher.round();
    expect(market.calls.flat()).toHaveLength(3);
    expect(
      market.calls
        .flat()
        .map(({ quantity }) => quantity)
        .sort((a, b) => a - b),
    ).toEqual([0, 7, 23]);
    expect(market.calls.every((call) => call.length <= 2)).toBe(true);
    expect(
      market.calls.find((call) => call.some(({ quantity }) => quantity === 23))?.some(({ quantity }) => quantity === 0),
    ).not.toBe(true);
    expect(Object.fromEntries(market.quantities)).toEqual({ 'L-1': 23, 'L-2': 0, 'L-3': 7 });
  });

  test('dirty rows survive the process: the next one publishes them', async () => {
    await using process = await openShop(kind);
    await loadStock(process);
    const down = createMarketplace();
    down.answers(() => new Failure('UPSTREAM_UNAVAILABLE', 'marketplace could not be reached'));
    {
      await using publisher = openPublication(process, down.publish);
      await publisher.round();
    }
    expect(await rows(process)).toContainEqual(['L-2', 5, 10, true]);
    const up = createMarketplace();
    await process.clock.advance(60_000);
    await process.poll('wms', []);
    await process.poll('pos', []);
    await process.caughtUp();
    await using publisher = openPublication(process, up.publish);
    await process.poll('wms', []);
    await process.poll('pos', []);
    await process.caughtUp();
    await publisher.round();
    expect(up.quantities.get('L-2')).toBe(5);
  });

  test('what waits is counted under the connection that tells of the listings', async () => {
    await using process = await openShop(kind);
    const market = createMarketplace();
    await using publisher = openPublication(process, market.publish);
    const waiting = async () => [...(await countWaiting(process.database, ['AMAZON_DE']))];
    expect(await waiting()).toEqual([]);
    await loadStock(process);
    expect(await waiting()).toEqual([['marketplace-main', 1]]);
    expect([...(await countWaiting(process.database, ['OTHER']))]).toEqual([]);
    await publisher.round();
    expect(market.calls).toHaveLength(1);
    expect(await waiting()).toEqual([]);
  });

  test('failures back off, raise an exception, and resolve it when they end', async () => {
    await using process = await openShop(kind);
    await loadStock(process);
    const market = createMarketplace();
    market.answers(({ listingId }) =>
      listingId === 'L-2'
        ? { outcome: 'REFUSED', code: 'LISTING_REFUSED', message: 'listing is incomplete', retryAfterMs: 30_000 }
        : { outcome: 'ACCEPTED', code: null, message: null, retryAfterMs: null },
    );
    await using publisher = openPublication(process, market.publish);
    const exceptions = () =>
      readExceptions(process.database, { filter: { kinds: ['INVENTORY_EVENT'] }, after: null, limit: 10 });
    await publisher.round();
    await publisher.round();
    expect(market.calls).toHaveLength(1);
    expect(await exceptions()).toEqual([]);
    await process.clock.advance(30_000);
    await publisher.round();
    expect(market.calls).toHaveLength(2);
    expect(await exceptions()).toMatchObject([
      {
        system: 'marketplace',
        nature: 'BUSINESS',
        state: 'RETRYING',
        sku: 'A-2',
        subject: 'listing L-2 on AMAZON_DE',
        message: expect.stringContaining('listing is incomplete'),
      },
    ]);
    market.answers(() => ({ outcome: 'ACCEPTED', code: null, message: null, retryAfterMs: null }));
    await process.clock.advance(30_000);
    await publisher.round();
    expect(await exceptions()).toMatchObject([{ state: 'RESOLVED' }]);
    expect(market.quantities.get('L-2')).toBe(5);
  });

  test('a quantity that changes while it is being published is published again', async () => {
    await using process = await openShop(kind);
    await loadStock(process);
    const market = createMarketplace();
    const publish: PublishQuantities = async (...given) => {
      if (market.calls.length === 0) await process.poll('wms', [stock('A-2', 'WH-NORD', 4, later(5))]);
      return market.publish(...given);
    };
    await using publisher = openPublication(process, publish);
    await publisher.round();
    expect(market.calls.flat().map(({ listingId, quantity }) => [listingId, quantity])).toEqual([
      ['L-2', 5],
      ['L-2', 2],
    ]);
  });

  test('a change that commits while a review is stored is not overwritten by it', async () => {
    await using process = await openShop(kind);
    await loadStock(process);
    // A listing that comes after its stock has no mark yet: the review is what finds it.
    await process.poll('marketplace', [listing('L-4', 'A-2', 10)]);
    const market = createMarketplace();
    let raced = false;
    const database: Database = {
      ...process.database,
      // The first transaction is the review's.
      transaction: async (work) => {
        if (!raced) {
          raced = true;
          await process.poll('wms', [stock('A-2', 'WH-NORD', 4, later(5))]);
        }
        return process.database.transaction(work);
      },
    };
    await using publisher = openPublication({ ...process, database }, market.publish);
    await publisher.round();
    expect(raced).toBe(true);
    expect(market.calls.flat().filter(({ listingId }) => listingId === 'L-4')).toEqual([
      { listingId: 'L-4', sku: 'A-2', quantity: 2 },
    ]);
  });

  test('a sale on the marketplace is not undone; a number raised there is corrected at once', async () => {
    await using process = await openShop(kind);
    await loadStock(process);
    const market = createMarketplace();
    await using publisher = openPublication(process, market.publish);
    await publisher.round();
    market.calls.length = 0;
    const inTouch = async (ms: number): Promise<void> => {
      await process.clock.advance(ms);
      await process.poll('wms', []);
      await process.poll('pos', []);
      await process.caughtUp();
      await publisher.round();
    };
    const now = () => new Date(process.clock.now()).toISOString();
    await process.clock.advance(60_000);
    await process.poll('marketplace', [listing('L-1', 'A-1', 9, now()), listing('L-2', 'A-2', 50, now())]);
    await inTouch(15_000);
    expect(market.calls.flat().map(({ listingId, quantity }) => [listingId, quantity])).toEqual([['L-2', 5]]);
    await inTouch(60_000);
    expect(market.calls).toHaveLength(1);
    // No order came in all that time: it was no sale.
    await inTouch(60_000);
    expect(market.calls.flat().at(-1)).toEqual({ listingId: 'L-1', sku: 'A-1', quantity: 10 });
  });

  test('when the warehouse falls silent the marketplace stops selling, though no event comes', async () => {
    await using process = await openShop(kind);
    await loadStock(process);
    const market = createMarketplace();
    await using publisher = openPublication(process, market.publish);
    await publisher.round();
    await process.clock.advance(16 * 60_000);
    await process.poll('pos', []);
    await process.caughtUp();
    await publisher.round();
    expect(Object.fromEntries(market.quantities)).toEqual({ 'L-1': 0, 'L-2': 0 });
    await process.poll('wms', []);
    await process.caughtUp();
    await process.clock.advance(15_000);
    await publisher.round();
    expect(Object.fromEntries(market.quantities)).toEqual({ 'L-1': 10, 'L-2': 5 });
  });

  test('after a restart, systems not heard yet are waited for, not believed silent', async () => {
    await using process = await openShop(kind);
    await loadStock(process);
    await process.clock.advance(3 * 3_600_000);
    const market = createMarketplace();
    await using publisher = openPublication(process, market.publish);
    await publisher.round();
    expect(publisher.readiness()).toEqual({ state: 'listening', connections: ['pos-main', 'wms-main'] });
    expect(market.calls).toEqual([]);
    await process.clock.advance(10 * 60_000);
    await publisher.round();
    expect(market.quantities.get('L-1')).toBe(0);
  });
});
