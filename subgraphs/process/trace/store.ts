/** What is on record about messages and the orders they were about. Reads only; every list is bounded. */
import type { Sql } from '#runtime/storage/database.ts';

/** More than a business transaction leaves behind; a message that touched more is shown in part. */
const MOST = 1_000;

export type DeliveryRow = {
  readonly at: string;
  readonly connection: string;
  readonly eventId: string;
  /** How many bodies came under this event id, up to and including this one. */
  readonly attempt: number;
};

export const readDeliveries = (sql: Sql, correlationIds: readonly string[]): Promise<readonly DeliveryRow[]> =>
  sql.query<DeliveryRow>(
    `select i.received_at as at, i.connection, i.event_id as "eventId",
       (select count(*)::int from process.inbox o
        where o.connection = i.connection and o.event_id = i.event_id and o.received_at <= i.received_at) as attempt
     from process.inbox i where i.correlation_id = any($1) order by i.received_at limit ${MOST}`,
    [correlationIds],
  );

export type DocumentRow = {
  readonly orderId: string | null;
  readonly correlationId: string;
  readonly connection: string;
  readonly documentType: string;
  readonly documentId: string;
  readonly rawStatus: string;
  readonly effectiveAt: string;
  readonly at: string;
  /** Versions of the document so far, this one included. */
  readonly attempt: number;
};

const DOCUMENTS = `select m.order_id as "orderId", m.correlation_id as "correlationId", m.connection, m.document_type as "documentType",
    m.document_id as "documentId", m.raw_status as "rawStatus", m.effective_at as "effectiveAt", m.applied_at as at,
    row_number() over (partition by m.document_key order by m.applied_at)::int as attempt
  from process.order_message m`;

export const readDocumentsOfMessage = (sql: Sql, correlationId: string): Promise<readonly DocumentRow[]> =>
  sql.query<DocumentRow>(`${DOCUMENTS} where m.correlation_id = $1 order by m.applied_at limit ${MOST}`, [
    correlationId,
  ]);

export const readDocumentsOfOrder = (sql: Sql, orderIds: readonly string[]): Promise<readonly DocumentRow[]> =>
  sql.query<DocumentRow>(`${DOCUMENTS} where m.order_id = any($1) order by m.applied_at limit ${MOST}`, [orderIds]);

export type EventRow = {
  readonly orderId: string;
  readonly correlationId: string;
  readonly sequence: number;
  readonly type: string;
  readonly status: string;
  readonly system: string;
  readonly occurredAt: string;
  readonly observedAt: string;
  /** Where the journal holds it; null when it no longer does. */
  readonly channel: string | null;
  readonly position: number | null;
};

const EVENTS = `select e.order_id as "orderId", e.correlation_id as "correlationId", e.sequence, e.type, e.status, e.system,
    e.occurred_at as "occurredAt", e.observed_at as "observedAt", j.channel, j.position
  from process.order_event e left join journal.entry j on j.subject = e.order_id and j.version = e.sequence`;

export const readEventsOfMessage = (sql: Sql, correlationId: string): Promise<readonly EventRow[]> =>
  sql.query<EventRow>(
    `${EVENTS} where e.correlation_id = $1 order by e.observed_at, e.order_id, e.sequence limit ${MOST}`,
    [correlationId],
  );

export const readEventsOfOrder = (sql: Sql, orderIds: readonly string[]): Promise<readonly EventRow[]> =>
  sql.query<EventRow>(`${EVENTS} where e.order_id = any($1) order by e.order_id, e.sequence limit ${MOST}`, [orderIds]);

export type ExceptionRow = {
  readonly at: string;
  readonly system: string;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  readonly message: string;
};

/** Of these messages, or about these orders; not about other orders that a message touched too. */
export const readExceptionsOf = (
  sql: Sql,
  correlationIds: readonly string[],
  orderIds: readonly string[] | null,
): Promise<readonly ExceptionRow[]> =>
  sql.query<ExceptionRow>(
    `select first_seen as at, system, kind, state, attempts, message from process.exception
     where (correlation_id = any($1) and ($2::text[] is null or order_id is null or order_id = any($2))) or order_id = any($2)
     order by first_seen limit ${MOST}`,
    [correlationIds, orderIds],
  );

