/**
 * How a connected system is doing: what the replicas of the subgraph that calls it have told, what its streams have
 * brought, and what waits to be sent to it. A pure function of these and the time.
 */
import { isoOf } from '#runtime/clock.ts';
import type { CircuitState } from '#runtime/resilience/report.ts';
import type { SystemHealth } from '#schema/generated/process.ts';
import { PUSH_STREAM } from '#subgraphs/process/availability/contacts.ts';
import type { Feed } from '#subgraphs/process/availability/facts.ts';
import { budgetOf, type KnownQuota, mergeQuotas, type StoredReport, shareOf } from './budget.ts';

/** A report counts for this long, in milliseconds: six times as long as it takes until the next one. */
export const REPORT_COUNTS_MS = 30_000;

/** Everything that is known of one connection. */
export type KnownOfConnection = {
  readonly connection: string;
  /** Of any connection and age; at least the newest one of this connection, where there is one. */
  readonly reports: readonly StoredReport[];
  /** Of any connection. */
  readonly feeds: readonly Feed[];
  /** Changes that wait to be sent to it. */
  readonly queueDepth: number;
  /** Since when reports are expected, in milliseconds since the epoch: until the first one, silence begins there. */
  readonly expectedSinceMs: number;
};

export type ConnectionHealth = Required<SystemHealth> & {
  readonly quotas: readonly KnownQuota[];
  /** Nobody has told of our calls to it for so long that nothing is known of them. */
  readonly silent: boolean;
};

const SEVERITY: Readonly<Record<CircuitState, number>> = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 };

const newestOf = (reports: readonly StoredReport[]): StoredReport | undefined =>
  reports.reduce<StoredReport | undefined>(
    (newest, report) => (newest && newest.receivedAtMs >= report.receivedAtMs ? newest : report),
    undefined,
  );

type Circuit = Pick<SystemHealth, 'circuit' | 'since'>;

/**
 * The worst of the replicas' circuits. It has been OPEN since the first of them that still is; anything better has held
 * for all of them only since the last of them changed.
 */
const circuitOf = (reports: readonly StoredReport[]): Circuit => {
  const governors = reports.map(({ report }) => report.governor);
  const worst = Math.max(...governors.map(({ circuit }) => SEVERITY[circuit]));
  const circuit = worst === SEVERITY.OPEN ? 'OPEN' : worst === SEVERITY.HALF_OPEN ? 'HALF_OPEN' : 'CLOSED';
  const times = governors
    .filter((governor) => circuit !== 'OPEN' || governor.circuit === 'OPEN')
    .map(({ since }) => Date.parse(since));
  return { circuit, since: isoOf(circuit === 'OPEN' ? Math.min(...times) : Math.max(...times)) };
};

/** A system of which nobody tells must not look healthy: OPEN, from where what was known ends. */
const silentCircuit = (last: StoredReport | undefined, expectedSinceMs: number): Circuit => {
  if (last?.report.governor.circuit === 'OPEN') return { circuit: 'OPEN', since: last.report.governor.since };
  return { circuit: 'OPEN', since: isoOf(last?.receivedAtMs ?? expectedSinceMs) };
};

/** Since the stream that has been quiet for longest; pushed deliveries never say that they have told all. */
const lagSecondsOf = (connection: string, feeds: readonly Feed[], nowMs: number): number | null => {
  const polled = feeds.filter((feed) => feed.connection === connection && feed.stream !== PUSH_STREAM);
  const contacts = polled.flatMap(({ lastContactMs }) => lastContactMs ?? []);
  if (polled.length === 0 || contacts.length < polled.length) return null;
  return Math.max(0, Math.floor((nowMs - Math.min(...contacts)) / 1_000));
};

const sum = (reports: readonly StoredReport[], of: (report: StoredReport['report']) => number): number =>
  reports.reduce((total, { report }) => total + of(report), 0);

const greatestP95 = (reports: readonly StoredReport[]): number | null => {
  const told = reports.flatMap(({ report }) => report.governor.p95Ms ?? []);
  return told.length === 0 ? null : Math.round(Math.max(...told));
};

export const healthOf = (known: KnownOfConnection, nowMs: number): ConnectionHealth => {
  const own = known.reports.filter(({ report }) => report.connection === known.connection);
  const counting = own.filter(({ receivedAtMs }) => nowMs - receivedAtMs <= REPORT_COUNTS_MS);
  const last = newestOf(own);
  const silent = counting.length === 0;
  const quotas = mergeQuotas(counting, nowMs);
  const hits = sum(counting, ({ readings }) => readings.hits);
  return {
    system: known.connection,
    silent,
    ...(silent ? silentCircuit(last, known.expectedSinceMs) : circuitOf(counting)),
    budget: budgetOf(counting, quotas),
    quotas,
    p95Ms: greatestP95(counting),
    errorRate: shareOf(
      sum(counting, ({ governor }) => governor.failed),
      sum(counting, ({ governor }) => governor.sent),
    ),
    queueDepth: known.queueDepth,
    lagSeconds: lagSecondsOf(known.connection, known.feeds, nowMs),
    cacheHitRate: shareOf(hits, hits + sum(counting, ({ readings }) => readings.misses + readings.stale)),
    reportedAt: last ? isoOf(last.receivedAtMs) : null,
  };
};

/** Where a lag becomes another matter to whoever watches, in seconds. */
const LAG_STEPS_SECONDS = [60, 300, 1_800] as const;

/** What watchers are told of: two states of a connection with equal words are the same news. */
export const newsOf = (health: ConnectionHealth): string => {
  const { circuit, silent, budget, quotas, lagSeconds } = health;
  const held = quotas.filter(({ heldMs }) => heldMs > 0).map(({ name }) => name);
  const lag = lagSeconds === null ? null : LAG_STEPS_SECONDS.filter((step) => lagSeconds >= step).length;
  return JSON.stringify([circuit, silent, held.toSorted(), budget.shed > 0, lag]);
};
