/**
 * Reservations on Postgres: how long a hold takes, and whether a long random run ever gives a unit away twice.
 *
 *   DATABASE_URL=... node bin/bench/availability/reservations.ts [attempts, 20000]
 *
 * The run is several replicas with connections of their own: baskets of one to four lines over few scarce items, holds
 * that are released, extended or left to expire, and connections that are cut in the middle. What was held when is
 * checked afterwards from the records, instant by instant. It ends with 1 when a unit was ever held twice.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { systemClock } from '#runtime/clock.ts';
import { systemIds } from '#runtime/ids.ts';
import { DEFAULT_JOURNAL_OPTIONS, openJournal } from '#runtime/journal/open.ts';
import { createLog } from '#runtime/log.ts';
import { migrate } from '#runtime/storage/migrate.ts';
import { openDatabase } from '#runtime/storage/open.ts';
import { createAnnouncer } from '#subgraphs/process/availability/announce.ts';
import { questionOf } from '#subgraphs/process/availability/question.ts';
import { readPlaces } from '#subgraphs/process/availability/store.ts';
import { AVAILABILITY_MIGRATION } from '#subgraphs/process/availability/tables.ts';
import { IDEMPOTENCY_MIGRATION } from '#subgraphs/process/idempotency/tables.ts';
import { INTAKE_MIGRATION } from '#subgraphs/process/intake/tables.ts';
import { ORDER_MIGRATION } from '#subgraphs/process/order-status/tables.ts';
import { parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { createLedger } from '#subgraphs/process/reservation/ledger.ts';
import { createReservations } from '#subgraphs/process/reservation/service.ts';
import { openSweeper } from '#subgraphs/process/reservation/sweeper.ts';
import { RESERVATION_MIGRATION } from '#subgraphs/process/reservation/tables.ts';
import { type Line, percentile, tableOf } from '../figures.ts';

const REPLICAS = 4;
const SHOPPERS = 32;
const ITEMS = 40;
const WAREHOUSES = ['WH-1', 'WH-2'] as const;
const UNITS = 4;
const CUT_EVERY_MS = 2_000;
const CONTACT_EVERY_MS = 10_000;
const QUIET_SHOPPERS = 2;
const QUIET_ATTEMPTS = 500;
const MILLION = 1_000_000;

const CALLER = { channel: 'web', customer: null };
const CONNECTIONS = [{ connection: 'wms-main', system: 'wms' }] as const;
const policy = parseProcessPolicy({ channels: { web: { unseenSales: { cap: 0 } } } });
const log = createLog({ name: 'bench', level: 'error' });
const skuOf = (index: number): string => `BENCH-${index}`;
const below = (limit: number): number => Math.floor(systemIds.random() * limit);

const openOwnDatabase = async (adminUrl: string) => {
  const name = `throughline_bench_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    /** Cuts some connection of a replica, whatever it is doing. */
    cut: async (): Promise<void> => {
      await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and state <> 'idle' order by random() limit 1`,
        [name],
      );
    },
    [Symbol.asyncDispose]: async () => {
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
};

const openReplica = async (url: string) => {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await openDatabase({ home: null, databaseUrl: url }, { log }));
  const areas = [INTAKE_MIGRATION, ORDER_MIGRATION, AVAILABILITY_MIGRATION];
  await migrate(database, [...areas, RESERVATION_MIGRATION, IDEMPOTENCY_MIGRATION]);
  const deps = { database, clock: systemClock, ids: systemIds, log };
  const journal = opening.use(await openJournal(database, DEFAULT_JOURNAL_OPTIONS, deps));
  const rules = { policy, stockConnections: CONNECTIONS };
  const ledger = createLedger(rules, { announce: createAnnouncer(rules, deps) });
  const sweeper = opening.use(openSweeper({}, { ...deps, journal, ledger }));
  const reservations = createReservations({ policy }, { ...deps, journal, ledger });
  const owned = opening.move();
  return { database, reservations, sweeper, [Symbol.asyncDispose]: () => owned.disposeAsync() };
};

const FILL = `
  insert into process.location (code, name, kind) select code, code, 'WAREHOUSE' from unnest($1::text[]) as code;`;
const FEED = `
  insert into process.feed (connection, stream, system, carries_stock, complete_since, last_contact_at)
  values ('wms-main', 'stock', 'wms', true, now(), now())
  on conflict (connection, stream) do update set last_contact_at = now()`;
const ITEM_ROWS = `
  insert into process.variant (sku, product_code, product_title, title, lifecycle, unit_of_measure, as_of)
  select 'BENCH-' || n, 'BENCH', 'Bench', 'Bench ' || n, 'ACTIVE', 'EA', now() from generate_series(0, $1::int - 1) as n`;
const STOCK_ROWS = `
  insert into process.stock_reading (sku, location_code, system, connection, on_hand, damaged, quality_hold, returns_pending,
    reserved_hard, reservations, in_transit, basis, as_of, received_at)
  select 'BENCH-' || n, code, 'wms', 'wms-main', $2, 0, 0, 0, 0, 'REPORTED', 0, 'PHYSICAL', now(), now()
  from generate_series(0, $1::int - 1) as n, unnest($3::text[]) as code`;

/** Instants at which more was held of an item at a place than is there; what ended in the instant it began never counts. */
const OVERDRAWN = `
  with held as (
    select l.sku, l."locationCode" as place, l.held as units, r.created_at as since,
      case when r.state = 'RELEASED' then least(r.changed_at, r.expires_at) else r.expires_at end as until
    from process.reservation r, jsonb_to_recordset(r.lines) as l(sku text, "locationCode" text, held int) where l.held > 0
  ), steps as (
    select sku, place, since as at, units as change from held union all select sku, place, until, -units from held
  ), running as (
    select sum(change) over (partition by sku, place order by at, change rows unbounded preceding) as units from steps
  )
  select count(*)::int as times from running where units > $1`;

type Tally = { attempts: number; granted: number; refused: number; cut: number; readonly tookMs: number[] };
type Replica = Awaited<ReturnType<typeof openReplica>>;

const { DATABASE_URL: adminUrl } = process.env;
if (!adminUrl) throw new Error('DATABASE_URL is not set: races count on a server only.');
const attempts = Number(process.argv[2] ?? 20_000);
await using own = await openOwnDatabase(adminUrl);
await using replicas = new AsyncDisposableStack();
const all: Replica[] = [];
while (all.length < REPLICAS) all.push(replicas.use(await openReplica(own.url)));
const replica = (index: number): Replica => all[index % all.length] as Replica;
const { database } = replica(0);
await database.query(FILL, [[...WAREHOUSES]]);
await database.query(FEED);
await database.query(ITEM_ROWS, [ITEMS]);
await database.query(STOCK_ROWS, [ITEMS, UNITS, [...WAREHOUSES]]);
const question = questionOf({ channel: 'web', purpose: 'CHECKOUT' }, policy, await readPlaces(database));

/** Tried again with its key until it is answered: a cut connection leaves nobody in doubt. */
const answered = async <T>(tally: Tally, call: (with_: Replica) => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await call(replica(below(REPLICAS)));
    } catch {
      tally.cut += 1;
      await systemClock.delay(5);
    }
  }
};

const attempt = async (tally: Tally): Promise<void> => {
  const items = Array.from({ length: 1 + below(4) }, () => ({ sku: skuOf(below(ITEMS)), quantity: 1 + below(4) }));
  const ttlMs = 500 + below(4_500);
  const allOrNothing = systemIds.random() < 0.7;
  const request = { key: systemIds.uuid(), items, question, onlyAt: null, ttlMs, allOrNothing };
  const startMs = performance.now();
  const { reservation } = await answered(tally, ({ reservations }) => reservations.reserve(request, CALLER, 'bench'));
  tally.tookMs.push(performance.now() - startMs);
  if (reservation === null) {
    tally.refused += 1;
    return;
  }
  tally.granted += 1;
  const action = { key: systemIds.uuid(), reservationId: reservation.id, ttlMs };
  const dice = systemIds.random();
  if (dice < 0.3) await answered(tally, ({ reservations }) => reservations.release(action, CALLER, 'bench'));
  else if (dice < 0.4) await answered(tally, ({ reservations }) => reservations.extend(action, CALLER, 'bench'));
};

const shop = async (shoppers: number, most: number): Promise<Tally> => {
  const tally: Tally = { attempts: 0, granted: 0, refused: 0, cut: 0, tookMs: [] };
  const one = async (): Promise<void> => {
    while (tally.attempts < most) {
      tally.attempts += 1;
      await attempt(tally);
    }
  };
  await Promise.all(Array.from({ length: shoppers }, one));
  return tally;
};

const stopContact = systemClock.every(CONTACT_EVERY_MS, () => void database.query(FEED).catch(() => undefined));
const quiet = await shop(QUIET_SHOPPERS, QUIET_ATTEMPTS);
const stopCutting = systemClock.every(CUT_EVERY_MS, () => void own.cut().catch(() => undefined));
const startMs = systemClock.now();
const tally = await shop(SHOPPERS, attempts);
const perSecond = tally.attempts / ((systemClock.now() - startMs) / 1_000);
stopCutting();
stopContact();
const [found] = await database.query<{ times: number }>(OVERDRAWN, [UNITS]);
const times = found?.times ?? Number.NaN;

const lines: readonly Line[] = [
  {
    key: 'hold_p50_ms',
    value: percentile(quiet.tookMs, 0.5),
    meaning: `a basket held, ${QUIET_SHOPPERS} shoppers at once`,
  },
  { key: 'hold_p95_ms', value: percentile(quiet.tookMs, 0.95), meaning: 'the same, 95 of 100' },
  {
    key: 'busy_p95_ms',
    value: percentile(tally.tookMs, 0.95),
    meaning: `with ${SHOPPERS} at once and connections cut`,
  },
  { key: 'attempts', value: tally.attempts, meaning: 'baskets tried in the run' },
  { key: 'granted', value: tally.granted, meaning: 'of them held, in whole or in part' },
  { key: 'refused', value: tally.refused, meaning: 'of them short' },
  { key: 'cut', value: tally.cut, meaning: 'calls that lost their connection and were sent again' },
  { key: 'attempts_per_s', value: perSecond, meaning: 'baskets tried per second' },
  { key: 'million_hours', value: MILLION / perSecond / 3_600, meaning: 'so long takes a run of a million' },
  { key: 'overdrawn', value: times, meaning: 'instants at which a unit was held twice: must be 0' },
];
process.stdout.write(`${tableOf(lines)}\n`);
process.exitCode = times === 0 ? 0 : 1;
