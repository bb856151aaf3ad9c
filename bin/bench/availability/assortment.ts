/** A large assortment in a database of its own, written with set-based SQL as if systems had told it a moment ago. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createLog } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import { migrate } from '#runtime/storage/migrate.ts';
import { openDatabase } from '#runtime/storage/open.ts';
import { AVAILABILITY_MIGRATION } from '#subgraphs/process/availability/tables.ts';
import { INTAKE_MIGRATION } from '#subgraphs/process/intake/tables.ts';

export type OwnDatabase = AsyncDisposable & { readonly url: string };

const asAdmin = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

/** A new database on the server of `databaseUrl`, dropped at the end. */
export const openOwnDatabase = async (databaseUrl: string): Promise<OwnDatabase> => {
  const name = `throughline_bench_${randomBytes(6).toString('hex')}`;
  await asAdmin(databaseUrl, `create database ${name}`);
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => asAdmin(databaseUrl, `drop database if exists ${name} with (force)`),
  };
};

const STORES = 300;
/** Every warehouse has every item; a store carries one in so many. */
const CARRIED_IN = 5;
const ITEMS_PER_STATEMENT = 5_000;

const PLACES = `insert into process.location (code, name, kind, latitude, longitude, time_zone)
  select 'WH-' || name, 'Lager ' || name, 'WAREHOUSE', latitude, longitude, 'Europe/Berlin'
  from (values ('NORD', 52.3757, 9.9766), ('SUED', 48.4245, 10.8728)) as w(name, latitude, longitude)
  union all
  select 'ST-' || to_char(n, 'FM000'), 'Filiale ' || n, 'STORE', 47.5 + (n * 37 % 700) / 100.0, 6.5 + (n * 61 % 800) / 100.0, 'Europe/Berlin'
  from generate_series(1, ${STORES}) as n`;

const FEEDS = `insert into process.feed (connection, stream, system, carries_stock, complete_since, last_contact_at)
  values ('pos-main', 'inventory', 'pos', true, now(), now()), ('wms-main', 'stock', 'wms', true, now(), now())`;

const ITEMS = `insert into process.variant (sku, product_code, product_title, title, lifecycle, unit_of_measure, price_minor, currency, as_of)
  select 'B' || to_char(n, 'FM000000'), 'B' || to_char(n / 5, 'FM00000'), 'Artikel ' || n / 5, 'Artikel ' || n / 5 || ', Variante ' || n % 5,
    'ACTIVE', 'piece', 1999, 'EUR', now()
  from generate_series($1::int, $2::int) as n`;

/** Stores count at the till, warehouses in the warehouse system, each stated within the last day. */
const READINGS = `insert into process.stock_reading (sku, location_code, system, connection, on_hand, damaged, quality_hold, returns_pending,
    reserved_hard, reservations, in_transit, basis, as_of, sequence, received_at)
  select 'B' || to_char(n, 'FM000000'), p.code, p.system, p.system || '-main', (n * 37 + p.place * 101) % 31, 0, 0, 0,
    0, p.reservations, 0, 'PHYSICAL', t.at, null, now()
  from generate_series($1::int, $2::int) as n
  cross join (
    select code, case kind when 'STORE' then 'pos' else 'wms' end as system, case kind when 'STORE' then 'NOT_KEPT' else 'REPORTED' end as reservations,
      kind, (row_number() over (order by code))::int as place
    from process.location
  ) as p
  cross join lateral (select date_trunc('milliseconds', now() - make_interval(secs => (n * 131 + p.place * 977) % 86400)) as at) as t
  where p.kind = 'WAREHOUSE' or (n + p.place) % ${CARRIED_IN} = 0`;

/** As the intake does: from the first number on, sales are observed. */
const LEARNT = `insert into process.stock_learnt (sku, location_code, system, sold_units, observed_minutes, as_of, open_demand, counted_ahead)
  select sku, location_code, system, on_hand * 0.37, 1440 + on_hand, as_of, 0, 0
  from process.stock_reading where sku between 'B' || to_char($1::int, 'FM000000') and 'B' || to_char($2::int, 'FM000000')`;

export const skuAt = (index: number): string => `B${String(index + 1).padStart(6, '0')}`;

/** `policyVersion`: the rules under which all answers have been told. Resolves with the number of readings. */
export const fillAssortment = async (database: Database, items: number, policyVersion: string): Promise<number> => {
  await migrate(database, [INTAKE_MIGRATION, AVAILABILITY_MIGRATION]);
  await database.query(PLACES);
  await database.query(FEEDS);
  await database.query('insert into process.told_policy (id, version) values (true, $1)', [policyVersion]);
  await database.query(ITEMS, [1, items]);
  for (let first = 1; first <= items; first += ITEMS_PER_STATEMENT) {
    const part = [first, Math.min(items, first + ITEMS_PER_STATEMENT - 1)];
    await database.query(READINGS, part);
    await database.query(LEARNT, part);
  }
  await database.query('analyze');
  const [row] = await database.query<{ readings: number }>(
    'select count(*)::int as readings from process.stock_reading',
  );
  return row?.readings ?? 0;
};

/** What a poll does while nothing changes: all that is known holds for longer. */
export const confirmFeeds = (database: Database): Promise<unknown> =>
  database.query('update process.feed set last_contact_at = now()');

export const openBenchDatabase = (url: string): Promise<Database> =>
  openDatabase({ home: null, databaseUrl: url }, { log: createLog({ name: 'bench', level: 'error' }) });