export type ParkedRow = {
  readonly at: string;
  readonly connection: string;
  readonly change: { readonly kind: string; readonly documentType?: string; readonly documentId?: string };
  readonly waitsFor: readonly string[];
};

/** Changes of these messages that wait for a name. With `references`, only documents that carry one of them. */
export const readParkedOf = (
  sql: Sql,
  correlationIds: readonly string[],
  references: readonly string[] | null,
): Promise<readonly ParkedRow[]> =>
  sql.query<ParkedRow>(
    `select p.observed_at as at, p.connection,
       jsonb_build_object('kind', p.change -> 'kind', 'documentType', p.change -> 'documentType', 'documentId', p.change -> 'documentId') as change,
       array(select distinct w.reference_key from process.parked_wait w where w.key = p.key order by 1) as "waitsFor"
     from process.parked_change p
     where p.correlation_id = any($1) and ($2::text[] is null or exists (
       select 1 from jsonb_array_elements(coalesce(p.change -> 'references', '[]')) r where r ->> 'value' = any($2)))
     order by p.observed_at limit ${MOST}`,
    [correlationIds, references],
  );

export type AnswerRow = {
  readonly at: string;
  readonly correlationId: string;
  readonly sku: string;
  readonly position: number;
};

/** Changes of what may be sold that these messages caused, as far as the journal holds them. */
export const readAnswersOf = (
  sql: Sql,
  correlationIds: readonly string[],
  skus: readonly string[],
): Promise<readonly AnswerRow[]> =>
  sql.query<AnswerRow>(
    `select at, correlation_id as "correlationId", subject as sku, position from journal.entry
     where channel = 'availability' and subject = any($2) and correlation_id = any($1) order by position limit ${MOST}`,
    [correlationIds, skus],
  );

export type PublicationRow = {
  readonly marketplace: string;
  readonly listingId: string;
  readonly sku: string;
  readonly published: number | null;
  readonly publishedAt: string | null;
  readonly dirtySince: string | null;
  readonly attempts: number;
  readonly lastError: string | null;
};

/** How the listings of these items stand now. */
export const readPublicationsOf = (sql: Sql, skus: readonly string[]): Promise<readonly PublicationRow[]> =>
  sql.query<PublicationRow>(
    `select marketplace, listing_id as "listingId", sku, published, published_at as "publishedAt", dirty_since as "dirtySince",
       attempts, last_error as "lastError"
     from process.publication where sku = any($1) order by marketplace, listing_id limit ${MOST}`,
    [skus],
  );

export type HoldRow = {
  readonly at: string;
  readonly id: string;
  readonly state: string;
  readonly skus: readonly string[];
};

/** Holds that became these orders. */
export const readHoldsOf = (sql: Sql, orderIds: readonly string[]): Promise<readonly HoldRow[]> =>
  sql.query<HoldRow>(
    `select changed_at as at, id, state, skus from process.reservation where order_id = any($1) order by changed_at limit ${MOST}`,
    [orderIds],
  );

/** The order and every one that turned out to be it. */
export const readOrderIds = async (sql: Sql, orderId: string): Promise<readonly string[]> => {
  const rows = await sql.query<{ id: string }>('select id from process.orders where id = $1 or merged_into = $1', [
    orderId,
  ]);
  return rows.map(({ id }) => id);
};

/** The orders, as they are now, behind ids that may have become other ones. */
export const readCurrentIds = async (sql: Sql, orderIds: readonly string[]): Promise<readonly string[]> => {
  const rows = await sql.query<{ id: string }>(
    'select distinct coalesce(merged_into, id) as id from process.orders where id = any($1)',
    [orderIds],
  );
  return rows.map(({ id }) => id);
};

export const readReferencesOf = async (sql: Sql, orderId: string): Promise<readonly string[]> => {
  const rows = await sql.query<{ value: string }>('select value from process.order_reference where order_id = $1', [
    orderId,
  ]);
  return rows.map(({ value }) => value);
};
