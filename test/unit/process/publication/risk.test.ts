import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { agedPlaces, type Difference, riskOf, salesPerMinuteOf } from '#subgraphs/process/publication/risk.ts';

const units = fc.integer({ min: 0, max: 10_000 });
const rate = fc.double({ min: 0, max: 100, noNaN: true });
const change = (published: number, desired: number, salesPerMinute = 0.02): Difference => ({
  desired,
  published,
  sent: null,
  salesPerMinute,
});

describe('what goes first', () => {
  test('a morning of changes, most urgent first', () => {
    const changes: readonly (readonly [string, Difference])[] = [
      ['nobody knows what is shown', { ...change(0, 5), published: null }],
      ['bestseller, nearly gone', change(50, 2, 3)],
      ['bestseller, gone', change(10, 0, 3)],
      ['slow, gone', change(10, 0)],
      ['bestseller, fewer', change(50, 20, 3)],
      ['slow, fewer', change(50, 20)],
      ['bestseller, back', change(0, 20, 3)],
      ['slow, back', change(0, 20)],
      ['bestseller, more', change(20, 50, 3)],
      ['slow, more', change(20, 50)],
      ['not sold at all, more', change(20, 50, 0)],
    ];
    const sorted = changes.toSorted(([, a], [, b]) => riskOf(b) - riskOf(a)).map(([name]) => name);
    expect(sorted).toEqual(changes.map(([name]) => name));
  });

  test('every decrease goes before every increase, whatever sells how fast', () => {
    fc.assert(
      fc.property(units, units, rate, units, units, rate, (a, b, down, c, d, up) => {
        fc.pre(a !== b && c !== d);
        const decrease = change(Math.max(a, b), Math.min(a, b), down);
        const increase = change(Math.min(c, d), Math.max(c, d), up);
        expect(riskOf(decrease)).toBeGreaterThanOrEqual(2);
        expect(riskOf(increase)).toBeLessThanOrEqual(2);
      }),
    );
  });

  test('selling faster, or being further off, never makes a change less urgent', () => {
    fc.assert(
      fc.property(units, units, rate, rate, fc.integer({ min: 0, max: 100 }), (from, to, slower, more, further) => {
        const before = riskOf(change(from, to, slower));
        expect(riskOf(change(from, to, slower + more))).toBeGreaterThanOrEqual(before);
        if (to <= from) expect(riskOf(change(from + further, to, slower))).toBeGreaterThanOrEqual(before);
        else expect(riskOf(change(from, to + further, slower))).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  test('a quantity that may have got through counts as shown: the worse of the two decides', () => {
    fc.assert(
      fc.property(units, units, units, rate, (published, sent, desired, salesPerMinute) => {
        const known = [published, sent].map((shown) =>
          riskOf({ desired, published: shown, sent: null, salesPerMinute }),
        );
        expect(riskOf({ desired, published, sent, salesPerMinute })).toBe(Math.max(...known));
      }),
    );
  });
});

test('every fifth place of all calls goes to what has waited longest', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 250 }), fc.integer({ min: 1, max: 40 }), (places, calls) => {
      const aged = Array.from({ length: calls }, (_, call) => agedPlaces(call, places));
      expect(aged.reduce((sum, count) => sum + count, 0)).toBe(Math.floor((calls * places) / 5));
      expect(Math.max(...aged)).toBeLessThanOrEqual(places);
    }),
  );
});

test('sales count where the channel sells from, also while nobody hears of them', () => {
  const locations = [
    { salesPerMinute: 1, excluded: null },
    { salesPerMinute: 2, excluded: { code: 'SYSTEM_SILENT', system: 'pos', silentMs: 2, limitMs: 1 } },
    { salesPerMinute: 4, excluded: { code: 'NOT_SOLD_FROM' } },
  ] as const;
  expect(salesPerMinuteOf({ locations })).toBe(3);
});
