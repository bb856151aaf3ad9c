/** The law of histories through the real intake: what is known depends on what was stated, not on how it arrived. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Change, ClaimedShortage, OrderClaim } from '#model/change.ts';
import type { SystemKind } from '#model/identifiers.ts';
import { isoOf } from '#runtime/clock.ts';
import { borrowShop } from '#test/integration/process/reservation/borrow.ts';
import { orderFor, type Shop } from '#test/integration/process/reservation/shop.ts';
import { testDatabases } from '#test/support/databases.ts';
import { location, stock, variant } from '../intake/process.ts';

const SKUS = ['P1-S', 'P1-M'] as const;
const PLACES = ['WH-NORD', 'ST-BERLIN'] as const;
const START_MS = Date.UTC(2026, 2, 2, 8);

type Statement = { readonly system: SystemKind; readonly change: Change };
type Batch = { readonly system: SystemKind; readonly changes: readonly Change[] };

const sku = fc.constantFrom(...SKUS);
const place = fc.constantFrom(...PLACES);
const system = fc.constantFrom('wms', 'pos', 'erp');
const units = fc.integer({ min: 0, max: 9 });

/** A source never states two things of one moment: the minute of each is its place in the history. */
const instantOf = (minute: number): string => isoOf(START_MS + minute * 60_000);

const stockAt = (minute: number): fc.Arbitrary<Statement> =>
  fc
    .record({ system, sku, place, onHand: units, reservedHard: units, damaged: units, counted: fc.boolean() })
    .map(({ system, sku, place, onHand, reservedHard, damaged, counted }) => {
      const asOf = instantOf(minute);
      // The warehouse numbers its statements, the others tell the time.
      const numbered = system === 'wms' ? { sequence: String(minute) } : {};
      const reservations = system === 'pos' ? 'NOT_KEPT' : 'REPORTED';
      const change = stock(sku, place, onHand, { reservedHard, damaged, reservations, asOf, ...numbered });
      return { system, change: counted && change.kind === 'stock' ? { ...change, countedAt: asOf } : change };
    });

const supplyAt = (minute: number): fc.Arbitrary<Statement> =>
  fc.record({ system, sku, place, quantity: units }).map(({ system, sku, place, quantity }) => ({
    system,
    change: {
      kind: 'supply',
      items: [{ scheme: 'sku', value: sku }],
      locationCode: place,
      supplies:
        quantity === 0
          ? []
          : [{ reference: 'PO', quantity, expectedAt: '2026-03-09T12:00:00.000Z', kind: 'PURCHASE_ORDER' }],
      asOf: instantOf(minute),
    },
  }));

const versionOf = (minute: number): Pick<OrderClaim, 'sequence' | 'effectiveAt'> => ({
  sequence: String(minute + 1),
  effectiveAt: instantOf(minute),
});

const orderAt = (minute: number): fc.Arbitrary<Statement> =>
  fc
    .record({
      number: fc.integer({ min: 1, max: 3 }),
      sku,
      place,
      ordered: fc.integer({ min: 1, max: 4 }),
      released: fc.boolean(),
      cancelled: fc.boolean(),
    })
    .map(({ number, sku, place, ordered, released, cancelled }) => ({
      system: 'erp',
      change: orderFor(`WEB-${number}`, sku, ordered, {
        ...versionOf(minute),
        locationCode: place,
        released,
        cancelled,
      }),
    }));

const shipmentAt = (minute: number): fc.Arbitrary<Statement> =>
  fc
    .record({ number: fc.integer({ min: 1, max: 3 }), sku, shipped: units, short: fc.boolean() })
    .map(({ number, sku, shipped, short }) => {
      const items = [{ scheme: 'sku', value: sku }] as const;
      const missing = { shortages: [{ items, locationCode: 'WH-NORD', noticedAt: instantOf(minute) }] };
      return {
        system: 'wms',
        change: {
          kind: 'order-claim',
          documentType: 'shipment',
          documentId: `SH-${number}`,
          references: [{ scheme: 'channel', value: `WEB-${number}` }],
          ...versionOf(minute),
          rawStatus: 'picked',
          released: true,
          progress: [{ items, quantities: { shipped } }],
          ...(short ? missing : {}),
        },
      };
    });

const keyOf = ({ system, change }: Statement): string =>
  change.kind === 'stock' ? `${system} ${change.locationCode} ${change.items[0]?.value}` : '';
