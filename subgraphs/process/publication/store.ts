/** SQL of publication. Rows are always locked in the order of their key, whoever touches them. */
import type { ListingChange } from '#model/change.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { ClaimedPublication, ListingKey, PublicationRow } from './row.ts';

export type StatedListing = ListingKey &
  Pick<ListingChange, 'publishedQuantity' | 'state' | 'asOf'> & {
    readonly sku: string;
    /** Through which connection the marketplace told it. */
    readonly connection: string;
  };

const KEY_COLUMNS = 'marketplace text, "listingId" text';
/** A CTE `locked`: the rows of the keys in $1, locked in their order before anything is changed, with what $1 says of each. */
const locked = (columns: readonly string[], said: readonly string[] = []): string => `locked as (
  select ${['p.marketplace', 'p.listing_id', ...said].join(', ')} from process.publication p
  join jsonb_to_recordset($1::jsonb) as r(${[KEY_COLUMNS, ...columns].join(', ')}) on p.marketplace = r.marketplace and p.listing_id = r."listingId"
  order by p.marketplace, p.listing_id for update of p)`;
const OF_LOCKED = 'p.marketplace = l.marketplace and p.listing_id = l.listing_id';

const newestPerListing = (listings: readonly StatedListing[]): readonly StatedListing[] => {
  const newest = new Map<string, StatedListing>();
  for (const listing of listings) {
    const key = JSON.stringify([listing.marketplace, listing.listingId]);
    const other = newest.get(key);
    if (!other || Date.parse(listing.asOf) >= Date.parse(other.asOf)) newest.set(key, listing);
  }
  return [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, listing]) => listing);
};

export type SavedListings = {
  /** The statements that were newer than what was known. */
  readonly newer: readonly StatedListing[];
  /** Those of them that say something else. */
  readonly changed: readonly StatedListing[];
};

/** Stores newer statements. Only the row itself knows, at the moment of writing, whether it becomes another one. */
export const saveListings = async (tx: Sql, stated: readonly StatedListing[]): Promise<SavedListings> => {
  const newest = newestPerListing(stated);
  if (newest.length === 0) return { newer: [], changed: [] };
  const stored = await tx.query<ListingKey & { readonly changed: boolean }>(
    `insert into process.listing as l (marketplace, listing_id, sku, published_quantity, state, as_of, connection, changed_in)
     select marketplace, "listingId", sku, "publishedQuantity", state, "asOf", connection, txid_current()
     from jsonb_to_recordset($1::jsonb) as r(${KEY_COLUMNS}, sku text, "publishedQuantity" int, state text, "asOf" timestamptz, connection text)
     on conflict (marketplace, listing_id) do update set sku = excluded.sku, published_quantity = excluded.published_quantity,
       state = excluded.state, as_of = excluded.as_of, connection = excluded.connection,
       changed_in = case when (l.sku, l.published_quantity, l.state) is distinct from (excluded.sku, excluded.published_quantity, excluded.state)
         then excluded.changed_in else l.changed_in end
     where excluded.as_of >= l.as_of
     returning marketplace, listing_id as "listingId", changed_in = txid_current() as changed`,
    [JSON.stringify(newest)],
  );
  const changedOf = new Map(stored.map((row) => [JSON.stringify([row.marketplace, row.listingId]), row.changed]));
  const of = ({ marketplace, listingId }: ListingKey) => changedOf.get(JSON.stringify([marketplace, listingId]));
  return {
    newer: newest.filter((listing) => of(listing) !== undefined),
    changed: newest.filter((listing) => of(listing) === true),
  };
};

/**
 * Takes over what the marketplace shows. For a listing we never published that is our starting point; otherwise a
 * difference is noted with its beginning. A reading from before our last acknowledged publication says nothing.
 */
