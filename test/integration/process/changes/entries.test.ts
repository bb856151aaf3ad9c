/** What the journal tells of each kind of change: what became another thing, once, and nothing of what was only repeated. */
import { describe, expect, test } from '@jest/globals';
import type { Change } from '#model/change.ts';
import { systemIds } from '#runtime/ids.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import { silentLog } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import { CHANGES_CHANNEL, type ChangesPayload } from '#subgraphs/process/changes/entry.ts';
import { createIntake } from '#subgraphs/process/intake/service.ts';
import {
  demandOfClaims,
  EARLIER,
  loadBasics,
  location,
  openProcess,
  stock,
  variant,
} from '#test/integration/process/intake/process.ts';
import {
  batchOf,
  idOf,
  nameItems,
  openReplica,
  type Replica,
  sent,
} from '#test/integration/process/order-status/setup.ts';
import { testDatabases } from '#test/support/databases.ts';
import { at, channelOrder, erpOrder, line, shipment } from '#test/unit/model/order/fixtures.ts';

const LATER = '2026-03-02T08:30:00.000Z';
const LATEST = '2026-03-02T08:45:00.000Z';

/** The tags of every entry since the last look, in their order within an entry; without those of answers, which follow from the others. */
const createLook = async (journal: Journal) => {
  let { position } = await journal.head(CHANGES_CHANNEL);
  return async (): Promise<readonly (readonly string[])[]> => {
    const entries = await journal.read(CHANGES_CHANNEL, position, 1_000);
    position += entries.length;
    return entries
      .map(({ payload }) =>
        [...(payload as ChangesPayload).tags].filter((tag) => !tag.startsWith('availability:')).sort(),
      )
      .filter(({ length }) => length > 0);
  };
};

const listing = (publishedQuantity: number | null, asOf: string, state: 'ACTIVE' | 'INACTIVE' = 'ACTIVE'): Change => ({
  kind: 'listing',
  marketplace: 'AMAZON_DE',
  listingId: 'L-1',
  items: [{ scheme: 'sku', value: 'P1000-S' }],
  publishedQuantity,
  state,
  asOf,
});

