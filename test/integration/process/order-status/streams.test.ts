import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { StoredClaim } from '#model/order/claims.ts';
import { expandScopes, type Identity } from '#runtime/graphql/identity.ts';
import { DEFAULT_JOURNAL_OPTIONS } from '#runtime/journal/open.ts';
import type { OrderParent, OrderStreamItem } from '#subgraphs/process/order-status/parents.ts';
import { readOrder } from '#subgraphs/process/order-status/queries.ts';
import type { OrderStream } from '#subgraphs/process/order-status/streams.ts';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { channelOrder, erpOrder, line, progress, shipment } from '#test/unit/model/order/fixtures.ts';
import { acceptAll, emptyDatabase, idOf, nameItems, openReplica, type Replica } from './setup.ts';

const numbered = (number: string, told: Parameters<typeof channelOrder>[0] = {}): StoredClaim =>
  channelOrder({
    documentId: `M-${number}`,
    references: [{ scheme: 'channel', value: number }],
    lines: [line('TEE-1', 1)],
    ...told,
  });
const parcel = (
  number: string,
  bucket: 'allocated' | 'picking' | 'packed' | 'shipped' | 'delivered',
  minutes: number,
): StoredClaim =>
  shipment(`S-${number}`, {
    minutes,
    references: [{ scheme: 'channel', value: number }],
    progress: [progress('TEE-1', { [bucket]: 1 })],
  });
/** PLACED, CONFIRMED, ALLOCATED, PICKING_STARTED, PACKED, SHIPPED. */
const life = (number: string): readonly StoredClaim[] => [
  numbered(number),
  numbered(number, { minutes: 5, confirmed: true }),
  parcel(number, 'allocated', 10),
  parcel(number, 'picking', 20),
  parcel(number, 'packed', 30),
  parcel(number, 'shipped', 40),
];

const staff = (channel: string): Identity => ({ channel, scopes: expandScopes(['orders:read']) });
const wordOf = (item: OrderStreamItem): string =>
  item.__typename === 'OrderStatusChanged'
    ? `${item.sequence} ${item.type}`
    : item.__typename === 'OrderSnapshot'
      ? `snapshot ${item.order.sequence}`
      : item.__typename;

