/** Items, the catalogue and places, as the gateway sees them. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { locationIdOf, productIdOf, variantIdOf } from '#model/identifiers.ts';
import { fieldsWithoutRule } from '#runtime/graphql/access.ts';
import { type Answer, ENTITIES, type ServedErp, serveErps } from './served-erp.ts';

let erp: ServedErp;
beforeEach(async () => {
  erp = await serveErps(1);
});
afterEach(async () => {
  await erp[Symbol.asyncDispose]();
});

describe('access', () => {
  it('every field has a rule', () => {
    expect(fieldsWithoutRule(erp.schema)).toEqual([]);
  });

  it('books are not for channels', async () => {
    const of = [{ __typename: 'Variant', sku: 'P1000-S' }];
    const stock = await erp.ask(`${ENTITIES} ... on Variant { erpStock { onHand } } } }`, { of });
    expect(stock.errors?.[0]?.message).toContain('stock:raw');
    const order = await erp.ask('{ erpSalesOrder(number: "SO30001") { number } }');
    expect(order.errors?.[0]?.message).toContain('scope');
  });
});

describe('items', () => {
  const by =
    'query ($by: VariantIdentifier!) { variant(by: $by) { id sku gtin title lifecycle listPrice { amount currency } product { id title } } }';

  it('are found by each of their names', async () => {
    const aliased = erp.company.items.find(({ posAliases }) => posAliases.length > 0);
    const [alias] = aliased?.posAliases ?? [];
    const listed = erp.company.items.find(({ listing }) => listing !== undefined);
    const asked: readonly (readonly [object, string | undefined])[] = [
      [{ sku: 'P1000-S' }, 'P1000-S'],
      [{ id: variantIdOf('P1000-S') }, 'P1000-S'],
      [{ gtin: '4000000000006' }, 'P1000-S'],
      [{ posAlias: { storeId: locationIdOf(alias?.storeCode ?? ''), alias: alias?.alias } }, aliased?.sku],
      [{ listing: { marketplace: 'AMAZON_DE', listingId: listed?.listing?.sellerSku } }, listed?.sku],
      [{ sku: 'NO-SUCH-SKU' }, undefined],
    ];
    for (const [name, sku] of asked) {
      const { data, errors } = await erp.ask(by, { by: name });
      expect([name, errors, data.variant?.sku]).toEqual([name, undefined, sku]);
    }
    const { data } = await erp.ask(by, { by: { sku: 'P1000-S' } });
    expect(data.variant).toEqual({
      id: variantIdOf('P1000-S'),
      sku: 'P1000-S',
      gtin: '04000000000006',
      title: 'T-Shirt A, S',
      lifecycle: 'ACTIVE',
      listPrice: { amount: '9.90', currency: 'EUR' },
      product: { id: productIdOf('P1000'), title: 'T-Shirt A' },
    });
  });

  it.each([
    [{}, /^by: exactly one/],
    [{ sku: 'A', gtin: '4000000000006' }, /^by: exactly one .*sku, gtin/],
    [{ gtin: '123' }, /^by\.gtin: "123"/],
    [{ posAlias: { storeId: 'Berlin', alias: 'X' } }, /^by\.posAlias\.storeId: "Berlin"/],
  ])('%j is refused by name', async (name, message) => {
    const { errors } = await erp.ask(by, { by: name });
    expect(errors?.[0]?.message).toMatch(message);
  });

  it('many at once keep their order and cost one look-up, a repeated one included', async () => {
    const names = [{ sku: 'P1001-M' }, { sku: 'NO-SUCH-SKU' }, { gtin: '4000000000006' }, { sku: 'P1001-M' }];
    const source = 'query ($by: [VariantIdentifier!]!) { variantsBy(by: $by) { sku } }';
    const { data } = await erp.ask(source, { by: names });
    expect(data.variantsBy).toEqual([{ sku: 'P1001-M' }, null, { sku: 'P1000-S' }, { sku: 'P1001-M' }]);
    expect(await erp.callsOf('product.product.search_read')).toBe(1);
    const many = await erp.ask(source, { by: Array.from({ length: 251 }, () => ({ sku: 'X' })) });
    expect(many.errors?.[0]?.message).toMatch(/^by: at most 250/);
    const bad = await erp.ask(source, { by: [{ sku: 'A' }, {}] });
    expect(bad.errors?.[0]?.message).toMatch(/^by\[1\]: exactly one/);
  });

  it('entities come by id or SKU in one look-up; what is unknown is null', async () => {
    const of = [
      { __typename: 'Variant', id: variantIdOf('P1000-S') },
      { __typename: 'Variant', sku: 'P1001-M' },
      { __typename: 'Variant', id: 'not one of ours' },
      { __typename: 'Variant', sku: 'NO-SUCH-SKU' },
    ];
    const { data, errors } = await erp.ask(`${ENTITIES} ... on Variant { sku unitOfMeasure } } }`, { of });
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual([
      { sku: 'P1000-S', unitOfMeasure: 'u' },
      { sku: 'P1001-M', unitOfMeasure: 'u' },
      null,
      null,
    ]);
    expect(await erp.callsOf('product.product.search_read')).toBe(1);
  });

  it('products list their items with one more look-up for all of them', async () => {
    const of = ['P1000', 'P1001', 'NO'].map((code) => ({ __typename: 'Product', id: productIdOf(code) }));
    const { data } = await erp.ask(`${ENTITIES} ... on Product { title variants { sku } } } }`, { of });
    expect(data._entities.map((entry: { variants: unknown[] } | null) => entry?.variants.length ?? null)).toEqual([
      4,
      4,
      null,
    ]);
    expect(await erp.callsOf('product.template.search_read')).toBe(1);
    expect(await erp.callsOf('product.product.search_read')).toBe(1);
  });

  it('a product whose items cannot be read is an error, not an empty product', async () => {
    await erp.first.addFault({
      kind: 'schema-drift',
      field: 'result.salable',
      match: { operation: 'product.product.search_read' },
    });
    const of = [{ __typename: 'Product', id: productIdOf('P1000') }];
    const { errors } = await erp.ask(`${ENTITIES} ... on Product { title variants { sku } } } }`, { of });
    expect(errors?.[0]?.message).toMatch(/product\.product\.search_read.*salable/);
  });
});

describe('the catalogue', () => {
  const PAGE =
    'totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { sku } }';
  const skusOf = (connection: { edges: { node: { sku: string } }[] }): readonly string[] =>
    connection.edges.map(({ node }) => node.sku);

  it('is paged forwards and backwards over the same list', async () => {
    const forwards: string[] = [];
    let after: string | null = null;
    do {
      const { data }: Answer = await erp.ask(
        `query ($after: String) { catalog(first: 70, after: $after) { ${PAGE} } }`,
        {
          after,
        },
      );
      expect(data.catalog.totalCount).toBe(200);
      expect(data.catalog.pageInfo.hasPreviousPage).toBe(after !== null);
      forwards.push(...skusOf(data.catalog));
      after = data.catalog.pageInfo.hasNextPage ? data.catalog.pageInfo.endCursor : null;
    } while (after !== null);
    expect(forwards).toEqual(erp.company.items.map(({ sku }) => sku).toSorted());

    const backwards: string[] = [];
    let before: string | null = null;
    do {
      const { data }: Answer = await erp.ask(
        `query ($before: String) { catalog(last: 70, before: $before) { ${PAGE} } }`,
        {
          before,
        },
      );
      backwards.unshift(...skusOf(data.catalog));
      before = data.catalog.pageInfo.hasPreviousPage ? data.catalog.pageInfo.startCursor : null;
    } while (before !== null);
    expect(backwards).toEqual(forwards);
  });

  it('narrows, and says how many there are', async () => {
    const filter = {
      search: 'sneaker',
      lifecycle: ['ACTIVE'],
      productIds: [productIdOf('P1002'), productIdOf('P1000')],
    };
    const { data } = await erp.ask(
      `query ($filter: CatalogFilter) { catalog(filter: $filter, first: 3) { ${PAGE} } }`,
      {
        filter,
      },
    );
    expect(data.catalog.totalCount).toBe(4);
    expect(skusOf(data.catalog)).toEqual(['P1002-L', 'P1002-M', 'P1002-S']);
  });

  it.each([
    ['first: 0', /^first:/],
    ['last: 1000', /^last:/],
    ['after: "nonsense"', /^after:/],
    ['last: 5, before: "bm9uc2Vuc2U"', /^before:/],
    ['filter: { productIds: ["P1000"] }', /^filter\.productIds: "P1000"/],
  ])('%s is refused by name', async (args, message) => {
    const { errors } = await erp.ask(`{ catalog(${args}) { totalCount } }`);
    expect(errors?.[0]?.message).toMatch(message);
  });
});

describe('places', () => {
  const FIELDS = 'id name kind gln timeZone address { lines city postalCode country } position { latitude }';

  it('one by id, many by kind, in pages', async () => {
    const one = await erp.ask(`query ($id: ID!) { location(id: $id) { ${FIELDS} } }`, {
      id: locationIdOf('ST-BERLIN'),
    });
    const site = erp.company.sites.find(({ code }) => code === 'ST-BERLIN');
    expect(one.data.location).toEqual({
      id: locationIdOf('ST-BERLIN'),
      name: site?.name,
      kind: 'STORE',
      gln: null,
      timeZone: 'Europe/Berlin',
      address: { lines: [site?.street], city: site?.city, postalCode: site?.postalCode, country: 'DE' },
      position: null,
    });
    expect((await erp.ask('{ location(id: "loc_NOWHERE") { id } }')).data.location).toBeNull();

    const names: string[] = [];
    let after: string | null = null;
    do {
      const page: Answer = await erp.ask(
        'query ($after: String) { locations(filter: { kinds: [STORE], country: "DE" }, first: 2, after: $after) { pageInfo { hasNextPage endCursor } edges { node { id } } } }',
        { after },
      );
      names.push(...page.data.locations.edges.map((edge: { node: { id: string } }) => edge.node.id));
      after = page.data.locations.pageInfo.hasNextPage ? page.data.locations.pageInfo.endCursor : null;
    } while (after !== null);
    expect(names).toEqual(['ST-BERLIN', 'ST-HAMBURG', 'ST-MUENCHEN'].map(locationIdOf));
    const wrong = await erp.ask('{ locations(after: "nonsense") { edges { cursor } } }');
    expect(wrong.errors?.[0]?.message).toMatch(/^after:/);
  });

  it('entities are read once for all', async () => {
    const of = ['ST-BERLIN', 'WH-NORD', 'NOWHERE'].map((code) => ({ __typename: 'Location', id: locationIdOf(code) }));
    const { data } = await erp.ask(`${ENTITIES} ... on Location { kind } } }`, { of });
    expect(data._entities).toEqual([{ kind: 'STORE' }, { kind: 'WAREHOUSE' }, null]);
    expect(await erp.callsOf('stock.location.search_read')).toBe(1);
  });
});
