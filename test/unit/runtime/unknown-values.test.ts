import { expect, test } from '@jest/globals';
import type { ChangeBatch, ChangeSink } from '#model/change.ts';
import { createServerMetrics } from '#runtime/telemetry/metrics.ts';
import { countUnknownValues } from '#runtime/telemetry/unknown-values.ts';

const batch = (unknownField?: string): ChangeBatch => ({
  system: 'pos',
  connection: 'pos-main',
  correlationId: 'c',
  observedAt: '2026-03-02T08:00:00Z',
  changes: [],
  rejected: [
    {
      kind: 'SCHEMA_MISMATCH',
      subject: 'order:1',
      message: 'the state is "NEVER_SEEN"',
      ...(unknownField === undefined ? {} : { unknownField }),
    },
  ],
});

test('unknown values are counted by field once they are taken, and never by value', async () => {
  const metrics = createServerMetrics({ server: 'pos' });
  let outcome: 'ACCEPTED' | 'DUPLICATE' = 'ACCEPTED';
  const inner: ChangeSink = {
    accept: async () => ({ outcome, applied: 0, exceptions: 1 }),
    hasTaken: async () => false,
    watermark: async () => null,
  };
  const sink = countUnknownValues(inner, metrics);
  const { signal } = new AbortController();
  await sink.accept(batch('order.state'), signal);
  await sink.accept(batch('order.state'), signal);
  await sink.accept(batch(), signal);
  outcome = 'DUPLICATE';
  await sink.accept(batch('order.state'), signal);
  const text = await metrics.text();
  expect(text).toMatch(/vendor_unknown_values_total\{.*connection="pos-main",field="order\.state".*\} 2/);
  expect(text).not.toContain('NEVER_SEEN');
});
