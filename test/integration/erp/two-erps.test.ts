/** Two ERPs behind one subgraph, one of which may be down. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { locationIdOf } from '#model/identifiers.ts';
import { ENTITIES, OPERATOR, type ServedErp, serveErps } from './served-erp.ts';

let erp: ServedErp;
beforeEach(async () => {
  erp = await serveErps(2);
});
afterEach(async () => {
  await erp[Symbol.asyncDispose]();
});

describe('two ERPs', () => {
  const by = 'query ($sku: String!) { variant(by: { sku: $sku }) { sku } }';

  it.each([
    ['the first', () => erp.first],
    ['the second', () => erp.second],
  ])('%s being down silences only what it alone would know', async (_name, down) => {
    await down().addFault({ kind: 'unavailable' });
    expect((await erp.ask(by, { sku: 'P1000-S' })).data.variant).toEqual({ sku: 'P1000-S' });
    // Nobody can tell whether the one that is down would have known it.
    expect((await erp.ask(by, { sku: 'NO-SUCH-SKU' })).errors).toHaveLength(1);
  });

  it('each tells its own books', async () => {
    const source = `${ENTITIES} ... on Variant { erpStock(locationIds: ["${locationIdOf('WH-NORD')}"]) { stamp { system } } } } }`;
    const { data } = await erp.ask(source, { of: [{ __typename: 'Variant', sku: 'P1000-S' }] }, OPERATOR);
    expect(data._entities[0].erpStock.map((stock: { stamp: { system: string } }) => stock.stamp.system)).toEqual([
      'erp-main',
      'erp-brand',
    ]);
  });
});
