import { type FailureCode, isFailure } from '#runtime/failure.ts';
import type { RouteResponse } from './routes.ts';

export const jsonResponse = (
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): RouteResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(value),
});

/** The one form of a refusal over HTTP, whatever the route: what is wrong, what to do, and the id to quote. */
export const errorResponse = (
  status: number,
  code: FailureCode,
  message: string,
  correlationId: string,
  headers: Readonly<Record<string, string>> = {},
): RouteResponse => jsonResponse(status, { errors: [{ message, extensions: { code, correlationId } }] }, headers);

const STATUS_OF: Readonly<Partial<Record<FailureCode, number>>> = {
  BAD_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  UPSTREAM_RATE_LIMITED: 503,
  UPSTREAM_UNAVAILABLE: 503,
  CIRCUIT_OPEN: 503,
  UPSTREAM_TIMEOUT: 504,
};

/** What a thrown value becomes: a catalogued failure says its name, anything else is masked. */
export const thrownResponse = (error: unknown, correlationId: string): RouteResponse => {
  if (!isFailure(error)) return errorResponse(500, 'INTERNAL', 'Something went wrong on our side.', correlationId);
  const { retryAfterMs } = error.details;
  return errorResponse(
    STATUS_OF[error.code] ?? 500,
    error.code,
    error.message,
    correlationId,
    retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) },
  );
};
