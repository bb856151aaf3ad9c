/** Time in the hands of a test, but for waits so short that nobody would wait for them: batching windows. */
import type { Clock } from '#runtime/clock.ts';

const SHORT_MS = 10;

/** Waits up to 10 ms end by themselves, with the next turn of the event loop; `clock` does not move on with them. */
export const withShortWaits = <C extends Clock>(clock: C): C => ({
  ...clock,
  delay: (ms, signal) => (ms > SHORT_MS ? clock.delay(ms, signal) : new Promise((resolve) => setImmediate(resolve))),
});
