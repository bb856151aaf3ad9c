import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPace } from '#subgraphs/process/publication/pace.ts';
import { floorOf, isShort, isWorthACall, type WorthRules } from '#subgraphs/process/publication/worth.ts';

const RULES: WorthRules = { steps: [0, 3, 10], smallChange: { share: 0.1, floor: 10, waitMs: 900_000 } };
const units = fc.integer({ min: 0, max: 5_000 });
const rate = fc.double({ min: 0, max: 20, noNaN: true });
const rules = fc.record({
  steps: fc.array(units, { maxLength: 4 }),
  smallChange: fc.record({
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    floor: units,
    waitMs: fc.integer({ min: 0, max: 3_600_000 }),
  }),
});
const worth = (published: number, desired: number, salesPerMinute = 0, by = RULES): boolean =>
  isWorthACall({ published, desired, sent: null, salesPerMinute }, by);

describe('what is worth a call while calls are short', () => {
  test.each([
    ['one of hundreds, either way', 200, 199, false],
    ['one of hundreds more', 200, 201, false],
    ['a tenth', 200, 180, false],
    ['more than a tenth', 200, 179, true],
    ['more than a tenth more', 200, 221, true],
    ['the last ones go down', 10, 9, true],
    ['one less above the floor', 12, 11, false],
    ['down to what shoppers are told exactly', 11, 10, true],
    ['up to what they are told as "many"', 10, 11, true],
    ['sold out', 1, 0, true],
    ['back again', 0, 1, true],
    ['no longer low', 3, 4, true],
    ['nothing', 7, 7, false],
  ])('%s', (_name, published, desired, expected) => expect(worth(published, desired)).toBe(expected));

  test('what sells fast has a higher floor: what it may sell while a small change waits', () => {
    expect(floorOf(20, RULES)).toBe(300);
    expect(worth(200, 199, 20)).toBe(true);
    expect(worth(400, 399, 20)).toBe(false);
    expect(worth(199, 200, 20)).toBe(false);
  });

  test('below the floor no listing is left above what may be sold', () => {
    fc.assert(
      fc.property(units, units, rate, rules, (published, desired, salesPerMinute, by) => {
        fc.pre(desired < published && desired < Math.max(by.smallChange.floor, floorOf(salesPerMinute, by)));
        expect(worth(published, desired, salesPerMinute, by)).toBe(true);
      }),
    );
  });

  test('what is left shows within the share of the right quantity', () => {
    fc.assert(
      fc.property(units, units, rate, rules, (published, desired, salesPerMinute, by) => {
        fc.pre(!worth(published, desired, salesPerMinute, by));
        expect(Math.abs(desired - published)).toBeLessThanOrEqual(published * by.smallChange.share);
      }),
    );
  });

  test('going further in the same direction never makes a call less worth it', () => {
    fc.assert(
      fc.property(units, units, units, rate, rules, (published, desired, further, salesPerMinute, by) => {
        fc.pre(worth(published, desired, salesPerMinute, by));
        const onward = desired < published ? Math.max(0, desired - further) : desired + further;
        expect(worth(published, onward, salesPerMinute, by)).toBe(true);
      }),
    );
  });

  test('what is not known is worth finding out, and a lost call counts as what it may have done', () => {
    expect(isWorthACall({ published: null, sent: null, desired: 5, salesPerMinute: 0 }, RULES)).toBe(true);
    expect(isWorthACall({ published: 200, sent: 100, desired: 200, salesPerMinute: 0 }, RULES)).toBe(true);
    expect(isWorthACall({ published: 200, sent: 199, desired: 200, salesPerMinute: 0 }, RULES)).toBe(false);
  });
});

describe('when calls are short', () => {
  test('as soon as more waits than can be sent in time, and never before anything was seen', () => {
    expect(isShort(1_000_000, null, 15_000)).toBe(false);
    expect(isShort(75, 5, 15_000)).toBe(false);
    expect(isShort(76, 5, 15_000)).toBe(true);
    expect(isShort(1, 0, 15_000)).toBe(true);
    expect(isShort(0, 0, 15_000)).toBe(false);
  });

  test('the pace is that of the last calls, of all lanes', () => {
    const pace = createPace();
    expect(pace.listingsPerSecond(2)).toBeNull();
    pace.note(5, 1_000);
    expect(pace.listingsPerSecond(2)).toBe(10);
    for (let call = 0; call < 200; call += 1) pace.note(5, 10_000);
    expect(pace.listingsPerSecond(1)).toBeCloseTo(0.5, 5);
    for (let call = 0; call < 200; call += 1) pace.note(0, 10_000);
    expect(pace.listingsPerSecond(1)).toBeCloseTo(0, 5);
  });
});
