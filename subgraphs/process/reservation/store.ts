/** Reservations in the database. Whoever changes one holds the locks of its SKUs. */
import { isoOf } from '#runtime/clock.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { ReplacedHold } from '#subgraphs/process/intake/applier.ts';
import type { Reservation } from './reservation.ts';

/** Units of one SKU at one place that a reservation holds. */
export type HeldUnits = { readonly sku: string; readonly locationCode: string; readonly quantity: number };

export const readReservation = async (sql: Sql, id: string): Promise<Reservation | null> => {
  const [row] = await sql.query<Reservation>(
    `select id, channel, customer, state, skus, lines, expires_at as "expiresAt", order_id as "orderId"
     from process.reservation where id = $1`,
    [id],
  );
  return row ?? null;
};

export const insertReservation = async (
  tx: Sql,
  { id, channel, customer, state, skus, lines, expiresAt }: Reservation,
  holds: readonly HeldUnits[],
  now: string,
): Promise<void> => {
  await tx.query(
    `insert into process.reservation (id, channel, customer, state, skus, lines, expires_at, created_at, changed_at)
     values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $8)`,
    [id, channel, customer, state, skus, JSON.stringify(lines), expiresAt, now],
  );
  await tx.query(
    `insert into process.reservation_hold (reservation_id, channel, sku, location_code, quantity, expires_at)
     select $1, $2, r.sku, r."locationCode", r.quantity, $4::timestamptz
     from jsonb_to_recordset($3::jsonb) as r(sku text, "locationCode" text, quantity int)`,
    [id, channel, JSON.stringify(holds), expiresAt],
  );
};

/** Writes the state and expiry; units of a reservation that is no longer held are set free. */
export const saveReservation = async (tx: Sql, { id, state, expiresAt }: Reservation, now: string): Promise<void> => {
  await tx.query('update process.reservation set state = $2, expires_at = $3, changed_at = $4 where id = $1', [
    id,
    state,
    expiresAt,
    now,
  ]);
  if (state === 'HELD')
    await tx.query('update process.reservation_hold set expires_at = $2 where reservation_id = $1', [id, expiresAt]);
  else await tx.query('delete from process.reservation_hold where reservation_id = $1', [id]);
};

/**
 * Writes down that these have expired, before their units are given to somebody else: a replica whose clock is behind
 * must not extend them afterwards. What another transaction is at is left to it.
 */
export const markExpired = async (tx: Sql, ids: readonly string[], nowMs: number): Promise<void> => {
  await tx.query(
    `update process.reservation set state = 'EXPIRED', changed_at = $2 where id in (
       select id from process.reservation where id = any($1) and state = 'HELD' and expires_at <= $2
       order by id for update skip locked
     )`,
    [ids, isoOf(nowMs)],
  );
};

export type DueReservation = { readonly id: string; readonly skus: readonly string[] };

/** Reservations whose units are still on record although their time is over. */
export const readDue = (sql: Sql, nowMs: number, limit: number): Promise<readonly DueReservation[]> =>
  sql.query<DueReservation>(
    `select r.id, r.skus from process.reservation r where r.id in (
       select reservation_id from process.reservation_hold where expires_at <= $1 order by expires_at limit $2
     ) order by r.id`,
    [isoOf(nowMs), limit],
  );

/** Ends those of them whose time is still over; returns what they held. */
export const expire = async (tx: Sql, ids: readonly string[], nowMs: number): Promise<readonly DueReservation[]> => {
  const ended = await tx.query<DueReservation>(
    `update process.reservation set state = 'EXPIRED', changed_at = $2
     where id = any($1) and state in ('HELD', 'EXPIRED') and expires_at <= $2 returning id, skus`,
    [ids, isoOf(nowMs)],
  );
  await tx.query('delete from process.reservation_hold where reservation_id = any($1)', [ended.map(({ id }) => id)]);
  return ended;
};

/** SKUs to be locked before `confirm` may be called for these. */
export const skusToConfirm = async (tx: Sql, replaced: readonly ReplacedHold[]): Promise<readonly string[]> => {
  if (replaced.length === 0) return [];
  const rows = await tx.query<{ sku: string }>(
    `select distinct unnest(skus) as sku from process.reservation where id = any($1) and state <> 'CONFIRMED'`,
    [replaced.map(({ reservationId }) => reservationId)],
  );
  return rows.map(({ sku }) => sku);
};

/** The orders' demand takes the holds' place, also that of holds that have ended meanwhile. The first order keeps it. */
export const confirm = async (tx: Sql, replaced: readonly ReplacedHold[], nowMs: number): Promise<void> => {
  if (replaced.length === 0) return;
  await tx.query(
    `update process.reservation r set state = 'CONFIRMED', order_id = x."orderId", changed_at = $2
     from (
       select distinct on ("reservationId") "reservationId", "orderId"
       from jsonb_to_recordset($1::jsonb) as y("reservationId" text, "orderId" text) order by "reservationId"
     ) x where r.id = x."reservationId" and r.state <> 'CONFIRMED'`,
    [JSON.stringify(replaced), isoOf(nowMs)],
  );
  await tx.query('delete from process.reservation_hold where reservation_id = any($1)', [
    replaced.map(({ reservationId }) => reservationId),
  ]);
};

/** Drops reservations that ended before this time; resolves with how many. */
export const forgetReservations = async (sql: Sql, beforeMs: number): Promise<number> => {
  const gone = await sql.query(
    `delete from process.reservation where state <> 'HELD' and changed_at < $1 returning 1 as gone`,
    [isoOf(beforeMs)],
  );
  return gone.length;
};
