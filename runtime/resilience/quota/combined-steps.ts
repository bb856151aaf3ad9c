import type { QuotaState } from './laws.ts';
import type { QuotaStep } from './store.ts';

export type Waiting = {
  /** Runs on a state that is not yet certain to be kept; its result is told by `settle` once it is. */
  run(state: QuotaState | null, nowMs: number): { readonly state: QuotaState | null; settle(): void };
};

/** A step and the promise of its result. One that throws leaves the state as it was and fails alone. */
export const waitingStep = <T>(step: QuotaStep<T>): { readonly waiting: Waiting; readonly result: Promise<T> } => {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  return {
    result: promise,
    waiting: {
      run: (state, nowMs) => {
        try {
          const done = step(state, nowMs);
          return { state: done.state, settle: () => resolve(done.result) };
        } catch (error) {
          return { state, settle: () => reject(error) };
        }
      },
    },
  };
};

/** Runs waiting steps in order, each on the state that the one before it left. */
export const runAll = (
  steps: readonly Waiting[],
  state: QuotaState | null,
  nowMs: number,
): { readonly state: QuotaState | null; settle(): void } => {
  const settles: (() => void)[] = [];
  let current = state;
  for (const step of steps) {
    const done = step.run(current, nowMs);
    current = done.state;
    settles.push(done.settle);
  }
  return {
    state: current,
    settle: () => {
      for (const settle of settles) settle();
    },
  };
};
