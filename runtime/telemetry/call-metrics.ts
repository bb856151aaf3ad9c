/** Calls out to vendors as metrics: what became of them, and how their governors are at the moment of asking. */
import { Counter, Gauge, Histogram } from 'prom-client';
import type { CallObservation } from '#runtime/resilience/governor.ts';
import type { CircuitState, GovernorReport } from '#runtime/resilience/report.ts';
import type { ServerMetrics } from './metrics.ts';

export type CallMetricsOptions = {
  /** Whose governors to show; asked whenever the metrics are read. */
  readonly connections?: () => readonly { readonly connection: string; report(): GovernorReport }[];
};

/** In seconds: from a quick read to a call that waited for its quota. */
const DURATION_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const CIRCUIT_STATES = ['CLOSED', 'HALF_OPEN', 'OPEN'] as const satisfies readonly CircuitState[];

type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

const showGovernors = (
  registry: ServerMetrics['registry'],
  connections: NonNullable<CallMetricsOptions['connections']>,
): void => {
  const gauge = (
    name: string,
    help: string,
    labelNames: readonly string[],
    samplesOf: (report: GovernorReport) => readonly Sample[],
  ): void => {
    new Gauge({
      name,
      help,
      labelNames: ['connection', ...labelNames],
      registers: [registry],
      collect() {
        this.reset();
        for (const { connection, report } of connections()) {
          for (const { labels, value } of samplesOf(report())) this.set({ connection, ...labels }, value);
        }
      },
    });
  };
  const one = (value: number): readonly Sample[] => [{ labels: {}, value }];

  gauge('upstream_circuit_state', '1 for the state that the circuit is in, 0 for the others.', ['state'], (report) =>
    CIRCUIT_STATES.map((state) => ({ labels: { state }, value: report.circuit === state ? 1 : 0 })),
  );
  gauge('upstream_calls_waiting', 'Calls that wait for their turn.', [], ({ waiting }) => one(waiting));
  gauge('upstream_calls_in_flight', "Calls in the vendor's hands.", [], ({ inFlight }) => one(inFlight));
  gauge('upstream_concurrency_limit', 'Calls that may be in flight at once now.', [], ({ concurrency }) =>
    one(concurrency),
  );
  gauge('upstream_quota_available', 'What is left of a quota, in calls or points.', ['quota'], ({ quotas }) =>
    quotas.flatMap(({ available, name }) =>
      available === null ? [] : [{ labels: { quota: name }, value: available }],
    ),
  );
  gauge('upstream_quota_hold_seconds', 'Time until a hold that the vendor asked for ends.', ['quota'], ({ quotas }) =>
    quotas.map(({ heldMs, name }) => ({ labels: { quota: name }, value: heldMs / 1000 })),
  );
};

export const createCallMetrics = (
  metrics: Pick<ServerMetrics, 'registry'>,
  options: CallMetricsOptions = {},
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
  const shed = new Counter({
    name: 'upstream_calls_shed_total',
    help: 'Calls that were refused because too many were waiting, by class.',
    labelNames: ['connection', 'call_class'],
    registers,
  });
  const throttled = new Counter({
    name: 'upstream_throttled_total',
    help: 'Attempts that the vendor refused for their rate.',
    labelNames: ['connection', 'operation'],
    registers,
  });
  const retries = new Counter({
    name: 'upstream_retries_total',
    help: 'Attempts after the first of a call.',
    labelNames: ['connection', 'operation'],
    registers,
  });
  if (options.connections) showGovernors(metrics.registry, options.connections);
  return (observation) => {
    const { callClass, connection, durationMs, operation, outcome } = observation;
    calls.inc({ connection, operation, outcome });
    durations.observe({ connection, operation }, durationMs / 1000);
    if (outcome === 'LOAD_SHED') shed.inc({ connection, call_class: callClass });
    if (observation.throttled > 0) throttled.inc({ connection, operation }, observation.throttled);
    if (observation.retries > 0) retries.inc({ connection, operation }, observation.retries);
  };
};
