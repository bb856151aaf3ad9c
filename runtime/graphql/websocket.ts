/**
 * GraphQL over WebSocket (the graphql-transport-ws protocol), subscriptions only. The token comes in connection_init
 * and nowhere else, so that it stays out of URLs and logs and a page on another origin has nothing to ride on.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, type ExecutionResult, type FormattedExecutionResult, GraphQLError } from 'graphql';
import { type Context, handleProtocols, makeServer } from 'graphql-ws';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '#runtime/clock.ts';
import { Failure, isFailure } from '#runtime/failure.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import { correlationIdFrom } from '#runtime/telemetry/correlation.ts';
import type { ServerMetrics } from '#runtime/telemetry/metrics.ts';
import { callerAddressOf, FORWARDED_HEADER } from './caller-address.ts';
import type { ErrorFormatter } from './errors.ts';
import type { Identity, IdentityVerifier } from './identity.ts';
import { freshnessOfExtensions } from './purpose.ts';
import type { OpenSubscription, ResultStream } from './subscriptions.ts';

export type WebSocketOptions = {
  readonly path: string;
  /** Largest message taken from a client, in bytes. */
  readonly maxPayloadBytes: number;
  /** Time a client has to send connection_init, in milliseconds. */
  readonly initTimeoutMs: number;
  readonly maxSubscriptionsPerSocket: number;
  /** A client that has not answered a ping by the next one is gone, in milliseconds. */
  readonly pingEveryMs: number;
  /** Whether a browser page of this origin may connect. Clients that are not browsers send no origin. */
  isAllowedOrigin(origin: string): boolean;
  /** Null behind a gateway, which says where the caller is; else the proxies in front, see callerAddressOf. */
  readonly trustedProxies: number | null;
};

export type WebSocketDeps = {
  readonly open: OpenSubscription;
  readonly identity: IdentityVerifier;
  readonly formatError: ErrorFormatter;
  readonly metrics: ServerMetrics;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

export type WebSocketEndpoint = {
  /** Takes over an upgrade request for its path; false when it is not meant for it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Closes every socket, spread out so that clients do not all come back in the same instant. */
  stop(): Promise<void>;
};

/** 4403 is the protocol's "forbidden", which clients may retry with fresh credentials; 4401 they treat as final. */
const CLOSE_FORBIDDEN = 4403;
const CLOSE_INTERNAL = 4500;
const CLOSE_GOING_AWAY = 1001;
/** setTimeout cannot wait longer than a signed 32-bit count of milliseconds; longer waits go in steps. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;
const SOCKETS_CLOSED_AT_ONCE = 100;
const PAUSE_BETWEEN_CLOSES_MS = 50;
const STOP_GRACE_MS = 2_000;

type Session = {
  readonly socket: WebSocket;
  readonly gone: AbortController;
  readonly callerAddress: string | undefined;
  readonly correlationId: string;
  /** Running subscriptions by the client's id, each with what ends it. */
  readonly running: Map<string, AbortController>;
  identity?: Identity;
  authorization?: string;
  isAlive: boolean;
};

type Extra = { readonly session: Session };
type Connection = Context<Record<string, unknown>, Extra>;
type Payload = {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown> | null;
  readonly extensions?: Record<string, unknown> | null;
};
type Outcome =
  | { readonly kind: 'opened'; readonly args: ExecutionArgs }
  | { readonly kind: 'refused'; readonly errors: readonly unknown[] };

/** Close reasons are at most 123 bytes on the wire. */
const closeReason = (text: string): string =>
  Buffer.from(text, 'utf8')
    .subarray(0, 120)
    .toString('utf8')
    .replace(/\uFFFD$/, '');

const authorizationOf = (parameters: Readonly<Record<string, unknown>> | undefined): string | undefined => {
  const value = parameters?.authorization ?? parameters?.Authorization;
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** The library takes and gives its own error type only; what we really threw travels inside it. */
const toProtocolError = (error: unknown): GraphQLError => {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('', { originalError: error instanceof Error ? error : new Error(String(error)) });
};

const fromProtocolError = (error: GraphQLError): readonly unknown[] => {
  const { originalError } = error;
  if (originalError instanceof AggregateError) return originalError.errors;
  // What has a code is meant for the caller as it is; a cause inside it is only where it came from.
  return ['code' in error.extensions || !originalError ? error : originalError];
};

const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
};

