/**
 * A real ERP behind the whole product: a sale goes from quotation to departure on a live server, and an app that
 * follows it through the gateway gets every status once and in order, while availability follows the stock.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphClient } from '#bin/demo/graph-client.ts';
import { type Collector, collect } from '#test/support/collector.ts';
import { eventually } from '#test/support/eventually.ts';
import { createLiveTryton, type LiveTryton, type SaleStep } from '#test/support/live-tryton.ts';
import { type RunningGraph, startGraph } from '#test/support/running-graph.ts';

const liveUrl = process.env.TRYTON_URL;
if (!liveUrl) process.stderr.write('Live suite skipped: TRYTON_URL does not name a live server.\n');
const suite = liveUrl ? describe : describe.skip;

const SKU = 'P1007-L';
const SITE = 'WH-NORD';
const QUANTITY = 2;
const COUNTED = 50;

/** What each step must tell a follower, in this order. A sale is on the graph from its quotation on. */
const STEPS: readonly { readonly step: SaleStep; readonly types: readonly string[]; readonly status: string }[] = [
  { step: 'confirm', types: ['CONFIRMED', 'RELEASED'], status: 'CONFIRMED' },
  { step: 'assign', types: ['ALLOCATED'], status: 'PREPARING' },
  { step: 'pick', types: ['PICKING_STARTED'], status: 'PREPARING' },
  { step: 'pack', types: ['PACKED'], status: 'PREPARING' },
  { step: 'done', types: ['SHIPPED'], status: 'SHIPPED' },
];

type Changed = {
  readonly __typename: 'OrderStatusChanged';
  readonly cursor: string;
  readonly eventId: string;
  readonly sequence: number;
  readonly type: string;
  readonly status: string;
  readonly previousStatus: string;
  readonly order: { readonly lines: readonly { readonly variant: { readonly title: string } }[] };
};
type Followed = {
  readonly orderStatus:
    | {
        readonly __typename: 'OrderSnapshot';
        readonly cursor: string;
        readonly order: { readonly status: string; readonly sequence: number };
      }
    | Changed
    | { readonly __typename: 'Heartbeat' | 'Lagged'; readonly cursor?: string };
};

const FOLLOW = `subscription Follow($id: ID!, $after: EventCursor) {
  orderStatus(orderId: $id, after: $after) {
    __typename
    ... on OrderSnapshot { cursor order { status sequence } }
    ... on OrderStatusChanged { cursor eventId sequence type status previousStatus order { lines { variant { title } } } }
    ... on Heartbeat { cursor }
  }
}`;

const changesOf = ({ items }: Collector<Followed>): readonly Changed[] =>
  items.flatMap(({ orderStatus }) => (orderStatus.__typename === 'OrderStatusChanged' ? [orderStatus] : []));

type Position = {
  readonly onHand: number;
  readonly reservedHard: number;
  readonly unpostedDemand: number;
  readonly sellable: number;
};

