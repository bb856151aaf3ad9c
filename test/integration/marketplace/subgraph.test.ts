/** The marketplace subgraph as the gateway sees it, over the simulated vendor. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ExecutionResult, type GraphQLSchema, graphql } from 'graphql';
import { variantIdOf } from '#model/identifiers.ts';
import { LIFETIMES } from '#model/lifetimes.ts';
import { enforceAccess, fieldsWithoutRule } from '#runtime/graphql/access.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import { expandScopes } from '#runtime/graphql/identity.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import type { Shelf } from '#runtime/reading/reading.ts';
import { createShelf } from '#runtime/reading/shelf.ts';
import { createMarketplaceSubgraph } from '#subgraphs/marketplace/subgraph.ts';
import { marketplaceVendors } from '#test/contract/marketplace-vendors.ts';
import { type MarketplaceWorld, openMarketplaceWorld } from '#test/contract/marketplace-world.ts';
import { eventually } from '#test/support/eventually.ts';
import { withShortWaits } from '#test/support/short-waits.ts';

const OPERATOR = ['ops:read', 'marketplace:write', 'finance:read'];

const vendorNamed = (name: string) => {
  const vendor = marketplaceVendors.find((candidate) => candidate.vendor === name);
  if (!vendor) throw new Error(`no vendor "${name}"`);
  return vendor;
};
const vendor = vendorNamed('amazon');

/** Time does not pass for readings when somebody else waits for a quota. */
const shelfOf = ({ clock, connection }: MarketplaceWorld): Shelf =>
  createShelf({ connection: connection.connection }, { clock: withShortWaits(clock), ids: systemIds, log: silentLog });

let world: MarketplaceWorld;
let schema: GraphQLSchema;

beforeEach(async () => {
  world = await openMarketplaceWorld(vendor);
  const { resolvers, typeDefs } = createMarketplaceSubgraph({
    connections: [{ ...world.connection, shelf: shelfOf(world) }],
    clock: world.clock,
    log: silentLog,
  });
  schema = enforceAccess(buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]));
  await world.clock.advance(vendor.streamDelayMs);
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const ask = async (
  source: string,
  variableValues: Readonly<Record<string, unknown>> = {},
  scopes: readonly string[] = OPERATOR,
): Promise<ExecutionResult> =>
  graphql({
    schema,
    source,
    variableValues,
    contextValue: createRequestContext({
      identity: { channel: '*', scopes: expandScopes(scopes) },
      correlationId: 'test',
      signal: new AbortController().signal,
    }),
  });

/** The data of an answer that must have no errors. */
const dataOf = async (...question: Parameters<typeof ask>) => {
  const { data, errors } = await ask(...question);
  expect(errors).toBeUndefined();
  return JSON.parse(JSON.stringify(data));
};

const listed = () => world.company.items.filter(({ listing }) => listing !== undefined);
const merchantListed = () => listed().filter(({ listing }) => listing?.fulfilment === 'MFN' && listing.quantity > 3);
const orderIn = (stage: string) => {
  const order = world.company.orders.find((candidate) => candidate.channel === 'amazon' && candidate.stage === stage);
  if (!order) throw new Error(`the small company has no order in ${stage}`);
  return order;
};

describe('access', () => {
  it('every field has a rule', () => {
    expect(fieldsWithoutRule(schema)).toEqual([]);
  });

  it.each([
    ['{ marketplaceOrder(marketplace: "AMAZON_DE", externalId: "x") { externalId } }', 'ops:read'],
    ['{ marketplaceDeadlines { complete } }', 'ops:read'],
    ['{ settlementReports { pageInfo { hasNextPage } } }', 'finance:read'],
    ['{ settlementReport(id: "x") { id } }', 'finance:read'],
    [
      'mutation { publishListingQuantities(input: { marketplace: "AMAZON_DE", items: [], idempotencyKey: "k" }) { userErrors { code } } }',
      'marketplace:write',
    ],
  ])('%s needs %s', async (source, scope) => {
    const others = ['storefront', ...OPERATOR.filter((candidate) => candidate !== scope)];
    const { errors } = await ask(source, {}, others);
    expect(errors?.[0]?.message).toContain(`"${scope}"`);
    expect((await world.control.ledger()).calls).toBe(0);
  });
});

