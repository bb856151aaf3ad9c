import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRandom } from '#simulation/random.ts';
import { type Arrival, createDrawing, type Happening, happen } from './drawing.ts';

const windows = fc.record({
  calls: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 100 })),
  perMs: fc.oneof(fc.constantFrom(1_000, 60_000, 300_000), fc.integer({ min: 500, max: 600_000 })),
});

/** The most calls that arrive in any stretch of the window's length, by definition. */
const mostIn = (arrived: readonly Arrival[], perMs: number): number =>
  Math.max(
    0,
    ...arrived.map((from) => arrived.filter((to) => to.atMs >= from.atMs && to.atMs < from.atMs + perMs).length),
  );

const jitter = (seed: number): (() => number) => {
  const random = createRandom(seed);
  return () => random() * 100;
};

const happenings = (perMs: number): fc.Arbitrary<readonly Happening[]> => {
  const gaps = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: perMs }));
  const costs = fc.array(fc.constant(1), { minLength: 1, maxLength: 40 });
  const lessons = fc.oneof(
    fc.record({ throttled: fc.constant(true), holdMs: fc.integer({ min: 0, max: 5_000 }) }),
    fc.record({ throttled: fc.constant(false), available: fc.integer({ min: 0, max: 100 }) }),
  );
  return fc.array(
    fc.oneof(
      { weight: 10, arbitrary: fc.record({ afterMs: gaps, kind: fc.constant('ask' as const), costs }) },
      { weight: 1, arbitrary: fc.record({ afterMs: gaps, kind: fc.constant('lesson' as const), lesson: lessons }) },
    ),
    { minLength: 1, maxLength: 30 },
  );
};

describe('the window law, where the calls arrive', () => {
  test('holds in every stretch of its length, for any demand, journey and lesson', () => {
    const cases = windows.chain((window) => fc.tuple(fc.constant(window), happenings(window.perMs), fc.nat()));
    fc.assert(
      fc.property(cases, ([window, events, seed]) => {
        const drawing = createDrawing({ kind: 'window', ...window }, jitter(seed));
        happen(drawing, events);
        expect(mostIn(drawing.arrived(), window.perMs)).toBeLessThanOrEqual(window.calls);
      }),
      { numRuns: 2_000 },
    );
  });

  test('holds under saturation', () => {
    fc.assert(
      fc.property(windows, fc.nat(), (window, seed) => {
        const drawing = createDrawing({ kind: 'window', ...window }, jitter(seed));
        drawing.saturate(window.perMs * 3.5);
        expect(drawing.arrived().length).toBeGreaterThan(window.calls);
        expect(mostIn(drawing.arrived(), window.perMs)).toBeLessThanOrEqual(window.calls);
      }),
      { numRuns: 500 },
    );
  });

  test('leaves at least 95 % to use, in windows that are long beside a journey', () => {
    fc.assert(
      fc.property(windows, (window) => {
        fc.pre(window.perMs >= 3_500);
        const drawing = createDrawing({ kind: 'window', ...window }, () => 0);
        const windowsPassed = 100;
        drawing.saturate(window.perMs * windowsPassed);
        expect(drawing.arrived().length).toBeGreaterThanOrEqual(window.calls * windowsPassed * 0.95);
      }),
      { numRuns: 50 },
    );
  });
});
