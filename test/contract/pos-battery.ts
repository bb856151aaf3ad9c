/** What every point of sale must do behind the port, whoever made it. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Change, OrderClaim, StockChange } from '#model/change.ts';
import type { CompanyOrder } from '#simulation/company/company.ts';
import type { PosStock } from '#subgraphs/pos/port.ts';
import type { PosVendorUnderTest } from './pos-vendors.ts';
import { CALL, openPosWorld, type PosWorld, streamOf } from './pos-world.ts';

const STORE = 'ST-BERLIN';

const keyOf = (sku: string, code: string): string => `${sku}@${code}`;
const skuOf = ({ items }: Pick<StockChange, 'items'>): string | undefined =>
  items.find(({ scheme }) => scheme === 'sku')?.value;
const stockChanges = (changes: readonly Change[]): readonly StockChange[] =>
  changes.filter((change) => change.kind === 'stock');
const claims = (changes: readonly Change[]): readonly OrderClaim[] =>
  changes.filter((change) => change.kind === 'order-claim');
const claimOf = (changes: readonly Change[], reference: string): OrderClaim | undefined =>
  claims(changes).findLast((claim) => claim.references.some(({ value }) => value === reference));

const PICKUP_STATES: Readonly<Partial<Record<CompanyOrder['stage'], string>>> = {
  CONFIRMED: 'REQUESTED',
  RELEASED: 'REQUESTED',
  ALLOCATED: 'PREPARING',
  PICKING: 'PREPARING',
  PACKED: 'PREPARING',
  READY_FOR_PICKUP: 'READY',
  COLLECTED: 'COLLECTED',
  RETURNED: 'COLLECTED',
  CANCELLED: 'CANCELLED',
};

export const posBattery = (vendor: PosVendorUnderTest): void => {
  let world: PosWorld;
  beforeEach(async () => {
    world = await openPosWorld(vendor);
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  const stores = () => world.company.sites.filter((site) => site.kind === 'STORE');
  const shelf = (): ReadonlyMap<string, number> => {
    const codes = new Set(stores().map(({ code }) => code));
    return new Map(
      world.company.stock
        .filter((row) => codes.has(row.siteCode))
        .map((row) => [keyOf(row.sku, row.siteCode), vendor.onHandOf(row)]),
    );
  };
  const pickups = () =>
    world.company.orders.filter((order) => order.method === 'PICKUP_IN_STORE' && PICKUP_STATES[order.stage]);
  const onHandOf = (stock: readonly PosStock[], sku: string, code: string): number | undefined =>
    stock.find((entry) => entry.sku === sku && entry.locationCode === code)?.onHand;
  /** A SKU with something on the shelf and no name of a store's own. */
  const plainSku = (): string => {
    const aliased = new Set(world.company.items.filter((item) => item.posAliases.length > 0).map(({ sku }) => sku));
    const row = world.company.stock.find(
      (entry) => entry.siteCode === STORE && entry.onHand - entry.damaged >= 5 && !aliased.has(entry.sku),
    );
    if (!row) throw new Error('the small company has no such SKU');
    return row.sku;
  };

  describe('reading', () => {
    it('stores: what the company says of them, null for others, in the order of the question', async () => {
      const [site] = stores();
      const profiles = await world.port.stores(['NOWHERE', site?.code ?? ''], CALL);
      expect(profiles[0]).toBeNull();
      expect(profiles[1]).toMatchObject({
        locationCode: site?.code,
        timeZone: site?.timeZone,
        phone: site?.phone,
        openingHours: site?.openingHours,
        active: true,
      });
    });

    it('stock: every SKU at every store, with the names of single stores added up', async () => {
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
      const sku = plainSku();
      const stock = await world.port.stock([sku], [STORE], CALL);
      expect(stock.map(({ locationCode }) => locationCode)).toEqual([STORE]);
      expect(onHandOf(stock, sku, STORE)).toBe(shelf().get(keyOf(sku, STORE)));
    });

    it('an unknown SKU, an unknown store and no store at all give nothing, and no error', async () => {
      expect(await world.port.stock(['NO-SUCH-SKU'], null, CALL)).toEqual([]);
      expect(await world.port.stock([plainSku()], ['NOWHERE'], CALL)).toEqual([]);
      expect(await world.port.stock([plainSku()], [], CALL)).toEqual([]);
      expect(await world.port.transactions(['no-such-id'], CALL)).toEqual([null]);
      expect(await world.port.pickupTasks(['no-such-id'], CALL)).toEqual([null]);
      expect(await world.port.storePickupTasks('NOWHERE', null, CALL)).toEqual([]);
    });

    it('aliases: what single stores call an item', async () => {
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
      const skus = world.company.items.slice(0, 40).map(({ sku }) => sku);
      await world.port.stock(skus.slice(0, 1), null, CALL); // names are read once, before
      await world.control.resetLedger();
      await Promise.all(skus.map((sku) => world.port.stock([sku], null, CALL)));
      expect((await world.control.ledger()).operations[vendor.operations.stock]?.calls).toBe(1);
    });

    it('orders are asked for in batches of what the vendor allows', async () => {
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

  describe('streams', () => {
    it('locations: what the till knows of its stores, told once', async () => {
      const first = await world.drain('locations', null);
      for (const site of stores()) {
        expect(first.changes).toContainEqual(
          expect.objectContaining({
            kind: 'location',
            code: site.code,
            facts: expect.objectContaining({ position: site.position, timeZone: site.timeZone }),
          }),
        );
      }
      const second = await world.drain('locations', first.watermark);
      expect(second).toMatchObject({ changes: [], rejected: [], watermark: first.watermark });
    });

    it('stock: everything at first, in parts, each item at each store once', async () => {
      const first = await world.drain('stock', null);
      expect(first.polls).toBeGreaterThan(1);
      const told = stockChanges(first.changes).map(
        (change) => [keyOf(skuOf(change) ?? '', change.locationCode), change.reading.onHand] as const,
      );
      expect(told).toHaveLength(shelf().size);
      expect(new Map(told)).toEqual(shelf());
      expect(first.rejected).toEqual([]);
    });

    it('stock: then only what changed', async () => {
      const first = await world.drain('stock', null);
      const sku = plainSku();
      const before = shelf().get(keyOf(sku, STORE)) ?? 0;
      await world.clock.advance(60_000);
      await world.control.act(vendor.acts.sale({ locationCode: STORE, sku, quantity: 2 }));
      const second = await world.drain('stock', first.watermark);
      const told = stockChanges(second.changes).filter((change) => skuOf(change) === sku);
      expect(told.map(({ locationCode, reading }) => [locationCode, reading.onHand])).toEqual([[STORE, before - 2]]);
      expect(second.changes.length).toBeLessThan(first.changes.length / 10);
      expect(second.watermark).not.toBe(first.watermark);
      // Nothing new: the place does not move, whatever is told again.
      expect((await world.drain('stock', second.watermark)).watermark).toBe(second.watermark);
    });

    it('a watermark does not move on failure, and nothing is lost', async () => {
      const first = await world.drain('stock', null);
      const sku = plainSku();
      await world.clock.advance(60_000);
      await world.control.act(vendor.acts.sale({ locationCode: STORE, sku, quantity: 1 }));
      await world.control.addFault({ kind: 'unavailable' });
      const poll = streamOf(world.port, 'stock').poll(first.watermark, { ...CALL, callClass: 'BACKGROUND' });
      await expect(poll).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
      await world.control.clearFaults();
      const again = await world.drain('stock', first.watermark);
      expect(stockChanges(again.changes).map(skuOf)).toContain(sku);
    });

    it('a reading in parts goes on where it stopped, in another process', async () => {
      const stream = streamOf(world.port, 'stock');
      const part = await stream.poll(null, CALL);
      expect(part.more).toBe(true);
      const rest = await world.drain('stock', part.watermark, world.open());
      const told = stockChanges([...part.changes, ...rest.changes]).map((change) =>
        keyOf(skuOf(change) ?? '', change.locationCode),
      );
      expect(told.toSorted()).toEqual([...shelf().keys()].toSorted());
    });

    it('orders: every pickup of the company as a claim, then only what changed', async () => {
      const first = await world.drain('orders', null);
      expect(claims(first.changes)).toHaveLength(pickups().length);
      for (const order of pickups()) {
        const claim = claimOf(first.changes, order.number);
        expect(claim).toMatchObject({
          documentType: 'pickup',
          references: [{ scheme: 'channel', value: order.number }],
          pickup: { locationCode: order.siteCode, state: PICKUP_STATES[order.stage] },
          customer: { email: order.customer.email },
        });
        expect(claim?.lines?.map((line) => [skuOf(line), line.ordered])).toEqual(
          order.lines.map((line) => [line.sku, line.quantity]),
        );
      }
      const ready = pickups().find(({ stage }) => stage === 'READY_FOR_PICKUP');
      await world.clock.advance(120_000);
      await world.control.act(vendor.acts.pickup(ready?.number ?? '', 'handOver'));
      const second = await world.drain('orders', first.watermark);
      // Some may be told again; only this one says something else than before.
      const before = claims(first.changes).map((claim) => JSON.stringify(claim));
      const news = claims(second.changes).filter((claim) => !before.includes(JSON.stringify(claim)));
      expect(news.map(({ references }) => references[0]?.value)).toEqual([ready?.number]);
      expect(claims(second.changes).length).toBeLessThan(claims(first.changes).length / 2);
      expect(claimOf(second.changes, ready?.number ?? '')?.pickup?.state).toBe('COLLECTED');
    });
  });

  describe('deliveries', () => {
    it('a sale is pushed, and reads like the stock afterwards', async () => {
      const sku = plainSku();
      const before = shelf().get(keyOf(sku, STORE)) ?? 0;
      const pushed = await world.pushed(
        vendor.acts.sale({ locationCode: STORE, sku, quantity: 3 }),
        (changes) => stockChanges(changes).length > 0,
      );
      const [change] = stockChanges(pushed.changes);
      expect(change?.locationCode).toBe(STORE);
      expect(change && skuOf(change)).toBe(sku);
      expect(change?.reading).toMatchObject({ onHand: before - 3, basis: 'PHYSICAL' });
      expect(onHandOf(await world.port.stock([sku], [STORE], CALL), sku, STORE)).toBe(before - 3);
    });

    it("a sale under a store's own name counts for the item", async () => {
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
      const pushed = await world.pushed(vendor.acts.newItem({ locationCode: STORE, sku: 'NEU-1' }), (changes) =>
        stockChanges(changes).some((change) => change.items.some(({ value }) => value === 'NEU-1')),
      );
      const change = stockChanges(pushed.changes).find(({ items }) => items.some(({ value }) => value === 'NEU-1'));
      expect(change?.items).toContainEqual({ scheme: 'pos-alias', scope: STORE, value: 'NEU-1' });
    });

    it('only genuine deliveries are taken', async () => {
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
      // The units leave the shelf when they are handed over, not before.
      expect(onHandOf(await world.port.stock([sku], [STORE], CALL), sku, STORE)).toBe(before - 2);
      const [task] = await world.port.pickupTasks([told[0]?.documentId ?? ''], CALL);
      expect(task).toMatchObject({ state: 'COLLECTED', orderReference: 'WEB-99' });
      const [transaction] = await world.port.transactions([told[0]?.documentId ?? ''], CALL);
      expect(transaction).toMatchObject({ kind: 'PICKUP', orderReference: 'WEB-99', total: told[0]?.total });
    });

    it.each([
      ['callOff', 'CANCELLED', 'CANCELLED', { cancelled: 1 }],
      ['short', 'SHORT', 'SHORT', { open: 1 }],
    ] as const)('a pickup that ends badly says so: %s', async (step, pickup, task, quantities) => {
      const order = { locationCode: STORE, sku: plainSku(), quantity: 1, reference: 'WEB-98' };
      await world.control.act(vendor.acts.pickupOrder(order));
      const pushed = await world.pushed(
        vendor.acts.pickup('WEB-98', step),
        (changes) => claimOf(changes, 'WEB-98')?.pickup?.state === pickup,
      );
      const claim = claimOf(pushed.changes, 'WEB-98');
      expect(claim?.progress?.[0]?.quantities).toEqual(quantities);
      const [seen] = await world.port.pickupTasks([claim?.documentId ?? ''], CALL);
      expect(seen?.state).toBe(task);
    });
  });

  describe('when the vendor fails', () => {
    it('throttled: says for how long', async () => {
      await world.control.addFault({ kind: 'throttle', retryAfterMs: 60_000 });
      await expect(world.port.stock([plainSku()], null, CALL)).rejects.toMatchObject({
        code: 'UPSTREAM_RATE_LIMITED',
        details: { retryAfterMs: 60_000 },
      });
    });

    it('unavailable', async () => {
      await world.control.addFault({ kind: 'unavailable' });
      await expect(world.port.stock([plainSku()], null, CALL)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    });

    it('a wrong secret is refused, with the remedy', async () => {
      const wrong = Object.fromEntries(Object.keys(vendor.credentials).map((name) => [name, 'wrong']));
      await expect(world.open(wrong).stock([plainSku()], null, CALL)).rejects.toMatchObject({
        code: 'UPSTREAM_REFUSED',
        message: expect.stringContaining('Check'),
      });
    });

    it('an answer that is not as documented names its field', async () => {
      await world.control.addFault(vendor.stockDrift.fault);
      const reading = world.port.stock([plainSku()], null, CALL);
      await expect(reading).rejects.toMatchObject({
        code: 'UPSTREAM_MALFORMED',
        details: { field: expect.stringMatching(vendor.stockDrift.names) },
        message: expect.stringMatching(vendor.stockDrift.names),
      });
    });
  });
};
