/** Metrics of the hop from a gateway to the servers behind it. */
import { Counter, Gauge } from 'prom-client';
import type { ServerMetrics } from './metrics.ts';
import { createDistributions } from './tallies.ts';

export type HopAnswer = {
  readonly service: string;
  /** "ok" or a failure code. */
  readonly outcome: string;
  readonly seconds: number;
};

export type HopMetrics = {
  answered(answer: HopAnswer): void;
  /** A subscription was ended because its client read too slowly. */
  overflowed(): void;
  /** Shows what is open at the moment of asking. */
  watch(upstream: () => { readonly streams: number; readonly sockets: number }): void;
};

export const createHopMetrics = (metrics: ServerMetrics): HopMetrics => {
  const registers = [metrics.registry];
  const requests = createDistributions({
    name: 'gateway_subgraph_request_seconds',
    help: 'Time of requests to subgraphs, in seconds.',
    labelNames: ['service', 'outcome'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers,
  });
  const overflows = new Counter({
    name: 'gateway_slow_consumers_total',
    help: 'Subscriptions ended because their client read too slowly.',
    registers,
  });
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  return {
    answered: ({ service, outcome, seconds }) => requests(service, outcome).observe(seconds),
    overflowed: () => overflows.inc(),
    watch: (upstream) => {
      gauge('gateway_upstream_streams', 'Streams open to subgraphs.', () => upstream().streams);
      gauge('gateway_upstream_sockets', 'WebSockets open to subgraphs.', () => upstream().sockets);
    },
  };
};
