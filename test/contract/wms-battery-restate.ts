/** Stock said again on request: what the warehouse shows now, in the very terms of its streams. */
import { describe, expect, it } from '@jest/globals';
import type { StockChange } from '#model/change.ts';
import type { WmsVendorUnderTest } from './wms-vendors.ts';
import { CALL, drain, readingAt, stockChanges, type WmsWorld } from './wms-world.ts';

const SITE = 'WH-NORD';

/** What is said of each pair, without the moment at which it was said. */
const byPair = (changes: readonly StockChange[]): ReadonlyMap<string, unknown> =>
  new Map(
    changes.map(({ items, locationCode, reading: { asOf: _, ...numbers } }) => [
      `${items[0]?.value}@${locationCode}`,
      numbers,
    ]),
  );

export const restateBattery = (vendor: WmsVendorUnderTest, worldNow: () => WmsWorld): void => {
  const skusOf = (count: number) =>
    worldNow()
      .company.items.slice(0, count)
      .map(({ sku }) => sku);
  const restate = async (skus: readonly string[], codes: readonly string[] | null) => {
    const { restate: ask } = worldNow().port;
    if (!ask) throw new Error('a warehouse that states stock must be able to restate it');
    return ask(skus, codes, CALL);
  };

  describe('restating', () => {
    it('says of known items what the stream says of them, at every site, and of no others', async () => {
      const skus = skusOf(40);
      const told = stockChanges((await drain(worldNow().port, 'stock', null)).changes).filter(({ items }) =>
        skus.includes(items[0]?.value ?? ''),
      );
      const { changes, rejected } = await restate(skus, null);
      expect(told.length).toBeGreaterThan(40);
      expect(byPair(changes)).toEqual(byPair(told));
      expect(changes).toHaveLength(told.length);
      expect(rejected).toEqual([]);
    });

    it('tells the new numbers right after goods were counted, promised and shipped', async () => {
      const { staff, clock } = worldNow();
      const [sku = ''] = skusOf(1);
      await staff.count(SITE, { sku, quantity: 10 });
      const counted = readingAt((await restate([sku], [SITE])).changes, sku, SITE);
      await staff.order('WEB-NOW', SITE, [{ sku, quantity: 3 }]);
      await staff.bring('WEB-NOW', 'allocated');
      const promised = readingAt((await restate([sku], [SITE])).changes, sku, SITE);
      await staff.bring('WEB-NOW', 'shipped');
      const shipped = readingAt((await restate([sku], [SITE])).changes, sku, SITE);
      expect(counted?.onHand).toBe(10);
      expect(promised).toMatchObject({ onHand: 10, reservedHard: (counted?.reservedHard ?? 0) + 3 });
      expect(shipped).toMatchObject({ onHand: 7, reservedHard: counted?.reservedHard });
      expect(shipped?.asOf).toBe(new Date(clock.now()).toISOString());
    });

    it('is asked of the vendor every time, in few calls for many items', async () => {
      const { company, control } = worldNow();
      await restate(skusOf(50), null); // sessions and names are made once, before
      await control.resetLedger();
      await restate(skusOf(50), null);
      const { calls } = await control.ledger();
      expect(calls).toBeGreaterThan(0);
      expect(calls).toBeLessThanOrEqual(vendor.stockCalls(company.sites.length));
      await restate(skusOf(50), null);
      expect((await control.ledger()).calls).toBe(2 * calls);
    });

    it('keeps to the sites asked for, and says nothing of what it does not know', async () => {
      const [sku = ''] = skusOf(1);
      const { changes } = await restate([sku, 'NO-SUCH-SKU', sku], [SITE, 'NOWHERE']);
      expect(changes.map(({ items, locationCode }) => [items[0]?.value, locationCode])).toEqual([[sku, SITE]]);
      const nothing = { changes: [], rejected: [] };
      expect(await restate(['NO-SUCH-SKU'], null)).toEqual(nothing);
      expect(await restate([sku], ['NOWHERE'])).toEqual(nothing);
      expect(await restate([sku], [])).toEqual(nothing);
    });

    it('fails as reading does', async () => {
      await worldNow().control.addFault({ kind: 'unavailable' });
      await expect(restate(skusOf(1), null)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    });
  });
};