export const noteShown = async (tx: Sql, listings: readonly StatedListing[], at: string): Promise<void> => {
  if (listings.length === 0) return;
  await tx.query(
    `insert into process.publication as p (marketplace, listing_id, sku, published)
     select marketplace, "listingId", sku, "publishedQuantity"
     from jsonb_to_recordset($1::jsonb) as r(${KEY_COLUMNS}, sku text, "publishedQuantity" int, "asOf" timestamptz)
     order by marketplace, "listingId"
     on conflict (marketplace, listing_id) do nothing`,
    [JSON.stringify(listings)],
  );
  await tx.query(
    `with ${locked(['sku text', '"publishedQuantity" int', '"asOf" timestamptz'], ['r.sku as now_sku', 'r."publishedQuantity" as now_shown', 'r."asOf" as as_of'])}
     update process.publication p set
       sku = l.now_sku,
       shown = case when l.now_shown is distinct from p.published then l.now_shown end,
       drift_since = case when l.now_shown is distinct from p.published then coalesce(p.drift_since, $2::timestamptz) end
     from locked l
     where ${OF_LOCKED} and (p.published_at is null or l.as_of > p.published_at)`,
    [JSON.stringify(listings), at],
  );
};

/** Listings that are not ours to publish (any more). */
export const dropPublications = async (tx: Sql, keys: readonly ListingKey[]): Promise<void> => {
  if (keys.length === 0) return;
  await tx.query(
    `with ${locked([])}
     delete from process.publication p using locked l where ${OF_LOCKED}`,
    [JSON.stringify(keys)],
  );
};

const DUE = `marketplace = $1 and dirty_since is not null and desired is not null
  and (next_attempt is null or next_attempt <= $2::timestamptz) and (leased_until is null or leased_until <= $2::timestamptz)
  and not (select paused from budget) and (worth_a_call or dirty_since <= $4::timestamptz or not (select short from budget))`;
const COLUMNS = `p.marketplace, p.listing_id as "listingId", p.sku, p.sellable, p.confidence, p.sales_per_minute as "salesPerMinute",
  p.desired, p.published, p.published_at as "publishedAt", p.sent, p.shown, p.drift_since as "driftSince", p.dirty_since as "dirtySince",
  p.risk, p.worth_a_call as "worthACall", p.attempts, p.next_attempt as "nextAttempt", p.leased_until as "leasedUntil", p.last_error as "lastError"`;

/** All rows of a marketplace, not locked. */
export const readPublications = (sql: Sql, marketplace: string): Promise<readonly PublicationRow[]> =>
  sql.query(`select ${COLUMNS} from process.publication p where p.marketplace = $1 order by p.listing_id`, [
    marketplace,
  ]);

/** The rows of these listings, locked until the transaction ends. */
export const lockPublications = (tx: Sql, keys: readonly ListingKey[]): Promise<readonly PublicationRow[]> =>
  tx.query(
    `select ${COLUMNS} from process.publication p
     join jsonb_to_recordset($1::jsonb) as r(${KEY_COLUMNS}) on p.marketplace = r.marketplace and p.listing_id = r."listingId"
     order by p.marketplace, p.listing_id for update of p`,
    [JSON.stringify(keys.map(({ marketplace, listingId }) => ({ marketplace, listingId })))],
  );

/** The rows of all listings of these items, locked until the transaction ends. */
export const lockPublicationsOf = (
  tx: Sql,
  items: readonly { readonly marketplace: string; readonly sku: string }[],
): Promise<readonly PublicationRow[]> =>
  tx.query(
    `select ${COLUMNS} from process.publication p
     join jsonb_to_recordset($1::jsonb) as r(marketplace text, sku text) on p.marketplace = r.marketplace and p.sku = r.sku
     order by p.marketplace, p.listing_id for update of p`,
    [JSON.stringify(items)],
  );

