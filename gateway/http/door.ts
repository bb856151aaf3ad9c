/**
 * GraphQL over HTTP at the gateway: POST with JSON, GET for queries, text or saved id, straight to the compiled
 * operation. One way through for every request, with as little as possible made on it.
 */
import { GraphQLError } from 'graphql';
import type { Clock } from '#runtime/clock.ts';
import { Failure, type FailureCode } from '#runtime/failure.ts';
import { audienceOf } from '#runtime/graphql/audience.ts';
import { corsHeaders, preflightResponse } from '#runtime/graphql/cors.ts';
import type { ErrorFormatter } from '#runtime/graphql/errors.ts';
import type { GraphQLHttp } from '#runtime/graphql/http.ts';
import type { Identity } from '#runtime/graphql/identity.ts';
import type { RememberingVerifier } from '#runtime/graphql/identity-memory.ts';
import type { OriginPolicy } from '#runtime/graphql/origins.ts';
import {
  DEFAULT_FRESHNESS,
  type Freshness,
  freshnessOfHeaders,
  MAX_AGE_HEADER,
  PURPOSE_HEADER,
} from '#runtime/graphql/purpose.ts';
import { budgetFrom, TIME_BUDGET_HEADER, workTimeOf } from '#runtime/graphql/time-budget.ts';
import { errorResponse, thrownResponse } from '#runtime/http/responses.ts';
import type { RouteRequest, RouteResponse } from '#runtime/http/routes.ts';
import { CORRELATION_HEADER } from '#runtime/telemetry/correlation.ts';
import type { ServerMetrics } from '#runtime/telemetry/metrics.ts';
import type { CompiledOperation, Engine, Outcome, Preparation, Refusal } from '../execution/engine.ts';
import { type Asked, readAsked } from './asked.ts';
import { createDeadlines } from './deadlines.ts';
import { ANY_FORM, type AnswerForm, createNegotiation } from './media-type.ts';
import { notSaved, type SavedOperations } from './saved-operations.ts';
import { ServedScope } from './served-scope.ts';

export type DoorOptions = {
  readonly path: string;
  readonly bodyLimitBytes: number;
  /** Longest time one operation may take, in milliseconds. */
  readonly timeLimitMs: number;
  /** Only saved operations are executed. */
  readonly safelist: boolean;
  /** Proxies of ours in front: see callerAddressOf. */
  readonly trustedProxies: number;
};

export type DoorDeps = {
  /** The graph's present version. */
  engine(): Engine;
  readonly saved: SavedOperations;
  readonly identity: RememberingVerifier;
  readonly formatError: ErrorFormatter;
  readonly metrics: ServerMetrics;
  readonly clock: Clock;
  /** Asked per request: the port, and with it our own origin, is known only after listening. */
  origins(): OriginPolicy;
};

/** After the budget is spent, work that has ended with it gets this long to hand in a partial result. */
const PARTIAL_RESULT_GRACE_MS = 500;

