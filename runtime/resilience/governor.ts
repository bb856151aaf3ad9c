/**
 * One governor per connection: everything that goes out to a vendor passes here, so that its quota is never broken and
 * a failing vendor is left alone. Per operation a token bucket of the vendor's published shape; per connection a cap on
 * concurrent calls, a hold after a throttled answer, and a circuit breaker that counts failures and not throttling.
 */
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import type { CallClass, CallOptions } from '#model/call.ts';
import type { Clock } from '#runtime/clock.ts';
import { Failure, isFailure } from '#runtime/failure.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import { createAdmission } from './admission.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';
import type { OperationLimit, OutboundRequest, OutboundResponse, Upstream, UpstreamLimits } from './upstream.ts';

/** One finished call, retries included, for metrics: `outcome` is "ok" or a failure code. */
export type CallObservation = {
  readonly connection: string;
  readonly operation: string;
  readonly outcome: string;
  readonly durationMs: number;
};

export type GovernorOptions = { readonly connection: string; readonly limits: UpstreamLimits };
export type GovernorDeps = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly fetch?: typeof fetch;
  readonly observe?: (observation: CallObservation) => void;
};

const FAILURES_TO_OPEN = 5;
const HALF_OPEN_AFTER_MS = 5_000;
const DEFAULT_HOLD_MS = 1_000;
const MAX_ATTEMPTS = 3;

/**
 * A call that is slow on its way arrives close before the next one, so the vendor's bucket can be one token behind ours:
 * that one is never spent.
 */
const withReserve = ({ ratePerSecond, burst }: OperationLimit): OperationLimit => ({
  ratePerSecond,
  burst: Math.max(1, burst - 1),
});

/** Where the vendor publishes no limit there is none, until an answer says so: then its bucket is held like any other. */
const UNPUBLISHED: OperationLimit = { ratePerSecond: 1_000_000, burst: 1_000_000 };

const RANK: Readonly<Record<CallClass, number>> = { CHECKOUT: 0, DETAIL: 1, BROWSE: 2, BACKGROUND: 3 };

const retryable = (error: unknown, request: OutboundRequest): boolean =>
  isFailure(error, 'UPSTREAM_RATE_LIMITED') ||
  (request.idempotent && (isFailure(error, 'UPSTREAM_UNAVAILABLE') || isFailure(error, 'UPSTREAM_TIMEOUT')));