describe('entities', () => {
  const ENTITIES =
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Variant { id listings { listingId variant { id } } } } }';

  it('a variant finds its listings by SKU and by GTIN, all variants of a page in few calls', async () => {
    const items = world.company.items.slice(0, 20);
    const of = items.map(({ gtin13, sku }) => ({ __typename: 'Variant', id: variantIdOf(sku), gtin: gtin13 }));
    const data = await dataOf(ENTITIES, { of });
    expect(data._entities).toEqual(
      items.map(({ listing, sku }) => ({
        id: variantIdOf(sku),
        listings: listing === undefined ? [] : [{ listingId: listing.sellerSku, variant: { id: variantIdOf(sku) } }],
      })),
    );
    expect(items.some(({ listing, sku }) => listing !== undefined && listing.sellerSku !== sku)).toBe(true);
    expect(await world.callsOf(vendor.operations.listings)).toBe(2);
  });

  it('a variant without a GTIN finds what has its SKU; an id of another kind finds nothing', async () => {
    const [item] = merchantListed().filter(({ listing, sku }) => listing?.sellerSku === sku);
    const of = [
      { __typename: 'Variant', id: variantIdOf(item?.sku ?? ''), gtin: null },
      { __typename: 'Variant', id: 'loc_WH-NORD', gtin: null },
    ];
    const data = await dataOf(ENTITIES, { of });
    expect(data._entities.map(({ listings }: { listings: readonly unknown[] }) => listings.length)).toEqual([1, 0]);
  });

  it('listings and orders are resolved by their keys, null where nobody knows them', async () => {
    const [item] = merchantListed();
    const order = orderIn('PACKED');
    const data = await dataOf(
      `query ($of: [_Any!]!) { _entities(representations: $of) {
        ... on Listing { listingId publishedQuantity state fulfilledBy stamp { system cache } }
        ... on MarketplaceOrder { externalId rawStatus acknowledgement total { amount currency } stamp { system cache version } }
      } }`,
      {
        of: [
          { __typename: 'Listing', marketplace: 'AMAZON_DE', listingId: item?.listing?.sellerSku },
          { __typename: 'Listing', marketplace: 'AMAZON_DE', listingId: 'NO-SUCH' },
          { __typename: 'Listing', marketplace: 'ELSEWHERE', listingId: item?.listing?.sellerSku },
          { __typename: 'MarketplaceOrder', marketplace: 'AMAZON_DE', externalId: order.number },
          { __typename: 'MarketplaceOrder', marketplace: 'AMAZON_DE', externalId: vendor.unknownOrderId },
        ],
      },
    );
    const totalMinor = order.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
    expect(data._entities).toEqual([
      {
        listingId: item?.listing?.sellerSku,
        publishedQuantity: item?.listing?.quantity,
        state: 'ACTIVE',
        fulfilledBy: 'MERCHANT',
        stamp: { system: 'marketplace-under-test', cache: 'MISS' },
      },
      null,
      null,
      {
        externalId: order.number,
        rawStatus: 'UNSHIPPED',
        acknowledgement: 'NOT_REQUIRED',
        total: { amount: (totalMinor / 100).toFixed(2), currency: 'EUR' },
        stamp: { system: 'marketplace-under-test', cache: 'MISS', version: order.stageAt },
      },
      null,
    ]);
    expect(await world.callsOf(vendor.operations.listings)).toBe(1);
  });

  it('a listing that was read is shown through an outage, as what it is', async () => {
    const [item] = merchantListed();
    const of = [{ __typename: 'Listing', marketplace: 'AMAZON_DE', listingId: item?.listing?.sellerSku }];
    const source =
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Listing { publishedQuantity stamp { fetchedAt cache } } } }';
    const shown = async () => (await dataOf(source, { of }))._entities[0];
    const read = await shown();
    const kept = (cache: string) => ({ ...read, stamp: { ...read.stamp, cache } });
    expect(read).toEqual(kept('MISS'));
    expect(await shown()).toEqual(kept('HIT'));
    await world.control.addFault({ kind: 'unavailable', match: { operation: vendor.operations.listings } });
    await world.clock.advance(LIFETIMES.listing.freshMs);
    expect(await shown()).toEqual(kept('STALE_WHILE_REVALIDATE'));
    const failed = await eventually(
      () => world.clock.advance(100).then(shown),
      (listing) => listing.stamp.cache !== 'STALE_WHILE_REVALIDATE',
    );
    expect(failed).toEqual(kept('STALE_ON_ERROR'));
  });

  it('one marketplace that is down fails its own fields with a code, and nothing else', async () => {
    await world.control.addFault({ kind: 'unavailable', match: { operation: vendor.operations.listings } });
    const order = orderIn('PACKED');
    const [item] = merchantListed();
    const { data, errors } = await ask(
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Listing { listingId } ... on MarketplaceOrder { externalId } } }`,
      {
        of: [
          { __typename: 'Listing', marketplace: 'AMAZON_DE', listingId: item?.sku },
          { __typename: 'MarketplaceOrder', marketplace: 'AMAZON_DE', externalId: order.number },
        ],
      },
    );
    expect(data?._entities).toEqual([null, { externalId: order.number }]);
    expect(
      errors?.map(({ originalError, path }) => [path?.join('.'), (originalError as { code?: string })?.code]),
    ).toEqual([['_entities.0', 'UPSTREAM_UNAVAILABLE']]);
  });
});

describe('queries', () => {
  it('an order is found by its number; a marketplace that is not configured is named', async () => {
    const order = orderIn('SHIPPED');
    const source =
      'query ($m: String!, $id: String!) { marketplaceOrder(marketplace: $m, externalId: $id) { rawStatus shipBy deliverBy fulfilledBy } }';
    const data = await dataOf(source, { m: 'AMAZON_DE', id: order.number });
    expect(data.marketplaceOrder).toMatchObject({ rawStatus: 'SHIPPED', fulfilledBy: 'MERCHANT' });
    const { errors } = await ask(source, { m: 'EBAY', id: order.number });
    expect(errors?.[0]?.message).toBe('marketplace: "EBAY" is not configured; known: AMAZON_DE.');
  });

  it('the board of deadlines pages through the orders that wait, most urgent first', async () => {
    const source = `query ($first: Int, $after: String, $within: Int) { marketplaceDeadlines(first: $first, after: $after, withinMinutes: $within) {
      complete asOf pageInfo { hasNextPage endCursor } edges { node { clock dueAt secondsLeft order { externalId rawStatus stamp { cache } } } } } }`;
    const all = (await dataOf(source, { within: 10_080, first: 250 })).marketplaceDeadlines;
    const waiting = ['CONFIRMED', 'RELEASED', 'ALLOCATED', 'PICKING', 'PACKED', 'PARTIALLY_SHIPPED'];
    const expected = world.company.orders.filter(
      ({ channel, stage }) => channel === 'amazon' && waiting.includes(stage),
    );
    type Edge = {
      readonly node: {
        readonly dueAt: string;
        readonly secondsLeft: number;
        readonly clock: string;
        readonly order: { readonly externalId: string };
      };
    };
    const nodes = (all.edges as readonly Edge[]).map(({ node }) => node);
    expect(all.complete).toBe(true);
    expect(nodes.map(({ order }) => order.externalId).toSorted()).toEqual(
      expected.map(({ number }) => number).toSorted(),
    );
    expect(nodes.map(({ dueAt }) => dueAt)).toEqual(nodes.map(({ dueAt }) => dueAt).toSorted());
    for (const { clock, dueAt, secondsLeft } of nodes) {
      expect(clock).toBe('SHIP');
      expect(secondsLeft).toBe(Math.floor((Date.parse(dueAt) - world.clock.now()) / 1000));
    }
    const first = (await dataOf(source, { within: 10_080, first: 2 })).marketplaceDeadlines;
    const second = (await dataOf(source, { within: 10_080, first: 2, after: first.pageInfo.endCursor }))
      .marketplaceDeadlines;
    expect([...first.edges, ...second.edges]).toEqual(all.edges.slice(0, 4));
    const soon = (await dataOf(source, { within: 24 * 60, first: 250 })).marketplaceDeadlines;
    expect(soon.edges.length).toBeLessThan(all.edges.length);
    // All of this cost one search.
    expect(await world.callsOf(vendor.operations.orderStream)).toBe(1);
  });

  it('settlement reports come newest first, with their lines in pages and a total that is their sum', async () => {
    const data =
      await dataOf(`{ settlementReports { edges { cursor node { id marketplace period { from to } netTotal { amount currency }
      lines(first: 1000) { edges { node { component amount { amount } orderExternalId } } pageInfo { hasNextPage } } } } } }`);
    const reports = data.settlementReports.edges.map(({ node }: { node: unknown }) => node);
    expect(reports.length).toBe(2);
    expect(reports[0].period.to > reports[1].period.to).toBe(true);
    for (const report of reports) {
      const lines = report.lines.edges.map(({ node }: { node: { amount: { amount: string } } }) =>
        Math.round(Number(node.amount.amount) * 100),
      );
      const total = Math.round(Number(report.netTotal.amount) * 100);
      expect(lines.reduce((sum: number, minor: number) => sum + minor, 0)).toBe(total);
    }
    const [newest] = reports;
    const again = await dataOf(
      'query ($id: ID!) { settlementReport(id: $id) { id lines(first: 2) { edges { cursor node { component } } pageInfo { hasNextPage endCursor } } } missing: settlementReport(id: "0") { id } }',
      { id: newest.id },
    );
    expect(again.missing).toBeNull();
    expect(again.settlementReport.lines.edges).toHaveLength(2);
    const { endCursor } = again.settlementReport.lines.pageInfo;
    const rest = await dataOf(
      'query ($id: ID!, $after: String) { settlementReport(id: $id) { lines(first: 1000, after: $after) { edges { node { component } } } } }',
      {
        id: newest.id,
        after: endCursor,
      },
    );
    expect(rest.settlementReport.lines.edges).toHaveLength(newest.lines.edges.length - 2);
    // Every report was downloaded once, however often it was asked for.
    expect(await world.callsOf('reports.getReportDocument')).toBe(2);
  });

  it.each([
    ['{ marketplaceDeadlines(first: 0) { complete } }', 'first: 1 to 250, not 0.'],
    ['{ marketplaceDeadlines(withinMinutes: -1) { complete } }', 'withinMinutes: 0 to 10080, not -1.'],
    [
      '{ marketplaceDeadlines(marketplace: "X") { complete } }',
      'marketplace: "X" is not configured; known: AMAZON_DE.',
    ],
    ['{ settlementReports(first: 101) { pageInfo { hasNextPage } } }', 'first: 1 to 100, not 101.'],
    [
      '{ settlementReports(after: "x") { pageInfo { hasNextPage } } }',
      'after: not a cursor of this list; send one exactly as it was received.',
    ],
  ])('%s is refused', async (source, message) => {
    const { errors } = await ask(source);
    expect(errors?.map((error) => error.message)).toEqual([message]);
  });

  it('a marketplace that cannot be asked nulls its own field only', async () => {
    await world.control.addFault({ kind: 'unavailable', match: { operation: vendor.operations.orderStream } });
    const { data, errors } = await ask(
      '{ marketplaceDeadlines { complete } settlementReports { pageInfo { hasNextPage } } }',
    );
    expect(data?.marketplaceDeadlines).toBeNull();
    expect(data?.settlementReports).not.toBeNull();
    expect(errors).toHaveLength(1);
  });
});

describe('publishing', () => {
  const PUBLISH = `mutation ($input: PublishListingQuantitiesInput!) { publishListingQuantities(input: $input) {
    results { sku listingId outcome submissionId } userErrors { code message path } } }`;

  it('sets quantities, skips what the marketplace keeps, and does nothing twice', async () => {
    const [ours] = merchantListed();
    const fba = listed().find(({ listing }) => listing?.fulfilment === 'FBA');
    const input = {
      marketplace: 'AMAZON_DE',
      items: [
        { sku: ours?.sku, listingId: ours?.listing?.sellerSku, quantity: 3 },
        { sku: fba?.sku, listingId: fba?.listing?.sellerSku, quantity: 3 },
      ],
      idempotencyKey: 'publication-1',
    };
    const { publishListingQuantities: first } = await dataOf(PUBLISH, { input });
    expect(first.results).toMatchObject([
      { sku: ours?.sku, outcome: 'ACCEPTED', submissionId: expect.any(String) },
      { sku: fba?.sku, outcome: 'SKIPPED', submissionId: null },
    ]);
    expect(first.userErrors).toMatchObject([{ code: 'LISTING_NOT_MERCHANT_FULFILLED', path: ['input', 'items', '1'] }]);
    const { publishListingQuantities: second } = await dataOf(PUBLISH, { input });
    expect(second).toEqual(first);
    const { writes } = await world.control.ledger();
    expect(writes).toEqual({ [`listing:${ours?.listing?.sellerSku}`]: expect.objectContaining({ count: 1 }) });
  });

  it('leaves what else the seller has set: the handling time survives', async () => {
    const [ours] = merchantListed();
    const input = {
      marketplace: 'AMAZON_DE',
      items: [{ sku: ours?.listing?.sellerSku, quantity: 1 }],
      idempotencyKey: 'publication-2',
    };
    await dataOf(PUBLISH, { input });
    const token = await (
      await fetch(`${world.url}/auth/o2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          refresh_token: vendor.credentials.refreshToken ?? '',
          client_id: vendor.credentials.clientId ?? '',
          client_secret: vendor.credentials.clientSecret ?? '',
        }),
      })
    ).json();
    const path = `listings/2021-08-01/items/A1THROUGHLINE/${ours?.listing?.sellerSku}?marketplaceIds=A1PA6795UKMFR9&includedData=attributes`;
    const response = await fetch(`${world.url}/${path}`, {
      headers: { 'x-amz-access-token': (token as { access_token: string }).access_token },
    });
    expect(await response.json()).toMatchObject({
      attributes: { fulfillment_availability: [{ quantity: 1, lead_time_to_ship_max_days: 2 }] },
    });
  });

  it('refuses an input that is wrong without asking anybody', async () => {
    const input = { marketplace: 'EBAY', items: [{ sku: 'A', quantity: -1 }], idempotencyKey: '' };
    const { publishListingQuantities } = await dataOf(PUBLISH, { input });
    expect(publishListingQuantities.results).toEqual([]);
    expect(publishListingQuantities.userErrors.map(({ path }: { path: readonly string[] }) => path.join('.'))).toEqual([
      'input.marketplace',
      'input.idempotencyKey',
      'input.items.0.quantity',
    ]);
    expect((await world.control.ledger()).calls).toBe(0);
  });
});

describe('two accounts', () => {
  it('on the same marketplace are refused at the start', () => {
    const connections = [world.connection, { ...world.connection, connection: 'second' }];
    expect(() => createMarketplaceSubgraph({ connections, clock: world.clock, log: silentLog })).toThrow(
      'connections.second.options.marketplaces: AMAZON_DE belongs to marketplace-under-test already; name each marketplace once.',
    );
  });
});