describe.each(testDatabases)('what the journal tells of changes on $name', (kind) => {
  test('a delivery is told once, however often it comes', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    const look = await createLook(process.journal);
    const delivery = { eventId: 'evt-1', bodySha256: 'a'.repeat(64) };
    for (let time = 0; time < 3; time += 1)
      await process.accept('wms', [stock('P1000-S', 'WH-NORD', 39, { asOf: LATER })], { delivery });
    expect(await look()).toEqual([['stock:P1000-S']]);
  });

  test('a full sweep that says what is known tells nothing, whatever its time', async () => {
    await using process = await openProcess(kind);
    const sweep = async (asOf: string): Promise<void> => {
      await process.poll('erp', [
        variant('P1000-S', { gtin: '4006381333931', asOf }),
        variant('P1000-M', { asOf }),
        location('WH-NORD', 'WAREHOUSE', asOf),
      ]);
      await process.poll('wms', [stock('P1000-S', 'WH-NORD', 40, { asOf }), stock('P1000-M', 'WH-NORD', 2, { asOf })]);
      await process.poll('marketplace', [listing(10, asOf)]);
    };
    const look = await createLook(process.journal);
    await sweep(EARLIER);
    expect(await look()).toEqual([
      ['location:WH-NORD', 'product:P1000', 'variant:P1000-M', 'variant:P1000-S'],
      ['stock:P1000-M', 'stock:P1000-S'],
      ['listing:AMAZON_DE/L-1'],
    ]);
    const { position } = await process.journal.head(CHANGES_CHANNEL);
    await sweep(LATER);
    await sweep(LATEST);
    await sweep(EARLIER);
    expect(await look()).toEqual([]);
    expect((await process.journal.head(CHANGES_CHANNEL)).position).toBe(position);
  });

  test('an item tells of itself and of its product; one that moves, of both products', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    const look = await createLook(process.journal);
    await process.poll('erp', [variant('P1000-M', { lifecycle: 'BLOCKED', asOf: LATER })]);
    expect(await look()).toEqual([['product:P1000', 'variant:P1000-M']]);
    const moved = variant('P1000-M', { lifecycle: 'BLOCKED', asOf: LATEST });
    if (moved.kind !== 'variant') throw new Error('not an item');
    await process.poll('erp', [{ ...moved, variant: { ...moved.variant, productCode: 'P2000' } }]);
    expect(await look()).toEqual([['product:P1000', 'product:P2000', 'variant:P1000-M']]);
  });

  test('a name that moves tells of the item that had it and of the one that has it now', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    const alias = { scheme: 'listing', scope: 'AMAZON_DE', value: 'OLD-1' } as const;
    await process.poll('erp', [variant('P1000-M', { aliases: [alias], asOf: LATER })]);
    const look = await createLook(process.journal);
    await process.poll('erp', [
      variant('P1000-M', { asOf: LATEST }),
      variant('P1000-S', { gtin: '4006381333931', aliases: [alias], asOf: LATEST }),
    ]);
    expect(await look()).toEqual([['variant:P1000-M', 'variant:P1000-S']]);
  });

  test('a place tells of itself, also when the system that changed its mind has not the last word', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    const told = (name: string, asOf: string): Change => ({
      kind: 'location',
      code: 'ST-BERLIN',
      asOf,
      facts: { name },
    });
    const look = await createLook(process.journal);
    await process.poll('pos', [told('Mitte', EARLIER)]);
    await process.poll('pos', [told('Mitte', LATER)]);
    await process.poll('pos', [told('Mitte 2', LATEST)]);
    await process.poll('pos', [told('Mitte', LATER)]);
    expect(await look()).toEqual([['location:ST-BERLIN'], ['location:ST-BERLIN']]);
  });

  test('a listing tells of its quantity and its state', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    const look = await createLook(process.journal);
    await process.poll('marketplace', [listing(10, EARLIER)]);
    await process.poll('marketplace', [listing(9, LATER)]);
    await process.poll('marketplace', [listing(10, EARLIER)]);
    await process.poll('marketplace', [listing(9, LATER, 'INACTIVE'), listing(8, EARLIER)]);
    await process.poll('marketplace', [listing(null, LATEST, 'INACTIVE')]);
    expect(await look()).toEqual(Array.from({ length: 4 }, () => ['listing:AMAZON_DE/L-1']));
  });

  test('what waited for a name is told when it is applied', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    const alias = { scheme: 'pos-alias', scope: 'ST-BERLIN', value: 'SHIRT-M' } as const;
    const look = await createLook(process.journal);
    await process.poll('pos', [stock([alias], 'ST-BERLIN', 7)]);
    expect(await look()).toEqual([]);
    await process.poll('erp', [variant('P1000-M', { aliases: [alias], asOf: LATER })]);
    expect(await look()).toEqual([['stock:P1000-M', 'variant:P1000-M']]);
  });

  test('a change too large to name is told by its kinds', async () => {
    await using process = await openProcess(kind);
    const skus = Array.from({ length: 1_001 }, (_, n) => `B${n}-S`);
    await process.poll('erp', [...skus.map((sku) => variant(sku)), location('WH-NORD')]);
    const look = await createLook(process.journal);
    await process.poll(
      'wms',
      skus.map((sku) => stock(sku, 'WH-NORD', 1)),
    );
    expect(await look()).toEqual([['stock:*']]);
  });

  test('a transaction that does not commit tells nothing, and what is told then has the next position', async () => {
    await using process = await openProcess(kind);
    await loadBasics(process);
    const { database, journal, clock } = process;
    const dying: Database = {
      ...database,
      transaction: (work) =>
        database.transaction(async (tx) => {
          await work(tx);
          throw new Error('killed before the commit');
        }),
    };
    const changed = stock('P1000-S', 'WH-NORD', 39, { asOf: LATER });
    const touching = async () => ({ applied: 1, entries: [], demandChanged: [], touched: ['stock:P1000-S'] });
    const intake = createIntake(
      { appliers: { orders: demandOfClaims, stock: touching } },
      { database: dying, journal, clock, ids: systemIds, log: silentLog },
    );
    const before = await journal.head(CHANGES_CHANNEL);
    await expect(intake.accept(batchOf('wms', [changed]))).rejects.toThrow('killed before the commit');
    expect(await journal.head(CHANGES_CHANNEL)).toEqual(before);
    await process.accept('wms', [changed]);
    const [entry, ...others] = await journal.read(CHANGES_CHANNEL, before.position, 10);
    expect([entry?.position, entry?.version, others]).toEqual([before.position + 1, before.position + 1, []]);
  });

  test('batches at once: every change is told, at positions without a gap', async () => {
    await using process = await openProcess(kind);
    const skus = Array.from({ length: 8 }, (_, n) => `C${n}-S`);
    await process.poll('erp', [...skus.map((sku) => variant(sku)), location('WH-NORD')]);
    const { position: before } = await process.journal.head(CHANGES_CHANNEL);
    const rounds = Array.from({ length: 10 }, (_, round) => `2026-03-02T08:00:${10 + round}.000Z`);
    await Promise.all(
      rounds.flatMap((asOf, round) =>
        skus.map((sku) => process.accept('wms', [stock(sku, 'WH-NORD', round, { asOf })])),
      ),
    );
    const entries = await process.journal.read(CHANGES_CHANNEL, before, 1_000);
    expect(entries.map(({ position }) => position)).toEqual(entries.map((_, index) => before + index + 1));
    expect(new Set(entries.flatMap(({ payload }) => (payload as ChangesPayload).tags))).toEqual(
      new Set(skus.flatMap((sku) => [`stock:${sku}`, `availability:${sku}`])),
    );
  });
});

