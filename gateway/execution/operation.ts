/** From a planned operation to something that can be run. */
import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { type DocumentNode, type FragmentDefinitionNode, getOperationAST, Kind, parse } from 'graphql';
import type { ErrorFormatter } from '#runtime/graphql/errors.ts';
import type { Plan } from '../planning/planned.ts';
import { createAnswer, failedAnswer } from './answer.ts';
import type { CompiledOperation, Outcome, Refusal } from './engine.ts';
import { beginRun } from './fetch.ts';
import type { Generation } from './generation.ts';
import type { Hop, HopScope } from './hop.ts';
import { compilePlan } from './plan.ts';
import { conditionVariablesOf } from './selection.ts';
import type { FetchShelf, Keeper, Keeping, KeptAnswers } from './shelf.ts';
import { createVariableCheck, type Variables } from './variables.ts';

export type CompileOptions = {
  /** Most entities asked for in one request to a subgraph. */
  readonly maxEntities: number;
};

/** Told when an operation begins and ends, so that whoever retires what it uses knows when that is free. */
export type Use = { begin(): void; end(): void };

export type PreparationDeps = {
  readonly formatError: ErrorFormatter;
  hopOf(service: string): Hop;
  readonly use?: Use;
  /** Absent when nothing is to be kept. */
  readonly keeper?: Keeper;
};

const fragmentsOf = (document: DocumentNode): Readonly<Record<string, FragmentDefinitionNode>> => {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  return fragments;
};

/** `query` is valid: the planner has made `plan` of it. */
export const compileOperation = (
  generation: Generation,
  options: CompileOptions,
  deps: PreparationDeps,
  query: string,
  operationName: string | null,
  plan: Plan,
): CompiledOperation => {
  const document = parse(query);
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Error('A planned operation is not in its own text.');
  const fragments = fragmentsOf(document);
  const { maxEntities } = options;
  const { supergraph } = generation;
  // Only subscriptions are planned as something else.
  const node = plan.node as PlanNode | null;
  const keeper = operation.operation === 'query' ? deps.keeper : undefined;
  const shelves: (FetchShelf | null)[] = [];
  const shelfOf = (fetch: FetchNode): FetchShelf | null => {
    const shelf = keeper?.shelfOf(fetch) ?? null;
    shelves.push(shelf);
    return shelf;
  };
  const fetchAll = node ? compilePlan(node, { supergraph, maxEntities, shelfOf }, deps.hopOf) : () => undefined;
  const conditionVariables = conditionVariablesOf(operation, fragments);
  const variableCheck = createVariableCheck(generation.api, operation, conditionVariables);
  const answer = createAnswer(generation.api, operation, fragments, deps.formatError);
  const { use } = deps;
  const answers: KeptAnswers | null =
    keeper?.answersOf(operation.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [], shelves) ?? null;

  const runFor = async (variables: Variables, scope: HopScope, keeping: Keeping | null): Promise<Outcome | Refusal> => {
    const errors = variableCheck.errorsOf(variables);
    if (errors) return { kind: 'refused', errors };
    const run = beginRun(variables, variableCheck.conditionsOf(variables), scope, keeping);
    use?.begin();
    try {
      const waiting = fetchAll(run);
      if (waiting) await waiting;
      return answer(run);
    } catch (error) {
      return failedAnswer(error, deps.formatError, scope.correlationId);
    } finally {
      use?.end();
    }
  };

  return {
    operation: operation.operation as CompiledOperation['operation'],
    name: operation.name?.value ?? null,
    execute: (variables, scope) =>
      answers
        ? answers.answer(variables, scope, (keeping) => runFor(variables, scope, keeping))
        : runFor(variables, scope, null),
    atHand: (variables, asked) => answers?.atHand(variables, asked) ?? null,
  };
};
