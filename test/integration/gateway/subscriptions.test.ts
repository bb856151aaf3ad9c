import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { within } from '#test/support/event-log.ts';
import { openSocket, type ProtocolMessage, type RawSocket, subscribeTo } from '#test/support/graphql-client.ts';
import { openSmallGraph, type SmallGraph } from '#test/support/small-graph.ts';

const FOLLOW = `subscription Follow($id: ID!, $after: EventCursor, $language: String) {
  orderMoved(id: $id, after: $after) {
    __typename
    ... on Snapshot { order { status product { title(language: $language) seenBy } } }
    ... on Moved { cursor status order { product { title(language: $language) seenBy } } }
  }
}`;

let graph: SmallGraph;
const sockets: RawSocket[] = [];
const connect = async (token?: string): Promise<RawSocket> => {
  const socket = await openSocket(graph.url, token);
  sockets.push(socket);
  return socket;
};

beforeEach(async () => {
  graph = await openSmallGraph();
});
afterEach(async () => {
  await Promise.all(sockets.splice(0).map((socket) => socket.close()));
  await graph[Symbol.asyncDispose]();
});

const itemIn = (message: ProtocolMessage): Record<string, unknown> => {
  expect(message.type).toBe('next');
  return ((message.payload as { data: Record<string, Record<string, unknown>> }).data.orderMoved ?? {}) as Record<
    string,
    unknown
  >;
};

describe('a federated subscription', () => {
  test('its fields of other subgraphs are wanted for what the subscriber said', async () => {
    const client = await connect();
    const query = '{ orderMoved(id: "1") { ... on Snapshot { order { product { wantedFor } } } } }';
    const follow = (id: string, extensions: Record<string, unknown>): void =>
      client.send({ id, type: 'subscribe', payload: { query: `subscription ${query}`, extensions } });
    const wantedFor = async (id: string) => JSON.stringify((await client.nextOf(id)).payload);
    follow('plain', {});
    follow('cart', { purpose: 'CART', maxAgeMs: 1_000 });
    follow('wrong', { purpose: 'NOTHING' });
    expect(await wantedFor('plain')).toContain('DETAIL, DETAIL, waits 0, at most any');
    expect(await wantedFor('cart')).toContain('CART, DETAIL, waits 2000, at most 1000');
    expect(await wantedFor('wrong')).toContain('extensions.purpose: one of BROWSE');
  });

  test('brings fields of another subgraph with every event, and nothing the client did not ask for', async () => {
    const client = await connect();
    subscribeTo(client, 'a', FOLLOW, { id: '1', language: 'de' });
    expect((await client.nextOf('a')).payload).toEqual({
      data: {
        orderMoved: {
          __typename: 'Snapshot',
          order: { status: 'NEW', product: { title: 'Title of sku-1 (de)', seenBy: 'nobody' } },
        },
      },
    });
    graph.orders.log.append('SHIPPED');
    expect((await client.nextOf('a')).payload).toEqual({
      data: {
        orderMoved: {
          __typename: 'Moved',
          cursor: 'c1',
          status: 'SHIPPED',
          order: { product: { title: 'Title of sku-1 (de)', seenBy: 'nobody' } },
        },
      },
    });
  });

  test('resumes after the cursor the client gives', async () => {
    for (const status of ['A', 'B', 'C']) graph.orders.log.append(status);
    const client = await connect();
    subscribeTo(client, 'a', FOLLOW, { id: '1', after: 'c1' });
    expect(itemIn(await client.nextOf('a'))).toMatchObject({ cursor: 'c2', status: 'B' });
    expect(itemIn(await client.nextOf('a'))).toMatchObject({ cursor: 'c3', status: 'C' });
  });

  test('goes on without loss or repetition when the owning subgraph is restarted (R35)', async () => {
    const client = await connect();
    subscribeTo(client, 'a', FOLLOW, { id: '1' });
    await client.nextOf('a');
    graph.orders.log.append('A');
    expect(itemIn(await client.nextOf('a')).cursor).toBe('c1');
    await graph.orders.stop();
    graph.orders.log.append('B');
    graph.orders.log.append('C');
    await graph.orders.start();
    expect(itemIn(await client.nextOf('a'))).toMatchObject({ cursor: 'c2', status: 'B' });
    graph.orders.log.append('D');
    expect(itemIn(await client.nextOf('a'))).toMatchObject({ cursor: 'c3', status: 'C' });
    expect(itemIn(await client.nextOf('a'))).toMatchObject({ cursor: 'c4', status: 'D' });
    expect(graph.orders.log.openedAfter).toEqual(['c0', 'c1']);
  });

  test('resumes even where the client selected no cursor (R34)', async () => {
    const client = await connect();
    subscribeTo(client, 'a', '{ __typename }'.replace('{', 'subscription { orderMoved(id: "1") {').concat(' }'));
    await client.nextOf('a');
    graph.orders.log.append('A');
    await client.nextOf('a');
    await graph.orders.stop();
    graph.orders.log.append('B');
    await graph.orders.start();
    expect((await client.nextOf('a')).payload).toEqual({ data: { orderMoved: { __typename: 'Moved' } } });
    expect(graph.orders.log.openedAfter.at(-1)).toBe('c1');
  });

  test('a stream without a cursor says so when it is interrupted, instead of hiding a gap (R33, R36)', async () => {
    const client = await connect();
    subscribeTo(client, 'a', 'subscription { ticks { status } }');
    await within('the stream', graph.orders.log.opened(1));
    graph.orders.log.append('A');
    await client.nextOf('a');
    await graph.orders.stop();
    expect(await client.nextOf('a')).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE', serviceName: 'orders' } }],
    });
    await graph.orders.start();
  });

  test('a subgraph that fails costs its fields, not the event, and names itself without its address (R38)', async () => {
    const client = await connect();
    subscribeTo(client, 'a', FOLLOW, { id: '1' });
    await client.nextOf('a');
    await graph.catalog.stop();
    graph.orders.log.append('A');
    const message = await client.nextOf('a');
    expect(itemIn(message)).toEqual({
      __typename: 'Moved',
      cursor: 'c1',
      status: 'A',
      order: { product: { title: null, seenBy: null } },
    });
    expect((message.payload as { errors: unknown }).errors).toEqual([
      {
        message: 'The subgraph "catalog" could not be reached.',
        path: ['orderMoved', 'order', 'product'],
        extensions: { code: 'UPSTREAM_UNAVAILABLE', serviceName: 'catalog', correlationId: expect.any(String) },
      },
    ]);
    expect(JSON.stringify(message)).not.toMatch(/127\.0\.0\.1|ECONN/);
    await graph.catalog.start();
    graph.orders.log.append('B');
    expect(itemIn(await client.nextOf('a'))).toMatchObject({ order: { product: { title: 'Title of sku-1' } } });
  });

  test('an event that a failing subgraph nulls as a whole still tells where the stream stands (R38)', async () => {
    const client = await connect();
    subscribeTo(client, 'a', 'subscription { orderMoved(id: "1") { ... on Moved { order { firm { firmTitle } } } } }');
    await client.nextOf('a');
    await graph.catalog.stop();
    graph.orders.log.append('A');
    expect((await client.nextOf('a')).payload).toMatchObject({ data: null, extensions: { cursor: 'c1' } });
    await graph.catalog.start();
  });
});

