import { describe, expect, test } from '@jest/globals';
import type { OrderClaim } from '#model/change.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createAnnouncer } from '#subgraphs/process/availability/announce.ts';
import { openPolicyChanges } from '#subgraphs/process/availability/policy-change.ts';
import { createLivePolicy } from '#subgraphs/process/policy/live.ts';
import { parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { testDatabases } from '../../../support/databases.ts';
import { loadBasics, openProcess, order, STOCK_CONNECTIONS, stock, type TestProcess } from '../intake/process.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const now = (process: TestProcess): string => new Date(process.clock.now()).toISOString();

describe.each(testDatabases)('what is learnt on $name', (kind) => {
  const soldAt = (process: TestProcess, code: string): number =>
    process.projection.item('P1000-S')?.learnt?.get(code)?.rate.soldUnits ?? Number.NaN;

  test('numbers that fall are sales: repeated, late and rising ones are not', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    await process.clock.advance(MINUTE_MS);
    const sale = stock('P1000-S', 'WH-NORD', 34, { asOf: now(process) });
    await process.accept('wms', [sale]);
    await process.accept('wms', [sale]);
    await process.accept('wms', [stock('P1000-S', 'WH-NORD', 40)]);
    await process.clock.advance(MINUTE_MS);
    await process.accept('wms', [stock('P1000-S', 'WH-NORD', 90, { asOf: now(process) })]);
    await process.caughtUp();
    expect(soldAt(process, 'WH-NORD')).toBeCloseTo(6, 2);
  });

  test('a transfer between two places of one source is not a sale', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    await process.accept('wms', [stock('P1000-S', 'ST-BERLIN', 2, { asOf: now(process) })]);
    await process.clock.advance(MINUTE_MS);
    const asOf = now(process);
    await process.accept('wms', [
      stock('P1000-S', 'WH-NORD', 30, { asOf }),
      stock('P1000-S', 'ST-BERLIN', 12, { asOf }),
    ]);
    await process.caughtUp();
    expect(soldAt(process, 'WH-NORD')).toBe(0);
  });

  test('an order of ours counts once, and the rate is what answers hold back for', async () => {
    const policy = {
      velocity: { WAREHOUSE: 0, STORE: 0 },
      channels: { web: { locations: { kinds: ['WAREHOUSE' as const] } } },
    };
    await using process = await openProcess(kind, { policy });
    await loadBasics(process);
    await process.clock.advance(MINUTE_MS);
    await process.accept('erp', [
      order('WEB-1', [{ scheme: 'sku', value: 'P1000-S' }], 30, { locationCode: 'WH-NORD', released: true }),
    ]);
    await process.caughtUp();
    expect(soldAt(process, 'WH-NORD')).toBeCloseTo(30, 1);
    await process.accept('wms', [stock('P1000-S', 'WH-NORD', 10, { asOf: now(process) })]);
    await process.caughtUp();
    expect(soldAt(process, 'WH-NORD')).toBeCloseTo(30, 1);
    await process.clock.advance(10 * MINUTE_MS);
    const [answer] = process.service.availability(['P1000-S']);
    expect(answer?.locations.find(({ place }) => place.code === 'WH-NORD')?.position?.stalenessBuffer).toBeGreaterThan(
      0,
    );
  });

  test('units that could not be found are remembered until the item is counted', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    const chance = (): number =>
      process.service.availability(['P1000-S'], { locationIds: ['loc_ST-BERLIN'] })[0]?.confidence.probability ?? 0;
    expect(chance()).toBeGreaterThan(0.85);
    const items = [{ scheme: 'sku' as const, value: 'P1000-S' }];
    const pick = order('POS-1', items, 1, { locationCode: 'ST-BERLIN' });
    if (pick.kind !== 'order-claim') throw new Error('no order');
    const effectiveAt = now(process);
    await process.accept('pos', [
      { ...pick, documentType: 'pickup', effectiveAt, pickup: { locationCode: 'ST-BERLIN', state: 'SHORT' } },
    ]);
    await process.caughtUp();
    expect(chance()).toBeLessThanOrEqual(0.5);
    await process.clock.advance(MINUTE_MS);
    const counted = stock('P1000-S', 'ST-BERLIN', 3, { asOf: now(process), reservations: 'NOT_KEPT' });
    await process.accept('pos', [{ ...counted, ...(counted.kind === 'stock' ? { countedAt: now(process) } : {}) }]);
    await process.poll('pos', []);
    await process.caughtUp();
    expect(chance()).toBeGreaterThan(0.9);
    await process.clock.advance(2 * DAY_MS);
    await process.poll('pos', []);
    await process.caughtUp();
    expect(chance()).toBeLessThan(0.91);
  });
});