export const createGovernor = (options: GovernorOptions, deps: GovernorDeps): Upstream => {
  const { connection, limits } = options;
  const { clock, ids, log } = deps;
  const send = deps.fetch ?? fetch;
  const buckets = new Map<string, TokenBucket>();
  const admission = createAdmission({ maxConcurrent: limits.maxConcurrent });
  const breaker = circuitBreaker(
    handleWhen((error) => isFailure(error, 'UPSTREAM_UNAVAILABLE') || isFailure(error, 'UPSTREAM_TIMEOUT')),
    { halfOpenAfter: HALF_OPEN_AFTER_MS, breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN) },
  );
  breaker.onBreak(() => log.warn({ connection }, 'circuit opened'));
  breaker.onReset(() => log.info({ connection }, 'circuit closed'));

  const bucketOf = (operation: string): TokenBucket => {
    const limit = limits.operations[operation];
    const bucket = buckets.get(operation) ?? createTokenBucket(limit ? withReserve(limit) : UNPUBLISHED, clock);
    buckets.set(operation, bucket);
    return bucket;
  };

  /** Waits for a token, or gives up at once when the wait would outlast the caller's patience. */
  const takeToken = async (request: OutboundRequest, call: CallOptions): Promise<void> => {
    const bucket = bucketOf(request.operation);
    for (;;) {
      const waitMs = bucket.take();
      if (waitMs === 0) return;
      if (call.callClass !== 'BACKGROUND' && waitMs > limits.timeoutMs) {
        throw new Failure(
          'UPSTREAM_RATE_LIMITED',
          `${connection}: the quota of ${request.operation} is used up for another ${Math.ceil(waitMs / 1000)} s.`,
          { system: connection, retryAfterMs: waitMs },
        );
      }
      await clock.delay(waitMs, call.signal);
    }
  };

  const attempt = async (request: OutboundRequest, call: CallOptions): Promise<OutboundResponse> => {
    const timeout = AbortSignal.timeout(limits.timeoutMs);
    let response: Response;
    let text: string;
    try {
      response = await send(request.url, {
        method: request.method,
        headers: request.headers,
        ...(request.body === undefined ? {} : { body: request.body }),
        signal: AbortSignal.any([call.signal, timeout]),
        redirect: 'error',
      });
      text = await response.text();
    } catch (cause) {
      if (call.signal.aborted)
        throw new Failure('UPSTREAM_TIMEOUT', `${connection}: the caller's time ran out.`, {
          system: connection,
          cause,
        });
      throw timeout.aborted
        ? new Failure(
            'UPSTREAM_TIMEOUT',
            `${connection}: no answer to ${request.operation} within ${limits.timeoutMs} ms.`,
            { system: connection, cause },
          )
        : new Failure('UPSTREAM_UNAVAILABLE', `${connection}: could not be reached for ${request.operation}.`, {
            system: connection,
            cause,
          });
    }
    const headers = Object.fromEntries(response.headers);
    if (response.status === 429) {
      const retryAfterMs = limits.retryAfterMs(headers, clock.now());
      bucketOf(request.operation).hold(retryAfterMs ?? DEFAULT_HOLD_MS);
      throw new Failure('UPSTREAM_RATE_LIMITED', `${connection}: throttled ${request.operation}.`, {
        system: connection,
        ...(retryAfterMs === null ? {} : { retryAfterMs }),
      });
    }
    if (response.status >= 500) {
      throw new Failure(
        'UPSTREAM_UNAVAILABLE',
        `${connection}: answered ${request.operation} with HTTP ${response.status}.`,
        { system: connection },
      );
    }
    return { status: response.status, headers, text };
  };

  const backOffMs = (error: unknown, attemptNumber: number): number => {
    const told = isFailure(error) ? error.details.retryAfterMs : undefined;
    return told ?? ids.random() * 200 * 2 ** attemptNumber;
  };

  const sendGoverned = async (request: OutboundRequest, call: CallOptions): Promise<OutboundResponse> => {
    for (let attemptNumber = 1; ; attemptNumber++) {
      await takeToken(request, call);
      const release = await admission.enter(RANK[call.callClass], call.signal);
      try {
        return await breaker.execute(() => attempt(request, call));
      } catch (error) {
        if (error instanceof BrokenCircuitError) {
          throw new Failure('CIRCUIT_OPEN', `${connection}: calls are paused after repeated failures.`, {
            system: connection,
            retryAfterMs: HALF_OPEN_AFTER_MS,
          });
        }
        const waitMs = backOffMs(error, attemptNumber);
        const patient = call.callClass === 'BACKGROUND' || waitMs <= limits.timeoutMs;
        if (attemptNumber >= MAX_ATTEMPTS || !patient || call.signal.aborted || !retryable(error, request)) throw error;
        release();
        await clock.delay(waitMs, call.signal);
      } finally {
        release();
      }
    }
  };

  return {
    send: async (request, call) => {
      const startedMs = clock.now();
      let outcome = 'ok';
      try {
        return await sendGoverned(request, call);
      } catch (error) {
        outcome = isFailure(error) ? error.code : call.signal.aborted ? 'ABORTED' : 'INTERNAL';
        if (isFailure(error) || !call.signal.aborted) throw error;
        throw new Failure('UPSTREAM_TIMEOUT', `${connection}: the caller's time ran out.`, {
          system: connection,
          cause: error,
        });
      } finally {
        deps.observe?.({ connection, operation: request.operation, outcome, durationMs: clock.now() - startedMs });
      }
    },
  };
};
