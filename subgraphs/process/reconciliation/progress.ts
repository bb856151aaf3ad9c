/** SQL of who sweeps and how far it is. */
import { isoOf } from '#runtime/clock.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { Sweep, SweepKind } from './pace.ts';

/** Becomes or stays the one that sweeps until `untilMs`; false while another one is. */
export const takeLease = async (sql: Sql, holder: string, nowMs: number, untilMs: number): Promise<boolean> => {
  const rows = await sql.query(
    `insert into process.sweeper as s (holder, leased_until) values ($1, $3::timestamptz)
     on conflict (one_row) do update set holder = excluded.holder, leased_until = excluded.leased_until
     where s.holder = excluded.holder or s.leased_until <= $2::timestamptz returning holder`,
    [holder, isoOf(nowMs), isoOf(untilMs)],
  );
  return rows.length > 0;
};

export const releaseLease = async (sql: Sql, holder: string, nowMs: number): Promise<void> => {
  await sql.query('update process.sweeper set leased_until = $2::timestamptz where holder = $1', [
    holder,
    isoOf(nowMs),
  ]);
};

type SweepRow = {
  readonly kind: SweepKind;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly total: number;
  readonly done: number;
  readonly skus: readonly string[] | null;
  readonly cursor: string;
  readonly attempts: number;
};

export const readSweeps = async (sql: Sql): Promise<readonly Sweep[]> => {
  const rows = await sql.query<SweepRow>(
    `select kind, started_at as "startedAt", finished_at as "finishedAt", total, done, skus, cursor, attempts from process.sweep order by kind`,
  );
  return rows.map(({ startedAt, finishedAt, ...sweep }) => ({
    ...sweep,
    startedMs: Date.parse(startedAt),
    finishedMs: finishedAt === null ? null : Date.parse(finishedAt),
  }));
};

export const saveSweep = async (tx: Sql, sweep: Sweep): Promise<void> => {
  const { kind, startedMs, finishedMs, total, done, skus, cursor, attempts } = sweep;
  await tx.query(
    `insert into process.sweep (kind, started_at, finished_at, total, done, skus, cursor, attempts)
     values ($1, $2::timestamptz, $3::timestamptz, $4, $5, $6::text[], $7, $8)
     on conflict (kind) do update set started_at = excluded.started_at, finished_at = excluded.finished_at, total = excluded.total,
       done = excluded.done, skus = excluded.skus, cursor = excluded.cursor, attempts = excluded.attempts`,
    [kind, isoOf(startedMs), finishedMs === null ? null : isoOf(finishedMs), total, done, skus, cursor, attempts],
  );
};

export const countItems = async (sql: Sql): Promise<number> => {
  const [row] = await sql.query<{ count: number }>('select count(*)::int as count from process.variant');
  return row?.count ?? 0;
};
