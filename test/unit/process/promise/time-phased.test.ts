import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { firstDayWith, timePhased } from '#subgraphs/process/promise/time-phased.ts';

const quiet = { supply: 0, demand: 0 };

describe('available to promise by day', () => {
  // The example of Microsoft's documentation of Dynamics 365 inventory visibility (available to promise).
  test('the published table: 20 on hand, three supplies and two demands within a week', () => {
    const days = timePhased(20, [
      { supply: 0, demand: 3 },
      quiet,
      { supply: 10, demand: 0 },
      { supply: 0, demand: 15 },
      { supply: 1, demand: 0 },
      { supply: 3, demand: 0 },
      quiet,
    ]);
    expect(days.map(({ projected }) => projected)).toEqual([17, 17, 27, 12, 13, 16, 16]);
    expect(days.map(({ availableToPromise }) => availableToPromise)).toEqual([12, 12, 12, 12, 13, 16, 16]);
  });

  test('the first day with enough', () => {
    const days = timePhased(0, [quiet, { supply: 5, demand: 0 }, { supply: 0, demand: 3 }, { supply: 4, demand: 0 }]);
    expect([1, 2, 3, 6, 7].map((quantity) => firstDayWith(days, quantity))).toEqual([1, 1, 3, 3, null]);
  });

  const flows = fc.array(
    fc.record({ supply: fc.integer({ min: 0, max: 50 }), demand: fc.integer({ min: 0, max: 50 }) }),
    { minLength: 1, maxLength: 40 },
  );

  test('is the least projection from the day on, and never falls', () => {
    fc.assert(
      fc.property(fc.integer({ min: -20, max: 100 }), flows, (start, given) => {
        const days = timePhased(start, given);
        for (const [index, day] of days.entries()) {
          const later = days.slice(index).map(({ projected }) => projected);
          expect(day.availableToPromise).toBe(Math.min(...later));
          expect(day.projected).toBe((days[index - 1]?.projected ?? start) + day.supply - day.demand);
          expect(day.availableToPromise).toBeGreaterThanOrEqual(days[index - 1]?.availableToPromise ?? -1_000_000);
        }
      }),
    );
  });

  test('what is promised of a day can be taken that day without any later day falling short', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), flows, fc.nat(), (start, given, place) => {
        const day = place % given.length;
        const promise = timePhased(start, given)[day]?.availableToPromise ?? 0;
        const taken = given.map((flow, index) => (index === day ? { ...flow, demand: flow.demand + promise } : flow));
        const after = timePhased(start, taken).slice(day);
        expect(Math.min(...after.map(({ projected }) => projected))).toBe(0);
      }),
    );
  });
});
