/** Readings as metrics: how they were answered, and how old the answers were. */
import { Counter, Histogram } from 'prom-client';
import type { ReadingObservation } from '#runtime/reading/reading.ts';
import type { ServerMetrics } from './metrics.ts';

/** In seconds: from an answer just read to master data kept through a long outage. */
const AGE_BUCKETS = [0.1, 1, 5, 15, 30, 60, 300, 900, 3_600, 14_400, 86_400];

export const createReadingMetrics = (
  metrics: Pick<ServerMetrics, 'registry'>,
): ((observation: ReadingObservation) => void) => {
  const registers = [metrics.registry];
  const readings = new Counter({
    name: 'readings_total',
    help: 'Readings by connection, kind and outcome: hit, miss, stale, stale_on_error or failed.',
    labelNames: ['connection', 'reader', 'outcome'],
    registers,
  });
  const ages = new Histogram({
    name: 'reading_age_seconds',
    help: 'Age of what readings were answered with, in seconds.',
    labelNames: ['connection', 'reader'],
    buckets: AGE_BUCKETS,
    registers,
  });
  return ({ connection, reader, outcome, ageMs }) => {
    readings.inc({ connection, reader, outcome });
    if (ageMs !== null) ages.observe({ connection, reader }, ageMs / 1000);
  };
};
