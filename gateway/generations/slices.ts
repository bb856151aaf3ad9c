/** Long work on the serving thread in slices: after each, requests and streams have their turn. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '#runtime/clock.ts';

export type Slices = {
  /** To be awaited between two pieces of work; lets others go first once the slice is used up. */
  next(): Promise<void>;
};

export const createSlices = (sliceMs: number, clock: Clock): Slices => {
  let endsMs = clock.now() + sliceMs;
  return {
    next: async () => {
      if (clock.now() < endsMs) return;
      await nextTurn();
      endsMs = clock.now() + sliceMs;
    },
  };
};