const documentOf = ({ change }: Statement): string => (change.kind === 'order-claim' ? change.documentId : '');

/** What people found stays said: of statements that wait for their item's name only the newest of each thing is kept. */
const withEarlierFindings = (statements: readonly Statement[]): readonly Statement[] => {
  const counts = new Map<string, string>();
  const missing = new Map<string, readonly ClaimedShortage[]>();
  return statements.map((statement): Statement => {
    const { system, change } = statement;
    if (change.kind === 'stock') {
      const countedAt = change.countedAt ?? counts.get(keyOf(statement));
      if (countedAt === undefined) return statement;
      counts.set(keyOf(statement), countedAt);
      return { system, change: { ...change, countedAt } };
    }
    if (change.kind !== 'order-claim') return statement;
    const shortages = [...(missing.get(documentOf(statement)) ?? []), ...(change.shortages ?? [])];
    missing.set(documentOf(statement), shortages);
    return { system, change: { ...change, shortages } };
  });
};

const history = fc
  .array(fc.constantFrom(stockAt, stockAt, stockAt, supplyAt, orderAt, shipmentAt), { minLength: 40, maxLength: 60 })
  .chain((kinds) => fc.tuple(...kinds.map((at, minute) => at(minute))))
  .map(withEarlierFindings);

const MASTER: readonly Statement[] = [
  ...SKUS.map((sku): Statement => ({ system: 'erp', change: variant(sku) })),
  ...PLACES.map((code): Statement => ({ system: 'erp', change: location(code) })),
];

/** As sources send them: each system in batches of its own. */
const batchesOf = (statements: readonly Statement[], size: number): readonly Batch[] => {
  const batches: { system: SystemKind; changes: Change[] }[] = [];
  for (const { system, change } of statements) {
    const last = batches.at(-1);
    if (last?.system === system && last.changes.length < size) last.changes.push(change);
    else batches.push({ system, changes: [change] });
  }
  return batches;
};

const tell = async (shop: Shop, batches: readonly Batch[]): Promise<void> => {
  for (const { system, changes } of batches) await shop.accept(system, changes);
  for (const system of ['erp', 'wms', 'pos'] as const) await shop.accept(system, []);
  await shop.projection.reached((await shop.journal.head('availability')).position, AbortSignal.timeout(20_000));
  await shop.projection.refreshContacts();
};

/** Everything that is told of the items. How fast they sell is learnt from what is seen fall, and left out. */
const knownTo = async (shop: Shop) => {
  const answers = shop.availability.availability(SKUS, { channel: 'web' }).map((answer) => ({
    ...answer,
    item: null,
    question: null,
    locations: answer.locations
      .map(({ salesPerMinute: _rate, ...location }) => location)
      .toSorted((a, b) => (a.place.code < b.place.code ? -1 : 1)),
  }));
  const told = await shop.database.query(
    'select sku, channels from process.availability_state where sku = any($1) order by sku',
    [SKUS],
  );
  const awaited = await shop.database.query(
    'select sku, location_code, system, supplies from process.supply order by sku, location_code, system',
  );
  const findings = await shop.database.query(
    `select sku, location_code, short_pick_at, counted_at from process.stock_learnt
     where short_pick_at is not null or counted_at is not null order by sku, location_code`,
  );
  const waiting = await shop.database.query(
    "select subject from process.exception where state = 'OPEN' order by subject",
  );
  return { answers, told, awaited, findings, waiting };
};

describe.each(testDatabases)('histories on $name', (kind) => {
  const arrive = async (batches: readonly Batch[]) => {
    await using shop = await borrowShop(kind);
    await tell(shop, batches);
    return await knownTo(shop);
  };

  test('any order and any repetition of the same statements give the same positions and answers', async () => {
    await fc.assert(
      fc.asyncProperty(
        history.chain((statements) =>
          fc.record({
            inOrder: fc.constant([...MASTER, ...statements]),
            mixed: fc.shuffledSubarray([...MASTER, ...statements, ...statements, ...MASTER], {
              minLength: 2 * (MASTER.length + statements.length),
            }),
            size: fc.integer({ min: 1, max: 8 }),
          }),
        ),
        async ({ inOrder, mixed, size }) => {
          expect(await arrive(batchesOf(mixed, size))).toEqual(await arrive(batchesOf(inOrder, 4)));
        },
      ),
      { numRuns: 5, endOnFailure: true },
    );
  }, 240_000);
});
