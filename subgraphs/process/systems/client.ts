/**
 * Calls to the system subgraphs: GraphQL over HTTP with our own service token. The answer is decoded, not trusted, and
 * every way to fail becomes a catalogued Failure.
 */
import { type Dispatcher, request } from 'undici';
import type { ZodType } from 'zod';
import { FAILURES, Failure, type FailureCode, isFailure } from '#runtime/failure.ts';
import { CORRELATION_HEADER } from '#runtime/telemetry/correlation.ts';

/** One operation of ours, with the decoder of what it selects. */
export type Operation<Data> = { readonly name: string; readonly document: string; readonly data: ZodType<Data> };

export type SystemCall = { readonly signal: AbortSignal; readonly correlationId: string };

export type SystemClient = {
  execute<Data>(
    operation: Operation<Data>,
    variables: Readonly<Record<string, unknown>>,
    call: SystemCall,
  ): Promise<Data>;
};

export type SystemClientOptions = {
  /** Which subgraph this is, for messages and `extensions.system`. */
  readonly system: string;
  /** The subgraph's GraphQL address. */
  readonly url: string;
  /** Longest time one call may take, in milliseconds; the caller's signal may end it sooner. */
  readonly timeoutMs: number;
};

export type SystemClientDeps = {
  /** Authorization header value of a service token. */
  readonly authorization: () => Promise<string>;
  /** Connection pool; the process's default one when absent. */
  readonly dispatcher?: Dispatcher;
};

type GraphQLAnswer = {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message?: unknown;
    readonly extensions?: { readonly code?: unknown; readonly retryAfterMs?: unknown };
  }[];
};

const isCode = (code: unknown): code is FailureCode => typeof code === 'string' && Object.hasOwn(FAILURES, code);

/** What the subgraph refused, in its own words. A code of our catalogue is kept; what it masked stays masked. */
const failureOf = (answer: GraphQLAnswer, operation: string, system: string): Failure => {
  const [first] = answer.errors ?? [];
  const code = first?.extensions?.code;
  const retryAfterMs = first?.extensions?.retryAfterMs;
  const message = `${system} refused ${operation}: ${typeof first?.message === 'string' ? first.message : 'no reason given'}`;
  return new Failure(isCode(code) && code !== 'INTERNAL' ? code : 'UPSTREAM_REFUSED', message, {
    system,
    ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
  });
};

const statusFailure = (status: number, operation: string, system: string): Failure | null => {
  if (status >= 500)
    return new Failure('UPSTREAM_UNAVAILABLE', `${system} answered ${operation} with HTTP ${status}.`, { system });
  if (status === 429)
    return new Failure('UPSTREAM_RATE_LIMITED', `${system} is overloaded and refused ${operation}.`, { system });
  if (status === 401 || status === 403) {
    return new Failure(
      'UPSTREAM_REFUSED',
      `${system} did not accept our service token for ${operation} (HTTP ${status}).`,
      { system },
    );
  }
  return null;
};

const parse = (text: string, operation: string, system: string): GraphQLAnswer => {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) return answer;
  } catch {
    // falls through: not JSON is as unusable as the wrong JSON
  }
  throw new Failure(
    'UPSTREAM_MALFORMED',
    `${system} answered ${operation} with something that is not a GraphQL response.`,
    { system },
  );
};

export const createSystemClient = (options: SystemClientOptions, deps: SystemClientDeps): SystemClient => {
  const { system, url, timeoutMs } = options;

  const post = async (
    operation: Operation<unknown>,
    variables: Readonly<Record<string, unknown>>,
    call: SystemCall,
  ) => {
    const timeUp = AbortSignal.timeout(timeoutMs);
    try {
      const response = await request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          authorization: await deps.authorization(),
          [CORRELATION_HEADER]: call.correlationId,
        },
        body: JSON.stringify({ operationName: operation.name, query: operation.document, variables }),
        signal: AbortSignal.any([call.signal, timeUp]),
        ...(deps.dispatcher ? { dispatcher: deps.dispatcher } : {}),
      });
      return { status: response.statusCode, text: await response.body.text() };
    } catch (cause) {
      if (isFailure(cause)) throw cause;
      const late = timeUp.aborted || call.signal.aborted;
      const message = late
        ? `${system} did not answer ${operation.name} in time.`
        : `${system} could not be reached for ${operation.name}.`;
      throw new Failure(late ? 'UPSTREAM_TIMEOUT' : 'UPSTREAM_UNAVAILABLE', message, { system, cause });
    }
  };

  return {
    execute: async (operation, variables, call) => {
      const { status, text } = await post(operation, variables, call);
      const refused = statusFailure(status, operation.name, system);
      if (refused) throw refused;
      const answer = parse(text, operation.name, system);
      if (answer.errors && answer.errors.length > 0) throw failureOf(answer, operation.name, system);
      const decoded = operation.data.safeParse(answer.data);
      if (decoded.success) return decoded.data;
      const [issue] = decoded.error.issues;
      const where = ['data', ...(issue?.path ?? []).map(String)].join('.');
      throw new Failure(
        'UPSTREAM_MALFORMED',
        `${system} answered ${operation.name} unexpectedly at ${where}: ${issue?.message ?? 'not the documented form'}`,
        { system },
      );
    },
  };
};
