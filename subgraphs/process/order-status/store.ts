/** Orders in the database: what the applier reads under its locks and writes before the journal. */
import type { OrderReference } from '#model/change.ts';
import { documentKeyOf, type StoredClaim } from '#model/order/claims.ts';
import type { OrderEvent } from '#model/order/events.ts';
import type { OrderState } from '#model/order/state.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { DemandRow } from './demand.ts';
import { referenceText } from './matching.ts';
import { pickupPlacesOf } from './pickups.ts';

/** Any constants will do, as long as all replicas use the same. */
const REFERENCE_LOCKS = 7_261_003;
/** Locks are taken on buckets of names, so that a batch of any size fits into the server's lock table. */
const LOCK_BUCKETS = 1_024;

/**
 * Nobody else touches orders with these names until the transaction ends; also not orders that are not there yet. Taken
 * in one order everywhere, before any row.
 */
export const lockNames = (tx: Sql, names: readonly string[]): Promise<unknown> =>
  tx.query(
    `select pg_advisory_xact_lock(${REFERENCE_LOCKS}, bucket) from (
       select distinct abs(hashtext(name) % ${LOCK_BUCKETS}) as bucket from unnest($1::text[]) as name order by bucket
     ) as buckets`,
    [names],
  );

export type StoredDocument = { readonly claim: StoredClaim; readonly orderId: string | null };

type ClaimRow = { readonly claim: StoredClaim; readonly orderId: string | null };
const CLAIM_COLUMNS = 'c.claim, c.order_id as "orderId"';

export const readDocuments = (tx: Sql, keys: readonly string[]): Promise<readonly StoredDocument[]> =>
  tx.query<ClaimRow>(`select ${CLAIM_COLUMNS} from process.order_claim c where c.document_key = any($1)`, [keys]);

export const readDocumentsOfOrders = (tx: Sql, orderIds: readonly string[]): Promise<readonly StoredDocument[]> =>
  tx.query<ClaimRow>(`select ${CLAIM_COLUMNS} from process.order_claim c where c.order_id = any($1)`, [orderIds]);

/** Documents that wait for an order with one of these references. */
export const readWaiting = (tx: Sql, references: readonly OrderReference[]): Promise<readonly StoredDocument[]> =>
  tx.query<ClaimRow>(
    `select distinct on (c.document_key) ${CLAIM_COLUMNS} from process.order_waiting w
     join process.order_claim c on c.document_key = w.document_key
     join jsonb_to_recordset($1::jsonb) as r(scheme text, value text) on r.scheme = w.scheme and r.value = w.value`,
    [JSON.stringify(references)],
  );

export const readReferences = async (
  tx: Sql,
  references: readonly OrderReference[],
): Promise<ReadonlyMap<string, string>> => {
  const rows = await tx.query<{ scheme: 'channel' | 'erp'; value: string; orderId: string }>(
    `select o.scheme, o.value, o.order_id as "orderId" from process.order_reference o
     join jsonb_to_recordset($1::jsonb) as r(scheme text, value text) on r.scheme = o.scheme and r.value = o.value`,
    [JSON.stringify(references)],
  );
  return new Map(rows.map(({ orderId, ...reference }) => [referenceText(reference), orderId]));
};

export type OrderHead = {
  readonly id: string;
  readonly channel: string;
  readonly sequence: number;
  readonly state: OrderState;
  readonly correlationId: string;
  readonly hasChannelNumber: boolean;
};

/** Locks the orders, in the order of their ids, and reads them as they are then. */
export const lockOrders = (tx: Sql, ids: readonly string[]): Promise<readonly OrderHead[]> =>
  tx.query<OrderHead>(
    `select o.id, o.channel, o.sequence, o.state, o.correlation_id as "correlationId",
       exists (select 1 from process.order_reference r where r.order_id = o.id and r.scheme = 'channel') as "hasChannelNumber"
     from process.orders o where o.id = any($1) and o.merged_into is null order by o.id for update of o`,
    [ids],
  );

export type WrittenEvent = OrderEvent & {
  readonly sequence: number;
  readonly observedAt: string;
  readonly correlationId: string;
};

export type OrderWrite = {
  readonly id: string;
  readonly channel: string;
  readonly sequence: number;
  readonly state: OrderState;
  readonly correlationId: string;
  /** Null when nothing happened that is worth telling. */
  readonly lastEventAt: string | null;
  readonly events: readonly WrittenEvent[];
  /** Documents that are new to the order or say something new. */
  readonly documents: readonly StoredClaim[];
  readonly references: readonly OrderReference[];
  /** Of all documents; null where they stay as they are. */
  readonly proofs: readonly { readonly kind: string; readonly hash: string }[] | null;
  readonly parts: readonly { readonly id: string; readonly key: string }[];
  readonly demand: readonly DemandRow[];
  readonly demandChanged: boolean;
};

const locationsOf = (state: OrderState): readonly string[] => [
  ...new Set(
    [
      ...state.lines.map(({ locationCode }) => locationCode),
      ...state.shipments.map(({ originCode }) => originCode),
      ...state.pickups.map(({ locationCode }) => locationCode),
    ].filter((code) => code !== null),
  ),
];

