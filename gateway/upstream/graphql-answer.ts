/** What a response over HTTP says: a GraphQL result, or trouble in words for the caller that name no address. */
import type { FailureCode } from '#runtime/failure.ts';
import type { HopReply, HopResult, HopTrouble } from '../execution/hop.ts';
import type { WireResponse } from './response-parser.ts';

export const troubleOf = (service: string, code: FailureCode, what: string): HopTrouble => ({
  code,
  message: `The subgraph "${service}" ${what}.`,
});

const isObjectOrNull = (value: unknown): boolean => typeof value === 'object' && !Array.isArray(value);

const isResult = (value: unknown): value is HopResult => {
  if (typeof value !== 'object' || value === null) return false;
  if ('data' in value && !isObjectOrNull(value.data)) return false;
  return 'errors' in value ? Array.isArray(value.errors) : 'data' in value;
};

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const withoutResult = (service: string, status: number, isJson: boolean): HopTrouble => {
  const what = isJson ? 'a body that is not a GraphQL result' : 'no JSON body';
  if (status === 429) return troubleOf(service, 'UPSTREAM_RATE_LIMITED', `refused for now (HTTP ${status})`);
  if (status >= 500) return troubleOf(service, 'UPSTREAM_UNAVAILABLE', `answered HTTP ${status} with ${what}`);
  return troubleOf(service, 'UPSTREAM_MALFORMED', `answered HTTP ${status} with ${what}`);
};

export const replyOf = (service: string, { body, status }: WireResponse): HopReply => {
  const value = parsed(body);
  if (isResult(value)) return { kind: 'answered', result: value, isOwn: true };
  return { kind: 'unanswered', trouble: withoutResult(service, status, value !== undefined) };
};
