/** Upstream reports for tests, with the one thing that matters spelled out. */
import { isoOf } from '#runtime/clock.ts';
import type { GovernorReport, UpstreamReport } from '#runtime/resilience/report.ts';
import type { StoredReport } from '#subgraphs/process/health/budget.ts';

export const NOW_MS = Date.UTC(2026, 2, 2, 9);

type Quota = GovernorReport['quotas'][number];

export const quota = (name: string, more: Partial<Quota> = {}): Quota => ({
  name,
  ratePerSecond: 2,
  burst: 10,
  available: 10,
  heldMs: 0,
  source: 'PUBLISHED',
  ...more,
});

export const governor = (more: Partial<GovernorReport> = {}): GovernorReport => ({
  circuit: 'CLOSED',
  since: isoOf(NOW_MS - 3_600_000),
  quotas: [quota('orders')],
  inFlight: 0,
  concurrency: 4,
  waiting: 0,
  sent: 0,
  failed: 0,
  retried: 0,
  shed: 0,
  throttled: 0,
  p95Ms: null,
  ...more,
});

export const upstreamReport = (
  connection: string,
  more: Partial<GovernorReport> = {},
  rest: Partial<Omit<UpstreamReport, 'governor'>> = {},
): UpstreamReport => ({
  connection,
  system: 'marketplace',
  vendor: 'vendor',
  replica: 'replica-1',
  at: isoOf(NOW_MS),
  governor: governor(more),
  readings: { hits: 0, misses: 0, stale: 0, entries: 0 },
  ...rest,
});

export const stored = (report: UpstreamReport, agoMs = 0): StoredReport => ({
  report,
  receivedAtMs: NOW_MS - agoMs,
});
