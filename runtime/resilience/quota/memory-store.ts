import type { Clock } from '#runtime/clock.ts';
import type { QuotaState } from './laws.ts';
import type { QuotaStore } from './store.ts';

/** Quotas of one process: every governor that is given the same store shares them by key. */
export const createMemoryQuotaStore = (deps: { readonly clock: Clock }): QuotaStore => {
  const states = new Map<string, QuotaState>();
  return {
    update: async (key, step) => {
      const { state, result } = step(states.get(key) ?? null, deps.clock.now());
      states.set(key, state);
      return result;
    },
  };
};
