/** Pushed deliveries as metrics: how many came, and what became of them. */
import { Counter } from 'prom-client';
import type { PushDeps } from '#runtime/inlet/push.ts';
import type { ServerMetrics } from './metrics.ts';

export const createDeliveryMetrics = (metrics: Pick<ServerMetrics, 'registry'>): NonNullable<PushDeps['observe']> => {
  const deliveries = new Counter({
    name: 'webhook_deliveries_total',
    help: 'Pushed deliveries by what became of them: accepted, duplicate, corrected, refused or failed.',
    labelNames: ['connection', 'outcome'],
    registers: [metrics.registry],
  });
  return (connection, outcome) => deliveries.inc({ connection, outcome: outcome.toLowerCase() });
};
