/** From a caller's context to a settled question: defaults filled in, and every wrong argument named. */
import { codeOfLocationId } from '#model/identifiers.ts';
import type { FulfilmentMethod } from '#model/order/vocabulary.ts';
import { type Purpose, WAIT_OF_PURPOSE } from '#model/purpose.ts';
import { Failure } from '#runtime/failure.ts';
import { durationMs } from '#subgraphs/process/policy/duration.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { servableCodes } from '#subgraphs/process/promise/methods.ts';
import type { Destination, Question } from './assessment.ts';
import type { Place } from './facts.ts';

/** As clients send it; absent values take the defaults. */
export type AvailabilityContextInput = {
  readonly channel?: string | null;
  readonly purpose?: Purpose | null;
  readonly maxAge?: string | null;
  readonly timeBudget?: string | null;
  readonly locationIds?: readonly string[] | null;
  readonly quantity?: number | null;
  readonly methods?: readonly FulfilmentMethod[] | null;
  readonly destination?: { readonly country: string; readonly postalCode?: string | null } | null;
};

const MAX_LOCATIONS = 250;
const MAX_QUANTITY = 1_000_000;
const MAX_WAIT_MS = 10_000;

const bad = (field: string, message: string): Failure => new Failure('BAD_INPUT', `${field}: ${message}`, { field });

const waitOf = (timeBudget: string | null | undefined, purpose: Purpose): number => {
  if (timeBudget == null) return WAIT_OF_PURPOSE[purpose];
  const waitMs = durationMs(timeBudget);
  if (waitMs !== null && waitMs <= MAX_WAIT_MS) return waitMs;
  const message = `${JSON.stringify(timeBudget)} is not an ISO 8601 duration of at most PT10S, such as "PT0.8S".`;
  throw bad('context.timeBudget', message);
};

const askedLocations = (ids: readonly string[], places: ReadonlyMap<string, Place>): ReadonlySet<string> => {
  if (ids.length > MAX_LOCATIONS)
    throw bad('context.locationIds', `at most ${MAX_LOCATIONS}, got ${ids.length}; ask in several requests.`);
  return new Set(
    ids.map((id, index) => {
      const code = codeOfLocationId(id);
      if (code === null || !places.has(code))
        throw bad(`context.locationIds[${index}]`, `${JSON.stringify(id)} is no location; take ids from Location.id.`);
      return code;
    }),
  );
};

const destinationOf = ({ country, postalCode }: NonNullable<AvailabilityContextInput['destination']>): Destination => {
  if (!/^[A-Z]{2}$/.test(country)) {
    const message = `${JSON.stringify(country)} is no country code of ISO 3166, such as "DE".`;
    throw bad('context.destination.country', message);
  }
  return { country, ...(postalCode == null || postalCode === '' ? {} : { postalCode }) };
};

export const questionOf = (
  context: AvailabilityContextInput | null | undefined,
  policy: ProcessPolicy,
  places: ReadonlyMap<string, Place>,
): Question => {
  const channel = context?.channel ?? 'web';
  const rules = Object.hasOwn(policy.channels, channel) ? policy.channels[channel] : undefined;
  if (!rules) {
    const known = Object.keys(policy.channels).sort().join(', ');
    throw bad('context.channel', `there is no channel ${JSON.stringify(channel)}; configured are ${known}.`);
  }
  const purpose = context?.purpose ?? 'BROWSE';
  const maxAgeMs = context?.maxAge == null ? policy.maxAgeMs[purpose] : durationMs(context.maxAge);
  if (maxAgeMs === null)
    throw bad('context.maxAge', `${JSON.stringify(context?.maxAge)} is not an ISO 8601 duration such as "PT30S".`);
  const waitMs = waitOf(context?.timeBudget, purpose);
  const quantity = context?.quantity ?? 1;
  if (!Number.isSafeInteger(quantity) || quantity < 1 || quantity > MAX_QUANTITY) {
    throw bad('context.quantity', `must be between 1 and ${MAX_QUANTITY}, got ${quantity}.`);
  }
  const onlyAt = context?.locationIds == null ? null : askedLocations(context.locationIds, places);
  const maxAgeAsked = context?.maxAge != null;
  const methods = context?.methods ?? null;
  if (methods?.length === 0) throw bad('context.methods', 'name at least one method, or leave it out for any.');
  const servableAt = methods === null ? null : servableCodes(places, methods, policy);
  const destination = context?.destination == null ? null : destinationOf(context.destination);
  return {
    channel,
    rules,
    purpose,
    maxAgeMs,
    maxAgeAsked,
    waitMs,
    quantity,
    onlyAt,
    methods,
    servableAt,
    destination,
  };
};
