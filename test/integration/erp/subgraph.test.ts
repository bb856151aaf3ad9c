/** The subgraph as the gateway sees it: entities and queries over an ERP on a real socket. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type GraphQLSchema, graphql } from 'graphql';
import { locationIdOf, productIdOf, variantIdOf } from '#model/identifiers.ts';
import { enforceAccess, fieldsWithoutRule } from '#runtime/graphql/access.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import { expandScopes } from '#runtime/graphql/identity.ts';
import { type Ids, systemIds } from '#runtime/ids.ts';
import { openConnections } from '#runtime/inlet/connections.ts';
import { silentLog } from '#runtime/log.ts';
import type { Company } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { createSimulatorControl, type SimulatorControl } from '#simulation/control.ts';
import { openSimulatorHost, type SimulatorHost } from '#simulation/host/host.ts';
import { erpAdapters } from '#subgraphs/erp/adapters/registry.ts';
import type { ErpPort } from '#subgraphs/erp/port.ts';
import { createErpSubgraph } from '#subgraphs/erp/subgraph.ts';
import { createTestClock } from '#test/support/clock.ts';
import { trytonSimulator } from '#vendors/tryton/simulator/simulator.ts';

const hurriedIds: Ids = { ...systemIds, random: () => 0 };
/** A second ERP, of an acquired brand, under a name of its own. */
const secondSimulator = { ...trytonSimulator, vendor: 'second' };

let company: Company;
let host: SimulatorHost;
let control: SimulatorControl;
let second: SimulatorControl;
let schema: GraphQLSchema;

const openSchema = (below: Readonly<Record<string, string>>): GraphQLSchema => {
  const clock = createTestClock();
  const accounts = Object.entries(below).map(
    ([id, path]) =>
      ({
        id,
        system: 'erp',
        vendor: 'tryton',
        baseUrl: `${host.url}/${path}`,
        credentials: { user: 'admin', password: 'admin' },
        options: {
          database: 'retail',
          siteKinds: [{ pattern: '^ST-', kind: 'STORE' }],
          channelOf: [{ pattern: '^WEB-', channel: 'web' }],
          blockedLocations: '-DMG$',
        },
      }) as const,
  );
  const connections = openConnections<ErpPort>(accounts, erpAdapters, { clock, ids: hurriedIds, log: silentLog });
  const { typeDefs, resolvers } = createErpSubgraph({ connections, clock, log: silentLog });
  return enforceAccess(buildSubgraphSchema([{ typeDefs, resolvers: { ...resolvers } }]));
};

beforeEach(async () => {
  const clock = createTestClock();
  company = drawCompany({ size: 'small', nowMs: clock.now() });
  host = await openSimulatorHost(
    { port: 0, host: '127.0.0.1', size: 'small' },
    { clock, ids: systemIds, log: silentLog, factories: [trytonSimulator, secondSimulator] },
  );
  control = createSimulatorControl({ url: host.url, vendor: 'tryton' }, { fetch });
  second = createSimulatorControl({ url: host.url, vendor: 'second' }, { fetch });
  schema = openSchema({ 'erp-main': 'tryton' });
});
afterEach(async () => {
  await host[Symbol.asyncDispose]();
});

type Answer = {
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape it asked for.
  readonly data: any;
  readonly errors?: readonly { readonly message: string; readonly path?: readonly unknown[] }[];
};

const ask = async (
  source: string,
  variableValues: Record<string, unknown> = {},
  scopes = ['storefront'],
): Promise<Answer> => {
  const result = await graphql({
    schema,
    source,
    variableValues,
    contextValue: createRequestContext({
      identity: { channel: '*', scopes: expandScopes(scopes) },
      correlationId: 'test',
      signal: new AbortController().signal,
    }),
  });
  return JSON.parse(JSON.stringify(result)) as Answer;
};

