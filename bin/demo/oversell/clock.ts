/** Time in the demo's hands: two days pass as fast as the work of two days can be done. */
import type { Clock } from '#runtime/clock.ts';

export type VirtualClock = Clock & {
  /** Time goes on to this moment; whoever waits for a moment before it goes on then, one after another. */
  advance(toMs: number): Promise<void>;
  /** Whatever is done at intervals and is due is done, once: several times in the same state would be the same. */
  beat(): Promise<void>;
  /** The outcome of work under way; time goes on only as far as the work waits for it. */
  through<T>(work: Promise<T>): Promise<T>;
};

type Delay = { readonly dueMs: number; readonly resolve: () => void };
type Beat = { dueMs: number; readonly everyMs: number; readonly task: () => void };

/** `atRest` resolves when nothing is going on that does not wait for time. */
export const createVirtualClock = (startMs: number, atRest: () => Promise<void>): VirtualClock => {
  let nowMs = startMs;
  const delays = new Set<Delay>();
  const beats = new Set<Beat>();

  const nextDelay = (): Delay | null => {
    let next: Delay | null = null;
    for (const delay of delays) if (next === null || delay.dueMs < next.dueMs) next = delay;
    return next;
  };
  const wake = async (delay: Delay): Promise<void> => {
    nowMs = Math.max(nowMs, delay.dueMs);
    delays.delete(delay);
    delay.resolve();
    await atRest();
  };

  return {
    now: () => nowMs,
    delay: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = (): void => {
          delays.delete(delay);
          reject(signal?.reason);
        };
        const delay: Delay = {
          dueMs: nowMs + Math.max(0, ms),
          resolve: () => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        delays.add(delay);
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    every: (everyMs, task) => {
      const beat: Beat = { dueMs: nowMs + everyMs, everyMs, task };
      beats.add(beat);
      return () => beats.delete(beat);
    },
    advance: async (toMs) => {
      await atRest();
      for (let next = nextDelay(); next !== null && next.dueMs <= toMs; next = nextDelay()) await wake(next);
      nowMs = Math.max(nowMs, toMs);
      await atRest();
    },
    beat: async () => {
      for (const beat of [...beats]) {
        if (beat.dueMs > nowMs || !beats.has(beat)) continue;
        beat.dueMs = nowMs + beat.everyMs;
        beat.task();
      }
      await atRest();
    },
    through: async (work) => {
      let settled = false;
      const noted = work.then(
        () => undefined,
        () => undefined,
      );
      noted.then(() => {
        settled = true;
      });
      for (;;) {
        await atRest();
        if (settled) return work;
        const next = nextDelay();
        if (next !== null) await wake(next);
      }
    },
  };
};
