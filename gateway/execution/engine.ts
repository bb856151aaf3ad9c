/** One version of the graph, ready to answer: what the door asks, and what it is told. */
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Planned } from '../planning/planned.ts';
import type { Generation, LocalGeneration } from './generation.ts';
import type { HopScope } from './hop.ts';
import { type CompileOptions, compileOperation, type PreparationDeps } from './operation.ts';
import type { AskedBy } from './shelf.ts';

/** Errors as they were thrown: whoever answers the caller formats them, with the caller's correlation id. */
export type Refusal = { readonly kind: 'refused'; readonly errors: readonly unknown[] };

export type Outcome = {
  readonly kind: 'executed';
  /** The whole response as JSON text: `{"errors":[...],"data":{...}}`, errors only where there are some. */
  readonly body: string;
  /** Whether `data` is as asked, has nulls that errors explain, or is null. */
  readonly data: 'whole' | 'partial' | 'none';
  /** Formatted, as they stand in the body. */
  readonly errors: readonly GraphQLFormattedError[];
};

export type CompiledOperation = {
  readonly operation: 'query' | 'mutation';
  readonly name: string | null;
  /**
   * `variables` are the caller's, as JSON gave them. Refused, before anything is sent, when they do not fit the
   * operation. Never rejects.
   */
  execute(variables: Readonly<Record<string, unknown>>, scope: HopScope): Promise<Outcome | Refusal>;
  /** The same answer if it is kept, at once; null when it has to be executed. */
  atHand(variables: Readonly<Record<string, unknown>>, asked: AskedBy): Outcome | null;
};

export type Preparation = { readonly kind: 'prepared'; readonly operation: CompiledOperation } | Refusal;

export type AskedOperation = { readonly query: string; readonly operationName: string | null };

export type Engine = {
  /**
   * Validated, planned and compiled once; the same text and name give the same answer from then on, at once. Never
   * throws or rejects. Subscriptions are refused here: they have an endpoint of their own.
   */
  prepare(query: string, operationName?: string | null): Preparation | Promise<Preparation>;
  /** What is kept ready, the most recently used first. */
  ready(): readonly AskedOperation[];
};

/** On a generation whose planner is in this thread, nothing has to be waited for. */
export type LocalEngine = Omit<Engine, 'prepare'> & {
  prepare(query: string, operationName?: string | null): Preparation;
};

export type EngineOptions = CompileOptions & {
  /** Most operations kept ready. */
  readonly keptOperations: number;
  /** Most characters of operations kept ready, so that long ones cannot fill the memory. */
  readonly keptCharacters: number;
};

export const DEFAULT_ENGINE_OPTIONS: EngineOptions = {
  maxEntities: 1_000,
  keptOperations: 1_000,
  keptCharacters: 8 * 1024 * 1024,
};

/** Documents that were refused, so that repeating a mistake costs little. In a place of their own: they displace no good one. */
const KEPT_REFUSALS = 200;
const LONGEST_KEPT_REFUSAL = 2_000;

/** All that was prepared of one text: most have one operation, which is asked for without a name or with its own. */
type Prepared = Map<string | null, Preparation>;

type CreateEngine = {
  (generation: LocalGeneration, options: EngineOptions, deps: PreparationDeps): LocalEngine;
  (generation: Generation, options: EngineOptions, deps: PreparationDeps): Engine;
};

/** A refusal that says something about the text, not about the moment: it is the same the next time. */
const isLasting = ({ errors }: Refusal): boolean => errors.every((error) => error instanceof GraphQLError);

export const createEngine = ((generation: Generation, options: EngineOptions, deps: PreparationDeps): Engine => {
  const ready = new LRUCache<string, Prepared>({
    max: options.keptOperations,
    maxSize: options.keptCharacters,
    sizeCalculation: (_, query) => query.length + 1,
  });
  const refusedBefore = new LRUCache<string, Prepared>({ max: KEPT_REFUSALS });
  /** Being planned: whoever asks for the same meanwhile waits for the same answer. */
  const coming = new Map<string, Promise<Preparation>>();

  const keep = (cache: LRUCache<string, Prepared>, query: string, name: string | null, made: Preparation): void => {
    const prepared: Prepared = cache.get(query) ?? new Map();
    prepared.set(name, made);
    cache.set(query, prepared);
  };

  const made = (query: string, name: string | null, planned: Planned): Preparation => {
    let preparation: Preparation;
    try {
      preparation =
        planned.kind === 'planned'
          ? { kind: 'prepared', operation: compileOperation(generation, options, deps, query, name, planned) }
          : planned;
    } catch (error) {
      preparation = { kind: 'refused', errors: [error] };
    }
    if (preparation.kind === 'prepared') keep(ready, query, name, preparation);
    // A made-up name per request would make one text grow without end.
    else if (query.length <= LONGEST_KEPT_REFUSAL && name === null && isLasting(preparation))
      keep(refusedBefore, query, name, preparation);
    return preparation;
  };

  return {
    prepare: (query, operationName) => {
      const name = operationName ?? null;
      const known = ready.get(query)?.get(name) ?? refusedBefore.get(query)?.get(name);
      if (known) return known;
      const key = JSON.stringify([name, query]);
      const awaited = coming.get(key);
      if (awaited) return awaited;
      const planned = generation.plan({ kind: 'operation', query, operationName: name });
      if (!(planned instanceof Promise)) return made(query, name, planned);
      const preparation = planned.then((told) => {
        coming.delete(key);
        return made(query, name, told);
      });
      coming.set(key, preparation);
      return preparation;
    },
    ready: () =>
      [...ready.entries()].flatMap(([query, prepared]) =>
        [...prepared.keys()].map((operationName) => ({ query, operationName })),
      ),
  };
}) as CreateEngine;
