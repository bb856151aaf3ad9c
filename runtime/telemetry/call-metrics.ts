/** Calls out to vendors as metrics. */
import { Counter, Histogram } from 'prom-client';
import type { CallObservation } from '#runtime/resilience/governor.ts';
import type { ServerMetrics } from './metrics.ts';

/** In seconds: from a quick read to a call that waited for its quota. */
const DURATION_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export const createCallMetrics = (
  metrics: Pick<ServerMetrics, 'registry'>,
): ((observation: CallObservation) => void) => {
  const registers = [metrics.registry];
  const calls = new Counter({
    name: 'upstream_calls_total',
    help: 'Calls to vendors by connection, operation and outcome (ok or a failure code), retries included in one.',
    labelNames: ['connection', 'operation', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'upstream_call_duration_seconds',
    help: 'Time from the wish to call a vendor to its answer, waiting included, in seconds.',
    labelNames: ['connection', 'operation'],
    buckets: DURATION_BUCKETS,
    registers,
  });
  return ({ connection, operation, outcome, durationMs }) => {
    calls.inc({ connection, operation, outcome });
    durations.observe({ connection, operation }, durationMs / 1000);
  };
};