/** Ends the socket when its token does, however far away that is. */
const endAtExpiry = async (session: Session, expiresAtSeconds: number, clock: Clock): Promise<void> => {
  try {
    for (;;) {
      const leftMs = expiresAtSeconds * 1000 - clock.now();
      if (leftMs <= 0) break;
      await clock.delay(Math.min(leftMs, LONGEST_WAIT_MS), session.gone.signal);
    }
  } catch {
    return;
  }
  session.socket.close(CLOSE_FORBIDDEN, 'UNAUTHENTICATED: the token has expired, connect again with a new one');
};

export const createWebSocketEndpoint = (options: WebSocketOptions, deps: WebSocketDeps): WebSocketEndpoint => {
  const { clock, ids, log, metrics, formatError } = deps;
  const sessions = new Set<Session>();
  const streams = new WeakMap<ExecutionArgs, ResultStream>();
  let isStopping = false;

  const finish = (session: Session, id: string): void => {
    const controller = session.running.get(id);
    if (!controller) return;
    session.running.delete(id);
    metrics.subscriptions.dec();
    controller.abort(new Error('The subscription is over.'));
  };

  const correlationIdOf = (session: Session, payload: Payload): string =>
    payload.extensions?.correlationId === undefined
      ? session.correlationId
      : correlationIdFrom(payload.extensions.correlationId, ids);

  /** What a gateway of ours says counts where there is one; what a caller says never does. */
  const addressOf = (session: Session, payload: Payload): string | undefined => {
    const told = payload.extensions?.callerAddress;
    if (options.trustedProxies !== null) return session.callerAddress;
    return typeof told === 'string' ? told : undefined;
  };

  const open = async (connection: Connection, id: string, payload: Payload): Promise<Outcome> => {
    const { session } = connection.extra;
    if (!session.identity) {
      return { kind: 'refused', errors: [new Failure('UNAUTHENTICATED', 'The connection is not initialised.')] };
    }
    const most = options.maxSubscriptionsPerSocket;
    // Counts this one, and no longer one that the client has just completed.
    if (Object.keys(connection.subscriptions).length > most) {
      const message = `This connection already carries ${most} subscriptions, the most it may: complete one or open another connection.`;
      return { kind: 'refused', errors: [new Failure('LIMIT_EXCEEDED', message)] };
    }
    const freshness = freshnessOfExtensions(payload.extensions ?? {}, session.identity.scopes);
    const controller = new AbortController();
    session.running.set(id, controller);
    metrics.subscriptions.inc();
    const opened = await deps.open(
      {
        query: payload.query,
        ...(payload.operationName ? { operationName: payload.operationName } : {}),
        variables: payload.variables ?? {},
      },
      {
        identity: session.identity,
        ...(session.authorization === undefined ? {} : { authorization: session.authorization }),
        callerAddress: addressOf(session, payload),
        correlationId: correlationIdOf(session, payload),
        freshness,
        signal: AbortSignal.any([session.gone.signal, controller.signal]),
      },
    );
    if (opened.kind === 'refused') return opened;
    const args: ExecutionArgs = {
      schema: opened.schema,
      document: opened.document,
      operationName: payload.operationName ?? null,
    };
    streams.set(args, opened.stream);
    return { kind: 'opened', args };
  };

  const initialise = async (connection: Connection): Promise<Record<string, unknown> | false> => {
    const { session } = connection.extra;
    const authorization = authorizationOf(connection.connectionParams);
    try {
      session.identity = await deps.identity.verify(authorization);
    } catch (error) {
      const reason = isFailure(error) ? `${error.code}: ${error.message}` : 'Forbidden';
      if (!isFailure(error)) log.error({ err: error, correlationId: session.correlationId }, 'identity check failed');
      session.socket.close(CLOSE_FORBIDDEN, closeReason(reason));
      return false;
    }
    if (authorization !== undefined) session.authorization = authorization;
    const { expiresAtSeconds } = session.identity;
    if (expiresAtSeconds !== undefined) void endAtExpiry(session, expiresAtSeconds, clock);
    return { correlationId: session.correlationId };
  };

  const protocol = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: options.initTimeoutMs,
    onConnect: initialise,
    onSubscribe: async (connection, id, payload) => {
      const startedMs = clock.now();
      // An error thrown out of here would close the socket and take every other subscription on it along.
      const outcome = await open(connection, id, payload).catch(
        (error: unknown): Outcome => ({ kind: 'refused', errors: [error] }),
      );
      metrics.operation('subscription', outcome.kind === 'opened' ? 'ok' : 'failed', (clock.now() - startedMs) / 1000);
      if (outcome.kind === 'opened') return outcome.args;
      finish(connection.extra.session, id);
      return outcome.errors.map(toProtocolError);
    },
    subscribe: (args) => {
      const stream = streams.get(args);
      if (!stream) throw new Error('A subscription was started without having been opened.');
      // Its results are formatted already, which the library's type does not foresee; onNext hands them on untouched.
      return stream as unknown as AsyncGenerator<ExecutionResult>;
    },
    onNext: (_connection, _id, _payload, _args, result) => {
      metrics.events.inc();
      return result as FormattedExecutionResult;
    },
    onError: ({ extra: { session } }, _id, payload, errors) => {
      const correlationId = correlationIdOf(session, payload);
      return errors.flatMap(fromProtocolError).map((error) => {
        const formatted = formatError(error, correlationId);
        metrics.error('subscription', String(formatted.extensions?.code));
        return formatted;
      });
    },
    onComplete: ({ extra: { session } }, id) => finish(session, id),
  });

  const server = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxPayloadBytes,
    perMessageDeflate: false,
    handleProtocols,
    clientTracking: false,
  });

  const accept = (socket: WebSocket, request: IncomingMessage): void => {
    const session: Session = {
      socket,
      gone: new AbortController(),
      callerAddress: callerAddressOf(
        request.socket.remoteAddress,
        String(request.headers[FORWARDED_HEADER] ?? ''),
        options.trustedProxies ?? 0,
      ),
      correlationId: correlationIdFrom(request.headers['x-correlation-id'], ids),
      running: new Map(),
      isAlive: true,
    };
    sessions.add(session);
    metrics.sockets.inc();
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        // Resolves when the bytes have left for the network: a slow client slows its own streams and nothing else.
        send: (data) =>
          new Promise((resolve) => {
            if (socket.readyState !== socket.OPEN) return resolve();
            socket.send(data, () => resolve());
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) => {
          socket.on('message', (data: RawData, isBinary: boolean) => {
            if (isBinary) return socket.close(4400, 'Text messages only');
            handle(String(data)).catch((error: unknown) => {
              log.error({ err: error, correlationId: session.correlationId }, 'websocket message failed');
              socket.close(CLOSE_INTERNAL, 'Internal error');
            });
          });
        },
      },
      { session },
    );
    socket.on('pong', () => {
      session.isAlive = true;
    });
    socket.on('error', (error) => log.debug({ err: error, correlationId: session.correlationId }, 'websocket error'));
    socket.once('close', (code, reason) => {
      sessions.delete(session);
      metrics.sockets.dec();
      session.gone.abort(new Error('The connection is closed.'));
      for (const id of [...session.running.keys()]) finish(session, id);
      closed(code, String(reason)).catch((error: unknown) => log.warn({ err: error }, 'websocket clean-up failed'));
    });
  };

  const stopPinging = clock.every(options.pingEveryMs, () => {
    for (const session of sessions) {
      if (!session.isAlive) {
        session.socket.terminate();
        continue;
      }
      session.isAlive = false;
      session.socket.ping();
    }
  });

  return {
    upgrade: (request, socket, head) => {
      if ((request.url ?? '').split('?')[0] !== options.path) return false;
      const { origin } = request.headers;
      if (isStopping) refuse(socket, '503 Service Unavailable');
      else if (origin !== undefined && !options.isAllowedOrigin(origin)) refuse(socket, '403 Forbidden');
      else server.handleUpgrade(request, socket, head, (opened) => accept(opened, request));
      return true;
    },
    stop: async () => {
      isStopping = true;
      stopPinging();
      const open = [...sessions];
      const allClosed = Promise.all(
        open.map(
          ({ socket }) =>
            new Promise<void>((resolve) =>
              socket.readyState === socket.CLOSED ? resolve() : socket.once('close', () => resolve()),
            ),
        ),
      );
      for (const [index, session] of open.entries()) {
        session.socket.close(CLOSE_GOING_AWAY, 'Going away');
        if ((index + 1) % SOCKETS_CLOSED_AT_ONCE === 0) await clock.delay(PAUSE_BETWEEN_CLOSES_MS);
      }
      const waiting = new AbortController();
      const forced = clock
        .delay(STOP_GRACE_MS, waiting.signal)
        .then(() => {
          for (const session of sessions) session.socket.terminate();
        })
        .catch(() => undefined);
      await allClosed;
      waiting.abort();
      await forced;
      server.close();
    },
  };
};
