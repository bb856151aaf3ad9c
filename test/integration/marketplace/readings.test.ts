/** The marketplace subgraph's readings: orders by id, listings by key and by item, the board of open orders. */
import { describe, expect, it } from '@jest/globals';
import { variantIdOf } from '#model/identifiers.ts';
import { LIFETIMES } from '#model/lifetimes.ts';
import { tags } from '#model/tags.ts';
import { Failure } from '#runtime/failure.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createShelf } from '#runtime/reading/shelf.ts';
import type { Listing, ListingKey, MarketplaceOrder, MarketplacePort } from '#subgraphs/marketplace/port.ts';
import { createMarketplaceSubgraph } from '#subgraphs/marketplace/subgraph.ts';
import { askedSchema } from '#test/support/asked-schema.ts';
import { createTestClock } from '#test/support/clock.ts';
import { readingsBattery } from '#test/support/readings-battery.ts';
import { withShortWaits } from '#test/support/short-waits.ts';

const NOTHING: MarketplacePort = {
  marketplaces: ['SHOP_DE'],
  listings: async (keys) => keys.map(() => null),
  listingsOf: async (items) => items.map(() => []),
  orders: async (ids) => ids.map(() => null),
  publishQuantities: async (quantities) =>
    quantities.map(({ listingId, marketplace }) => ({
      marketplace,
      listingId,
      outcome: 'ACCEPTED',
      submissionId: 's',
    })),
  streams: [],
};
const AS_OF = '2026-03-02T08:00:00.000Z';

const orderOf = (externalId: string, rawStatus: string, marketplace = 'SHOP_DE'): MarketplaceOrder => ({
  marketplace,
  externalId,
  rawStatus,
  fulfilledBy: 'MERCHANT',
  acknowledgement: 'NOT_REQUIRED',
  shipBy: '2026-03-02T12:00:00.000Z',
  asOf: AS_OF,
});

const listingOf = ({ listingId, marketplace }: ListingKey, publishedQuantity: number): Listing => ({
  marketplace,
  listingId,
  items: [{ scheme: 'sku', value: listingId }],
  fulfilledBy: 'MERCHANT',
  publishedQuantity,
  state: 'ACTIVE',
  asOf: AS_OF,
});

readingsBattery({
  name: 'marketplace orders',
  lifetime: LIFETIMES.marketplaceOrder,
  maxKeys: 50,
  tagOf: (id) => tags.document('under-test', 'marketplace-order', id),
  open: (lookup, shelf, clock) => {
    const port: MarketplacePort = {
      ...NOTHING,
      orders: async (ids, call) =>
        (await lookup(ids, call)).map((status, place) => (status === null ? null : orderOf(ids[place] ?? '', status))),
    };
    return createMarketplaceSubgraph({
      connections: [{ connection: 'under-test', port, shelf }],
      clock,
      log: silentLog,
    });
  },
  field: (id) =>
    `marketplaceOrder(marketplace: "SHOP_DE", externalId: "${id}") { status: rawStatus stamp { fetchedAt cache } }`,
});

const openAccount = (port: Partial<MarketplacePort>) => {
  const clock = withShortWaits(createTestClock());
  const ids = { ...systemIds, random: () => 0 };
  const shelf = createShelf({ connection: 'account' }, { clock, ids, log: silentLog });
  const connections = [{ connection: 'account', port: { ...NOTHING, ...port }, shelf }];
  return { clock, shelf, ask: askedSchema(createMarketplaceSubgraph({ connections, clock, log: silentLog })) };
};

