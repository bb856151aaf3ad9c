/** One event of a stream: it takes the place of the plan's first fetch, and the rest of the plan adds to it. */
import type { SubscriptionNode } from '@apollo/query-planner';
import type { FragmentDefinitionNode, OperationDefinitionNode } from 'graphql';
import { createAnswer, failedAnswer } from './answer.ts';
import type { Outcome } from './engine.ts';
import { beginRun, compileTakeRoot } from './fetch.ts';
import type { Generation } from './generation.ts';
import type { HopResult, HopScope } from './hop.ts';
import type { PreparationDeps } from './operation.ts';
import { compilePlan } from './plan.ts';
import { conditionVariablesOf } from './selection.ts';
import { createVariableCheck, type Variables } from './variables.ts';

/** The event may be shared with other streams: it is not changed. Never rejects. */
export type CompiledEvent = (event: HopResult, variables: Variables, scope: HopScope) => Promise<Outcome>;

export type EventOptions = {
  readonly plan: SubscriptionNode;
  /** The client's own, without what the gateway added to it. */
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly maxEntities: number;
};

export const compileEvent = (generation: Generation, options: EventOptions, deps: PreparationDeps): CompiledEvent => {
  const { fragments, maxEntities, operation, plan } = options;
  const { api, supergraph } = generation;
  const isWrittenTo = plan.rest !== undefined;
  const take = compileTakeRoot({ node: plan.primary, path: [], supergraph, isWrittenTo });
  const addRest = plan.rest ? compilePlan(plan.rest, { supergraph, maxEntities }, deps.hopOf) : () => undefined;
  const answer = createAnswer(api, operation, fragments, deps.formatError);
  const variableCheck = createVariableCheck(api, operation, conditionVariablesOf(operation, fragments));
  return async (event, variables, scope) => {
    const run = beginRun(variables, variableCheck.conditionsOf(variables), scope);
    try {
      take(run, [run.data], event, false);
      const waiting = addRest(run);
      if (waiting) await waiting;
      return answer(run);
    } catch (error) {
      return failedAnswer(error, deps.formatError, scope.correlationId);
    }
  };
};
