/** One call to the Selling Partner API: token, headers, vendor errors as catalogued failures. */
import type { CallOptions } from '#model/call.ts';
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { OutboundResponse, Upstream } from '#runtime/resilience/upstream.ts';
import type { AmazonOperation } from './limits.ts';
import type { AccessTokens } from './token.ts';
import { errorListSchema, malformed, tryDecode } from './wire.ts';

/** Mandatory; calls without one, or with one of more than 500 characters, are refused. */
export const USER_AGENT = 'Throughline/0.1 (Language=TypeScript)';

export type AmazonRequest = {
  readonly operation: AmazonOperation;
  readonly method: 'GET' | 'PATCH';
  /** Path segments, encoded here: seller SKUs may contain slashes and spaces. */
  readonly path: readonly string[];
  /** Lists are joined by commas; undefined ones are left out. */
  readonly query: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
};

export type Transport = {
  /** The parsed body, or null when Amazon does not know the thing (404). */
  send(request: AmazonRequest, call: CallOptions): Promise<unknown>;
  /** A presigned file. It lives on another host, which must not see our token. */
  download(url: string, call: CallOptions): Promise<string>;
};

export type TransportOptions = { readonly connection: string; readonly baseUrl: string };
export type TransportDeps = { readonly upstream: Upstream; readonly tokens: AccessTokens; readonly clock: Clock };

/** 20261120T143000Z */
const amazonDate = (epochMs: number): string => new Date(epochMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');

const urlOf = (baseUrl: string, request: AmazonRequest): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query)) {
    if (value !== undefined) query.set(name, typeof value === 'string' ? value : value.join(','));
  }
  const path = request.path.map(encodeURIComponent).join('/');
  return `${baseUrl}/${path}?${query}`;
};

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

/** What Amazon said, for the operator: codes and messages, never the request. */
const vendorMessage = (response: OutboundResponse): string => {
  const errors = tryDecode(errorListSchema, parsed(response.text));
  if (!errors.ok || errors.value.errors.length === 0) return `HTTP ${response.status}`;
  const said = errors.value.errors.map(({ code, message, details }) =>
    [code, message, details].filter(Boolean).join(': '),
  );
  return `HTTP ${response.status}, ${said.join('; ')}`;
};

const isAboutTheToken = (status: number): boolean => status === 401 || status === 403;

export const createTransport = (options: TransportOptions, deps: TransportDeps): Transport => {
  const { baseUrl, connection } = options;
  const { clock, tokens, upstream } = deps;

  const attempt = (request: AmazonRequest, token: string, call: CallOptions): Promise<OutboundResponse> =>
    upstream.send(
      {
        operation: request.operation,
        method: request.method,
        url: urlOf(baseUrl, request),
        headers: {
          accept: 'application/json',
          'user-agent': USER_AGENT,
          'x-amz-access-token': token,
          'x-amz-date': amazonDate(clock.now()),
          ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        // The one write we make sets a quantity; setting it twice is harmless.
        idempotent: true,
      },
      call,
    );

  const authorised = async (request: AmazonRequest, call: CallOptions): Promise<OutboundResponse> => {
    const token = await tokens.current(call);
    const response = await attempt(request, token, call);
    if (!isAboutTheToken(response.status)) return response;
    const fresh = await tokens.replace(token, call);
    return fresh === null ? response : attempt(request, fresh, call);
  };

  return {
    send: async (request, call) => {
      const response = await authorised(request, call);
      if (response.status === 404) return null;
      if (response.status < 200 || response.status > 299) {
        throw new Failure(
          'UPSTREAM_REFUSED',
          `${connection}: ${request.operation} was refused (${vendorMessage(response)}).`,
          {
            system: connection,
          },
        );
      }
      const body = parsed(response.text);
      if (body !== undefined) return body;
      throw malformed(connection, request.operation, '(body)', 'is not JSON');
    },
    download: async (url, call) => {
      // The address comes out of an answer: only a public file over TLS, or the API's own host (simulator, proxy).
      const isOwnHost = URL.canParse(url) && new URL(url).origin === new URL(baseUrl).origin;
      if (!url.startsWith('https://') && !isOwnHost) {
        throw malformed(connection, 'reports.document', 'url', 'is not an https address');
      }
      const response = await upstream.send(
        { operation: 'reports.download', method: 'GET', url, headers: { 'user-agent': USER_AGENT }, idempotent: true },
        call,
      );
      if (response.status === 200) return response.text;
      throw new Failure('UPSTREAM_REFUSED', `${connection}: reports.download was refused (HTTP ${response.status}).`, {
        system: connection,
      });
    },
  };
};
