/** Which version of a graph a gateway serves, and how changes of it have gone. */
import { Gauge } from 'prom-client';
import type { ServerMetrics } from './metrics.ts';

export type GenerationCounts = {
  readonly number: number;
  readonly held: number;
  readonly taken: number;
  readonly refused: number;
  readonly wasLastRefused: boolean;
};

export const createGenerationMetrics = (metrics: ServerMetrics, read: () => GenerationCounts): void => {
  const gauge = (name: string, help: string, value: (counts: GenerationCounts) => number): void => {
    new Gauge({
      name,
      help,
      registers: [metrics.registry],
      collect() {
        this.set(value(read()));
      },
    });
  };
  gauge('gateway_generation', 'Number of the supergraph in service.', ({ number }) => number);
  gauge(
    'gateway_generations_held',
    'Supergraphs in memory: in service, before it, or still in use.',
    ({ held }) => held,
  );
  gauge('gateway_supergraphs_taken', 'Supergraphs put in service since the start.', ({ taken }) => taken);
  gauge('gateway_supergraphs_refused', 'Supergraphs refused since the start.', ({ refused }) => refused);
  gauge('gateway_supergraph_last_refused', '1 when the last supergraph offered was refused.', ({ wasLastRefused }) =>
    wasLastRefused ? 1 : 0,
  );
};
