/** What every resolver is given. One per request, and one per subscription (loaders are renewed per event). */
import type { CallClass, CallOptions } from '#model/call.ts';
import type { Identity } from '#runtime/graphql/identity.ts';

export type RequestContext = CallOptions & {
  readonly identity: Identity;
  /** The Authorization header as it came in, to be forwarded to our own subgraphs only. */
  readonly authorization?: string;
  /** A value made once per request and key: home of DataLoaders, so that no batch or memo outlives its caller. */
  loaders<T>(key: string | symbol, make: () => T): T;
};

export type ContextRequest = {
  readonly identity: Identity;
  readonly authorization?: string;
  readonly correlationId: string;
  readonly signal: AbortSignal;
  readonly callClass?: CallClass;
};

export const createRequestContext = (request: ContextRequest): RequestContext => {
  const made = new Map<string | symbol, unknown>();
  return {
    identity: request.identity,
    ...(request.authorization === undefined ? {} : { authorization: request.authorization }),
    correlationId: request.correlationId,
    signal: request.signal,
    callClass: request.callClass ?? 'DETAIL',
    loaders: <T>(key: string | symbol, make: () => T): T => {
      if (!made.has(key)) made.set(key, make());
      return made.get(key) as T;
    },
  };
};
