/**
 * Settlements as a stream: each finished report once, a few orders at a time. Reports come out of order and a download
 * costs a minute of quota, so what is done is kept by name for as long as Amazon lists it.
 */
import { z } from 'zod';
import type { CallOptions } from '#model/call.ts';
import type { PolledChanges, PolledStream } from '#model/inlet.ts';
import { isFailure } from '#runtime/failure.ts';
import type { Log } from '#runtime/log.ts';
import type { SettlementReport } from '#subgraphs/marketplace/port.ts';
import { toSettlementClaims } from './settlement-claims.ts';
import type { AmazonReport } from './wire.ts';

export type SettlementStreamDeps = {
  readonly log: Log;
  list(call: CallOptions): Promise<readonly AmazonReport[]>;
  /** Null when the report is of no marketplace of this connection, or has no document. */
  read(report: AmazonReport, call: CallOptions): Promise<SettlementReport | null>;
};

/** One transaction takes them all. */
const ORDERS_PER_POLL = 500;

/** `done`: reports that are told, oldest first. `open`: orders told of the one that is under way. */
const markSchema = z.object({
  done: z.array(z.string()),
  open: z.object({ reportId: z.string(), orders: z.int().min(0) }).optional(),
});
type Mark = z.infer<typeof markSchema>;

export const createSettlementStream = (
  options: { readonly intervalMs: number },
  deps: SettlementStreamDeps,
): PolledStream => {
  const restore = (watermark: string | null): Mark => {
    if (watermark === null) return { done: [] };
    try {
      const mark = markSchema.safeParse(JSON.parse(watermark));
      if (mark.success) return mark.data;
    } catch {
      // Handled below: whatever the text is, it is not one of our watermarks.
    }
    deps.log.warn({ stream: 'settlements' }, 'watermark cannot be read; starting from the beginning');
    return { done: [] };
  };

  const readOrReject = async (
    report: AmazonReport,
    call: CallOptions,
  ): Promise<{ readonly read: SettlementReport | null; readonly rejected: PolledChanges['rejected'] }> => {
    try {
      return { read: await deps.read(report, call), rejected: [] };
    } catch (error) {
      if (!isFailure(error, 'UPSTREAM_MALFORMED')) throw error;
      // A report that cannot be read is put on record; those behind it are not held up by it.
      const subject = `amazon-settlement:${report.reportId}`;
      return { read: null, rejected: [{ kind: 'SCHEMA_MISMATCH', subject, message: error.message }] };
    }
  };

  const poll = async (watermark: string | null, call: CallOptions): Promise<PolledChanges> => {
    const mark = restore(watermark);
    const listed = (await deps.list(call)).toSorted(
      (a, b) => Date.parse(a.createdTime) - Date.parse(b.createdTime) || (a.reportId < b.reportId ? -1 : 1),
    );
    const names = new Set(listed.map(({ reportId }) => reportId));
    const done = mark.done.filter((name) => names.has(name));
    const due = listed.filter(({ reportId }) => !done.includes(reportId));
    const [report] = due;
    if (!report) return { changes: [], rejected: [], watermark: JSON.stringify({ done }), more: false };
    const from = mark.open?.reportId === report.reportId ? mark.open.orders : 0;
    const { read, rejected } = await readOrReject(report, call);
    const claims = read ? toSettlementClaims(read) : [];
    const until = from + ORDERS_PER_POLL;
    const isDone = until >= claims.length;
    const next: Mark = isDone
      ? { done: [...done, report.reportId] }
      : { done, open: { reportId: report.reportId, orders: until } };
    return {
      changes: claims.slice(from, until),
      rejected,
      watermark: JSON.stringify(next),
      more: !isDone || due.length > 1,
    };
  };
  return { name: 'settlements', intervalMs: options.intervalMs, poll };
};
