/** What a governor says when a call fails: which connection and operation, why, and whether the vendor may have acted. */
import { Failure } from '#runtime/failure.ts';
import type { Refusal } from './patience.ts';

export type Subject = { readonly connection: string; readonly operation: string };

const seconds = (ms: number): string => `${Math.ceil(ms / 1_000)} s`;

const REASONS: Readonly<Record<Refusal['code'], (operation: string, wait: string) => string>> = {
  UPSTREAM_RATE_LIMITED: (operation, wait) => `the quota of ${operation} is used up for another ${wait}.`,
  LOAD_SHED: (operation, wait) => `too many calls are waiting before this ${operation}; try again in ${wait}.`,
  CIRCUIT_OPEN: (_, wait) => `calls are paused after repeated failures; the next try is in ${wait}.`,
};

/** Nothing was sent. */
export const refusedFailure = ({ connection, operation }: Subject, { code, retryAfterMs }: Refusal): Failure =>
  new Failure(code, `${connection}: ${REASONS[code](operation, seconds(retryAfterMs))}`, {
    system: connection,
    retryAfterMs,
    sent: false,
  });

/** The vendor refused it for its rate: it has not acted on it. */
export const throttledFailure = ({ connection, operation }: Subject, retryAfterMs: number): Failure =>
  new Failure('UPSTREAM_RATE_LIMITED', `${connection}: throttled ${operation} for ${seconds(retryAfterMs)}.`, {
    system: connection,
    retryAfterMs,
    sent: false,
  });

export const goneFailure = ({ connection }: Subject, sent: boolean, cause: unknown): Failure =>
  new Failure('UPSTREAM_TIMEOUT', `${connection}: the caller's time ran out.`, { system: connection, sent, cause });

export const timeoutFailure = ({ connection, operation }: Subject, timeoutMs: number): Failure =>
  new Failure('UPSTREAM_TIMEOUT', `${connection}: no answer to ${operation} within ${Math.round(timeoutMs)} ms.`, {
    system: connection,
    sent: true,
  });

export const unreachedFailure = ({ connection, operation }: Subject, sent: boolean, cause: unknown): Failure =>
  new Failure('UPSTREAM_UNAVAILABLE', `${connection}: could not be reached for ${operation}.`, {
    system: connection,
    sent,
    cause,
  });

export const brokenFailure = ({ connection, operation }: Subject, status: number): Failure =>
  new Failure('UPSTREAM_UNAVAILABLE', `${connection}: answered ${operation} with HTTP ${status}.`, {
    system: connection,
    sent: true,
  });
