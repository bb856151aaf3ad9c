/**
 * Exceptions: what a person has to look at. The same (kind, system, subject) is one exception that counts its attempts;
 * when the cause goes away it is RESOLVED, and when it comes back the same row opens again.
 */
import type { Ids } from '#runtime/ids.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { ExceptionKind, NewException } from '#subgraphs/process/intake/applier.ts';

export type ExceptionState = 'OPEN' | 'RETRYING' | 'DEAD_LETTER' | 'RESOLVED';

export type RaisedException = NewException & {
  readonly system: string;
  readonly correlationId: string;
  /** When it is tried again by itself; absent when it waits for a person or for new input. */
  readonly nextAttempt?: string;
  /** OPEN unless something retries it (RETRYING) or has given up (DEAD_LETTER). */
  readonly state?: Exclude<ExceptionState, 'RESOLVED'>;
};

export type ExceptionKey = { readonly kind: ExceptionKind; readonly system: string; readonly subject: string };

export type StoredException = ExceptionKey & {
  readonly id: string;
  readonly nature: 'TRANSIENT' | 'BUSINESS';
  readonly message: string;
  readonly correlationId: string;
  readonly orderId: string | null;
  readonly sku: string | null;
  readonly attempts: number;
  readonly firstSeen: string;
  readonly nextAttempt: string | null;
  readonly state: ExceptionState;
};

const keyOf = ({ kind, system, subject }: ExceptionKey): string => JSON.stringify([kind, system, subject]);

/** One row per exception however often a batch raises it, in one order everywhere so that writers cannot deadlock. */
const distinct = <T extends ExceptionKey>(all: readonly T[]): readonly T[] =>
  [...new Map(all.map((entry) => [keyOf(entry), entry])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, entry]) => entry);

export const raiseExceptions = async (
  tx: Sql,
  raised: readonly RaisedException[],
  at: string,
  ids: Ids,
): Promise<void> => {
  if (raised.length === 0) return;
  const rows = distinct(raised).map((entry) => ({ ...entry, id: `exc_${ids.uuid()}`, state: entry.state ?? 'OPEN' }));
  await tx.query(
    `insert into process.exception as e
       (id, kind, nature, system, subject, message, correlation_id, order_id, sku, first_seen, last_seen, next_attempt, state)
     select r.id, r.kind, r.nature, r.system, r.subject, r.message, r."correlationId", r."orderId", r.sku,
            $2::timestamptz, $2::timestamptz, r."nextAttempt", r.state
     from jsonb_to_recordset($1::jsonb) as r(id text, kind text, nature text, system text, subject text, message text,
       "correlationId" text, "orderId" text, sku text, "nextAttempt" timestamptz, state text)
     on conflict (kind, system, subject) do update set
       attempts = case when e.state = 'RESOLVED' then 1 else e.attempts + 1 end,
       first_seen = case when e.state = 'RESOLVED' then excluded.first_seen else e.first_seen end,
       last_seen = excluded.last_seen, nature = excluded.nature, message = excluded.message, state = excluded.state,
       correlation_id = excluded.correlation_id, next_attempt = excluded.next_attempt, resolved_at = null,
       order_id = coalesce(excluded.order_id, e.order_id), sku = coalesce(excluded.sku, e.sku)`,
    [JSON.stringify(rows), at],
  );
};

/** The cause is gone. Returns how many were open. */
export const resolveExceptions = async (tx: Sql, keys: readonly ExceptionKey[], at: string): Promise<number> => {
  if (keys.length === 0) return 0;
  const rows = await tx.query(
    `update process.exception e set state = 'RESOLVED', resolved_at = $2::timestamptz, next_attempt = null
     from jsonb_to_recordset($1::jsonb) as r(kind text, system text, subject text)
     where e.kind = r.kind and e.system = r.system and e.subject = r.subject and e.state <> 'RESOLVED' returning e.id`,
    [JSON.stringify(distinct(keys)), at],
  );
  return rows.length;
};

export type ExceptionFilter = {
  readonly kinds?: readonly string[] | null;
  readonly nature?: string | null;
  readonly systems?: readonly string[] | null;
  readonly states?: readonly string[] | null;
};

/** Newest first; `after` is the last exception of the page before. */
export type ExceptionPageQuery = {
  readonly filter: ExceptionFilter;
  readonly after: { readonly firstSeen: string; readonly id: string } | null;
  readonly limit: number;
};

const CONDITIONS = `($1::text[] is null or kind = any($1)) and ($2::text is null or nature = $2)
  and ($3::text[] is null or system = any($3)) and ($4::text[] is null or state = any($4))`;

const conditionParameters = ({ kinds, nature, systems, states }: ExceptionFilter) =>
  [kinds ?? null, nature ?? null, systems ?? null, states ?? null] as const;

export const readExceptions = (
  sql: Sql,
  { filter, after, limit }: ExceptionPageQuery,
): Promise<readonly StoredException[]> =>
  sql.query<StoredException>(
    `select id, kind, nature, system, subject, message, correlation_id as "correlationId", order_id as "orderId", sku, attempts,
            first_seen as "firstSeen", next_attempt as "nextAttempt", state
     from process.exception
     where ${CONDITIONS} and ($5::timestamptz is null or (first_seen, id) < ($5::timestamptz, $6::text))
     order by first_seen desc, id desc limit $7`,
    [...conditionParameters(filter), after?.firstSeen ?? null, after?.id ?? null, limit],
  );

export const countExceptions = async (sql: Sql, filter: ExceptionFilter): Promise<number> => {
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::int as count from process.exception where ${CONDITIONS}`,
    conditionParameters(filter),
  );
  return row?.count ?? 0;
};

export const readException = async (sql: Sql, id: string): Promise<StoredException | null> => {
  const [row] = await sql.query<StoredException>(
    `select id, kind, nature, system, subject, message, correlation_id as "correlationId", order_id as "orderId", sku, attempts,
            first_seen as "firstSeen", next_attempt as "nextAttempt", state from process.exception where id = $1`,
    [id],
  );
  return row ?? null;
};
