/**
 * Lanes: calls whose operations draw on the same quotas wait together, by class. A lane that waits for its quota keeps
 * nobody in another lane waiting.
 */
import type { CallClass } from '#model/call.ts';
import type { Refusal } from './patience.ts';
import type { Quota } from './quota/quota.ts';
import type { Cost } from './quota-account.ts';
import { CALL_CLASSES, NO_TURNS, type Turns } from './shares.ts';

/** One call that waits for its turn. */
export type Waiter = {
  readonly lane: Lane;
  readonly callClass: CallClass;
  readonly cost: Cost;
  /** Order of arrival, kept when a call comes back to the queue. */
  readonly arrival: number;
  /** When the caller's time is up. */
  readonly limitAtMs: number;
  /** Since when it waits for us; later than its arrival when only the vendor's quota kept it. */
  sinceMs: number;
  gone: boolean;
  stopTimer: () => void;
  start(): void;
  refuse(refusal: Refusal): void;
};

export type Lane = {
  readonly quotas: readonly Quota[];
  readonly queues: Readonly<Record<CallClass, Waiter[]>>;
  turns: Turns;
  /** When the quota can grant the next call, as far as is known. */
  openAtMs: number;
  /** Until when the vendor asked for silence. */
  heldUntilMs: number;
  /** The last question for grants was refused in part: the quota is what keeps calls waiting. */
  scarce: boolean;
  /** A question for grants is under way. */
  asking: boolean;
  /** Most calls to ask for at once: not many more than were granted, since each holds a slot meanwhile. */
  mostAsked: number;
  /** Refusals for rate since the last call that was let through, and when the last one was. */
  refusals: number;
  refusedAtMs: number;
};

export type Lanes = {
  of(operation: string): Lane;
  all(): readonly Lane[];
  /** Lanes that draw on one of these quotas. */
  drawingOn(quotas: readonly Quota[]): readonly Lane[];
  /** Published ones first, then those of operations that no published one covers, once used. */
  quotas(): readonly Quota[];
};

/** Whole-account quotas come first: they are what lanes compete for. */
const quotasOf = (published: readonly Quota[], operation: string): readonly Quota[] => {
  const covering = published.filter(({ operations }) => operations === 'all' || operations.includes(operation));
  if (covering.length === 0) return [{ name: operation, operations: [operation], shape: { kind: 'unpublished' } }];
  return covering.toSorted((a, b) => Number(b.operations === 'all') - Number(a.operations === 'all'));
};

const createLane = (quotas: readonly Quota[]): Lane => ({
  quotas,
  queues: { CHECKOUT: [], DETAIL: [], BROWSE: [], BACKGROUND: [] },
  turns: NO_TURNS,
  openAtMs: Number.NEGATIVE_INFINITY,
  heldUntilMs: Number.NEGATIVE_INFINITY,
  scarce: false,
  asking: false,
  mostAsked: Number.POSITIVE_INFINITY,
  refusals: 0,
  refusedAtMs: Number.NEGATIVE_INFINITY,
});

export const opensAtMs = ({ openAtMs, heldUntilMs }: Lane): number => Math.max(openAtMs, heldUntilMs);

export const waitingIn = ({ queues }: Lane): number => CALL_CLASSES.reduce((sum, name) => sum + queues[name].length, 0);

export const createLanes = (published: readonly Quota[]): Lanes => {
  const lanes = new Map<string, Lane>();
  const byOperation = new Map<string, Lane>();

  const open = (operation: string): Lane => {
    const quotas = quotasOf(published, operation);
    const key = JSON.stringify(quotas.map(({ name }) => name));
    const lane = lanes.get(key) ?? createLane(quotas);
    lanes.set(key, lane);
    byOperation.set(operation, lane);
    return lane;
  };

  const all = (): readonly Lane[] => [...lanes.values()];

  return {
    of: (operation) => byOperation.get(operation) ?? open(operation),
    all,
    drawingOn: (quotas) => {
      const names = new Set(quotas.map(({ name }) => name));
      return all().filter((lane) => lane.quotas.some(({ name }) => names.has(name)));
    },
    quotas: () => {
      const known = new Set(published);
      return [...published, ...all().flatMap((lane) => lane.quotas.filter((quota) => !known.has(quota)))];
    },
  };
};
