/** GraphQL over HTTP on one path: POST with JSON, GET for queries, through Apollo Server's own pipeline. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { ApolloServer, type ApolloServerPlugin, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { Clock } from '#runtime/clock.ts';
import { errorResponse, thrownResponse } from '#runtime/http/responses.ts';
import type { Route, RouteRequest, RouteResponse } from '#runtime/http/routes.ts';
import type { Log } from '#runtime/log.ts';
import { CORRELATION_HEADER } from '#runtime/telemetry/correlation.ts';
import type { ServerMetrics } from '#runtime/telemetry/metrics.ts';
import { CALLER_ADDRESS_HEADER } from './caller-address.ts';
import { createRequestContext, type RequestContext } from './context.ts';
import { corsHeaders, preflightResponse } from './cors.ts';
import type { ErrorFormatter } from './errors.ts';
import type { Identity, IdentityVerifier } from './identity.ts';
import type { OriginPolicy } from './origins.ts';
import { type Freshness, freshnessOfHeaders } from './purpose.ts';
import { budgetFrom, openTimeBudget, TIME_BUDGET_HEADER, workTimeOf } from './time-budget.ts';

/** What resolvers and the gateway's executor are given. */
export type ServedContext = RequestContext & {
  /** When the work has to be done, in milliseconds since the epoch: the moment `signal` aborts at the latest. */
  readonly deadlineMs: number;
};

/** A schema with resolvers. */
export type GraphQLEngine = { readonly kind: 'schema'; readonly schema: GraphQLSchema };

export type GraphQLHttpOptions = {
  readonly path: string;
  readonly engine: GraphQLEngine;
  readonly introspection: boolean;
  readonly bodyLimitBytes: number;
  /** Longest document taken, in lexical tokens. */
  readonly maxTokens: number;
  /** Longest time one operation may take, in milliseconds. */
  readonly timeLimitMs: number;
};

export type GraphQLHttpDeps = {
  readonly identity: IdentityVerifier;
  readonly formatError: ErrorFormatter;
  readonly metrics: ServerMetrics;
  readonly clock: Clock;
  readonly log: Log;
  /** Asked per request: the port, and with it our own origin, is known only after listening. */
  origins(): OriginPolicy;
};

export type GraphQLHttp = { readonly routes: readonly Route[]; stop(): Promise<void> };

/** After the budget is spent, work that listens to the signal gets this long to hand in a partial result. */
const PARTIAL_RESULT_GRACE_MS = 500;

const JSON_TYPE = /^application\/(json|graphql\+json)\s*(;|$)/i;

const apolloLogger = (log: Log) => ({
  debug: (message?: unknown) => log.debug(String(message)),
  info: (message?: unknown) => log.debug(String(message)),
  warn: (message?: unknown) => log.warn(String(message)),
  error: (message?: unknown) => log.error(String(message)),
});

/** The executor would fail on it as on a bug; the caller only took the wrong door. */
const subscriptionsElsewherePlugin: ApolloServerPlugin<ServedContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation }) => {
      if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return;
      throw new GraphQLError('Subscriptions run over a WebSocket (graphql-transport-ws) on this same path.', {
        extensions: { code: 'BAD_INPUT', http: { status: 400 } },
      });
    },
  }),
};

const metricsPlugin = (metrics: ServerMetrics, clock: Clock): ApolloServerPlugin<ServedContext> => ({
  requestDidStart: async () => {
    const startedMs = clock.now();
    return {
      willSendResponse: async ({ operation, response }) => {
        const kind = operation?.operation ?? 'invalid';
        const result = response.body.kind === 'single' ? response.body.singleResult : response.body.initialResult;
        const errors = result.errors ?? [];
        for (const error of errors) metrics.error(kind, String(error.extensions?.code));
        const outcome = errors.length === 0 ? 'ok' : result.data ? 'partial' : 'failed';
        metrics.operation(kind, outcome, (clock.now() - startedMs) / 1000);
      },
    };
  },
});

type Parsed =
  | { readonly kind: 'body'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly response: RouteResponse };

const parseBody = (request: RouteRequest, correlationId: string): Parsed => {
  if (request.method !== 'POST') return { kind: 'body', body: undefined };
  if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) {
    const message = 'Send the operation as JSON with "Content-Type: application/json".';
    return { kind: 'refused', response: errorResponse(415, 'BAD_INPUT', message, correlationId) };
  }
  try {
    return { kind: 'body', body: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(request.rawBody)) };
  } catch {
    return {
      kind: 'refused',
      response: errorResponse(400, 'BAD_INPUT', 'The body is not valid JSON in UTF-8.', correlationId),
    };
  }
};

