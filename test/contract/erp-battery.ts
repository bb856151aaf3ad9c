/** What every ERP must do behind the port, whoever made it: what it masters, and how it fails. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ItemReference, normalizeGtin, referenceKey } from '#model/identifiers.ts';
import { money } from '#model/money.ts';
import type { CompanyItem, CompanyStock } from '#simulation/company/company.ts';
import type { ErpVendorUnderTest } from './erp-vendors.ts';
import { CALL, claimsOf, drain, type ErpWorld, openErpWorld, streamOf } from './erp-world.ts';

const keyOf = (sku: string, code: string): string => `${sku}@${code}`;

/** Every name of an item beside its SKU. */
const namesOf = (item: CompanyItem): readonly ItemReference[] => [
  { scheme: 'gtin', value: normalizeGtin(item.gtin13) ?? '' },
  ...item.posAliases.map(({ storeCode, alias }) => ({ scheme: 'pos-alias', scope: storeCode, value: alias }) as const),
  ...(item.listing === undefined
    ? []
    : [{ scheme: 'listing', scope: item.listing.marketplace, value: item.listing.sellerSku } as const]),
];

export const erpBattery = (vendor: ErpVendorUnderTest): void => {
  let world: ErpWorld;
  beforeEach(async () => {
    world = await openErpWorld(vendor);
    // Opens the session and asks for the company once, so that calls counted below are those of the question.
    await world.port.variants([{ scheme: 'sku', value: 'P1000-S' }], CALL);
    await world.port.locations(CALL);
    await world.control.resetLedger();
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });
  const callsMade = async (): Promise<number> => (await world.control.ledger()).calls;
  const itemWith = (wanted: (item: CompanyItem) => boolean): CompanyItem => {
    const found = world.company.items.find(wanted);
    if (!found) throw new Error('the small company has no such item');
    return found;
  };

  describe('items', () => {
    it('are what the company sells, with every name they go by', async () => {
      const references = world.company.items.map(({ sku }) => ({ scheme: 'sku', value: sku }) as const);
      const variants = await world.port.variants(references, CALL);
      expect(await callsMade()).toBeLessThanOrEqual(vendor.variantCalls);
      for (const [place, item] of world.company.items.entries()) {
        const [gtin, ...others] = namesOf(item);
        expect(variants[place]).toEqual({
          sku: item.sku,
          gtin: gtin?.value,
          productCode: item.productCode,
          productTitle: world.company.products.find(({ code }) => code === item.productCode)?.name,
          title: item.title,
          lifecycle: 'ACTIVE',
          unitOfMeasure: expect.stringMatching(/./),
          listPrice: money(item.priceMinor, 'EUR'),
          aliases: expect.arrayContaining([...others]),
        });
        expect(variants[place]?.aliases).toHaveLength(others.length);
      }
    });

    it('are found by any name in one go, in the order asked for, and an unknown one spoils nothing', async () => {
      const aliased = itemWith(({ posAliases }) => posAliases.length > 0);
      const listed = itemWith(({ listing, sku }) => listing !== undefined && listing.sellerSku !== sku);
      const plain = itemWith(() => true);
      const references: readonly ItemReference[] = [
        { scheme: 'sku', value: 'NO-SUCH-SKU' },
        ...namesOf(listed).filter(({ scheme }) => scheme === 'listing'),
        { scheme: 'gtin', value: '00000000000000' },
        ...namesOf(aliased).filter(({ scheme }) => scheme === 'pos-alias'),
        { scheme: 'gtin', value: plain.gtin13 },
        { scheme: 'listing', scope: 'NOWHERE', value: plain.sku },
        { scheme: 'sku', value: plain.sku },
      ];
      const found = await world.port.variants(references, CALL);
      expect(found.map((variant) => variant?.sku ?? null)).toEqual([
        null,
        listed.sku,
        null,
        aliased.sku,
        plain.sku,
        null,
        plain.sku,
      ]);
      expect(await callsMade()).toBeLessThanOrEqual(vendor.variantCalls);
      expect(await world.port.variants([], CALL)).toEqual([]);
    });

    it('a till’s word means nothing in another store', async () => {
      const { posAliases } = itemWith((item) => item.posAliases.length > 0);
      const alias = posAliases[0]?.alias ?? '';
      const elsewhere = world.company.sites.find(({ code }) => code !== posAliases[0]?.storeCode)?.code ?? '';
      const [found] = await world.port.variants([{ scheme: 'pos-alias', scope: elsewhere, value: alias }], CALL);
      expect(found).toBeNull();
    });

    it('products list their items in the order they were made; an unknown code is null', async () => {
      const [known, unknown] = await world.port.products(['P1000', 'NO-SUCH-PRODUCT'], CALL);
      const items = world.company.items.filter(({ productCode }) => productCode === 'P1000');
      expect(known).toEqual({ code: 'P1000', title: expect.any(String), skus: items.map(({ sku }) => sku) });
      expect(unknown).toBeNull();
    });

    it('the catalogue has every item once, whatever the page size', async () => {
      const skus: string[] = [];
      for (let offset: number | null = 0; offset !== null; ) {
        const page = await world.port.catalog({ offset, limit: 37 }, CALL);
        expect(page.total).toBe(world.company.items.length);
        expect(page.items.length).toBeLessThanOrEqual(37);
        skus.push(...page.items.map(({ sku }) => sku));
        offset = page.nextOffset;
      }
      expect(skus).toEqual(world.company.items.map(({ sku }) => sku).toSorted());
    });

    it('the catalogue narrows by words, products, category and stage, all at once', async () => {
      const all = { offset: 0, limit: 250 };
      const lists = async (query: object): Promise<readonly string[]> =>
        (await world.port.catalog({ ...query, ...all }, CALL)).items.map(({ sku }) => sku);
      const { items, products } = world.company;
      const shoes = new Set(products.filter(({ category }) => category === 'Shoes').map(({ code }) => code));
      const inShoes = items.filter(({ productCode }) => shoes.has(productCode)).map(({ sku }) => sku);
      expect((await lists({ category: 'Shoes' })).toSorted()).toEqual(inShoes.toSorted());
      expect(await lists({ category: 'No such category' })).toEqual([]);
      expect((await lists({ productCodes: ['P1000', 'P1002'] })).length).toBe(8);
      expect(await lists({ productCodes: [] })).toEqual([]);
      expect((await lists({ search: 'sneaker' })).toSorted()).toEqual(inShoes.toSorted());
      expect(await lists({ search: items[0]?.gtin13 })).toEqual([items[0]?.sku]);
      expect(await lists({ search: '%' })).toEqual([]);
      expect(await lists({ search: 'P1000_S' })).toEqual([]);
      expect((await lists({ lifecycle: ['ACTIVE'] })).length).toBe(items.length);
      expect(await lists({ lifecycle: [] })).toEqual([]);
      await world.staff.discontinue('P1002-S');
      expect(await lists({ lifecycle: ['DISCONTINUED'], category: 'Shoes' })).toEqual(['P1002-S']);
      expect(await lists({ lifecycle: ['ACTIVE'], productCodes: ['P1002'] })).not.toContain('P1002-S');
      const [gone] = await world.port.variants([{ scheme: 'sku', value: 'P1002-S' }], CALL);
      expect(gone?.lifecycle).toBe('DISCONTINUED');
    });

    it('the same item has the same names however it was found', async () => {
      const item = itemWith(({ posAliases, listing }) => posAliases.length > 0 || listing !== undefined);
      const [bySku, byGtin] = await world.port.variants(
        [
          { scheme: 'sku', value: item.sku },
          { scheme: 'gtin', value: item.gtin13 },
        ],
        CALL,
      );
      expect(byGtin).toEqual(bySku);
      expect(new Set(bySku?.aliases.map(referenceKey)).size).toBe(bySku?.aliases.length);
    });
  });

  describe('places', () => {
    it('are the company’s sites with kind, address and time zone', async () => {
      const places = new Map((await world.port.locations(CALL)).map((place) => [place.code, place]));
      expect([...places.keys()].toSorted()).toEqual(world.company.sites.map(({ code }) => code).toSorted());
      for (const site of world.company.sites) {
        expect(places.get(site.code)).toMatchObject({
          name: site.name,
          kind: site.kind,
          timeZone: site.timeZone,
          address: { lines: [site.street], city: site.city, postalCode: site.postalCode, country: site.country },
        });
      }
    });
  });

  describe('book stock', () => {
    const held = (): ReadonlyMap<string, CompanyStock> =>
      new Map(world.company.stock.map((row) => [keyOf(row.sku, row.siteCode), row]));

    it('is what the company has at every site, damaged goods apart, in few calls', async () => {
      const skus = world.company.items.slice(0, 60).map(({ sku }) => sku);
      const stock = await world.port.stock(skus, null, CALL);
      expect(await callsMade()).toBeLessThanOrEqual(vendor.stockCalls(skus.length, world.company.sites.length));
      const rows = held();
      const told = new Map(stock.map((entry) => [keyOf(entry.sku, entry.locationCode), entry]));
      for (const sku of skus) {
        for (const { code } of world.company.sites) {
          const { onHand = 0, damaged = 0 } = rows.get(keyOf(sku, code)) ?? {};
          const entry = told.get(keyOf(sku, code));
          expect([sku, code, entry?.onHand ?? 0, entry?.blocked ?? 0]).toEqual([sku, code, onHand, damaged]);
        }
      }
      expect(stock.some(({ blocked }) => blocked > 0)).toBe(true);
    });

    it('costs no more for one item at all sites than for all items at one', async () => {
      const [sku = ''] = world.company.items.map((item) => item.sku);
      const everywhere = await world.port.stock([sku], null, CALL);
      const sites = world.company.sites.length;
      expect(await callsMade()).toBeLessThanOrEqual(vendor.stockCalls(1, sites));
      await world.control.resetLedger();
      const here = await world.port.stock(
        world.company.items.map((item) => item.sku),
        ['WH-NORD'],
        CALL,
      );
      expect(await callsMade()).toBeLessThanOrEqual(vendor.stockCalls(world.company.items.length, 1));
      const same = (entry: (typeof here)[number]): boolean => entry.sku === sku && entry.locationCode === 'WH-NORD';
      expect(everywhere.find(same)).toEqual(here.find(same));
    });

    it('counts as reserved what is promised and still there, from allocation until it leaves', async () => {
      const sku = 'P1003-S';
      const read = async () => (await world.port.stock([sku], ['WH-NORD'], CALL))[0];
      await world.staff.receive('WH-NORD', { sku, quantity: 10 });
      const before = await read();
      const sale = { reference: 'WEB-RES', siteCode: 'WH-NORD', goods: [{ sku, quantity: 2 }] } as const;
      await world.staff.sell({ ...sale, method: 'SHIP_TO_HOME' }, 'processed');
      expect((await read())?.reserved).toBe(before?.reserved);
      await world.staff.bring('WEB-RES', 'allocated');
      const promised = await read();
      expect(promised).toMatchObject({ onHand: before?.onHand, reserved: Number(before?.reserved) + 2 });
      expect(promised?.basis).toBe('PHYSICAL');
      await world.staff.bring('WEB-RES', 'shipped');
      expect(await read()).toMatchObject({ onHand: Number(before?.onHand) - 2, reserved: before?.reserved });
    });

    it('every packed and assigned unit of the company’s orders is reserved where it stands', async () => {
      const promised = new Map<string, number>();
      const stages = ['ALLOCATED', 'PICKING', 'PACKED', 'PARTIALLY_SHIPPED'];
      for (const order of world.company.orders) {
        if (order.method !== 'SHIP_TO_HOME' || !stages.includes(order.stage) || !order.erpNumber) continue;
        for (const line of order.lines) {
          const key = keyOf(line.sku, order.siteCode);
          promised.set(key, (promised.get(key) ?? 0) + line.quantity - line.shippedQuantity);
        }
      }
      const expected = [...promised].filter(([, quantity]) => quantity > 0);
      expect(expected.length).toBeGreaterThan(3);
      const skus = [...new Set(expected.map(([key]) => key.split('@')[0] ?? ''))];
      const stock = await world.port.stock(skus, null, CALL);
      const told = new Map(stock.map((entry) => [keyOf(entry.sku, entry.locationCode), entry.reserved]));
      expect(expected.map(([key]) => [key, told.get(key)])).toEqual(expected);
    });

    it('knows what has been bought and is not here yet', async () => {
      const skus = world.company.items.map(({ sku }) => sku);
      const stock = await world.port.stock(skus, null, CALL);
      const onOrder = stock.filter((entry) => entry.onOrder > 0);
      expect(new Set(onOrder.map(({ locationCode }) => locationCode))).toEqual(new Set(['WH-NORD', 'WH-SUED']));
    });

    it('keeps to what is asked for and leaves out what it does not know', async () => {
      const stock = await world.port.stock(['P1000-S', 'NO-SUCH-SKU'], ['WH-NORD', 'NOWHERE'], CALL);
      expect(stock.map((entry) => [entry.sku, entry.locationCode])).toEqual([['P1000-S', 'WH-NORD']]);
      expect(await world.port.stock([], null, CALL)).toEqual([]);
      expect(await world.port.stock(['P1000-S'], [], CALL)).toEqual([]);
    });
  });

  describe('sales orders', () => {
    it('come back in the order asked for, with their invoices, null where unknown', async () => {
      const shipped = world.company.orders.find((order) => order.stage === 'DELIVERED' && order.erpNumber);
      const waiting = world.company.orders.find(
        (order) => order.stage === 'RELEASED' && order.method === 'SHIP_TO_HOME',
      );
      const totalOf = (order: typeof shipped): number =>
        order?.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0) ?? -1;
      const numbers = [waiting?.erpNumber ?? '', 'NO-SUCH-ORDER', shipped?.erpNumber ?? ''];
      const [first, unknown, second] = await world.port.salesOrders(numbers, CALL);
      expect(unknown).toBeNull();
      expect(first).toMatchObject({
        number: waiting?.erpNumber,
        posting: 'NOT_POSTED',
        invoices: [],
        total: money(totalOf(waiting), 'EUR'),
        externalReferences: [expect.objectContaining({ kind: 'order-number', value: waiting?.number })],
      });
      expect(second).toMatchObject({
        number: shipped?.erpNumber,
        posting: 'POSTED',
        invoices: [{ status: 'POSTED', total: money(totalOf(shipped), 'EUR'), postedAt: expect.any(String) }],
      });
      expect(await world.port.salesOrders([], CALL)).toEqual([]);
    });
  });

  describe('when the world fails', () => {
    const ask = (port: ErpWorld['port']) => port.variants([{ scheme: 'sku', value: 'P1000-S' }], CALL);

    it('wrong credentials are named', async () => {
      await expect(ask(world.open(vendor.wrongCredentials))).rejects.toMatchObject({
        code: 'UPSTREAM_REFUSED',
        message: expect.stringMatching(/credentials/),
      });
    });

    it('a forgotten session is replaced once, whoever was waiting', async () => {
      if (vendor.sessions === null) return;
      await world.control.act(vendor.sessions.forget);
      await world.control.resetLedger();
      const answers = await Promise.all([1, 2, 3, 4].map(() => ask(world.port)));
      expect(answers.map((answer) => answer[0]?.sku)).toEqual(['P1000-S', 'P1000-S', 'P1000-S', 'P1000-S']);
      expect((await world.control.ledger()).operations[vendor.sessions.login]?.calls).toBe(1);
    });

    it('an answer of another form is named, not guessed at', async () => {
      const items = await world.control.addFault(vendor.drifts.items.fault);
      await expect(ask(world.port)).rejects.toMatchObject({
        code: 'UPSTREAM_MALFORMED',
        message: expect.stringMatching(vendor.drifts.items.names),
      });
      await world.control.clearFaults(items.id);
      await world.control.addFault(vendor.drifts.sales.fault);
      await expect(streamOf(world.port, 'sales').poll(null, CALL)).rejects.toMatchObject({
        code: 'UPSTREAM_MALFORMED',
        message: expect.stringMatching(vendor.drifts.sales.names),
      });
    });

    it('a system that is down is unavailable, and a poll loses nothing by it', async () => {
      const { watermark } = await drain(world.port, 'sales', null);
      const goods = [{ sku: 'P1000-S', quantity: 1 }];
      await world.staff.sell(
        { reference: 'WEB-DURING', siteCode: 'WH-NORD', goods, method: 'SHIP_TO_HOME' },
        'confirmed',
      );
      const down = await world.control.addFault({ kind: 'unavailable' });
      await expect(streamOf(world.port, 'sales').poll(watermark, CALL)).rejects.toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
      });
      await world.control.clearFaults(down.id);
      const polled = await drain(world.port, 'sales', watermark);
      expect(claimsOf(polled.changes, 'WEB-DURING')).toHaveLength(1);
    });

    it('being told to wait is a failure that says how long', async () => {
      await world.control.addFault({ kind: 'throttle', retryAfterMs: 3_600_000 });
      await expect(ask(world.port)).rejects.toMatchObject({
        code: 'UPSTREAM_RATE_LIMITED',
        details: { retryAfterMs: 3_600_000 },
      });
    });

    it('a caller who has left is not waited for', async () => {
      const gone = AbortSignal.abort(new Error('the caller has left'));
      const call = { ...CALL, signal: gone };
      await expect(world.port.locations(call)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
      expect(await callsMade()).toBe(0);
    });
  });
};
