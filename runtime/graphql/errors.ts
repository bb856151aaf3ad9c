/**
 * What an error may tell a caller. Catalogued failures say their name and message; mistakes in the request keep the
 * code the GraphQL layer gave them; everything else is a bug or a secret and is masked, with the details in the log
 * under the correlation id.
 */
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { FAILURES, type Failure, type FailureCode, isFailure } from '#runtime/failure.ts';
import type { Log } from '#runtime/log.ts';

/** Codes for requests that are wrong before anything runs: the message speaks of the caller's own document. */
const REQUEST_CODES: ReadonlySet<string> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

const MASKED_MESSAGE = 'Something went wrong on our side. Quote the correlation id when you report it.';

export const isFailureCode = (code: unknown): code is FailureCode =>
  typeof code === 'string' && Object.hasOwn(FAILURES, code);

const failureBehind = (error: unknown): Failure | null => {
  for (let current = error, depth = 0; depth < 4; depth += 1) {
    if (isFailure(current)) return current;
    if (!(current instanceof GraphQLError) || !current.originalError) return null;
    current = current.originalError;
  }
  return null;
};

const failureExtensions = (failure: Failure): Record<string, unknown> => {
  const { system, retryAfterMs, field } = failure.details;
  return {
    code: failure.code,
    ...(system === undefined ? {} : { system }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(field === undefined ? {} : { field }),
  };
};

/** Extensions that a subgraph of ours may pass through the gateway to the caller. */
const PASSED_ON = ['system', 'retryAfterMs', 'field', 'serviceName'] as const;

const placeOf = (error: unknown): Pick<GraphQLFormattedError, 'locations' | 'path'> => {
  if (!(error instanceof GraphQLError)) return {};
  const { locations, path } = error;
  return { ...(locations === undefined ? {} : { locations }), ...(path === undefined ? {} : { path }) };
};

export type ErrorFormatter = (error: unknown, correlationId: string) => GraphQLFormattedError;

export const createErrorFormatter =
  (deps: { readonly log: Log }): ErrorFormatter =>
  (error, correlationId) => {
    const extensions: Record<string, unknown> = error instanceof GraphQLError ? error.extensions : {};
    const { code, serviceName } = extensions;
    const from = typeof serviceName === 'string' ? { serviceName } : {};
    // A subgraph that finds the gateway's own query invalid reveals a fault of ours, not of the caller.
    if (
      typeof code === 'string' &&
      REQUEST_CODES.has(code) &&
      (code === 'BAD_USER_INPUT' || !('serviceName' in extensions))
    ) {
      return {
        message: (error as GraphQLError).message,
        ...placeOf(error),
        extensions: { code, ...from, correlationId },
      };
    }
    const failure = failureBehind(error);
    if (failure && failure.code !== 'INTERNAL') {
      return {
        message: failure.message,
        ...placeOf(error),
        extensions: { ...failureExtensions(failure), ...from, correlationId },
      };
    }
    if (isFailureCode(code) && code !== 'INTERNAL') {
      const passed = Object.fromEntries(
        PASSED_ON.flatMap((name) => (extensions[name] === undefined ? [] : [[name, extensions[name]]])),
      );
      return {
        message: (error as GraphQLError).message,
        ...placeOf(error),
        extensions: { code, ...passed, correlationId },
      };
    }
    const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
    // A subgraph that masked an error has logged it itself, under the same correlation id.
    const isMaskedBefore = code === 'INTERNAL' && typeof serviceName === 'string';
    deps.log[isMaskedBefore ? 'debug' : 'error'](
      { err: cause, correlationId, path: error instanceof GraphQLError ? error.path : undefined, ...from },
      'masked error',
    );
    return { message: MASKED_MESSAGE, ...placeOf(error), extensions: { code: 'INTERNAL', ...from, correlationId } };
  };
