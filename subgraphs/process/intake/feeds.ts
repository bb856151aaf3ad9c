/** How far each stream has been read, and when each connection last proved itself. */
import type { ChangeBatch, DeliveryKey } from '#model/change.ts';
import type { Sql } from '#runtime/storage/database.ts';
import { PUSH_STREAM } from '#subgraphs/process/availability/contacts.ts';
import type { Feed } from '#subgraphs/process/availability/facts.ts';

/** A delivery is new, a repeat of one already taken, or a correction of one (same event, other body). */
export const recordDelivery = async (
  tx: Sql,
  batch: ChangeBatch,
  at: string,
): Promise<'ACCEPTED' | 'DUPLICATE' | 'CORRECTED'> => {
  const { delivery, connection } = batch;
  if (!delivery) return 'ACCEPTED';
  // Waits for a concurrent delivery of the same event to end, so that two at once cannot both be the first.
  const inserted = await tx.query(
    `insert into process.inbox (connection, event_id, body_sha256, received_at, correlation_id) values ($1, $2, $3, $4, $5)
     on conflict do nothing returning 1 as new`,
    [connection, delivery.eventId, delivery.bodySha256, at, batch.correlationId],
  );
  if (inserted.length === 0) return 'DUPLICATE';
  const others = await tx.query(
    'select 1 from process.inbox where connection = $1 and event_id = $2 and body_sha256 <> $3 limit 1',
    [connection, delivery.eventId, delivery.bodySha256],
  );
  return others.length === 0 ? 'ACCEPTED' : 'CORRECTED';
};

/** Only what is committed counts: a delivery that is being taken right now is not known yet. */
export const hasDelivery = async (
  sql: Sql,
  connection: string,
  { eventId, bodySha256 }: DeliveryKey,
): Promise<boolean> => {
  const found = await sql.query(
    'select 1 from process.inbox where connection = $1 and event_id = $2 and body_sha256 = $3',
    [connection, eventId, bodySha256],
  );
  return found.length > 0;
};

const bringsStock = (batch: ChangeBatch): boolean => batch.changes.some(({ kind }) => kind === 'stock');

const recordPoll = async (
  tx: Sql,
  batch: ChangeBatch,
  watermark: NonNullable<ChangeBatch['watermark']>,
): Promise<void> => {
  // All of the connection's streams are noted before their first word, or a fast one would pass for the whole; in one
  // order everywhere, so that two first words do not wait for each other.
  const streams = [...new Set([watermark.stream, ...(watermark.streams ?? [])])].sort();
  await tx.query(
    `insert into process.feed (connection, stream, system)
     select $1, stream, $3 from unnest($2::text[]) as s(stream) order by stream on conflict do nothing`,
    [batch.connection, streams, batch.system],
  );
  await tx.query(
    `insert into process.feed as f (connection, stream, system, watermark, carries_stock, complete_since, last_contact_at)
     values ($1, $2, $3, $4, $5, case when $6::boolean then $7::timestamptz end, case when $6::boolean then $7::timestamptz end)
     on conflict (connection, stream) do update set
       system = excluded.system, watermark = excluded.watermark, carries_stock = f.carries_stock or excluded.carries_stock,
       complete_since = coalesce(f.complete_since, excluded.complete_since),
       last_contact_at = greatest(f.last_contact_at, excluded.last_contact_at)`,
    [
      batch.connection,
      watermark.stream,
      batch.system,
      watermark.value,
      bringsStock(batch),
      watermark.complete,
      batch.observedAt,
    ],
  );
};

/** Every delivery of a connection meets in one row, so it is written only when it says something new. */
const recordPush = (tx: Sql, batch: ChangeBatch): Promise<unknown> =>
  tx.query(
    `insert into process.feed as f (connection, stream, system, carries_stock, last_contact_at) values ($1, $2, $3, $4, $5::timestamptz)
     on conflict (connection, stream) do update set
       carries_stock = f.carries_stock or excluded.carries_stock, last_contact_at = greatest(f.last_contact_at, excluded.last_contact_at)
     where f.last_contact_at < excluded.last_contact_at - interval '1 second' or (excluded.carries_stock and not f.carries_stock)`,
    [batch.connection, PUSH_STREAM, batch.system, bringsStock(batch), batch.observedAt],
  );

export const recordContact = async (tx: Sql, batch: ChangeBatch): Promise<void> => {
  if (batch.watermark) await recordPoll(tx, batch, batch.watermark);
  else if (batch.delivery) await recordPush(tx, batch);
};

export const readWatermark = async (sql: Sql, connection: string, stream: string): Promise<string | null> => {
  const [row] = await sql.query<{ watermark: string | null }>(
    'select watermark from process.feed where connection = $1 and stream = $2',
    [connection, stream],
  );
  return row?.watermark ?? null;
};

type FeedRow = Omit<Feed, 'completeSinceMs' | 'lastContactMs'> & {
  readonly completeSince: string | null;
  readonly lastContact: string | null;
};

export const readFeeds = async (sql: Sql): Promise<readonly Feed[]> => {
  const rows = await sql.query<FeedRow>(
    `select connection, stream, system, carries_stock as "carriesStock", complete_since as "completeSince", last_contact_at as "lastContact"
     from process.feed order by connection, stream`,
  );
  return rows.map(({ completeSince, lastContact, ...feed }) => ({
    ...feed,
    completeSinceMs: completeSince === null ? null : Date.parse(completeSince),
    lastContactMs: lastContact === null ? null : Date.parse(lastContact),
  }));
};
