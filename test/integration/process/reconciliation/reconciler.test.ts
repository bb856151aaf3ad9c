import { describe, expect, test } from '@jest/globals';
import { watchGauges } from '#runtime/telemetry/gauges.ts';
import { createServerMetrics } from '#runtime/telemetry/metrics.ts';
import { reconciliationGauges } from '#subgraphs/process/reconciliation/figures.ts';
import { location, stock } from '#test/integration/process/intake/process.ts';
import { type TestDatabaseKind, testDatabases } from '#test/support/databases.ts';
import { openWorld, type World } from './world.ts';

const MINUTE_MS = 60_000;
const at = (time: string) => ({ asOf: `2026-03-02T${time}:00.000Z` });

/** One item, 40 in the warehouse by two systems' word since eight o'clock; it is nine. */
const openShop = async (kind: TestDatabaseKind): Promise<World> => {
  const world = await openWorld(kind, {
    skus: ['P-1'],
    policy: { reconciliation: { exceptionAboveValue: 100, hotItems: 10 } },
  });
  await world.tells('erp', ['P-1', 'WH-NORD', 40, at('08:00')]);
  await world.tells('wms', ['P-1', 'WH-NORD', 40, at('08:00')]);
  return world;
};

describe.each(testDatabases)('reconciliation on $name', (kind) => {
  test('a sweep finds a missed event; the exception ends with the drift once the other side follows', async () => {
    await using world = await openShop(kind);
    const { clock } = world.process;
    await using reconciler = world.reconciler();
    await reconciler.round();
    expect(world.asked).toEqual([]);
    // Five were shipped, and the warehouse's word of it got lost.
    world.holds('wms', ['P-1', 'WH-NORD', 35, at('08:30')]);
    await clock.advance(15 * MINUTE_MS);
    await reconciler.round();
    expect(world.asked.map(({ system, skus, call }) => [system, skus, call.callClass])).toEqual([
      ['erp', ['P-1'], 'BACKGROUND'],
      ['pos', ['P-1'], 'BACKGROUND'],
      ['wms', ['P-1'], 'BACKGROUND'],
    ]);
    const [drift, ...others] = await world.drifts();
    expect(others).toEqual([]);
    expect(drift).toMatchObject({
      subject: { kind: 'stock', sku: 'P-1', locationCode: 'WH-NORD' },
      readings: [
        { system: 'wms', quantity: 35 },
        { system: 'erp', quantity: 40 },
      ],
      difference: -5,
      cause: 'MISSED_EVENT',
      oversellRisk: false,
      value: { amountMinor: 12_450, currency: 'EUR' },
      since: '2026-03-02T08:30:00.000Z',
      firstSeen: '2026-03-02T09:15:00.000Z',
      episodes: 1,
    });
    const [exception] = await world.exceptions();
    expect(exception).toMatchObject({ system: 'erp', sku: 'P-1', attempts: 1, nature: 'BUSINESS' });
    expect(exception?.message).toContain('wms 35, erp 40, 124.50 EUR at risk. Likely MISSED_EVENT');

    // Looking again changes neither the cause nor the exception.
    await clock.advance(MINUTE_MS);
    await reconciler.round();
    expect(await world.drifts()).toMatchObject([{ cause: 'MISSED_EVENT', lastSeen: '2026-03-02T09:16:00.000Z' }]);
    expect(await world.exceptions()).toMatchObject([{ attempts: 1 }]);

    await world.tells('erp', ['P-1', 'WH-NORD', 35, at('09:16')]);
    await reconciler.round();
    expect(await world.drifts()).toEqual([]);
    expect(await world.drifts({ state: 'RESOLVED' })).toMatchObject([{ resolvedAt: '2026-03-02T09:16:00.000Z' }]);
    expect(await world.exceptions()).toEqual([]);

    // The next time is the next episode of the same drift, with an exception of its own.
    await world.tells('wms', ['P-1', 'WH-NORD', 36, at('09:17')]);
    await clock.advance(20 * MINUTE_MS);
    await reconciler.round();
    expect(await world.drifts()).toMatchObject([{ episodes: 2, cause: 'UNKNOWN', difference: 1, oversellRisk: true }]);
    expect(await world.exceptions()).toMatchObject([{ attempts: 1 }]);
  });

  test('a number that only we held wrong is put right, and on record as an episode that is over', async () => {
    await using world = await openShop(kind);
    const { clock, service } = world.process;
    await using reconciler = world.reconciler();
    await reconciler.round();
    for (const system of ['erp', 'pos', 'wms'] as const) world.holds(system, ['P-1', 'ST-BERLIN', 1, at('08:30')]);
    await clock.advance(15 * MINUTE_MS);
    await reconciler.round();
    expect(await world.drifts()).toEqual([]);
    expect(await world.drifts({ state: 'RESOLVED' })).toMatchObject([
      {
        subject: { locationCode: 'ST-BERLIN' },
        cause: 'MISSED_EVENT',
        difference: 2,
        oversellRisk: true,
        readings: [{ system: 'process', quantity: 3 }, { quantity: 1 }],
      },
    ]);
    const answer = service.answer('P-1', service.settle({ locationIds: ['loc_ST-BERLIN'] }));
    expect(answer?.locations.find(({ place }) => place.code === 'ST-BERLIN')?.position?.onHand).toBe(1);
  });

  test('what changed a moment ago is left alone until the others could have followed', async () => {
    await using world = await openShop(kind);
    const { clock } = world.process;
    await using reconciler = world.reconciler();
    await reconciler.round();
    await clock.advance(15 * MINUTE_MS);
    await world.tells('wms', ['P-1', 'WH-NORD', 30, at('09:10')]);
    await reconciler.round();
    expect(await world.drifts()).toEqual([]);
    // Not by the next sweep, but as soon as their time is over.
    await clock.advance(10 * MINUTE_MS - 1);
    await reconciler.round();
    expect(await world.drifts()).toEqual([]);
    await clock.advance(1);
    await reconciler.round();
    expect(await world.drifts()).toMatchObject([{ difference: -10, since: '2026-03-02T09:10:00.000Z' }]);
    expect(world.asked).toHaveLength(3);
  });

  test('a difference that explains itself is on record, and nobody is called', async () => {
    await using world = await openShop(kind);
    const { clock } = world.process;
    await using reconciler = world.reconciler();
    await reconciler.round();
    // The ERP cannot be read, so its word is from before the warehouse's change.
    world.fails('erp', true);
    await clock.advance(20 * MINUTE_MS);
    await world.tells('wms', ['P-1', 'WH-NORD', 90, at('09:05')]);
    await reconciler.round();
    expect(await world.drifts()).toMatchObject([{ cause: 'TIMING', difference: 50, oversellRisk: true }]);
    expect(await world.exceptions()).toEqual([]);
  });

  test('nothing is read anew before all stock has been told once', async () => {
    await using world = await openWorld(kind, { skus: ['P-1'], loaded: false });
    const { clock, process } = { ...world, ...world.process };
    await using reconciler = world.reconciler();
    await reconciler.round();
    await clock.advance(24 * 60 * MINUTE_MS);
    await reconciler.round();
    expect(world.asked).toEqual([]);
    for (const system of ['erp', 'pos', 'wms'] as const) await process.poll(system, [stock('P-1', 'WH-NORD', 4)]);
    await process.caughtUp();
    await reconciler.round();
    await clock.advance(15 * MINUTE_MS);
    await reconciler.round();
    expect(world.asked).toHaveLength(3);
  });
});