suite('live ERP behind the graph', () => {
  let graph: RunningGraph;
  let operator: GraphClient;
  let tryton: LiveTryton;

  beforeAll(async () => {
    tryton = createLiveTryton({ baseUrl: liveUrl ?? '', database: 'retail', user: 'admin', password: 'admin' });
    graph = await startGraph({ TRYTON_URL: liveUrl ?? '' });
    operator = await graph.withScopes(['orders:read', 'orders:systems', 'ops:read', 'stock:raw']);
  }, 180_000);
  afterAll(async () => {
    await graph?.[Symbol.asyncDispose]();
  }, 60_000);

  const positionAt = async (): Promise<Position> => {
    const { explainAvailability } = await operator.ask<{
      readonly explainAvailability: {
        readonly positions: readonly { readonly location: { readonly id: string }; readonly position: Position }[];
      };
    }>(
      `query($sku: String!, $at: ID) { explainAvailability(sku: $sku, locationId: $at) {
        positions { location { id } position { onHand reservedHard unpostedDemand sellable } } } }`,
      { sku: SKU, at: `loc_${SITE}` },
    );
    const [found] = explainAvailability.positions;
    if (!found) throw new Error(`${SKU} has no position at ${SITE}`);
    return found.position;
  };

  type Fed = {
    readonly channelOrders: {
      readonly __typename: string;
      readonly type?: string;
      readonly order?: { readonly id: string; readonly number: string };
    };
  };
  /** The channel team's feed: from its first word on nothing can be missed. */
  const openFeed = async (): Promise<Collector<Fed>> => {
    const feed = collect(
      operator.follow<Fed>(
        `subscription { channelOrders(filter: { channels: ["web"] }) { __typename ... on OrderStatusChanged { type order { id number } } } }`,
      ),
    );
    await feed.until(({ channelOrders }) => channelOrders.__typename === 'Heartbeat', 'the feed');
    return feed;
  };

  test('the live company is on the graph: its items, sites and sales', async () => {
    const { catalog, locations, orders } = await operator.ask<{
      readonly catalog: { readonly totalCount: number };
      readonly locations: {
        readonly edges: readonly { readonly node: { readonly id: string; readonly kind: string } }[];
      };
      readonly orders: {
        readonly edges: readonly { readonly node: { readonly number: string; readonly status: string } }[];
      };
    }>(
      '{ catalog(first: 1) { totalCount } locations { edges { node { id kind } } } orders(first: 100) { edges { node { number status } } } }',
    );
    expect(catalog.totalCount).toBeGreaterThanOrEqual(200);
    expect(locations.edges.map(({ node }) => node.id)).toEqual(
      expect.arrayContaining(['loc_WH-NORD', 'loc_WH-SUED', 'loc_ST-BERLIN', 'loc_ST-HAMBURG', 'loc_ST-MUENCHEN']),
    );
    const seeded = orders.edges.filter(({ node }) => /^WEB-10\d{3}$/.test(node.number));
    expect(seeded.length).toBeGreaterThanOrEqual(21);
    expect(new Set(seeded.map(({ node }) => node.status))).toEqual(
      new Set(['RECEIVED', 'CONFIRMED', 'PREPARING', 'SHIPPED']),
    );
  });

  test('a sale is followed from quotation to departure: every status once, in order, and stock with it', async () => {
    await tryton.count(SITE, [{ sku: SKU, quantity: COUNTED }]);
    const stock = collect(
      operator.follow<{ readonly availabilityChanged: { readonly __typename: string } }>(
        `subscription($sku: String!) { availabilityChanged(skus: [$sku], context: { channel: "amazon", locationIds: ["loc_${SITE}"] }, only: QUANTITY) { __typename } }`,
        { sku: SKU },
      ),
    );
    const sale = await tryton.createLiveSale({
      reference: `WEB-L${Date.now()}`,
      siteCode: SITE,
      lines: [{ sku: SKU, quantity: QUANTITY }],
    });
    const feed = await openFeed();
    await tryton.advance(sale, 'quote');
    const { channelOrders: placed } = await feed.until(
      ({ channelOrders }) => channelOrders.order?.number === sale.reference,
      'the placed order',
    );
    expect(placed).toMatchObject({ type: 'PLACED', order: { id: expect.stringMatching(/^ord_/) } });
    const id = placed.order?.id;
    const before = await eventually(
      positionAt,
      ({ onHand, unpostedDemand }) => onHand === COUNTED && unpostedDemand >= QUANTITY,
    );

    const follower = collect(operator.follow<Followed>(FOLLOW, { id }));
    const { orderStatus: snapshot } = await follower.until(
      ({ orderStatus }) => orderStatus.__typename === 'OrderSnapshot',
      'the snapshot',
    );
    expect(snapshot).toMatchObject({ order: { status: 'RECEIVED' } });

    for (const { step, types, status } of STEPS) {
      await tryton.advance(sale, step);
      if (step === 'confirm') await tryton.advance(sale, 'process');
      const last = types.at(-1);
      const { orderStatus } = await follower.until(
        (item) => item.orderStatus.__typename === 'OrderStatusChanged' && item.orderStatus.type === last,
        `${last} after ${step}`,
      );
      expect(orderStatus).toMatchObject({ status });
    }

    const changes = changesOf(follower);
    const performed = STEPS.flatMap(({ types }) => types);
    expect(changes.map(({ type }) => type).filter((type) => performed.includes(type))).toEqual(performed);
    const first = changes[0]?.sequence ?? 0;
    expect(changes.map(({ sequence }) => sequence)).toEqual(changes.map((_, place) => first + place));
    expect(new Set(changes.map(({ eventId }) => eventId)).size).toBe(changes.length);
    for (const [place, change] of changes.entries()) {
      if (place > 0) expect(change.previousStatus).toBe(changes[place - 1]?.status);
      expect(change.order.lines.map(({ variant }) => variant.title)).toEqual([expect.stringContaining('Towel')]);
    }
    const told = feed.items.flatMap(({ channelOrders }) =>
      channelOrders.order?.number === sale.reference ? [channelOrders.type ?? ''] : [],
    );
    const statuses = ['PLACED', ...performed];
    expect(told.filter((type) => statuses.includes(type))).toEqual(statuses);
    process.stderr.write(
      `live suite: ${statuses.length} statuses performed, ${told.filter((type) => statuses.includes(type)).length} received by the channel, ` +
        `${changes.filter(({ type }) => performed.includes(type)).length} of ${performed.length} by the order's follower\n`,
    );

    // The goods have left: what was promised is gone from the shelf, and what may be sold is the same as before.
    const after = await eventually(positionAt, ({ onHand }) => onHand === COUNTED - QUANTITY);
    expect(after).toMatchObject({
      reservedHard: before.reservedHard,
      unpostedDemand: before.unpostedDemand - QUANTITY,
      sellable: before.sellable,
    });
    expect(stock.items.length).toBeGreaterThanOrEqual(1);

    // A follower that was away since the second event gets exactly the rest.
    const cut = changes[1];
    if (!cut) throw new Error('fewer than two changes');
    const resumed = collect(operator.follow<Followed>(FOLLOW, { id, after: cut.cursor }));
    await resumed.until(
      ({ orderStatus }) =>
        orderStatus.__typename === 'OrderStatusChanged' && orderStatus.sequence === changes.at(-1)?.sequence,
      'the last missed change',
    );
    expect(changesOf(resumed).map(({ sequence }) => sequence)).toEqual(
      changes.slice(2).map(({ sequence }) => sequence),
    );
    await Promise.all([feed.stop(), follower.stop(), resumed.stop(), stock.stop()]);
  }, 180_000);
});
