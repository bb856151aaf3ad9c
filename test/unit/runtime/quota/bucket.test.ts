import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { systemClock } from '#runtime/clock.ts';
import { createBuckets } from '#simulation/host/buckets.ts';
import { createRandom } from '#simulation/random.ts';
import { type Arrival, createDrawing, type Happening, happen, START_MS } from './drawing.ts';

type BucketLimit = { readonly ratePerSecond: number; readonly burst: number };

const ROUNDING = 1e-3;
const TRAVEL_S = 0.1;

/** By definition, over all pairs: the most that any stretch of arrivals is above rate x time + burst. */
const excessOf = (arrived: readonly Arrival[], { ratePerSecond, burst }: BucketLimit): number => {
  let most = 0;
  for (const [first, from] of arrived.entries()) {
    let spent = 0;
    for (const to of arrived.slice(first)) {
      spent += to.cost;
      most = Math.max(most, spent - burst - ((to.atMs - from.atMs) / 1000) * ratePerSecond);
    }
  }
  return most;
};

/** The vendor's own bucket, as the simulators keep it. */
const refusedByVendor = (arrived: readonly Arrival[], limit: BucketLimit): number => {
  let nowMs = START_MS;
  const buckets = createBuckets({ clock: { ...systemClock, now: () => nowMs } });
  return arrived.filter(({ atMs }) => {
    nowMs = atMs;
    return !buckets.take({ name: 'vendor', ...limit });
  }).length;
};

const limits = fc.record({
  ratePerSecond: fc.oneof(fc.double({ min: 0.005, max: 2, noNaN: true }), fc.double({ min: 1, max: 60, noNaN: true })),
  burst: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 40 })),
});

const gaps = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 30 }),
  fc.integer({ min: 0, max: 400 }),
  fc.integer({ min: 0, max: 20_000 }),
);

const lessons = fc.oneof(
  fc.record({ throttled: fc.constant(true), holdMs: fc.integer({ min: 0, max: 3_000 }) }),
  fc.record({ throttled: fc.constant(true) }),
  fc.record({ throttled: fc.constant(false), available: fc.integer({ min: 0, max: 40 }) }),
  fc.record({ throttled: fc.constant(false), correction: fc.integer({ min: 0, max: 5 }) }),
);

const happenings = (costs: fc.Arbitrary<number>): fc.Arbitrary<readonly Happening[]> => {
  const asked = fc.array(costs, { minLength: 1, maxLength: 12 });
  return fc.array(
    fc.oneof(
      { weight: 10, arbitrary: fc.record({ afterMs: gaps, kind: fc.constant('ask' as const), costs: asked }) },
      {
        weight: 1,
        arbitrary: fc.record({ afterMs: gaps, kind: fc.constant('ask and give back' as const), cost: costs }),
      },
      { weight: 1, arbitrary: fc.record({ afterMs: gaps, kind: fc.constant('lesson' as const), lesson: lessons }) },
    ),
    { minLength: 1, maxLength: 40 },
  );
};

const jitter = (seed: number): (() => number) => {
  const random = createRandom(seed);
  return () => random() * TRAVEL_S * 1000;
};

describe('the bucket law, where the calls arrive', () => {
  test('holds for any limit, demand, journey and lesson', () => {
    fc.assert(
      fc.property(limits, happenings(fc.constant(1)), fc.nat(), (limit, events, seed) => {
        const drawing = createDrawing({ kind: 'bucket', ...limit }, jitter(seed));
        happen(drawing, events);
        expect(excessOf(drawing.arrived(), limit)).toBeLessThan(ROUNDING);
        expect(refusedByVendor(drawing.arrived(), limit)).toBe(0);
      }),
      { numRuns: 5_000 },
    );
  });

  test('holds under saturation, with callers that ask again as soon as told', () => {
    fc.assert(
      fc.property(limits, fc.nat(), (limit, seed) => {
        const drawing = createDrawing({ kind: 'bucket', ...limit }, jitter(seed));
        drawing.saturate(2_000 + 30_000 / limit.ratePerSecond);
        expect(excessOf(drawing.arrived(), limit)).toBeLessThan(ROUNDING);
        expect(refusedByVendor(drawing.arrived(), limit)).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('holds for cost points', () => {
    fc.assert(
      fc.property(limits, fc.nat(), (limit, seed) => {
        const random = createRandom(seed);
        const costs = Array.from({ length: 30 }, () => 1 + Math.floor(random() * limit.burst));
        const drawing = createDrawing({ kind: 'bucket', ...limit }, jitter(seed));
        drawing.saturate(1_000 + 100_000 / limit.ratePerSecond, costs);
        expect(drawing.arrived().length).toBeGreaterThan(0);
        expect(excessOf(drawing.arrived(), limit)).toBeLessThan(ROUNDING);
      }),
      { numRuns: 1_500 },
    );
  });

  test('holds for limits that the vendor lowers by its headers', () => {
    fc.assert(
      fc.property(limits, happenings(fc.constant(1)), fc.nat(), (limit, events, seed) => {
        const published = { ratePerSecond: limit.ratePerSecond * 3, burst: limit.burst * 2 };
        const drawing = createDrawing({ kind: 'bucket', ...published }, jitter(seed));
        drawing.learn({ throttled: false, ...limit });
        happen(drawing, events);
        expect(excessOf(drawing.arrived(), limit)).toBeLessThan(ROUNDING);
        expect(drawing.view().ratePerSecond).toBeLessThanOrEqual(limit.ratePerSecond);
      }),
      { numRuns: 1_500 },
    );
  });
});

describe('of the rate', () => {
  test('at least 95 % is used under saturation, where the burst leaves room for the journeys', () => {
    fc.assert(
      fc.property(limits, (limit) => {
        fc.pre(limit.burst >= 1 + TRAVEL_S * limit.ratePerSecond);
        const drawing = createDrawing({ kind: 'bucket', ...limit }, () => 0);
        const seconds = 200 / limit.ratePerSecond;
        drawing.saturate(seconds * 1000);
        const used = (drawing.arrived().length - limit.burst) / (seconds * limit.ratePerSecond);
        expect(used).toBeGreaterThan(0.95);
      }),
      { numRuns: 300 },
    );
  });

  test('a burst of one uses what is lawful: one call for each refill and journey', () => {
    const drawing = createDrawing({ kind: 'bucket', ratePerSecond: 2, burst: 1 }, () => 0);
    drawing.saturate(60_000);
    expect(drawing.arrived()).toHaveLength(100);
  });
});