describe('listings', () => {
  const openListings = () => {
    let quantity = 7;
    const calls: number[] = [];
    const account = openAccount({
      listings: async (keys) => {
        calls.push(keys.length);
        return keys.map((key) => listingOf(key, quantity));
      },
      listingsOf: async (items) =>
        items.map(({ sku }) => [listingOf({ marketplace: 'SHOP_DE', listingId: sku }, quantity)]),
      publishQuantities: async (quantities) => {
        quantity = quantities[0]?.quantity ?? 0;
        return quantities.map(({ listingId, marketplace }) => ({
          marketplace,
          listingId,
          outcome: 'ACCEPTED',
          submissionId: 's',
        }));
      },
    });
    const shown = async (sku: string): Promise<readonly number[]> => {
      const of = [
        { __typename: 'Listing', marketplace: 'SHOP_DE', listingId: sku },
        { __typename: 'Variant', id: variantIdOf(sku), gtin: null },
      ];
      const { data } = await account.ask(
        `query ($of: [_Any!]!) { _entities(representations: $of) {
          ... on Listing { publishedQuantity } ... on Variant { listings { publishedQuantity } } } }`,
        { variables: { of } },
      );
      const [listing, variant] = data._entities;
      return [listing.publishedQuantity, variant.listings[0].publishedQuantity];
    };
    return { ...account, calls, shown };
  };

  it('are read anew after a quantity was published on them, and others are not', async () => {
    const { ask, calls, shown } = openListings();
    expect([await shown('A'), await shown('B')]).toEqual([
      [7, 7],
      [7, 7],
    ]);
    const input = { marketplace: 'SHOP_DE', items: [{ sku: 'A', quantity: 3 }], idempotencyKey: 'k' };
    await ask(
      'mutation ($input: PublishListingQuantitiesInput!) { publishListingQuantities(input: $input) { userErrors { code } } }',
      { variables: { input } },
    );
    expect([await shown('A'), await shown('B')]).toEqual([
      [3, 3],
      [7, 7],
    ]);
    expect(calls).toEqual([1, 1, 1]);
  });

  it('of a page of items are as few calls as the marketplace takes', async () => {
    const { ask, calls } = openListings();
    const of = Array.from({ length: 45 }, (_, place) => ({
      __typename: 'Listing',
      marketplace: 'SHOP_DE',
      listingId: `L-${place}`,
    }));
    const source = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Listing { listingId } } }';
    await Promise.all([ask(source, { variables: { of } }), ask(source, { variables: { of: of.slice(10) } })]);
    expect(calls).toEqual([20, 20, 5]);
  });
});

it('an order of another marketplace of the same account is not the one asked for', async () => {
  const { ask } = openAccount({
    marketplaces: ['SHOP_DE', 'SHOP_FR'],
    orders: async (ids) => ids.map((id) => orderOf(id, 'OPEN', 'SHOP_FR')),
  });
  const order = async (marketplace: string) =>
    (await ask(`{ marketplaceOrder(marketplace: "${marketplace}", externalId: "O-1") { rawStatus } }`)).data;
  expect(await order('SHOP_FR')).toEqual({ marketplaceOrder: { rawStatus: 'OPEN' } });
  expect(await order('SHOP_DE')).toEqual({ marketplaceOrder: null });
});

it('the board of open orders is shown as it was while it cannot be renewed, and says so', async () => {
  let isDown = false;
  const { ask, clock } = openAccount({
    openOrders: async () => {
      if (isDown) throw new Failure('UPSTREAM_UNAVAILABLE', 'account: down.', { system: 'account' });
      return { orders: [orderOf('O-1', 'OPEN')], asOf: AS_OF, complete: true };
    },
  });
  const board = async () => {
    const { data } = await ask(
      '{ marketplaceDeadlines(withinMinutes: 10080) { complete edges { node { order { externalId stamp { fetchedAt cache } } } } } }',
      { freshness: { purpose: 'STORE_ASSOCIATE' } },
    );
    const { complete, edges } = data.marketplaceDeadlines;
    return [complete, edges[0].node.order.stamp];
  };
  expect(await board()).toEqual([true, { fetchedAt: AS_OF, cache: 'HIT' }]);
  isDown = true;
  await clock.advance(LIFETIMES.workList.freshMs);
  expect(await board()).toEqual([true, { fetchedAt: AS_OF, cache: 'STALE_ON_ERROR' }]);
});
