/** Subscriptions as the WebSocket endpoint sees them: a request goes in, refused or a stream of results comes out. */
import {
  type DocumentNode,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql';
import { Failure } from '#runtime/failure.ts';
import type { Identity } from './identity.ts';
import type { Freshness } from './purpose.ts';

export type SubscriptionRequest = {
  readonly query: string;
  readonly operationName?: string;
  readonly variables: Readonly<Record<string, unknown>>;
};

/** Who subscribes. The signal aborts when the subscription is over, for whatever reason. */
export type Subscriber = {
  readonly identity: Identity;
  readonly authorization?: string;
  readonly callerAddress?: string | undefined;
  readonly correlationId: string;
  readonly signal: AbortSignal;
  /** What the fields of its events are wanted for; the default when absent. */
  readonly freshness?: Freshness;
};

/** Results in order, already formatted. `return` must settle even while `next` is waiting. */
export type ResultStream = AsyncGenerator<FormattedExecutionResult, void, void>;

export type OpenedSubscription =
  | {
      readonly kind: 'opened';
      readonly schema: GraphQLSchema;
      readonly document: DocumentNode;
      readonly stream: ResultStream;
    }
  | { readonly kind: 'refused'; readonly errors: readonly unknown[] };

export type OpenSubscription = (request: SubscriptionRequest, subscriber: Subscriber) => Promise<OpenedSubscription>;

export type PreparedSubscription = { readonly document: DocumentNode; readonly operation: OperationDefinitionNode };

export type Refusal = { readonly kind: 'refused'; readonly errors: readonly unknown[] };
export type Preparation = ({ readonly kind: 'prepared' } & PreparedSubscription) | Refusal;

const withCode = (error: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    originalError: error.originalError,
    extensions: { ...error.extensions, code },
  });

const asGraphQLError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError ? error : new GraphQLError(error instanceof Error ? error.message : String(error));

const refused = (errors: readonly GraphQLError[], code: string): Refusal => ({
  kind: 'refused',
  errors: errors.map((error) => withCode(error, code)),
});

/** Everything that can be wrong with a subscription's text. Depends on nothing else, so the answer may be kept. */
export const prepareSubscription = (
  schema: GraphQLSchema,
  request: Pick<SubscriptionRequest, 'query' | 'operationName'>,
  maxTokens: number,
): Preparation => {
  let document: DocumentNode;
  try {
    document = parse(request.query, { maxTokens });
  } catch (error) {
    return refused([asGraphQLError(error)], 'GRAPHQL_PARSE_FAILED');
  }
  try {
    const errors = validate(schema, document);
    if (errors.length > 0) return refused(errors, 'GRAPHQL_VALIDATION_FAILED');
  } catch (error) {
    // graphql 16 throws, rather than reports, on a root field under @include or @skip with a variable.
    return refused([asGraphQLError(error)], 'GRAPHQL_VALIDATION_FAILED');
  }
  const operation = getOperationAST(document, request.operationName);
  if (!operation) {
    const message = request.operationName
      ? `The document has no operation named "${request.operationName}".`
      : 'The document has several operations: name one with operationName.';
    return refused([new GraphQLError(message)], 'OPERATION_RESOLUTION_FAILURE');
  }
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
    return {
      kind: 'refused',
      errors: [
        new Failure(
          'BAD_INPUT',
          `Only subscriptions run over a WebSocket: send this ${operation.operation} as POST /graphql.`,
        ),
      ],
    };
  }
  return { kind: 'prepared', document, operation };
};

/** Checked before anything runs, because nothing downstream looks at variables that only later steps use. */
export const checkVariables = (
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: SubscriptionRequest['variables'],
): { readonly kind: 'valid'; readonly coerced: Readonly<Record<string, unknown>> } | Refusal => {
  const { errors, coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: 20,
  });
  return errors ? refused(errors, 'BAD_USER_INPUT') : { kind: 'valid', coerced };
};
