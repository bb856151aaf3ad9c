/**
 * The health of every connection, for whoever asks. What this replica was told itself it knows at once; what others
 * were told, how far streams have come and what waits is read from the database, at most once a second and only when
 * somebody asks.
 */
import type { Clock } from '#runtime/clock.ts';
import type { UpstreamReport } from '#runtime/resilience/report.ts';
import type { Database } from '#runtime/storage/database.ts';
import type { Feed } from '#subgraphs/process/availability/facts.ts';
import { readFeeds } from '#subgraphs/process/intake/feeds.ts';
import { countWaiting } from '#subgraphs/process/publication/waiting.ts';
import type { StoredReport } from './budget.ts';
import { type ConnectionHealth, healthOf, REPORT_COUNTS_MS } from './health.ts';
import { dropReportsBefore, readReports, saveReports } from './store.ts';

export type BoardOptions = {
  /** Ids of the configured connections, in the order of the configuration. */
  readonly connections: readonly string[];
  /** Marketplaces whose listings we keep: their quantities are what waits to be sent. */
  readonly marketplaces: readonly string[];
};
export type BoardDeps = { readonly database: Database; readonly clock: Clock };

export type HealthBoard = {
  /** Resolves once the reports are stored, for all replicas to see. */
  accept(reports: readonly UpstreamReport[]): Promise<void>;
  /** Every configured connection as it is now, in the order of the configuration. */
  read(): Promise<readonly ConnectionHealth[]>;
};

/** A little less than the second between two looks of a watcher, so that each look finds something new. */
const READ_EVERY_MS = 900;
const KEEP_MS = 24 * 3_600_000;
const DROP_EVERY_MS = 3_600_000;

type Observed = {
  readonly atMs: number;
  readonly reports: readonly StoredReport[];
  readonly feeds: readonly Feed[];
  readonly waiting: ReadonlyMap<string, number>;
};

const tellerOf = ({ connection, replica }: UpstreamReport): string => JSON.stringify([connection, replica]);

/** The newest word of each teller. */
const newestPerTeller = (reports: readonly StoredReport[]): readonly StoredReport[] => {
  const newest = new Map<string, StoredReport>();
  for (const stored of reports) {
    const known = newest.get(tellerOf(stored.report));
    if (!known || stored.receivedAtMs >= known.receivedAtMs) newest.set(tellerOf(stored.report), stored);
  }
  return [...newest.values()];
};

export const createHealthBoard = (options: BoardOptions, deps: BoardDeps): HealthBoard => {
  const { database, clock } = deps;
  const expectedSinceMs = clock.now();
  let heard: readonly StoredReport[] = [];
  let observed: Observed | null = null;
  let reading: Promise<Observed> | null = null;
  let droppedAtMs = Number.NEGATIVE_INFINITY;

  const observe = async (): Promise<Observed> => {
    const atMs = clock.now();
    const [reports, feeds, waiting] = await Promise.all([
      readReports(database, atMs),
      readFeeds(database),
      countWaiting(database, options.marketplaces),
    ]);
    observed = { atMs, reports, feeds, waiting };
    return observed;
  };

  const recent = (): Observed | Promise<Observed> => {
    if (observed && clock.now() - observed.atMs < READ_EVERY_MS) return observed;
    reading ??= observe().finally(() => {
      reading = null;
    });
    return reading;
  };

  const dropOld = async (): Promise<void> => {
    const nowMs = clock.now();
    if (nowMs - droppedAtMs < DROP_EVERY_MS) return;
    droppedAtMs = nowMs;
    await dropReportsBefore(database, nowMs - KEEP_MS);
  };

  return {
    accept: async (reports) => {
      const receivedAtMs = clock.now();
      const taken = await saveReports(database, reports, receivedAtMs);
      const stillCounting = heard.filter((stored) => receivedAtMs - stored.receivedAtMs <= REPORT_COUNTS_MS);
      heard = newestPerTeller([...stillCounting, ...taken.map((report) => ({ report, receivedAtMs }))]);
      await dropOld();
    },
    read: async () => {
      const { reports, feeds, waiting } = await recent();
      const known = newestPerTeller([...reports, ...heard]);
      return options.connections.map((connection) =>
        healthOf(
          { connection, reports: known, feeds, queueDepth: waiting.get(connection) ?? 0, expectedSinceMs },
          clock.now(),
        ),
      );
    },
  };
};