const writeHeads = (tx: Sql, orders: readonly OrderWrite[]): Promise<unknown> =>
  tx.query(
    `insert into process.orders as o
       (id, number, channel, sequence, status, state, placed_at, last_event_at, locations, pickup_places, disagreeing_since, review_at,
        correlation_id)
     select r.id, r.number, r.channel, r.sequence, r.status, r.state, r."placedAt", coalesce(r."lastEventAt", '-infinity'),
       array(select jsonb_array_elements_text(r.locations)), array(select jsonb_array_elements_text(r."pickupPlaces")), r."disagreeingSince", r."reviewAt", r."correlationId"
     from jsonb_to_recordset($1::jsonb) as r(id text, number text, channel text, sequence bigint, status text, state jsonb,
       "placedAt" timestamptz, "lastEventAt" timestamptz, locations jsonb, "pickupPlaces" jsonb, "disagreeingSince" timestamptz,
       "reviewAt" timestamptz, "correlationId" text)
     on conflict (id) do update set number = excluded.number, sequence = excluded.sequence, status = excluded.status,
       state = excluded.state, placed_at = excluded.placed_at, last_event_at = greatest(o.last_event_at, excluded.last_event_at),
       locations = excluded.locations, pickup_places = excluded.pickup_places, disagreeing_since = excluded.disagreeing_since, review_at = excluded.review_at`,
    [
      JSON.stringify(
        orders.map(({ id, channel, sequence, state, lastEventAt, correlationId }) => ({
          id,
          number: state.number,
          channel,
          sequence,
          status: state.status,
          state,
          placedAt: state.placedAt,
          lastEventAt,
          locations: locationsOf(state),
          pickupPlaces: pickupPlacesOf(state),
          disagreeingSince: state.disagreements.map(({ since }) => since).sort()[0] ?? null,
          reviewAt: state.reviewAt,
          correlationId,
        })),
      ),
    ],
  );

/** What brought the news, and when it was taken in. */
export type Message = { readonly correlationId: string; readonly at: string };

const writeDocuments = (
  tx: Sql,
  documents: readonly { readonly claim: StoredClaim; readonly orderId: string | null }[],
  message: Message,
): Promise<unknown> =>
  tx.query(
    `with r as (
       select * from jsonb_to_recordset($1::jsonb) as r(key text, "orderId" text, claim jsonb)
     ), noted as (
       insert into process.order_message
         (order_id, correlation_id, document_key, system, connection, document_type, document_id, raw_status, effective_at, applied_at)
       select "orderId", $2, key, claim ->> 'system', claim ->> 'connection', claim ->> 'documentType', claim ->> 'documentId',
         claim ->> 'rawStatus', (claim ->> 'effectiveAt')::timestamptz, $3::timestamptz from r
     )
     insert into process.order_claim (document_key, order_id, claim) select key, "orderId", claim from r
     on conflict (document_key) do update set order_id = excluded.order_id, claim = excluded.claim`,
    [
      JSON.stringify(documents.map(({ claim, orderId }) => ({ key: documentKeyOf(claim), orderId, claim }))),
      message.correlationId,
      message.at,
    ],
  );

const writeReferences = (tx: Sql, orders: readonly OrderWrite[]): Promise<unknown> =>
  tx.query(
    `insert into process.order_reference (scheme, value, order_id)
     select distinct r.scheme, r.value, r."orderId" from jsonb_to_recordset($1::jsonb) as r(scheme text, value text, "orderId" text)
     on conflict do nothing`,
    [
      JSON.stringify(
        orders.flatMap(({ id, references }) => references.map(({ scheme, value }) => ({ scheme, value, orderId: id }))),
      ),
    ],
  );

const writeEvents = (tx: Sql, orders: readonly OrderWrite[]): Promise<unknown> =>
  tx.query(
    `insert into process.order_event (order_id, sequence, type, previous_status, status, axes, system, occurred_at, observed_at,
       line_ids, quantity, about, correlation_id)
     select r."orderId", r.sequence, r.type, r."previousStatus", r.status, array(select jsonb_array_elements_text(r."changedAxes")),
       r.system, r."occurredAt", r."observedAt", array(select jsonb_array_elements_text(r."lineIds")), r.quantity,
       array(select jsonb_array_elements_text(r.about)), r."correlationId"
     from jsonb_to_recordset($1::jsonb) as r("orderId" text, sequence bigint, type text, "previousStatus" text, status text,
       "changedAxes" jsonb, system text, "occurredAt" timestamptz, "observedAt" timestamptz, "lineIds" jsonb, quantity bigint,
       about jsonb, "correlationId" text)`,
    [JSON.stringify(orders.flatMap(({ id, events }) => events.map((event) => ({ orderId: id, ...event }))))],
  );

/** Rows that belong to an order as a whole are few: they are replaced, never compared one by one. */
const replaceRows = async (
  tx: Sql,
  table: 'order_demand' | 'order_proof',
  orderIds: readonly string[],
  insert: string,
  rows: readonly unknown[],
): Promise<void> => {
  if (orderIds.length === 0) return;
  await tx.query(`delete from process.${table} where order_id = any($1)`, [orderIds]);
  if (rows.length > 0) await tx.query(insert, [JSON.stringify(rows)]);
};

