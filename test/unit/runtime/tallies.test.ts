import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Counter, Histogram, Registry } from 'prom-client';
import { createDistributions, createTallies } from '#runtime/telemetry/tallies.ts';

const BUCKETS = [0.01, 0.1, 1];
const registryOf = (): Registry => {
  const registry = new Registry();
  registry.setDefaultLabels({ server: 'gateway' });
  return registry;
};
/** Names and values of one sample per line, whatever the order of the lines and of the labels in them. */
const samples = async (registry: Registry): Promise<readonly string[]> =>
  (await registry.metrics())
    .split('\n')
    .map((line) => line.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').sort().join(',')}}`))
    .sort();

describe('what is counted by hand', () => {
  test("is told as the library's own counters and histograms tell it", async () => {
    const name = fc.constantFrom('query', 'mutation', 'invalid');
    const outcome = fc.constantFrom('ok', 'partial', 'failed');
    const seconds = fc.constantFrom(0, 0.01, 0.05, 0.1, 0.5, 1, 20);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, outcome, seconds), { maxLength: 30 }), async (events) => {
        const ours = registryOf();
        const theirs = registryOf();
        const labelNames = ['operation', 'outcome'] as const;
        const common = { help: 'a', labelNames };
        const tallies = createTallies({ ...common, name: 'a_total', registers: [ours] });
        const distributions = createDistributions({
          ...common,
          name: 'a_seconds',
          buckets: BUCKETS,
          registers: [ours],
        });
        const single = createDistributions({
          help: 'b',
          name: 'b_seconds',
          labelNames: ['operation'],
          buckets: BUCKETS,
          registers: [ours],
        });
        const counter = new Counter({ ...common, name: 'a_total', registers: [theirs] });
        const histogram = new Histogram({ ...common, name: 'a_seconds', buckets: BUCKETS, registers: [theirs] });
        const other = new Histogram({
          help: 'b',
          name: 'b_seconds',
          labelNames: ['operation'],
          buckets: BUCKETS,
          registers: [theirs],
        });
        for (const [first, second, value] of events) {
          tallies(first, second).count += 1;
          distributions(first, second).observe(value);
          single(first).observe(value);
          counter.inc({ operation: first, outcome: second });
          histogram.observe({ operation: first, outcome: second }, value);
          other.observe({ operation: first }, value);
        }
        expect(await samples(ours)).toEqual(await samples(theirs));
        // Asking twice counts nothing twice.
        expect(await samples(ours)).toEqual(await samples(theirs));
      }),
    );
  });
});
