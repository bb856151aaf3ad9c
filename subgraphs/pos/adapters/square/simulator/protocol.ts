/** What all of Square's endpoints share: errors, checks of requests, ids and cursors. */
import { createHash } from 'node:crypto';
import type { SimRequest, SimResponse } from '#simulation/simulator.ts';

export type Json = Readonly<Record<string, unknown>>;

/** An answer that ends the handling of a request: thrown where it is found, sent by the router. */
export class SquareError extends Error {
  override readonly name = 'SquareError';
  readonly response: SimResponse;
  constructor(status: number, category: string, code: string, detail: string, field?: string) {
    super(detail);
    this.response = {
      status,
      body: { errors: [{ category, code, detail, ...(field === undefined ? {} : { field }) }] },
    };
  }
}

export const invalid = (code: string, detail: string, field?: string): SquareError =>
  new SquareError(400, 'INVALID_REQUEST_ERROR', code, detail, field);
export const notFound = (detail: string, field?: string): SquareError =>
  new SquareError(404, 'INVALID_REQUEST_ERROR', 'NOT_FOUND', detail, field);

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON body, refused when it has members that the operation does not know. */
export const bodyOf = (request: SimRequest, members: readonly string[]): Json => {
  let body: unknown;
  try {
    body = JSON.parse(request.rawBody === '' ? '{}' : request.rawBody);
  } catch {
    throw invalid('EXPECTED_JSON_BODY', 'The request body is not JSON.');
  }
  if (!isObject(body)) throw invalid('EXPECTED_OBJECT', 'The request body is not an object.');
  knownMembers(body, members, '');
  return body;
};

export const knownMembers = (object: Json, members: readonly string[], at: string): void => {
  const unknown = Object.keys(object).find((name) => !members.includes(name));
  if (unknown !== undefined) {
    throw invalid('UNKNOWN_BODY_PARAMETER', 'The parameter is not known to this operation.', at + unknown);
  }
};

type Place = { readonly object: Json; readonly name: string; readonly field: string };
const placeOf = (object: Json, name: string, at: string): Place => ({ object, name, field: at + name });
/** Null counts as left out. */
const valueAt = ({ object, name }: Place): unknown => object[name] ?? undefined;

const required = <T>(value: T | undefined, field: string): T => {
  if (value === undefined) throw invalid('MISSING_REQUIRED_PARAMETER', 'The parameter is required.', field);
  return value;
};

export type TextRule = { readonly min?: number; readonly max?: number; readonly oneOf?: readonly string[] };

const checkText = (value: unknown, field: string, rule: TextRule): string => {
  if (typeof value !== 'string') throw invalid('EXPECTED_STRING', 'Expected a string.', field);
  if (rule.oneOf && !rule.oneOf.includes(value)) {
    throw invalid('INVALID_ENUM_VALUE', `"${value}" is none of ${rule.oneOf.join(', ')}.`, field);
  }
  if (value.length < (rule.min ?? 0)) throw invalid('VALUE_TOO_SHORT', `At least ${rule.min} characters.`, field);
  if (value.length > (rule.max ?? Number.POSITIVE_INFINITY)) {
    throw invalid('VALUE_TOO_LONG', `At most ${rule.max} characters.`, field);
  }
  return value;
};

export const optionalText = (object: Json, name: string, rule: TextRule = {}, at = ''): string | undefined => {
  const place = placeOf(object, name, at);
  const value = valueAt(place);
  return value === undefined ? undefined : checkText(value, place.field, rule);
};
export const text = (object: Json, name: string, rule: TextRule = {}, at = ''): string =>
  required(optionalText(object, name, rule, at), at + name);

export const optionalObject = (object: Json, name: string, at = ''): Json | undefined => {
  const place = placeOf(object, name, at);
  const value = valueAt(place);
  if (value === undefined || isObject(value)) return value;
  throw invalid('EXPECTED_OBJECT', 'Expected an object.', place.field);
};
export const object = (from: Json, name: string, at = ''): Json => required(optionalObject(from, name, at), at + name);

export const optionalBoolean = (from: Json, name: string, at = ''): boolean | undefined => {
  const place = placeOf(from, name, at);
  const value = valueAt(place);
  if (value === undefined || typeof value === 'boolean') return value;
  throw invalid('EXPECTED_BOOLEAN', 'Expected true or false.', place.field);
};

