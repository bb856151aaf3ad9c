import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bestOfRounds, lastOverLine, lineThrough, ratioOfRounds } from '#bin/bench/gateway/statistics.ts';

describe('ratios of rounds', () => {
  test('compare within a round before the middle one is taken', () => {
    // The second round was slow for both: only comparing inside it says that ours is twice as fast.
    expect(ratioOfRounds([200, 20, 240], [100, 10, 100])).toBe(2);
  });

  test('end with the shorter series', () => {
    expect(ratioOfRounds([10, 10, 1_000], [5, 5])).toBe(2);
  });

  test('are not a number where nothing was measured', () => {
    expect(ratioOfRounds([], [])).toBeNaN();
    expect(ratioOfRounds([1], [])).toBeNaN();
  });

  test('are held against the best of each round, whoever that was', () => {
    expect(
      bestOfRounds(
        [
          [1, 9],
          [5, 2],
        ],
        Math.max,
      ),
    ).toEqual([5, 9]);
    expect(
      bestOfRounds(
        [
          [1, 9],
          [5, 2],
        ],
        Math.min,
      ),
    ).toEqual([1, 2]);
    expect(bestOfRounds([], Math.max)).toEqual([]);
  });
});

describe('the line through points', () => {
  test('finds the line that points lie on', () => {
    const coefficient = fc.integer({ min: -1_000, max: 1_000 });
    fc.assert(
      fc.property(
        coefficient,
        coefficient,
        fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 3 }),
        (slope, intercept, xs) => {
          const fit = lineThrough(xs.map((x) => ({ x, y: intercept + slope * x })));
          expect(fit.slope).toBeCloseTo(slope, 6);
          expect(fit.intercept).toBeCloseTo(intercept, 4);
          expect(fit.r2).toBeCloseTo(1, 6);
        },
      ),
    );
  });

  test('says how little it explains', () => {
    const bent = lineThrough([0, 1, 2, 3, 4].map((x) => ({ x, y: x * x })));
    expect(bent).toMatchObject({ slope: 4, intercept: -2 });
    expect(bent.r2).toBeCloseTo(0.92, 2);
  });

  test('says whether the last point is dearer than the others let expect', () => {
    const at = (y: (x: number) => number) => [1, 10, 50, 200].map((x) => ({ x, y: y(x) }));
    expect(lastOverLine(at((x) => 40 + 3 * x))).toBeCloseTo(1, 9);
    expect(lastOverLine(at((x) => x * x))).toBeGreaterThan(3);
    expect(lastOverLine(at(Math.sqrt))).toBeLessThan(1);
    expect(lastOverLine([{ x: 1, y: 1 }])).toBeNaN();
  });
});
