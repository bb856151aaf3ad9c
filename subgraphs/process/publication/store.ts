/** SQL of publication. Rows are always locked in the order of their key, whoever touches them. */
import type { ListingChange } from '#model/change.ts';
import type { Sql } from '#runtime/storage/database.ts';

export type ListingKey = { readonly marketplace: string; readonly listingId: string };

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

export type DesiredChange = { readonly marketplace: string; readonly sku: string; readonly desired: number };

/** What an item's listings shall show from now on; a row is dirty while that differs from what they show. */
export const setDesired = async (tx: Sql, changes: readonly DesiredChange[], at: string): Promise<void> => {
  if (changes.length === 0) return;
  await tx.query(
    `with locked as (
       select p.marketplace, p.listing_id, r.desired from process.publication p
       join jsonb_to_recordset($1::jsonb) as r(marketplace text, sku text, desired int) on p.marketplace = r.marketplace and p.sku = r.sku
       order by p.marketplace, p.listing_id for update of p)
     update process.publication p set desired = l.desired,
       dirty_since = case when l.desired is distinct from p.published then coalesce(p.dirty_since, $2::timestamptz) end
     from locked l where ${OF_LOCKED}`,
    [JSON.stringify(changes), at],
  );
};

export type PublicationRow = ListingKey & {
  readonly sku: string;
  readonly desired: number | null;
  readonly published: number | null;
  readonly shown: number | null;
  readonly driftSince: string | null;
  readonly dirty: boolean;
};

export const readPublications = (sql: Sql, marketplace: string): Promise<readonly PublicationRow[]> =>
  sql.query(
    `select marketplace, listing_id as "listingId", sku, desired, published, shown, drift_since as "driftSince", dirty_since is not null as dirty
     from process.publication where marketplace = $1 order by listing_id`,
    [marketplace],
  );

/** A review's verdict on one row: applied only if nobody changed `desired` since it was read. */
export type Reviewed = ListingKey & {
  readonly wasDesired: number | null;
  readonly desired: number;
  readonly published: number | null;
  readonly believed: boolean;
};

export const saveReview = async (tx: Sql, rows: readonly Reviewed[], at: string): Promise<void> => {
  if (rows.length === 0) return;
  await tx.query(
    `with ${locked(
      ['"wasDesired" int', 'desired int', 'published int', 'believed boolean'],
      ['r."wasDesired" as was_desired', 'r.desired', 'r.published as now_published', 'r.believed'],
    )}
     update process.publication p set
       desired = l.desired,
       published = case when l.believed then l.now_published else p.published end,
       shown = case when l.believed then null else p.shown end,
       drift_since = case when l.believed then null else p.drift_since end,
       dirty_since = case when l.desired is distinct from (case when l.believed then l.now_published else p.published end)
         then coalesce(p.dirty_since, $2::timestamptz) end
     from locked l
     where ${OF_LOCKED} and p.desired is not distinct from l.was_desired`,
    [JSON.stringify(rows), at],
  );
};

export type ClaimedPublication = ListingKey & {
  readonly sku: string;
  readonly quantity: number;
  readonly attempts: number;
};

/**
 * Takes dirty rows for one call, for as long as the lease lasts. Lowest quantities first, because they are the ones that
 * oversell; whatever has waited for a minute goes before, so that nothing starves.
 */
export const claimDirty = (
  sql: Sql,
  marketplace: string,
  limit: number,
  at: string,
  leasedUntil: string,
): Promise<readonly ClaimedPublication[]> =>
  sql.query(
    `update process.publication p set leased_until = $4::timestamptz
     from (
       select marketplace, listing_id from process.publication
       where marketplace = $1 and dirty_since is not null and desired is not null
         and (next_attempt is null or next_attempt <= $3::timestamptz) and (leased_until is null or leased_until <= $3::timestamptz)
       order by (dirty_since < $3::timestamptz - interval '1 minute') desc, desired, dirty_since, listing_id
       limit $2 for update skip locked
     ) c
     where p.marketplace = c.marketplace and p.listing_id = c.listing_id
     returning p.marketplace, p.listing_id as "listingId", p.sku, p.desired as quantity, p.attempts`,
    [marketplace, limit, at, leasedUntil],
  );

/** Acknowledged by the marketplace. A row whose desired quantity moved on meanwhile stays dirty. */
export const saveAcknowledged = async (
  tx: Sql,
  rows: readonly (ListingKey & { readonly quantity: number })[],
  at: string,
): Promise<void> => {
  if (rows.length === 0) return;
  await tx.query(
    `with ${locked(['quantity int'], ['r.quantity'])}
     update process.publication p set published = l.quantity, published_at = $2::timestamptz, shown = null, drift_since = null, attempts = 0,
       next_attempt = null, leased_until = null, last_error = null,
       dirty_since = case when p.desired is distinct from l.quantity then $2::timestamptz end
     from locked l where ${OF_LOCKED}`,
    [JSON.stringify(rows), at],
  );
};

export type FailedPublication = ListingKey & { readonly nextAttempt: string; readonly error: string };

export const saveFailed = async (tx: Sql, rows: readonly FailedPublication[]): Promise<void> => {
  if (rows.length === 0) return;
  await tx.query(
    `with ${locked(['"nextAttempt" timestamptz', 'error text'], ['r."nextAttempt" as next_attempt', 'r.error'])}
     update process.publication p set attempts = p.attempts + 1, next_attempt = l.next_attempt, last_error = l.error, leased_until = null
     from locked l where ${OF_LOCKED}`,
    [JSON.stringify(rows)],
  );
};
