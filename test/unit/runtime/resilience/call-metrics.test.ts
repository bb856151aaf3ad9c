import { expect, test } from '@jest/globals';
import { createCallMetrics } from '#runtime/telemetry/call-metrics.ts';
import { createServerMetrics } from '#runtime/telemetry/metrics.ts';
import { call, outcomeOf, request, setUp, throttled } from './setup.ts';

test('calls are counted, and their governors shown as they are when the metrics are read', async () => {
  const metrics = createServerMetrics({ server: 'pos' });
  const { governor } = setUp(
    () => throttled(60),
    {},
    {
      observe: createCallMetrics(metrics, {
        connections: () => [{ connection: 'pos-main', report: () => governor.report() }],
      }),
    },
  );
  await outcomeOf(governor.send(request('slow'), call()));
  const lines = (await metrics.text()).split('\n');
  for (const line of [
    'upstream_calls_total{connection="pos-main",operation="slow",outcome="UPSTREAM_RATE_LIMITED",server="pos"} 1',
    'upstream_throttled_total{connection="pos-main",operation="slow",server="pos"} 1',
    'upstream_circuit_state{connection="pos-main",state="CLOSED",server="pos"} 1',
    'upstream_circuit_state{connection="pos-main",state="OPEN",server="pos"} 0',
    'upstream_calls_waiting{connection="pos-main",server="pos"} 0',
    'upstream_calls_in_flight{connection="pos-main",server="pos"} 0',
    'upstream_concurrency_limit{connection="pos-main",server="pos"} 4',
    'upstream_quota_hold_seconds{connection="pos-main",quota="slow",server="pos"} 60',
  ]) {
    expect(lines).toContain(line);
  }
  expect(lines.some((line) => line.startsWith('upstream_quota_available{connection="pos-main",quota="slow"'))).toBe(
    true,
  );
});
