/**
 * The supergraph in service, and how another takes its place: judged and planned on in a thread of its own, made ready
 * on this one in slices, and then put in place in one step. Whatever began on the old one ends on the old one.
 */
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Log } from '#runtime/log.ts';
import { type AskedOperation, createEngine, type Engine, type EngineOptions } from '../execution/engine.ts';
import type { Generation } from '../execution/generation.ts';
import type { PreparationDeps } from '../execution/operation.ts';
import type { PlannerOptions } from '../planning/planner.ts';
import { formatProblem, type Problem } from '../supergraph/explain.ts';
import type { SavedOperation } from '../supergraph/operations.ts';
import type { CandidateSource } from './judge.ts';
import { introduce, type PlannerThread, type PlannerThreadDeps, type PlanningLimits } from './planner-thread.ts';
import { apiOf, relationsOf } from './schema-of-description.ts';
import { createSlices } from './slices.ts';
import type { Lease } from './upstreams.ts';
import { type CountedUse, createUse } from './use.ts';

export type SwapLimits = {
  /** Longest turn of work on a new generation between requests, in milliseconds. */
  readonly sliceMs: number;
  /** Most operations of the present generation that are made ready on the next, the most recent first. */
  readonly warmed: number;
  /** Most generations that may be held, the present one included; beyond it streams of the oldest have to move. */
  readonly mostHeld: number;
  /** How long streams may stay on a generation that is no longer the present one. */
  readonly streamsStayMs: number;
  /** Over how long their leaving is spread, so that they do not all come back at once. */
  readonly streamsLeaveOverMs: number;
};

export const DEFAULT_SWAP_LIMITS: SwapLimits = {
  sliceMs: 2,
  warmed: 300,
  mostHeld: 5,
  streamsStayMs: 30 * 60_000,
  streamsLeaveOverMs: 5 * 60_000,
};

export type GenerationsOptions = {
  readonly planner: PlannerOptions;
  readonly engine: EngineOptions;
  readonly planning: PlanningLimits;
  readonly swap: SwapLimits;
  /** What clients have saved: made ready before a supergraph is taken, and not to be broken by it. */
  readonly operations: readonly SavedOperation[];
  /** The same, as they are asked for. */
  readonly asked: readonly AskedOperation[];
  /** Subgraphs whose place is told otherwise than by the supergraph. */
  readonly placed: readonly string[];
};

export type GenerationsDeps = PlannerThreadDeps & {
  readonly clock: Clock;
  readonly log: Log;
  lease(subgraphs: Generation['subgraphs']): Lease;
  /** What operations of a generation are run with. */
  preparationFor(generation: Generation, lease: Lease): PreparationDeps;
};

/** A generation in service, or still in use. */
export type Live = {
  readonly generation: Generation;
  readonly engine: Engine;
  readonly lease: Lease;
  readonly use: CountedUse;
  readonly supergraphSdl: string;
};

export type Offered =
  | { readonly kind: 'taken'; readonly number: number }
  /** Nothing new. */
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** A newer one has come before this one was ready. */
  | { readonly kind: 'superseded' };

export type GenerationFigures = {
  /** Of the generation in service. */
  readonly number: number;
  readonly held: number;
  readonly taken: number;
  readonly refused: number;
  readonly wasLastRefused: boolean;
  readonly lastRefusal: { readonly atMs: number; readonly reasons: readonly string[] } | null;
};

export type Generations = AsyncDisposable & {
  present(): Live;
  /** Never rejects: what is wrong with it is told, and the present one goes on. */
  offer(source: CandidateSource, mayBreak?: boolean): Promise<Offered>;
  /** Puts the generation before this one back in its place, at once. */
  rollBack(): Offered;
  figures(): GenerationFigures;
  /** Called with each generation put in place, the first included. */
  watch(listener: (live: Live) => void): void;
};

type Held = Live & { readonly planner: PlannerThread; retire: AbortController | null };

const movedOn = (): Failure =>
  new Failure(
    'UPSTREAM_UNAVAILABLE',
    'The graph has a new version and this stream has to move to it: subscribe again with the last cursor.',
  );

