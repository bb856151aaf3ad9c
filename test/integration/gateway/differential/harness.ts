/** One graph, both executors over the same subgraphs in memory. */
import { operationFromDocument } from '@apollo/federation-internals';
import type { QueryPlan } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import { createEngine, DEFAULT_ENGINE_OPTIONS, type LocalEngine } from '#gateway/execution/engine.ts';
import { createGeneration, type LocalGeneration } from '#gateway/execution/generation.ts';
import type { Hop, HopScope } from '#gateway/execution/hop.ts';
import { composeSubgraphs } from '#gateway/supergraph/compose.ts';
import { createErrorFormatter } from '#runtime/graphql/errors.ts';
import { silentLog } from '#runtime/log.ts';
import type { Graph } from './graphs.ts';
import { type Answer, apolloAnswer } from './oracle.ts';
import { createSubgraphs, hashOf, type Subgraph, type World } from './world.ts';

export type Harness = {
  readonly generation: LocalGeneration;
  /** Null for the few valid operations that the planner fails on. */
  planOf(document: DocumentNode): QueryPlan | null;
  ours(
    text: string,
    variables: Readonly<Record<string, unknown>>,
    world: World,
  ): Promise<Answer & { readonly body: string }>;
  theirs(
    text: string,
    document: DocumentNode,
    variables: Readonly<Record<string, unknown>>,
    world: World,
  ): Promise<Answer>;
};

const format = createErrorFormatter({ log: silentLog });

export const SCOPE: HopScope = {
  freshness: { purpose: 'DETAIL' },
  correlationId: 'id',
  deadlineMs: Number.MAX_SAFE_INTEGER,
  isOver: false,
  whenOver: () => () => undefined,
};

const frozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
};

/** Checks what is sent, and gives results that are sometimes one's own and sometimes not to be touched. */
const hopOf = (subgraph: Subgraph, world: () => World, maxEntities: number): Hop => ({
  name: subgraph.name,
  send: async ({ body }) => {
    const { query, variables } = JSON.parse(body) as { query: string; variables: Record<string, unknown> };
    const representations = variables.representations as readonly unknown[] | undefined;
    if (representations) {
      if (representations.length > maxEntities) throw new Error('more entities in one request than allowed');
      if (new Set(representations.map((one) => JSON.stringify(one))).size < representations.length)
        throw new Error('the same entity asked for twice in one request');
    }
    const result = await subgraph.answer(world(), query, variables);
    if (!result)
      return {
        kind: 'unanswered',
        trouble: { code: 'UPSTREAM_UNAVAILABLE', message: `The subgraph "${subgraph.name}" could not be reached.` },
      };
    const plain = result as Extract<Awaited<ReturnType<Hop['send']>>, { kind: 'answered' }>['result'];
    return hashOf(world().seed, query, 'own') % 2 === 0
      ? { kind: 'answered', result: plain, isOwn: true }
      : { kind: 'answered', result: frozen(plain) };
  },
});

const CAPS = [1_000, 1, 2] as const;

export const createHarness = (graph: Graph): Harness => {
  const composition = composeSubgraphs(
    Object.entries(graph.subgraphs).map(([name, sdl]) => ({
      name,
      routingUrl: 'http://none',
      file: `${name}.graphql`,
      sdl,
    })),
  );
  if (composition.kind === 'failed') throw new Error(JSON.stringify(composition.problems));
  const loaded = createGeneration(1, composition.supergraphSdl, false, { maxTokens: 100_000, introspection: true });
  const plans = new WeakMap<object, QueryPlan>();
  const planOf = (document: DocumentNode): QueryPlan | null => {
    const known = plans.get(document);
    if (known) return known;
    try {
      const plan = loaded.planner.buildQueryPlan(operationFromDocument(loaded.apiSchema, document));
      plans.set(document, plan);
      return plan;
    } catch {
      return null;
    }
  };
  const subgraphs = createSubgraphs(graph);
  let current: World;
  const engines: readonly LocalEngine[] = CAPS.map((maxEntities) => {
    const hops = new Map(subgraphs.map((subgraph) => [subgraph.name, hopOf(subgraph, () => current, maxEntities)]));
    return createEngine(
      loaded,
      { ...DEFAULT_ENGINE_OPTIONS, maxEntities, keptOperations: 50 },
      { formatError: format, hopOf: (service) => hops.get(service) as Hop },
    );
  });
  return {
    generation: loaded,
    planOf,
    ours: async (text, variables, world) => {
      current = world;
      const preparation = (engines[world.seed % CAPS.length] as LocalEngine).prepare(text);
      const result =
        preparation.kind === 'refused' ? preparation : await preparation.operation.execute(variables, SCOPE);
      if (result.kind === 'refused')
        return { data: null, errors: result.errors.map((error) => format(error, 'id')), body: '' };
      const { data, errors = [] } = JSON.parse(result.body) as { data: unknown; errors?: Answer['errors'] };
      return { data, errors, body: result.body };
    },
    theirs: (text, document, variables, world) => {
      const plan = planOf(document);
      if (!plan) throw new Error('this operation cannot be planned');
      return apolloAnswer(loaded, plan, document, text, variables, subgraphs, world, format);
    },
  };
};
