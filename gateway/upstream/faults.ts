/** Why a request had no answer, in words that complete "The subgraph "x" ...". None of them names an address. */
import type { FailureCode } from '#runtime/failure.ts';
import type { Ending } from './connection.ts';

export type Fault = { readonly code: FailureCode; readonly what: string };

export const FAULT_OF: Readonly<Record<Ending, Fault>> = {
  refused: { code: 'UPSTREAM_UNAVAILABLE', what: 'could not be reached' },
  'no-connection': { code: 'UPSTREAM_UNAVAILABLE', what: 'could not be reached' },
  closed: { code: 'UPSTREAM_UNAVAILABLE', what: 'ended the connection without an answer' },
  'last-answer': { code: 'UPSTREAM_UNAVAILABLE', what: 'ended the connection without an answer' },
  malformed: { code: 'UPSTREAM_MALFORMED', what: 'gave an answer that is not whole or not HTTP' },
  'too-large': { code: 'UPSTREAM_MALFORMED', what: 'gave an answer over the size limit' },
  'given-up': { code: 'UPSTREAM_UNAVAILABLE', what: 'is no longer asked' },
};

export const SPENT: Fault = { code: 'UPSTREAM_TIMEOUT', what: 'did not answer in time' };
export const NO_TURN: Fault = { code: 'UPSTREAM_TIMEOUT', what: 'is so busy that there was no turn in time' };
export const TOO_MANY: Fault = { code: 'LOAD_SHED', what: 'is so busy that nothing was sent' };
export const PAUSED: Fault = { code: 'CIRCUIT_OPEN', what: 'is not asked for the moment, because it did not answer' };
export const UNSAFE: Fault = { code: 'BAD_INPUT', what: 'was not asked: the authorization may not stand in a header' };
export const CLOSED: Fault = FAULT_OF['given-up'];