describe('sharing', () => {
  test('two clients of the same order share one stream and one look-up per event', async () => {
    const [first, second] = [await connect(), await connect()];
    subscribeTo(first, 'a', FOLLOW, { id: '1' });
    await first.nextOf('a');
    subscribeTo(second, 'a', FOLLOW, { id: '1' });
    await second.nextOf('a');
    await within('one stream', graph.orders.log.settled(1));
    expect(graph.gateway.upstream()).toEqual({ streams: 1, sockets: 1 });
    const before = graph.catalog.resolved.length;
    graph.orders.log.append('A');
    expect(await first.nextOf('a')).toEqual(await second.nextOf('a'));
    expect(graph.catalog.resolved.length - before).toBe(1);
  });

  test('whoever comes later gets a snapshot, and whoever resumes gets what they missed, before joining (R23, R37)', async () => {
    const [first, second, third] = [await connect(), await connect(), await connect()];
    subscribeTo(first, 'a', FOLLOW, { id: '1' });
    expect(itemIn(await first.nextOf('a')).__typename).toBe('Snapshot');
    for (const status of ['A', 'B']) graph.orders.log.append(status);
    await first.nextOf('a');
    await first.nextOf('a');
    subscribeTo(second, 'a', FOLLOW, { id: '1' });
    expect(itemIn(await second.nextOf('a'))).toMatchObject({ __typename: 'Snapshot', order: { status: 'B' } });
    subscribeTo(third, 'a', FOLLOW, { id: '1', after: 'c1' });
    expect(itemIn(await third.nextOf('a'))).toMatchObject({ cursor: 'c2', status: 'B' });
    await within('one stream', graph.orders.log.settled(1));
    graph.orders.log.append('C');
    for (const client of [first, second, third])
      expect(itemIn(await client.nextOf('a'))).toMatchObject({ cursor: 'c3', status: 'C' });
  });

  test('callers with other credentials never share, and each sees their own data (R37)', async () => {
    const [anonymous, web, outlet] = [
      await connect(),
      await connect(await graph.token({ channel: 'web' })),
      await connect(await graph.token({ channel: 'outlet' })),
    ];
    for (const client of [anonymous, web, outlet]) {
      subscribeTo(client, 'a', FOLLOW, { id: '1' });
      await client.nextOf('a');
    }
    expect(graph.gateway.upstream()).toEqual({ streams: 3, sockets: 3 });
    graph.orders.log.append('A');
    const seen = [];
    for (const client of [anonymous, web, outlet])
      seen.push((itemIn(await client.nextOf('a')) as { order: { product: { seenBy: string } } }).order.product.seenBy);
    expect(seen).toEqual(['nobody', 'web', 'outlet']);
  });

  test('clients that ask for other fields share the stream and get each their own', async () => {
    const client = await connect();
    subscribeTo(client, 'de', FOLLOW, { id: '1', language: 'de' });
    await client.nextOf('de');
    subscribeTo(client, 'fr', FOLLOW, { id: '1', language: 'fr' });
    await client.nextOf('fr');
    await within('one stream', graph.orders.log.settled(1));
    graph.orders.log.append('A');
    expect(itemIn(await client.nextOf('de'))).toMatchObject({ order: { product: { title: 'Title of sku-1 (de)' } } });
    expect(itemIn(await client.nextOf('fr'))).toMatchObject({ order: { product: { title: 'Title of sku-1 (fr)' } } });
  });

  test('a quiet stream is let go as soon as its last client leaves', async () => {
    const [first, second] = [await connect(), await connect()];
    subscribeTo(first, 'a', FOLLOW, { id: '1' });
    await first.nextOf('a');
    subscribeTo(second, 'a', FOLLOW, { id: '1' });
    await second.nextOf('a');
    await within('one stream', graph.orders.log.settled(1));
    first.send({ type: 'complete', id: 'a' });
    await second.close();
    await within('no stream', graph.orders.log.settled(0));
    expect(graph.gateway.upstream().streams).toBe(0);
  });
});

