/**
 * Where the state of quotas lives. All governors of one account share it, in one process through memory and across
 * replicas through Postgres, so that together they keep the vendor's law.
 */
import type { QuotaState } from './laws.ts';

export type QuotaStep<T> = (
  /** Null before the first use. */
  state: QuotaState | null,
  /** The store's own time, in milliseconds since the epoch: one clock for all replicas. */
  nowMs: number,
) => { readonly state: QuotaState; readonly result: T };

export type QuotaStore = {
  /** Runs `step` on one quota's state, alone in the world: no other step on this key runs at the same time. */
  update<T>(key: string, step: QuotaStep<T>): Promise<T>;
};
