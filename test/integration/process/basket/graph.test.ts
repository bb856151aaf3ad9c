/** Baskets and nearby stores as a shop's developer sees them: the SDL, the resolvers and the access rules over a real database. */
import { readFileSync } from 'node:fs';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GraphQLSchema, graphql, parse } from 'graphql';
import type { LocationChange } from '#model/change.ts';
import { isFailure } from '#runtime/failure.ts';
import { enforceAccess } from '#runtime/graphql/access.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import { expandScopes } from '#runtime/graphql/identity.ts';
import { scalars } from '#runtime/graphql/scalars.ts';
import { silentLog } from '#runtime/log.ts';
import { createCurrentAnswers } from '#subgraphs/process/availability/current.ts';
import { createRestating } from '#subgraphs/process/availability/restating.ts';
import { createBasketResolvers } from '#subgraphs/process/basket/resolvers.ts';
import type { ProcessPolicyInput } from '#subgraphs/process/policy/schema.ts';
import { createPromiseResolvers } from '#subgraphs/process/promise/resolvers.ts';
import { EARLIER, location, stock, variant } from '#test/integration/process/intake/process.ts';
import { borrowShop } from '#test/integration/process/reservation/borrow.ts';
import type { Shop } from '#test/integration/process/reservation/shop.ts';
import { testDatabases } from '#test/support/databases.ts';

const SDL = readFileSync(new URL('../../../../schema/process.graphql', import.meta.url), 'utf8');

const POLICY: ProcessPolicyInput = {
  channels: {
    web: { unseenSales: { cap: 0 }, display: { mode: 'EXACT' } },
    worded: { unseenSales: { cap: 0 }, display: { mode: 'WORDS' } },
    outlet: { unseenSales: { cap: 0 }, display: { mode: 'EXACT' }, locations: { codes: ['ST-POTSDAM'] } },
  },
  bundles: {
    SET: [
      { sku: 'P1-S', quantity: 2 },
      { sku: 'P2-S', quantity: 1 },
    ],
  },
  promises: { timeZone: 'Europe/Berlin' },
  shipping: {
    origins: [
      {
        kinds: ['WAREHOUSE'],
        services: [{ service: 'standard', cutoff: '14:00', transit: [{ country: 'DE', minDays: 1, maxDays: 2 }] }],
      },
    ],
  },
};

const HOURS = [1, 2, 3, 4, 5, 6].map((dayOfWeek) => ({ dayOfWeek, opens: '09:00', closes: '20:00' }));
const PICKUP = { enabled: true, curbside: false, leadMinutes: 60, holdDays: 2 };
const ALEX = { latitude: 52.52, longitude: 13.41 };

const store = (code: string, latitude: number, longitude: number, pickup = PICKUP): LocationChange => ({
  kind: 'location',
  code,
  asOf: EARLIER,
  facts: { position: { latitude, longitude }, timeZone: 'Europe/Berlin', openingHours: HOURS, pickup },
});
const onShelf = (sku: string, code: string, units: number) =>
  stock(sku, code, units, { reservations: 'NOT_KEPT', asOf: EARLIER });

/** Monday, 10 o'clock in Berlin. P1-S: 5 + 2 + 1 + 9 units; P2-S: 9 in the warehouse, 1 in Berlin. */
const fillShop = async (shop: Shop): Promise<void> => {
  await shop.accept('erp', [
    ...['P1-S', 'P1-M', 'P1-L', 'P2-S', 'SET'].map((sku) => variant(sku)),
    ...['WH-NORD', 'ST-BERLIN', 'ST-POTSDAM', 'ST-HAMBURG', 'ST-NOWHERE'].map((code) => location(code)),
  ]);
  await shop.accept('wms', [
    stock('P1-S', 'WH-NORD', 5),
    stock('P1-M', 'WH-NORD', 4),
    stock('P1-L', 'WH-NORD', 0),
    stock('P2-S', 'WH-NORD', 9),
  ]);
  await shop.accept('pos', [
    store('ST-BERLIN', 52.52, 13.4),
    store('ST-POTSDAM', 52.4, 13.05, { ...PICKUP, enabled: false }),
    store('ST-HAMBURG', 53.55, 10),
    onShelf('P1-S', 'ST-BERLIN', 2),
    onShelf('P2-S', 'ST-BERLIN', 1),
    onShelf('P1-S', 'ST-POTSDAM', 1),
    onShelf('P1-S', 'ST-HAMBURG', 9),
  ]);
  await shop.projection.reached((await shop.journal.head('availability')).position, AbortSignal.timeout(20_000));
  await shop.projection.refreshContacts();
};

