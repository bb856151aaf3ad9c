/** A process layer with order status only: the real intake, journal and database. */
import type { ChangeBatch, OrderClaim } from '#model/change.ts';
import type { SystemKind } from '#model/identifiers.ts';
import type { StoredClaim } from '#model/order/claims.ts';
import { mergeOrder } from '#model/order/merge.ts';
import { DEFAULT_ORDER_POLICY } from '#model/order/policy.ts';
import type { OrderState } from '#model/order/state.ts';
import { systemIds } from '#runtime/ids.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import { DEFAULT_JOURNAL_OPTIONS, openJournal } from '#runtime/journal/open.ts';
import { silentLog } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import { migrate } from '#runtime/storage/migrate.ts';
import { EXCEPTION_MIGRATION } from '#subgraphs/process/exceptions/tables.ts';
import type { Applier } from '#subgraphs/process/intake/applier.ts';
import { createIntake, type Intake } from '#subgraphs/process/intake/service.ts';
import { INTAKE_MIGRATION } from '#subgraphs/process/intake/tables.ts';
import { createOrderApplier } from '#subgraphs/process/order-status/applier.ts';
import { createGuests } from '#subgraphs/process/order-status/guests.ts';
import { type OrderKeys, openOrderKeys } from '#subgraphs/process/order-status/keys.ts';
import { channelNamer } from '#subgraphs/process/order-status/open.ts';
import { readOrder } from '#subgraphs/process/order-status/queries.ts';
import { type OrderReview, openOrderReview } from '#subgraphs/process/order-status/review.ts';
import { createOrderService, type OrderService } from '#subgraphs/process/order-status/service.ts';
import { createOrderStreams, type OrderStreams } from '#subgraphs/process/order-status/streams.ts';
import { ORDER_MIGRATION } from '#subgraphs/process/order-status/tables.ts';
import { parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { at, CONNECTION } from '#test/unit/model/order/fixtures.ts';

export const SKUS = ['TEE-1', 'MUG-2', 'CAP-3'] as const;

export type Replica = {
  readonly journal: Journal;
  readonly keys: OrderKeys;
  readonly intake: Intake;
  /** The same intake writing elsewhere, e.g. to a database that fails. */
  intakeOver(database: Database): Intake;
  readonly service: OrderService;
  readonly streams: OrderStreams;
  readonly review: OrderReview;
  readonly clock: TestClock;
  /** SKUs whose demand the orders changed, batch by batch. */
  readonly demandChanged: (readonly string[])[];
} & AsyncDisposable;

const policy = parseProcessPolicy({ channels: { web: {}, shop: { ordersFrom: ['SHOP_DE'] } } });

/** Several replicas may be open over one database. */
export const openReplica = async (
  database: Database,
  nowMs = Date.parse(at(120)),
  options: { readonly heartbeatMs?: number } = {},
): Promise<Replica> => {
  const clock = createTestClock(nowMs);
  const deps = { clock, ids: systemIds, log: silentLog };
  await migrate(database, [INTAKE_MIGRATION, EXCEPTION_MIGRATION, ORDER_MIGRATION]);
  const journal = await openJournal(database, DEFAULT_JOURNAL_OPTIONS, deps);
  const keys = await openOrderKeys(database, deps);
  const demandChanged: (readonly string[])[] = [];
  const stock: Applier = async (_context, demand) => {
    demandChanged.push(demand);
    return { applied: 0, entries: [], demandChanged: [], touched: [] };
  };
  const orders = createOrderApplier(
    { policy: DEFAULT_ORDER_POLICY, channelNamed: channelNamer(policy.channels) },
    { keys, clock },
  );
  const guests = createGuests({ database, keys, clock, ids: systemIds });
  const service = createOrderService(
    { graceMs: DEFAULT_ORDER_POLICY.graceMs },
    { database, journal, keys, guests, clock },
  );
  const review = openOrderReview({ policy: DEFAULT_ORDER_POLICY }, { database, journal, keys, ...deps });
  const intakeOver = (target: Database): Intake =>
    createIntake({ appliers: { orders, stock } }, { database: target, journal, ...deps });
  return {
    journal,
    keys,
    intake: intakeOver(database),
    intakeOver,
    service,
    streams: createOrderStreams(options, { database, journal, service, clock, ids: systemIds }),
    review,
    clock,
    demandChanged,
    [Symbol.asyncDispose]: async () => {
      await review[Symbol.asyncDispose]();
      await journal[Symbol.asyncDispose]();
    },
  };
};

const tablesOf = async (database: Database): Promise<readonly string[]> => {
  const tables = await database.query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_schema in ('process', 'journal') and table_name <> 'meta'`,
  );
  return tables.map(({ name }) => name);
};

/** Empties everything, so that tests may share the opening of a database. No replica may be open. */
export const emptyDatabase = async (database: Database): Promise<void> => {
  const tables = await tablesOf(database);
  if (tables.length > 0) await database.query(`truncate ${tables.join(', ')} cascade`);
};

/** A backup of everything as it is now; the returned function restores it, whatever runs meanwhile. */
export const backUpDatabase = async (database: Database): Promise<() => Promise<void>> => {
  const tables = await tablesOf(database);
  const copyOf = (table: string): string => `backup."${table}"`;
  await database.query('drop schema if exists backup cascade');
  await database.query('create schema backup');
  for (const table of tables) await database.query(`create table ${copyOf(table)} as table ${table}`);
  return () =>
    database.transaction(async (tx) => {
      // The order in which tables refer to each other does not matter to a restore.
      await tx.query('set local session_replication_role = replica');
      for (const table of tables) {
        await tx.query(`delete from ${table}`);
        await tx.query(`insert into ${table} select * from ${copyOf(table)}`);
      }
    });
};

let deliveries = 0;

export const batchOf = (
  system: SystemKind,
  changes: ChangeBatch['changes'],
  rest: Partial<ChangeBatch> = {},
): ChangeBatch => ({
  system,
  connection: CONNECTION[system],
  correlationId: `c-${++deliveries}`,
  observedAt: at(100),
  changes,
  rejected: [],
  ...rest,
});

/** What the system of a stored claim would send. */
export const sent = (claim: StoredClaim): ChangeBatch => {
  const { system, connection, observedAt, ...change } = claim;
  return batchOf(system, [change satisfies OrderClaim], { connection, observedAt });
};

export const acceptAll = async (intake: Intake, claims: readonly StoredClaim[]): Promise<void> => {
  for (const claim of claims) await intake.accept(sent(claim));
};

export const nameItems = (intake: Intake, skus: readonly string[] = SKUS) =>
  intake.accept(
    batchOf(
      'erp',
      skus.map((sku) => ({
        kind: 'variant',
        asOf: at(0),
        variant: {
          sku,
          productCode: sku,
          productTitle: sku,
          title: sku,
          lifecycle: 'ACTIVE',
          unitOfMeasure: 'each',
          aliases: [],
        },
      })),
    ),
  );

/** The id under which the order with this channel number was made. */
export const idOf = (replica: Replica, number = '1001'): string =>
  replica.keys.orderId({ scheme: 'channel', value: number });

export const stateOf = async (database: Database, replica: Replica, number = '1001'): Promise<OrderState | null> =>
  (await readOrder(database, idOf(replica, number)))?.state ?? null;

/** Without what only history knows. */
export const timeless = (state: OrderState | null): unknown =>
  state && {
    ...state,
    statusDetail: { ...state.statusDetail, since: '' },
    disagreements: state.disagreements.map((item) => ({ ...item, since: '' })),
    reviewAt: '',
  };

export const merged = (claims: readonly StoredClaim[], now = at(120)): OrderState =>
  mergeOrder(claims, DEFAULT_ORDER_POLICY, now);

export const entriesOf = (replica: Replica, channel = 'orders:shop') => replica.journal.read(channel, 0, 1_000);
