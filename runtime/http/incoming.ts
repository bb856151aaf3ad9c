/**
 * A request as its route sees it. Made for every request, so what many routes never ask for (the query's parameters, a
 * signal) comes into being only when it is asked for; and a class, because getters in an object literal are defined
 * anew, slowly, for each object.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CORRELATION_HEADER } from '#runtime/telemetry/correlation.ts';
import type { RouteRequest } from './routes.ts';

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

export class Incoming implements RouteRequest {
  readonly method: string;
  readonly path: string;
  readonly url: string;
  readonly headers: RouteRequest['headers'];
  readonly rawBody: Uint8Array;
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  #query: URLSearchParams | null = null;
  #controller: AbortController | null = null;
  #reason: Error | null = null;

  constructor(
    message: IncomingMessage,
    response: ServerResponse,
    target: Target,
    correlationId: string,
    rawBody: Uint8Array,
  ) {
    this.method = message.method ?? 'GET';
    this.path = target.path;
    this.url = target.url;
    this.headers = headersOf(message, correlationId);
    this.rawBody = rawBody;
    this.#message = message;
    this.#response = response;
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.url.slice(this.path.length + 1));
    return this.#query;
  }

  get remoteAddress(): string | undefined {
    return this.#message.socket.remoteAddress;
  }

  get isGone(): boolean {
    return this.#reason !== null || (this.#message.socket.destroyed && !this.#response.writableFinished);
  }

  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal;
    const made = new AbortController();
    this.#controller = made;
    const hungUp = (): void => {
      if (!this.#response.writableFinished) made.abort(this.#reason ?? new Error('The caller hung up.'));
    };
    if (this.isGone) hungUp();
    else this.#response.once('close', hungUp);
    return made.signal;
  }

  /** Aborts the signal if anybody asked for one, and every one asked for later. */
  abort(reason: Error): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}
