/** A query plan made into one function. Which fetch waits for which is the planner's decision; nothing here alters it. */
import type { FetchNode, PlanNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { compileEntityFetch, compileRootFetch, type Step } from './fetch.ts';
import type { Hop } from './hop.ts';
import type { FetchShelf } from './shelf.ts';
import type { PathPattern } from './tree.ts';

export type PlanOptions = {
  readonly supergraph: GraphQLSchema;
  readonly maxEntities: number;
  /** What keeps what a fetch brings; without it, nothing is kept. */
  readonly shelfOf?: (node: FetchNode) => FetchShelf | null;
};

/** Where a fetch stands in the plan: the children taken on the way down, with whether they run one after another. */
type Turn = { readonly isInOrder: boolean; readonly index: number };
type Placed = { readonly node: FetchNode; readonly path: PathPattern; readonly turns: readonly Turn[] };

const fetchesOf = (node: PlanNode, path: PathPattern, turns: readonly Turn[]): readonly Placed[] => {
  switch (node.kind) {
    case 'Fetch':
      return [{ node, path, turns }];
    case 'Flatten':
      return fetchesOf(node.node, [...path, ...node.path.map(String)], turns);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((child, index) =>
        fetchesOf(child, path, [...turns, { isInOrder: node.kind === 'Sequence', index }]),
      );
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap((child, index) =>
        child ? fetchesOf(child, path, [...turns, { isInOrder: false, index }]) : [],
      );
    case 'Defer':
      throw new Error('Deferred parts of an answer are not supported: the planner was not to plan any.');
  }
};

const isBefore = (first: Placed, second: Placed): boolean => {
  const at = first.turns.findIndex((turn, index) => turn.index !== second.turns[index]?.index);
  const turn = first.turns[at];
  const other = second.turns[at];
  return turn !== undefined && other !== undefined && turn.isInOrder && turn.index < other.index;
};

const isWithin = (inner: PathPattern, outer: PathPattern): boolean =>
  outer.every((step, index) => inner[index] === step);

/** Whether `other` may write into objects that `fetch` brought. */
const mayWriteInto = (other: Placed, fetch: Placed): boolean =>
  isWithin(other.path, fetch.path) || (isWithin(fetch.path, other.path) && !isBefore(other, fetch));

const inOrder = (steps: readonly Step[]): Step => {
  const [only] = steps;
  if (only && steps.length === 1) return only;
  return async (run) => {
    for (const step of steps) {
      const waiting = step(run);
      if (waiting) await waiting;
    }
  };
};

const atOnce = (steps: readonly Step[]): Step => {
  const [only] = steps;
  if (only && steps.length === 1) return only;
  return (run) => {
    const waiting = steps.map((step) => step(run)).filter((promise) => promise !== undefined);
    return waiting.length === 0 ? undefined : Promise.all(waiting).then(() => undefined);
  };
};

export const compilePlan = (plan: PlanNode, options: PlanOptions, hopOf: (service: string) => Hop): Step => {
  const placed = fetchesOf(plan, [], []);
  const compileFetch = (node: FetchNode, path: PathPattern): Step => {
    if (node.contextRewrites && node.contextRewrites.length > 0)
      throw new Error('Arguments filled from a context (@fromContext) are not supported.');
    const self = placed.find((fetch) => fetch.node === node) as Placed;
    const isWrittenTo = placed.some((other) => other !== self && mayWriteInto(other, self));
    const { maxEntities, supergraph } = options;
    const shelf = options.shelfOf?.(node) ?? null;
    const fetchOptions = { maxEntities, supergraph, node, path, isWrittenTo, shelf };
    const hop = hopOf(node.serviceName);
    return node.requires ? compileEntityFetch(fetchOptions, hop) : compileRootFetch(fetchOptions, hop);
  };
  const compile = (node: PlanNode, path: PathPattern): Step => {
    switch (node.kind) {
      case 'Fetch':
        return compileFetch(node, path);
      case 'Flatten':
        return compile(node.node, [...path, ...node.path.map(String)]);
      case 'Sequence':
        return inOrder(node.nodes.map((child) => compile(child, path)));
      case 'Parallel':
        return atOnce(node.nodes.map((child) => compile(child, path)));
      case 'Condition': {
        const [yes, no] = [node.ifClause, node.elseClause].map((child) => (child ? compile(child, path) : undefined));
        return (run) => (run.conditions[node.condition] ? yes : no)?.(run);
      }
      case 'Defer':
        throw new Error('Deferred parts of an answer are not supported: the planner was not to plan any.');
    }
  };
  return compile(plan, []);
};