const writeDemand = (tx: Sql, orders: readonly OrderWrite[]): Promise<void> => {
  const changed = orders.filter(({ demandChanged }) => demandChanged);
  return replaceRows(
    tx,
    'order_demand',
    changed.map(({ id }) => id),
    `insert into process.order_demand (order_id, line_id, sku, location_code, unreleased, released)
     select r."orderId", r."lineId", r.sku, r."locationCode", r.unreleased, r.released
     from jsonb_to_recordset($1::jsonb) as r("orderId" text, "lineId" text, sku text, "locationCode" text, unreleased int, released int)`,
    changed.flatMap(({ id, demand }) => demand.map((row) => ({ orderId: id, ...row }))),
  );
};

const writeProofs = (tx: Sql, orders: readonly OrderWrite[]): Promise<void> => {
  const changed = orders.flatMap(({ id, proofs }) => (proofs === null ? [] : [{ id, proofs }]));
  return replaceRows(
    tx,
    'order_proof',
    changed.map(({ id }) => id),
    `insert into process.order_proof (order_id, kind, hash)
     select distinct r."orderId", r.kind, r.hash from jsonb_to_recordset($1::jsonb) as r("orderId" text, kind text, hash text)`,
    changed.flatMap(({ id, proofs }) => proofs.map((proof) => ({ orderId: id, ...proof }))),
  );
};

const writeParts = (tx: Sql, orders: readonly OrderWrite[]): Promise<unknown> =>
  tx.query(
    `insert into process.order_part (id, order_id, part_key)
     select r.id, r."orderId", r.key from jsonb_to_recordset($1::jsonb) as r(id text, "orderId" text, key text)
     on conflict (id) do nothing`,
    [JSON.stringify(orders.flatMap(({ id, parts }) => parts.map((part) => ({ ...part, orderId: id }))))],
  );

const any = (orders: readonly OrderWrite[], rowsOf: (order: OrderWrite) => readonly unknown[]): boolean =>
  orders.some((order) => rowsOf(order).length > 0);

/** Writes orders that have changed. The caller holds their locks. `awaited`: documents that waited and need not any more. */
export const writeOrders = async (
  tx: Sql,
  orders: readonly OrderWrite[],
  awaited: readonly string[],
  message: Message,
): Promise<void> => {
  if (orders.length === 0) return;
  await writeHeads(tx, orders);
  const documents = orders.flatMap(({ id, documents: own }) => own.map((claim) => ({ claim, orderId: id })));
  if (documents.length > 0) await writeDocuments(tx, documents, message);
  if (awaited.length > 0) {
    await tx.query('delete from process.order_waiting where document_key = any($1)', [awaited]);
    await tx.query(
      `update process.order_message m set order_id = c.order_id from process.order_claim c
       where c.document_key = m.document_key and m.document_key = any($1) and m.order_id is null`,
      [awaited],
    );
  }
  if (any(orders, ({ references }) => references)) await writeReferences(tx, orders);
  if (any(orders, ({ events }) => events)) await writeEvents(tx, orders);
  if (any(orders, ({ parts }) => parts)) await writeParts(tx, orders);
  await writeProofs(tx, orders);
  await writeDemand(tx, orders);
};

/** Keeps documents whose order is not known yet under their references. */
export const writeWaiting = async (tx: Sql, claims: readonly StoredClaim[], message: Message): Promise<void> => {
  if (claims.length === 0) return;
  await writeDocuments(
    tx,
    claims.map((claim) => ({ claim, orderId: null })),
    message,
  );
  await tx.query('delete from process.order_waiting where document_key = any($1)', [claims.map(documentKeyOf)]);
  await tx.query(
    `insert into process.order_waiting (scheme, value, document_key)
     select distinct r.scheme, r.value, r.key from jsonb_to_recordset($1::jsonb) as r(scheme text, value text, key text)`,
    [
      JSON.stringify(
        claims.flatMap((claim) =>
          claim.references.map(({ scheme, value }) => ({ scheme, value, key: documentKeyOf(claim) })),
        ),
      ),
    ],
  );
};

/** Ties everything of `from` to `into`. The order itself stays, pointing on, so that its id and timeline keep their meaning. */
export const mergeInto = async (tx: Sql, from: readonly string[], into: string): Promise<void> => {
  if (from.length === 0) return;
  await tx.query('update process.orders set merged_into = $2, review_at = null where id = any($1)', [from, into]);
  // Whoever had been merged into one of these now leads on to the survivor, so that no chain has to be followed.
  await tx.query('update process.orders set merged_into = $2 where merged_into = any($1)', [from, into]);
  await tx.query('update process.order_reference set order_id = $2 where order_id = any($1)', [from, into]);
  await tx.query('update process.order_claim set order_id = $2 where order_id = any($1)', [from, into]);
  await tx.query('delete from process.order_demand where order_id = any($1)', [from]);
  await tx.query('delete from process.order_proof where order_id = any($1)', [from]);
};
