/**
 * Keys whose last reading failed. Behind a kept value a failing key is asked again only after a pause that doubles, so
 * that an outage is not answered with refreshes; a poisoned key, one that fails a request by itself, not at all for a
 * while, and then alone.
 */
import type { CallClass } from '#model/call.ts';
import { isFailure } from '#runtime/failure.ts';
import type { Fault } from './batches.ts';
import { createTaggedStore } from './tagged-store.ts';
import { isMoreUrgent } from './urgency.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

type Trouble = {
  readonly tags: readonly string[];
  /** Failures in a row. */
  readonly failures: number;
  readonly pauseUntilMs: number;
  /** The class that was refused, where the refusal was of its urgency and says nothing of more urgent calls. */
  readonly refusedClass: CallClass | null;
  readonly poison: { readonly error: unknown; readonly untilMs: number } | null;
  /** It has spoilt a request that others shared, and has not been answered since. */
  readonly suspect: boolean;
};

export type Troubles = {
  failed(id: string, failure: FailedReading): void;
  succeeded(id: string): void;
  /** Whether a caller that has something to answer with leaves the system alone. */
  isPaused(id: string, callClass: CallClass, nowMs: number): boolean;
  /** The failure with which a poisoned key is answered without being asked. */
  poisonOf(id: string, nowMs: number): { readonly error: unknown } | null;
  /** Whether the key has spoilt a request for others, and so is asked alone until it is answered. */
  isSuspect(id: string): boolean;
  drop(tags: readonly string[]): void;
  readonly size: number;
  readonly tagCount: number;
};

export type FailedReading = {
  readonly tags: readonly string[];
  readonly error: unknown;
  readonly callClass: CallClass;
  readonly fault: Fault;
  readonly nowMs: number;
};

/** Whether a more urgent call might have been served where this one was refused. */
export const isOfUrgency = (error: unknown): boolean =>
  isFailure(error, 'LOAD_SHED') || isFailure(error, 'UPSTREAM_RATE_LIMITED');

export const createTroubles = (options: { readonly maxEntries: number; readonly poisonMs: number }): Troubles => {
  const store = createTaggedStore<Trouble>({ maxEntries: options.maxEntries });
  return {
    failed: (id, { tags, error, callClass, fault, nowMs }) => {
      const before = store.get(id);
      const failures = (before?.failures ?? 0) + 1;
      store.set(id, {
        tags,
        failures,
        pauseUntilMs: nowMs + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)),
        refusedClass: isOfUrgency(error) ? callClass : null,
        poison: fault === 'system' ? (before?.poison ?? null) : { error, untilMs: nowMs + options.poisonMs },
        suspect: fault === 'isolated' || (before?.suspect ?? false),
      });
    },
    succeeded: (id) => store.delete(id),
    isPaused: (id, callClass, nowMs) => {
      const trouble = store.get(id);
      if (trouble === undefined) return false;
      if (trouble.poison !== null && nowMs < trouble.poison.untilMs) return true;
      const concerned = trouble.refusedClass === null || !isMoreUrgent(callClass, trouble.refusedClass);
      return concerned && nowMs < trouble.pauseUntilMs;
    },
    poisonOf: (id, nowMs) => {
      const poison = store.get(id)?.poison ?? null;
      return poison !== null && nowMs < poison.untilMs ? poison : null;
    },
    isSuspect: (id) => store.get(id)?.suspect ?? false,
    drop: (tags) => store.drop(tags),
    get size() {
      return store.size;
    },
    get tagCount() {
      return store.tagCount;
    },
  };
};
