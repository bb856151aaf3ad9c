/** SQL of upstream reports: one row per connection and running process, so that every replica answers alike. */
import { isoOf } from '#runtime/clock.ts';
import type { UpstreamReport } from '#runtime/resilience/report.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { StoredReport } from './budget.ts';
import { REPORT_COUNTS_MS } from './health.ts';

/**
 * Keeps the newest word of each teller, and returns what was new. After a silence anything is, or a teller whose clock
 * was set back would be mute.
 */
export const saveReports = async (
  sql: Sql,
  reports: readonly UpstreamReport[],
  receivedAtMs: number,
): Promise<readonly UpstreamReport[]> => {
  const taken = await sql.query<{ connection: string; replica: string }>(
    `insert into process.upstream_report as u (connection, replica, report, told_at, received_at)
     select connection, replica, report, at, $2::timestamptz
     from jsonb_to_recordset($1::jsonb) as r(connection text, replica text, at timestamptz, report jsonb)
     on conflict (connection, replica) do update set
       report = excluded.report, told_at = excluded.told_at, received_at = excluded.received_at
     where excluded.told_at >= u.told_at or u.received_at < $3::timestamptz
     returning connection, replica`,
    [
      JSON.stringify(
        reports.map((report) => ({ connection: report.connection, replica: report.replica, at: report.at, report })),
      ),
      isoOf(receivedAtMs),
      isoOf(receivedAtMs - REPORT_COUNTS_MS),
    ],
  );
  return reports.filter((report) =>
    taken.some(({ connection, replica }) => report.connection === connection && report.replica === replica),
  );
};

/** Of each connection those that still count, and the newest one in any case. */
export const readReports = async (sql: Sql, nowMs: number): Promise<readonly StoredReport[]> => {
  const rows = await sql.query<{ report: UpstreamReport; receivedAt: string }>(
    `select u.report, u.received_at as "receivedAt" from process.upstream_report u
     where u.received_at >= $1::timestamptz
       or u.received_at = (select max(n.received_at) from process.upstream_report n where n.connection = u.connection)`,
    [isoOf(nowMs - REPORT_COUNTS_MS)],
  );
  return rows.map(({ report, receivedAt }) => ({ report, receivedAtMs: Date.parse(receivedAt) }));
};

export const dropReportsBefore = async (sql: Sql, beforeMs: number): Promise<void> => {
  await sql.query('delete from process.upstream_report where received_at < $1::timestamptz', [isoOf(beforeMs)]);
};
