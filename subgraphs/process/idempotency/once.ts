/**
 * A mutation takes effect once per key. The key's row is written in the mutation's own transaction, before anything
 * else: a twin that comes at the same time waits for it there and is given the same answer, and when the first one
 * fails, the twin does the work in its place.
 */
import { createHash } from 'node:crypto';
import { isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Sql } from '#runtime/storage/database.ts';

/** For so long a key is remembered, in milliseconds. */
export const KEY_RETENTION_MS = 24 * 3_600_000;

export type Attempt = {
  /** Whose key it is: keys of different callers never meet. */
  readonly scope: string;
  readonly key: string;
  /** The operation and its settled arguments, as JSON values. */
  readonly body: unknown;
};

/** CONFLICT: the key was used for something else. */
export type Once<Result> = { readonly kind: 'DONE'; readonly result: Result } | { readonly kind: 'CONFLICT' };

export type Work<Result> = {
  /** JSON values only: a repeated call is given what they become. */
  readonly result: Result;
  /** What has to be the last thing in the transaction. */
  readonly last?: () => Promise<unknown>;
};

/** The same content gives the same hash, in whatever order its members were written. */
export const hashOfBody = (body: unknown): string => {
  const text = JSON.stringify(body, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : value,
  );
  return createHash('sha256').update(text).digest('hex');
};

/** Must be the first to lock anything in the transaction. */
export const once = async <Result>(
  tx: Sql,
  { scope, key, body }: Attempt,
  nowMs: number,
  work: () => Promise<Work<Result>>,
): Promise<Once<Result>> => {
  const sha = hashOfBody(body);
  const claimed = await tx.query(
    `insert into process.idempotency as i (scope, key, request_sha256, at) values ($1, $2, $3, $4)
     on conflict (scope, key) do update set request_sha256 = excluded.request_sha256, response = null, at = excluded.at
       where i.at <= $5
     returning 1 as claimed`,
    [scope, key, sha, isoOf(nowMs), isoOf(nowMs - KEY_RETENTION_MS)],
  );
  if (claimed.length === 0) {
    const [known] = await tx.query<{ sha: string; response: Result }>(
      'select request_sha256 as sha, response from process.idempotency where scope = $1 and key = $2',
      [scope, key],
    );
    if (!known) throw new Failure('INTERNAL', 'An idempotency key vanished while it was read: send the call again.');
    return known.sha === sha ? { kind: 'DONE', result: known.response } : { kind: 'CONFLICT' };
  }
  const { result, last } = await work();
  await tx.query('update process.idempotency set response = $3::jsonb where scope = $1 and key = $2', [
    scope,
    key,
    JSON.stringify(result),
  ]);
  await last?.();
  return { kind: 'DONE', result };
};

/** Drops what is older than the retention; resolves with how many. */
export const forgetKeys = async (sql: Sql, nowMs: number): Promise<number> => {
  const gone = await sql.query('delete from process.idempotency where at <= $1 returning 1 as gone', [
    isoOf(nowMs - KEY_RETENTION_MS),
  ]);
  return gone.length;
};
