/** From a caller's input to a settled request: defaults filled in, and everything that is wrong told at once. */
import { codeOfLocationId } from '#model/identifiers.ts';
import { isFailure } from '#runtime/failure.ts';
import { type Question, scopeOf } from '#subgraphs/process/availability/assessment.ts';
import { expandItems, type Part } from '#subgraphs/process/availability/bundles.ts';
import type { Place } from '#subgraphs/process/availability/facts.ts';
import { type AvailabilityContextInput, questionOf } from '#subgraphs/process/availability/question.ts';
import { durationMs } from '#subgraphs/process/policy/duration.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { UserError } from './reservation.ts';

export type ReserveInput = {
  readonly idempotencyKey: string;
  readonly items: readonly Part[];
  readonly context: AvailabilityContextInput;
  readonly locationId?: string | null;
  readonly ttl?: string | null;
  readonly allOrNothing?: boolean | null;
};
export type ActionInput = {
  readonly idempotencyKey: string;
  readonly reservationId: string;
  readonly ttl?: string | null;
};

export type ReserveRequest = {
  readonly key: string;
  readonly items: readonly Part[];
  readonly question: Question;
  /** Only these location codes; null for all that the channel sells from. */
  readonly onlyAt: ReadonlySet<string> | null;
  readonly ttlMs: number;
  readonly allOrNothing: boolean;
};

type Settled<T> = { readonly request: T; readonly errors: null } | { readonly errors: readonly UserError[] };

export type Known = {
  readonly policy: ProcessPolicy;
  readonly places: ReadonlyMap<string, Place>;
  readonly isItem: (sku: string) => boolean;
};

const DEFAULT_TTL = 'PT15M';
const SHORTEST_TTL_MS = 60_000;
const LONGEST_TTL_MS = 8 * 3_600_000;
const MOST_LINES = 100;
const MOST_SKUS = 250;
const MOST_UNITS = 100_000;
const KEY_FORM = /^[\x21-\x7e]{8,200}$/;
/** Longest wait for systems before a hold is taken from what is known, in milliseconds. */
const LONGEST_WAIT_MS = 300;

export const wrong = (code: string, message: string, ...path: readonly (string | number)[]): UserError => ({
  code,
  message,
  path: ['input', ...path.map(String)],
});

const keyErrors = (key: string): readonly UserError[] =>
  KEY_FORM.test(key)
    ? []
    : [
        wrong(
          'BAD_INPUT',
          'idempotencyKey: 8 to 200 printable characters without spaces, new for every attempt, such as a UUID.',
          'idempotencyKey',
        ),
      ];

/** Null when it is not a time to live that is allowed. */
const ttlOf = (ttl: string | null | undefined): number | null => {
  const ttlMs = durationMs(ttl ?? DEFAULT_TTL);
  return ttlMs !== null && ttlMs >= SHORTEST_TTL_MS && ttlMs <= LONGEST_TTL_MS ? ttlMs : null;
};
const ttlError = (ttl: string | null | undefined): UserError =>
  wrong('BAD_INPUT', `ttl: ${JSON.stringify(ttl)} is not a duration from PT1M to PT8H.`, 'ttl');

const itemErrors = (items: readonly Part[], { isItem, policy }: Known): readonly UserError[] => {
  if (items.length === 0 || items.length > MOST_LINES)
    return [wrong('BAD_INPUT', `items: 1 to ${MOST_LINES} lines, not ${items.length}.`, 'items')];
  const errors = items.flatMap(({ sku, quantity }, index) => {
    if (!Number.isSafeInteger(quantity) || quantity < 1 || quantity > MOST_UNITS)
      return [
        wrong(
          'BAD_INPUT',
          `items[${index}].quantity: 1 to ${MOST_UNITS}, not ${quantity}.`,
          'items',
          index,
          'quantity',
        ),
      ];
    const unknown = [sku, ...expandItems(policy.bundles, [{ sku, quantity }]).map((part) => part.sku)].find(
      (part) => !isItem(part),
    );
    return unknown === undefined
      ? []
      : [wrong('NOT_FOUND', `items[${index}].sku: no item has the SKU ${unknown}.`, 'items', index, 'sku')];
  });
  const skus = expandItems(policy.bundles, items).length;
  if (errors.length === 0 && skus > MOST_SKUS)
    return [wrong('BAD_INPUT', `items: at most ${MOST_SKUS} different SKUs, not ${skus}; reserve in parts.`, 'items')];
  return errors;
};

type Asked = { readonly question: Question; readonly errors: readonly UserError[] };

const askedOf = (context: AvailabilityContextInput, { policy, places }: Known): Asked | readonly UserError[] => {
  try {
    const question = questionOf({ ...context, purpose: 'CHECKOUT', quantity: 1 }, policy, places);
    const waitMs = context.timeBudget == null ? LONGEST_WAIT_MS : Math.min(LONGEST_WAIT_MS, question.waitMs);
    return { question: { ...question, waitMs }, errors: [] };
  } catch (error) {
    if (!isFailure(error, 'BAD_INPUT')) throw error;
    return [wrong('BAD_INPUT', error.message, ...(error.details.field ?? 'context').split('.'))];
  }
};

const placeErrors = (locationId: string | null | undefined, question: Question, { places }: Known) => {
  if (locationId == null) return [];
  const code = codeOfLocationId(locationId);
  if (code === null || !places.has(code))
    return [
      wrong(
        'NOT_FOUND',
        `locationId: ${JSON.stringify(locationId)} is no location; take ids from Location.id.`,
        'locationId',
      ),
    ];
  const { channel, rules, onlyAt } = question;
  if (scopeOf(places, rules).includes(code) && (onlyAt?.has(code) ?? true)) return [];
  return [
    wrong(
      'BAD_INPUT',
      `locationId: ${channel} does not sell from ${code}, or context.locationIds leaves it out.`,
      'locationId',
    ),
  ];
};

export const reserveRequestOf = (input: ReserveInput, known: Known): Settled<ReserveRequest> => {
  const ttlMs = ttlOf(input.ttl);
  const asked = askedOf(input.context, known);
  const question = 'question' in asked ? asked.question : null;
  const errors = [
    ...keyErrors(input.idempotencyKey),
    ...itemErrors(input.items, known),
    ...('question' in asked ? asked.errors : asked),
    ...(question === null ? [] : placeErrors(input.locationId, question, known)),
    ...(ttlMs === null ? [ttlError(input.ttl)] : []),
  ];
  if (question === null || ttlMs === null || errors.length > 0) return { errors };
  const code = input.locationId == null ? null : codeOfLocationId(input.locationId);
  return {
    errors: null,
    request: {
      key: input.idempotencyKey,
      items: input.items.map(({ sku, quantity }) => ({ sku, quantity })),
      // Limits are the channel's as a whole; places are narrowed where units are picked.
      question: { ...question, onlyAt: null },
      onlyAt: code === null ? question.onlyAt : new Set([code]),
      ttlMs,
      allOrNothing: input.allOrNothing ?? true,
    },
  };
};

export type ActionRequest = { readonly key: string; readonly reservationId: string; readonly ttlMs: number };

export const actionRequestOf = (input: ActionInput): Settled<ActionRequest> => {
  const ttlMs = ttlOf(input.ttl);
  const errors = [...keyErrors(input.idempotencyKey), ...(ttlMs === null ? [ttlError(input.ttl)] : [])];
  if (ttlMs === null || errors.length > 0) return { errors };
  return { errors: null, request: { key: input.idempotencyKey, reservationId: input.reservationId, ttlMs } };
};