describe('what is refused, before anything runs and without harm to other subscriptions (R26)', () => {
  const refusals: readonly (readonly [string, string, Record<string, unknown>, string])[] = [
    ['a syntax error', 'subscription {', {}, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', 'subscription { nothing }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a conditional root field',
      'subscription($x: Boolean!) { ticks @include(if: $x) { status } }',
      { x: true },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a missing variable', FOLLOW, {}, 'BAD_USER_INPUT'],
    ['a wrong variable that only another subgraph uses', FOLLOW, { id: '1', language: 5 }, 'BAD_USER_INPUT'],
    [
      'a variable named like the one of entity fetches',
      'subscription($representations: ID!) { orderMoved(id: $representations) { __typename } }',
      { representations: '1' },
      'BAD_USER_INPUT',
    ],
    [
      'a document that is too long',
      `subscription { ticks { ${'status '.repeat(1_600)} } }`,
      {},
      'GRAPHQL_PARSE_FAILED',
    ],
    ['a query', '{ order(id: "1") { status } }', {}, 'BAD_INPUT'],
    ['a mutation', 'mutation { touch(id: "1") { status } }', {}, 'BAD_INPUT'],
    ['a cursor that the subgraph does not accept', FOLLOW, { id: '1', after: 'bad' }, 'CURSOR_INVALID'],
    ['a field the caller may not see', 'subscription { staffOnly { status } }', {}, 'FORBIDDEN'],
  ];
  test.each(refusals)('%s', async (_, query, variables, code) => {
    const client = await connect();
    subscribeTo(client, 'good', FOLLOW, { id: '1' });
    await client.nextOf('good');
    subscribeTo(client, 'bad', query, variables);
    const message = await client.nextOf('bad');
    expect(message).toMatchObject({ type: 'error', payload: [{ extensions: { code } }] });
    expect((message.payload as readonly { message: string }[])[0]?.message).not.toBe('');
    graph.orders.log.append('A');
    expect(itemIn(await client.nextOf('good')).cursor).toBe('c1');
  });
});