const OPERATOR = ['storefront', 'stock:raw', 'ops:read', 'orders:systems'];
const ENTITIES = 'query ($of: [_Any!]!) { _entities(representations: $of) {';
const callsOf = async (operation: string): Promise<number> =>
  (await control.ledger()).operations[operation]?.calls ?? 0;

describe('access', () => {
  it('every field has a rule', () => {
    expect(fieldsWithoutRule(schema)).toEqual([]);
  });

  it('books are not for channels', async () => {
    const of = [{ __typename: 'Variant', sku: 'P1000-S' }];
    const stock = await ask(`${ENTITIES} ... on Variant { erpStock { onHand } } } }`, { of });
    expect(stock.errors?.[0]?.message).toContain('stock:raw');
    const order = await ask('{ erpSalesOrder(number: "SO30001") { number } }');
    expect(order.errors?.[0]?.message).toContain('scope');
  });
});

describe('items', () => {
  const by =
    'query ($by: VariantIdentifier!) { variant(by: $by) { id sku gtin title lifecycle listPrice { amount currency } product { id title } } }';

  it('are found by each of their names', async () => {
    const aliased = company.items.find(({ posAliases }) => posAliases.length > 0);
    const [alias] = aliased?.posAliases ?? [];
    const listed = company.items.find(({ listing }) => listing !== undefined);
    const asked: readonly (readonly [object, string | undefined])[] = [
      [{ sku: 'P1000-S' }, 'P1000-S'],
      [{ id: variantIdOf('P1000-S') }, 'P1000-S'],
      [{ gtin: '4000000000006' }, 'P1000-S'],
      [{ posAlias: { storeId: locationIdOf(alias?.storeCode ?? ''), alias: alias?.alias } }, aliased?.sku],
      [{ listing: { marketplace: 'AMAZON_DE', listingId: listed?.listing?.sellerSku } }, listed?.sku],
      [{ sku: 'NO-SUCH-SKU' }, undefined],
    ];
    for (const [name, sku] of asked) {
      const { data, errors } = await ask(by, { by: name });
      expect([name, errors, data.variant?.sku]).toEqual([name, undefined, sku]);
    }
    const { data } = await ask(by, { by: { sku: 'P1000-S' } });
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
    const { errors } = await ask(by, { by: name });
    expect(errors?.[0]?.message).toMatch(message);
  });

  it('many at once keep their order and cost one look-up, a repeated one included', async () => {
    const names = [{ sku: 'P1001-M' }, { sku: 'NO-SUCH-SKU' }, { gtin: '4000000000006' }, { sku: 'P1001-M' }];
    const source = 'query ($by: [VariantIdentifier!]!) { variantsBy(by: $by) { sku } }';
    const { data } = await ask(source, { by: names });
    expect(data.variantsBy).toEqual([{ sku: 'P1001-M' }, null, { sku: 'P1000-S' }, { sku: 'P1001-M' }]);
    expect(await callsOf('product.product.search_read')).toBe(1);
    const many = await ask(source, { by: Array.from({ length: 251 }, () => ({ sku: 'X' })) });
    expect(many.errors?.[0]?.message).toMatch(/^by: at most 250/);
    const bad = await ask(source, { by: [{ sku: 'A' }, {}] });
    expect(bad.errors?.[0]?.message).toMatch(/^by\[1\]: exactly one/);
  });

  it('entities come by id or SKU in one look-up; what is unknown is null', async () => {
    const of = [
      { __typename: 'Variant', id: variantIdOf('P1000-S') },
      { __typename: 'Variant', sku: 'P1001-M' },
      { __typename: 'Variant', id: 'not one of ours' },
      { __typename: 'Variant', sku: 'NO-SUCH-SKU' },
    ];
    const { data, errors } = await ask(`${ENTITIES} ... on Variant { sku unitOfMeasure } } }`, { of });
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual([
      { sku: 'P1000-S', unitOfMeasure: 'u' },
      { sku: 'P1001-M', unitOfMeasure: 'u' },
      null,
      null,
    ]);
    expect(await callsOf('product.product.search_read')).toBe(1);
  });

  it('products list their items with one more look-up for all of them', async () => {
    const of = ['P1000', 'P1001', 'NO'].map((code) => ({ __typename: 'Product', id: productIdOf(code) }));
    const { data } = await ask(`${ENTITIES} ... on Product { title variants { sku } } } }`, { of });
    expect(data._entities.map((entry: { variants: unknown[] } | null) => entry?.variants.length ?? null)).toEqual([
      4,
      4,
      null,
    ]);
    expect(await callsOf('product.template.search_read')).toBe(1);
    expect(await callsOf('product.product.search_read')).toBe(1);
  });

  it('a product whose items cannot be read is an error, not an empty product', async () => {
    await control.addFault({
      kind: 'schema-drift',
      field: 'result.salable',
      match: { operation: 'product.product.search_read' },
    });
    const of = [{ __typename: 'Product', id: productIdOf('P1000') }];
    const { errors } = await ask(`${ENTITIES} ... on Product { title variants { sku } } } }`, { of });
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
      const { data }: Answer = await ask(`query ($after: String) { catalog(first: 70, after: $after) { ${PAGE} } }`, {
        after,
      });
      expect(data.catalog.totalCount).toBe(200);
      expect(data.catalog.pageInfo.hasPreviousPage).toBe(after !== null);
      forwards.push(...skusOf(data.catalog));
      after = data.catalog.pageInfo.hasNextPage ? data.catalog.pageInfo.endCursor : null;
    } while (after !== null);
    expect(forwards).toEqual(company.items.map(({ sku }) => sku).toSorted());

    const backwards: string[] = [];
    let before: string | null = null;
    do {
      const { data }: Answer = await ask(`query ($before: String) { catalog(last: 70, before: $before) { ${PAGE} } }`, {
        before,
      });
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
    const { data } = await ask(`query ($filter: CatalogFilter) { catalog(filter: $filter, first: 3) { ${PAGE} } }`, {
      filter,
    });
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
    const { errors } = await ask(`{ catalog(${args}) { totalCount } }`);
    expect(errors?.[0]?.message).toMatch(message);
  });
});