const toRouteResponse = async (response: HTTPGraphQLResponse): Promise<RouteResponse> => {
  let body = '';
  if (response.body.kind === 'complete') body = response.body.string;
  else for await (const chunk of response.body.asyncIterator) body += chunk;
  return { status: response.status ?? 200, headers: Object.fromEntries(response.headers), body };
};

export const openGraphQLHttp = async (options: GraphQLHttpOptions, deps: GraphQLHttpDeps): Promise<GraphQLHttp> => {
  const { clock, formatError, metrics } = deps;
  /** Apollo's error hook is told nothing of the request; this carries the id to it. */
  const current = new AsyncLocalStorage<{ readonly correlationId: string }>();
  const shared = {
    introspection: options.introspection,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    // Callers are known by a bearer token alone, never by a cookie, and a POST must be JSON: there is nothing to forge.
    csrfPrevention: false,
    allowBatchedHttpRequests: false,
    hideSchemaDetailsFromClientErrors: !options.introspection,
    persistedQueries: false as const,
    logger: apolloLogger(deps.log),
    parseOptions: { maxTokens: options.maxTokens },
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // Both watch every field that is resolved, for headers that nobody here reads.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      subscriptionsElsewherePlugin,
      metricsPlugin(metrics, clock),
    ],
    formatError: (_formatted: unknown, error: unknown) =>
      formatError(error, current.getStore()?.correlationId ?? 'none'),
  };
  const server = new ApolloServer<ServedContext>({ ...shared, schema: options.engine.schema });
  await server.start();

  const execute = async (
    request: RouteRequest,
    body: unknown,
    identity: Identity,
    freshness: Freshness,
    correlationId: string,
  ): Promise<RouteResponse> => {
    const budgetMs = budgetFrom(request.headers[TIME_BUDGET_HEADER], options.timeLimitMs);
    using budget = openTimeBudget(workTimeOf(budgetMs), request.signal, clock);
    const { authorization } = request.headers;
    const context: ServedContext = {
      ...createRequestContext({
        identity,
        ...(authorization === undefined ? {} : { authorization }),
        callerAddress: request.headers[CALLER_ADDRESS_HEADER],
        correlationId,
        signal: budget.signal,
        freshness,
      }),
      deadlineMs: budget.deadlineMs,
    };
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers)) if (value !== undefined) headers.set(name, value);
    const search = request.query.toString();
    const answered = current.run({ correlationId }, () =>
      server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: { method: request.method, headers, search: search === '' ? '' : `?${search}`, body },
        context: async () => context,
      }),
    );
    const done = new AbortController();
    const tooLate = clock
      .delay(budgetMs + PARTIAL_RESULT_GRACE_MS, done.signal)
      .then(() => errorResponse(504, 'UPSTREAM_TIMEOUT', `No answer within ${budgetMs} ms.`, correlationId));
    tooLate.catch(() => undefined);
    try {
      return await Promise.race([answered.then(toRouteResponse), tooLate]);
    } finally {
      done.abort();
    }
  };

  const handle = async (request: RouteRequest): Promise<RouteResponse> => {
    const correlationId = request.headers[CORRELATION_HEADER] ?? 'none';
    const cors = corsHeaders(request.headers.origin, deps.origins());
    const respond = async (): Promise<RouteResponse> => {
      const parsed = parseBody(request, correlationId);
      if (parsed.kind === 'refused') return parsed.response;
      let identity: Identity;
      try {
        identity = await deps.identity.verify(request.headers.authorization);
      } catch (error) {
        metrics.error('invalid', 'UNAUTHENTICATED');
        const response = thrownResponse(error, correlationId);
        return response.status === 401
          ? { ...response, headers: { ...response.headers, 'www-authenticate': 'Bearer' } }
          : response;
      }
      let freshness: Freshness;
      try {
        freshness = freshnessOfHeaders(request.headers, identity.scopes);
      } catch (error) {
        metrics.error('invalid', 'BAD_INPUT');
        return thrownResponse(error, correlationId);
      }
      return execute(request, parsed.body, identity, freshness, correlationId);
    };
    const response = await respond();
    return { ...response, headers: { 'cache-control': 'no-store', ...response.headers, ...cors } };
  };

  return {
    routes: [
      { method: 'POST', path: options.path, bodyLimitBytes: options.bodyLimitBytes, handle },
      { method: 'GET', path: options.path, handle },
      { method: 'OPTIONS', path: options.path, handle: (request) => preflightResponse(request, deps.origins()) },
    ],
    stop: () => server.stop(),
  };
};
