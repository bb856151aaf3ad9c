import type { Ids } from '#runtime/ids.ts';

/** Travels with a request through every hop, into journal rows and outbound calls, and back to the caller. */
export const CORRELATION_HEADER = 'x-correlation-id';

/** Bounded and free of anything that could break a log line, a header or a query. */
const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

/** The caller's id when it is well-formed, else a new one: a malformed id is replaced, not refused. */
export const correlationIdFrom = (offered: unknown, ids: Ids): string =>
  typeof offered === 'string' && WELL_FORMED.test(offered) ? offered : ids.uuid();