export const openDoor = (options: DoorOptions, deps: DoorDeps): GraphQLHttp => {
  const { clock, formatError, identity: verifier, metrics, saved } = deps;
  const negotiate = createNegotiation();
  const deadlines = createDeadlines(clock);

  /** The headers of most answers, made once. */
  const plainHeaders = new Map<string, Readonly<Record<string, string>>>();
  const headersFor = (contentType: string, origin: string | undefined): Readonly<Record<string, string>> => {
    if (origin !== undefined)
      return { 'cache-control': 'no-store', 'content-type': contentType, ...corsHeaders(origin, deps.origins()) };
    const known = plainHeaders.get(contentType);
    if (known) return known;
    const made = { 'cache-control': 'no-store', 'content-type': contentType, vary: 'origin' };
    plainHeaders.set(contentType, made);
    return made;
  };

  /** One request while it is being answered. */
  type Visit = {
    readonly request: RouteRequest;
    readonly form: AnswerForm;
    readonly correlationId: string;
    readonly startedMs: number;
  };

  const respond = (visit: Visit, status: number, body: string): RouteResponse => ({
    status,
    headers: headersFor(visit.form.contentType, visit.request.headers.origin),
    body,
  });

  /** An answer that the HTTP layer has made, with what every answer of the door carries. */
  const dressed = ({ form, request }: Visit, response: RouteResponse): RouteResponse => ({
    ...response,
    headers: {
      ...headersFor(form.contentType, request.headers.origin),
      ...response.headers,
      'content-type': form.contentType,
    },
  });

  const turnedAway = (
    visit: Visit,
    status: number,
    code: FailureCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ): RouteResponse => {
    metrics.error('invalid', code);
    return dressed(visit, errorResponse(status, code, message, visit.correlationId, headers));
  };

  const secondsSince = ({ startedMs }: Visit): number => (clock.now() - startedMs) / 1000;

  /** The operation as it stands cannot be executed: a mistake of the caller's, found before anything was sent. */
  const refusedAnswer = (visit: Visit, kind: string, refusal: Refusal): RouteResponse => {
    const errors = refusal.errors.map((error) => formatError(error, visit.correlationId));
    for (const { extensions } of errors) metrics.error(kind, String(extensions?.code));
    metrics.operation(kind, 'failed', secondsSince(visit));
    const isOurs = errors.some(({ extensions }) => extensions?.code === 'INTERNAL');
    return respond(visit, isOurs ? 500 : visit.form.mistakeStatus, JSON.stringify({ errors }));
  };

  const executedAnswer = (visit: Visit, kind: string, outcome: Outcome): RouteResponse => {
    for (const { extensions } of outcome.errors) metrics.error(kind, String(extensions?.code));
    const isWhole = outcome.errors.length === 0;
    metrics.operation(kind, isWhole ? 'ok' : outcome.data === 'none' ? 'failed' : 'partial', secondsSince(visit));
    return respond(visit, 200, outcome.body);
  };

  const execute = (
    visit: Visit,
    operation: CompiledOperation,
    asked: Asked,
    freshness: Freshness,
    audience: string,
  ): Promise<RouteResponse> => {
    const { correlationId, request, startedMs } = visit;
    const budgetMs = budgetFrom(request.headers[TIME_BUDGET_HEADER], options.timeLimitMs);
    const time = {
      workEndsMs: startedMs + workTimeOf(budgetMs),
      answerEndsMs: startedMs + budgetMs + PARTIAL_RESULT_GRACE_MS,
    };
    const kind = operation.operation;
    return new Promise((resolve) => {
      const scope = new ServedScope(
        request,
        { audience, correlationId, freshness },
        time,
        () => {
          metrics.operation(kind, 'failed', secondsSince(visit));
          metrics.error(kind, 'UPSTREAM_TIMEOUT');
          const message = `No answer within ${budgetMs} ms.`;
          resolve(dressed(visit, errorResponse(504, 'UPSTREAM_TIMEOUT', message, correlationId)));
        },
        options.trustedProxies,
      );
      deadlines.watch(scope);
      operation.execute(asked.variables, scope).then(
        (outcome) => {
          if (!deadlines.forget(scope)) return;
          resolve(
            outcome.kind === 'executed' ? executedAnswer(visit, kind, outcome) : refusedAnswer(visit, kind, outcome),
          );
        },
        (error: unknown) => {
          if (deadlines.forget(scope)) resolve(refusedAnswer(visit, kind, { kind: 'refused', errors: [error] }));
        },
      );
    });
  };

  /** The text that is meant, or why there is none. */
  const textOf = ({ hash, query }: Asked): string | Refusal => {
    const known = hash === null ? null : saved.textOf(hash);
    if (query === null) {
      if (known !== null) return known;
      // These very words tell Apollo's clients to send the text.
      const error = new GraphQLError('PersistedQueryNotFound', { extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } });
      return { kind: 'refused', errors: [error] };
    }
    if (known !== null && known !== query) {
      const message = 'The id belongs to another operation than the one that was sent with it: send one of the two.';
      return { kind: 'refused', errors: [new Failure('BAD_INPUT', message, { field: 'id' })] };
    }
    return query;
  };

  const answerPrepared = (
    visit: Visit,
    asked: Asked,
    freshness: Freshness,
    identity: Identity,
    preparation: Preparation,
  ): RouteResponse | Promise<RouteResponse> => {
    if (preparation.kind === 'refused') return refusedAnswer(visit, 'invalid', preparation);
    const { operation } = preparation;
    if (operation.operation === 'mutation' && visit.request.method !== 'POST')
      return turnedAway(visit, 405, 'BAD_INPUT', 'Mutations are sent with POST only.', { allow: 'POST' });
    const audience = audienceOf(identity);
    const { authorization } = visit.request.headers;
    const kept = operation.atHand(asked.variables, { audience, freshness, authorization });
    if (kept) return executedAnswer(visit, operation.operation, kept);
    return execute(visit, operation, asked, freshness, audience);
  };

  const answerAs = (visit: Visit, asked: Asked, identity: Identity): RouteResponse | Promise<RouteResponse> => {
    const { request } = visit;
    const { headers } = request;
    let freshness = DEFAULT_FRESHNESS;
    if (headers[PURPOSE_HEADER] !== undefined || headers[MAX_AGE_HEADER] !== undefined) {
      try {
        freshness = freshnessOfHeaders(headers, identity.scopes);
      } catch (error) {
        metrics.error('invalid', 'BAD_INPUT');
        return dressed(visit, thrownResponse(error, visit.correlationId));
      }
    }
    const text = textOf(asked);
    if (typeof text !== 'string') return refusedAnswer(visit, 'invalid', text);
    if (options.safelist && !saved.has(text)) {
      const { code, message } = notSaved();
      return turnedAway(visit, 403, code, message);
    }
    const preparation = deps.engine().prepare(text, asked.operationName);
    return preparation instanceof Promise
      ? preparation.then((made) => answerPrepared(visit, asked, freshness, identity, made))
      : answerPrepared(visit, asked, freshness, identity, preparation);
  };

  const verified = async (visit: Visit, asked: Asked): Promise<RouteResponse> => {
    let identity: Identity;
    try {
      identity = await verifier.verify(visit.request.headers.authorization);
    } catch (error) {
      metrics.error('invalid', 'UNAUTHENTICATED');
      const response = thrownResponse(error, visit.correlationId);
      const isTheirs = response.status === 401;
      return dressed(visit, isTheirs ? { ...response, headers: { 'www-authenticate': 'Bearer' } } : response);
    }
    return answerAs(visit, asked, identity);
  };

  const handle = (request: RouteRequest): RouteResponse | Promise<RouteResponse> => {
    const { headers } = request;
    const form = negotiate(headers.accept);
    const correlationId = headers[CORRELATION_HEADER] ?? 'none';
    const visit: Visit = { request, form: form ?? ANY_FORM, correlationId, startedMs: clock.now() };
    if (!form) {
      const message = 'Accept: application/graphql-response+json or application/json, in UTF-8, is what there is.';
      return turnedAway(visit, 406, 'BAD_INPUT', message);
    }
    const asked = readAsked(request);
    if (asked.kind === 'misasked') return turnedAway(visit, asked.status, 'BAD_INPUT', asked.message);
    const identity = verifier.known(headers.authorization);
    return identity ? answerAs(visit, asked, identity) : verified(visit, asked);
  };

  return {
    routes: [
      { method: 'POST', path: options.path, bodyLimitBytes: options.bodyLimitBytes, handle },
      { method: 'GET', path: options.path, handle },
      { method: 'OPTIONS', path: options.path, handle: (request) => preflightResponse(request, deps.origins()) },
    ],
    stop: async () => deadlines.stop(),
  };
};
