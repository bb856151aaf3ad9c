/**
 * The one HTTP server under every process: a table of routes, body limits, correlation ids, and a stop that finishes
 * what it has begun.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import { CORRELATION_HEADER, correlationIdFrom } from '#runtime/telemetry/correlation.ts';
import { hasBody, readBody } from './body.ts';
import { Incoming, type Target, targetOf } from './incoming.ts';
import { errorResponse, thrownResponse } from './responses.ts';
import type { Route, RouteResponse } from './routes.ts';
import { sendStream } from './stream.ts';

export type HttpServerOptions = {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Whose server this is, for messages: "gateway", "erp". */
  readonly name: string;
  /** The variable that sets the port, named in the message when the port is taken. */
  readonly portVariable: string;
  readonly bodyLimitBytes?: number;
  /** Longest wait for requests in flight when stopping, in milliseconds. */
  readonly stopGraceMs?: number;
};

export type HttpServer = AsyncDisposable & {
  readonly host: string;
  readonly port: number;
  /** Origin without a trailing slash, e.g. "http://127.0.0.1:4000". */
  readonly url: string;
  /** Stops accepting, finishes what is in flight within the grace time, then closes. Idempotent. */
  stop(): Promise<void>;
};

/** Takes over a connection that asks for another protocol. Returning false refuses it with 404. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;

export type HttpServerDeps = { readonly log: Log; readonly ids: Ids; readonly clock: Clock };

const DEFAULT_BODY_LIMIT_BYTES = 1024 * 1024;
const DEFAULT_STOP_GRACE_MS = 10_000;
const STOPS = new Error('The server stops.');
const NO_BODY = new Uint8Array(0);
/** A caller has this long for a head, and this long for a whole request: nobody holds a connection by sending slowly. */
const HEAD_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than the 60 seconds after which load balancers let go of an idle connection: they go first. */
const KEEP_ALIVE_MS = 65_000;
const LOOK_FOR_SLOW_MS = 5_000;

const matches = (route: Route, path: string): boolean => {
  if (typeof route.path === 'string') return route.path === path;
  return route.path.exec(path)?.[0] === path;
};

type RouteTable = { find(method: string, path: string): Route | undefined };

/** Whole paths are looked up, patterns tried in order; the first route of the list that fits is meant. */
const tableOf = (routes: readonly Route[]): RouteTable => {
  const exact = new Map<string, Route>();
  const patterns = routes.filter(({ path }) => typeof path !== 'string');
  for (const route of routes) {
    if (typeof route.path !== 'string') continue;
    const key = `${route.method} ${route.path}`;
    if (!exact.has(key)) exact.set(key, route);
  }
  const find = (method: string, path: string): Route | undefined =>
    exact.get(`${method} ${path}`) ??
    patterns.find((route) => route.method === method && matches(route, path)) ??
    (method === 'HEAD' ? find('GET', path) : undefined);
  return { find };
};

/** Names and values in turn, as node:http takes them without sorting them again. */
const rawHeadersOf = (
  { headers }: RouteResponse,
  bodyBytes: number | null,
  correlationId: string,
  mustClose: boolean,
): string[] => {
  const raw: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) raw.push(name, value);
  }
  if (bodyBytes !== null) raw.push('content-length', String(bodyBytes));
  raw.push(CORRELATION_HEADER, correlationId);
  if (mustClose) raw.push('connection', 'close');
  return raw;
};

const notFound = (routes: readonly Route[], path: string, correlationId: string): RouteResponse => {
  const methods = routes.filter((route) => matches(route, path)).map((route) => route.method);
  return methods.length > 0
    ? errorResponse(405, 'BAD_INPUT', `This path answers to ${methods.join(', ')} only.`, correlationId, {
        allow: methods.join(', '),
      })
    : errorResponse(404, 'BAD_INPUT', 'There is nothing at this path.', correlationId);
};

const listen = (server: ReturnType<typeof createServer>, options: HttpServerOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE') {
        reject(
          new Failure(
            'PORT_IN_USE',
            `Port ${options.port} is taken, so ${options.name} cannot start: stop the process that uses it, or set ` +
              `${options.portVariable} to another port (0 picks a free one).`,
            { cause },
          ),
        );
        return;
      }
      if (cause.code === 'EACCES' || cause.code === 'EADDRNOTAVAIL' || cause.code === 'ENOTFOUND') {
        reject(
          new Failure(
            'CONFIG_INVALID',
            `${options.name} cannot listen on ${options.host}:${options.port} (${cause.code}): correct HOST or ${options.portVariable}.`,
            { cause },
          ),
        );
        return;
      }
      reject(cause);
    });
    server.listen(options.port, options.host, () => resolve());
  });

/** One request on its way to one response. */
type Call = {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: Target;
  readonly correlationId: string;
  /** Nothing of the request is still to be read. */
  readonly isRead: boolean;
  readonly incoming: Incoming | null;
};