describe('places', () => {
  const FIELDS = 'id name kind gln timeZone address { lines city postalCode country } position { latitude }';

  it('one by id, many by kind, in pages', async () => {
    const one = await ask(`query ($id: ID!) { location(id: $id) { ${FIELDS} } }`, { id: locationIdOf('ST-BERLIN') });
    const site = company.sites.find(({ code }) => code === 'ST-BERLIN');
    expect(one.data.location).toEqual({
      id: locationIdOf('ST-BERLIN'),
      name: site?.name,
      kind: 'STORE',
      gln: null,
      timeZone: 'Europe/Berlin',
      address: { lines: [site?.street], city: site?.city, postalCode: site?.postalCode, country: 'DE' },
      position: null,
    });
    expect((await ask('{ location(id: "loc_NOWHERE") { id } }')).data.location).toBeNull();

    const names: string[] = [];
    let after: string | null = null;
    do {
      const page: Answer = await ask(
        'query ($after: String) { locations(filter: { kinds: [STORE], country: "DE" }, first: 2, after: $after) { pageInfo { hasNextPage endCursor } edges { node { id } } } }',
        { after },
      );
      names.push(...page.data.locations.edges.map((edge: { node: { id: string } }) => edge.node.id));
      after = page.data.locations.pageInfo.hasNextPage ? page.data.locations.pageInfo.endCursor : null;
    } while (after !== null);
    expect(names).toEqual(['ST-BERLIN', 'ST-HAMBURG', 'ST-MUENCHEN'].map(locationIdOf));
    const wrong = await ask('{ locations(after: "nonsense") { edges { cursor } } }');
    expect(wrong.errors?.[0]?.message).toMatch(/^after:/);
  });

  it('entities are read once for all', async () => {
    const of = ['ST-BERLIN', 'WH-NORD', 'NOWHERE'].map((code) => ({ __typename: 'Location', id: locationIdOf(code) }));
    const { data } = await ask(`${ENTITIES} ... on Location { kind } } }`, { of });
    expect(data._entities).toEqual([{ kind: 'STORE' }, { kind: 'WAREHOUSE' }, null]);
    expect(await callsOf('stock.location.search_read')).toBe(1);
  });
});