const schemaOf = (shop: Shop): GraphQLSchema => {
  const { policy, availability: service, projection, clock } = shop;
  const restating = createRestating({ systems: new Map(), renew: projection.renew, clock, log: silentLog });
  const current = createCurrentAnswers({ service, restating, clock });
  const basket = createBasketResolvers({ policy, stock: projection, service, current, clock });
  const { DateTime, Duration } = scalars;
  const { PickupOffer } = createPromiseResolvers({ policy, current, clock, secret: 'signs promises' });
  const { BasketLineAvailability } = shop.resolvers;
  const resolvers = { DateTime, Duration, BasketLineAvailability, PickupOffer, ...basket };
  return enforceAccess(
    buildSubgraphSchema([{ typeDefs: parse(SDL), resolvers: resolvers as GraphQLResolverMap<unknown> }]),
  );
};

type Line = readonly [sku: string, quantity: number];

describe.each(testDatabases)('baskets in the graph on $name', (kind) => {
  let shop: Awaited<ReturnType<typeof borrowShop>>;
  let schema: GraphQLSchema;

  beforeAll(async () => {
    shop = await borrowShop(kind, { policy: POLICY });
    await fillShop(shop);
    schema = schemaOf(shop);
  });
  afterAll(async () => {
    await shop[Symbol.asyncDispose]();
  });

  const ask = async (source: string, variableValues: Record<string, unknown>, channel = 'web') => {
    const contextValue = createRequestContext({
      identity: { channel, scopes: expandScopes(['storefront']) },
      correlationId: 'test',
      signal: AbortSignal.timeout(20_000),
    });
    const { data, errors } = await graphql({ schema, source, contextValue, variableValues });
    const failures = (errors ?? []).map(({ originalError, message }) =>
      isFailure(originalError) ? [originalError.code, originalError.details.field] : message,
    );
    return { data: JSON.parse(JSON.stringify(data ?? null)), failures };
  };
  const itemsOf = (lines: readonly Line[]) => lines.map(([sku, quantity]) => ({ sku, quantity }));

  const BASKET = `query ($items: [BasketItemInput!]!, $context: AvailabilityContext) { basketAvailability(items: $items, context: $context) {
    fulfillable lines { sku requested fulfillable shortage substitutes { id } } options { method parcels earliest latest origins { id } }
    confidence { level probability missingSystems } } }`;
  const basket = async (lines: readonly Line[], context: object = {}) => {
    const { data, failures } = await ask(BASKET, { items: itemsOf(lines), context });
    expect(failures).toEqual([]);
    return data.basketAvailability;
  };
  const got = (answer: { readonly lines: readonly { readonly fulfillable: number }[] }) =>
    answer.lines.map(({ fulfillable }) => fulfillable);

  test('lines of the same item share what there is; what is short names others of the product', async () => {
    const all = await basket([
      ['P1-S', 10],
      ['P1-S', 7],
    ]);
    expect(all).toMatchObject({ fulfillable: true, lines: [{ fulfillable: 10 }, { fulfillable: 7 }] });
    expect(
      await basket([
        ['P1-S', 10],
        ['P1-S', 8],
      ]),
    ).toEqual({
      fulfillable: false,
      lines: [
        { sku: 'P1-S', requested: 10, fulfillable: 10, shortage: 0, substitutes: [{ id: 'var_P1-M' }] },
        { sku: 'P1-S', requested: 8, fulfillable: 7, shortage: 1, substitutes: [{ id: 'var_P1-M' }] },
      ],
      options: [],
      confidence: { level: 'NONE', probability: 0, missingSystems: [] },
    });
  });

  test('a bundle and its part share what there is, and a bundle is complete at one place', async () => {
    const sets = (count: number, singles: number) =>
      basket([
        ['SET', count],
        ['P1-S', singles],
      ]);
    expect(await sets(2, 13)).toMatchObject({ fulfillable: true });
    expect(await sets(2, 14)).toMatchObject({ fulfillable: false });
    // Two in the warehouse, one in Berlin: nine singles in Hamburg make no set.
    expect(got(await basket([['SET', 4]]))).toEqual([3]);
  });

  test('ways to get all of it, each with its times and places; only those that were asked for', async () => {
    const lines: readonly Line[] = [
      ['P1-S', 2],
      ['P2-S', 1],
    ];
    const pickup = {
      method: 'PICKUP_IN_STORE',
      parcels: 1,
      earliest: '2026-03-02T10:00:00.000Z',
      latest: '2026-03-04T19:00:00.000Z',
      origins: [{ id: 'loc_ST-BERLIN' }],
    };
    const parcel = {
      method: 'SHIP_TO_HOME',
      parcels: 1,
      earliest: '2026-03-02T23:00:00.000Z',
      latest: '2026-03-04T22:59:59.999Z',
      origins: [{ id: 'loc_WH-NORD' }],
    };
    const destination = { country: 'DE' };
    expect((await basket(lines)).options).toEqual([pickup]);
    expect((await basket(lines, { destination })).options).toEqual([pickup, parcel]);
    expect((await basket(lines, { destination, methods: ['SHIP_TO_HOME'] })).options).toEqual([parcel]);
    // No store has three of them and a P2-S.
    const more = await basket(
      [
        ['P1-S', 3],
        ['P2-S', 1],
      ],
      { destination },
    );
    expect(more.options).toEqual([parcel]);
  });

  test('an item that nobody knows, no lines and too many units are refused by name', async () => {
    const refused = async (lines: readonly Line[]) => (await ask(BASKET, { items: itemsOf(lines) })).failures;
    expect(await refused([['P9', 1]])).toMatchObject([['NOT_MAPPED', expect.anything()]]);
    expect(await refused([])).toMatchObject([['BAD_INPUT', expect.stringContaining('items')]]);
    expect(await refused([['P1-S', 0]])).toMatchObject([['BAD_INPUT', expect.stringContaining('quantity')]]);
  });

  const STORES = `query ($near: NearInput!, $items: [BasketItemInput!], $onlyWithStock: Boolean, $radiusKm: Float, $first: Int, $after: String) {
    nearestStores(near: $near, items: $items, onlyWithStock: $onlyWithStock, radiusKm: $radiusKm, first: $first, after: $after) {
      edges { cursor node { location { id } distanceKm allItemsAvailable pickup { readyFrom readyUntil } items { sku requested sellable confidence { level } } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
  type Page = {
    readonly edges: readonly {
      readonly cursor: string;
      readonly node: { readonly location: { readonly id: string } };
    }[];
    readonly pageInfo: Readonly<Record<string, unknown>>;
  };
  const stores = async (query: object = {}, channel = 'web'): Promise<Page> => {
    const { data, failures } = await ask(STORES, { near: { position: ALEX }, ...query }, channel);
    expect(failures).toEqual([]);
    return data.nearestStores;
  };
  const idsOf = ({ edges }: Page) => edges.map(({ node }) => node.location.id);

  test('stores within the radius, nearest first; one whose position nobody knows is near nobody', async () => {
    expect(idsOf(await stores())).toEqual(['loc_ST-BERLIN', 'loc_ST-POTSDAM']);
    expect(idsOf(await stores({ radiusKm: 10 }))).toEqual(['loc_ST-BERLIN']);
    const far = ['loc_ST-BERLIN', 'loc_ST-POTSDAM', 'loc_ST-HAMBURG'];
    expect(idsOf(await stores({ radiusKm: 400 }))).toEqual(far);
    const near = { locationId: 'loc_ST-HAMBURG' };
    expect(idsOf(await stores({ near, radiusKm: 400 }))).toEqual(['loc_ST-HAMBURG', 'loc_ST-POTSDAM', 'loc_ST-BERLIN']);
  });

  test('with what they have of the items, and when it could be collected', async () => {
    const items = itemsOf([
      ['P1-S', 2],
      ['P2-S', 1],
    ]);
    const { edges } = await stores({ items });
    expect(edges.map(({ node }) => node)).toMatchObject([
      {
        allItemsAvailable: true,
        pickup: { readyFrom: '2026-03-02T10:00:00.000Z', readyUntil: '2026-03-04T19:00:00.000Z' },
        items: [
          { sku: 'P1-S', requested: 2, sellable: 2, confidence: { level: 'MEDIUM' } },
          { sku: 'P2-S', requested: 1, sellable: 1, confidence: { level: 'MEDIUM' } },
        ],
      },
      {
        allItemsAvailable: false,
        pickup: null,
        items: [
          { sku: 'P1-S', sellable: 1, confidence: { level: 'NONE' } },
          { sku: 'P2-S', sellable: 0, confidence: { level: 'NONE' } },
        ],
      },
    ]);
    expect(idsOf(await stores({ items, onlyWithStock: true, radiusKm: 400 }))).toEqual(['loc_ST-BERLIN']);
    const set = itemsOf([['SET', 1]]);
    expect(idsOf(await stores({ items: set, onlyWithStock: true, radiusKm: 400 }))).toEqual(['loc_ST-BERLIN']);
  });

  test('in pages that join without a gap, also where stores are left out', async () => {
    const items = itemsOf([['P1-S', 2]]);
    for (const [query, all] of [
      [{}, ['loc_ST-BERLIN', 'loc_ST-POTSDAM', 'loc_ST-HAMBURG']],
      [{ items, onlyWithStock: true }, ['loc_ST-BERLIN', 'loc_ST-HAMBURG']],
    ] as const) {
      const seen: string[] = [];
      let after: unknown = null;
      do {
        const page = await stores({ ...query, radiusKm: 400, first: 1, after });
        expect(page.pageInfo).toMatchObject({
          hasPreviousPage: after !== null,
          hasNextPage: seen.length + 1 < all.length,
          startCursor: page.edges[0]?.cursor,
        });
        seen.push(...idsOf(page));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      expect(seen).toEqual(all);
    }
  });

  test('a channel sees the stores it sells from, in its own words', async () => {
    const items = itemsOf([['P1-S', 1]]);
    expect(idsOf(await stores({ radiusKm: 400 }, 'outlet'))).toEqual(['loc_ST-POTSDAM']);
    const { edges } = await stores({ items }, 'worded');
    expect(edges[0]?.node).toMatchObject({ allItemsAvailable: true, items: [{ sellable: null }] });
  });

  test.each([
    ['an address', { near: { postalCode: '10115' } }, 'near.postalCode'],
    ['no place', { near: {} }, 'near'],
    ['an empty page', { first: 0 }, 'first'],
    ['a negative radius', { radiusKm: -1 }, 'radiusKm'],
    ['a long list', { items: Array.from({ length: 21 }, (_, place) => ({ sku: `P${place}`, quantity: 1 })) }, 'items'],
  ])('%s is refused by name', async (_name, query, field) => {
    const { failures } = await ask(STORES, { near: { position: ALEX }, ...query });
    expect(failures).toEqual([['BAD_INPUT', field]]);
  });
});