describe.each(testDatabases)('what the journal tells of orders on $name', ({ open }) => {
  const withReplica = async (run: (replica: Replica) => Promise<void>): Promise<void> => {
    await using opened = await open();
    await using replica = await openReplica(opened.database);
    await nameItems(replica.intake);
    await run(replica);
  };
  const order = channelOrder({ lines: [line('TEE-1', 3)], confirmed: true });
  const parcel = (state: 'LABEL_CREATED' | 'IN_TRANSIT', minutes: number) =>
    shipment('S1', { minutes, shipment: { originCode: 'W1', state, events: [] } });

  test('a document tells of itself and of its order, each of its versions once', () =>
    withReplica(async (replica) => {
      const look = await createLook(replica.journal);
      const ofOrder = `order:${idOf(replica)}`;
      await replica.intake.accept(sent(order));
      expect(await look()).toEqual([['document:shop-main/marketplace-order/M-1', ofOrder]]);
      await replica.intake.accept(sent(parcel('IN_TRANSIT', 9)));
      expect(await look()).toEqual([['document:wms-main/shipment/S1', ofOrder]]);
      // Repeated, and older than what is known by everything it says.
      await replica.intake.accept(sent(order));
      await replica.intake.accept(sent(parcel('IN_TRANSIT', 9)));
      expect(await look()).toEqual([]);
    }));

  test('a document that waits for its order tells of itself, and the order when it comes', () =>
    withReplica(async (replica) => {
      const look = await createLook(replica.journal);
      await replica.intake.accept(sent(parcel('LABEL_CREATED', 5)));
      await replica.intake.accept(sent(parcel('LABEL_CREATED', 5)));
      expect(await look()).toEqual([['document:wms-main/shipment/S1']]);
      await replica.intake.accept(sent(order));
      expect(await look()).toEqual([['document:shop-main/marketplace-order/M-1', `order:${idOf(replica)}`]]);
    }));

  test('orders that turn out to be one are both told of', () =>
    withReplica(async (replica) => {
      const sale = erpOrder({ references: [{ scheme: 'erp', value: 'SO-1' }], lines: [line('TEE-1', 3)] });
      const saleId = replica.keys.orderId({ scheme: 'erp', value: 'SO-1' });
      await replica.intake.accept(sent(order));
      await replica.intake.accept(sent(sale));
      const look = await createLook(replica.journal);
      await replica.intake.accept(
        sent(
          erpOrder({
            minutes: 20,
            references: [
              { scheme: 'erp', value: 'SO-1' },
              { scheme: 'channel', value: '1001' },
            ],
            lines: [line('TEE-1', 3)],
          }),
        ),
      );
      expect(await look()).toEqual([
        ['document:erp-main/sales-order/SO-1', `order:${idOf(replica)}`, `order:${saleId}`].sort(),
      ]);
    }));

  test('an order that time alone changes is told of', () =>
    withReplica(async (replica) => {
      await replica.intake.accept(
        sent(
          channelOrder({
            lines: [line('TEE-1', 3)],
            confirmed: true,
            promise: { earliest: at(130), latest: at(150) },
          }),
        ),
      );
      const look = await createLook(replica.journal);
      await replica.clock.advance(24 * 3_600_000);
      await replica.review.round();
      const told = await look();
      expect(told).toEqual([[`order:${idOf(replica)}`]]);
      await replica.review.round();
      expect(await look()).toEqual([]);
    }));
});
