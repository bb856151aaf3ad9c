/** Metrics of one server in Prometheus form. Every server has a registry of its own, so several can share a process. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { createDistributions, createTallies } from './tallies.ts';

export type ServerMetrics = {
  /** For areas that keep metrics of their own: `new Counter({ ..., registers: [metrics.registry] })`. */
  readonly registry: Registry;
  /** Counts an executed operation. `operation` is query, mutation, subscription or invalid. */
  operation(operation: string, outcome: 'ok' | 'partial' | 'failed', seconds: number): void;
  /** Counts one error by its catalogued or protocol code. */
  error(operation: string, code: string): void;
  readonly sockets: Gauge;
  readonly subscriptions: Gauge;
  readonly events: Counter;
  /** Prometheus text exposition. */
  text(): Promise<string>;
};

/** From a cached list page to a request at the end of its time budget, in seconds. */
const DURATION_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export const createServerMetrics = (options: {
  readonly server: string;
  readonly process?: boolean;
}): ServerMetrics => {
  const registry = new Registry();
  registry.setDefaultLabels({ server: options.server });
  const registers = [registry];
  // Memory, event-loop lag and the like belong to the process: the server that owns the process reports them once.
  if (options.process) collectDefaultMetrics({ register: registry });
  const operations = createTallies({
    name: 'graphql_operations_total',
    help: 'GraphQL operations by type and outcome.',
    labelNames: ['operation', 'outcome'],
    registers,
  });
  const durations = createDistributions({
    name: 'graphql_operation_duration_seconds',
    help: 'Time from the complete request to the complete result, in seconds.',
    labelNames: ['operation'],
    buckets: DURATION_BUCKETS,
    registers,
  });
  const errors = createTallies({
    name: 'graphql_errors_total',
    help: 'Errors in results, by operation type and code.',
    labelNames: ['operation', 'code'],
    registers,
  });
  return {
    registry,
    operation: (operation, outcome, seconds) => {
      operations(operation, outcome).count += 1;
      durations(operation).observe(seconds);
    },
    error: (operation, code) => {
      errors(operation, code).count += 1;
    },
    sockets: new Gauge({ name: 'graphql_sockets', help: 'Open WebSockets.', registers }),
    subscriptions: new Gauge({ name: 'graphql_subscriptions', help: 'Running subscriptions.', registers }),
    events: new Counter({ name: 'graphql_subscription_events_total', help: 'Results sent to subscribers.', registers }),
    text: () => registry.metrics(),
  };
};
