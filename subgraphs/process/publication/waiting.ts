/** How much waits to be sent to marketplaces, for operators. */
import type { Sql } from '#runtime/storage/database.ts';

/** Listings whose quantity waits to be published, per connection that tells of them; a connection with none is absent. */
export const countWaiting = async (sql: Sql, marketplaces: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  const rows = await sql.query<{ connection: string; waiting: number }>(
    `select l.connection, count(*)::int as waiting
     from process.publication p join process.listing l on l.marketplace = p.marketplace and l.listing_id = p.listing_id
     where p.marketplace = any($1) and p.dirty_since is not null and p.desired is not null and l.connection is not null
     group by l.connection`,
    [marketplaces],
  );
  return new Map(rows.map(({ connection, waiting }) => [connection, waiting]));
};
