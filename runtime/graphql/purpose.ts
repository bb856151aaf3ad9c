/** What a caller wants its answer for and how old it may be: from headers, or from a subscription's extensions. */
import { PURPOSES, type Purpose, WAIT_OF_PURPOSE } from '#model/purpose.ts';
import { badInput } from './arguments.ts';

export const PURPOSE_HEADER = 'x-purpose';
export const MAX_AGE_HEADER = 'x-max-age-ms';

export type Freshness = {
  readonly purpose: Purpose;
  /** Oldest answer the caller takes without a try for a newer one, in milliseconds; each kind's own when absent. */
  readonly maxAgeMs?: number;
};

export const DEFAULT_FRESHNESS: Freshness = { purpose: 'DETAIL' };

/** Whoever may serve customers in a store, or watch over the systems, may also be served first. */
const STORE_SCOPES = ['store:operate', 'ops:read'] as const;

const isPurpose = (value: unknown): value is Purpose => PURPOSES.some((purpose) => purpose === value);

const purposeFrom = (given: unknown, name: string, scopes: ReadonlySet<string>): Purpose => {
  if (given === undefined) return DEFAULT_FRESHNESS.purpose;
  if (!isPurpose(given)) throw badInput(name, `one of ${PURPOSES.join(', ')}, not ${JSON.stringify(given)}.`);
  if (given === 'STORE_ASSOCIATE' && !STORE_SCOPES.some((scope) => scopes.has(scope))) return DEFAULT_FRESHNESS.purpose;
  return given;
};

const maxAgeFrom = (given: unknown, name: string): number | undefined => {
  if (given === undefined) return undefined;
  const isPlain = typeof given === 'string' || typeof given === 'number';
  if (isPlain && /^\d{1,9}$/.test(String(given))) return Number(given);
  throw badInput(name, `whole milliseconds, 0 to 999999999, not ${JSON.stringify(given)}.`);
};

const freshnessFrom = (
  given: { readonly purpose: unknown; readonly maxAgeMs: unknown },
  names: { readonly purpose: string; readonly maxAgeMs: string },
  scopes: ReadonlySet<string>,
): Freshness => {
  const maxAgeMs = maxAgeFrom(given.maxAgeMs, names.maxAgeMs);
  return {
    purpose: purposeFrom(given.purpose, names.purpose, scopes),
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
  };
};

/** Throws BAD_INPUT naming the header. A STORE_ASSOCIATE without a scope of store staff or operators counts as DETAIL. */
export const freshnessOfHeaders = (
  headers: Readonly<Record<string, string | undefined>>,
  scopes: ReadonlySet<string>,
): Freshness =>
  freshnessFrom(
    { purpose: headers[PURPOSE_HEADER], maxAgeMs: headers[MAX_AGE_HEADER] },
    { purpose: PURPOSE_HEADER, maxAgeMs: MAX_AGE_HEADER },
    scopes,
  );

/** The same for a subscription, whose request has no headers of its own: `extensions: { purpose, maxAgeMs }`. */
export const freshnessOfExtensions = (
  extensions: Readonly<Record<string, unknown>>,
  scopes: ReadonlySet<string>,
): Freshness =>
  freshnessFrom(
    { purpose: extensions.purpose, maxAgeMs: extensions.maxAgeMs },
    { purpose: 'extensions.purpose', maxAgeMs: 'extensions.maxAgeMs' },
    scopes,
  );

/** For the next hop. */
export const freshnessHeaders = ({ maxAgeMs, purpose }: Freshness): Readonly<Record<string, string>> => ({
  [PURPOSE_HEADER]: purpose,
  ...(maxAgeMs === undefined ? {} : { [MAX_AGE_HEADER]: String(maxAgeMs) }),
});

/**
 * How long to wait for something newer than what is kept, in milliseconds. Whoever says how old an answer may be asks
 * for a newer one, and waits for it as a checkout does, whatever the purpose.
 */
export const waitMsOf = ({ maxAgeMs, purpose }: Freshness): number =>
  maxAgeMs === undefined ? WAIT_OF_PURPOSE[purpose] : Math.max(WAIT_OF_PURPOSE[purpose], WAIT_OF_PURPOSE.CHECKOUT);
