import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StoredClaim } from '#model/order/claims.ts';
import type { Database } from '#runtime/storage/database.ts';
import { readExceptions } from '#subgraphs/process/exceptions/store.ts';
import type { OrderEventPayload } from '#subgraphs/process/order-status/advance.ts';
import { readOrder } from '#subgraphs/process/order-status/queries.ts';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';
import { anyOrder } from '#test/unit/model/order/arbitraries.ts';
import {
  at,
  channelOrder,
  claim,
  erpOrder,
  line,
  pickup,
  progress,
  shipment,
} from '#test/unit/model/order/fixtures.ts';
import {
  acceptAll,
  batchOf,
  emptyDatabase,
  entriesOf,
  idOf,
  merged,
  nameItems,
  openReplica,
  type Replica,
  sent,
  stateOf,
  timeless,
} from './setup.ts';

const order = channelOrder({ lines: [line('TEE-1', 3)], confirmed: true, payment: 'PAID' });
const parcel = (bucket: 'allocated' | 'picking' | 'packed' | 'shipped', minutes: number): StoredClaim =>
  shipment('S1', {
    minutes,
    shipment: { originCode: 'W1', state: bucket === 'shipped' ? 'IN_TRANSIT' : 'LABEL_CREATED', events: [] },
    progress: [progress('TEE-1', { [bucket]: 3 })],
  });

