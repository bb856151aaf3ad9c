/** JSON over HTTP to a system subgraph, with our own service token. Every way to fail becomes a catalogued Failure. */
import { type Dispatcher, request } from 'undici';
import type { ZodType } from 'zod';
import { Failure, isFailure } from '#runtime/failure.ts';
import { CORRELATION_HEADER } from '#runtime/telemetry/correlation.ts';

export type SystemCall = { readonly signal: AbortSignal; readonly correlationId: string };

export type SystemClientOptions = {
  /** Which subgraph this is, for messages and `extensions.system`. */
  readonly system: string;
  /** The address that is posted to. */
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

export type SystemPost = {
  /** What is asked for, for messages. */
  readonly name: string;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** What a call must answer for its status to count as an answer. */
const statusFailure = (status: number, name: string, system: string): Failure | null => {
  if (status >= 500)
    return new Failure('UPSTREAM_UNAVAILABLE', `${system} answered ${name} with HTTP ${status}.`, { system });
  if (status === 429)
    return new Failure('UPSTREAM_RATE_LIMITED', `${system} is overloaded and refused ${name}.`, { system });
  if (status === 401 || status === 403) {
    return new Failure('UPSTREAM_REFUSED', `${system} did not accept our service token for ${name} (HTTP ${status}).`, {
      system,
    });
  }
  return null;
};

/** Posts and returns the answer's text with its status, which is none of those that mean a failure by themselves. */
export const createSystemPost = (options: SystemClientOptions, deps: SystemClientDeps) => {
  const { system, url, timeoutMs } = options;

  return async ({ name, body, headers }: SystemPost, call: SystemCall) => {
    const timeUp = AbortSignal.timeout(timeoutMs);
    try {
      const response = await request(url, {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          accept: 'application/json',
          authorization: await deps.authorization(),
          [CORRELATION_HEADER]: call.correlationId,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.any([call.signal, timeUp]),
        ...(deps.dispatcher ? { dispatcher: deps.dispatcher } : {}),
      });
      const text = await response.body.text();
      const refused = statusFailure(response.statusCode, name, system);
      if (refused) throw refused;
      return { status: response.statusCode, text };
    } catch (cause) {
      if (isFailure(cause)) throw cause;
      const late = timeUp.aborted || call.signal.aborted;
      const message = late
        ? `${system} did not answer ${name} in time.`
        : `${system} could not be reached for ${name}.`;
      throw new Failure(late ? 'UPSTREAM_TIMEOUT' : 'UPSTREAM_UNAVAILABLE', message, { system, cause });
    }
  };
};

/** An answer's text as a JSON object; UPSTREAM_MALFORMED for anything else. */
export const parseObject = (text: string, expected: string, name: string, system: string): object => {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) return answer;
  } catch {
    // Not JSON is as unusable as the wrong JSON.
  }
  const message = `${system} answered ${name} with something that is not ${expected}.`;
  throw new Failure('UPSTREAM_MALFORMED', message, { system });
};

/** Decodes what was answered below `at`; UPSTREAM_MALFORMED naming the field that is not as agreed. */
export const decodeAnswer = <Data>(
  schema: ZodType<Data>,
  value: unknown,
  at: readonly string[],
  name: string,
  system: string,
): Data => {
  const decoded = schema.safeParse(value);
  if (decoded.success) return decoded.data;
  const [issue] = decoded.error.issues;
  const where = [...at, ...(issue?.path ?? []).map(String)].join('.') || 'its root';
  const message = `${system} answered ${name} unexpectedly at ${where}: ${issue?.message ?? 'not the documented form'}`;
  throw new Failure('UPSTREAM_MALFORMED', message, { system });
};
