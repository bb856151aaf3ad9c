/** One version of the supergraph, ready to plan: texts are parsed, validated and planned here, and nowhere else. */
import { operationFromDocument, type Schema, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { Failure } from '#runtime/failure.ts';
import { askForPosition } from '../subscriptions/cursor.ts';
import type { Planned, PlanRefusal, PlanRequest } from './planned.ts';

export type PlannerOptions = {
  /** Longest document taken, in lexical tokens. */
  readonly maxTokens: number;
  /** Whether questions about the schema are answered, and mistakes are met with names from it. */
  readonly introspection: boolean;
};

export type Planner = {
  readonly planner: QueryPlanner;
  /** What clients see, as the planner needs it. */
  readonly apiSchema: Schema;
  /** What clients see. */
  readonly api: GraphQLSchema;
  /** With everything that clients do not see. */
  readonly supergraph: GraphQLSchema;
  /** Where the supergraph says that its subgraphs are. */
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** Never throws. */
  plan(request: PlanRequest): Planned;
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

const refused = (code: string, ...errors: readonly unknown[]): PlanRefusal => ({
  kind: 'refused',
  errors: errors.map((error) => withCode(error, code)),
});

/** Names from the schema that a mistake was near to. */
const withoutSuggestions = (message: string): string => message.replace(/ ?Did you mean .*\?$/s, '');

type Parsed = {
  readonly kind: 'parsed';
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
};

const check = (api: GraphQLSchema, options: PlannerOptions, request: PlanRequest): Parsed | PlanRefusal => {
  const { operationName, query } = request;
  let document: DocumentNode;
  try {
    document = parse(query, { maxTokens: options.maxTokens });
  } catch (error) {
    return refused('GRAPHQL_PARSE_FAILED', error);
  }
  const rules = options.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  try {
    const errors = validate(api, document, rules);
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
  if (operation) return { kind: 'parsed', document, operation };
  const message = operationName
    ? `The document has no operation named "${operationName}".`
    : 'The document has several operations: name one with operationName.';
  return refused('OPERATION_RESOLUTION_FAILURE', new GraphQLError(message));
};

/** Entity fetches carry their keys in a variable of this name, and a client's would take its place. */
const RESERVED_VARIABLE = 'representations';

const reservedVariable = (operation: OperationDefinitionNode): PlanRefusal | null => {
  const reserved = operation.variableDefinitions?.find(({ variable }) => variable.name.value === RESERVED_VARIABLE);
  if (!reserved) return null;
  const message = `The variable name "$${RESERVED_VARIABLE}" is reserved: give the variable another name.`;
  return refused('BAD_USER_INPUT', new GraphQLError(message, { nodes: reserved }));
};

const wrongEndpoint = (kind: PlanRequest['kind'], operation: OperationDefinitionNode): PlanRefusal | null => {
  const isStream = operation.operation === OperationTypeNode.SUBSCRIPTION;
  if (isStream === (kind === 'stream')) return null;
  const message = isStream
    ? 'Subscriptions run over a WebSocket (graphql-transport-ws) on this same path.'
    : `Only subscriptions run over a WebSocket: send this ${operation.operation} as POST /graphql.`;
  return { kind: 'refused', errors: [new Failure('BAD_INPUT', message)] };
};

/** `validateSupergraph` is for text that nobody has composed or checked before. */
export const createPlanner = (supergraphSdl: string, options: PlannerOptions, validateSupergraph = false): Planner => {
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph });
  const apiSchema = supergraph.apiSchema();
  const api = apiSchema.toGraphQLJSSchema();
  const queryPlanner = new QueryPlanner(supergraph);

  const plan = (request: PlanRequest): Planned => {
    const parsed = check(api, options, request);
    if (parsed.kind === 'refused') return parsed;
    const { operation } = parsed;
    const refusal = wrongEndpoint(request.kind, operation) ?? reservedVariable(operation);
    if (refusal) return refusal;
    const document = request.kind === 'stream' ? askForPosition(api, parsed.document).document : parsed.document;
    const operationName = operation.name?.value;
    const { node } = queryPlanner.buildQueryPlan(
      operationFromDocument(apiSchema, document, operationName === undefined ? {} : { operationName }),
    );
    if (request.kind === 'stream' && node?.kind !== 'Subscription')
      return refused(
        'GRAPHQL_VALIDATION_FAILED',
        new GraphQLError('This subscription cannot be planned: its root field belongs to no subgraph.'),
      );
    return { kind: 'planned', node: node ?? null };
  };

  return {
    planner: queryPlanner,
    apiSchema,
    api,
    supergraph: supergraph.schema.toGraphQLJSSchema(),
    subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url: url ?? '' })),
    plan: (request) => {
      try {
        return plan(request);
      } catch (error) {
        return { kind: 'refused', errors: [error] };
      }
    },
  };
};