describe.each(testDatabases)('orders through the intake on $name', ({ open }) => {
  let opened: TestDatabase;
  let replica: Replica;
  const exceptions = (kind: string) =>
    readExceptions(opened.database, { filter: { kinds: [kind] }, after: null, limit: 10 });

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
  });
  afterEach(async () => {
    await replica[Symbol.asyncDispose]();
  });

  /** Sequences without gaps, in the journal and in the timeline alike, and words that form a chain. */
  const expectUnbroken = async (channel = 'orders:shop'): Promise<void> => {
    const last = new Map<string, { version: number; status: string }>();
    for (const { subject, version, payload, type } of await entriesOf(replica, channel)) {
      const told = payload as OrderEventPayload;
      expect(told.type).toBe(type);
      const before = last.get(subject) ?? { version: 0, status: 'RECEIVED' };
      expect([version, told.previousStatus]).toEqual([before.version + 1, before.status]);
      last.set(subject, { version, status: told.status });
    }
    for (const [id, { version, status }] of last) {
      const [row] = await opened.database.query<{ sequence: number; status: string; events: number }>(
        `select o.sequence, o.status, (select count(*)::int from process.order_event e where e.order_id = o.id) as events from process.orders o where o.id = $1`,
        [id],
      );
      expect(row).toEqual({ sequence: version, status, events: version });
    }
  };

  test('an order is made once, moves on, and every step is told once', async () => {
    const receipts = [];
    for (const told of [
      order,
      parcel('allocated', 20),
      parcel('picking', 30),
      parcel('picking', 30),
      parcel('packed', 40),
      parcel('shipped', 50),
      parcel('picking', 30),
    ]) {
      receipts.push((await replica.intake.accept(sent(told))).applied);
    }
    expect(receipts).toEqual([1, 1, 1, 0, 1, 1, 0]);
    const entries = await entriesOf(replica);
    expect(entries.map(({ type, version }) => [type, version])).toEqual([
      ['PLACED', 1],
      ['CONFIRMED', 2],
      ['PAYMENT_CHANGED', 3],
      ['ALLOCATED', 4],
      ['PICKING_STARTED', 5],
      ['PACKED', 6],
      ['SHIPPED', 7],
    ]);
    expect(entries[6]).toMatchObject({
      subject: idOf(replica),
      payload: { system: 'wms-main', status: 'SHIPPED', previousStatus: 'PREPARING', occurredAt: at(50) },
    });
    expect(await stateOf(opened.database, replica)).toMatchObject({
      status: 'SHIPPED',
      number: '1001',
      statusDetail: { since: at(50) },
    });
    await expectUnbroken();
  });

  test('the id is unguessable, stable and the same on every replica', async () => {
    await acceptAll(replica.intake, [order]);
    const other = await openReplica(opened.database);
    try {
      expect(idOf(other)).toBe(idOf(replica));
      expect(idOf(replica)).toMatch(/^ord_[A-Za-z0-9_-]{43}$/);
      expect(await readOrder(opened.database, idOf(other))).not.toBeNull();
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });

  test('demand of open and released units is kept per line, and told when it changes', async () => {
    replica.demandChanged.length = 0;
    await acceptAll(replica.intake, [
      order,
      parcel('picking', 30),
      channelOrder({ minutes: 31, lines: [line('TEE-1', 3)], confirmed: true, payment: 'REFUNDED' }),
      parcel('shipped', 50),
    ]);
    expect(replica.demandChanged).toEqual([['TEE-1'], ['TEE-1'], [], ['TEE-1']]);
    expect(await opened.database.query('select * from process.order_demand')).toEqual([]);
    await acceptAll(replica.intake, [
      channelOrder({
        documentId: 'M-2',
        references: [{ scheme: 'channel', value: '1002' }],
        lines: [line('MUG-2', 2), line('CAP-3', 1, { locationCode: 'S1' })],
      }),
      shipment('S2', {
        references: [{ scheme: 'channel', value: '1002' }],
        progress: [progress('MUG-2', { packed: 1 })],
      }),
    ]);
    expect(
      await opened.database.query(
        'select line_id, sku, location_code, unreleased, released from process.order_demand order by line_id',
      ),
    ).toEqual([
      { line_id: 'line_CAP-3_1', sku: 'CAP-3', location_code: 'S1', unreleased: 1, released: 0 },
      { line_id: 'line_MUG-2_1', sku: 'MUG-2', location_code: null, unreleased: 1, released: 1 },
    ]);
  });

  test('documents that come before their order wait for it, also through one another', async () => {
    const early = [
      pickup({
        minutes: 30,
        pickup: { locationCode: 'S1', state: 'READY' },
        progress: [progress('MUG-2', { readyForPickup: 1 })],
      }),
      shipment('S9', {
        minutes: 20,
        references: [{ scheme: 'erp', value: 'SO-1' }],
        progress: [progress('TEE-1', { shipped: 3 })],
      }),
      claim('wms', {
        minutes: 21,
        documentType: 'return-receipt',
        documentId: 'R-1',
        references: [
          { scheme: 'erp', value: 'SO-1' },
          { scheme: 'channel', value: '1001' },
        ],
        return: { status: 'AUTHORIZED', refund: 'NOT_DUE' },
      }),
    ];
    await acceptAll(replica.intake, early);
    expect(await entriesOf(replica)).toEqual([]);
    const late = channelOrder({
      minutes: 60,
      lines: [line('TEE-1', 3), line('MUG-2', 1, { method: 'PICKUP_IN_STORE' })],
      confirmed: true,
    });
    await acceptAll(replica.intake, [late]);
    const state = await stateOf(opened.database, replica);
    expect(timeless(state)).toEqual(timeless(merged([...early, late])));
    expect(state).toMatchObject({ status: 'RETURN_IN_PROGRESS', documents: { length: 4 } });
    expect(await opened.database.query('select * from process.order_waiting')).toEqual([]);
    await expectUnbroken();
  });

  test('a claim about an unknown item waits for its mapping, with proofs sealed, and is then applied', async () => {
    const secret = { email: 'Ada@Example.org', phone: '+49 30 1234567', postalCode: '10115', customerRef: 'cust-77' };
    const told = erpOrder({ lines: [line('NEW-9', 1)], customer: secret });
    const receipt = await replica.intake.accept(sent(told));
    expect(receipt).toMatchObject({ applied: 0, exceptions: 1 });
    expect(await exceptions('IDENTIFIER_UNMAPPED')).toMatchObject([{ state: 'OPEN', subject: 'sku:NEW-9' }]);
    await nameItems(replica.intake, ['NEW-9']);
    expect(await stateOf(opened.database, replica)).toMatchObject({ status: 'RECEIVED', lines: [{ sku: 'NEW-9' }] });
    expect(await exceptions('IDENTIFIER_UNMAPPED')).toMatchObject([{ state: 'RESOLVED' }]);
    const [{ everything } = { everything: '' }] = await opened.database.query<{ everything: string }>(
      `select (select coalesce(string_agg(c::text, ' '), '') from process.order_claim c) || (select coalesce(string_agg(p::text, ' '), '') from process.order_proof p)
         || (select coalesce(string_agg(k::text, ' '), '') from process.parked_change k) || (select coalesce(string_agg(o::text, ' '), '') from process.orders o)
         || (select coalesce(string_agg(j::text, ' '), '') from journal.entry j) as everything`,
    );
    expect(everything).toContain('NEW-9');
    for (const word of [...Object.values(secret), 'ada@example.org', '301234567'])
      expect(everything).not.toContain(word);
  });

  test('two orders that turn out to be one become one; the other leads on to it', async () => {
    const sale = erpOrder({
      minutes: 5,
      references: [{ scheme: 'erp', value: 'SO-1' }],
      lines: [line('TEE-1', 3)],
      confirmed: true,
      posting: 'POSTED',
    });
    await acceptAll(replica.intake, [order, sale]);
    const saleId = replica.keys.orderId({ scheme: 'erp', value: 'SO-1' });
    expect(await readOrder(opened.database, saleId)).toMatchObject({ id: saleId, channel: 'web' });
    const linking = shipment('S1', {
      minutes: 30,
      references: [
        { scheme: 'erp', value: 'SO-1' },
        { scheme: 'channel', value: '1001' },
      ],
      progress: [progress('TEE-1', { packed: 3 })],
    });
    await acceptAll(replica.intake, [linking]);
    const survivor = await readOrder(opened.database, saleId);
    expect(survivor).toMatchObject({ id: idOf(replica), channel: 'shop' });
    expect(timeless(survivor?.state ?? null)).toEqual(timeless(merged([order, sale, linking])));
    const [goodbye] = (await entriesOf(replica, 'orders:web')).slice(-1);
    expect(goodbye).toMatchObject({ subject: saleId, type: 'CORRECTED', payload: { mergedInto: idOf(replica) } });
    await acceptAll(replica.intake, [
      erpOrder({
        minutes: 40,
        references: [{ scheme: 'erp', value: 'SO-1' }],
        lines: [line('TEE-1', 3)],
        confirmed: true,
        posting: 'FAILED',
      }),
    ]);
    expect((await stateOf(opened.database, replica))?.posting.value).toBe('FAILED');
    expect(await opened.database.query('select order_id, unreleased, released from process.order_demand')).toEqual([
      { order_id: idOf(replica), unreleased: 0, released: 3 },
    ]);
    await expectUnbroken();
  });

  test('two marketplace orders with one number are never mixed', async () => {
    await acceptAll(replica.intake, [order, channelOrder({ documentId: 'OTHER', lines: [line('MUG-2', 1)] })]);
    expect(await stateOf(opened.database, replica)).toMatchObject({ lines: [{ sku: 'TEE-1' }] });
    expect(await exceptions('DUPLICATE_SUSPECT')).toMatchObject([{ orderId: idOf(replica), nature: 'BUSINESS' }]);
  });

  test('a document that names no order is put on record', async () => {
    await acceptAll(replica.intake, [
      claim('wms', { documentType: 'return-receipt', documentId: 'R-9', references: [] }),
    ]);
    expect(await exceptions('RETURN_SYNC')).toMatchObject([{ subject: 'return-receipt R-9' }]);
  });

  test('a channel is known by any of its names, and settled when the order is made', async () => {
    await acceptAll(replica.intake, [
      channelOrder({ channel: 'SHOP_DE', lines: [line('TEE-1', 1)] }),
      channelOrder({ minutes: 9, channel: 'web', lines: [line('TEE-1', 1)], confirmed: true }),
    ]);
    expect((await entriesOf(replica)).map(({ type }) => type)).toEqual(['PLACED', 'CONFIRMED']);
  });

  test('a process that dies before the commit leaves nothing, and the redelivery is applied in full', async () => {
    const dying: Database = {
      ...opened.database,
      transaction: (work) =>
        opened.database.transaction(async (tx) => {
          await work(tx);
          throw new Error('killed before the commit');
        }),
    };
    const intake = replica.intakeOver(dying);
    await expect(intake.accept(sent(order))).rejects.toThrow('killed before the commit');
    expect(await opened.database.query('select * from process.orders')).toEqual([]);
    expect(await replica.intake.accept(sent(order))).toMatchObject({ applied: 1 });
    await expectUnbroken();
  });

  test('any order and repetition of deliveries, one by one or at once, ends in the same order', async () => {
    const random = { numRuns: opened.database.kind === 'server' ? 15 : 10 };
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        anyOrder.chain((claims) =>
          fc.tuple(
            fc.constant(claims),
            fc.shuffledSubarray([...claims, ...claims.slice(0, 3)], {
              minLength: claims.length + Math.min(3, claims.length),
            }),
          ),
        ),
        fc.boolean(),
        async ([claims, deliveries], together) => {
          run += 1;
          const number = `9${run}`;
          // A marketplace order is sold once: one document of it.
          const own = (told: StoredClaim): StoredClaim => ({
            ...told,
            channel: 'shop',
            documentId: `${told.documentType === 'marketplace-order' ? 'M' : told.documentId}-${run}`,
            references: [{ scheme: 'channel', value: number }],
          });
          const receive = (told: StoredClaim) => replica.intake.accept(sent(own(told)));
          if (together) await Promise.all(deliveries.map(receive));
          else for (const told of deliveries) await receive(told);
          expect(timeless(await stateOf(opened.database, replica, number))).toEqual(timeless(merged(claims.map(own))));
        },
      ),
      random,
    );
    await expectUnbroken();
  });

  test('documents that meet through a waiting one are brought together even when they come at once', async () => {
    for (let round = 0; round < 15; round++) {
      const channel = { scheme: 'channel', value: `5${round}` } as const;
      const erp = { scheme: 'erp', value: `SO-5${round}` } as const;
      const bridge = shipment(`B${round}`, {
        minutes: 10,
        references: [channel, erp],
        progress: [progress('TEE-1', { packed: 1 })],
      });
      const sold = channelOrder({
        documentId: `M5${round}`,
        references: [channel],
        lines: [line('TEE-1', 1)],
        confirmed: true,
      });
      const sale = erpOrder({
        documentId: erp.value,
        channel: 'shop',
        references: [erp],
        lines: [line('TEE-1', 1)],
        posting: 'POSTED',
      });
      const back = claim('wms', {
        documentType: 'return-receipt',
        documentId: `R${round}`,
        references: [erp],
        return: { status: 'AUTHORIZED', refund: 'NOT_DUE' },
      });
      await acceptAll(replica.intake, [bridge]);
      await Promise.all([sold, sale, back, bridge].map((told) => replica.intake.accept(sent(told))));
      const state =
        (await readOrder(opened.database, replica.keys.orderId(channel))) ??
        (await readOrder(opened.database, replica.keys.orderId(erp)));
      expect(timeless(state?.state ?? null)).toEqual(timeless(merged([bridge, sold, sale, back])));
    }
    await expectUnbroken();
  });

  test('a batch of many documents about several orders is applied in one transaction', async () => {
    const numbers = Array.from({ length: 40 }, (_, index) => `20${index}`);
    const changes = numbers.flatMap((value) => {
      const {
        system: _s,
        connection: _c,
        observedAt: _o,
        ...change
      } = channelOrder({
        documentId: `M${value}`,
        references: [{ scheme: 'channel', value }],
        lines: [line('TEE-1', 2)],
        confirmed: true,
      });
      return [change, { ...change, sequence: '90', effectiveAt: at(90), payment: 'PAID' as const }];
    });
    expect(await replica.intake.accept(batchOf('marketplace', changes))).toMatchObject({ applied: 80, exceptions: 0 });
    const entries = await entriesOf(replica);
    expect(entries).toHaveLength(120);
    await expectUnbroken();
  });
});