/** Stores rows that this transaction has locked. */
export const savePublications = async (tx: Sql, rows: readonly PublicationRow[]): Promise<void> => {
  if (rows.length === 0) return;
  await tx.query(
    `update process.publication p set sellable = r.sellable, confidence = r.confidence, sales_per_minute = r."salesPerMinute", desired = r.desired,
       published = r.published, published_at = r."publishedAt", sent = r.sent, shown = r.shown, drift_since = r."driftSince",
       dirty_since = r."dirtySince", risk = r.risk, worth_a_call = r."worthACall", attempts = r.attempts, next_attempt = r."nextAttempt",
       leased_until = r."leasedUntil", last_error = r."lastError"
     from jsonb_to_recordset($1::jsonb) as r(${KEY_COLUMNS}, sellable int, confidence text, "salesPerMinute" double precision, desired int,
       published int, "publishedAt" timestamptz, sent int, shown int, "driftSince" timestamptz, "dirtySince" timestamptz,
       risk double precision, "worthACall" boolean, attempts int, "nextAttempt" timestamptz, "leasedUntil" timestamptz, "lastError" text)
     where p.marketplace = r.marketplace and p.listing_id = r."listingId"`,
    [JSON.stringify(rows)],
  );
};

export type ClaimRules = {
  readonly marketplace: string;
  /** Listings of one call, and how many of them go to those that have waited longest. */
  readonly places: number;
  readonly aged: number;
  readonly at: string;
  readonly leasedUntil: string;
  /** What waits since before then is worth a call, however little it changes. */
  readonly lateBefore: string;
};

/**
 * Takes waiting rows for one call, for as long as the lease lasts; most urgent first, after the aged ones. Rows that
 * another replica is taking are passed over. Nothing while the marketplace is paused, and only what is worth a call
 * while its budget is short.
 */
export const claimPublications = async (sql: Sql, rules: ClaimRules): Promise<readonly ClaimedPublication[]> => {
  const { marketplace, places, aged, at, leasedUntil, lateBefore } = rules;
  const rows = await sql.query<Omit<ClaimedPublication, 'claimedAt' | 'leasedUntil'> & { readonly risk: number }>(
    `with budget as (
       select coalesce(max(paused_until) > $2::timestamptz, false) as paused, coalesce(max(short_until) > $2::timestamptz, false) as short
       from process.publication_budget where marketplace = $1
     ), aged as (
       select marketplace, listing_id, sent from process.publication
       where ${DUE} order by dirty_since, listing_id limit $5 for update skip locked
     ), urgent as (
       select marketplace, listing_id, sent from process.publication
       where ${DUE} and listing_id not in (select listing_id from aged)
       order by risk desc, dirty_since, listing_id limit $6 for update skip locked
     ), taken as (select * from aged union all select * from urgent)
     update process.publication p set leased_until = $3::timestamptz, sent = greatest(p.sent, p.desired)
     from taken t where p.marketplace = t.marketplace and p.listing_id = t.listing_id
     returning p.marketplace, p.listing_id as "listingId", p.sku, p.desired as quantity, p.attempts, p.dirty_since as "dirtySince",
       t.sent as "sentBefore", p.risk`,
    [marketplace, at, leasedUntil, lateBefore, aged, places - aged],
  );
  return rows
    .toSorted((a, b) => b.risk - a.risk || (a.listingId < b.listingId ? -1 : 1))
    .map(({ risk: _, ...row }) => ({ ...row, claimedAt: at, leasedUntil }));
};

/** Nothing is sent to the marketplace until then, and only what is worth a call until `shortUntil`. */
export const pausePublication = async (
  sql: Sql,
  marketplace: string,
  until: { readonly pausedUntil: string | null; readonly shortUntil: string },
): Promise<void> => {
  await sql.query(
    `insert into process.publication_budget as b (marketplace, paused_until, short_until) values ($1, $2::timestamptz, $3::timestamptz)
     on conflict (marketplace) do update set paused_until = greatest(b.paused_until, excluded.paused_until),
       short_until = greatest(b.short_until, excluded.short_until)`,
    [marketplace, until.pausedUntil, until.shortUntil],
  );
};

/** How many listings wait whose change is worth a call. */
export const countWorthACall = async (sql: Sql, marketplace: string): Promise<number> => {
  const [row] = await sql.query<{ readonly count: number }>(
    `select count(*)::int as count from process.publication
     where marketplace = $1 and dirty_since is not null and desired is not null and worth_a_call`,
    [marketplace],
  );
  return row?.count ?? 0;
};
