/** Races: they count on Postgres only, because the embedded database runs one transaction at a time. */
import { describe, expect, test } from '@jest/globals';
import type { ItemReference } from '#model/identifiers.ts';
import { countExceptions } from '#subgraphs/process/exceptions/store.ts';
import { testDatabases } from '#test/support/databases.ts';
import { loadBasics, openProcess, order, stock, variant } from './process.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 2, 2, 8, 0, second)).toISOString();

/** The same order every time, unlike any order of arrival. */
const shuffled = <T>(items: readonly T[]): readonly T[] =>
  items
    .map((item, index) => ({ item, rank: (index * 7_919) % 104_729 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);

describe.each(testDatabases)('intake under concurrency on $name', (kind) => {
  test('overlapping batches in any order and twice: the newest reading wins, versions have no gap', async () => {
    await using process = await openProcess(kind);
    const skus = Array.from({ length: 12 }, (_, index) => `C${index}-S`);
    await loadBasics(process);
    await process.poll(
      'erp',
      skus.map((sku) => variant(sku)),
    );
    const batches = Array.from({ length: 60 }, (_, n) => ({
      id: `evt-${n}`,
      // Each batch touches several SKUs in an order of its own: an invitation to deadlock.
      changes: shuffled(skus.filter((_sku, index) => (index + n) % 3 !== 0)).map((sku) =>
        stock(sku, 'WH-NORD', n, { asOf: at(n + 1) }),
      ),
    }));
    const deliveries = shuffled([...batches, ...batches]);
    const receipts = await Promise.all(
      deliveries.map(({ id, changes }) =>
        process.accept('wms', changes, {
          delivery: { eventId: id, bodySha256: id.replace('evt-', '').padStart(64, '0') },
        }),
      ),
    );
    expect(receipts.filter(({ outcome }) => outcome === 'ACCEPTED')).toHaveLength(60);
    expect(receipts.filter(({ outcome }) => outcome === 'DUPLICATE')).toHaveLength(60);
    await process.caughtUp();
    const newest = (index: number): number =>
      Math.max(...batches.flatMap((_, n) => ((index + n) % 3 !== 0 ? [n] : [])));
    expect(skus.map((sku) => process.projection.item(sku)?.readings[0]?.reading.onHand)).toEqual(
      skus.map((_, index) => newest(index)),
    );
    const gaps = await process.database.query(
      `select subject from journal.entry where channel = 'availability' group by subject having max(version) <> count(*)`,
    );
    expect(gaps).toEqual([]);
    const told = await process.database.query<{ sku: string; sellable: number }>(
      `select sku, (channels->'web'->>'sellable')::int as sellable from process.availability_state where sku = any($1) order by sku`,
      [skus],
    );
    expect(new Map(told.map(({ sku, sellable }) => [sku, sellable]))).toEqual(
      new Map(skus.map((sku) => [sku, process.service.availability([sku])[0]?.sellable ?? null])),
    );
  });

  test('nothing stays parked when its mapping commits at the same moment', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    const names = Array.from(
      { length: 30 },
      (_, index): ItemReference => ({ scheme: 'listing', scope: 'AMAZON_DE', value: `OLD-${index}` }),
    );
    await Promise.all(
      shuffled(
        names.flatMap((name, index) => [
          () => process.accept('wms', [stock([name], 'WH-NORD', index)]),
          () => process.accept('erp', [variant(`N${index}-S`, { aliases: [name] })]),
          () => process.accept('marketplace', [order(`WEB-${index}`, [name], 1, { locationCode: 'WH-NORD' })]),
        ]),
      ).map((send) => send()),
    );
    await process.caughtUp();
    expect(await process.database.query('select key from process.parked_change')).toEqual([]);
    expect(await countExceptions(process.database, { states: ['OPEN'] })).toBe(0);
    for (const [index] of names.entries()) {
      const item = process.projection.item(`N${index}-S`);
      expect([item?.readings[0]?.reading.onHand, item?.demand[0]?.unreleased]).toEqual([index, 1]);
    }
  });
});
