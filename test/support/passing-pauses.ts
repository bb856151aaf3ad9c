/**
 * Time in the hands of a test, but for the pauses of those who wait before they try again: whoever begins one is told at
 * once that it is over, and the clock has moved on by it. Longer waits, such as the time limit of an attempt, stay with
 * the test. For one piece of work at a time.
 */
import type { TestClock } from './clock.ts';

export const withPassingPauses = (clock: TestClock, longestMs: number): TestClock => {
  let passing: Promise<void> = Promise.resolve();
  return {
    ...clock,
    delay: (ms, signal) => {
      if (ms > longestMs) return clock.delay(ms, signal);
      passing = passing.then(() => clock.advance(ms));
      return passing.then(() => signal?.throwIfAborted());
    },
  };
};
