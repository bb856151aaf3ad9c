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
import { readBody } from './body.ts';
import { errorResponse, thrownResponse } from './responses.ts';
import type { Route, RouteRequest, RouteResponse } from './routes.ts';
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

const matches = (route: Route, path: string): boolean => {
  if (typeof route.path === 'string') return route.path === path;
  return route.path.exec(path)?.[0] === path;
};

const headersOf = (message: IncomingMessage, correlationId: string): RouteRequest['headers'] => {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(message.headers))
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  headers[CORRELATION_HEADER] = correlationId;
  return headers;
};

type Answer = Omit<RouteResponse, 'body'> & { readonly body: string | AsyncIterable<string> };

const writeHead = (
  message: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer,
  correlationId: string,
  isStopping: boolean,
): void => {
  const isWhole = typeof body === 'string';
  response.writeHead(status, {
    ...headers,
    ...(isWhole ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
    [CORRELATION_HEADER]: correlationId,
    // A body we refused to read would be taken for the next request on this connection, a stop waits for connections, and
    // the end of a stream may come with it.
    ...(isWhole && message.complete && !isStopping ? {} : { connection: 'close' }),
  });
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

export const openHttpServer = async (
  options: HttpServerOptions,
  deps: HttpServerDeps,
  routes: readonly Route[],
  upgrade?: UpgradeHandler,
): Promise<HttpServer> => {
  const { log } = deps;
  let stopping: Promise<void> | null = null;
  /** What ends the streams that are being sent. */
  const streaming = new Set<AbortController>();

  const answer = async (
    message: IncomingMessage,
    response: ServerResponse,
    result: RouteResponse,
    correlationId: string,
    gone: AbortController,
  ): Promise<void> => {
    if (response.headersSent || response.destroyed) return;
    const { body = '' } = result;
    writeHead(message, response, { ...result, body }, correlationId, stopping !== null);
    if (message.method === 'HEAD') response.end();
    else if (typeof body === 'string') response.end(body);
    else {
      streaming.add(gone);
      if (stopping) gone.abort(STOPS);
      await sendStream(response, body, deps, gone.signal).finally(() => streaming.delete(gone));
    }
    // Lets a caller that is still sending a refused body get to the answer instead of a reset connection.
    if (!message.complete) message.resume();
  };

  const respond = async (
    message: IncomingMessage,
    correlationId: string,
    signal: AbortSignal,
  ): Promise<RouteResponse | null> => {
    const target = message.url ?? '/';
    const queryAt = target.indexOf('?');
    const path = queryAt < 0 ? target : target.slice(0, queryAt);
    const method = message.method ?? 'GET';
    const route = routes.find(
      (candidate) =>
        (candidate.method === method || (method === 'HEAD' && candidate.method === 'GET')) && matches(candidate, path),
    );
    if (!route) return notFound(routes, path, correlationId);
    const encoding = message.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      return errorResponse(
        415,
        'BAD_INPUT',
        `Content-Encoding "${encoding}" is not taken: send the body as it is.`,
        correlationId,
      );
    }
    const limitBytes = route.bodyLimitBytes ?? options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES;
    const body = await readBody(message, limitBytes);
    if (body.kind === 'broken-off') return null;
    if (body.kind === 'too-large') {
      return errorResponse(
        413,
        'BAD_INPUT',
        `The body is larger than ${limitBytes} bytes, the most this path takes.`,
        correlationId,
      );
    }
    return route.handle({
      method,
      path,
      query: new URLSearchParams(queryAt < 0 ? '' : target.slice(queryAt + 1)),
      headers: headersOf(message, correlationId),
      rawBody: body.bytes,
      url: target,
      signal,
    });
  };

  const server = createServer((message, response) => {
    const correlationId = correlationIdFrom(message.headers[CORRELATION_HEADER], deps.ids);
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort(new Error('The caller hung up.'));
    });
    respond(message, correlationId, gone.signal)
      .catch((error: unknown) => {
        if (!gone.signal.aborted)
          log.error({ err: error, correlationId, path: message.url?.split('?')[0] }, 'request failed');
        return thrownResponse(error, correlationId);
      })
      .then((result) => {
        if (result) return answer(message, response, result, correlationId, gone);
        response.destroy();
      })
      .catch((error: unknown) => {
        if (!gone.signal.aborted)
          log.error({ err: error, correlationId, path: message.url?.split('?')[0] }, 'response could not be written');
        response.destroy();
      });
  });
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
      for (const stream of streaming) stream.abort(STOPS);
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
