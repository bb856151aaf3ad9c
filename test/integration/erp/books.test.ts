/** Book stock and sales orders, as the gateway sees them. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { locationIdOf } from '#model/identifiers.ts';
import { LIFETIMES } from '#model/lifetimes.ts';
import { eventually } from '#test/support/eventually.ts';
import { ENTITIES, OPERATOR, type ServedErp, serveErps } from './served-erp.ts';

let erp: ServedErp;
beforeEach(async () => {
  erp = await serveErps(1);
});
afterEach(async () => {
  await erp[Symbol.asyncDispose]();
});

describe('book stock', () => {
  it('of many items is one reading, with its meaning and its stamp', async () => {
    const skus = erp.company.items.slice(0, 20).map(({ sku }) => sku);
    const of = skus.map((sku) => ({ __typename: 'Variant', sku }));
    const fields =
      'onHand reserved onOrder blocked basis location { id name } stamp { system asOf fetchedAt cache version }';
    const source = `query ($of: [_Any!]!, $at: [ID!]) { _entities(representations: $of) { ... on Variant { sku erpStock(locationIds: $at) { ${fields} } } } }`;
    const { data, errors } = await erp.ask(source, { of, at: [locationIdOf('WH-NORD')] }, OPERATOR);
    expect(errors).toBeUndefined();
    for (const [place, sku] of skus.entries()) {
      const row = erp.company.stock.find((entry) => entry.sku === sku && entry.siteCode === 'WH-NORD');
      expect(data._entities[place].erpStock).toEqual([
        {
          onHand: String(row?.onHand),
          reserved: expect.stringMatching(/^\d+$/),
          onOrder: expect.stringMatching(/^\d+$/),
          blocked: String(row?.damaged),
          basis: 'PHYSICAL',
          location: { id: locationIdOf('WH-NORD'), name: 'Lager Nord' },
          stamp: {
            system: 'erp-main',
            asOf: expect.any(String),
            fetchedAt: expect.any(String),
            cache: 'MISS',
            version: null,
          },
        },
      ]);
    }
    expect(await erp.callsOf('stock.move.search_read')).toBe(1);
  });

  it('that was read is shown through an outage, as what it is', async () => {
    const source = `${ENTITIES} ... on Variant { erpStock(locationIds: ["${locationIdOf('WH-NORD')}"]) { onHand stamp { fetchedAt cache } } } } }`;
    const of = [{ __typename: 'Variant', sku: 'P1000-S' }];
    const shown = async () => (await erp.ask(source, { of }, OPERATOR)).data._entities[0].erpStock[0];
    const read = await shown();
    const kept = (cache: string) => ({ ...read, stamp: { ...read.stamp, cache } });
    expect(read).toEqual(kept('MISS'));
    expect(await shown()).toEqual(kept('HIT'));
    await erp.first.addFault({ kind: 'unavailable' });
    await erp.clock.advance(LIFETIMES.stock.freshMs);
    expect(await shown()).toEqual(kept('STALE_WHILE_REVALIDATE'));
    const failed = await eventually(
      () => erp.clock.advance(100).then(shown),
      (stock) => stock.stamp.cache !== 'STALE_WHILE_REVALIDATE',
    );
    expect(failed).toEqual(kept('STALE_ON_ERROR'));
  });

  it('refuses what is no location', async () => {
    const of = [{ __typename: 'Variant', sku: 'P1000-S' }];
    const { errors } = await erp.ask(
      `${ENTITIES} ... on Variant { erpStock(locationIds: ["WH-NORD"]) { onHand } } } }`,
      { of },
      OPERATOR,
    );
    expect(errors?.[0]?.message).toMatch(/^locationIds: "WH-NORD"/);
  });
});

describe('sales orders', () => {
  it('come by number, as a query and as entities, in one look-up', async () => {
    const order = erp.company.orders.find(({ stage, erpNumber }) => stage === 'DELIVERED' && erpNumber !== undefined);
    const fields =
      'number documentStatus posting total { amount currency } invoices { number status postedAt total { amount } } externalReferences { system kind value } stamp { system version }';
    const of = [order?.erpNumber, 'NO-SUCH-ORDER'].map((number) => ({ __typename: 'ErpSalesOrder', number }));
    const { data, errors } = await erp.ask(`${ENTITIES} ... on ErpSalesOrder { ${fields} } } }`, { of }, OPERATOR);
    expect(errors).toBeUndefined();
    expect(data._entities[1]).toBeNull();
    expect(data._entities[0]).toMatchObject({
      number: order?.erpNumber,
      documentStatus: expect.stringContaining('done'),
      posting: 'POSTED',
      invoices: [{ status: 'POSTED', postedAt: expect.stringMatching(/T\d\d:00:00/) }],
      externalReferences: [{ kind: 'order-number', value: order?.number }],
      stamp: { system: 'erp-main', version: expect.stringMatching(/^\d+$/) },
    });
    expect(await erp.callsOf('sale.sale.search_read')).toBe(1);
    const query = await erp.ask(
      `query ($number: String!) { erpSalesOrder(number: $number) { ${fields} } }`,
      { number: order?.erpNumber },
      OPERATOR,
    );
    expect(query.data.erpSalesOrder).toEqual(data._entities[0]);
  });
});