export const optionalInteger = (
  from: Json,
  name: string,
  rule: { readonly min?: number; readonly max?: number } = {},
  at = '',
): number | undefined => {
  const place = placeOf(from, name, at);
  const value = valueAt(place);
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw invalid('EXPECTED_INTEGER', 'Expected an integer.', place.field);
  }
  if (value < (rule.min ?? Number.NEGATIVE_INFINITY))
    throw invalid('VALUE_TOO_LOW', `At least ${rule.min}.`, place.field);
  if (value > (rule.max ?? Number.POSITIVE_INFINITY))
    throw invalid('VALUE_TOO_HIGH', `At most ${rule.max}.`, place.field);
  return value;
};

export const optionalList = (
  from: Json,
  name: string,
  rule: { readonly max?: number } = {},
  at = '',
): readonly unknown[] | undefined => {
  const place = placeOf(from, name, at);
  const value = valueAt(place);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw invalid('EXPECTED_ARRAY', 'Expected a list.', place.field);
  if (value.length > (rule.max ?? Number.POSITIVE_INFINITY)) {
    throw invalid('ARRAY_LENGTH_TOO_LONG', `At most ${rule.max} entries.`, place.field);
  }
  return value;
};

export const optionalTexts = (
  from: Json,
  name: string,
  rule: TextRule & { readonly maxEntries?: number } = {},
  at = '',
): readonly string[] | undefined =>
  optionalList(from, name, rule.maxEntries === undefined ? {} : { max: rule.maxEntries }, at)?.map((entry, place) =>
    checkText(entry, `${at}${name}[${place}]`, rule.oneOf ? { oneOf: rule.oneOf } : {}),
  );

export const optionalObjects = (
  from: Json,
  name: string,
  rule: { readonly max?: number } = {},
  at = '',
): readonly Json[] | undefined =>
  optionalList(from, name, rule, at)?.map((entry, place) => {
    if (isObject(entry)) return entry;
    throw invalid('EXPECTED_OBJECT', 'Expected an object.', `${at}${name}[${place}]`);
  });

/** Milliseconds since the epoch. */
export const optionalInstant = (from: Json, name: string, at = ''): number | undefined => {
  const value = optionalText(from, name, {}, at);
  if (value === undefined) return undefined;
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(ms)) throw invalid('INVALID_TIME', 'Expected an RFC 3339 timestamp.', at + name);
  return ms;
};

/** A decimal number as text: a JSON number is refused, as are more than 5 fraction digits. */
export const decimal = (from: Json, name: string, rule: { readonly max: number }, at = ''): number => {
  const value = text(from, name, { min: 1, max: rule.max }, at);
  if (!/^\d+(\.\d{1,5})?$/.test(value)) {
    throw invalid('INVALID_VALUE', 'Expected a decimal number with up to 5 fraction digits, as text.', at + name);
  }
  return Number(value);
};

export const decimalText = (quantity: number): string => String(Math.round(quantity * 1e5) / 1e5);

// --- ids -----------------------------------------------------------------------------------------------------------

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const MIXED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The same key gives the same id, so that a restarted simulator knows what was read from the one before. */
const idOf = (key: string, length: number, alphabet: string): string =>
  [...createHash('sha512').update(key).digest()]
    .slice(0, length)
    .map((byte) => alphabet[byte % alphabet.length] ?? '')
    .join('');

export const locationIdOf = (key: string): string => `L${idOf(`location ${key}`, 12, UPPER)}`;
export const catalogIdOf = (key: string): string => idOf(`catalog ${key}`, 24, UPPER);
export const orderIdOf = (key: string): string => `${idOf(`order ${key}`, 27, MIXED)}ZY`;
export const uidOf = (key: string): string => idOf(`uid ${key}`, 22, MIXED);
export const merchantIdOf = (key: string): string => `ML${idOf(`merchant ${key}`, 11, UPPER)}`;

// --- paging --------------------------------------------------------------------------------------------------------

const fingerprintOf = (query: unknown): string =>
  createHash('sha256').update(JSON.stringify(query)).digest('hex').slice(0, 12);

/** A cursor belongs to the query it came from, all else being equal. */
export const cursorOf = (query: Json, position: string): string => {
  const { cursor: _own, ...rest } = query;
  return Buffer.from(JSON.stringify([fingerprintOf(rest), position])).toString('base64url');
};

export const positionOf = (query: Json): string | null => {
  const { cursor, ...rest } = query;
  if (cursor === undefined || cursor === null || cursor === '') return null;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(String(cursor), 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed[0] === fingerprintOf(rest) && typeof parsed[1] === 'string') return parsed[1];
  } catch {
    // Refused below.
  }
  throw invalid('INVALID_CURSOR', 'The cursor is not one of this query.', 'cursor');
};

/** Square leaves empty lists out of its answers. */
export const listMember = (name: string, list: readonly unknown[]): Json => (list.length === 0 ? {} : { [name]: list });