describe.each(testDatabases)('order streams on $name', ({ open }) => {
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

  const orderOf = async (number: string): Promise<OrderParent> => {
    const order = await readOrder(opened.database, idOf(replica, number));
    if (!order) throw new Error(`no order ${number}`);
    return order;
  };
  const follow = async (number: string, after: string | null = null, over: Replica = replica): Promise<OrderStream> =>
    over.streams.follow(await orderOf(number), after, leaving.signal);
  const take = async (stream: OrderStream, count: number): Promise<readonly OrderStreamItem[]> => {
    const items: OrderStreamItem[] = [];
    while (items.length < count) {
      const { value, done } = await stream.next();
      if (done || !value) break;
      items.push(value);
    }
    return items;
  };
  const cursorsOf = (items: readonly OrderStreamItem[]): readonly string[] =>
    items.flatMap((item) => ('cursor' in item ? [item.cursor] : []));
  const dropEntriesUpTo = (position: number) =>
    opened.database.query('delete from journal.entry where position <= $1', [position]);

  test('a snapshot comes first, then every change once and in order, with nothing of other orders (R1, R2)', async () => {
    const [placed, ...rest] = life('1');
    await acceptAll(replica.intake, [numbered('2'), ...(placed ? [placed] : [])]);
    const stream = await follow('1');
    const first = await take(stream, 1);
    await acceptAll(
      replica.intake,
      rest.flatMap((told) => [told, ...life('2').slice(0, 3), told]),
    );
    expect([...first, ...(await take(stream, 5))].map(wordOf)).toEqual([
      'snapshot 1',
      '2 CONFIRMED',
      '3 ALLOCATED',
      '4 PICKING_STARTED',
      '5 PACKED',
      '6 SHIPPED',
    ]);
  });

  test('cut at every possible point and resumed, what was received is what happened (R6)', async () => {
    await acceptAll(replica.intake, life('1').slice(0, 1));
    const stream = await follow('1');
    const first = await take(stream, 1);
    await acceptAll(replica.intake, [...life('1').slice(1), ...life('2')]);
    const received = [...first, ...(await take(stream, 5))];
    expect(received.map(wordOf)).toHaveLength(6);
    for (const [index, cursor] of cursorsOf(received).entries()) {
      const rest = await take(await follow('1', cursor), 5 - index);
      expect(rest.map(wordOf)).toEqual(received.slice(index + 1).map(wordOf));
      expect(rest.every((item) => item.__typename === 'OrderStatusChanged' && item.replayed)).toBe(true);
    }
  });

  test('changes while the snapshot is read are told once: in it or after it (R3)', async () => {
    await acceptAll(replica.intake, life('1').slice(0, 1));
    const stream = await follow('1');
    const [items] = await Promise.all([take(stream, 1), acceptAll(replica.intake, life('1').slice(1))]);
    const [snapshot] = items;
    if (snapshot?.__typename !== 'OrderSnapshot') throw new Error('a snapshot was expected first');
    const rest = await take(stream, 6 - snapshot.order.sequence);
    expect(rest.map((item) => ('sequence' in item ? item.sequence : null))).toEqual(
      Array.from({ length: 6 - snapshot.order.sequence }, (_, index) => snapshot.order.sequence + index + 1),
    );
  });

  test("the order's own cursor misses nothing that comes after it", async () => {
    await acceptAll(replica.intake, life('1').slice(0, 2));
    const order = await orderOf('1');
    const present = (sequence: number) => ({
      head: () => replica.journal.head('orders:shop'),
      sequence: async () => sequence,
    });
    await acceptAll(replica.intake, [numbered('2'), ...life('1').slice(2, 4)]);
    const stale = await replica.service.cursorOf(order, present(4));
    expect((await take(await follow('1', stale), 2)).map(wordOf)).toEqual(['3 ALLOCATED', '4 PICKING_STARTED']);
    const fresh = await replica.service.cursorOf(await orderOf('1'), present(4));
    const stream = await follow('1', fresh);
    await acceptAll(replica.intake, life('1').slice(4));
    expect((await take(stream, 2)).map(wordOf)).toEqual(['5 PACKED', '6 SHIPPED']);
  });

  test('two replicas tell the same (R14)', async () => {
    const other = await openReplica(opened.database);
    try {
      await acceptAll(replica.intake, life('1').slice(0, 1));
      const [here, there] = [await follow('1'), await follow('1', null, other)];
      const firsts = [await take(here, 1), await take(there, 1)];
      for (const [index, told] of life('1').slice(1).entries())
        await acceptAll(index % 2 === 0 ? other.intake : replica.intake, [told]);
      // The clocks of a test stand still, so a wake-up lost between replicas is made good here.
      await other.clock.advance(1_000);
      const [left, right] = [await take(here, 5), await take(there, 5)];
      expect(right).toEqual(left);
      expect(firsts[0]).toEqual(firsts[1]);
      const half = cursorsOf(left)[2] ?? '';
      expect((await take(await follow('1', half, other), 2)).map(wordOf)).toEqual(['5 PACKED', '6 SHIPPED']);
    } finally {
      leaving.abort();
      await other[Symbol.asyncDispose]();
    }
  });

  test('a quiet stream gives a heartbeat whose cursor has moved past what concerned others (R9)', async () => {
    await acceptAll(replica.intake, [numbered('1')]);
    const stream = await follow('1');
    const [snapshot] = await take(stream, 1);
    const next = stream.next();
    await acceptAll(replica.intake, life('2'));
    const until = (await replica.journal.head('orders:shop')).position;
    let beat: OrderStreamItem | undefined;
    for (let position = 0; position < until; ) {
      await replica.clock.advance(20_000);
      beat = beat === undefined ? ((await next).value ?? undefined) : ((await stream.next()).value ?? undefined);
      if (beat?.__typename !== 'Heartbeat') throw new Error('a heartbeat was expected');
      position = replica.journal.decodeCursor(beat.cursor).position;
    }
    const from = beat?.__typename === 'Heartbeat' ? beat.cursor : '';
    expect(from).not.toBe(cursorsOf(snapshot ? [snapshot] : [])[0]);
    const resumed = await follow('1', from);
    await acceptAll(replica.intake, life('1').slice(1, 2));
    expect((await take(resumed, 1)).map(wordOf)).toEqual(['2 CONFIRMED']);
  });

  test('a cursor older than what is held gives Lagged with the length of the gap, then goes on (R11)', async () => {
    await acceptAll(replica.intake, life('1'));
    const old = replica.journal.encodeCursor({ ...(await headOf('orders:shop')), position: 1 });
    await dropEntriesUpTo(4);
    const [gap, ...rest] = await take(await follow('1', old), 3);
    expect(gap).toEqual({
      __typename: 'Lagged',
      from: old,
      to: replica.journal.encodeCursor({ ...(await headOf('orders:shop')), position: 4 }),
      missed: 3,
    });
    expect(rest.map(wordOf)).toEqual(['5 PACKED', '6 SHIPPED']);
  });

  const headOf = async (channel: string) => ({ channel, epoch: (await replica.journal.head(channel)).epoch });

  test('a cursor from before a restore gives Lagged without a number (R12)', async () => {
    await acceptAll(replica.intake, life('1'));
    for (const cursor of [
      replica.journal.encodeCursor({ channel: 'orders:shop', epoch: 'earlier', position: 3 }),
      replica.journal.encodeCursor({ ...(await headOf('orders:shop')), position: 99 }),
    ]) {
      expect((await take(await follow('1', cursor), 1))[0]).toMatchObject({ __typename: 'Lagged', missed: null });
    }
  });

  test.each([
    ['of another channel', () => replica.journal.encodeCursor({ channel: 'orders:web', epoch: 'any', position: 1 })],
    ['made up', () => 'bm9uc2Vuc2U.AAAAAAAAAAAAAAAA'],
  ])('a cursor %s is refused (R21, R22)', async (_name, make) => {
    await acceptAll(replica.intake, [numbered('1')]);
    await expect((await follow('1', make())).next()).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });

  test('a waiting stream ends at once when its consumer leaves or its signal aborts (R42)', async () => {
    await acceptAll(replica.intake, [numbered('1')]);
    const left = await follow('1');
    await take(left, 1);
    const waiting = left.next();
    await left.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    const cut = await follow('1');
    await take(cut, 1);
    const parked = cut.next();
    leaving.abort();
    expect(await parked).toEqual({ done: true, value: undefined });
  });

  test('following an order that turns out to be another one goes on with that one (R19)', async () => {
    const sale = (minutes: number, references: StoredClaim['references']) =>
      erpOrder({ minutes, channel: 'shop', references, lines: [line('TEE-1', 1)], confirmed: true });
    await acceptAll(replica.intake, [sale(1, [{ scheme: 'erp', value: 'SO-1' }]), numbered('1')]);
    const saleId = replica.keys.orderId({ scheme: 'erp', value: 'SO-1' });
    const order = await readOrder(opened.database, saleId);
    if (!order) throw new Error('no sale');
    const stream = replica.streams.follow(order, null, leaving.signal);
    const first = await take(stream, 1);
    await acceptAll(replica.intake, [
      sale(9, [
        { scheme: 'erp', value: 'SO-1' },
        { scheme: 'channel', value: '1' },
      ]),
    ]);
    const rest = await take(stream, 2);
    expect([...first, ...rest].map(wordOf)).toEqual(['snapshot 2', '3 CORRECTED', 'snapshot 2']);
    expect(rest[1]).toMatchObject({ order: { id: idOf(replica, '1') } });
    await acceptAll(replica.intake, [parcel('1', 'shipped', 40)]);
    const last = await take(stream, 1);
    expect(last.map(wordOf)).toEqual(['3 SHIPPED']);
    const whole = [...first, ...rest, ...last];
    const now = await orderOf('1');
    for (const [index, cursor] of cursorsOf(whole).entries()) {
      const resumed = replica.streams.follow(now, cursor, leaving.signal, saleId);
      // Its snapshot is as it is now: behind the turn, it contains what came after it.
      const expected = [['3 CORRECTED', 'snapshot 3'], ['snapshot 3'], ['3 SHIPPED'], []][index];
      expect((await take(resumed, expected?.length ?? 0)).map(wordOf)).toEqual(expected);
    }
  });

  test('what is still held reaches back for at least 72 hours (R15)', () => {
    expect(DEFAULT_JOURNAL_OPTIONS.retentionMs).toBeGreaterThanOrEqual(72 * 3_600_000);
  });

  describe('a channel feed', () => {
    const feed = (
      filter: Partial<Parameters<Replica['streams']['channel']>[1]>,
      after: string | null = null,
      identity: Identity = staff('*'),
    ) => replica.streams.channel(identity, { channels: ['shop'], ...filter }, after, leaving.signal);
    const told = (items: readonly OrderStreamItem[]): readonly string[] =>
      items.map((item) =>
        item.__typename === 'OrderStatusChanged'
          ? `${item.orderId === idOf(replica, '1') ? 'one' : 'two'} ${item.type}`
          : item.__typename,
      );

    test('tells all orders of the channel, filtered by type, status and place (R18)', async () => {
      await acceptAll(replica.intake, [numbered('0')]);
      const start = replica.journal.encodeCursor({
        ...(await headOf('orders:shop')),
        position: (await replica.journal.head('orders:shop')).position,
      });
      await acceptAll(replica.intake, [
        ...life('1'),
        ...life('2'),
        numbered('3', { lines: [line('TEE-1', 1, { locationCode: 'S7' })] }),
      ]);
      expect(told(await take(feed({ types: ['SHIPPED'] }, start), 2))).toEqual(['one SHIPPED', 'two SHIPPED']);
      expect(told(await take(feed({ statuses: ['PREPARING'] }, start), 3))).toEqual([
        'one ALLOCATED',
        'one PICKING_STARTED',
        'one PACKED',
      ]);
      expect((await take(feed({ locationIds: ['loc_S7'] }, start), 1))[0]).toMatchObject({
        type: 'PLACED',
        orderId: idOf(replica, '3'),
      });
    });

    test('several channels share one cursor, which resumes each of them (R4, R17)', async () => {
      const web = (number: string): StoredClaim =>
        erpOrder({
          documentId: `SO-${number}`,
          channel: 'web',
          references: [{ scheme: 'erp', value: number }],
          lines: [line('TEE-1', 1)],
        });
      const stream = feed({ channels: ['web', 'shop'] });
      expect((await take(stream, 1)).map(wordOf)).toEqual(['Heartbeat']);
      await acceptAll(replica.intake, [numbered('1'), web('A')]);
      const [, second] = await take(stream, 2);
      const cursor = second ? (cursorsOf([second])[0] ?? '') : '';
      expect(cursor).toMatch(/^[A-Za-z0-9_.~-]{1,512}$/);
      await acceptAll(replica.intake, [...life('1').slice(1, 2), web('B')]);
      const resumed = await take(feed({ channels: ['shop', 'web'] }, cursor), 2);
      expect(resumed.map(wordOf).toSorted()).toEqual(['1 PLACED', '2 CONFIRMED']);
      await expect(feed({ channels: ['shop'] }, cursor).next()).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    });

    test('begins, where asked, with a snapshot of every order in progress (R5)', async () => {
      await acceptAll(replica.intake, [...life('1'), parcel('1', 'delivered', 50), ...life('2').slice(0, 2)]);
      const stream = feed({ snapshot: true });
      const [snapshot] = await take(stream, 1);
      expect(snapshot).toMatchObject({ __typename: 'OrderSnapshot', order: { id: idOf(replica, '2') } });
      await acceptAll(replica.intake, life('2').slice(2, 3));
      expect(told(await take(stream, 1))).toEqual(['two ALLOCATED']);
    });

    test('is refused for channels of others and for too many at once (R43)', () => {
      expect(() => feed({ channels: ['shop'] }, null, staff('web'))).toThrow(
        expect.objectContaining({ code: 'FORBIDDEN' }),
      );
      expect(() => feed({ channels: [] })).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
      expect(() => feed({ channels: ['a', 'b', 'c', 'd', 'e', 'f'] })).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT' }),
      );
    });
  });
});
