/** SQL of drifts. Written by whoever sweeps, under the sweeper's lock, so no two writers meet here. */
import type { Money } from '#model/money.ts';
import type { Sql } from '#runtime/storage/database.ts';
import { type Drift, type DriftCause, type DriftState, type DriftSubject, keyOf, type StoredDrift } from './drift.ts';
import type { ComparedListing } from './listing-comparison.ts';

export const readPrices = async (sql: Sql, skus: readonly string[]): Promise<ReadonlyMap<string, Money>> => {
  const rows = await sql.query<{ sku: string; amountMinor: number; currency: string }>(
    `select sku, price_minor as "amountMinor", currency from process.variant
     where sku = any($1) and price_minor is not null and currency is not null`,
    [skus],
  );
  return new Map(rows.map(({ sku, amountMinor, currency }) => [sku, { amountMinor, currency }]));
};

export type ValuedDrift = { readonly drift: Drift; readonly value: Money | null };

const rowOf = ({ drift, value }: ValuedDrift) => ({
  key: keyOf(drift.subject),
  subject: drift.subject,
  sku: drift.subject.sku,
  location_code: drift.subject.kind === 'stock' ? drift.subject.locationCode : null,
  readings: drift.readings,
  difference: drift.difference,
  cause: drift.cause,
  oversell_risk: drift.oversellRisk,
  value_minor: value?.amountMinor ?? null,
  currency: value?.currency ?? null,
  since: drift.since,
});

const FIELDS = [
  'key',
  'subject',
  'sku',
  'location_code',
  'readings',
  'difference',
  'cause',
  'oversell_risk',
  'value_minor',
  'currency',
  'since',
].join(', ');
const RECORD = `jsonb_to_recordset($1::jsonb) as r(key text, subject jsonb, sku text, location_code text, readings jsonb, difference int,
  cause text, oversell_risk boolean, value_minor bigint, currency text, since timestamptz)`;
const TAKEN_OVER = ['subject', 'readings', 'difference', 'oversell_risk', 'value_minor', 'currency', 'last_seen']
  .map((field) => `${field} = excluded.${field}`)
  .join(', ');

export type SavedDrift = {
  readonly key: string;
  /** A cause that only the reading itself could tell is kept while the difference stays the same. */
  readonly cause: DriftCause;
  readonly hasException: boolean;
};

/** Opens a drift, or goes on with the one that is open. */
export const saveOpen = (tx: Sql, drifts: readonly ValuedDrift[], at: string): Promise<readonly SavedDrift[]> =>
  tx.query(
    `insert into process.inventory_drift as d (${FIELDS}, first_seen, last_seen, state)
     select ${FIELDS}, $2::timestamptz, $2::timestamptz, 'OPEN' from ${RECORD} order by key
     on conflict (key) do update set ${TAKEN_OVER}, state = 'OPEN', resolved_at = null,
       cause = case when d.state = 'OPEN' and d.difference = excluded.difference and excluded.cause = 'UNKNOWN' then d.cause else excluded.cause end,
       since = case when d.state = 'OPEN' then d.since else excluded.since end,
       first_seen = case when d.state = 'OPEN' then d.first_seen else excluded.first_seen end,
       episodes = d.episodes + case when d.state = 'OPEN' then 0 else 1 end
     returning key, cause, exception_system is not null as "hasException"`,
    [JSON.stringify(drifts.map(rowOf)), at],
  );

/** Puts on record what ended in the moment in which it was found. A drift that is open stays as it is. */
export const savePassed = async (tx: Sql, drifts: readonly ValuedDrift[], at: string): Promise<void> => {
  if (drifts.length === 0) return;
  await tx.query(
    `insert into process.inventory_drift as d (${FIELDS}, first_seen, last_seen, resolved_at, state)
     select ${FIELDS}, $2::timestamptz, $2::timestamptz, $2::timestamptz, 'RESOLVED' from ${RECORD} order by key
     on conflict (key) do update set ${TAKEN_OVER}, cause = excluded.cause, since = excluded.since, first_seen = excluded.first_seen,
       resolved_at = excluded.resolved_at, episodes = d.episodes + 1
     where d.state = 'RESOLVED'`,
    [JSON.stringify(drifts.map(rowOf)), at],
  );
};

export const noteException = async (
  tx: Sql,
  raised: readonly { readonly key: string; readonly system: string }[],
): Promise<void> => {
  if (raised.length === 0) return;
  await tx.query(
    `update process.inventory_drift d set exception_system = r.system
     from jsonb_to_recordset($1::jsonb) as r(key text, system text) where d.key = r.key`,
    [JSON.stringify(raised)],
  );
};

