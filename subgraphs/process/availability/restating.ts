/**
 * Has system subgraphs read stock anew. What several callers want at the same moment goes in one call, and what is being
 * read already is not asked for a second time, unless by somebody more urgent. A call is nobody's own: callers leave when
 * their time is up, and it goes on for whoever comes next.
 */
import { LRUCache } from 'lru-cache';
import type { CallClass } from '#model/call.ts';
import type { SystemKind } from '#model/identifiers.ts';
import type { Clock } from '#runtime/clock.ts';
import { MAX_RESTATED_SKUS } from '#runtime/inlet/restate-route.ts';
import type { Log } from '#runtime/log.ts';
import type { AskRestatement } from '#subgraphs/process/systems/restate.ts';

/** The systems that can be asked to restate their stock. */
export type RestatingSystems = ReadonlyMap<SystemKind, AskRestatement>;

export type RestatingDeps = {
  readonly systems: RestatingSystems;
  /** Brings what was just stored of these items into the answers. */
  readonly renew: (skus: readonly string[]) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
};

/** One item whose stock at these places is wanted anew from this system. */
export type Wish = {
  readonly system: SystemKind;
  readonly sku: string;
  readonly locationCodes: ReadonlySet<string>;
};

export type Restating = AsyncDisposable & {
  canAsk(system: SystemKind): boolean;
  /** Resolves when all that was wished for has been read anew, or cannot be; it never rejects. */
  wanted(wishes: readonly Wish[], callClass: CallClass, correlationId: string): Promise<void>;
  /** The same while nobody waits. Items that were asked for a moment ago are left alone. */
  behind(wishes: readonly Wish[], correlationId: string): void;
};

const GATHER_MS = 5;
/** Longer than nearly anybody waits, so that what comes late is there for the next caller. */
const CALL_BUDGET_MS = 10_000;
/** Calls of one urgency at one system at the same time; what comes meanwhile gathers. */
const CALLS_IN_FLIGHT = 8;
/** Items times places of one call: what it brings is stored in one transaction. */
const MAX_STATEMENTS = 5_000;
/** After a call, however it ended, its items are not asked for again behind anybody's back for this long. */
const QUIET_MS = 5_000;
const QUIET_ITEMS = 50_000;

const URGENCY: Readonly<Record<CallClass, number>> = { CHECKOUT: 3, DETAIL: 2, BROWSE: 1, BACKGROUND: 0 };

type Batch = {
  readonly callClass: CallClass;
  readonly correlationId: string;
  readonly wanted: Map<string, Set<string>>;
  readonly locationCodes: Set<string>;
  readonly done: Promise<void>;
};

/** The calls of one urgency at one system. */
type Lane = { gathering: Batch | null; inFlight: number; readonly waiting: (() => void)[] };

const hasRoom = (batch: Batch, sku: string, codes: readonly string[]): boolean => {
  if (batch.wanted.has(sku)) return true;
  const skus = batch.wanted.size + 1;
  const places = batch.locationCodes.size + codes.filter((code) => !batch.locationCodes.has(code)).length;
  return skus <= MAX_RESTATED_SKUS && skus * places <= MAX_STATEMENTS;
};