const SKUS = Array.from({ length: 24 }, (_, index) => `P-${String(index).padStart(2, '0')}`);
const HOURLY = { reconciliation: { hotItems: 0, allEvery: 'PT1H' } };
const askedOfWms = (world: World) => world.asked.flatMap(({ system, skus }) => (system === 'wms' ? skus : []));

describe.each(testDatabases)('sweeps on $name', (kind) => {
  test('spread over their time, and go on after a restart where they were', async () => {
    await using world = await openWorld(kind, { skus: SKUS, policy: HOURLY });
    const { clock } = world.process;
    {
      await using before = world.reconciler();
      await before.round();
      await clock.advance(30 * MINUTE_MS);
      await before.round();
    }
    expect(askedOfWms(world)).toEqual(SKUS.slice(0, 12));
    await using after = world.reconciler();
    await world.heard();
    await clock.advance(15 * MINUTE_MS);
    await after.round();
    expect(askedOfWms(world)).toEqual(SKUS.slice(0, 18));
    await clock.advance(15 * MINUTE_MS);
    await after.round();
    expect(askedOfWms(world)).toEqual(SKUS);
    // The next one begins anew, and is spread again.
    await after.round();
    await clock.advance(5 * MINUTE_MS);
    await after.round();
    expect(askedOfWms(world)).toEqual([...SKUS, 'P-00', 'P-01']);
  });

  test('a replica that died in the middle of a step is followed by another one, which repeats that step', async () => {
    await using world = await openWorld(kind, { skus: SKUS, policy: HOURLY });
    const { clock } = world.process;
    await using dying = world.reconciler();
    await dying.round();
    await clock.advance(30 * MINUTE_MS);
    // It asks and is never heard of again while its lease lasts.
    let wake = (): void => {};
    const asleep = new Promise<void>((resolve) => {
      world.onAsked = () => {
        world.onAsked = () => Promise.resolve();
        return new Promise((answer) => {
          wake = answer;
          resolve();
        });
      };
    });
    const hanging = dying.round();
    await asleep;
    await using next = world.reconciler();
    await world.heard();
    await next.round();
    expect(askedOfWms(world)).toEqual(SKUS.slice(0, 10));
    await clock.advance(2 * MINUTE_MS);
    await next.round();
    expect(askedOfWms(world)).toEqual([...SKUS.slice(0, 10), ...SKUS.slice(0, 12)]);
    // Back again, it finds that another one sweeps, and writes nothing.
    wake();
    await hanging;
    expect(askedOfWms(world)).toHaveLength(22);
    const [sweep] = await world.process.database.query("select done, cursor from process.sweep where kind = 'ALL'");
    expect(sweep).toEqual({ done: 12, cursor: 'P-11' });
  });

  test('of two replicas one sweeps', async () => {
    await using world = await openWorld(kind, { skus: SKUS, policy: HOURLY });
    const { clock } = world.process;
    await using one = world.reconciler();
    await using other = world.reconciler();
    for (let round = 0; round < 7; round += 1) {
      await Promise.all([one.round(), other.round()]);
      await clock.advance(10 * MINUTE_MS);
    }
    expect(askedOfWms(world)).toEqual(SKUS);
  });

  test('one that stops hands over at once', async () => {
    const everySeconds = { reconciliation: { hotItems: 0, allEvery: 'PT12M' } };
    await using world = await openWorld(kind, { skus: SKUS, policy: everySeconds });
    const one = world.reconciler();
    await one.round();
    await one[Symbol.asyncDispose]();
    await using other = world.reconciler();
    await world.process.clock.advance(30_000);
    await world.heard();
    await other.round();
    expect(askedOfWms(world)).toEqual(['P-00']);
  });

  test('after a restart, systems first tell what happened meanwhile: it was not missed', async () => {
    await using world = await openWorld(kind, { skus: SKUS, policy: HOURLY });
    const { clock } = world.process;
    {
      await using before = world.reconciler();
      await before.round();
    }
    await clock.advance(60 * MINUTE_MS);
    await using after = world.reconciler();
    await clock.advance(1);
    await after.round();
    expect(world.asked).toEqual([]);
    await world.heard();
    await after.round();
    expect(askedOfWms(world)).toEqual(SKUS);
  });

  test('items whose system is down are tried three times, then left to the next sweep', async () => {
    await using world = await openWorld(kind, { skus: SKUS, policy: HOURLY });
    const { clock } = world.process;
    await using reconciler = world.reconciler();
    await reconciler.round();
    world.fails('wms', true);
    await clock.advance(5 * MINUTE_MS);
    for (let round = 0; round < 4; round += 1) await reconciler.round();
    expect(askedOfWms(world)).toEqual(['P-00', 'P-01', 'P-00', 'P-01', 'P-00', 'P-01']);
    world.fails('wms', false);
    await clock.advance(5 * MINUTE_MS);
    await reconciler.round();
    expect(askedOfWms(world).slice(6)).toEqual(['P-02', 'P-03']);
  });

  test('hot items are read more often than all', async () => {
    await using world = await openWorld(kind, { skus: SKUS, policy: { reconciliation: { hotItems: 2 } } });
    await world.tells('wms', ['P-07', 'WH-NORD', 1, at('08:30')]);
    await using reconciler = world.reconciler();
    for (let quarter = 0; quarter < 4; quarter += 1) {
      await reconciler.round();
      await world.process.clock.advance(15 * MINUTE_MS);
    }
    await reconciler.round();
    expect(askedOfWms(world).filter((sku) => sku === 'P-07')).toHaveLength(4);
    expect(askedOfWms(world).filter((sku) => sku === 'P-20')).toHaveLength(0);
  });
});

