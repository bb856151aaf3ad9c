/** Metrics of the hop from a gateway to the servers behind it. */
import { Counter, Gauge } from 'prom-client';
import { watchGauges } from './gauges.ts';
import type { ServerMetrics } from './metrics.ts';
import { createDistributions } from './tallies.ts';

export type HopAnswer = {
  readonly service: string;
  /** "ok" or a failure code. */
  readonly outcome: string;
  readonly seconds: number;
  /** Whether it was sent again because an answer before it took too long. */
  readonly isRescued: boolean;
};

/** One subgraph's requests at the moment of asking. */
export type HopFigures = {
  readonly service: string;
  readonly connections: number;
  readonly underWay: number;
  readonly waiting: number;
  readonly isPaused: boolean;
};

export type HopMetrics = {
  answered(answer: HopAnswer): void;
  /** A subscription was ended because its client read too slowly. */
  overflowed(): void;
  /** Shows how requests to each subgraph stand at the moment of asking. */
  watchSubgraphs(read: () => readonly HopFigures[]): void;
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
  const rescues = new Counter({
    name: 'gateway_subgraph_rescues_total',
    help: 'Queries sent again because an answer before them took too long.',
    labelNames: ['service'],
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
    answered: ({ isRescued, outcome, seconds, service }) => {
      requests(service, outcome).observe(seconds);
      if (isRescued) rescues.inc({ service });
    },
    watchSubgraphs: (read) => {
      const family = (name: string, help: string, figureOf: (figures: HopFigures) => number) => ({
        name,
        help,
        labelNames: ['service'],
        read: async () => read().map((figures) => ({ labels: { service: figures.service }, value: figureOf(figures) })),
      });
      watchGauges(metrics, [
        family('gateway_subgraph_connections', 'Connections to a subgraph.', ({ connections }) => connections),
        family(
          'gateway_subgraph_under_way',
          'Requests sent to a subgraph without an answer.',
          ({ underWay }) => underWay,
        ),
        family('gateway_subgraph_waiting', 'Requests that wait for their turn.', ({ waiting }) => waiting),
        family(
          'gateway_subgraph_paused',
          '1 while a subgraph that failed is not, or hardly, asked, else 0.',
          ({ isPaused }) => (isPaused ? 1 : 0),
        ),
      ]);
    },
    overflowed: () => overflows.inc(),
    watch: (upstream) => {
      gauge('gateway_upstream_streams', 'Streams open to subgraphs.', () => upstream().streams);
      gauge('gateway_upstream_sockets', 'WebSockets open to subgraphs.', () => upstream().sockets);
    },
  };
};
