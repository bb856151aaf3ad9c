/** A store's feed: its open pickups, then every change once and in order; of no other store, and of no other channel. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { locationIdOf } from '#model/identifiers.ts';
import type { StoredClaim } from '#model/order/claims.ts';
import { expandScopes, type Identity } from '#runtime/graphql/identity.ts';
import type { OrderStreamItem } from '#subgraphs/process/order-status/parents.ts';
import type { OrderStream } from '#subgraphs/process/order-status/streams.ts';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { channelOrder, line, pickup, progress } from '#test/unit/model/order/fixtures.ts';
import { acceptAll, emptyDatabase, idOf, nameItems, openReplica, type Replica } from './setup.ts';

const store = (channel = '*'): Identity => ({ channel, scopes: expandScopes(['store:operate']) });

const ordered = (number: string, code: string, rest: Parameters<typeof channelOrder>[0] = {}): StoredClaim =>
  channelOrder({
    documentId: `M-${number}`,
    references: [{ scheme: 'channel', value: number }],
    lines: [line('TEE-1', 1, { method: 'PICKUP_IN_STORE', locationCode: code })],
    confirmed: true,
    ...rest,
  });
const task = (
  number: string,
  code: string,
  minutes: number,
  state: 'PREPARING' | 'READY' | 'COLLECTED' | 'SHORT',
): StoredClaim =>
  pickup({
    documentId: `P-${number}-${code}`,
    references: [{ scheme: 'channel', value: number }],
    minutes,
    pickup: { locationCode: code, state },
    progress: [
      progress('TEE-1', {
        [{ PREPARING: 'picking', READY: 'readyForPickup', COLLECTED: 'collected', SHORT: 'open' }[state]]: 1,
      }),
    ],
  });

describe.each(testDatabases)('the feed of a store on $name', ({ open }) => {
  let opened: TestDatabase;
  let replica: Replica;
  let leaving: AbortController;

  beforeAll(async () => {
    opened = await open();
  });
  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await emptyDatabase(opened.database);
    replica = await openReplica(opened.database);
    await nameItems(replica.intake);
    leaving = new AbortController();
  });
  afterEach(async () => {
    leaving.abort();
    await replica[Symbol.asyncDispose]();
  });

  const follow = (code: string, after: string | null = null, identity = store()): OrderStream =>
    replica.streams.store(identity, locationIdOf(code), after, leaving.signal);
  const take = async (stream: OrderStream, count: number): Promise<readonly OrderStreamItem[]> => {
    const items: OrderStreamItem[] = [];
    while (items.length < count) {
      const { value, done } = await stream.next();
      if (done || !value) break;
      items.push(value);
    }
    return items;
  };
  const takeUntilBeat = async (stream: OrderStream): Promise<readonly OrderStreamItem[]> => {
    const items: OrderStreamItem[] = [];
    while (items.at(-1)?.__typename !== 'Heartbeat') items.push(...(await take(stream, 1)));
    return items;
  };
  const nameOf = (id: string): string =>
    ['1', '2', '3', '4'].find((number) => idOf(replica, number) === id) ?? 'another order';
  const wordOf = (item: OrderStreamItem): string => {
    if (item.__typename === 'OrderStatusChanged') return `${nameOf(item.orderId)}: ${item.sequence} ${item.type}`;
    return item.__typename === 'OrderSnapshot'
      ? `${nameOf(item.order.id)}: snapshot ${item.order.sequence}`
      : item.__typename;
  };
  const cursorOf = (item: OrderStreamItem | undefined): string => (item && 'cursor' in item ? item.cursor : '');

  test('begins with what is open there, and goes on with every change of it', async () => {
    await acceptAll(replica.intake, [
      ordered('1', 'S1'),
      ordered('2', 'S2'),
      ordered('3', 'S1'),
      task('3', 'S1', 20, 'COLLECTED'),
    ]);
    const stream = follow('S1');
    expect((await take(stream, 2)).map(wordOf)).toEqual(['1: snapshot 2', 'Heartbeat']);
    await acceptAll(replica.intake, [
      task('1', 'S1', 30, 'PREPARING'),
      task('2', 'S2', 31, 'READY'),
      task('1', 'S1', 32, 'READY'),
      task('1', 'S1', 32, 'READY'),
      ordered('4', 'S1'),
      task('1', 'S1', 40, 'COLLECTED'),
    ]);
    expect((await take(stream, 5)).map(wordOf)).toEqual([
      '1: 3 PICKING_STARTED',
      '1: 4 READY_FOR_PICKUP',
      '4: 1 PLACED',
      '4: 2 CONFIRMED',
      '1: 5 COLLECTED',
    ]);
  });

  test('cut at every possible point and resumed, nothing is missed and nothing comes twice', async () => {
    const stream = follow('S1');
    const [begin] = await take(stream, 1);
    await acceptAll(replica.intake, [
      ordered('1', 'S1'),
      ordered('2', 'S2'),
      task('1', 'S1', 30, 'PREPARING'),
      task('2', 'S2', 31, 'READY'),
      task('1', 'S1', 32, 'READY'),
    ]);
    const items = await take(stream, 4);
    const words = items.map(wordOf);
    for (const [index, item] of [begin, ...items].entries()) {
      const resumed = await take(follow('S1', cursorOf(item)), 4 - index);
      expect(resumed.map(wordOf)).toEqual(words.slice(index));
      expect(resumed.every((told) => told.__typename === 'OrderStatusChanged' && told.replayed)).toBe(true);
    }
  });

  test('cut inside the first snapshot and resumed, the rest of it comes, then what happened meanwhile', async () => {
    await acceptAll(replica.intake, [ordered('1', 'S1'), ordered('2', 'S1'), ordered('3', 'S1')]);
    const [first] = await take(follow('S1'), 1);
    await acceptAll(replica.intake, [task('3', 'S1', 30, 'READY')]);
    const rest = (await takeUntilBeat(follow('S1', cursorOf(first)))).map(wordOf);
    const begun = first && wordOf(first);
    expect([begun, ...rest].filter((word) => word?.includes('snapshot'))).toHaveLength(3);
    // Either the snapshot of the rest contains it, or it is told behind.
    expect(rest.includes('3: snapshot 3') || rest.includes('3: 3 READY_FOR_PICKUP')).toBe(true);
  });

  test('what is dropped between a snapshot and what follows it is named', async () => {
    await acceptAll(replica.intake, [ordered('1', 'S1'), ordered('2', 'S1')]);
    const stream = follow('S1');
    await take(stream, 2);
    await acceptAll(replica.intake, [task('1', 'S1', 30, 'READY')]);
    await opened.database.query("delete from journal.entry where channel = 'pickups'");
    expect(await take(stream, 2)).toMatchObject([{ __typename: 'Lagged', missed: 1 }, { __typename: 'Heartbeat' }]);
  });

  test('a store that loses an order hears of it, and the one that gets it hears all that follows', async () => {
    await acceptAll(replica.intake, [ordered('1', 'S1'), task('1', 'S1', 20, 'SHORT')]);
    const [loser, winner] = [follow('S1'), follow('S2')];
    expect((await take(loser, 2)).map(wordOf)).toEqual(['1: snapshot 3', 'Heartbeat']);
    expect((await take(winner, 1)).map(wordOf)).toEqual(['Heartbeat']);
    await acceptAll(replica.intake, [task('1', 'S2', 50, 'READY')]);
    expect((await take(loser, 1)).map(wordOf)).toEqual(['1: 4 REROUTED']);
    expect((await take(winner, 2)).map(wordOf)).toEqual(['1: 4 REROUTED', '1: 5 READY_FOR_PICKUP']);
  });

  test('a token of one channel sees that channel only', async () => {
    await acceptAll(replica.intake, [ordered('1', 'S1'), ordered('2', 'S1', { channel: 'web' })]);
    const stream = follow('S1', null, store('web'));
    expect((await take(stream, 2)).map(wordOf)).toEqual(['2: snapshot 2', 'Heartbeat']);
    await acceptAll(replica.intake, [task('1', 'S1', 30, 'READY'), task('2', 'S1', 31, 'READY')]);
    expect((await take(stream, 1)).map(wordOf)).toEqual(['2: 3 READY_FOR_PICKUP']);
  });

  test('what is no longer held is named, a quiet store gets a beat that moves on, and a cursor is bound to its store', async () => {
    const stream = follow('S1');
    const [begin] = await take(stream, 1);
    await acceptAll(replica.intake, [ordered('2', 'S2'), ordered('1', 'S1'), ordered('3', 'S2')]);
    const [placed, confirmed] = await take(stream, 2);
    expect([placed, confirmed].map((item) => item && wordOf(item))).toEqual(['1: 1 PLACED', '1: 2 CONFIRMED']);
    const beat = take(stream, 1);
    await replica.clock.advance(20_000);
    await replica.clock.advance(20_000);
    const [quiet] = await beat;
    expect(quiet?.__typename).toBe('Heartbeat');
    await expect(take(follow('S2', cursorOf(begin)), 1)).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    await opened.database.query("delete from journal.entry where channel = 'pickups' and position <= 3");
    expect(await take(follow('S1', cursorOf(begin)), 2)).toMatchObject([
      { __typename: 'Lagged', missed: 3 },
      { __typename: 'OrderStatusChanged', type: 'CONFIRMED' },
    ]);
  });

  test('hundreds of stores follow one channel, each its own, read once', async () => {
    const codes = Array.from({ length: 200 }, (_, index) => `ST-${index}`);
    const streams = codes.map((code) => follow(code));
    for (const stream of streams) await take(stream, 1);
    const asked: string[] = [];
    const { query } = opened.database;
    opened.database.query = ((text: string, ...rest: never[]) => {
      if (text.includes('journal.')) asked.push(text);
      return (query as (...all: unknown[]) => unknown)(text, ...rest);
    }) as typeof query;
    try {
      await acceptAll(replica.intake, [ordered('1', 'ST-7'), ordered('2', 'ST-150')]);
      expect((await take(streams[7] as OrderStream, 2)).map(wordOf)).toEqual(['1: 1 PLACED', '1: 2 CONFIRMED']);
      expect((await take(streams[150] as OrderStream, 2)).map(wordOf)).toEqual(['2: 1 PLACED', '2: 2 CONFIRMED']);
    } finally {
      opened.database.query = query;
    }
    // A few looks for two batches, not one per store.
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThan(20);
  });

  test('a place that is none is named', () => {
    expect(() => replica.streams.store(store(), 'Berlin', null, leaving.signal)).toThrow(
      'locationId: "Berlin" is not the id of a location.',
    );
  });
});
