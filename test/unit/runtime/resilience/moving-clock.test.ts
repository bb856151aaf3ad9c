/** Real time goes on between two looks at the clock, which a clock in the hands of a test hides. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CallClass } from '#model/call.ts';
import { perOperation } from '#runtime/resilience/quota/quota.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { call, limits, ok, outcomeOf, request, setUp, slowly } from './setup.ts';

/** Each look at it finds it a little later than the one before, and it rings up to a millisecond early, as timers do. */
const createMovingClock = (stepMs: number, earlyMs: number): TestClock => {
  const clock = createTestClock();
  let looks = 0;
  return {
    ...clock,
    now: () => clock.now() + ++looks * stepMs,
    delay: (ms, signal) => clock.delay(Math.max(0, ms - earlyMs), signal),
  };
};

const setting = fc.record({
  stepMs: fc.double({ min: 0.001, max: 1, noNaN: true }),
  earlyMs: fc.double({ min: 0, max: 1, noNaN: true }),
  ratePerSecond: fc.integer({ min: 1, max: 50 }),
  burst: fc.integer({ min: 1, max: 5 }),
  answerMs: fc.integer({ min: 0, max: 300 }),
  maxConcurrent: fc.integer({ min: 1, max: 4 }),
  calls: fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 200 }),
      callClass: fc.constantFrom<CallClass>('CHECKOUT', 'BACKGROUND'),
      leavesInMs: fc.option(fc.integer({ min: 0, max: 500 })),
    }),
    { minLength: 1, maxLength: 20 },
  ),
});

describe('a governor while time goes on', () => {
  test('no waiting call is forgotten', async () => {
    await fc.assert(
      fc.asyncProperty(setting, async ({ stepMs, earlyMs, ratePerSecond, burst, answerMs, maxConcurrent, calls }) => {
        const quotas = perOperation({ read: { ratePerSecond, burst } });
        const clock = createMovingClock(stepMs, earlyMs);
        const { governor } = setUp(slowly(answerMs, ok), { limits: limits({ quotas, maxConcurrent }) }, { clock });
        const outcomes: Promise<string>[] = [];
        for (const { afterMs, callClass, leavesInMs } of calls) {
          await clock.advance(afterMs);
          const leaving = new AbortController();
          if (leavesInMs !== null) clock.delay(leavesInMs).then(() => leaving.abort());
          outcomes.push(outcomeOf(governor.send(request('read'), call({ callClass, signal: leaving.signal }))));
        }
        await clock.advance(120_000);
        expect(governor.report()).toMatchObject({ waiting: 0, inFlight: 0 });
        expect(await Promise.all(outcomes)).toHaveLength(calls.length);
      }),
      { numRuns: 300 },
    );
  });
});