const createSystemRestating = (
  system: SystemKind,
  ask: AskRestatement,
  stopped: AbortSignal,
  { clock, log, renew }: RestatingDeps,
) => {
  const lanes = new Map<CallClass, Lane>();
  /** Batches that gather or are under way, by item. */
  const bySku = new Map<string, Set<Batch>>();
  const underWay = new Set<Promise<void>>();
  const quietUntilMs = new LRUCache<string, number>({ max: QUIET_ITEMS });

  const laneOf = (callClass: CallClass): Lane => {
    const lane = lanes.get(callClass) ?? { gathering: null, inFlight: 0, waiting: [] };
    lanes.set(callClass, lane);
    return lane;
  };

  const call = async ({ callClass, correlationId, wanted, locationCodes }: Batch): Promise<void> => {
    const skus = [...wanted.keys()];
    try {
      const { failed } = await ask(
        { skus, locationCodes: [...locationCodes] },
        { callClass, correlationId, budgetMs: CALL_BUDGET_MS, signal: stopped },
      );
      for (const { connection, code } of failed)
        log.warn({ connection, code, correlationId }, 'stock was not restated');
      await renew(skus);
    } catch (error) {
      log.warn({ system, correlationId, error: String(error) }, 'stock was not restated');
    }
  };

  const forget = (batch: Batch): void => {
    for (const sku of batch.wanted.keys()) {
      quietUntilMs.set(sku, clock.now() + QUIET_MS);
      const batches = bySku.get(sku);
      batches?.delete(batch);
      if (batches?.size === 0) bySku.delete(sku);
    }
  };

  const run = async (lane: Lane, batchOf: () => Batch): Promise<void> => {
    await clock.delay(GATHER_MS, stopped).catch(() => undefined);
    while (lane.inFlight >= CALLS_IN_FLIGHT) await new Promise<void>((resolve) => lane.waiting.push(resolve));
    const batch = batchOf();
    if (lane.gathering === batch) lane.gathering = null;
    lane.inFlight += 1;
    await call(batch);
    lane.inFlight -= 1;
    lane.waiting.shift()?.();
    forget(batch);
  };

  const openBatch = (lane: Lane, callClass: CallClass, correlationId: string): Batch => {
    const done = run(lane, () => batch);
    const batch: Batch = { callClass, correlationId, wanted: new Map(), locationCodes: new Set(), done };
    underWay.add(done);
    void done.then(() => underWay.delete(done));
    lane.gathering = batch;
    return batch;
  };

  const add = (sku: string, codes: readonly string[], callClass: CallClass, correlationId: string): Batch => {
    const lane = laneOf(callClass);
    const { gathering } = lane;
    const batch = gathering && hasRoom(gathering, sku, codes) ? gathering : openBatch(lane, callClass, correlationId);
    batch.wanted.set(sku, new Set([...(batch.wanted.get(sku) ?? []), ...codes]));
    for (const code of codes) batch.locationCodes.add(code);
    bySku.set(sku, (bySku.get(sku) ?? new Set()).add(batch));
    return batch;
  };

  return {
    isQuiet: (sku: string): boolean => (quietUntilMs.get(sku) ?? 0) > clock.now(),

    want: ({ sku, locationCodes }: Wish, callClass: CallClass, correlationId: string): Promise<unknown> => {
      const joined = [...(bySku.get(sku) ?? [])].filter((batch) => URGENCY[batch.callClass] >= URGENCY[callClass]);
      const left = [...locationCodes].filter((code) => !joined.some((batch) => batch.wanted.get(sku)?.has(code)));
      const batches = left.length === 0 ? joined : [...joined, add(sku, left, callClass, correlationId)];
      return Promise.all(batches.map(({ done }) => done));
    },

    ended: (): Promise<unknown> => Promise.all(underWay),
  };
};

export const createRestating = (deps: RestatingDeps): Restating => {
  const stop = new AbortController();
  const systems = new Map(
    [...deps.systems].map(([system, ask]) => [system, createSystemRestating(system, ask, stop.signal, deps)] as const),
  );
  return {
    canAsk: (system) => systems.has(system),
    wanted: async (wishes, callClass, correlationId) => {
      await Promise.all(wishes.map((wish) => systems.get(wish.system)?.want(wish, callClass, correlationId)));
    },
    behind: (wishes, correlationId) => {
      for (const wish of wishes) {
        const system = systems.get(wish.system);
        if (system && !system.isQuiet(wish.sku)) void system.want(wish, 'BACKGROUND', correlationId);
      }
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort(new Error('the process layer stops'));
      for (const system of systems.values()) await system.ended();
    },
  };
};
