/** Orders as GraphQL serves them: every field of the contract's order page, access rules included. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execute, type GraphQLSchema, parse, validate } from 'graphql';
import { DEFAULT_ORDER_POLICY } from '#model/order/policy.ts';
import { enforceAccess } from '#runtime/graphql/access.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import { createErrorFormatter } from '#runtime/graphql/errors.ts';
import { expandScopes, type Identity } from '#runtime/graphql/identity.ts';
import { scalars } from '#runtime/graphql/scalars.ts';
import { createSchemaSubscriptions } from '#runtime/graphql/schema-subscriptions.ts';
import { silentLog } from '#runtime/log.ts';
import { createOrderResolvers } from '#subgraphs/process/order-status/resolvers.ts';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { at, progress, shipment } from '#test/unit/model/order/fixtures.ts';
import { DRILL, ORDER_PAGE, STORY } from './graph-fixtures.ts';
import { acceptAll, emptyDatabase, idOf, nameItems, openReplica, type Replica } from './setup.ts';

const SDL = readFileSync(fileURLToPath(new URL('../../../../schema/process.graphql', import.meta.url)), 'utf8');

type Answer = {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly { readonly message: string }[];
};
const anonymous: Identity = { channel: 'shop', scopes: expandScopes(['storefront']) };
const operator: Identity = { channel: '*', scopes: expandScopes(['orders:read', 'orders:systems']) };

describe.each(testDatabases)('the graph of orders on $name', ({ open }) => {
  let opened: TestDatabase;
  let replica: Replica;
  let schema: GraphQLSchema;

  const contextOf = (identity: Identity) =>
    createRequestContext({ identity, correlationId: 'c-test', signal: AbortSignal.timeout(30_000) });
  const ask = async (identity: Identity, text: string, variables: Record<string, unknown> = {}): Promise<Answer> => {
    const document = parse(text);
    expect(validate(schema, document)).toEqual([]);
    const { data, errors } = await execute({
      schema,
      document,
      variableValues: variables,
      contextValue: contextOf(identity),
    });
    return {
      data: JSON.parse(JSON.stringify(data ?? null)),
      errors: (errors ?? []).map(({ message }) => ({ message })),
    };
  };

  beforeAll(async () => {
    opened = await open();
    await emptyDatabase(opened.database);
    replica = await openReplica(opened.database);
    await nameItems(replica.intake);
    const orders = createOrderResolvers({
      policy: DEFAULT_ORDER_POLICY,
      freshness: { liveWithinMs: 15_000, missingAfterMs: { erp: 1e6, pos: 1e6, wms: 1e6, marketplace: 1e6 } },
      database: opened.database,
      journal: replica.journal,
      keys: replica.keys,
      service: replica.service,
      streams: replica.streams,
      clock: replica.clock,
    });
    const { DateTime, EventCursor, Duration } = scalars;
    schema = enforceAccess(
      buildSubgraphSchema([
        { typeDefs: parse(SDL), resolvers: { DateTime, EventCursor, Duration, ...orders } as never },
      ]),
    );
    await acceptAll(replica.intake, STORY);
  });
  afterAll(async () => {
    await replica[Symbol.asyncDispose]();
    await opened[Symbol.asyncDispose]();
  });

  test('a guest reads the whole order page', async () => {
    const { data, errors } = await ask(anonymous, ORDER_PAGE, { number: '1001', email: 'ADA@example.org' });
    expect(errors).toEqual([]);
    expect(data?.guestOrder).toMatchObject({
      __typename: 'Order',
      id: idOf(replica),
      number: '1001',
      channel: 'shop',
      status: 'PARTIALLY_DELIVERED',
      payment: 'PAID',
      fulfilment: 'PARTIALLY_DELIVERED',
      returns: 'COMPLETED',
      statusDetail: {
        code: 'PARTS_DELIVERED',
        message: '1 of 3 items has arrived; the rest is being prepared.',
        next: 'DELIVERED',
      },
      lines: [
        {
          id: 'line_TEE-1_1',
          variant: { id: 'var_TEE-1' },
          location: { id: 'loc_W1' },
          ordered: 3,
          state: 'OPEN',
          quantities: { open: 1, delivered: 1, returned: 1 },
        },
        {
          id: 'line_MUG-2_1',
          location: { id: 'loc_S1' },
          state: 'READY_FOR_PICKUP',
          quantities: { readyForPickup: 1 },
        },
      ],
      shipments: [
        {
          state: 'DELIVERED',
          carrier: 'DHL',
          origin: { id: 'loc_W1' },
          lines: [{ orderLineId: 'line_TEE-1_1', quantity: 2 }],
          estimatedDelivery: { original: null, changed: false },
        },
      ],
      pickups: [
        {
          state: 'READY',
          code: 'XY',
          location: { id: 'loc_S1' },
          lines: [{ orderLineId: 'line_MUG-2_1', quantity: 1 }],
        },
      ],
      returnRequests: [
        {
          rmaNumber: 'RMA-1',
          status: 'COMPLETED',
          method: 'MAIL',
          refund: 'PENDING',
          timeline: { edges: [{ node: { type: 'RETURN_COMPLETED', title: 'Return completed (1 item)' } }] },
        },
      ],
      promise: { latest: at(3_000), original: at(3_000), changed: false },
      freshness: 'UNKNOWN',
    });
    const page = data?.guestOrder as { timeline: { edges: { node: { type: string } }[] }; actions: unknown[] };
    expect(page.timeline.edges.map(({ node }) => node.type)).not.toContain('POSTED');
    expect(page.actions).toHaveLength(5);
  });

  test('a wrong proof and an unknown number answer null alike', async () => {
    for (const [number, email] of [
      ['1001', 'eve@example.org'],
      ['4711', 'ada@example.org'],
    ]) {
      expect(await ask(anonymous, ORDER_PAGE, { number, email })).toEqual({ data: { guestOrder: null }, errors: [] });
    }
  });

  test('an operator drills down to the systems and to what they disagree about', async () => {
    const { data, errors } = await ask(operator, DRILL, { id: idOf(replica) });
    expect(errors).toEqual([]);
    expect(data?.order).toMatchObject({
      settlement: 'PENDING',
      posting: 'POSTED',
      disagreements: [
        {
          axis: 'PAYMENT',
          chosen: { system: 'shop-main', value: 'PAID' },
          others: [{ system: 'erp-main', value: 'PARTIALLY_PAID' }],
        },
      ],
      systems: {
        erp: { number: 'SO-1' },
        wms: [{ id: 'S1' }],
        marketplace: { marketplace: 'SHOP_DE', externalId: 'M-1' },
        pickupTasks: [{ id: 'P-1' }],
        pos: [],
        returnReceipts: [{ id: 'R-1' }],
      },
      timeline: {
        edges: [{ node: { type: 'PLACED', system: 'shop-main' } }, { node: { type: 'CONFIRMED' } }],
        pageInfo: { hasNextPage: true },
      },
    });
  });

  test('timelines are paged, and their cursors belong to them', async () => {
    const TEXT =
      'query ($id: ID!, $after: EventCursor) { order(id: $id) { timeline(audience: CHANNEL, first: 3, after: $after) { edges { node { sequence } } pageInfo { hasNextPage endCursor } } } }';
    type Page = {
      order: {
        timeline: { edges: { node: { sequence: number } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      };
    };
    const sequences: number[] = [];
    let after: string | null = null;
    for (let more = true; more; ) {
      const { data } = await ask(operator, TEXT, { id: idOf(replica), after });
      const { timeline } = (data as Page).order;
      sequences.push(...timeline.edges.map(({ node }) => node.sequence));
      [more, after] = [timeline.pageInfo.hasNextPage, timeline.pageInfo.endCursor];
    }
    const total = (await replica.journal.read('orders:shop', 0, 100))
      .filter(({ type }) => type !== 'POSTED')
      .map(({ version }) => version);
    expect(sequences).toEqual(total);
    const foreign = replica.journal.encodeCursor({ channel: 'orders:shop', epoch: 'x', position: 1 });
    expect((await ask(operator, TEXT, { id: idOf(replica), after: foreign })).errors[0]?.message).toContain(
      'does not belong to this timeline',
    );
  });

  test('what is for staff is refused to shoppers', async () => {
    const shopper: Identity = { channel: 'shop', scopes: expandScopes(['customer']), customer: 'ada@example.org' };
    const refused = async (text: string) => (await ask(shopper, text, { id: idOf(replica) })).errors[0]?.message ?? '';
    expect(await refused('query ($id: ID!) { order(id: $id) { systems { erp { number } } } }')).toContain(
      'orders:systems',
    );
    expect(await refused('query ($id: ID!) { order(id: $id) { posting } }')).toContain('orders:read');
    expect(
      await refused('query ($id: ID!) { order(id: $id) { timeline(audience: OPERATIONS) { edges { cursor } } } }'),
    ).toContain('orders:read');
    expect((await ask(shopper, 'query ($id: ID!) { order(id: $id) { status } }', { id: idOf(replica) })).data).toEqual({
      order: { status: 'PARTIALLY_DELIVERED' },
    });
    expect(
      (await ask(anonymous, 'query ($id: ID!) { order(id: $id) { status } }', { id: idOf(replica) })).errors[0]
        ?.message,
    ).toContain('customer');
  });

  test('lists are connections, and count only when asked', async () => {
    const { data } = await ask(
      operator,
      'query { orders(first: 1, filter: { statuses: [PARTIALLY_DELIVERED] }) { edges { cursor node { number cursor } } pageInfo { hasNextPage } totalCount } }',
    );
    expect(data?.orders).toMatchObject({
      edges: [{ node: { number: '1001' } }],
      pageInfo: { hasNextPage: false },
      totalCount: 1,
    });
  });

  test('parcels, returns and orders are found by their ids, for who may see them', async () => {
    const { data } = await ask(
      operator,
      'query ($id: ID!) { order(id: $id) { shipments { id } returnRequests { id } } }',
      { id: idOf(replica) },
    );
    const order = data?.order as { shipments: { id: string }[]; returnRequests: { id: string }[] };
    const TEXT = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on Shipment { trackingNumber } ... on Return { rmaNumber } ... on Order { number } } }`;
    const representations = [
      { __typename: 'Shipment', id: order.shipments[0]?.id },
      { __typename: 'Return', id: order.returnRequests[0]?.id },
      { __typename: 'Order', id: idOf(replica) },
    ];
    expect((await ask(operator, TEXT, { representations })).data).toEqual({
      _entities: [{ trackingNumber: 'T1' }, { rmaNumber: 'RMA-1' }, { number: '1001' }],
    });
    expect((await ask(anonymous, TEXT, { representations })).data).toEqual({ _entities: [null, null, null] });
  });

  test('a subscription carries the event and the order as it is now', async () => {
    const over = new AbortController();
    const subscribe = createSchemaSubscriptions(schema, 1_000, createErrorFormatter({ log: silentLog }));
    const query = `subscription Follow($id: ID!) { orderStatus(orderId: $id) { __typename
      ... on OrderSnapshot { cursor order { status sequence } }
      ... on OrderStatusChanged { eventId cursor sequence type previousStatus status changedAxes occurredAt observedAt system correlationId replayed order { status lines { variant { id } } } }
      ... on Lagged { from to missed } ... on Heartbeat { cursor at } } }`;
    const result = await subscribe(
      { query, variables: { id: idOf(replica) } },
      { identity: anonymous, correlationId: 'c', signal: over.signal },
    );
    if (result.kind !== 'opened') throw new Error(JSON.stringify(result.errors));
    expect((await result.stream.next()).value).toMatchObject({
      data: { orderStatus: { __typename: 'OrderSnapshot', order: { status: 'PARTIALLY_DELIVERED' } } },
    });
    await acceptAll(replica.intake, [
      shipment('S2', {
        minutes: 80,
        references: [{ scheme: 'erp', value: 'SO-1' }],
        progress: [progress('TEE-1', { picking: 1 })],
      }),
    ]);
    const event = (await result.stream.next()).value;
    expect(event).not.toHaveProperty('errors');
    expect(event).toMatchObject({
      data: {
        orderStatus: {
          __typename: 'OrderStatusChanged',
          type: 'PICKING_STARTED',
          system: 'wms-main',
          replayed: false,
          changedAxes: ['FULFILMENT'],
          order: { lines: [{ variant: { id: 'var_TEE-1' } }, {}] },
        },
      },
    });
    over.abort();
  });

  test('a guest with a wrong proof gets a stream without items; an unknown id is refused (R20)', async () => {
    const subscribe = createSchemaSubscriptions(schema, 1_000, createErrorFormatter({ log: silentLog }));
    const subscriber = { identity: anonymous, correlationId: 'c', signal: AbortSignal.timeout(30_000) };
    const guest = await subscribe(
      {
        query: 'subscription { guestOrderStatus(input: { number: "1001", email: "eve@example.org" }) { __typename } }',
        variables: {},
      },
      subscriber,
    );
    if (guest.kind !== 'opened') throw new Error('a stream was expected');
    expect(await guest.stream.next()).toEqual({ done: true, value: undefined });
    const unknown = await subscribe(
      { query: 'subscription { orderStatus(orderId: "ord_x") { __typename } }', variables: {} },
      subscriber,
    );
    expect(JSON.stringify(unknown)).toContain('no such order for this caller');
  });
});
