/** From a client's planned subscription to what the gateway does: one stream to follow, and the work left per event. */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  visit,
} from 'graphql';
import { getArgumentValues } from 'graphql/execution/values.js';
import { type CompiledEvent, compileEvent } from '../execution/event.ts';
import type { Generation } from '../execution/generation.ts';
import type { PreparationDeps } from '../execution/operation.ts';
import type { Plan } from '../planning/planned.ts';
import { askForPosition, resumeArgumentOf } from './cursor.ts';
import { createUpstreamOperation, type UpstreamOperation } from './upstream-operation.ts';

export type SubscriptionPlan = {
  /** The client's text. */
  readonly query: string;
  /** The subgraph that owns the stream. */
  readonly service: string;
  readonly upstream: UpstreamOperation;
  /** Where items tell their position; null when they have none. */
  readonly positionAlias: string | null;
  /** Run once per event: the event itself in place of the first fetch, then everything other subgraphs add. */
  readonly perEvent: CompiledEvent;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Variables that what a client is sent depends on: all but one used only to say where to start. */
  readonly resultVariables: readonly string[];
  /** The cursor to start after that these variables ask for. */
  startOf(variables: Readonly<Record<string, unknown>>): string | null;
};

const fragmentsOf = (document: DocumentNode): Record<string, FragmentDefinitionNode> =>
  Object.fromEntries(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );

/** Validation has made sure that there is exactly one, possibly inside fragments. */
const rootFieldOf = (
  selections: readonly SelectionNode[],
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
): FieldNode | null => {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) return selection;
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value];
    const found = inner && rootFieldOf(inner.selectionSet.selections, fragments);
    if (found) return found;
  }
  return null;
};

const definitionOf = (schema: GraphQLSchema, field: FieldNode | null): GraphQLField<unknown, unknown> | null =>
  (field && schema.getSubscriptionType()?.getFields()[field.name.value]) ?? null;

const resultVariablesOf = (
  document: DocumentNode,
  root: FieldNode,
  resumeArgument: string | null,
): readonly string[] => {
  const used = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Argument: (node) => (root.arguments?.includes(node) && node.name.value === resumeArgument ? false : undefined),
    Variable: (node) => void used.add(node.name.value),
  });
  return [...used].sort();
};

export const planSubscription = (
  generation: Generation,
  query: string,
  operationNameAsked: string | null,
  plan: Plan,
  options: { readonly maxEntities: number },
  deps: PreparationDeps,
): SubscriptionPlan => {
  const document = parse(query);
  const operation = getOperationAST(document, operationNameAsked);
  const { node } = plan;
  if (!operation || node?.kind !== 'Subscription') throw new Error('The planner planned something else than a stream.');
  const fragments = fragmentsOf(document);
  const root = rootFieldOf(operation.selectionSet.selections, fragments);
  const definition = definitionOf(generation.api, root);
  if (!root || !definition)
    throw new GraphQLError('A subscription needs one root field of the schema.', {
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    });
  const positioned = askForPosition(generation.api, document);
  const { primary } = node;
  const resumeArgument = positioned.alias === null ? null : resumeArgumentOf(definition);
  const resumeType = definition.args.find(({ name }) => name === resumeArgument)?.type;
  return {
    query,
    service: primary.serviceName,
    upstream: createUpstreamOperation(
      primary,
      resumeArgument && resumeType ? { name: resumeArgument, type: String(resumeType) } : null,
    ),
    positionAlias: positioned.alias,
    perEvent: compileEvent(generation, { plan: node, operation, fragments, ...options }, deps),
    document,
    operation,
    resultVariables: resultVariablesOf(document, root, resumeArgument),
    startOf: (variables) => {
      if (resumeArgument === null) return null;
      const value = getArgumentValues(definition, root, variables as Record<string, unknown>)[resumeArgument];
      return typeof value === 'string' ? value : null;
    },
  };
};