export type EndedDrift = { readonly subject: DriftSubject; readonly exceptionSystem: string | null };

/** Ends drifts that are open; the others of these keys stay as they are. */
export const saveResolved = async (tx: Sql, keys: readonly string[], at: string): Promise<readonly EndedDrift[]> => {
  if (keys.length === 0) return [];
  return tx.query(
    `with ended as (
       select key, subject, exception_system from process.inventory_drift where key = any($1) and state = 'OPEN' order by key for update
     )
     update process.inventory_drift d set state = 'RESOLVED', resolved_at = $2::timestamptz, exception_system = null
     from ended e where d.key = e.key returning e.subject, e.exception_system as "exceptionSystem"`,
    [keys, at],
  );
};

export const readOpenSubjects = async (sql: Sql): Promise<readonly DriftSubject[]> => {
  const rows = await sql.query<{ subject: DriftSubject }>(
    `select subject from process.inventory_drift where state = 'OPEN' order by key`,
  );
  return rows.map(({ subject }) => subject);
};

/** Listings that have differed since before `before`, and these others however they stand. */
export const readListings = (
  sql: Sql,
  before: string,
  others: readonly { readonly marketplace: string; readonly listingId: string }[],
): Promise<readonly ComparedListing[]> =>
  sql.query(
    `select p.marketplace, p.listing_id as "listingId", p.sku, p.desired, p.published, p.published_at as "publishedAt", p.shown,
       l.as_of as "shownAt", least(p.dirty_since, p.drift_since) as since
     from process.publication p join process.listing l on l.marketplace = p.marketplace and l.listing_id = p.listing_id
     where (p.desired is distinct from coalesce(p.shown, p.published) and least(p.dirty_since, p.drift_since) <= $1::timestamptz)
       or exists (select 1 from jsonb_to_recordset($2::jsonb) as r(marketplace text, "listingId" text)
                  where r.marketplace = p.marketplace and r."listingId" = p.listing_id)
     order by p.marketplace, p.listing_id`,
    [before, JSON.stringify(others)],
  );

export type DriftFilter = {
  readonly state: DriftState;
  readonly minDifference: number | null;
  readonly locationCode: string | null;
  readonly sku: string | null;
  /** Only those that began at this instant or before, ISO. */
  readonly sinceAtMost: string | null;
  readonly oversellRisk: boolean | null;
};

export type DriftPlace = { readonly firstSeen: string; readonly key: string };

type DriftRow = Omit<StoredDrift, 'value'> & { readonly valueMinor: number | null; readonly currency: string | null };

/** Newest first; `after` is the last drift of the page before. */
export const readDrifts = async (
  sql: Sql,
  { filter, after, limit }: { readonly filter: DriftFilter; readonly after: DriftPlace | null; readonly limit: number },
): Promise<readonly StoredDrift[]> => {
  const rows = await sql.query<DriftRow>(
    `select key, subject, readings, difference, cause, oversell_risk as "oversellRisk", value_minor as "valueMinor", currency, since,
       first_seen as "firstSeen", last_seen as "lastSeen", resolved_at as "resolvedAt", state, episodes
     from process.inventory_drift
     where state = $1 and ($2::int is null or abs(difference) >= $2) and ($3::text is null or location_code = $3)
       and ($4::text is null or sku = $4) and ($5::timestamptz is null or since <= $5)
       and ($6::boolean is null or oversell_risk = $6)
       and ($7::timestamptz is null or (first_seen, key) < ($7::timestamptz, $8::text))
     order by first_seen desc, key desc limit $9`,
    [
      filter.state,
      filter.minDifference,
      filter.locationCode,
      filter.sku,
      filter.sinceAtMost,
      filter.oversellRisk,
      after?.firstSeen ?? null,
      after?.key ?? null,
      limit,
    ],
  );
  return rows.map(({ valueMinor, currency, ...drift }) => ({
    ...drift,
    value: valueMinor === null || currency === null ? null : { amountMinor: valueMinor, currency },
  }));
};

export type OpenCount = {
  readonly cause: DriftCause;
  readonly oversellRisk: boolean;
  readonly currency: string | null;
  readonly drifts: number;
  readonly valueMinor: number;
};

export const countOpen = (sql: Sql): Promise<readonly OpenCount[]> =>
  sql.query(
    `select cause, oversell_risk as "oversellRisk", currency, count(*)::int as drifts, coalesce(sum(value_minor), 0)::float8 as "valueMinor"
     from process.inventory_drift where state = 'OPEN' group by cause, oversell_risk, currency`,
  );