const superseded = (): Offered => ({ kind: 'superseded' });

export const openGenerations = async (
  first: CandidateSource,
  options: GenerationsOptions,
  deps: GenerationsDeps,
): Promise<Generations> => {
  const { clock, log } = deps;
  const { swap } = options;
  const closing = new AbortController();
  const held = new Set<Held>();
  const listeners: ((live: Live) => void)[] = [];
  let present: Held | null = null;
  /** Kept whole, in case this one is regretted. */
  let previous: Held | null = null;
  let numbers = 0;
  let takenCount = 0;
  let refusedCount = 0;
  let wasLastRefused = false;
  let lastRefusal: GenerationFigures['lastRefusal'] = null;
  let underWay = new AbortController();

  const drop = (old: Held): void => {
    if (!held.delete(old)) return;
    old.retire?.abort();
    old.lease.release();
    void old.planner[Symbol.asyncDispose]();
    log.info({ generation: old.generation.number }, 'generation is no longer in use');
  };

  const dropIfFree = (old: Held): void => {
    if (old === present || old === previous) return;
    if (old.use.operations() === 0 && old.use.streams() === 0) drop(old);
  };

  /** Ends the streams of a generation one after another, over the given time. */
  const moveStreams = async (old: Held, overMs: number, signal: AbortSignal): Promise<void> => {
    const closers = old.use.closers();
    const pauseMs = closers.length === 0 ? 0 : overMs / closers.length;
    for (const close of closers) {
      close(movedOn());
      if (pauseMs > 0) await clock.delay(pauseMs, signal);
    }
  };

  const retire = (old: Held): void => {
    const retiring = new AbortController();
    old.retire = retiring;
    const { signal } = retiring;
    clock
      .delay(swap.streamsStayMs, signal)
      .then(() => moveStreams(old, swap.streamsLeaveOverMs, signal))
      .catch(() => undefined);
    dropIfFree(old);
  };

  const keepWithinBound = (): void => {
    const old = [...held].filter((candidate) => candidate !== present);
    for (const oldest of old.slice(0, Math.max(0, held.size - swap.mostHeld))) {
      if (oldest === previous) previous = null;
      if (oldest.use.streams() === 0) dropIfFree(oldest);
      else for (const close of oldest.use.closers()) close(movedOn());
    }
  };

  const putInPlace = (next: Held): void => {
    takenCount += 1;
    wasLastRefused = false;
    const before = present;
    const kept = previous;
    next.retire?.abort();
    next.retire = null;
    held.add(next);
    previous = before;
    present = next;
    for (const listener of listeners) listener(next);
    if (before) {
      before.planner.rest();
      retire(before);
    }
    if (kept && kept !== next) dropIfFree(kept);
    keepWithinBound();
    log.info(
      { generation: next.generation.number, before: before?.generation.number ?? null },
      'supergraph in service',
    );
  };

  const refuse = (problems: readonly Problem[]): Offered => {
    refusedCount += 1;
    wasLastRefused = true;
    lastRefusal = { atMs: clock.now(), reasons: problems.map(formatProblem) };
    log.error({ problems }, 'supergraph refused: the one in service goes on');
    return { kind: 'refused', problems };
  };

  /** Saved operations and those in use now, so that nobody waits for a plan after the swap. */
  const warm = async (engine: Engine, signal: AbortSignal): Promise<void> => {
    const slices = createSlices(swap.sliceMs, clock);
    const inUse = present?.engine.ready().slice(0, swap.warmed) ?? [];
    const saved = new Set(options.asked.map(({ query }) => query));
    let refusals = 0;
    for (const { operationName, query } of [...options.asked, ...inUse]) {
      if (signal.aborted) return;
      const preparation = await engine.prepare(query, operationName);
      if (preparation.kind === 'refused') {
        refusals += 1;
        if (saved.has(query)) log.warn({ err: preparation.errors[0] }, 'saved operation cannot be executed');
      }
      await slices.next();
    }
    if (refusals > 0) log.warn({ refusals }, 'operations that are in use are not valid on the new supergraph');
  };

  const make = async (source: CandidateSource, mayBreak: boolean, signal: AbortSignal): Promise<Held | Offered> => {
    const candidate = {
      source,
      present: present?.supergraphSdl ?? null,
      operations: options.operations,
      mayBreak,
      placed: options.placed,
    };
    const { planner: plannerOptions, planning } = options;
    const introduction = await introduce(candidate, { planner: plannerOptions, limits: planning }, deps, signal);
    if (signal.aborted) {
      if (introduction.kind === 'accepted') await introduction.planner[Symbol.asyncDispose]();
      return superseded();
    }
    if (introduction.kind === 'refused') return refuse(introduction.problems);
    const { description, planner, supergraphSdl, warnings } = introduction;
    const discard = async (): Promise<Offered> => {
      await planner[Symbol.asyncDispose]();
      return superseded();
    };
    if (supergraphSdl === present?.supergraphSdl) {
      await discard();
      return { kind: 'same' };
    }
    for (const warning of warnings) log.warn({ warning }, 'the new supergraph breaks a saved operation');
    const slices = createSlices(swap.sliceMs, clock);
    const api = await apiOf(description, slices);
    await slices.next();
    const supergraph = relationsOf(description.relations, description.roots);
    await slices.next();
    if (signal.aborted) return discard();
    numbers += 1;
    const { subgraphs } = description;
    const generation: Generation = { number: numbers, api, supergraph, subgraphs, plan: planner.plan };
    const lease = deps.lease(subgraphs);
    const use = createUse(() => dropIfFree(made));
    const engine = createEngine(generation, options.engine, { ...deps.preparationFor(generation, lease), use });
    const made: Held = { generation, engine, lease, use, supergraphSdl, planner, retire: null };
    await warm(engine, signal);
    if (!signal.aborted) return made;
    lease.release();
    return discard();
  };

  const offer = async (source: CandidateSource, mayBreak = false): Promise<Offered> => {
    underWay.abort();
    const mine = new AbortController();
    underWay = mine;
    if (closing.signal.aborted) return superseded();
    if (source.kind === 'supergraph' && source.sdl === present?.supergraphSdl) return { kind: 'same' };
    const made = await make(source, mayBreak, mine.signal).catch((error: unknown): Offered => {
      log.error({ err: error }, 'a new supergraph could not be made ready');
      const message = error instanceof Error ? error.message : String(error);
      return refuse([{ code: 'NOT_READY', message, places: [], remedy: 'Look into the log.' }]);
    });
    if ('kind' in made) return made;
    putInPlace(made);
    return { kind: 'taken', number: made.generation.number };
  };

  const close = async (): Promise<void> => {
    closing.abort();
    underWay.abort();
    for (const old of held) old.retire?.abort();
    await Promise.all([...held].map(({ planner }) => planner[Symbol.asyncDispose]()));
    for (const { lease } of held) lease.release();
    held.clear();
  };

  const opened = await offer(first);
  if (opened.kind !== 'taken') {
    await close();
    const reasons = opened.kind === 'refused' ? opened.problems.map(formatProblem) : [];
    throw new Failure('CONFIG_INVALID', ['The supergraph cannot be served.', ...reasons].join('\n'));
  }

  return {
    present: () => {
      if (!present) throw new Error('No supergraph is in service.');
      return present;
    },
    offer,
    rollBack: () => {
      if (!previous) {
        const message = 'There is no generation before this one.';
        return { kind: 'refused', problems: [{ code: 'NOTHING_BEFORE', message, places: [], remedy: 'Offer one.' }] };
      }
      underWay.abort();
      putInPlace(previous);
      return { kind: 'taken', number: (present as Held).generation.number };
    },
    figures: () => ({
      number: present?.generation.number ?? 0,
      held: held.size,
      taken: takenCount,
      refused: refusedCount,
      wasLastRefused,
      lastRefusal,
    }),
    watch: (listener) => {
      listeners.push(listener);
      if (present) listener(present);
    },
    [Symbol.asyncDispose]: close,
  };
};
