import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StockReading } from '#model/stock.ts';
import { later, rateAt, type SalesRate, withSale } from '#subgraphs/process/availability/rates.ts';
import { firstLesson, learn, type Movement, placeKey, soldIn } from '#subgraphs/process/availability/sales.ts';

const DAY_MS = 86_400_000;
const rules = { halfLifeMs: 7 * DAY_MS, priorWorthMs: DAY_MS };
const START = Date.UTC(2026, 2, 2);
const nothing: SalesRate = { soldUnits: 0, observedMinutes: 0, atMs: START };
const atMs = fc.integer({ min: 0, max: 400 * DAY_MS }).map((ms) => START + ms);

describe('how fast it sells', () => {
  test('as configured before anything was observed', () => {
    expect(rateAt(nothing, 0.02, START, rules)).toBe(0.02);
  });

  test('comes to what is sold, whatever was configured', () => {
    for (const prior of [0, 0.02, 5]) {
      let rate = nothing;
      for (let hour = 1; hour <= 24 * 365; hour++)
        rate = withSale(rate, 30, START + hour * 3_600_000, rules.halfLifeMs);
      // After a year the configured rate still counts as one day against ten observed ones.
      expect(rateAt(rate, prior, rate.atMs, rules)).toBeCloseTo((0.5 * 10.099 + prior) / 11.099, 1);
    }
  });

  test('a sale counts half after the half-life', () => {
    const sold = withSale(nothing, 100, START, rules.halfLifeMs);
    expect(later(sold, START + rules.halfLifeMs, rules.halfLifeMs).soldUnits).toBeCloseTo(50, 9);
  });

  test('it makes no difference how often one looks', () => {
    fc.assert(
      fc.property(fc.nat(500), atMs, atMs, (sold, one, two) => {
        const [first, second] = one < two ? [one, two] : [two, one];
        const rate = withSale(nothing, sold, START, rules.halfLifeMs);
        const once = later(rate, second, rules.halfLifeMs);
        const twice = later(later(rate, first, rules.halfLifeMs), second, rules.halfLifeMs);
        expect(twice.soldUnits).toBeCloseTo(once.soldUnits, 6);
        expect(twice.observedMinutes).toBeCloseTo(once.observedMinutes, 4);
      }),
    );
  });

  test('time without a sale never makes it sell faster, a sale never slower', () => {
    const prior = fc.double({ min: 0, max: 5, noNaN: true });
    fc.assert(
      fc.property(fc.nat(500), prior, atMs, atMs, fc.nat(50), (sold, configured, one, two, more) => {
        const [first, second] = one < two ? [one, two] : [two, one];
        const rate = withSale(nothing, sold, START, rules.halfLifeMs);
        const before = rateAt(rate, configured, first, rules);
        expect(rateAt(rate, configured, second, rules)).toBeLessThanOrEqual(before + 1e-9);
        expect(rateAt(withSale(rate, more, first, rules.halfLifeMs), configured, first, rules)).toBeGreaterThanOrEqual(
          before - 1e-9,
        );
      }),
    );
  });
});

const at = (onHand: number, more: Partial<StockReading> = {}): StockReading => ({
  onHand,
  damaged: 0,
  qualityHold: 0,
  returnsPending: 0,
  reservedHard: 0,
  reservations: 'REPORTED',
  inTransit: 0,
  basis: 'PHYSICAL',
  asOf: '2026-03-02T09:00:00.000Z',
  ...more,
});
const movement = (locationCode: string, before: StockReading, after: StockReading): Movement => ({
  sku: 'TEE',
  locationCode,
  before,
  after,
});
const sold = (...movements: readonly Movement[]): Record<string, number> => Object.fromEntries(soldIn(movements));
const key = (locationCode: string): string => placeKey({ sku: 'TEE', locationCode });

describe('what was sold', () => {
  test.each([
    ['a number that falls', [movement('A', at(9), at(7))], { [key('A')]: 2 }],
    ['a number that rises', [movement('A', at(7), at(9))], {}],
    ['units that become damaged', [movement('A', at(9), at(9, { damaged: 2 }))], {}],
    ['damaged units that are written off', [movement('A', at(9, { damaged: 2 }), at(7))], {}],
    ['a transfer', [movement('A', at(9), at(4)), movement('B', at(1), at(6))], {}],
    ['a transfer that is under way', [movement('A', at(9), at(4)), movement('B', at(1), at(1, { inTransit: 5 }))], {}],
    ['its arrival', [movement('B', at(1, { inTransit: 5 }), at(6))], {}],
    ['a transfer and a sale', [movement('A', at(9), at(3)), movement('B', at(1), at(6))], { [key('A')]: 1 }],
    ['another basis', [movement('A', at(9), at(4, { basis: 'SELLABLE' }))], {}],
  ])('%s', (_name, movements, expected) => {
    expect(sold(...movements)).toEqual(expected);
  });

  test('is never more than what is gone from all places together', () => {
    const number = fc.integer({ min: -5, max: 50 });
    const change = fc.tuple(number, number, fc.nat(9), fc.nat(9));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
        const movements = changes.map(([before, after, damaged, inTransit], index) =>
          movement(`P${index}`, at(before), at(after, { damaged, inTransit })),
        );
        const fell = changes.reduce((sum, [before, after]) => sum + Math.max(0, before - after), 0);
        const rose = changes.reduce(
          (sum, [before, after, , transit]) => sum + Math.max(0, after + transit - before),
          0,
        );
        const total = [...soldIn(movements).values()].reduce((sum, units) => sum + units, 0);
        expect(total).toBeLessThanOrEqual(Math.max(0, fell));
        if (changes.every(([, , damaged]) => damaged === 0)) expect(total).toBeGreaterThanOrEqual(fell - rose);
      }),
    );
  });

  test('an order of ours counts once: when it is placed, and not when its units leave', () => {
    const seen = (leftShelf: number, openDemand: number) => ({ atMs: START, leftShelf, openDemand });
    let lesson = firstLesson(START, 0);
    lesson = learn(lesson, seen(0, 3), rules.halfLifeMs);
    expect(lesson.rate.soldUnits).toBe(3);
    lesson = learn(lesson, seen(4, 3), rules.halfLifeMs);
    expect(lesson.rate.soldUnits).toBe(4);
    lesson = learn(lesson, seen(0, 0), rules.halfLifeMs);
    expect(lesson.rate.soldUnits).toBe(4);
    lesson = learn(lesson, seen(2, 0), rules.halfLifeMs);
    expect(lesson.rate.soldUnits).toBe(6);
  });

  test('a statement that is told again teaches nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { maxLength: 8 }), (demands) => {
        const once = demands.reduce(
          (lesson, openDemand) => learn(lesson, { atMs: START, leftShelf: 0, openDemand }, rules.halfLifeMs),
          firstLesson(START, 0),
        );
        const again = learn(once, { atMs: START, leftShelf: 0, openDemand: once.openDemand }, rules.halfLifeMs);
        expect(again).toEqual(once);
      }),
    );
  });
});