describe.each(testDatabases)('units that a warehouse could not find on $name', (kind) => {
  const shipment = (process: TestProcess, sequence: string, noticedAt: string): OrderClaim => ({
    kind: 'order-claim',
    documentType: 'shipment',
    documentId: 'SH-1',
    references: [{ scheme: 'channel', value: 'WEB-1' }],
    sequence,
    effectiveAt: now(process),
    rawStatus: 'picked',
    shortages: [{ items: [{ scheme: 'sku', value: 'P1000-S' }], locationCode: 'WH-NORD', noticedAt }],
  });
  const chance = (process: TestProcess): number =>
    process.service.availability(['P1000-S'], { locationIds: ['loc_WH-NORD'] })[0]?.confidence.probability ?? 0;

  test('lower the belief in its count there, until it is counted or time has passed', async () => {
    // Short, so that a half-life passes without days of everything that beats meanwhile.
    const policy = { confidence: { shortPickHalfLife: 'PT1H' } };
    await using process = await openProcess(kind, { policy });
    await loadBasics(process);
    expect(chance(process)).toBeGreaterThan(0.98);
    const noticedAt = now(process);
    await process.accept('wms', [shipment(process, '1', noticedAt)]);
    await process.caughtUp();
    expect(chance(process)).toBeLessThanOrEqual(0.5);
    await process.clock.advance(HOUR_MS);
    await process.poll('wms', []);
    await process.caughtUp();
    expect(chance(process)).toBeCloseTo((0.995 + 0.5) / 2, 2);

    const counted = stock('P1000-S', 'WH-NORD', 38, { asOf: now(process) });
    await process.poll('wms', [{ ...counted, ...(counted.kind === 'stock' ? { countedAt: now(process) } : {}) }]);
    await process.clock.advance(MINUTE_MS);
    // The shipment is packed meanwhile and says again what was missing then.
    await process.poll('wms', [shipment(process, '2', noticedAt)]);
    await process.caughtUp();
    expect(chance(process)).toBeGreaterThan(0.98);
  });
});

describe.each(testDatabases)('other rules on $name', (kind) => {
  test('are told for the items that a channel sees differently, once, and also after a stop', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    const { database, journal, clock } = process;
    const deps = { database, journal, clock, ids: systemIds, log: silentLog };
    const heads = async (): Promise<number> => (await journal.head('availability')).position;
    const live = createLivePolicy(process.policy);
    const openChanges = () =>
      openPolicyChanges(
        { stockConnections: STOCK_CONNECTIONS, itemsPerBatch: 1 },
        { ...deps, live, announce: createAnnouncer({ policy: live.policy }, { clock }) },
      );
    const before = await heads();
    {
      await using changes = openChanges();
      await changes.told();
      expect(await heads()).toBe(before);
      live.replace(parseProcessPolicy({ channels: { web: { safetyStock: { STORE: 3 } } } }));
      await changes.told();
      expect(await heads()).toBe(before + 1);
    }
    live.replace(parseProcessPolicy({ channels: { web: { safetyStock: { WAREHOUSE: 1 } } } }));
    await using restarted = openChanges();
    await restarted.told();
    expect(await heads()).toBe(before + 3);
    const states = await database.query<{ sku: string; channels: { web?: { sellable: number } } }>(
      'select sku, channels from process.availability_state order by sku',
    );
    expect(states).toMatchObject([
      { sku: 'P1000-M', channels: { web: { sellable: 1 } } },
      { sku: 'P1000-S', channels: { web: { sellable: 42 } } },
    ]);
  });
});
