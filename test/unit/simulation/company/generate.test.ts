import { describe, expect, it } from '@jest/globals';
import { normalizeGtin } from '#model/identifiers.ts';
import { distanceKm } from '#model/location.ts';
import { isoOf } from '#runtime/clock.ts';
import type { Company, CompanyOrder } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';

const NOW_MS = Date.UTC(2026, 2, 2, 9);
const companies = {
  small: drawCompany({ size: 'small', nowMs: NOW_MS }),
  full: drawCompany({ size: 'full', nowMs: NOW_MS }),
};

const duplicates = (values: readonly string[]): string[] =>
  values.filter((value, index) => values.indexOf(value) !== index);

const stockKey = (sku: string, siteCode: string): string => `${sku}@${siteCode}`;
const stockOf = (company: Company): Map<string, Company['stock'][number]> =>
  new Map(company.stock.map((row) => [stockKey(row.sku, row.siteCode), row]));

/** The checksum rule in other words than the code under test: weights 1 and 3 from the left, total divisible by ten. */
const hasValidEan13 = (digits: string): boolean =>
  /^\d{13}$/.test(digits) && [...digits].reduce((sum, digit, i) => sum + Number(digit) * (i % 2 ? 3 : 1), 0) % 10 === 0;

const promisedStages = [
  'CONFIRMED',
  'RELEASED',
  'ALLOCATED',
  'PICKING',
  'PACKED',
  'PARTIALLY_SHIPPED',
  'READY_FOR_PICKUP',
];

const promisedBy = (orders: readonly CompanyOrder[]): Map<string, number> => {
  const promised = new Map<string, number>();
  for (const order of orders) {
    if (!promisedStages.includes(order.stage)) continue;
    for (const line of order.lines) {
      const key = stockKey(line.sku, order.siteCode);
      promised.set(key, (promised.get(key) ?? 0) + line.quantity - line.shippedQuantity);
    }
  }
  return promised;
};

