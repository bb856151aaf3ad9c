/** Settlement reports: found, downloaded and parsed. Amazon makes them by itself; they cannot be ordered. */
import type { CallOptions } from '#model/call.ts';
import type { PolledStream } from '#model/inlet.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import type { SettlementRange, SettlementReport } from '#subgraphs/marketplace/port.ts';
import type { AmazonClient } from './client.ts';
import { type AmazonMarketplace, instantOf } from './mapping.ts';
import { parseSettlement } from './settlement.ts';
import { createSettlementStream } from './settlement-stream.ts';
import { type AmazonReport, malformed } from './wire.ts';

export type ReportsOptions = {
  readonly connection: string;
  readonly marketplaces: readonly AmazonMarketplace[];
  readonly pollMs: number;
};
export type ReportsDeps = {
  readonly client: Pick<AmazonClient, 'settlementReports' | 'reportText'>;
  readonly clock: Clock;
  readonly log: Log;
};

export type Reports = {
  settlementReports(range: SettlementRange, call: CallOptions): Promise<readonly SettlementReport[]>;
  /** Tells every report's orders once. */
  readonly stream: PolledStream;
};

/** Reports older than this are not listed by Amazon. */
const LISTED_FOR_DAYS = 90;
const DAY_MS = 86_400_000;
/** New reports come about every two weeks; asking costs a call that comes back after 45 seconds. */
const LIST_KEPT_MS = 5 * 60_000;
/** Downloading costs a call that comes back after a minute, and a finished report never changes. */
const PARSED_KEPT = 50;

export const createReports = (options: ReportsOptions, deps: ReportsDeps): Reports => {
  const { connection, marketplaces } = options;
  const { client, clock, log } = deps;
  const parsed = new Map<string, SettlementReport>();
  let listed: { readonly atMs: number; readonly reports: readonly AmazonReport[] } | null = null;

  const list = async (call: CallOptions): Promise<readonly AmazonReport[]> => {
    if (listed !== null && clock.now() - listed.atMs < LIST_KEPT_MS) return listed.reports;
    const createdSince = isoOf(clock.now() - LISTED_FOR_DAYS * DAY_MS);
    const reports = await client.settlementReports(
      marketplaces.map(({ marketplaceId }) => marketplaceId),
      createdSince,
      call,
    );
    listed = { atMs: clock.now(), reports };
    return reports;
  };

  const marketplaceOf = (report: AmazonReport): AmazonMarketplace | null => {
    const ids = report.marketplaceIds ?? [];
    if (ids.length === 0 && marketplaces.length === 1) return marketplaces[0] ?? null;
    return marketplaces.find(({ marketplaceId }) => ids.includes(marketplaceId)) ?? null;
  };

  const read = async (report: AmazonReport, call: CallOptions): Promise<SettlementReport | null> => {
    const documentId = report.reportDocumentId;
    const marketplace = marketplaceOf(report);
    if (documentId === undefined || marketplace === null) return null;
    const known = parsed.get(documentId);
    if (known !== undefined) return known;
    const outcome = parseSettlement(await client.reportText(documentId, call));
    if (!outcome.ok) {
      throw malformed(connection, `settlement report ${report.reportId}`, outcome.defect.field, outcome.defect.message);
    }
    const { settlement } = outcome;
    const from = settlement.from ?? report.dataStartTime?.slice(0, 10);
    const to = settlement.to ?? report.dataEndTime?.slice(0, 10);
    if (from === undefined || to === undefined) {
      const field = from === undefined ? 'settlement-start-date' : 'settlement-end-date';
      throw malformed(connection, `settlement report ${report.reportId}`, field, 'is not a date');
    }
    for (const kind of settlement.unknownKinds) {
      log.warn({ report: report.reportId, kind }, 'kind of settlement amount not known; counted as ADJUSTMENT');
    }
    const result: SettlementReport = {
      id: settlement.id,
      marketplace: marketplace.name,
      from,
      to,
      lines: settlement.lines,
      netTotal: settlement.netTotal,
      asOf: instantOf(report.createdTime),
    };
    const oldest = parsed.keys().next();
    if (parsed.size >= PARSED_KEPT && oldest.done !== true) parsed.delete(oldest.value);
    parsed.set(documentId, result);
    return result;
  };

  /** By what the list says already, so that no report is downloaded for nothing. */
  const mayTouch = (report: AmazonReport, range: SettlementRange): boolean =>
    (range.from === undefined || report.dataEndTime === undefined || report.dataEndTime.slice(0, 10) >= range.from) &&
    (range.to === undefined || report.dataStartTime === undefined || report.dataStartTime.slice(0, 10) <= range.to);

  const touches = (report: SettlementReport, range: SettlementRange): boolean =>
    (range.from === undefined || report.to >= range.from) && (range.to === undefined || report.from <= range.to);

  return {
    stream: createSettlementStream({ intervalMs: options.pollMs }, { log, list, read }),
    settlementReports: async (range, call) => {
      const candidates = (await list(call)).filter((report) => mayTouch(report, range));
      const reports = await Promise.all(candidates.map((report) => read(report, call)));
      return reports
        .flatMap((report) => (report !== null && touches(report, range) ? [report] : []))
        .sort((a, b) => (a.to < b.to ? 1 : a.to > b.to ? -1 : a.id.localeCompare(b.id)));
    },
  };
};
