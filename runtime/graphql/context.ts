/** What every resolver is given. One per request, and one per subscription (loaders are renewed per event). */
import { CLASS_OF_PURPOSE, type Purpose } from '#model/purpose.ts';
import type { Identity } from '#runtime/graphql/identity.ts';
import type { ReadingCall } from '#runtime/reading/reading.ts';
import { DEFAULT_FRESHNESS, type Freshness, waitMsOf } from './purpose.ts';

/** A call to a system, or for a reading of one, is made with the context as it is. */
export type RequestContext = ReadingCall & {
  readonly identity: Identity;
  /** The Authorization header as it came in, to be forwarded to our own subgraphs only. */
  readonly authorization?: string;
  /** Where the caller is, as the gateway says; for limits only, never for rights. */
  readonly callerAddress?: string;
  readonly purpose: Purpose;
  readonly waitMs: number;
  /** A value made once per request and key: home of what one request remembers, so that it does not outlive its caller. */
  loaders<T>(key: string | symbol, make: () => T): T;
};

export type ContextRequest = {
  readonly identity: Identity;
  readonly authorization?: string;
  readonly callerAddress?: string | undefined;
  readonly correlationId: string;
  readonly signal: AbortSignal;
  /** When the caller's time is up, in milliseconds since the epoch; only the signal ends it when absent. */
  readonly deadlineMs?: number;
  readonly freshness?: Freshness;
};

export const createRequestContext = (request: ContextRequest): RequestContext => {
  const { authorization, callerAddress, deadlineMs, freshness = DEFAULT_FRESHNESS } = request;
  const made = new Map<string | symbol, unknown>();
  return {
    identity: request.identity,
    ...(authorization === undefined ? {} : { authorization }),
    ...(callerAddress === undefined ? {} : { callerAddress }),
    correlationId: request.correlationId,
    signal: request.signal,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...freshness,
    waitMs: waitMsOf(freshness),
    callClass: CLASS_OF_PURPOSE[freshness.purpose],
    loaders: <T>(key: string | symbol, make: () => T): T => {
      if (!made.has(key)) made.set(key, make());
      return made.get(key) as T;
    },
  };
};
