/** From a caller's context to a settled question: defaults filled in, and every wrong argument named. */
import { codeOfLocationId } from '#model/identifiers.ts';
import { type Purpose, WAIT_OF_PURPOSE } from '#model/purpose.ts';
import { Failure } from '#runtime/failure.ts';
import { durationMs } from '#subgraphs/process/policy/duration.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { Question } from './assessment.ts';
import type { Place } from './facts.ts';

/** As clients send it; absent values take the defaults. */
export type AvailabilityContextInput = {
  readonly channel?: string | null;
  readonly purpose?: Purpose | null;
  readonly maxAge?: string | null;
  readonly timeBudget?: string | null;
  readonly locationIds?: readonly string[] | null;
  readonly quantity?: number | null;
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
  return { channel, rules, purpose, maxAgeMs, maxAgeAsked, waitMs, quantity, onlyAt };
};