describe.each(testDatabases)('listings on $name', (kind) => {
  test('one that offers too much becomes a drift, with an exception, until it shows what it shall', async () => {
    await using world = await openWorld(kind, {
      skus: ['P-1'],
      policy: {
        channels: {
          web: {},
          amazon: { marketplace: 'AMAZON_DE', publish: true, locations: { kinds: ['WAREHOUSE'] } },
        },
      },
    });
    const { accept, clock, database } = world.process;
    const shows = (publishedQuantity: number, time: string) =>
      accept('marketplace', [
        {
          kind: 'listing',
          marketplace: 'AMAZON_DE',
          listingId: 'L-1',
          items: [{ scheme: 'sku', value: 'P-1' }],
          publishedQuantity,
          state: 'ACTIVE',
          ...at(time),
        },
      ]);
    await accept('erp', [location('WH-NORD')]);
    await shows(10, '08:00');
    await world.tells('wms', ['P-1', 'WH-NORD', 4, at('08:59')]);
    await using reconciler = world.reconciler();
    await clock.advance(29 * MINUTE_MS);
    await reconciler.round();
    expect(await world.drifts()).toEqual([]);
    await clock.advance(MINUTE_MS);
    await reconciler.round();
    const [drift] = await world.drifts();
    expect(drift).toMatchObject({
      subject: { kind: 'listing', marketplace: 'AMAZON_DE', listingId: 'L-1', sku: 'P-1' },
      cause: 'LISTING_NOT_UPDATED',
      oversellRisk: true,
      readings: [
        { system: 'marketplace', quantity: 10 },
        { system: 'process', quantity: 4 },
      ],
    });
    expect(await world.exceptions()).toMatchObject([{ system: 'marketplace', sku: 'P-1' }]);

    const metrics = createServerMetrics({ server: 'process' });
    watchGauges(metrics, reconciliationGauges({ database, clock }));
    const text = await metrics.text();
    expect(text).toContain(
      'inventory_drifts_open{cause="LISTING_NOT_UPDATED",oversell_risk="true",server="process"} 1',
    );
    expect(text).toContain('inventory_drift_value_at_risk{currency="EUR",server="process"} 149.4');
    expect(text).toContain('reconciliation_sweep_progress{sweep="ALL",server="process"} 0');
    expect(text).toContain('reconciliation_sweep_age_seconds{sweep="ALL",server="process"} 60');

    await shows(4, '09:25');
    await reconciler.round();
    expect(await world.drifts()).toEqual([]);
    expect(await world.exceptions()).toEqual([]);
  });
});
