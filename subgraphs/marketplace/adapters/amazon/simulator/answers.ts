/** How Amazon answers: bodies, error lists, and the reading of its parameters. */
import type { SimRequest, SimResponse } from '#simulation/simulator.ts';

export type ApiError = { readonly code: string; readonly message: string; readonly details?: string };

/** A request that Amazon refuses; caught by the router and answered in Amazon's form. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly error: ApiError;
  constructor(status: number, error: ApiError) {
    super(error.message);
    this.status = status;
    this.error = error;
  }
}

export const invalidInput = (message: string, details?: string): Refusal =>
  new Refusal(400, { code: 'InvalidInput', message, ...(details === undefined ? {} : { details }) });

export const notFound = (message: string): Refusal => new Refusal(404, { code: 'NotFound', message });

export const ok = (body: unknown): SimResponse => ({ status: 200, body });

export const errorAnswer = (status: number, error: ApiError): SimResponse => ({ status, body: { errors: [error] } });

/** Lists come comma-separated, or as repeated parameters. */
export const listOf = (query: URLSearchParams, name: string, most?: number): readonly string[] | null => {
  const given = query.getAll(name).flatMap((value) => value.split(','));
  if (given.length === 0) return null;
  if (given.includes('')) throw invalidInput(`${name} has an empty entry`);
  if (most !== undefined && given.length > most) throw invalidInput(`${name} takes at most ${most} values`);
  return given;
};

export const wordsOf = (query: URLSearchParams, name: string, allowed: readonly string[]): readonly string[] | null => {
  const given = listOf(query, name);
  const wrong = given?.find((word) => !allowed.includes(word));
  if (wrong !== undefined) throw invalidInput(`${name} does not know "${wrong}"`);
  return given;
};

export const required = <T>(value: T | null | undefined, name: string): T => {
  if (value === null || value === undefined || value === '') throw invalidInput(`${name} is required`);
  return value;
};

/** An ISO 8601 instant in milliseconds, or null when the parameter is not there. */
export const instantOf = (query: URLSearchParams, name: string): number | null => {
  const text = query.get(name);
  if (text === null) return null;
  const atMs = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(atMs)) throw invalidInput(`${name} is not an ISO 8601 date-time`);
  return atMs;
};

export const integerOf = (query: URLSearchParams, name: string, least: number, most: number, usual: number): number => {
  const text = query.get(name);
  if (text === null) return usual;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw invalidInput(`${name} must be between ${least} and ${most}`);
  return value;
};

/** Amazon ignores parameters it does not know; here they are refused, so that a misspelled one is found. */
export const onlyKnown = (query: URLSearchParams, known: readonly string[]): void => {
  for (const name of query.keys()) {
    if (!known.includes(name)) throw invalidInput(`there is no parameter "${name}"`);
  }
};

export const jsonBody = (request: SimRequest): Readonly<Record<string, unknown>> => {
  let body: unknown;
  try {
    body = JSON.parse(request.rawBody);
  } catch {
    throw invalidInput('the body is not JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalidInput('the body is not an object');
  return { ...body };
};

/** Opaque page tokens: they carry where to go on and a fingerprint of the filters they belong to. */
export type PageToken = { readonly position: string; readonly filters: string; readonly madeAtMs: number };

export const tokenOf = (token: PageToken): string => Buffer.from(JSON.stringify(token)).toString('base64url');

export const readToken = (text: string, filters: string): PageToken => {
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (
      typeof token === 'object' &&
      token !== null &&
      'position' in token &&
      'filters' in token &&
      'madeAtMs' in token
    ) {
      if (token.filters === filters) {
        return { position: String(token.position), filters, madeAtMs: Number(token.madeAtMs) };
      }
    }
  } catch {
    // Not one of ours: refused below.
  }
  throw invalidInput('the page token is not valid for this request');
};

/** The filters of a request in a fixed order, without those that only page. */
export const filtersOf = (query: URLSearchParams, without: readonly string[]): string =>
  [...query]
    .filter(([name]) => !without.includes(name))
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&');
