/** Demand as the world makes it: requests start when they are due, whether or not the earlier ones have been answered. */
import { systemClock } from '#runtime/clock.ts';

export type Sample<T> = {
  /** Milliseconds since the epoch. */
  readonly startedMs: number;
  readonly durationMs: number;
  readonly result: T;
};

export type LoadOptions = { readonly perSecond: number; readonly seconds: number };

const TICK_MS = 5;

/** `send` must not reject: what went wrong is a result. Resolves when the last request has been answered. */
export const runLoad = async <T>(
  options: LoadOptions,
  send: (index: number) => Promise<T>,
): Promise<readonly Sample<T>[]> => {
  const startMs = systemClock.now();
  const total = Math.round(options.perSecond * options.seconds);
  const samples: Sample<T>[] = [];
  const running: Promise<void>[] = [];
  const one = async (index: number): Promise<void> => {
    const startedMs = systemClock.now();
    const from = performance.now();
    const result = await send(index);
    samples.push({ startedMs, durationMs: performance.now() - from, result });
  };
  for (let index = 0; index < total; ) {
    const due = Math.floor(((systemClock.now() - startMs) / 1000) * options.perSecond);
    for (; index < Math.min(total, due + 1); index += 1) running.push(one(index));
    if (index < total) await systemClock.delay(TICK_MS);
  }
  await Promise.all(running);
  return samples;
};

/** The other kind of demand: each of `callers` asks again as soon as it has been answered, for so many seconds. */
export const runCallers = async <T>(
  options: { readonly callers: number; readonly seconds: number },
  send: (index: number) => Promise<T>,
): Promise<readonly Sample<T>[]> => {
  const endMs = systemClock.now() + options.seconds * 1_000;
  const samples: Sample<T>[] = [];
  let next = 0;
  const caller = async (): Promise<void> => {
    while (systemClock.now() < endMs) {
      const startedMs = systemClock.now();
      const from = performance.now();
      const index = next;
      next += 1;
      const result = await send(index);
      samples.push({ startedMs, durationMs: performance.now() - from, result });
    }
  };
  await Promise.all(Array.from({ length: options.callers }, caller));
  return samples;
};
