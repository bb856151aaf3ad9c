/** A shop asks for three times what the vendor allows, for two minutes; the vendor's own ledger is the referee. */
import { describe, expect, it } from '@jest/globals';
import { RETRY_AFTER_FORMS, type RetryAfterForm } from '#simulation/host/faults.ts';
import { outcomesOf, percentile, raise, SHOP } from './demand.ts';
import { amazon, openWorld, square, tryton, type VendorCase } from './worlds.ts';

const SECONDS = 120;
const LEARNING_MS = 30_000;
const PATIENCE_MS = 10_000;
/** What the governor is not told, and has to find out from refusals. */
const UNTOLD = { ratePerSecond: 20, burst: 20 } as const;

type Case = {
  readonly title: string;
  readonly vendor: VendorCase;
  /** Absent: the vendor's own published limit. */
  readonly form?: RetryAfterForm;
};

const CASES: readonly Case[] = [
  { title: 'Amazon’s published rate', vendor: amazon },
  ...[square, tryton].flatMap((vendor) =>
    RETRY_AFTER_FORMS.map((form) => ({
      title: `an untold limit of ${vendor.vendor}, Retry-After as ${form}`,
      vendor,
      form,
    })),
  ),
];

describe.each(CASES)('three times $title', ({ form, vendor: vendorCase }) => {
  it('is used up and not overrun; checkouts are served, lists turned away', async () => {
    await using world = openWorld(vendorCase);
    const { clock, vendor } = world;
    const replica = await world.openReplica();
    const fault = form ? vendor.addFault({ kind: 'quota', ...UNTOLD, retryAfter: form }) : null;
    vendor.host.ledger.reset();
    const name = fault?.id ?? 'listings.searchListingsItems';
    const { ratePerSecond, burst } = fault ? UNTOLD : { ratePerSecond: 5, burst: 5 };

    const startMs = clock.now();
    const samples = await raise(
      { perSecond: 3 * ratePerSecond, seconds: SECONDS, mix: SHOP, patienceMs: PATIENCE_MS },
      [replica],
      clock,
    );

    const limit = vendor.ledger().limits[name];
    const during = (times: readonly number[] = []) => times.filter((atMs) => atMs < startMs + SECONDS * 1000);
    const later = (times: readonly number[] = []) => times.filter((atMs) => atMs >= startMs + LEARNING_MS).length;
    expect(limit?.heldCalls).toBe(0);
    const admitted = during(limit?.admittedAtMs).length;
    expect(admitted / (ratePerSecond * SECONDS + burst)).toBeGreaterThanOrEqual(0.95);
    const refusedLater = later(limit?.refusedAtMs);
    expect(refusedLater / (refusedLater + later(limit?.admittedAtMs))).toBeLessThanOrEqual(0.001);

    const of = Map.groupBy(samples, ({ callClass }) => callClass);
    const checkouts = of.get('CHECKOUT') ?? [];
    expect(outcomesOf(checkouts)).toEqual({ ok: checkouts.length });
    const waits = checkouts.map(({ tookMs }) => tookMs);
    expect(percentile(waits, 0.99)).toBeLessThanOrEqual(2_000);
    const lists = outcomesOf(of.get('BROWSE') ?? []);
    expect(lists.LOAD_SHED).toBeGreaterThan(0);
  });
});
