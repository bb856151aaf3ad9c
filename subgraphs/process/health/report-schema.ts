/** The shape of upstream reports as they arrive over HTTP. What it does not name is dropped. */
import { z } from 'zod';
import type { UpstreamReport } from '#runtime/resilience/report.ts';

const text = z.string().min(1).max(200);
const instant = z.iso.datetime({ offset: true });
const count = z.int().min(0);
const amount = z.number().min(0);

const quota = z.object({
  name: text,
  ratePerSecond: amount.nullable(),
  burst: amount.nullable(),
  // A vendor's correction may leave less than nothing until it has refilled.
  available: z.number().nullable(),
  heldMs: amount,
  source: z.enum(['PUBLISHED', 'CORRECTED', 'LEARNT']),
});

const report = z.object({
  connection: text,
  system: z.enum(['erp', 'pos', 'wms', 'marketplace']),
  vendor: text,
  replica: text,
  at: instant,
  governor: z.object({
    circuit: z.enum(['CLOSED', 'HALF_OPEN', 'OPEN']),
    since: instant,
    quotas: z.array(quota).max(200),
    inFlight: count,
    concurrency: amount,
    waiting: count,
    sent: count,
    failed: count,
    retried: count,
    shed: count,
    throttled: count,
    p95Ms: amount.nullable(),
  }),
  readings: z.object({ hits: count, misses: count, stale: count, entries: count }),
});

const MOST_REPORTS = 200;

/** What one process of a system subgraph tells at once: each of its connections. */
export const upstreamReportsSchema: z.ZodType<readonly UpstreamReport[]> = z
  .array(report)
  .max(MOST_REPORTS)
  .superRefine((reports, context) => {
    const seen = new Set<string>();
    for (const [index, { connection, replica }] of reports.entries()) {
      const key = JSON.stringify([connection, replica]);
      if (seen.has(key))
        context.addIssue({ code: 'custom', path: [index, 'connection'], message: 'is reported twice by one replica' });
      seen.add(key);
    }
  });
