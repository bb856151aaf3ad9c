/** A vendor is down for a minute while fifty questions a second go on; its own side counts what it is asked. */
import { describe, expect, it } from '@jest/globals';
import type { FaultInput } from '#simulation/host/faults.ts';
import { raise } from './demand.ts';
import { openWorld, square, tryton } from './worlds.ts';

const OUTAGE_MS = 60_000;
const BACK_AGAIN_S = 15;
const PER_SECOND = 50;

const OUTAGES: readonly FaultInput[] = [
  { kind: 'unavailable', durationMs: OUTAGE_MS },
  { kind: 'reset', durationMs: OUTAGE_MS },
  { kind: 'hang', durationMs: OUTAGE_MS },
];

const CASES = [square, tryton].flatMap((vendor) =>
  OUTAGES.map((outage) => [vendor.vendor, outage.kind, vendor, outage] as const),
);

describe.each(CASES)('%s is down: %s', (_vendor, _kind, vendorCase, outage) => {
  it('is left alone, asked now and then, and believed again at once', async () => {
    await using world = openWorld(vendorCase);
    const { clock, vendor } = world;
    const replica = await world.openReplica();
    const startMs = clock.now();
    vendor.addFault(outage);
    const samples = await raise(
      { perSecond: PER_SECOND, seconds: OUTAGE_MS / 1000 + BACK_AGAIN_S, mix: ['DETAIL'], patienceMs: 2_000 },
      [replica],
      clock,
    );

    const endMs = startMs + OUTAGE_MS;
    const sent = world.sentAtMs.filter((atMs) => atMs < endMs);
    const asked = samples.filter(({ atMs }) => atMs < endMs).length;
    expect(sent.length / asked).toBeLessThanOrEqual(0.1);

    const refusedAt = samples
      .filter(({ outcome }) => outcome === 'CIRCUIT_OPEN')
      .map(({ atMs, tookMs }) => atMs + tookMs);
    const opened = Math.min(...refusedAt);
    expect(opened - startMs).toBeLessThan(10_000);
    const probes = sent.filter((atMs) => atMs > opened);
    expect(probes.length).toBeGreaterThan(0);
    for (const [place, atMs] of probes.entries()) {
      if (place > 0) expect(atMs - (probes[place - 1] ?? 0)).toBeGreaterThanOrEqual(5_000);
    }

    const firstSuccess = samples.filter(({ outcome }) => outcome === 'ok').map(({ atMs, tookMs }) => atMs + tookMs);
    expect(Math.min(...firstSuccess) - endMs).toBeLessThanOrEqual(10_000);
    const atLast = samples.filter(({ atMs }) => atMs >= endMs + 12_000);
    expect(new Set(atLast.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
  });
});
