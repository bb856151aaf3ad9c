import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { planHolds, type Shelf, type WantedLine } from '#subgraphs/process/reservation/plan.ts';

const line = (sku: string, quantity: number, parts = [{ sku, quantity: 1 }]): WantedLine => ({ sku, quantity, parts });
const shelf = (code: string, free: Record<string, number>, rank = 0): Shelf => ({
  code,
  rank,
  free: new Map(Object.entries(free)),
});
const NO_LIMIT = new Map(['A', 'B', 'C', 'SET'].map((sku) => [sku, 1_000]));

describe('where a basket is held', () => {
  test('at one place for all lines, although another has more of each', () => {
    const shelves = [shelf('X', { A: 9 }), shelf('Y', { B: 9 }), shelf('Z', { A: 1, B: 1 })];
    expect(planHolds([line('A', 1), line('B', 1)], shelves, NO_LIMIT)).toEqual([
      { line: 0, code: 'Z', quantity: 1 },
      { line: 1, code: 'Z', quantity: 1 },
    ]);
  });

  test('else each line at one place, else in parts, most first', () => {
    const shelves = [shelf('X', { A: 2, B: 1 }), shelf('Y', { A: 3 })];
    expect(planHolds([line('A', 4), line('B', 1)], shelves, NO_LIMIT)).toEqual([
      { line: 0, code: 'Y', quantity: 3 },
      { line: 0, code: 'X', quantity: 1 },
      { line: 1, code: 'X', quantity: 1 },
    ]);
  });

  test("by the policy's order before stock, by stock before the code", () => {
    const picked = (shelves: readonly Shelf[]) => planHolds([line('A', 1)], shelves, NO_LIMIT)[0]?.code;
    expect(picked([shelf('X', { A: 9 }, 1), shelf('Y', { A: 1 }, 0)])).toBe('Y');
    expect(picked([shelf('X', { A: 1 }), shelf('Y', { A: 9 })])).toBe('Y');
    expect(picked([shelf('Y', { A: 1 }), shelf('X', { A: 1 })])).toBe('X');
  });

  test('a bundle is complete at one place, and shares its parts with the rest of the basket', () => {
    const set = (quantity: number) =>
      line('SET', quantity, [
        { sku: 'A', quantity: 2 },
        { sku: 'B', quantity: 1 },
      ]);
    const shelves = [shelf('X', { A: 5 }), shelf('Y', { A: 4, B: 9 })];
    expect(planHolds([set(3)], shelves, NO_LIMIT)).toEqual([{ line: 0, code: 'Y', quantity: 2 }]);
    const both = planHolds([line('A', 6), set(2)], shelves, NO_LIMIT);
    expect(both).toEqual([
      { line: 0, code: 'X', quantity: 5 },
      { line: 1, code: 'Y', quantity: 2 },
    ]);
    const capped = new Map([...NO_LIMIT, ['SET', 1] as const]);
    expect(planHolds([set(2)], shelves, capped)).toEqual([{ line: 0, code: 'Y', quantity: 1 }]);
  });
});

const SKUS = ['A', 'B', 'C'] as const;
const units = fc.integer({ min: 0, max: 6 });
const shelves = fc
  .array(fc.tuple(fc.record({ A: units, B: units, C: units }), fc.integer({ min: 0, max: 2 })), { maxLength: 4 })
  .map((all) => all.map(([free, rank], index) => shelf(`L${index}`, free, rank)));
const limits = fc
  .record({ A: units, B: units, C: units, SET: units })
  .map((record) => new Map(Object.entries(record).map(([sku, quantity]) => [sku, quantity * 2])));
const single = fc.tuple(fc.constantFrom(...SKUS), fc.integer({ min: 1, max: 6 })).map(([sku, n]) => line(sku, n));
const bundle = fc
  .tuple(fc.subarray([...SKUS], { minLength: 1 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
  .map(([skus, each, n]) =>
    line(
      'SET',
      n,
      skus.map((sku) => ({ sku, quantity: each })),
    ),
  );
const baskets = fc.array(fc.oneof(single, bundle), { minLength: 1, maxLength: 4 });

const taken = (lines: readonly WantedLine[], picks: ReturnType<typeof planHolds>, sku: string, code?: string): number =>
  picks
    .filter((pick) => code === undefined || pick.code === code)
    .flatMap((pick) => (lines[pick.line]?.parts ?? []).map((part) => ({ part, pick })))
    .filter(({ part }) => part.sku === sku)
    .reduce((sum, { part, pick }) => sum + part.quantity * pick.quantity, 0);

describe('whatever the basket and the shelves', () => {
  test('no place gives more than it has, no limit is passed, no line gets more than it asked for', () => {
    fc.assert(
      fc.property(baskets, shelves, limits, (lines, places, most) => {
        const picks = planHolds(lines, places, most);
        for (const sku of SKUS) {
          for (const { code, free } of places)
            expect(taken(lines, picks, sku, code)).toBeLessThanOrEqual(free.get(sku) ?? 0);
          expect(taken(lines, picks, sku)).toBeLessThanOrEqual(most.get(sku) ?? 0);
        }
        for (const [index, { quantity }] of lines.entries()) {
          const own = picks.filter((pick) => pick.line === index).reduce((sum, pick) => sum + pick.quantity, 0);
          expect(own).toBeLessThanOrEqual(quantity);
        }
        for (const pick of picks) expect(pick.quantity).toBeGreaterThan(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('single items are short only when there really are not enough', () => {
    fc.assert(
      fc.property(fc.array(single, { minLength: 1, maxLength: 4 }), shelves, limits, (lines, places, most) => {
        const picks = planHolds(lines, places, most);
        for (const sku of SKUS) {
          const wanted = lines.reduce((sum, wantedLine) => sum + (wantedLine.sku === sku ? wantedLine.quantity : 0), 0);
          const there = places.reduce((sum, { free }) => sum + (free.get(sku) ?? 0), 0);
          expect(taken(lines, picks, sku)).toBe(Math.min(wanted, there, most.get(sku) ?? 0));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
