/**
 * Words of vendors that are in no table of ours, as a metric: they are kept as UNKNOWN and put on record, and somebody has
 * to learn what they mean. The label is the field, never the word: vendors' words have no bound.
 */
import { Counter } from 'prom-client';
import type { ChangeSink } from '#model/change.ts';
import type { ServerMetrics } from './metrics.ts';

/** The same sink, counting what passes. */
export const countUnknownValues = (sink: ChangeSink, metrics: Pick<ServerMetrics, 'registry'>): ChangeSink => {
  const unknown = new Counter({
    name: 'vendor_unknown_values_total',
    help: 'Statements in which a field of the vendor had a value that is not known here, by connection and field.',
    labelNames: ['connection', 'field'],
    registers: [metrics.registry],
  });
  return {
    ...sink,
    accept: async (batch, signal) => {
      const receipt = await sink.accept(batch, signal);
      if (receipt.outcome !== 'DUPLICATE') {
        for (const { unknownField } of batch.rejected)
          if (unknownField !== undefined) unknown.inc({ connection: batch.connection, field: unknownField });
      }
      return receipt;
    },
  };
};
