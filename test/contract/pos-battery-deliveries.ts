/** What a point of sale tells by itself. */
import { describe, expect, it } from '@jest/globals';
import type { OrderClaim } from '#model/change.ts';
import { claimOf, factsOf, keyOf, onHandOf, STORE, skuOf, stockChanges } from './pos-facts.ts';
import type { PosVendorUnderTest } from './pos-vendors.ts';
import { CALL, type PosWorld } from './pos-world.ts';

export const deliveriesBattery = (vendor: PosVendorUnderTest, worldNow: () => PosWorld): void => {
  const { shelf, plainSku } = factsOf(vendor, worldNow);

  describe('deliveries', () => {
    it('a sale is pushed, and reads like the stock afterwards', async () => {
      const world = worldNow();
      const sku = plainSku();
      const before = shelf().get(keyOf(sku, STORE)) ?? 0;
      const pushed = await world.pushed(
        vendor.acts.sale({ locationCode: STORE, sku, quantity: 3 }),
        (changes) => stockChanges(changes).length > 0,
      );
      const [change] = stockChanges(pushed.changes);
      expect(change?.locationCode).toBe(STORE);
      expect(change && skuOf(change)).toBe(sku);
      expect(change?.reading).toMatchObject({ onHand: before - 3, basis: vendor.basis });
      expect(onHandOf(await world.port.stock([sku], [STORE], CALL), sku, STORE)).toBe(before - 3);
    });

    it("a sale under a store's own name counts for the item", async () => {
      const world = worldNow();
      const item = world.company.items.find(({ posAliases }) => posAliases.length > 0);
      const [alias] = item?.posAliases ?? [];
      const code = alias?.storeCode ?? '';
      const before = shelf().get(keyOf(item?.sku ?? '', code)) ?? 0;
      const pushed = await world.pushed(
        vendor.acts.sale({ locationCode: code, sku: alias?.alias ?? '', quantity: 1 }),
        (changes) => stockChanges(changes).length > 0,
      );
      const [change] = stockChanges(pushed.changes);
      expect(change?.reading.onHand).toBe(before - 1);
      expect(change?.items).toEqual(
        expect.arrayContaining([
          { scheme: 'sku', value: item?.sku },
          { scheme: 'pos-alias', scope: code, value: alias?.alias },
        ]),
      );
    });

    it('an item that is new at a till is told under every name it has', async () => {
      const world = worldNow();
      const pushed = await world.pushed(vendor.acts.newItem({ locationCode: STORE, sku: 'NEU-1' }), (changes) =>
        stockChanges(changes).some((change) => change.items.some(({ value }) => value === 'NEU-1')),
      );
      const change = stockChanges(pushed.changes).find(({ items }) => items.some(({ value }) => value === 'NEU-1'));
      expect(change?.items).toContainEqual({ scheme: 'pos-alias', scope: STORE, value: 'NEU-1' });
    });

    it('only genuine deliveries are taken', async () => {
      const world = worldNow();
      const pushed = await world.pushed(
        vendor.acts.sale({ locationCode: STORE, sku: plainSku(), quantity: 1 }),
        (changes) => stockChanges(changes).length > 0,
      );
      const delivery = pushed.deliveries.at(-1);
      if (!delivery) throw new Error('nothing was delivered');
      const verify = (changed: Partial<typeof delivery>) => world.port.push?.verify({ ...delivery, ...changed });
      expect(verify({})).toMatchObject({ verdict: 'genuine' });
      const altered = Buffer.from(delivery.rawBody);
      altered.writeUInt8(altered.readUInt8(10) ^ 1, 10);
      expect(verify({ rawBody: altered })).toMatchObject({ verdict: 'refused', status: 401 });
      expect(verify({ headers: { host: delivery.headers.host } })).toMatchObject({ verdict: 'refused', status: 401 });
    });

    it('a repeated delivery has the same event id and says the same', async () => {
      const world = worldNow();
      const pushed = await world.pushed(
        vendor.acts.sale({ locationCode: STORE, sku: plainSku(), quantity: 1 }),
        (changes) => stockChanges(changes).length > 0,
      );
      const delivery = pushed.deliveries.at(-1);
      if (!delivery) throw new Error('nothing was delivered');
      expect(world.port.push?.verify(delivery)).toEqual(world.port.push?.verify({ ...delivery }));
      const again = await world.port.push?.read(delivery, CALL);
      expect(again?.changes).toEqual(stockChanges(pushed.changes).slice(-1));
    });

    it('a pickup is followed from its request to its end', async () => {
      const world = worldNow();
      const sku = plainSku();
      const before = shelf().get(keyOf(sku, STORE)) ?? 0;
      const follow = async (command: Parameters<PosWorld['pushed']>[0], state: string): Promise<OrderClaim> => {
        const pushed = await world.pushed(command, (changes) => claimOf(changes, 'WEB-99')?.pickup?.state === state);
        const claim = claimOf(pushed.changes, 'WEB-99');
        if (!claim) throw new Error('no claim');
        return claim;
      };
      const order = { locationCode: STORE, sku, quantity: 2, reference: 'WEB-99' };
      const told = [
        await follow(vendor.acts.pickupOrder(order), 'REQUESTED'),
        await follow(vendor.acts.pickup('WEB-99', 'begin'), 'PREPARING'),
        await follow(vendor.acts.pickup('WEB-99', 'ready'), 'READY'),
        await follow(vendor.acts.pickup('WEB-99', 'handOver'), 'COLLECTED'),
      ];
      expect(new Set(told.map(({ documentId }) => documentId)).size).toBe(1);
      const sequences = told.map(({ sequence }) => BigInt(sequence));
      expect(sequences).toEqual(sequences.toSorted((a, b) => (a < b ? -1 : 1)));
      expect(new Set(sequences).size).toBe(4);
      expect(told.map(({ progress }) => progress?.map(({ quantities }) => quantities))).toEqual([
        [{ open: 2 }],
        [{ picking: 2 }],
        [{ readyForPickup: 2 }],
        [{ collected: 2 }],
      ]);
      expect(told.at(-1)?.pickup).toMatchObject({ readyAt: expect.any(String), collectedAt: expect.any(String) });
      // However the till counts promised units: those handed over are gone.
      expect(onHandOf(await world.port.stock([sku], [STORE], CALL), sku, STORE)).toBe(before - 2);
      const [task] = await world.port.pickupTasks([told[0]?.documentId ?? ''], CALL);
      expect(task).toMatchObject({ state: 'COLLECTED', orderReference: 'WEB-99' });
      const [transaction] = await world.port.transactions([told[0]?.documentId ?? ''], CALL);
      expect(transaction).toMatchObject({ kind: 'PICKUP', orderReference: 'WEB-99', total: told[0]?.total });
    });

    const badEndings = [
      { step: 'callOff', state: 'CANCELLED', quantities: { cancelled: 1 } },
      ...(vendor.keeps.shortPicks ? [{ step: 'short', state: 'SHORT', quantities: { open: 1 } } as const] : []),
    ] as const;
    it.each(badEndings)('a pickup that ends badly says so: $step', async ({ step, state, quantities }) => {
      const world = worldNow();
      const order = { locationCode: STORE, sku: plainSku(), quantity: 1, reference: 'WEB-98' };
      await world.control.act(vendor.acts.pickupOrder(order));
      const pushed = await world.pushed(
        vendor.acts.pickup('WEB-98', step),
        (changes) => claimOf(changes, 'WEB-98')?.pickup?.state === state,
      );
      const claim = claimOf(pushed.changes, 'WEB-98');
      expect(claim?.progress?.[0]?.quantities).toEqual(quantities);
      const [seen] = await world.port.pickupTasks([claim?.documentId ?? ''], CALL);
      expect(seen?.state).toBe(state);
    });
  });
};
