/** A feed that begins with the oldest event held: a replay, then what happens, without a seam. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expandScopes, type Identity } from '#runtime/graphql/identity.ts';
import type { OrderStreamItem } from '#subgraphs/process/order-status/parents.ts';
import type { OrderStream } from '#subgraphs/process/order-status/streams.ts';
import { parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { channelOrder, line } from '#test/unit/model/order/fixtures.ts';
import { acceptAll, nameItems, openReplica, type Replica } from './setup.ts';

const staff: Identity = { channel: '*', scopes: expandScopes(['orders:read']) };
const placed = (number: string) =>
  channelOrder({
    documentId: `M-${number}`,
    references: [{ scheme: 'channel', value: number }],
    lines: [line('TEE-1', 1)],
  });
const take = async (stream: OrderStream, count: number): Promise<readonly OrderStreamItem[]> => {
  const items: OrderStreamItem[] = [];
  while (items.length < count) {
    const { value, done } = await stream.next();
    if (done || !value) break;
    items.push(value);
  }
  return items;
};
const wordOf = (item: OrderStreamItem): string =>
  item.__typename === 'OrderStatusChanged' ? `${item.type}${item.replayed ? ' replayed' : ''}` : item.__typename;

describe.each(testDatabases)('replay on $name', ({ open }) => {
  let opened: TestDatabase;
  let replica: Replica;
  const leaving = new AbortController();

  beforeAll(async () => {
    opened = await open();
    replica = await openReplica(opened.database);
    await nameItems(replica.intake);
  });
  afterAll(async () => {
    leaving.abort();
    await replica[Symbol.asyncDispose]();
    await opened[Symbol.asyncDispose]();
  });

  test('begins with what is held, marks it, goes on live, and its first cursor resumes the whole (R16)', async () => {
    const feed = (after: string | null = null) =>
      replica.streams.channel(staff, { channels: ['shop', 'web'], beginning: 'OLDEST' }, after, leaving.signal);
    await acceptAll(replica.intake, [placed('1'), placed('2'), placed('3')]);
    await opened.database.query("delete from journal.entry where channel = 'orders:shop' and position <= 1");
    const stream = feed();
    const begun = await take(stream, 3);
    expect(begun.map(wordOf)).toEqual(['Heartbeat', 'PLACED replayed', 'PLACED replayed']);
    await acceptAll(replica.intake, [placed('4')]);
    expect((await take(stream, 1)).map(wordOf)).toEqual(['PLACED']);
    const [first] = begun;
    const again = await take(feed(first && 'cursor' in first ? first.cursor : ''), 3);
    expect(again.map(wordOf)).toEqual(['PLACED replayed', 'PLACED replayed', 'PLACED replayed']);
  });

  test('asks for what happened or for what is, not both', () => {
    const both = { channels: ['shop'], snapshot: true, beginning: 'OLDEST' } as const;
    expect(() => replica.streams.channel(staff, both, null, leaving.signal)).toThrow('filter.beginning');
  });
});

test('less than 72 hours of retention is refused, with what is allowed (R15)', () => {
  expect(parseProcessPolicy({}).streams.retentionMs).toBe(7 * 24 * 3_600_000);
  expect(parseProcessPolicy({ streams: { retention: 'PT72H' } }).streams.retentionMs).toBe(72 * 3_600_000);
  expect(() => parseProcessPolicy({ streams: { retention: 'PT71H' } })).toThrow(
    'process.streams.retention: must be at least PT72H',
  );
});