export const openHttpServer = async (
  options: HttpServerOptions,
  deps: HttpServerDeps,
  routes: readonly Route[],
  upgrade?: UpgradeHandler,
): Promise<HttpServer> => {
  const { ids, log } = deps;
  const table = tableOf(routes);
  let stopping: Promise<void> | null = null;
  /** What ends the streams that are being sent. */
  const streaming = new Set<Incoming>();

  const sendInParts = async (call: Call, incoming: Incoming, body: AsyncIterable<string>): Promise<void> => {
    streaming.add(incoming);
    if (stopping) incoming.abort(STOPS);
    const { correlationId, response, target } = call;
    try {
      await sendStream(response, body, deps, incoming.signal);
    } catch (error) {
      if (!incoming.isGone)
        log.error({ err: error, correlationId, path: target.path }, 'response could not be written');
      response.destroy();
    } finally {
      streaming.delete(incoming);
    }
  };

  const answer = (call: Call, result: RouteResponse): void => {
    const { correlationId, incoming, isRead, message, response, target } = call;
    if (response.headersSent || response.destroyed) return;
    const { body = '' } = result;
    const isWhole = typeof body === 'string';
    // A body we refused to read would be taken for the next request on this connection, a stop waits for connections, and
    // the end of a stream may come with it.
    const mustClose = !isWhole || !isRead || stopping !== null;
    const bodyBytes = isWhole ? Buffer.byteLength(body) : null;
    try {
      response.writeHead(result.status, rawHeadersOf(result, bodyBytes, correlationId, mustClose));
    } catch (error) {
      log.error({ err: error, correlationId, path: target.path }, 'response could not be written');
      response.destroy();
      return;
    }
    if (message.method === 'HEAD') response.end();
    // A text of as many bytes as characters is ASCII, and so the same bytes in latin1, which are written without encoding.
    else if (isWhole) response.end(body, bodyBytes === body.length ? 'latin1' : 'utf8');
    else if (incoming) void sendInParts(call, incoming, body);
    // Lets a caller that is still sending a refused body get to the answer instead of a reset connection.
    if (!isRead) message.resume();
  };

  const answerThrown = (call: Call, error: unknown): void => {
    const { correlationId, incoming, target } = call;
    if (!incoming?.isGone) log.error({ err: error, correlationId, path: target.path }, 'request failed');
    answer(call, thrownResponse(error, correlationId));
  };

  const handle = (route: Route, begun: Call, rawBody: Uint8Array): void => {
    const { correlationId, message, response, target } = begun;
    const incoming = new Incoming(message, response, target, correlationId, rawBody);
    const call: Call = { ...begun, isRead: true, incoming };
    try {
      const result = route.handle(incoming);
      if (result instanceof Promise)
        result.then(
          (later) => answer(call, later),
          (error: unknown) => answerThrown(call, error),
        );
      else answer(call, result);
    } catch (error) {
      answerThrown(call, error);
    }
  };

  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEAD_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: LOOK_FOR_SLOW_MS,
    },
    (message, response) => {
      const correlationId = correlationIdFrom(message.headers[CORRELATION_HEADER], ids);
      const target = targetOf(message);
      const isBodyless = !hasBody(message);
      const call: Call = { message, response, target, correlationId, isRead: isBodyless, incoming: null };
      const route = table.find(message.method ?? 'GET', target.path);
      const encoding = message.headers['content-encoding'];
      if (!route) answer(call, notFound(routes, target.path, correlationId));
      else if (encoding !== undefined && encoding !== 'identity') {
        const refusal = `Content-Encoding "${encoding}" is not taken: send the body as it is.`;
        answer(call, errorResponse(415, 'BAD_INPUT', refusal, correlationId));
      } else if (isBodyless) handle(route, call, NO_BODY);
      else {
        const limitBytes = route.bodyLimitBytes ?? options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES;
        readBody(message, limitBytes, (bytes) => {
          if (bytes) handle(route, call, bytes);
          else {
            const refusal = `The body is larger than ${limitBytes} bytes, the most this path takes.`;
            answer(call, errorResponse(413, 'BAD_INPUT', refusal, correlationId));
          }
        });
      }
    },
  );
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (upgrade?.(request, socket, head)) return;
    socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });

  await listen(server, options);
  server.removeAllListeners('error');
  server.on('error', (error) => log.error({ err: error }, 'server error'));
  const { port } = server.address() as AddressInfo;

  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      for (const incoming of streaming) incoming.abort(STOPS);
      const waiting = new AbortController();
      const forced = deps.clock
        .delay(options.stopGraceMs ?? DEFAULT_STOP_GRACE_MS, waiting.signal)
        .then(() => server.closeAllConnections())
        .catch(() => undefined);
      await closed;
      waiting.abort();
      await forced;
    })();
    return stopping;
  };

  const shownHost = options.host === '0.0.0.0' || options.host === '::' ? '127.0.0.1' : options.host;
  return {
    host: options.host,
    port,
    url: `http://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${port}`,
    stop,
    [Symbol.asyncDispose]: stop,
  };
};
