/** A shop asks for three times what the vendor allows, for two minutes; the vendor's own ledger is the referee. */
import { describe, expect, it } from '@jest/globals';
import type { CallClass } from '#model/call.ts';
import { RETRY_AFTER_FORMS, type RetryAfterForm } from '#simulation/host/faults.ts';
import { outcomesOf, percentile, raise, type Sample, SHOP } from './demand.ts';
import { amazon, openWorld, square, tryton, type VendorCase } from './worlds.ts';

const SECONDS = 120;
const LEARNING_MS = 30_000;
const PATIENCE_MS = 10_000;

type Limit = { readonly ratePerSecond: number; readonly burst: number };

/** What the vendor's operation is published to allow; the governor knows it. */
const PUBLISHED = { name: 'listings.searchListingsItems', ratePerSecond: 5, burst: 5 } as const;
/** What the governor is not told, and has to find out from refusals. */
const UNTOLD = { ratePerSecond: 20, burst: 20 } as const;
/** So small a burst that calls which bunch up on their way are refused at the right pace. */
const TIGHT = { ratePerSecond: 47, burst: 3 } as const;

type Seen = {
  readonly heldCalls: number | undefined;
  /** Of all that the limit allowed. */
  readonly used: number;
  /** Of what came after the first half minute. */
  readonly refusedShare: number;
  readonly samples: ReadonlyMap<CallClass, readonly Sample[]>;
};

const play = async (
  vendorCase: VendorCase,
  { burst, ratePerSecond }: Limit,
  form: RetryAfterForm | null,
): Promise<Seen> => {
  await using world = openWorld(vendorCase);
  const { clock, vendor } = world;
  const replica = await world.openReplica();
  const fault = form && vendor.addFault({ kind: 'quota', ratePerSecond, burst, retryAfter: form });
  vendor.host.ledger.reset();
  const startMs = clock.now();
  const samples = await raise(
    { perSecond: 3 * ratePerSecond, seconds: SECONDS, mix: SHOP, patienceMs: PATIENCE_MS },
    [replica],
    clock,
  );
  const limit = vendor.ledger().limits[fault?.id ?? PUBLISHED.name];
  const countBetween = (times: readonly number[] = [], fromMs: number, toMs: number): number =>
    times.filter((atMs) => atMs >= startMs + fromMs && atMs < startMs + toMs).length;
  const admitted = countBetween(limit?.admittedAtMs, 0, SECONDS * 1000);
  const later = (times: readonly number[] = []): number => countBetween(times, LEARNING_MS, Number.POSITIVE_INFINITY);
  const refusedLater = later(limit?.refusedAtMs);
  return {
    heldCalls: limit?.heldCalls,
    used: admitted / (ratePerSecond * SECONDS + burst),
    refusedShare: refusedLater / (refusedLater + later(limit?.admittedAtMs)),
    samples: Map.groupBy(samples, ({ callClass }) => callClass),
  };
};

type Case = {
  readonly title: string;
  readonly vendor: VendorCase;
  readonly limit: Limit;
  /** Null: the vendor's own published limit. */
  readonly form: RetryAfterForm | null;
};

const CASES: readonly Case[] = [
  { title: 'Amazon’s published rate', vendor: amazon, limit: PUBLISHED, form: null },
  ...[square, tryton].flatMap((vendor) =>
    RETRY_AFTER_FORMS.map((form) => ({
      title: `an untold limit of ${vendor.vendor}, Retry-After as ${form}`,
      vendor,
      limit: UNTOLD,
      form,
    })),
  ),
];

describe.each(CASES)('three times $title', ({ form, limit, vendor }) => {
  it('is used up and not overrun; checkouts are served, lists turned away', async () => {
    const { heldCalls, refusedShare, samples, used } = await play(vendor, limit, form);
    expect(heldCalls).toBe(0);
    expect(used).toBeGreaterThanOrEqual(0.95);
    expect(refusedShare).toBeLessThanOrEqual(0.001);
    const checkouts = samples.get('CHECKOUT') ?? [];
    expect(outcomesOf(checkouts)).toEqual({ ok: checkouts.length });
    const waits = checkouts.map(({ tookMs }) => tookMs);
    expect(percentile(waits, 0.99)).toBeLessThanOrEqual(2_000);
    expect(outcomesOf(samples.get('BROWSE') ?? []).LOAD_SHED).toBeGreaterThan(0);
  });
});

describe('three times a fast limit with hardly any burst', () => {
  it('is found too, as far as calls that bunch up on their way allow', async () => {
    const { heldCalls, refusedShare, samples, used } = await play(tryton, TIGHT, 'epoch-ms');
    expect(heldCalls).toBe(0);
    expect(used).toBeGreaterThanOrEqual(0.8);
    expect(refusedShare).toBeLessThanOrEqual(0.001);
    const checkouts = samples.get('CHECKOUT') ?? [];
    expect(outcomesOf(checkouts)).toEqual({ ok: checkouts.length });
  });
});
