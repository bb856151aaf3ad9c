/** What every warehouse system must do behind the port, whoever made it. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderClaim } from '#model/change.ts';
import type { CompanyOrder, CompanyStock } from '#simulation/company/company.ts';
import { restateBattery } from './wms-battery-restate.ts';
import type { WmsVendorUnderTest } from './wms-vendors.ts';
import { CALL, claimsOf, drain, openWmsWorld, stockChanges, streamOf, type WmsWorld } from './wms-world.ts';

const keyOf = (sku: string, code: string): string => `${sku}@${code}`;

/** What the warehouse has to say of an order that it ships, by the stage the company has it in. */
const RAW_PROGRESS: Readonly<Partial<Record<CompanyOrder['stage'], string>>> = {
  RELEASED: 'open',
  ALLOCATED: 'allocated',
  PICKING: 'picking',
  PACKED: 'packed',
  SHIPPED: 'shipped',
  DELIVERED: 'shipped',
  RETURNED: 'shipped',
};

export const wmsBattery = (vendor: WmsVendorUnderTest): void => {
  let world: WmsWorld;
  beforeEach(async () => {
    world = await openWmsWorld(vendor);
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  const held = (): ReadonlyMap<string, CompanyStock> =>
    new Map(world.company.stock.map((row) => [keyOf(row.sku, row.siteCode), row]));
  const shippedByUs = (): readonly CompanyOrder[] =>
    world.company.orders.filter(
      (order) => order.erpNumber !== undefined && order.method === 'SHIP_TO_HOME' && RAW_PROGRESS[order.stage],
    );
  const callsOf = async (): Promise<number> => (await world.control.ledger()).calls;

  describe('stock', () => {
    it('is what lies in every site, in any condition, in few calls', async () => {
      const skus = world.company.items.slice(0, 50).map(({ sku }) => sku);
      await world.control.resetLedger();
      const stock = await world.port.stock(skus, null, CALL);
      expect(await callsOf()).toBeLessThanOrEqual(vendor.stockCalls(world.company.sites.length));

      const rows = held();
      const told = new Map(stock.map((entry) => [keyOf(entry.sku, entry.locationCode), entry]));
      for (const sku of skus) {
        for (const { code } of world.company.sites) {
          const row = rows.get(keyOf(sku, code));
          const entry = told.get(keyOf(sku, code));
          expect([sku, code, entry?.onHand ?? 0, entry?.damaged ?? 0]).toEqual([
            sku,
            code,
            row?.onHand ?? 0,
            row?.damaged ?? 0,
          ]);
        }
      }
      expect(stock.some(({ damaged }) => damaged > 0)).toBe(true);
    });

    it('counts what open orders have been promised and not yet taken away', async () => {
      const promised = new Map<string, { allocated: number; picked: number }>();
      for (const order of shippedByUs()) {
        for (const line of order.lines) {
          const key = keyOf(line.sku, order.siteCode);
          const entry = promised.get(key) ?? { allocated: 0, picked: 0 };
          promised.set(key, entry);
          if (order.stage === 'ALLOCATED') entry.allocated += line.quantity;
          if (order.stage === 'PICKING' || order.stage === 'PACKED') entry.picked += line.quantity;
        }
      }
      const expected = [...promised].filter(([, { allocated, picked }]) => allocated + picked > 0);
      expect(expected.length).toBeGreaterThan(0);
      const skus = [...new Set(expected.map(([key]) => key.split('@')[0] ?? ''))];
      const stock = await world.port.stock(skus, null, CALL);
      for (const [key, { allocated, picked }] of expected) {
        const entry = stock.find(({ sku, locationCode }) => keyOf(sku, locationCode) === key);
        expect([key, entry?.picked]).toEqual([key, picked]);
        // Orders that left only in part keep the rest assigned.
        expect(entry?.allocated).toBeGreaterThanOrEqual(allocated);
      }
    });

    it('keeps to the sites asked for and leaves out what it does not know', async () => {
      const [item] = world.company.items;
      const sku = item?.sku ?? '';
      const stock = await world.port.stock([sku, 'NO-SUCH-SKU'], ['WH-NORD', 'NOWHERE'], CALL);
      expect(stock.map((entry) => [entry.sku, entry.locationCode])).toEqual([[sku, 'WH-NORD']]);
      expect(await world.port.stock([], null, CALL)).toEqual([]);
      expect(await world.port.stock([sku], [], CALL)).toEqual([]);
    });

    it('names the supply that is on its way with its day', async () => {
      const skus = world.company.items.map(({ sku }) => sku);
      const inbound = (await world.port.stock(skus, ['WH-NORD', 'WH-SUED'], CALL)).flatMap((entry) => entry.inbound);
      expect(inbound.length).toBeGreaterThan(0);
      for (const supply of inbound) {
        expect(supply).toMatchObject({ kind: 'PURCHASE_ORDER', reference: expect.stringMatching(/./) });
        expect(supply.quantity).toBeGreaterThan(0);
        expect(Date.parse(supply.expectedAt)).toBeGreaterThan(world.clock.now());
      }
    });
  });

  restateBattery(vendor, () => world);

  describe('shipments', () => {
    it('are told from the beginning, each with the state of its goods', async () => {
      const { changes, rejected } = await drain(world.port, 'shipments', null);
      expect(rejected).toEqual([]);
      const orders = shippedByUs();
      expect(orders.length).toBeGreaterThan(5);
      for (const order of orders) {
        const claims = claimsOf(changes, order.number);
        const told = new Map<string, number>();
        for (const { items, quantities } of claims.flatMap(({ progress }) => progress ?? [])) {
          const [item] = items;
          for (const [bucket, quantity] of Object.entries(quantities)) {
            const key = `${item?.value} ${bucket}`;
            told.set(key, (told.get(key) ?? 0) + quantity);
          }
        }
        const expected = new Map<string, number>();
        for (const line of order.lines) {
          const key = `${line.sku} ${RAW_PROGRESS[order.stage]}`;
          expected.set(key, (expected.get(key) ?? 0) + line.quantity);
        }
        expect([order.number, order.stage, Object.fromEntries(told)]).toEqual([
          order.number,
          order.stage,
          Object.fromEntries(expected),
        ]);
        for (const claim of claims) expect(claim.shipment?.originCode).toBe(order.siteCode);
      }
    });

    it('that left in part tell what is gone', async () => {
      const parts = world.company.orders.filter(
        (order) => order.stage === 'PARTIALLY_SHIPPED' && order.method === 'SHIP_TO_HOME',
      );
      expect(parts.length).toBeGreaterThan(0);
      const { changes } = await drain(world.port, 'shipments', null);
      for (const order of parts) {
        const told = claimsOf(changes, order.number).flatMap(({ progress }) => progress ?? []);
        const shipped = told.reduce((sum, { quantities }) => sum + (quantities.shipped ?? 0), 0);
        expect([order.number, shipped]).toEqual([
          order.number,
          order.lines.reduce((sum, line) => sum + line.shippedQuantity, 0),
        ]);
      }
    });

    it('name the parcel of what has left', async () => {
      const tracked = shippedByUs().filter((order) => order.trackingNumber !== undefined);
      expect(tracked.length).toBeGreaterThan(0);
      const { changes } = await drain(world.port, 'shipments', null);
      for (const order of tracked) {
        const claim = claimsOf(changes, order.number).find(({ shipment }) => shipment?.trackingNumber !== undefined);
        expect(claim?.shipment).toMatchObject({
          state: 'IN_TRANSIT',
          carrier: order.carrier,
          trackingNumber: order.trackingNumber,
        });
        const [shipment] = await world.port.shipments([claim?.documentId ?? ''], CALL);
        expect(shipment?.parcels).toEqual([
          expect.objectContaining({ carrier: order.carrier, trackingNumber: order.trackingNumber }),
        ]);
      }
    });

    it('come back in the order of the question, null where unknown', async () => {
      const { changes } = await drain(world.port, 'shipments', null);
      const [first, second] = changes.filter((change): change is OrderClaim => change.kind === 'order-claim');
      const ids = [second?.documentId ?? '', 'NO-SUCH-SHIPMENT', first?.documentId ?? ''];
      const found = await world.port.shipments(ids, CALL);
      expect(found.map((shipment) => shipment?.id ?? null)).toEqual([ids[0], null, ids[2]]);
      expect(await world.port.shipments([], CALL)).toEqual([]);
    });
  });

  describe('returns', () => {
    it('are told from the beginning, tied to the order that goods came back from', async () => {
      const { changes } = await drain(world.port, 'returns', null);
      const returned = world.company.orders.filter(
        (order) => order.stage === 'RETURNED' && order.erpNumber !== undefined && order.method === 'SHIP_TO_HOME',
      );
      expect(returned.length).toBeGreaterThan(0);
      for (const order of returned) {
        const [claim] = claimsOf(changes, order.number);
        expect(claim).toMatchObject({ documentType: 'return-receipt', return: { status: 'COMPLETED' } });
        const [known, unknown] = await world.port.returnReceipts([claim?.documentId ?? '', 'NO-SUCH-RETURN'], CALL);
        expect(known).toMatchObject({ id: claim?.documentId, orderReference: order.number });
        expect(unknown).toBeNull();
      }
    });
  });

  describe('streams', () => {
    it('state all stock of all sites once, from the beginning', async () => {
      const { changes } = await drain(world.port, 'stock', null);
      const told = new Map(
        stockChanges(changes).map((change) => [keyOf(change.items[0]?.value ?? '', change.locationCode), change]),
      );
      for (const [key, row] of held()) {
        expect([key, told.get(key)?.reading.onHand, told.get(key)?.reading.damaged]).toEqual([
          key,
          row.onHand,
          row.damaged,
        ]);
      }
    });

    it('state all that is on its way to all sites, the same as is told when asked', async () => {
      const { changes } = await drain(world.port, 'stock', null);
      const skus = world.company.items.map(({ sku }) => sku);
      const asked = (await world.port.stock(skus, null, CALL)).filter(({ inbound }) => inbound.length > 0);
      expect(asked.length).toBeGreaterThan(0);
      const stated = changes.filter((change) => change.kind === 'supply');
      expect(stated).toHaveLength(stockChanges(changes).length);
      const awaited = new Map(
        stated
          .filter(({ supplies }) => supplies.length > 0)
          .map((change) => [keyOf(change.items[0]?.value ?? '', change.locationCode), change.supplies]),
      );
      expect(awaited).toEqual(new Map(asked.map((entry) => [keyOf(entry.sku, entry.locationCode), entry.inbound])));
    });

    it("state the carriers' cut-offs of the sites that have any, once", async () => {
      const sites = world.company.sites.map(({ code }) => code);
      const profiles = (await world.port.warehouses?.(sites, CALL)) ?? [];
      const expected = profiles.flatMap((profile) =>
        profile === null ? [] : [[profile.locationCode, { carrierCutoffs: profile.carrierCutoffs }]],
      );
      const first = await drain(world.port, 'stock', null);
      const told = (changes: typeof first.changes) =>
        changes.flatMap((change) => (change.kind === 'location' ? [[change.code, change.facts]] : []));
      expect(told(first.changes)).toEqual(expected);
      expect(told((await drain(world.open(), 'stock', first.watermark)).changes)).toEqual([]);
    });

    it.each(['shipments', 'stock', 'returns'])('%s: when nothing happens, say nothing at little cost', async (name) => {
      let { watermark } = await drain(world.port, name, null);
      watermark = (await drain(world.port, name, watermark)).watermark;
      for (let poll = 0; poll < 40; poll++) {
        await world.clock.advance(streamOf(world.port, name).intervalMs);
        await world.control.resetLedger();
        const polled = await streamOf(world.port, name).poll(watermark, CALL);
        expect(polled).toMatchObject({ changes: [], rejected: [], more: false });
        expect(await callsOf()).toBeLessThanOrEqual(vendor.idleCalls);
        watermark = polled.watermark;
      }
      const rested = await streamOf(world.port, name).poll(watermark, CALL);
      expect(rested.watermark).toBe(watermark);
    });

    it('go on in another process from where the last one stored its place', async () => {
      const sku = world.company.items[0]?.sku ?? '';
      const { watermark } = await drain(world.port, 'shipments', null);
      await world.staff.count('WH-NORD', { sku, quantity: 10 });
      await world.staff.order('WEB-AFTER', 'WH-NORD', [{ sku, quantity: 1 }]);
      await world.staff.bring('WEB-AFTER', 'allocated');
      const successor = world.open();
      const polled = await drain(successor, 'shipments', watermark);
      expect(claimsOf(polled.changes, 'WEB-AFTER')).toHaveLength(1);
      const orders = new Set(
        polled.changes.flatMap((change) => (change.kind === 'order-claim' ? [change.documentId] : [])),
      );
      expect(orders.size).toBe(1);
    });

    it('hear of an assignment that found only a part, long after the shipment was made', async () => {
      const sku = world.company.items[0]?.sku ?? '';
      await world.staff.count('WH-NORD', { sku, quantity: 2 });
      await world.staff.order('WEB-PART', 'WH-NORD', [{ sku, quantity: 3 }]);
      await world.staff.bring('WEB-PART', 'released');
      let { watermark } = await drain(world.port, 'shipments', null);
      for (let minute = 0; minute < 5; minute++) {
        await world.clock.advance(60_000);
        watermark = (await drain(world.port, 'shipments', watermark)).watermark;
      }
      await world.staff.bring('WEB-PART', 'allocated');
      const [claim] = claimsOf((await drain(world.port, 'shipments', watermark)).changes, 'WEB-PART');
      expect(claim?.progress?.map(({ quantities }) => quantities)).toEqual([{ allocated: 2, backordered: 1 }]);
    });

    it('begin anew from a watermark that is not theirs', async () => {
      const { changes } = await drain(world.port, 'returns', 'written by another version');
      expect(changes.length).toBeGreaterThan(0);
    });
  });

  describe('when the world fails', () => {
    const sku = (): string => world.company.items[0]?.sku ?? '';

    it('wrong credentials are named', async () => {
      const port = world.open(vendor.wrongCredentials);
      await expect(port.stock([sku()], null, CALL)).rejects.toMatchObject({
        code: 'UPSTREAM_REFUSED',
        message: expect.stringMatching(/credentials/),
      });
    });

    it('a forgotten session is replaced once, whoever was waiting', async () => {
      if (vendor.sessions === null) return;
      const { forget, login } = vendor.sessions;
      await world.port.stock([sku()], ['WH-NORD'], CALL);
      await world.control.act(forget);
      await world.control.resetLedger();
      const answers = await Promise.all(
        [1, 2, 3, 4].map(() => world.port.stock([sku()], ['WH-NORD'], { ...CALL, callClass: 'CHECKOUT' })),
      );
      expect(answers.every((answer) => answer.length === 1)).toBe(true);
      expect((await world.control.ledger()).operations[login]?.calls).toBe(1);
    });

    it('an answer of another form is named, not guessed at', async () => {
      await world.control.addFault(vendor.stockDrift.fault);
      await expect(world.port.stock([sku()], null, CALL)).rejects.toMatchObject({
        code: 'UPSTREAM_MALFORMED',
        message: expect.stringMatching(vendor.stockDrift.names),
      });
    });

    it('a system that is down is unavailable, and a poll loses nothing by it', async () => {
      const { watermark } = await drain(world.port, 'shipments', null);
      await world.staff.count('WH-NORD', { sku: sku(), quantity: 10 });
      await world.staff.order('WEB-DURING', 'WH-NORD', [{ sku: sku(), quantity: 1 }]);
      await world.staff.bring('WEB-DURING', 'released');
      const down = await world.control.addFault({ kind: 'unavailable' });
      await expect(streamOf(world.port, 'shipments').poll(watermark, CALL)).rejects.toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
      });
      await world.control.clearFaults(down.id);
      const polled = await drain(world.port, 'shipments', watermark);
      expect(claimsOf(polled.changes, 'WEB-DURING')).toHaveLength(1);
    });

    it('a caller who has left is not waited for', async () => {
      const gone = AbortSignal.abort(new Error('the caller has left'));
      await expect(world.port.stock([sku()], null, { ...CALL, signal: gone })).rejects.toThrow('the caller has left');
    });
  });
};
