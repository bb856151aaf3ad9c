/**
 * How the gateway speaks to one subgraph over HTTP: kept-alive connections, a cap on how many at once, the caller's
 * deadline, and trouble that names the subgraph and never its address.
 */
import type { FormattedExecutionResult } from 'graphql';
import { Pool, errors as undiciErrors } from 'undici';
import type { Clock } from '#runtime/clock.ts';
import type { FailureCode } from '#runtime/failure.ts';
import { type Freshness, freshnessHeaders } from '#runtime/graphql/purpose.ts';
import { openTimeBudget, TIME_BUDGET_HEADER } from '#runtime/graphql/time-budget.ts';
import type { Log } from '#runtime/log.ts';
import { CORRELATION_HEADER } from '#runtime/telemetry/correlation.ts';

export type SubgraphCall = {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly authorization?: string;
  readonly correlationId: string;
  readonly signal: AbortSignal;
  /** When the caller's time is up, in milliseconds since the epoch. */
  readonly deadlineMs: number;
  readonly freshness: Freshness;
  /** Whether sending it twice is harmless. */
  readonly idempotent: boolean;
};

export type SubgraphLimits = {
  /** Connections, and so requests, open at once; more wait their turn within their deadline. */
  readonly maxConnections: number;
  /** Longest time one request may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Largest answer taken, in bytes. */
  readonly maxResponseBytes: number;
};

/** Why there is no answer. The message is for the caller. */
export type SubgraphTrouble = { readonly code: FailureCode; readonly message: string };

export type SubgraphReply =
  | { readonly kind: 'answered'; readonly result: FormattedExecutionResult }
  | { readonly kind: 'unanswered'; readonly trouble: SubgraphTrouble };

export type SubgraphObservation = {
  readonly service: string;
  readonly outcome: 'ok' | FailureCode;
  readonly seconds: number;
};

export type SubgraphClient = AsyncDisposable & {
  readonly name: string;
  send(call: SubgraphCall): Promise<SubgraphReply>;
};

export type SubgraphClientOptions = { readonly name: string; readonly url: string; readonly limits: SubgraphLimits };
export type SubgraphClientDeps = {
  readonly clock: Clock;
  readonly log: Log;
  observe(observation: SubgraphObservation): void;
};

/** A kept-alive connection may be closed by the other side in the moment it is used; nothing has been read then. */
const CONNECTION_LOST: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

const isConnectionLost = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && CONNECTION_LOST.has(String(error.code));

const isTimeout = (error: unknown): boolean =>
  error instanceof undiciErrors.HeadersTimeoutError ||
  error instanceof undiciErrors.BodyTimeoutError ||
  error instanceof undiciErrors.ConnectTimeoutError;

class MalformedAnswer extends Error {}

const parseResult = (text: string, status: number): FormattedExecutionResult => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MalformedAnswer(`HTTP ${status} without a JSON body`);
  }
  if (
    typeof value !== 'object' ||
    value === null ||
    !('data' in value || ('errors' in value && Array.isArray(value.errors)))
  ) {
    throw new MalformedAnswer(`HTTP ${status} with a body that is not a GraphQL result`);
  }
  return value as FormattedExecutionResult;
};

export const createSubgraphClient = (options: SubgraphClientOptions, deps: SubgraphClientDeps): SubgraphClient => {
  const { name, limits } = options;
  const { clock, log } = deps;
  const target = new URL(options.url);
  const path = `${target.pathname}${target.search}`;
  const pool = new Pool(target.origin, {
    connections: limits.maxConnections,
    pipelining: 1,
    headersTimeout: limits.timeoutMs,
    bodyTimeout: limits.timeoutMs,
    connect: { timeout: Math.min(limits.timeoutMs, 5_000) },
  });

  const request = async (
    call: SubgraphCall,
    leftMs: number,
    signal: AbortSignal,
  ): Promise<FormattedExecutionResult> => {
    const { statusCode, body } = await pool.request({
      path,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        [CORRELATION_HEADER]: call.correlationId,
        [TIME_BUDGET_HEADER]: String(leftMs),
        ...freshnessHeaders(call.freshness),
        ...(call.authorization === undefined ? {} : { authorization: call.authorization }),
      },
      body: JSON.stringify({ query: call.query, operationName: call.operationName, variables: call.variables }),
      signal,
    });
    let sizeBytes = 0;
    const chunks: Buffer[] = [];
    for await (const chunk of body as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      // Leaving the loop destroys the body, and with it the connection that would have to drain the rest.
      if (sizeBytes > limits.maxResponseBytes) throw new MalformedAnswer('an answer over the size limit');
      chunks.push(chunk);
    }
    return parseResult(Buffer.concat(chunks).toString('utf8'), statusCode);
  };

  const troubleOf = (error: unknown, isSpent: boolean): SubgraphTrouble => {
    const trouble = (code: FailureCode, what: string): SubgraphTrouble => ({
      code,
      message: `The subgraph "${name}" ${what}.`,
    });
    if (isSpent || isTimeout(error)) return trouble('UPSTREAM_TIMEOUT', 'did not answer in time');
    if (error instanceof MalformedAnswer) return trouble('UPSTREAM_MALFORMED', `gave ${error.message}`);
    return trouble('UPSTREAM_UNAVAILABLE', 'could not be reached');
  };

  const send = async (call: SubgraphCall): Promise<SubgraphReply> => {
    const startedMs = clock.now();
    const leftMs = Math.max(1, Math.min(limits.timeoutMs, call.deadlineMs - startedMs));
    using budget = openTimeBudget(leftMs, call.signal, clock);
    const observe = (outcome: SubgraphObservation['outcome']): void =>
      deps.observe({ service: name, outcome, seconds: (clock.now() - startedMs) / 1000 });
    try {
      const result = await request(call, leftMs, budget.signal).catch((error: unknown) => {
        if (!call.idempotent || budget.signal.aborted || !isConnectionLost(error)) throw error;
        return request(call, Math.max(1, budget.deadlineMs - clock.now()), budget.signal);
      });
      observe('ok');
      return { kind: 'answered', result };
    } catch (error) {
      const trouble = troubleOf(error, budget.signal.aborted);
      observe(trouble.code);
      if (!call.signal.aborted)
        log.warn(
          { err: error, service: name, code: trouble.code, correlationId: call.correlationId },
          'subgraph gave no answer',
        );
      return { kind: 'unanswered', trouble };
    }
  };

  return { name, send, [Symbol.asyncDispose]: () => pool.destroy() };
};
