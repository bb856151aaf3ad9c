/**
 * Subscriptions as server-sent events, for clients and networks that have no WebSockets: the "distinct connections" form
 * of graphql-sse, one request per subscription. The same engine as behind the socket, pulled at the reader's pace.
 */
import { type Clock, isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import { callerAddressOf, FORWARDED_HEADER } from '#runtime/graphql/caller-address.ts';
import { corsHeaders, preflightResponse } from '#runtime/graphql/cors.ts';
import type { ErrorFormatter } from '#runtime/graphql/errors.ts';
import type { Identity, IdentityVerifier } from '#runtime/graphql/identity.ts';
import type { OriginPolicy } from '#runtime/graphql/origins.ts';
import { freshnessOfHeaders } from '#runtime/graphql/purpose.ts';
import type { OpenSubscription, ResultStream, SubscriptionRequest } from '#runtime/graphql/subscriptions.ts';
import { jsonResponse, thrownResponse } from '#runtime/http/responses.ts';
import type { Route, RouteRequest, RouteResponse } from '#runtime/http/routes.ts';
import { CORRELATION_HEADER } from '#runtime/telemetry/correlation.ts';
import type { ServerMetrics } from '#runtime/telemetry/metrics.ts';

export type SseOptions = {
  readonly path: string;
  readonly bodyLimitBytes: number;
  /** A comment is sent this often where nothing else is, so that nobody between takes the connection for dead. */
  readonly commentEveryMs: number;
  /** Proxies of ours in front: see callerAddressOf. */
  readonly trustedProxies: number;
};

export type SseDeps = {
  readonly open: OpenSubscription;
  readonly identity: IdentityVerifier;
  readonly formatError: ErrorFormatter;
  readonly metrics: ServerMetrics;
  readonly clock: Clock;
  /** Asked per request: our own origin is known only after listening. */
  origins(): OriginPolicy;
};

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};
/** setTimeout cannot wait longer than a signed 32-bit count of milliseconds. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

const eventOf = (event: 'next' | 'complete', data: unknown): string =>
  `event: ${event}\ndata: ${data === undefined ? '' : JSON.stringify(data)}\n\n`;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parsed = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure('BAD_INPUT', `${what} is not valid JSON.`);
  }
};

const requestIn = (request: RouteRequest): SubscriptionRequest => {
  const variables = request.query.get('variables');
  const asked: unknown =
    request.method === 'GET'
      ? {
          query: request.query.get('query'),
          operationName: request.query.get('operationName') ?? undefined,
          variables: variables === null ? undefined : parsed(variables, 'The parameter "variables"'),
        }
      : parsed(new TextDecoder().decode(request.rawBody), 'The body');
  if (!isRecord(asked) || typeof asked.query !== 'string')
    throw new Failure('BAD_INPUT', 'query: send the text of a subscription.', { field: 'query' });
  const { query, operationName, variables: values } = asked;
  if (values !== undefined && values !== null && !isRecord(values))
    throw new Failure('BAD_INPUT', 'variables: send an object.', { field: 'variables' });
  return {
    query,
    ...(typeof operationName === 'string' && operationName !== '' ? { operationName } : {}),
    variables: isRecord(values) ? values : {},
  };
};

export const createSseRoutes = (options: SseOptions, deps: SseDeps): readonly Route[] => {
  const { clock, formatError, metrics } = deps;

  /** Resolves when the token ends; never, where it does not or the stream is over before. */
  const expiry = async (identity: Identity, over: AbortSignal): Promise<void> => {
    const { expiresAtSeconds } = identity;
    if (expiresAtSeconds === undefined) return new Promise(() => undefined);
    for (let leftMs = 1; leftMs > 0; leftMs = expiresAtSeconds * 1000 - clock.now())
      await clock.delay(Math.min(Math.max(0, expiresAtSeconds * 1000 - clock.now()), LONGEST_WAIT_MS), over);
  };

  async function* bodyOf(
    stream: ResultStream,
    identity: Identity,
    correlationId: string,
    signal: AbortSignal,
    leave: () => void,
  ): AsyncGenerator<string, void, undefined> {
    const over = new AbortController();
    const expired = expiry(identity, over.signal).then(() => 'expired' as const);
    expired.catch(() => undefined);
    const gone = new Promise<'gone'>((resolve) => {
      signal.addEventListener('abort', () => resolve('gone'), { once: true });
      if (signal.aborted) resolve('gone');
    });
    let beat = Promise.withResolvers<'beat'>();
    const stopBeating = clock.every(options.commentEveryMs, () => beat.resolve('beat'));
    metrics.subscriptions.inc();
    try {
      yield `: ${isoOf(clock.now())}\n\n`;
      let next = stream.next();
      for (;;) {
        const came = await Promise.race([next, expired, gone, beat.promise]);
        if (came === 'gone') return;
        if (came === 'beat') {
          beat = Promise.withResolvers();
          yield ':\n\n';
        } else if (came === 'expired') {
          throw new Failure('UNAUTHENTICATED', 'The token has expired: subscribe again with a new one, resuming.');
        } else if (came.done) break;
        else {
          metrics.events.inc();
          yield eventOf('next', came.value);
          next = stream.next();
        }
      }
      yield eventOf('complete', undefined);
    } catch (error) {
      const causes = error instanceof AggregateError ? error.errors : [error];
      const errors = causes.map((cause) => formatError(cause, correlationId));
      for (const { extensions } of errors) metrics.error('subscription', String(extensions?.code));
      yield eventOf('next', { errors });
      yield eventOf('complete', undefined);
    } finally {
      metrics.subscriptions.dec();
      stopBeating();
      over.abort(new Error('The stream is over.'));
      leave();
    }
  }

  const respond = async (request: RouteRequest, correlationId: string): Promise<RouteResponse> => {
    const asked = requestIn(request);
    const { authorization } = request.headers;
    const identity = await deps.identity.verify(authorization);
    const leaving = new AbortController();
    const signal = AbortSignal.any([request.signal, leaving.signal]);
    const startedMs = clock.now();
    const opened = await deps.open(asked, {
      identity,
      ...(authorization === undefined ? {} : { authorization }),
      callerAddress: callerAddressOf(request.remoteAddress, request.headers[FORWARDED_HEADER], options.trustedProxies),
      correlationId,
      signal,
      freshness: freshnessOfHeaders(request.headers, identity.scopes),
    });
    metrics.operation('subscription', opened.kind === 'opened' ? 'ok' : 'failed', (clock.now() - startedMs) / 1000);
    if (opened.kind === 'refused')
      return jsonResponse(400, { errors: opened.errors.map((error) => formatError(error, correlationId)) });
    const leave = (): void => leaving.abort(new Error('The stream is over.'));
    return {
      status: 200,
      headers: HEADERS,
      body: bodyOf(opened.stream, identity, correlationId, request.signal, leave),
    };
  };

  const handle = async (request: RouteRequest): Promise<RouteResponse> => {
    const correlationId = request.headers[CORRELATION_HEADER] ?? 'none';
    const response = await respond(request, correlationId).catch((error: unknown) =>
      thrownResponse(error, correlationId),
    );
    const cors = corsHeaders(request.headers.origin, deps.origins());
    return { ...response, headers: { ...response.headers, ...cors } };
  };

  return [
    { method: 'POST', path: options.path, bodyLimitBytes: options.bodyLimitBytes, handle },
    { method: 'GET', path: options.path, handle },
    { method: 'OPTIONS', path: options.path, handle: (request) => preflightResponse(request, deps.origins()) },
  ];
};
