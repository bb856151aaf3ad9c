/** Stock said again on request: what the vendor shows now, in the very terms of its streams. */
import { describe, expect, it } from '@jest/globals';
import type { StockChange } from '#model/change.ts';
import { factsOf, keyOf, STORE, skuOf, stockChanges } from './pos-facts.ts';
import type { PosVendorUnderTest } from './pos-vendors.ts';
import { CALL, type PosWorld } from './pos-world.ts';

const byPair = (changes: readonly StockChange[]): ReadonlyMap<string, StockChange> =>
  new Map(changes.map((change) => [keyOf(skuOf(change) ?? '', change.locationCode), change]));

export const restateBattery = (vendor: PosVendorUnderTest, worldNow: () => PosWorld): void => {
  const { plainSku, shelf } = factsOf(vendor, worldNow);
  const restate = async (skus: readonly string[], codes: readonly string[] | null) => {
    const { restate: ask } = worldNow().port;
    if (!ask) throw new Error('a point of sale that states stock must be able to restate it');
    return ask(skus, codes, CALL);
  };

  describe('restating', () => {
    it('says of known items what the stream says of them, at every store, and of no others', async () => {
      const world = worldNow();
      const skus = world.company.items.slice(0, 40).map(({ sku }) => sku);
      const told = stockChanges((await world.drain('stock', null)).changes).filter((change) =>
        skus.includes(skuOf(change) ?? ''),
      );
      const { changes, rejected } = await restate(skus, null);
      expect(told.length).toBeGreaterThan(40);
      expect(byPair(changes)).toEqual(byPair(told));
      expect(changes).toHaveLength(told.length);
      expect(rejected).toEqual([]);
    });

    it('tells the new count right after a sale', async () => {
      const world = worldNow();
      const sku = plainSku();
      const [before] = (await restate([sku], [STORE])).changes;
      await world.clock.advance(1_000);
      await world.control.act(vendor.acts.sale({ locationCode: STORE, sku, quantity: 2 }));
      const { changes } = await restate([sku], [STORE]);
      expect(before?.reading.onHand).toBe(shelf().get(keyOf(sku, STORE)));
      expect(changes).toMatchObject([
        { kind: 'stock', locationCode: STORE, reading: { onHand: (before?.reading.onHand ?? 0) - 2 } },
      ]);
      expect(Date.parse(changes[0]?.reading.asOf ?? '')).toBeGreaterThan(Date.parse(before?.reading.asOf ?? ''));
    });

    it('is asked of the vendor every time, in one call for many items', async () => {
      const world = worldNow();
      const skus = world.company.items.slice(0, 40).map(({ sku }) => sku);
      await restate(skus, null); // names are read once, before
      await world.control.resetLedger();
      await restate(skus, null);
      await restate(skus, null);
      expect((await world.control.ledger()).operations[vendor.operations.stock]?.calls).toBe(2);
    });

    it('keeps to the stores asked for, and says nothing of what it does not know', async () => {
      const sku = plainSku();
      const { changes } = await restate([sku, 'NO-SUCH-SKU', sku], [STORE, 'NOWHERE']);
      expect(changes.map((change) => [skuOf(change), change.locationCode])).toEqual([[sku, STORE]]);
      const nothing = { changes: [], rejected: [] };
      expect(await restate(['NO-SUCH-SKU'], null)).toEqual(nothing);
      expect(await restate([sku], ['NOWHERE'])).toEqual(nothing);
      expect(await restate([sku], [])).toEqual(nothing);
    });

    it('fails as reading does', async () => {
      await worldNow().control.addFault({ kind: 'unavailable' });
      await expect(restate([plainSku()], null)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    });
  });
};
