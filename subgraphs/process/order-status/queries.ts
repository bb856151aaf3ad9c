/** Orders as readers see them. Every query here is told whose orders may be seen, or is named for who may call it. */

import type { OrderEvent } from '#model/order/events.ts';
import type { OrderEventType } from '#model/order/vocabulary.ts';
import type { Sql, SqlParameter } from '#runtime/storage/database.ts';
import type { ProofKind } from './keys.ts';
import type { OrderParent } from './parents.ts';

const COLUMNS = 'o.id, o.channel, o.sequence, o.state, o.correlation_id as "correlationId"';

/** Orders by id, whoever asks: the caller decides who may see them. An order that became another one is that one. */
export const readOrders = async (sql: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, OrderParent>> => {
  const rows = await sql.query<OrderParent & { asked: string }>(
    `select a.id as asked, ${COLUMNS} from process.orders a join process.orders o on o.id = coalesce(a.merged_into, a.id)
     where a.id = any($1)`,
    [ids],
  );
  return new Map(rows.map(({ asked, ...order }) => [asked, order]));
};

export const readOrder = async (sql: Sql, id: string): Promise<OrderParent | null> =>
  (await readOrders(sql, [id])).get(id) ?? null;

/** The channel of an order's own, also where it became another one. */
export const readOwnChannel = async (sql: Sql, id: string): Promise<string | null> =>
  (await sql.query<{ channel: string }>('select channel from process.orders where id = $1', [id]))[0]?.channel ?? null;

export const readSequences = async (sql: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  const rows = await sql.query<{ id: string; sequence: number }>(
    'select id, sequence from process.orders where id = any($1)',
    [ids],
  );
  return new Map(rows.map(({ id, sequence }) => [id, sequence]));
};

export type Proof = { readonly kind: ProofKind; readonly hash: string };

/** Whether any of the proofs belongs to the order. */
export const hasProof = async (sql: Sql, orderId: string, proofs: readonly Proof[]): Promise<boolean> => {
  const rows = await sql.query(
    `select 1 from process.order_proof p join jsonb_to_recordset($2::jsonb) as r(kind text, hash text) on r.kind = p.kind and r.hash = p.hash
     where p.order_id = $1 limit 1`,
    [orderId, JSON.stringify(proofs)],
  );
  return rows.length > 0;
};

/** The order of this number that the proof belongs to; `channel` null looks in all of them. */
export const findByNumber = async (
  sql: Sql,
  number: string,
  channel: string | null,
  proof: Proof,
): Promise<OrderParent | null> => {
  const [row] = await sql.query<OrderParent>(
    `select ${COLUMNS} from process.orders o join process.order_proof p on p.order_id = o.id and p.kind = $3 and p.hash = $4
     where o.number = $1 and ($2::text is null or o.channel = $2) and o.merged_into is null order by o.placed_at desc, o.id desc limit 1`,
    [number, channel, proof.kind, proof.hash],
  );
  return row ?? null;
};

export type OrderPart = { readonly orderId: string; readonly key: string };

export const readPart = async (sql: Sql, id: string): Promise<OrderPart | null> => {
  const [row] = await sql.query<OrderPart>(
    `select coalesce(o.merged_into, o.id) as "orderId", p.part_key as key from process.order_part p
     join process.orders o on o.id = p.order_id where p.id = $1`,
    [id],
  );
  return row ?? null;
};

/** Null means: no condition. */
export type OrderConditions = {
  readonly channels: readonly string[] | null;
  readonly statuses: readonly string[] | null;
  readonly placedFrom: string | null;
  readonly placedTo: string | null;
  readonly locationCode: string | null;
  /** Instant before which a contradiction must have begun to count, and whether one is wanted. */
  readonly disagreeing: { readonly since: string; readonly wanted: boolean } | null;
  /** Nothing has happened since this instant. */
  readonly quietSince: string | null;
  /** Only orders that one of these belongs to. */
  readonly proofs: readonly Proof[] | null;
};

export type PagePlace = { readonly placedAt: string; readonly id: string };
export type PagedOrder = OrderParent & { readonly placedAt: string };

/** Where an order lies on the pages of its channel. */
export const readPlace = async (sql: Sql, id: string): Promise<(PagePlace & { readonly channel: string }) | null> => {
  const [row] = await sql.query<PagePlace & { channel: string }>(
    'select id, channel, placed_at as "placedAt" from process.orders where id = $1',
    [id],
  );
  return row ?? null;
};

const WHERE = `o.merged_into is null
  and ($1::text[] is null or o.channel = any($1)) and ($2::text[] is null or o.status = any($2))
  and ($3::timestamptz is null or o.placed_at >= $3) and ($4::timestamptz is null or o.placed_at < $4)
  and ($5::text is null or $5 = any(o.locations))
  and ($6::timestamptz is null or coalesce(o.disagreeing_since <= $6, false) = $7::boolean)
  and ($8::timestamptz is null or o.last_event_at <= $8)
  and ($9::jsonb is null or exists (
    select 1 from process.order_proof p join jsonb_to_recordset($9::jsonb) as r(kind text, hash text) on r.kind = p.kind and r.hash = p.hash
    where p.order_id = o.id))`;

const parametersOf = (conditions: OrderConditions): readonly SqlParameter[] => [
  conditions.channels,
  conditions.statuses,
  conditions.placedFrom,
  conditions.placedTo,
  conditions.locationCode,
  conditions.disagreeing?.since ?? null,
  conditions.disagreeing?.wanted ?? null,
  conditions.quietSince,
  conditions.proofs === null ? null : JSON.stringify(conditions.proofs),
];

/** Newest first; `after` is the last order of the page before. */
export const readOrderPage = (
  sql: Sql,
  conditions: OrderConditions,
  after: PagePlace | null,
  limit: number,
): Promise<readonly PagedOrder[]> =>
  sql.query<PagedOrder>(
    `select ${COLUMNS}, o.placed_at as "placedAt" from process.orders o
     where ${WHERE} and ($10::timestamptz is null or (o.placed_at, o.id) < ($10::timestamptz, $11::text))
     order by o.placed_at desc, o.id desc limit $12`,
    [...parametersOf(conditions), after?.placedAt ?? null, after?.id ?? null, limit],
  );

export const countOrders = async (sql: Sql, conditions: OrderConditions): Promise<number> => {
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::int as count from process.orders o where ${WHERE}`,
    parametersOf(conditions),
  );
  return row?.count ?? 0;
};

export type TimelineRow = Omit<OrderEvent, 'previousStatus' | 'changedAxes'> & { readonly sequence: number };

/** An order's events after a sequence, oldest first, without some types, and of one part only where one is named. */
export const readTimeline = (
  sql: Sql,
  query: {
    readonly orderId: string;
    readonly after: number;
    readonly limit: number;
    readonly without: readonly OrderEventType[];
    readonly about: string | null;
  },
): Promise<readonly TimelineRow[]> =>
  sql.query<TimelineRow>(
    `select sequence, type, status, system, occurred_at as "occurredAt", line_ids as "lineIds", quantity, about
     from process.order_event
     where order_id = $1 and sequence > $2 and type <> all($3) and ($4::text is null or $4 = any(about))
     order by sequence limit $5`,
    [query.orderId, query.after, query.without, query.about, query.limit],
  );

/** When each connection was last heard, and what kind of system it is. */
export const readContacts = async (sql: Sql): Promise<ReadonlyMap<string, number>> => {
  const rows = await sql.query<{ connection: string; at: string | null }>(
    'select connection, max(last_contact_at) as at from process.feed group by connection',
  );
  return new Map(rows.flatMap(({ connection, at }) => (at === null ? [] : [[connection, Date.parse(at)] as const])));
};