describe('book stock', () => {
  it('of many items is one reading, with its meaning and its stamp', async () => {
    const skus = company.items.slice(0, 20).map(({ sku }) => sku);
    const of = skus.map((sku) => ({ __typename: 'Variant', sku }));
    const fields =
      'onHand reserved onOrder blocked basis location { id name } stamp { system asOf fetchedAt cache version }';
    const source = `query ($of: [_Any!]!, $at: [ID!]) { _entities(representations: $of) { ... on Variant { sku erpStock(locationIds: $at) { ${fields} } } } }`;
    const { data, errors } = await ask(source, { of, at: [locationIdOf('WH-NORD')] }, OPERATOR);
    expect(errors).toBeUndefined();
    for (const [place, sku] of skus.entries()) {
      const row = company.stock.find((entry) => entry.sku === sku && entry.siteCode === 'WH-NORD');
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
    expect(await callsOf('stock.move.search_read')).toBe(1);
  });

  it('refuses what is no location', async () => {
    const of = [{ __typename: 'Variant', sku: 'P1000-S' }];
    const { errors } = await ask(
      `${ENTITIES} ... on Variant { erpStock(locationIds: ["WH-NORD"]) { onHand } } } }`,
      { of },
      OPERATOR,
    );
    expect(errors?.[0]?.message).toMatch(/^locationIds: "WH-NORD"/);
  });
});

describe('sales orders', () => {
  it('come by number, as a query and as entities, in one look-up', async () => {
    const order = company.orders.find(({ stage, erpNumber }) => stage === 'DELIVERED' && erpNumber !== undefined);
    const fields =
      'number documentStatus posting total { amount currency } invoices { number status postedAt total { amount } } externalReferences { system kind value } stamp { system version }';
    const of = [order?.erpNumber, 'NO-SUCH-ORDER'].map((number) => ({ __typename: 'ErpSalesOrder', number }));
    const { data, errors } = await ask(`${ENTITIES} ... on ErpSalesOrder { ${fields} } } }`, { of }, OPERATOR);
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
    expect(await callsOf('sale.sale.search_read')).toBe(1);
    const query = await ask(
      `query ($number: String!) { erpSalesOrder(number: $number) { ${fields} } }`,
      { number: order?.erpNumber },
      OPERATOR,
    );
    expect(query.data.erpSalesOrder).toEqual(data._entities[0]);
  });
});

describe('two ERPs', () => {
  beforeEach(() => {
    schema = openSchema({ 'erp-main': 'tryton', 'erp-brand': 'second' });
  });
  const by = 'query ($sku: String!) { variant(by: { sku: $sku }) { sku } }';

  it.each([
    ['the first', () => control],
    ['the second', () => second],
  ])('%s being down silences only what it alone would know', async (_name, down) => {
    await down().addFault({ kind: 'unavailable' });
    expect((await ask(by, { sku: 'P1000-S' })).data.variant).toEqual({ sku: 'P1000-S' });
    // Nobody can tell whether the one that is down would have known it.
    expect((await ask(by, { sku: 'NO-SUCH-SKU' })).errors).toHaveLength(1);
  });

  it('each tells its own books', async () => {
    const source = `${ENTITIES} ... on Variant { erpStock(locationIds: ["${locationIdOf('WH-NORD')}"]) { stamp { system } } } } }`;
    const { data } = await ask(source, { of: [{ __typename: 'Variant', sku: 'P1000-S' }] }, OPERATOR);
    expect(data._entities[0].erpStock.map((stock: { stamp: { system: string } }) => stock.stamp.system)).toEqual([
      'erp-main',
      'erp-brand',
    ]);
  });
});
