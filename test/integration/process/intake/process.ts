/** The process layer over a real database, put together as it runs, with a clock in the test's hands. */
import { afterAll } from '@jest/globals';
import type { Change, ChangeBatch } from '#model/change.ts';
import type { ItemReference, SystemKind } from '#model/identifiers.ts';
import type { LocationKind } from '#model/location.ts';
import type { StockReading } from '#model/stock.ts';
import { isoOf } from '#runtime/clock.ts';
import { systemIds } from '#runtime/ids.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import { DEFAULT_JOURNAL_OPTIONS, openJournal } from '#runtime/journal/open.ts';
import { silentLog } from '#runtime/log.ts';
import type { Database, Migration } from '#runtime/storage/database.ts';
import { migrate } from '#runtime/storage/migrate.ts';
import { createStockApplier } from '#subgraphs/process/availability/applier.ts';
import type { StockConnection } from '#subgraphs/process/availability/facts.ts';
import { openProjection, type Projection } from '#subgraphs/process/availability/projection.ts';
import { type AvailabilityService, createAvailabilityService } from '#subgraphs/process/availability/service.ts';
import { AVAILABILITY_MIGRATION } from '#subgraphs/process/availability/tables.ts';
import { EXCEPTION_MIGRATION } from '#subgraphs/process/exceptions/tables.ts';
import type { Applier } from '#subgraphs/process/intake/applier.ts';
import { createIntake, type Intake } from '#subgraphs/process/intake/service.ts';
import { INTAKE_MIGRATION } from '#subgraphs/process/intake/tables.ts';
import { type ProcessPolicy, type ProcessPolicyInput, parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { createDirtyMarker, createListingApplier } from '#subgraphs/process/publication/listings.ts';
import { PUBLICATION_MIGRATION } from '#subgraphs/process/publication/tables.ts';
import { RESERVATION_MIGRATION } from '#subgraphs/process/reservation/tables.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import type { TestDatabase, TestDatabaseKind } from '#test/support/databases.ts';

/** The tables that the order book keeps for availability. */
const DEMAND_MIGRATION: Migration = {
  area: 'test-order-demand',
  steps: [
    `create schema if not exists process;
     create table if not exists process.orders (id text primary key, channel text not null);
     create table if not exists process.order_demand (
       order_id text not null, line_id text not null, sku text not null, location_code text,
       unreleased int not null, released int not null, primary key (order_id, line_id)
     );`,
  ],
};

/** Opening the embedded database takes seconds, emptying it does not: one per test file, emptied after every use. */
const opened = new Map<TestDatabaseKind, Promise<TestDatabase>>();
afterAll(async () => {
  for (const stored of opened.values()) await (await stored)[Symbol.asyncDispose]();
});

const borrowDatabase = async (kind: TestDatabaseKind): Promise<Database> => {
  const stored = opened.get(kind) ?? kind.open();
  opened.set(kind, stored);
  return (await stored).database;
};

export const emptyDatabase = async (database: Database): Promise<void> => {
  await database.query(
    'drop schema process cascade; drop schema journal cascade; drop table public.throughline_migration;',
  );
};

export const STOCK_CONNECTIONS: readonly StockConnection[] = [
  { connection: 'erp-main', system: 'erp' },
  { connection: 'pos-main', system: 'pos' },
  { connection: 'wms-main', system: 'wms' },
];

/** Stands in for the order book: a claim's lines are its demand, an item it does not know parks the claim. */
export const demandOfClaims: Applier = async ({ tx, batch, crosswalk, raise }) => {
  const demandChanged: string[] = [];
  let applied = 0;
  for (const change of batch.changes) {
    if (change.kind !== 'order-claim') continue;
    applied += 1;
    for (const line of change.lines ?? []) {
      const sku = await crosswalk.skuOf(line.items);
      if (sku === null) {
        const subject = `order ${change.documentId} line ${line.lineRef}`;
        raise(
          { kind: 'IDENTIFIER_UNMAPPED', nature: 'BUSINESS', subject, message: `${subject} names an unknown item` },
          change,
        );
        continue;
      }
      await tx.query('insert into process.orders (id, channel) values ($1, $2) on conflict do nothing', [
        change.documentId,
        change.channel ?? 'web',
      ]);
      await tx.query(
        `insert into process.order_demand (order_id, line_id, sku, location_code, unreleased, released) values ($1, $2, $3, $4, $5, $6)
         on conflict (order_id, line_id) do update set unreleased = excluded.unreleased, released = excluded.released`,
        [
          change.documentId,
          line.lineRef,
          sku,
          line.locationCode ?? null,
          change.released ? 0 : line.ordered,
          change.released ? line.ordered : 0,
        ],
      );
      demandChanged.push(sku);
    }
  }
  return { applied, entries: [], demandChanged, touched: [] };
};

export type TestProcess = AsyncDisposable & {
  readonly database: Database;
  readonly journal: Journal;
  readonly clock: TestClock;
  readonly intake: Intake;
  readonly projection: Projection;
  readonly service: AvailabilityService;
  readonly policy: ProcessPolicy;
  /** Resolves when the projection contains everything committed so far. */
  caughtUp(): Promise<void>;
  accept(system: SystemKind, changes: readonly Change[], more?: Partial<ChangeBatch>): ReturnType<Intake['accept']>;
  /** The same as a poll of this stream that has told all it had. */
  poll(system: SystemKind, changes: readonly Change[], stream?: string): ReturnType<Intake['accept']>;
};

export const openProcess = async (
  kind: TestDatabaseKind,
  options: { readonly policy?: ProcessPolicyInput; readonly orders?: Applier; readonly clock?: TestClock } = {},
): Promise<TestProcess> => {
  const database = await borrowDatabase(kind);
  const clock = options.clock ?? createTestClock();
  await migrate(database, [
    INTAKE_MIGRATION,
    EXCEPTION_MIGRATION,
    AVAILABILITY_MIGRATION,
    PUBLICATION_MIGRATION,
    RESERVATION_MIGRATION,
    DEMAND_MIGRATION,
  ]);
  const journal = await openJournal(database, DEFAULT_JOURNAL_OPTIONS, { clock, ids: systemIds, log: silentLog });
  const policy = parseProcessPolicy(options.policy ?? {});
  const deps = { database, journal, clock, ids: systemIds, log: silentLog };
  const stock = createStockApplier(
    { policy, stockConnections: STOCK_CONNECTIONS },
    { clock, onSellable: createDirtyMarker({ policy }, { clock }) },
  );
  const listings = createListingApplier({ policy }, { clock });
  const intake = createIntake({ appliers: { orders: options.orders ?? demandOfClaims, stock, listings } }, deps);
  const projection = await openProjection({ stockConnections: STOCK_CONNECTIONS }, deps);
  const service = createAvailabilityService({ policy }, { stock: projection, clock });
  const accept: TestProcess['accept'] = (system, changes, more = {}) =>
    intake.accept({
      system,
      connection: `${system}-main`,
      correlationId: systemIds.uuid(),
      observedAt: isoOf(clock.now()),
      changes,
      rejected: [],
      ...more,
    });
  return {
    database,
    journal,
    clock,
    intake,
    projection,
    service,
    policy,
    accept,
    poll: (system, changes, stream = 'all') =>
      accept(system, changes, { watermark: { stream, value: isoOf(clock.now()), complete: true } }),
    caughtUp: async () => {
      await projection.reached((await journal.head('availability')).position, AbortSignal.timeout(20_000));
      await projection.refreshContacts();
    },
    [Symbol.asyncDispose]: async () => {
      await projection[Symbol.asyncDispose]();
      await journal[Symbol.asyncDispose]();
      await emptyDatabase(database);
    },
  };
};

export const EARLIER = '2026-03-02T08:00:00.000Z';

export const variant = (
  sku: string,
  more: {
    readonly gtin?: string;
    readonly aliases?: readonly ItemReference[];
    readonly lifecycle?: 'ACTIVE' | 'BLOCKED';
    readonly asOf?: string;
  } = {},
): Change => ({
  kind: 'variant',
  asOf: more.asOf ?? EARLIER,
  variant: {
    sku,
    ...(more.gtin === undefined ? {} : { gtin: more.gtin }),
    productCode: sku.split('-')[0] ?? sku,
    productTitle: 'Shirt',
    title: `Shirt ${sku}`,
    lifecycle: more.lifecycle ?? 'ACTIVE',
    unitOfMeasure: 'EA',
    listPrice: { amountMinor: 2_490, currency: 'EUR' },
    aliases: more.aliases ?? [],
  },
});

export const location = (
  code: string,
  kind: LocationKind = code.startsWith('ST-') ? 'STORE' : 'WAREHOUSE',
  asOf = EARLIER,
): Change => ({
  kind: 'location',
  code,
  asOf,
  facts: { name: `Site ${code}`, kind },
});

export const stock = (
  items: string | readonly ItemReference[],
  locationCode: string,
  onHand: number,
  more: Partial<StockReading> = {},
): Change => ({
  kind: 'stock',
  items: typeof items === 'string' ? [{ scheme: 'sku', value: items }] : items,
  locationCode,
  reading: {
    onHand,
    damaged: 0,
    qualityHold: 0,
    returnsPending: 0,
    reservedHard: 0,
    reservations: 'REPORTED',
    inTransit: 0,
    basis: 'PHYSICAL',
    asOf: EARLIER,
    ...more,
  },
});

export const order = (
  documentId: string,
  items: readonly ItemReference[],
  ordered: number,
  more: { readonly locationCode?: string; readonly released?: boolean } = {},
): Change => ({
  kind: 'order-claim',
  documentType: 'sales-order',
  documentId,
  references: [{ scheme: 'channel', value: documentId }],
  sequence: '1',
  effectiveAt: EARLIER,
  rawStatus: 'confirmed',
  ...(more.released === undefined ? {} : { released: more.released }),
  lines: [
    {
      lineRef: '1',
      items,
      ordered,
      method: 'SHIP_TO_HOME',
      ...(more.locationCode === undefined ? {} : { locationCode: more.locationCode }),
    },
  ],
});

/** Two items, two sites, everything loaded and in touch. */
export const loadBasics = async (process: TestProcess): Promise<void> => {
  await process.poll('erp', [
    variant('P1000-S', { gtin: '4006381333931' }),
    variant('P1000-M'),
    location('WH-NORD'),
    location('ST-BERLIN'),
    stock('P1000-M', 'WH-NORD', 1),
  ]);
  await process.poll('wms', [stock('P1000-S', 'WH-NORD', 40), stock('P1000-M', 'WH-NORD', 2)]);
  await process.poll('pos', [stock('P1000-S', 'ST-BERLIN', 3, { reservations: 'NOT_KEPT' })]);
  await process.caughtUp();
};
