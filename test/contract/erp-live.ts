/** What holds of any ERP that somebody seeded with the usual company, read-only: for a live server. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ErpPort } from '#subgraphs/erp/port.ts';
import { CALL, claimsIn, drain, locationsIn, variantsIn } from './erp-world.ts';

const SITES = ['ST-BERLIN', 'ST-HAMBURG', 'ST-MUENCHEN', 'WH-NORD', 'WH-SUED'];

export const erpLive = (open: () => ErpPort): void => {
  let port: ErpPort;
  beforeAll(() => {
    port = open();
  });

  it('items are found by number and barcode, unknown ones are null', async () => {
    const [bySku, byGtin, unknown] = await port.variants(
      [
        { scheme: 'sku', value: 'P1000-S' },
        { scheme: 'gtin', value: '4000000000006' },
        { scheme: 'sku', value: 'NO-SUCH-SKU' },
      ],
      CALL,
    );
    expect(bySku).toMatchObject({
      sku: 'P1000-S',
      gtin: '04000000000006',
      productCode: 'P1000',
      productTitle: 'T-Shirt A',
      title: 'T-Shirt A, S',
      lifecycle: 'ACTIVE',
      listPrice: { amountMinor: 990, currency: 'EUR' },
    });
    expect(byGtin).toEqual(bySku);
    expect(unknown).toBeNull();
    const [product] = await port.products(['P1000'], CALL);
    expect(product?.skus.toSorted()).toEqual(['P1000-L', 'P1000-M', 'P1000-S', 'P1000-XL']);
  });

  it('the catalogue pages and narrows', async () => {
    const seeded = { productCodes: ['P1000', 'P1010', 'P1020'], lifecycle: ['ACTIVE'] } as const;
    const first = await port.catalog({ ...seeded, search: 't-shirt', offset: 0, limit: 5 }, CALL);
    expect(first).toMatchObject({ total: 12, nextOffset: 5 });
    const last = await port.catalog({ ...seeded, offset: 10, limit: 5 }, CALL);
    expect(last).toMatchObject({ total: 12, nextOffset: null });
    expect(last.items).toHaveLength(2);
    expect((await port.catalog({ search: 'P1000_S', offset: 0, limit: 5 }, CALL)).items).toEqual([]);
  });

  it('places are the five sites', async () => {
    const places = (await port.locations(CALL)).filter(({ code }) => SITES.includes(code));
    expect(places.map(({ code }) => code).toSorted()).toEqual(SITES);
    expect(new Set(places.map(({ timeZone }) => timeZone))).toEqual(new Set(['Europe/Berlin']));
  });

  it('stock is the same read by place as read by item', async () => {
    const skus = Array.from({ length: 12 }, (_, place) => `P${1038 + place}-L`);
    const byPlace = await port.stock(skus, ['WH-NORD', 'ST-BERLIN'], CALL);
    expect(byPlace).toHaveLength(24);
    for (const sku of skus.slice(0, 3)) {
      const byItem = await port.stock([sku], ['WH-NORD', 'ST-BERLIN'], CALL);
      const plain = (rows: typeof byItem) =>
        rows
          .map(({ locationCode, onHand, reserved, onOrder }) => ({ locationCode, onHand, reserved, onOrder }))
          .toSorted((a, b) => (a.locationCode < b.locationCode ? -1 : 1));
      expect(plain(byItem)).toEqual(plain(byPlace.filter((entry) => entry.sku === sku)));
    }
    expect(byPlace.some(({ onHand }) => onHand > 0)).toBe(true);
  });

  describe('streams', () => {
    it('state everything once: what is told later is news', async () => {
      for (const name of ['products', 'sites', 'sales']) {
        const { changes, watermark } = await drain(port, name, null);
        expect([name, changes.length > 0]).toEqual([name, true]);
        // Others may be working on this server meanwhile.
        const told = new Set(changes.map((change) => JSON.stringify(change)));
        const later = (await drain(port, name, watermark)).changes;
        expect([name, later.filter((change) => told.has(JSON.stringify(change)))]).toEqual([name, []]);
      }
    });

    it('name items, sites and orders as everybody does', async () => {
      const { changes: products } = await drain(port, 'products', null);
      expect(variantsIn(products).map(({ variant }) => variant.sku)).toEqual(expect.arrayContaining(['P1049-XL']));
      const { changes: sites } = await drain(port, 'sites', null);
      expect(locationsIn(sites).map(({ code }) => code)).toEqual(expect.arrayContaining(SITES));
      const claims = claimsIn((await drain(port, 'sales', null)).changes);
      const web = claims.filter(({ channel }) => channel === 'web');
      expect(web.length).toBeGreaterThan(0);
      for (const claim of web) {
        expect(claim.lines?.every(({ ordered, items }) => ordered > 0 && items.length === 1)).toBe(true);
        expect(claim.customer?.email).toMatch(/@/);
        const [order] = await port.salesOrders([claim.documentId], CALL);
        expect(order).toMatchObject({ number: claim.documentId, documentStatus: claim.rawStatus, total: claim.total });
      }
    });
  });
};
