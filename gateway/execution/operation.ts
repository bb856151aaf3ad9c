/** From a planned operation to something that can be run. */
import type { PlanNode } from '@apollo/query-planner';
import { type DocumentNode, type FragmentDefinitionNode, getOperationAST, Kind, parse } from 'graphql';
import type { ErrorFormatter } from '#runtime/graphql/errors.ts';
import type { Plan } from '../planning/planned.ts';
import { createAnswer, failedAnswer } from './answer.ts';
import type { CompiledOperation } from './engine.ts';
import { beginRun } from './fetch.ts';
import type { Generation } from './generation.ts';
import type { Hop } from './hop.ts';
import { compilePlan } from './plan.ts';
import { conditionVariablesOf } from './selection.ts';
import { createVariableCheck } from './variables.ts';

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
  const fetchAll = node ? compilePlan(node, { supergraph, maxEntities }, deps.hopOf) : () => undefined;
  const conditionVariables = conditionVariablesOf(operation, fragments);
  const variableCheck = createVariableCheck(generation.api, operation, conditionVariables);
  const answer = createAnswer(generation.api, operation, fragments, deps.formatError);
  const { use } = deps;

  return {
    operation: operation.operation as CompiledOperation['operation'],
    name: operation.name?.value ?? null,
    execute: async (variables, scope) => {
      const errors = variableCheck.errorsOf(variables);
      if (errors) return { kind: 'refused', errors };
      const run = beginRun(variables, variableCheck.conditionsOf(variables), scope);
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
    },
  };
};
