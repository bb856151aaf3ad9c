/**
 * A request as its route sees it. Made for every request, so what many routes never ask for (the query's parameters, a
 * signal) comes into being only when it is asked for.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CORRELATION_HEADER } from '#runtime/telemetry/correlation.ts';
import type { RouteRequest } from './routes.ts';

export type Incoming = RouteRequest & {
  /** Aborts the signal if anybody asked for one, and every one asked for later. */
  abort(reason: Error): void;
};

export type Target = { readonly url: string; readonly path: string };

export const targetOf = (message: IncomingMessage): Target => {
  const url = message.url ?? '/';
  const queryAt = url.indexOf('?');
  return { url, path: queryAt < 0 ? url : url.slice(0, queryAt) };
};

/** The parser's own object: names in lower case, repeated headers joined, but for one that only answers should carry. */
const headersOf = (message: IncomingMessage, correlationId: string): RouteRequest['headers'] => {
  const headers = message.headers as Record<string, string | string[] | undefined>;
  const cookies = headers['set-cookie'];
  if (Array.isArray(cookies)) headers['set-cookie'] = cookies.join(', ');
  headers[CORRELATION_HEADER] = correlationId;
  return headers as Record<string, string | undefined>;
};

export const createIncoming = (
  message: IncomingMessage,
  response: ServerResponse,
  { path, url }: Target,
  correlationId: string,
  rawBody: Uint8Array,
): Incoming => {
  const { socket } = message;
  let query: URLSearchParams | null = null;
  let controller: AbortController | null = null;
  let reason: Error | null = null;
  const isGone = (): boolean => reason !== null || (socket.destroyed && !response.writableFinished);
  return {
    method: message.method ?? 'GET',
    path,
    url,
    headers: headersOf(message, correlationId),
    rawBody,
    get query() {
      query ??= new URLSearchParams(url.slice(path.length + 1));
      return query;
    },
    get isGone() {
      return isGone();
    },
    get signal() {
      if (controller) return controller.signal;
      const made = new AbortController();
      controller = made;
      const hungUp = (): void => {
        if (!response.writableFinished) made.abort(reason ?? new Error('The caller hung up.'));
      };
      if (isGone()) hungUp();
      else response.once('close', hungUp);
      return made.signal;
    },
    abort: (why) => {
      reason = why;
      controller?.abort(why);
    },
  };
};
