/** From the text of an operation to something that can be run, or to why not. */
import { operationFromDocument } from '@apollo/federation-internals';
import type { PlanNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  getOperationAST,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { Failure } from '#runtime/failure.ts';
import type { ErrorFormatter } from '#runtime/graphql/errors.ts';
import { createAnswer, failedAnswer } from './answer.ts';
import type { CompiledOperation, Preparation, Refusal } from './engine.ts';
import { beginRun, type Step } from './fetch.ts';
import type { Generation } from './generation.ts';
import type { Hop } from './hop.ts';
import { compilePlan } from './plan.ts';
import { conditionVariablesOf } from './selection.ts';
import { createVariableCheck } from './variables.ts';

export type PreparationOptions = {
  /** Longest document taken, in lexical tokens. */
  readonly maxTokens: number;
  /** Whether questions about the schema are answered, and mistakes are met with names from it. */
  readonly introspection: boolean;
  /** Most entities asked for in one request to a subgraph. */
  readonly maxEntities: number;
};

export type PreparationDeps = {
  readonly formatError: ErrorFormatter;
  hopOf(service: string): Hop;
};

type Parsed = {
  readonly kind: 'parsed';
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
};

const withCode = (error: unknown, code: string): GraphQLError => {
  if (!(error instanceof GraphQLError))
    return new GraphQLError(error instanceof Error ? error.message : String(error), { extensions: { code } });
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    originalError: error.originalError,
    extensions: { ...error.extensions, code },
  });
};

const refused = (code: string, ...errors: readonly unknown[]): Refusal => ({
  kind: 'refused',
  errors: errors.map((error) => withCode(error, code)),
});

const fragmentsOf = (document: DocumentNode): Readonly<Record<string, FragmentDefinitionNode>> => {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  return fragments;
};

/** Names from the schema that a mistake was near to. */
const withoutSuggestions = (message: string): string => message.replace(/ ?Did you mean .*\?$/s, '');

const check = (
  generation: Generation,
  options: PreparationOptions,
  query: string,
  operationName: string | null,
): Parsed | Refusal => {
  let document: DocumentNode;
  try {
    document = parse(query, { maxTokens: options.maxTokens });
  } catch (error) {
    return refused('GRAPHQL_PARSE_FAILED', error);
  }
  const rules = options.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  try {
    const errors = validate(generation.api, document, rules);
    if (errors.length > 0)
      return refused(
        'GRAPHQL_VALIDATION_FAILED',
        ...errors.map((error) =>
          options.introspection
            ? error
            : new GraphQLError(withoutSuggestions(error.message), { nodes: error.nodes, extensions: error.extensions }),
        ),
      );
  } catch (error) {
    // graphql 16 throws, rather than reports, on the root field of a subscription under @include or @skip.
    return refused('GRAPHQL_VALIDATION_FAILED', error);
  }
  const operation = getOperationAST(document, operationName);
  if (!operation) {
    const message = operationName
      ? `The document has no operation named "${operationName}".`
      : 'The document has several operations: name one with operationName.';
    return refused('OPERATION_RESOLUTION_FAILURE', new GraphQLError(message));
  }
  return { kind: 'parsed', document, operation, fragments: fragmentsOf(document) };
};

/** Entity fetches carry their keys in a variable of this name, and a client's would take its place. */
const RESERVED_VARIABLE = 'representations';

const reservedVariable = (operation: OperationDefinitionNode): Refusal | null => {
  const reserved = operation.variableDefinitions?.find(({ variable }) => variable.name.value === RESERVED_VARIABLE);
  if (!reserved) return null;
  const message = `The variable name "$${RESERVED_VARIABLE}" is reserved: give the variable another name.`;
  return refused('BAD_USER_INPUT', new GraphQLError(message, { nodes: reserved }));
};

export const prepareOperation = (
  generation: Generation,
  options: PreparationOptions,
  deps: PreparationDeps,
  query: string,
  operationName: string | null,
): Preparation => {
  const parsed = check(generation, options, query, operationName);
  if (parsed.kind === 'refused') return parsed;
  const { document, fragments, operation } = parsed;
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
    const message = 'Subscriptions run over a WebSocket (graphql-transport-ws) on this same path.';
    return { kind: 'refused', errors: [new Failure('BAD_INPUT', message)] };
  }
  const reserved = reservedVariable(operation);
  if (reserved) return reserved;
  const name = operation.name?.value ?? null;
  let fetchAll: Step;
  try {
    const plan = generation.planner.buildQueryPlan(
      operationFromDocument(generation.apiSchema, document, name === null ? {} : { operationName: name }),
    );
    // Only subscriptions are planned as something else.
    const node = plan.node as PlanNode | undefined;
    const planOptions = { supergraph: generation.supergraph, maxEntities: options.maxEntities };
    fetchAll = node ? compilePlan(node, planOptions, deps.hopOf) : () => undefined;
  } catch (error) {
    // The operation is valid: that it cannot be planned is no fault of the caller's.
    return { kind: 'refused', errors: [error] };
  }
  const conditionVariables = conditionVariablesOf(operation, fragments);
  const variableCheck = createVariableCheck(generation.api, operation, conditionVariables);
  const answer = createAnswer(generation.api, operation, fragments, deps.formatError);

  const compiled: CompiledOperation = {
    operation: operation.operation,
    name,
    execute: async (variables, scope) => {
      const errors = variableCheck.errorsOf(variables);
      if (errors) return { kind: 'refused', errors };
      const run = beginRun(variables, variableCheck.conditionsOf(variables), scope);
      try {
        const waiting = fetchAll(run);
        if (waiting) await waiting;
        return answer(run);
      } catch (error) {
        return failedAnswer(error, deps.formatError, scope.correlationId);
      }
    },
  };
  return { kind: 'prepared', operation: compiled };
};