describe.each(['small', 'full'] as const)('the %s company', (size) => {
  const company = companies[size];
  const stores = company.sites.filter((site) => site.kind === 'STORE');
  const expected = {
    small: { stores: 3, products: 50, items: 200, orders: 40, lastUnits: 3 },
    full: { stores: 300, products: 500, items: 2000, orders: 360, lastUnits: 20 },
  }[size];

  it('is drawn the same every time', () => {
    expect(drawCompany({ size, nowMs: NOW_MS })).toEqual(company);
  });

  it('differs only in times when drawn at another moment', () => {
    const later = drawCompany({ size, nowMs: NOW_MS + 86_400_000 });
    const timeless = (orders: readonly CompanyOrder[]) =>
      orders.map((order) => ({ ...order, placedAt: '', stageAt: '' }));
    expect(timeless(later.orders)).toEqual(timeless(company.orders));
    expect({ ...later, orders: [], startedAt: '' }).toEqual({ ...company, orders: [], startedAt: '' });
  });

  it('has the counts of its size', () => {
    expect(stores).toHaveLength(expected.stores);
    expect(company.sites.filter((site) => site.kind === 'WAREHOUSE').map((site) => site.code)).toEqual([
      'WH-NORD',
      'WH-SUED',
    ]);
    expect(company.products).toHaveLength(expected.products);
    expect(company.items).toHaveLength(expected.items);
    expect(company.orders).toHaveLength(expected.orders);
    expect(stores.slice(0, 3).map((site) => site.code)).toEqual(['ST-BERLIN', 'ST-HAMBURG', 'ST-MUENCHEN']);
  });

  it('gives nothing the same key twice', () => {
    expect(duplicates(company.sites.map((site) => site.code))).toEqual([]);
    expect(duplicates(company.sites.map((site) => site.name))).toEqual([]);
    expect(duplicates(company.sites.map((site) => site.gln))).toEqual([]);
    expect(duplicates(company.products.map((product) => product.code))).toEqual([]);
    expect(duplicates(company.products.map((product) => product.name))).toEqual([]);
    expect(duplicates(company.items.map((item) => item.sku))).toEqual([]);
    expect(duplicates(company.items.map((item) => item.gtin13))).toEqual([]);
    expect(duplicates(company.items.flatMap((item) => item.listing?.asin ?? []))).toEqual([]);
    expect(duplicates(company.items.flatMap((item) => item.listing?.sellerSku ?? []))).toEqual([]);
    expect(duplicates(company.orders.map((order) => order.number))).toEqual([]);
    expect(duplicates(company.orders.flatMap((order) => order.erpNumber ?? []))).toEqual([]);
    expect(stockOf(company).size).toBe(company.stock.length);
  });

  it('writes GTINs and GLNs with a right check digit', () => {
    expect(company.items.filter((item) => !hasValidEan13(item.gtin13))).toEqual([]);
    expect(company.items.filter((item) => normalizeGtin(item.gtin13) === null)).toEqual([]);
    expect(company.sites.filter((site) => !hasValidEan13(site.gln))).toEqual([]);
  });

  it('places every site in Germany, with five-digit postal codes and, for stores, hours from Monday to Saturday', () => {
    const centre = { latitude: 51.16, longitude: 10.45 };
    expect(company.sites.filter((site) => distanceKm(site.position, centre) > 450)).toEqual([]);
    expect(company.sites.filter((site) => !/^\d{5}$/.test(site.postalCode))).toEqual([]);
    for (const store of stores) {
      expect(store.openingHours.map((hours) => hours.dayOfWeek)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(store.openingHours.filter((hours) => hours.opens >= hours.closes)).toEqual([]);
    }
  });

  it('holds stock that can exist, at known sites, of known items', () => {
    const sites = new Set(company.sites.map((site) => site.code));
    const skus = new Set(company.items.map((item) => item.sku));
    const wrong = company.stock.filter(
      (row) =>
        !sites.has(row.siteCode) ||
        !skus.has(row.sku) ||
        !Number.isInteger(row.onHand) ||
        row.onHand < 0 ||
        row.damaged < 0 ||
        row.damaged > row.onHand,
    );
    expect(wrong).toEqual([]);
  });

  it('has items down to their last unit: one store, one unit, nothing elsewhere, listed, in no order', () => {
    const bySku = Map.groupBy(company.stock, (row) => row.sku);
    const ordered = new Set(company.orders.flatMap((order) => order.lines.map((line) => line.sku)));
    const lastUnits = company.items.filter((item) => {
      const rows = bySku.get(item.sku) ?? [];
      return rows.length === 1 && rows[0]?.onHand === 1 && rows[0].damaged === 0;
    });
    expect(lastUnits.length).toBeGreaterThanOrEqual(expected.lastUnits);
    const storeCodes = new Set(stores.map((store) => store.code));
    for (const item of lastUnits) {
      expect(storeCodes).toContain(bySku.get(item.sku)?.[0]?.siteCode);
      expect(item.listing).toMatchObject({ fulfilment: 'MFN', sellerSku: item.sku, quantity: 1 });
      expect(ordered).not.toContain(item.sku);
    }
  });

  it('stocks everything else in both warehouses', () => {
    const bySku = Map.groupBy(company.stock, (row) => row.sku);
    for (const item of company.items) {
      const rows = bySku.get(item.sku) ?? [];
      if (rows.length === 1) continue;
      expect(rows.map((row) => row.siteCode)).toEqual(expect.arrayContaining(['WH-NORD', 'WH-SUED']));
    }
  });

  it('keeps till aliases only for items that the store carries, each alias once per store', () => {
    const stock = stockOf(company);
    const aliases = company.items.flatMap((item) => item.posAliases.map((alias) => ({ ...alias, sku: item.sku })));
    expect(aliases.length).toBe(expected.items / 50);
    expect(aliases.filter((alias) => !stock.has(stockKey(alias.sku, alias.storeCode)))).toEqual([]);
    expect(duplicates(aliases.map((alias) => stockKey(alias.alias, alias.storeCode)))).toEqual([]);
  });

  it('lists about two fifths of the items, most of them shipped by the merchant under their own SKU', () => {
    const listed = company.items.flatMap((item) => (item.listing ? [{ sku: item.sku, ...item.listing }] : []));
    expect(listed.length / company.items.length).toBeGreaterThan(0.35);
    expect(listed.length / company.items.length).toBeLessThan(0.48);
    const own = listed.filter((listing) => listing.fulfilment === 'MFN' && listing.sellerSku === listing.sku);
    const legacy = listed.filter((listing) => listing.fulfilment === 'MFN' && listing.sellerSku.startsWith('LEG-'));
    const fba = listed.filter((listing) => listing.fulfilment === 'FBA');
    expect(own.length).toBeGreaterThan(0.75 * listed.length);
    expect(legacy.length).toBeGreaterThan(0);
    expect(fba.length).toBeGreaterThan(0);
    expect(own.length + legacy.length + fba.length).toBe(listed.length);
    expect(listed.filter((listing) => !/^B0[0-9A-Z]{8}$/.test(listing.asin))).toEqual([]);
  });

  it('publishes what can be sold, never more than 500', () => {
    const promised = promisedBy(company.orders);
    const sellable = new Map<string, number>();
    for (const row of company.stock) {
      const free = row.onHand - row.damaged - (promised.get(stockKey(row.sku, row.siteCode)) ?? 0);
      sellable.set(row.sku, (sellable.get(row.sku) ?? 0) + free);
    }
    for (const { sku, listing } of company.items) {
      if (listing?.fulfilment !== 'MFN') continue;
      expect(listing.quantity).toBe(Math.min(500, sellable.get(sku) ?? 0));
    }
  });

  it('promises no unit twice: open orders fit into undamaged stock', () => {
    const stock = stockOf(company);
    const over = [...promisedBy(company.orders)].filter(([key, quantity]) => {
      const row = stock.get(key);
      return row === undefined || quantity > row.onHand - row.damaged;
    });
    expect(over).toEqual([]);
  });

  it('writes orders whose items are carried at their site, pickups at stores and the rest at warehouses', () => {
    const stock = stockOf(company);
    const kindOf = new Map(company.sites.map((site) => [site.code, site.kind]));
    for (const order of company.orders) {
      expect(order.lines.length).toBeGreaterThanOrEqual(1);
      expect(order.lines.length).toBeLessThanOrEqual(4);
      expect(kindOf.get(order.siteCode)).toBe(order.method === 'PICKUP_IN_STORE' ? 'STORE' : 'WAREHOUSE');
      expect(order.lines.filter((line) => !stock.has(stockKey(line.sku, order.siteCode)))).toEqual([]);
      expect(duplicates(order.lines.map((line) => line.sku))).toEqual([]);
    }
  });

  it('sells on the marketplace only what the merchant ships there', () => {
    const shippable = new Set(
      company.items.filter((item) => item.listing?.fulfilment === 'MFN').map((item) => item.sku),
    );
    const sold = company.orders.filter((order) => order.channel === 'amazon').flatMap((order) => order.lines);
    expect(sold.length).toBeGreaterThan(0);
    expect(sold.filter((line) => !shippable.has(line.sku))).toEqual([]);
  });

  it('places orders within the last ten days and lets no stage lie ahead or before the order', () => {
    for (const order of company.orders) {
      expect(order.placedAt >= isoOf(NOW_MS - 10 * 86_400_000)).toBe(true);
      expect(order.stageAt >= order.placedAt && order.stageAt <= isoOf(NOW_MS)).toBe(true);
    }
  });

  it('numbers orders as their channels do, and posts all but the youngest marketplace orders to the ERP', () => {
    for (const order of company.orders) {
      expect(order.number).toMatch(order.channel === 'web' ? /^WEB-2\d{4}$/ : /^302-\d{7}-\d{7}$/);
      if (order.erpNumber !== undefined) expect(order.erpNumber).toMatch(/^SO\d{5}$/);
    }
    const notPosted = company.orders.filter((order) => order.erpNumber === undefined);
    expect(notPosted.length).toBeGreaterThan(0);
    for (const order of notPosted) {
      expect(order).toMatchObject({ channel: 'amazon', stage: 'CONFIRMED' });
      expect(order.placedAt > isoOf(NOW_MS - 3_600_000)).toBe(true);
    }
  });

  it('ships the quantities that the stage says, and only parcels have a carrier', () => {
    const gone = ['SHIPPED', 'DELIVERED', 'COLLECTED', 'RETURNED'];
    for (const order of company.orders) {
      const shipped = order.lines.reduce((sum, line) => sum + line.shippedQuantity, 0);
      const quantity = order.lines.reduce((sum, line) => sum + line.quantity, 0);
      if (gone.includes(order.stage)) expect(shipped).toBe(quantity);
      else if (order.stage === 'PARTIALLY_SHIPPED') expect(shipped > 0 && shipped < quantity).toBe(true);
      else expect(shipped).toBe(0);
      const parcel = order.method === 'SHIP_TO_HOME' && shipped > 0;
      expect(order.carrier !== undefined && order.trackingNumber !== undefined).toBe(parcel);
    }
  });

  it('stands in every meaningful stage on every channel', () => {
    const stages = (channel: string, method: string): Set<string> =>
      new Set(company.orders.filter((o) => o.channel === channel && o.method === method).map((o) => o.stage));
    const parcels = ['CONFIRMED', 'RELEASED', 'ALLOCATED', 'PICKING', 'PACKED', 'PARTIALLY_SHIPPED', 'SHIPPED'];
    const ended = ['CANCELLED', 'RETURNED'];
    expect([...stages('web', 'SHIP_TO_HOME')]).toEqual(
      expect.arrayContaining(['QUOTED', ...parcels, 'DELIVERED', ...ended]),
    );
    expect([...stages('amazon', 'SHIP_TO_HOME')]).toEqual(expect.arrayContaining([...parcels, 'DELIVERED', ...ended]));
    expect([...stages('web', 'PICKUP_IN_STORE')]).toEqual(
      expect.arrayContaining(['CONFIRMED', 'PICKING', 'READY_FOR_PICKUP', 'COLLECTED', ...ended]),
    );
  });
});

describe('the two sizes', () => {
  it('agree: the small company is the beginning of the full one', () => {
    const { small, full } = companies;
    const withoutQuantity = (items: Company['items']) =>
      items.map((item) => ({ ...item, ...(item.listing && { listing: { ...item.listing, quantity: 0 } }) }));
    expect(full.sites.slice(0, small.sites.length)).toEqual(small.sites);
    expect(full.products.slice(0, small.products.length)).toEqual(small.products);
    expect(withoutQuantity(full.items.slice(0, small.items.length))).toEqual(withoutQuantity(small.items));
  });

  it('carry the codes, barcodes and prices that the live ERP is seeded with', () => {
    const item = (sku: string) => companies.full.items.find((candidate) => candidate.sku === sku);
    expect(item('P1000-S')).toMatchObject({ gtin13: '4000000000006', priceMinor: 990, costMinor: 400 });
    expect(item('P1049-XL')).toMatchObject({ productCode: 'P1049', gtin13: '4000000001997', priceMinor: 5890 });
    expect(item('P1050-S')).toMatchObject({ priceMinor: 1490 });
    expect(item('P1499-XL')).toMatchObject({ priceMinor: 10_390 });
    const names = companies.full.products.map((product) => product.name);
    expect([names[0], names[49], names[259], names[260], names[499]]).toEqual([
      'T-Shirt A',
      'Kettle E',
      'Kettle Z',
      'T-Shirt AA',
      'Kettle AX',
    ]);
  });

  it('give stores assortments of the intended breadth, with many positions close to empty', () => {
    const { full } = companies;
    const bySite = Map.groupBy(full.stock, (row) => row.siteCode);
    const breadth = full.sites
      .filter((site) => site.kind === 'STORE')
      .map((site) => bySite.get(site.code)?.length ?? 0);
    const flagships = breadth.slice(0, 3);
    const others = breadth.slice(3);
    const mean = others.reduce((sum, count) => sum + count, 0) / others.length;
    expect(mean).toBeGreaterThan(105);
    expect(mean).toBeLessThan(135);
    for (const count of flagships) expect(count).toBeGreaterThan(2 * mean);
    const storeRows = full.stock.filter((row) => row.siteCode.startsWith('ST-'));
    expect(storeRows.filter((row) => row.onHand > 30)).toEqual([]);
    const low = storeRows.filter((row) => row.onHand <= 2).length / storeRows.length;
    expect(low).toBeGreaterThan(0.25);
    expect(low).toBeLessThan(0.4);
  });
});
