/** What browser pages of other origins may do: call with a bearer token, and read the correlation id. Never cookies. */
import type { RouteRequest, RouteResponse } from '#runtime/http/routes.ts';
import { CORRELATION_HEADER } from '#runtime/telemetry/correlation.ts';
import type { OriginPolicy } from './origins.ts';
import { MAX_AGE_HEADER, PURPOSE_HEADER } from './purpose.ts';
import { TIME_BUDGET_HEADER } from './time-budget.ts';

const CORS_METHODS = 'GET, POST, OPTIONS';
const CORS_HEADERS = [
  'content-type',
  'authorization',
  CORRELATION_HEADER,
  TIME_BUDGET_HEADER,
  PURPOSE_HEADER,
  MAX_AGE_HEADER,
].join(', ');

export const corsHeaders = (origin: string | undefined, policy: OriginPolicy): Readonly<Record<string, string>> => {
  if (origin === undefined || !policy.isAllowed(origin)) return { vary: 'origin' };
  return { vary: 'origin', 'access-control-allow-origin': origin, 'access-control-expose-headers': CORRELATION_HEADER };
};

export const preflightResponse = (request: RouteRequest, policy: OriginPolicy): RouteResponse => {
  const cors = corsHeaders(request.headers.origin, policy);
  if (!('access-control-allow-origin' in cors)) return { status: 403, headers: cors };
  return {
    status: 204,
    headers: {
      ...cors,
      'access-control-allow-methods': CORS_METHODS,
      'access-control-allow-headers': CORS_HEADERS,
      'access-control-max-age': '600',
    },
  };
};
