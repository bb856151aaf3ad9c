/** The database is restored from a backup: history that subscribers know is gone, and none of them waits in silence. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { OrderStreamItem } from '#subgraphs/process/order-status/parents.ts';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { openStreamWorld, type Question, type StreamWorld } from './stream-world.ts';

const FEED: Question = { kind: 'feed', filter: { channels: ['shop'] } };
const ORDER: Question = { kind: 'order', name: '1' };
const wordOf = (item: OrderStreamItem): string =>
  item.__typename === 'OrderStatusChanged'
    ? `${item.sequence} ${item.type}`
    : item.__typename === 'OrderSnapshot'
      ? `snapshot ${item.order.sequence}`
      : item.__typename === 'Lagged'
        ? `lagged ${item.missed}`
        : item.__typename;
const withoutHeartbeats = (items: readonly OrderStreamItem[]): readonly string[] =>
  items.map(wordOf).filter((word) => word !== 'Heartbeat');

describe.each(testDatabases)('a restore on $name', ({ open }) => {
  let opened: TestDatabase;
  let world: StreamWorld;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    world = await openStreamWorld(opened.database);
    for (const name of ['1', '1', '1'] as const) await world.advance(name);
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  test('whoever follows meanwhile is told that history was lost, gets the state, and goes on (R12, R13)', async () => {
    const restore = await world.backUp();
    const [order, feed] = [await world.open(ORDER), await world.open(FEED, 1)];
    await order.take(1);
    await feed.take(1);
    for (const name of ['1', '1', '2'] as const) await world.advance(name);
    await order.drain();
    await feed.drain();
    await restore();
    for (const reader of [order, feed]) {
      await reader.until('Lagged');
      await reader.drain();
    }
    expect(withoutHeartbeats(order.items)).toEqual([
      'snapshot 3',
      '4 PICKING_STARTED',
      '5 PACKED',
      'lagged null',
      'snapshot 3',
    ]);
    expect(withoutHeartbeats(feed.items)).toEqual(['4 PICKING_STARTED', '5 PACKED', '1 PLACED', 'lagged null']);
    await world.advance('1', 1);
    await order.drain();
    await feed.drain();
    expect([wordOf(order.items.at(-2) ?? feedEnd), wordOf(feed.items.at(-2) ?? feedEnd)]).toEqual([
      '4 PICKING_STARTED',
      '4 PICKING_STARTED',
    ]);
  });
  const feedEnd: OrderStreamItem = { __typename: 'Heartbeat', cursor: '', at: '' };

  test.each([0, 1, 2, 5])(
    'a cursor of the lost history is found out, also when %i new entries have taken its place (R12)',
    async (grown) => {
      const restore = await world.backUp();
      const readers = [await world.open(ORDER), await world.open(FEED)];
      for (const reader of readers) await reader.take(1);
      for (const name of ['1', '1'] as const) await world.advance(name);
      for (const reader of readers) await reader.drain();
      const lost = readers.map(({ items }) => items.length);
      await restore();
      for (let count = 0; count < grown; count++) await world.advance('2');
      for (const [index, reader] of readers.entries()) {
        await reader.cut({ replica: 1 });
        await reader.drain();
        expect(withoutHeartbeats(reader.items.slice(lost[index]))[0]).toBe('lagged null');
      }
      expect(withoutHeartbeats(readers[0]?.items ?? []).slice(-1)).toEqual(['snapshot 3']);
    },
  );

  test('a cursor of what the backup contains goes on as if nothing had been', async () => {
    const [order, feed] = [await world.open(ORDER), await world.open(FEED)];
    await order.take(1);
    await feed.take(1);
    const restore = await world.backUp();
    await world.advance('1');
    await restore();
    await world.advance('1');
    for (const reader of [order, feed]) {
      await reader.cut();
      await reader.drain();
      expect(reader.complaints()).toEqual([]);
      expect(withoutHeartbeats(reader.items).at(-1)).toBe('4 PICKING_STARTED');
    }
  });

  test('what happens after it under the same number is another event (R8)', async () => {
    const restore = await world.backUp();
    const order = await world.open(ORDER);
    await order.take(1);
    await world.advance('1');
    await order.drain();
    await restore();
    await order.until('Lagged');
    await order.drain();
    await world.advance('1');
    await order.drain();
    const events = order.items.flatMap((item) => (item.__typename === 'OrderStatusChanged' ? [item] : []));
    expect(events.map(({ sequence }) => sequence)).toEqual([4, 4]);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(2);
  });

  test('a feed that asked for snapshots is given them anew (R13)', async () => {
    const restore = await world.backUp();
    const feed = await world.open({ kind: 'feed', filter: { channels: ['shop'], snapshot: true } });
    await feed.take(2);
    await world.advance('1');
    await feed.drain();
    await restore();
    await feed.until('Lagged');
    await feed.drain();
    expect(withoutHeartbeats(feed.items)).toEqual(['snapshot 3', '4 PICKING_STARTED', 'lagged null', 'snapshot 3']);
  });
});
