import { describe, expect, test } from '@jest/globals';
import type { ItemReference } from '#model/identifiers.ts';
import { countExceptions, readExceptions } from '#subgraphs/process/exceptions/store.ts';
import { testDatabases } from '#test/support/databases.ts';
import { EARLIER, loadBasics, location, openProcess, order, stock, type TestProcess, variant } from './process.ts';

const GTIN: ItemReference = { scheme: 'gtin', value: '4006381333931' };
const LATER = '2026-03-02T08:30:00.000Z';
const LATEST = '2026-03-02T08:45:00.000Z';
const open = (process: TestProcess) =>
  readExceptions(process.database, { filter: { states: ['OPEN'] }, after: null, limit: 50 });
const sellable = (process: TestProcess, sku = 'P1000-S') => process.service.availability([sku])[0]?.sellable;

describe.each(testDatabases)('intake on $name', (kind) => {
  test('a batch is applied once: a repeated delivery has no effect, a corrected one is applied', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    const delivery = (bodySha256: string) => ({ delivery: { eventId: 'evt-1', bodySha256: bodySha256.repeat(64) } });
    const sale = [stock('P1000-S', 'WH-NORD', 39, { asOf: LATER })];
    expect(await process.accept('wms', sale, delivery('a'))).toEqual({
      outcome: 'ACCEPTED',
      applied: 1,
      exceptions: 0,
    });
    const before = await process.journal.head('availability');
    expect(await process.accept('wms', sale, delivery('a'))).toEqual({
      outcome: 'DUPLICATE',
      applied: 0,
      exceptions: 0,
    });
    expect(await process.journal.head('availability')).toEqual(before);
    expect(
      (await process.accept('wms', [stock('P1000-S', 'WH-NORD', 38, { asOf: LATEST })], delivery('b'))).outcome,
    ).toBe('CORRECTED');
    // A late retry of the first body must not undo the correction.
    expect((await process.accept('wms', sale, delivery('a'))).outcome).toBe('DUPLICATE');
    await process.caughtUp();
    expect(sellable(process)).toBe(41);
    expect(
      (await process.accept('pos', [], { delivery: { eventId: 'evt-1', bodySha256: 'a'.repeat(64) } })).outcome,
    ).toBe('ACCEPTED');
  });

  test('an older statement never replaces a newer one, in whatever order they arrive', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    await process.accept('wms', [
      stock('P1000-S', 'WH-NORD', 10, { asOf: LATEST }),
      stock('P1000-S', 'WH-NORD', 20, { asOf: LATER }),
    ]);
    expect((await process.accept('wms', [stock('P1000-S', 'WH-NORD', 30, { asOf: LATER })])).applied).toBe(0);
    await process.caughtUp();
    expect(sellable(process)).toBe(13);
    await process.accept('erp', [variant('P1000-S', { lifecycle: 'BLOCKED', asOf: '2026-03-01T00:00:00.000Z' })]);
    await process.caughtUp();
    expect(process.projection.item('P1000-S')?.lifecycle).toBe('ACTIVE');
  });

  test('a place that moves to another account is compared by time: its old, higher sequence does not silence it', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    await process.accept('pos', [stock('P1000-S', 'ST-BERLIN', 9, { asOf: LATER, sequence: '900' })]);
    const moved = { connection: 'pos-second' };
    expect(
      (await process.accept('pos', [stock('P1000-S', 'ST-BERLIN', 5, { asOf: LATEST, sequence: '3' })], moved)).applied,
    ).toBe(1);
    expect(
      (await process.accept('pos', [stock('P1000-S', 'ST-BERLIN', 7, { asOf: LATEST, sequence: '2' })], moved)).applied,
    ).toBe(0);
    const [row] = await process.database.query(
      "select on_hand as \"onHand\", connection from process.stock_reading where sku = 'P1000-S' and location_code = 'ST-BERLIN' and system = 'pos'",
    );
    expect(row).toEqual({ onHand: 5, connection: 'pos-second' });
  });

  test('what names an unknown item waits, and is applied in the transaction that maps it', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    const alias: ItemReference = { scheme: 'pos-alias', scope: 'ST-BERLIN', value: 'SHIRT-M' };
    const receipt = await process.poll('pos', [
      stock([alias], 'ST-BERLIN', 7),
      order('WEB-1', [alias], 2, { locationCode: 'WH-NORD' }),
    ]);
    expect(receipt).toMatchObject({ outcome: 'ACCEPTED', exceptions: 2 });
    const waiting = await open(process);
    expect(waiting.map(({ kind: what, system, subject, attempts }) => [what, system, subject, attempts])).toEqual(
      expect.arrayContaining([
        ['IDENTIFIER_UNMAPPED', 'pos', 'pos-alias:ST-BERLIN:SHIRT-M', 1],
        ['IDENTIFIER_UNMAPPED', 'pos', 'order WEB-1 line 1', 1],
      ]),
    );
    await process.poll('pos', [stock([alias], 'ST-BERLIN', 6, { asOf: LATER })]);
    expect((await open(process)).find(({ subject }) => subject.startsWith('pos-alias'))?.attempts).toBe(2);

    await process.poll('erp', [variant('P1000-M', { aliases: [alias], asOf: LATER })]);
    await process.caughtUp();
    expect(await open(process)).toEqual([]);
    expect(await countExceptions(process.database, { states: ['RESOLVED'] })).toBe(2);
    const item = process.projection.item('P1000-M');
    expect(item?.readings.find(({ system }) => system === 'pos')).toMatchObject({
      connection: 'pos-main',
      locationCode: 'ST-BERLIN',
      reading: { onHand: 6 },
    });
    expect(item?.demand).toEqual([{ channel: 'web', locationCode: 'WH-NORD', unreleased: 2, released: 0 }]);
    expect(await process.database.query('select * from process.parked_change')).toEqual([]);
    expect(sellable(process, 'P1000-M')).toBe(6);
  });

  test('one of several waiting changes does not resolve what others still wait under', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    const first: ItemReference = { scheme: 'listing', scope: 'AMAZON_DE', value: 'OLD-1' };
    const second: ItemReference = { scheme: 'listing', scope: 'AMAZON_DE', value: 'OLD-2' };
    const both = order('WEB-2', [first], 1);
    await process.poll('erp', [
      both.kind === 'order-claim'
        ? {
            ...both,
            lines: [
              ...(both.lines ?? []),
              { lineRef: '2', items: [second], ordered: 1, method: 'SHIP_TO_HOME' as const },
            ],
          }
        : both,
    ]);
    expect(await countExceptions(process.database, { states: ['OPEN'] })).toBe(2);
    await process.poll('erp', [variant('P1000-M', { aliases: [first], asOf: LATER })]);
    expect((await open(process)).map(({ subject }) => subject)).toEqual(['order WEB-2 line 2']);
    await process.poll('erp', [variant('P1000-S', { gtin: GTIN.value, aliases: [second], asOf: LATER })]);
    expect(await open(process)).toEqual([]);
  });

  test('names that contradict each other are an exception, not a guess', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    await process.poll('pos', [stock([{ scheme: 'sku', value: 'P1000-M' }, GTIN], 'ST-BERLIN', 99)]);
    const [exception] = await open(process);
    expect(exception?.message).toContain('sku:P1000-M is P1000-M, gtin:04006381333931 is P1000-S');
    await process.caughtUp();
    expect(process.projection.item('P1000-M')?.readings.some(({ system }) => system === 'pos')).toBe(false);
  });

  test('a name that two items claim means neither, until one gives it up', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    await process.poll('erp', [variant('P1000-M', { gtin: GTIN.value, asOf: LATER })]);
    expect((await open(process)).map(({ kind: what, subject }) => [what, subject])).toEqual([
      ['DUPLICATE_SUSPECT', 'gtin:04006381333931'],
    ]);
    await process.poll('pos', [stock([GTIN], 'ST-BERLIN', 5, { asOf: LATER })]);
    expect((await open(process)).map(({ kind: what }) => what).sort()).toEqual([
      'DUPLICATE_SUSPECT',
      'IDENTIFIER_UNMAPPED',
    ]);
    await process.poll('erp', [variant('P1000-S', { asOf: LATER })]);
    await process.caughtUp();
    expect(await open(process)).toEqual([]);
    expect(process.projection.item('P1000-M')?.readings.find(({ system }) => system === 'pos')?.reading.onHand).toBe(5);
    const history = await process.database.query<{ sku: string; valid_to: string | null }>(
      `select sku, valid_to from process.item_alias where reference_key = 'gtin:04006381333931' order by sku`,
    );
    expect(history.map(({ sku, valid_to }) => [sku, valid_to === null])).toEqual([
      ['P1000-M', true],
      ['P1000-S', false],
    ]);
  });

  test('stock at a place that nobody has described is kept, reported, and counted once the place is known', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    await process.poll('wms', [stock('P1000-S', 'WH-NEU', 5)]);
    expect((await open(process)).map(({ subject }) => subject)).toEqual(['location WH-NEU']);
    await process.caughtUp();
    expect(sellable(process)).toBe(43);
    await process.poll('erp', [location('WH-NEU')]);
    await process.caughtUp();
    expect(await open(process)).toEqual([]);
    expect(sellable(process)).toBe(48);
  });

  test('a place is merged by authority: the ERP says what it is, the point of sale where it is', async () => {
    await using process = await openProcess(kind);
    const place = (facts: object, asOf = EARLIER) => [{ kind: 'location' as const, code: 'ST-1', facts, asOf }];
    await process.poll(
      'pos',
      place({
        name: 'Till name',
        kind: 'VIRTUAL',
        position: { latitude: 52.5, longitude: 13.4 },
        timeZone: 'Europe/Berlin',
      }),
    );
    await process.poll(
      'erp',
      place({ name: 'Berlin Mitte', kind: 'STORE', position: { latitude: 1, longitude: 1 }, timeZone: 'UTC' }),
    );
    await process.caughtUp();
    const expected = {
      code: 'ST-1',
      name: 'Berlin Mitte',
      kind: 'STORE',
      position: { latitude: 52.5, longitude: 13.4 },
      timeZone: 'Europe/Berlin',
    };
    expect(process.projection.world.places.get('ST-1')).toEqual(expected);
    await process.poll('pos', place({ name: 'Old till name' }, '2026-03-01T00:00:00.000Z'));
    const head = await process.journal.head('availability');
    await process.poll(
      'erp',
      place({ name: 'Berlin Mitte', kind: 'STORE', position: { latitude: 1, longitude: 1 }, timeZone: 'UTC' }, LATER),
    );
    expect(await process.journal.head('availability')).toEqual(head);
    await process.caughtUp();
    expect(process.projection.world.places.get('ST-1')).toEqual(expected);
  });

  test('the watermark moves with the changes, and not without them', async () => {
    await using process = await openProcess(kind, {
      orders: async ({ batch }) => {
        if (batch.changes.some(({ kind: what }) => what === 'order-claim')) throw new Error('order book broken');
        return { applied: 0, entries: [], demandChanged: [], touched: [] };
      },
    });
    expect(await process.intake.watermark('erp-main', 'all')).toBeNull();
    await process.accept('erp', [variant('P1000-S')], { watermark: { stream: 'all', value: '17', complete: false } });
    expect(await process.intake.watermark('erp-main', 'all')).toBe('17');
    const broken = process.accept('erp', [variant('P2000-S'), order('WEB-1', [GTIN], 1)], {
      watermark: { stream: 'all', value: '18', complete: true },
    });
    await expect(broken).rejects.toThrow('order book broken');
    expect(await process.intake.watermark('erp-main', 'all')).toBe('17');
    expect(await process.database.query('select sku from process.variant')).toEqual([{ sku: 'P1000-S' }]);
  });

  test('what a system could not make sense of becomes an exception under its own kind', async () => {
    await using process = await openProcess(kind);
    const rejected = [
      { kind: 'SCHEMA_MISMATCH' as const, subject: 'shipment 7', message: 'lines.0.quantity is not a number' },
    ];
    expect(await process.accept('wms', [], { rejected })).toMatchObject({ exceptions: 1 });
    expect(await open(process)).toMatchObject([
      { kind: 'SCHEMA_MISMATCH', system: 'wms', subject: 'shipment 7', attempts: 1, nature: 'BUSINESS' },
    ]);
  });

  test('a first load of 40,000 readings in batches is held whole, in the tables and in memory', async () => {
    await using process = await openProcess(kind);
    const skus = Array.from({ length: 2_000 }, (_, index) => `P${1_000 + Math.floor(index / 4)}-${'SMLX'[index % 4]}`);
    const codes = Array.from({ length: 302 }, (_, index) => (index < 2 ? `WH-${index}` : `ST-${index}`));
    await process.accept('erp', [...codes.map((code) => location(code)), ...skus.map((sku) => variant(sku))]);
    const readings = skus.flatMap((sku, index) =>
      Array.from({ length: 20 }, (_, n) => stock(sku, codes[(index * 7 + n * 15) % 302] ?? 'WH-0', (index + n) % 9)),
    );
    for (let from = 0; from < readings.length; from += 2_000) {
      const batch = readings.slice(from, from + 2_000);
      await process.accept('pos', batch, {
        watermark: { stream: 'stock', value: String(from), complete: from + 2_000 >= readings.length },
      });
    }
    await process.caughtUp();
    expect(await process.database.query('select count(*)::int as n from process.stock_reading')).toEqual([
      { n: 40_000 },
    ]);
    expect(skus.reduce((sum, sku) => sum + (process.projection.item(sku)?.readings.length ?? 0), 0)).toBe(40_000);
  });
});
