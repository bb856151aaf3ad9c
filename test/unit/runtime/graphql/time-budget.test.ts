import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openTimeBudget, workTimeOf } from '#runtime/graphql/time-budget.ts';
import { createTestClock } from '#test/support/clock.ts';

describe('the time for the work', () => {
  test.each([
    [10, 5],
    [100, 75],
    [1_000, 900],
    [30_000, 29_750],
  ])('of a budget of %d ms is %d ms', (budgetMs, workMs) => {
    expect(workTimeOf(budgetMs)).toBe(workMs);
  });

  test('leaves time to answer on every hop, and at least half for the work', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60_000 }), (budgetMs) => {
        const workMs = workTimeOf(budgetMs);
        expect(workMs).toBeLessThan(budgetMs);
        expect(workMs).toBeGreaterThanOrEqual(Math.floor(budgetMs / 2));
      }),
    );
  });
});

test('whoever waits when the time is up learns so by a catalogued failure', async () => {
  const clock = createTestClock();
  using budget = openTimeBudget(500, new AbortController().signal, clock);
  await clock.advance(499);
  expect(budget.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(budget.signal.reason).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
});
