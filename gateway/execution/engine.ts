/** One version of the graph, ready to answer: what the door asks, and what it is told. */
import type { GraphQLFormattedError } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Generation } from './generation.ts';
import type { HopScope } from './hop.ts';
import { type PreparationDeps, type PreparationOptions, prepareOperation } from './operation.ts';

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
};

export type Preparation = { readonly kind: 'prepared'; readonly operation: CompiledOperation } | Refusal;

export type Engine = {
  /**
   * Parsed, validated, planned and compiled once; the same text and name give the same answer from then on.
   * Subscriptions are refused here: they have an endpoint of their own.
   */
  prepare(query: string, operationName?: string | null): Preparation;
};

export type EngineOptions = PreparationOptions & {
  /** Most operations kept ready. */
  readonly keptOperations: number;
  /** Most characters of operations kept ready, so that long ones cannot fill the memory. */
  readonly keptCharacters: number;
};

export const DEFAULT_ENGINE_OPTIONS: EngineOptions = {
  maxTokens: 1_500,
  introspection: false,
  maxEntities: 1_000,
  keptOperations: 1_000,
  keptCharacters: 8 * 1024 * 1024,
};

/** Documents that were refused, so that repeating a mistake costs little. In a place of their own: they displace no good one. */
const KEPT_REFUSALS = 200;
const LONGEST_KEPT_REFUSAL = 2_000;

/** All that was prepared of one text: most have one operation, which is asked for without a name or with its own. */
type Prepared = Map<string | null, Preparation>;

export const createEngine = (generation: Generation, options: EngineOptions, deps: PreparationDeps): Engine => {
  const ready = new LRUCache<string, Prepared>({
    max: options.keptOperations,
    maxSize: options.keptCharacters,
    sizeCalculation: (_, query) => query.length + 1,
  });
  const refusedBefore = new LRUCache<string, Prepared>({ max: KEPT_REFUSALS });

  const keep = (cache: LRUCache<string, Prepared>, query: string, name: string | null, made: Preparation): void => {
    const prepared: Prepared = cache.get(query) ?? new Map();
    prepared.set(name, made);
    cache.set(query, prepared);
  };

  return {
    prepare: (query, operationName) => {
      const name = operationName ?? null;
      const known = ready.get(query)?.get(name) ?? refusedBefore.get(query)?.get(name);
      if (known) return known;
      const made = prepareOperation(generation, options, deps, query, name);
      if (made.kind === 'prepared') keep(ready, query, name, made);
      // A made-up name per request would make one text grow without end.
      else if (query.length <= LONGEST_KEPT_REFUSAL && name === null) keep(refusedBefore, query, name, made);
      return made;
    },
  };
};
