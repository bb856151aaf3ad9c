/** Figures that an area can tell at any moment, as metrics that are read when somebody asks. */
import { Gauge } from 'prom-client';
import type { ServerMetrics } from './metrics.ts';

export type GaugeFamily = {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  read(): Promise<readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]>;
};

/** Shows what each family reads; while reading fails it shows nothing, rather than old figures. */
export const watchGauges = (metrics: Pick<ServerMetrics, 'registry'>, families: readonly GaugeFamily[]): void => {
  for (const { name, help, labelNames, read } of families) {
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [metrics.registry],
      async collect() {
        const figures = await read().catch(() => []);
        this.reset();
        for (const { labels, value } of figures) this.set(labels, value);
      },
    });
  }
};
