/** Streams of orders through the gateway, on a real socket: cut at every item and resumed, whatever lies between. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ServedOrders, serveOrders } from '#test/integration/process/order-status/served-orders.ts';
import { openStreamWorld, type StreamWorld } from '#test/integration/process/order-status/stream-world.ts';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { openSocket, subscribeTo } from '#test/support/graphql-client.ts';
import { complaintsOf, type Happened, type Told } from '#test/support/stream-account.ts';

const ITEM = `__typename
  ... on OrderSnapshot { cursor order { id sequence status } }
  ... on OrderStatusChanged { cursor eventId sequence order { id } }
  ... on Heartbeat { cursor }
  ... on Lagged { to missed }`;
const ORDER = `subscription ($id: ID!, $after: EventCursor) { it: orderStatus(orderId: $id, after: $after) { ${ITEM} } }`;
const FEED = `subscription ($filter: ChannelStreamFilter!, $after: EventCursor) { it: channelOrders(filter: $filter, after: $after) { ${ITEM} } }`;

type Item = {
  readonly __typename: string;
  readonly cursor: string;
  readonly eventId?: string;
  readonly sequence?: number;
  readonly order?: { readonly id: string; readonly sequence?: number };
};

const MOVES = ['1', '2', 'W-1', '1', '2', '1', 'W-1', '1', '2', '1', 'W-1', '1'] as const;

describe.each(testDatabases)('through the gateway, on $name', ({ open }) => {
  let opened: TestDatabase;
  let world: StreamWorld;
  let served: ServedOrders;

  beforeAll(async () => {
    opened = await open();
    world = await openStreamWorld(opened.database);
    served = await serveOrders(opened.database, world.replicas[0]);
    await world.advance('1');
    await world.advance('W-1');
  }, 120_000);
  afterAll(async () => {
    await served?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
    await opened?.[Symbol.asyncDispose]();
  });

  const take = async (
    query: string,
    variables: Record<string, unknown>,
    isLast: (item: Item, count: number) => boolean,
    onFirst?: () => Promise<void>,
  ): Promise<Item[]> => {
    await using socket = await openSocket(served.gatewayUrl, served.token);
    subscribeTo(socket, 'a', query, variables);
    const items: Item[] = [];
    for (;;) {
      const message = await socket.nextOf('a');
      if (message.type !== 'next') throw new Error(JSON.stringify(message));
      const { it } = (message.payload as { readonly data: { readonly it: Item } }).data;
      items.push(it);
      if (items.length === 1) await onFirst?.();
      if (isLast(it, items.length)) return items;
    }
  };
  const toldOf = (item: Item): readonly Told[] => {
    const order = item.order?.id ?? '';
    if (item.eventId !== undefined) return [{ kind: 'event', id: item.eventId, order, sequence: item.sequence ?? 0 }];
    return item.__typename === 'OrderSnapshot'
      ? [{ kind: 'snapshot', order, sequence: item.order?.sequence ?? 0 }]
      : [];
  };
  const happenedIn = (channels: readonly string[], ids: ReadonlyMap<string, string>, order?: string): Happened[] =>
    world.history
      .filter((entry) => channels.includes(entry.channel) && (order === undefined || entry.subject === order))
      .map((entry) => ({
        id: ids.get(`${entry.subject}.${entry.version}`) ?? 'not told',
        order: entry.subject,
        sequence: entry.version,
        channel: entry.channel,
        position: entry.position,
      }));

  test('one order, a channel and two channels, cut behind every item: the union is what happened, once and in order (R6, R14)', async () => {
    const id = world.idOf('1');
    const cases = [
      { query: ORDER, variables: { id }, channels: ['orders:shop'], order: id },
      { query: FEED, variables: { filter: { channels: ['shop'] } }, channels: ['orders:shop'] },
      { query: FEED, variables: { filter: { channels: ['shop', 'web'] } }, channels: ['orders:shop', 'orders:web'] },
    ];
    const begun = new Map(world.history.map(({ subject, version }) => [subject, version]));
    const isEvent = (item: Item): boolean => item.eventId !== undefined;
    // All begin before anything moves, so that each has seen the whole of it once.
    const first = Promise.withResolvers<void>();
    let beginning = 0;
    const moved = first.promise.then(async () => {
      for (const [index, name] of MOVES.entries()) await world.advance(name, index);
    });
    const dueOf = (channels: readonly string[], order?: string): number =>
      MOVES.filter(
        (name) =>
          channels.includes(name.startsWith('W') ? 'orders:web' : 'orders:shop') &&
          (order === undefined || name === '1'),
      ).length;
    const wholes = await Promise.all(
      cases.map(({ query, variables, channels, order }) => {
        let events = 0;
        return take(
          query,
          variables,
          (item) => {
            if (isEvent(item)) events += 1;
            return events === dueOf(channels, order);
          },
          async () => {
            beginning += 1;
            if (beginning === cases.length) first.resolve();
            await first.promise;
          },
        );
      }),
    );
    await moved;
    for (const [index, { query, variables, channels, order }] of cases.entries()) {
      const whole = wholes[index] ?? [];
      const ids = new Map(
        whole.flatMap((item) => (item.eventId ? [[item.eventId.split('.').slice(0, 2).join('.'), item.eventId]] : [])),
      );
      const happened = happenedIn(channels, ids, order);
      const account = (told: readonly Item[]) => complaintsOf(happened, told.flatMap(toldOf), { knownBefore: begun });
      expect(account(whole)).toEqual([]);
      for (let count = 1; count < whole.length; count++) {
        const kept = whole.slice(0, count);
        const left = whole.slice(count).filter(isEvent).length;
        let events = 0;
        const rest = await take(query, { ...variables, after: kept.at(-1)?.cursor }, (item) => {
          if (isEvent(item)) events += 1;
          return events === left;
        });
        expect({ query, count, complaints: account([...kept, ...rest]) }).toMatchObject({ complaints: [] });
      }
    }
  }, 120_000);

  test('the subgraph is restarted behind the gateway while orders move: the client notices a pause and nothing else (R35)', async () => {
    const id = world.idOf('2');
    const known = world.history.findLast(({ subject }) => subject === id)?.version ?? 0;
    const until = known + 3;
    const items = await take(
      ORDER,
      { id },
      (item) => item.sequence === until,
      async () => {
        await world.advance('2');
        await served.restartSubgraph();
        await world.advance('2');
        await world.advance('2');
      },
    );
    expect(items.flatMap(({ sequence }) => sequence ?? [])).toEqual([known + 1, known + 2, known + 3]);
  }, 60_000);
});
