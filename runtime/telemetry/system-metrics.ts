/** What we know of connected systems as metrics, read at the moment of asking. */
import { Gauge } from 'prom-client';
import type { ServerMetrics } from './metrics.ts';

export type SystemFigures = {
  /** The connection's id. */
  readonly system: string;
  /** Null: it never told all it had, or has nothing to tell. */
  readonly lagSeconds: number | null;
  readonly queueDepth: number;
  readonly silent: boolean;
};

/** Shows the figures that `read` gives; while it fails there are none, rather than old ones. */
export const watchSystems = (
  metrics: Pick<ServerMetrics, 'registry'>,
  read: () => Promise<readonly SystemFigures[]>,
): void => {
  const gauge = (name: string, help: string, figureOf: (figures: SystemFigures) => number | null): void => {
    new Gauge({
      name,
      help,
      labelNames: ['connection'],
      registers: [metrics.registry],
      async collect() {
        const systems = await read().catch(() => []);
        this.reset();
        for (const figures of systems) {
          const value = figureOf(figures);
          if (value !== null) this.set({ connection: figures.system }, value);
        }
      },
    });
  };
  gauge(
    'system_lag_seconds',
    'Seconds since a connected system last told all that it had; absent where it never did.',
    ({ lagSeconds }) => lagSeconds,
  );
  gauge('system_queue_depth', 'Changes that wait to be sent to a connected system.', ({ queueDepth }) => queueDepth);
  gauge(
    'system_silent',
    '1 while the subgraph that calls a connected system has not reported for 30 seconds, else 0.',
    ({ silent }) => (silent ? 1 : 0),
  );
};
