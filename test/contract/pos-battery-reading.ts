/** Reading a point of sale, and asking it no more often than needed. */
import { describe, expect, it } from '@jest/globals';
import { factsOf, keyOf, onHandOf, STORE } from './pos-facts.ts';
import type { PosVendorUnderTest } from './pos-vendors.ts';
import { CALL, type PosWorld } from './pos-world.ts';

export const readingBattery = (vendor: PosVendorUnderTest, worldNow: () => PosWorld): void => {
  const { stores, shelf, pickups, plainSku } = factsOf(vendor, worldNow);

  describe('reading', () => {
    it('stores: what the company says of them, null for others, in the order of the question', async () => {
      const world = worldNow();
      const [site] = stores();
      const profiles = await world.port.stores(['NOWHERE', site?.code ?? ''], CALL);
      expect(profiles[0]).toBeNull();
      expect(profiles[1]).toMatchObject({
        locationCode: site?.code,
        timeZone: site?.timeZone,
        phone: site?.phone,
        openingHours: vendor.keeps.openingHours ? site?.openingHours : [],
        active: true,
      });
    });

    it('stock: every SKU at every store, with the names of single stores added up', async () => {
      const world = worldNow();
      const skus = world.company.items.slice(0, 60).map(({ sku }) => sku);
      expect(world.company.items.slice(0, 60).some((item) => item.posAliases.length > 0)).toBe(true);
      const stock = await world.port.stock(skus, null, CALL);
      const expected = [...shelf()].filter(([key]) => skus.includes(key.split('@')[0] ?? ''));
      expect(new Map(stock.map((entry) => [keyOf(entry.sku, entry.locationCode), entry.onHand]))).toEqual(
        new Map(expected),
      );
      expect(stock).toHaveLength(expected.length);
    });

    it('stock: only the stores asked for', async () => {
      const world = worldNow();
      const sku = plainSku();
      const stock = await world.port.stock([sku], [STORE], CALL);
      expect(stock.map(({ locationCode }) => locationCode)).toEqual([STORE]);
      expect(onHandOf(stock, sku, STORE)).toBe(shelf().get(keyOf(sku, STORE)));
    });

    it('an unknown SKU, an unknown store and no store at all give nothing, and no error', async () => {
      const world = worldNow();
      expect(await world.port.stock(['NO-SUCH-SKU'], null, CALL)).toEqual([]);
      expect(await world.port.stock([plainSku()], ['NOWHERE'], CALL)).toEqual([]);
      expect(await world.port.stock([plainSku()], [], CALL)).toEqual([]);
      expect(await world.port.transactions(['no-such-id'], CALL)).toEqual([null]);
      expect(await world.port.pickupTasks(['no-such-id'], CALL)).toEqual([null]);
      expect(await world.port.storePickupTasks('NOWHERE', null, CALL)).toEqual([]);
    });

    it('aliases: what single stores call an item', async () => {
      const world = worldNow();
      const expected = world.company.items.flatMap((item) =>
        item.posAliases.map(({ storeCode, alias }) => ({ sku: item.sku, locationCode: storeCode, alias })),
      );
      expect(expected.length).toBeGreaterThan(0);
      const aliases = await world.port.aliases(
        world.company.items.map(({ sku }) => sku),
        CALL,
      );
      expect(aliases.toSorted((a, b) => a.alias.localeCompare(b.alias))).toEqual(
        expected.toSorted((a, b) => a.alias.localeCompare(b.alias)),
      );
    });

    it('pickups of a store: those of the company, by state', async () => {
      const world = worldNow();
      const [order] = pickups().filter(({ stage }) => stage === 'READY_FOR_PICKUP');
      const all = await world.port.storePickupTasks(order?.siteCode ?? '', null, CALL);
      const here = pickups().filter(({ siteCode }) => siteCode === order?.siteCode);
      expect(all.map(({ orderReference }) => orderReference).toSorted()).toEqual(
        here.map(({ number }) => number).toSorted(),
      );
      const ready = await world.port.storePickupTasks(order?.siteCode ?? '', ['READY'], CALL);
      expect(ready.map(({ orderReference }) => orderReference).toSorted()).toEqual(
        here
          .filter(({ stage }) => stage === 'READY_FOR_PICKUP')
          .map(({ number }) => number)
          .toSorted(),
      );
      const task = ready.find(({ orderReference }) => orderReference === order?.number);
      expect(task).toMatchObject({ state: 'READY', requestedAt: order?.placedAt, locationCode: order?.siteCode });
      expect(await world.port.pickupTasks([task?.id ?? ''], CALL)).toEqual([task]);
    });
  });

  describe('batching', () => {
    it('reads asked for at the same moment share one call', async () => {
      const world = worldNow();
      const skus = world.company.items.slice(0, 40).map(({ sku }) => sku);
      await world.port.stock(skus.slice(0, 1), null, CALL); // names are read once, before
      await world.control.resetLedger();
      await Promise.all(skus.map((sku) => world.port.stock([sku], null, CALL)));
      expect((await world.control.ledger()).operations[vendor.operations.stock]?.calls).toBe(1);
    });

    it('orders are asked for in batches of what the vendor allows', async () => {
      const world = worldNow();
      const ids = Array.from({ length: vendor.ordersPerCall + 1 }, (_, place) => `no-such-order-${place}`);
      await world.control.resetLedger();
      const [tasks, transactions] = await Promise.all([
        world.port.pickupTasks(ids, CALL),
        world.port.transactions(ids, CALL),
      ]);
      expect(tasks.every((task) => task === null)).toBe(true);
      expect(transactions).toHaveLength(ids.length);
      const calls = (await world.control.ledger()).operations[vendor.operations.orders]?.calls ?? 0;
      expect(calls).toBeGreaterThanOrEqual(2);
      expect(calls).toBeLessThanOrEqual(3);
    });
  });
};
