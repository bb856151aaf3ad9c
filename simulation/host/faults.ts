/**
 * The fault vocabulary: what can go wrong with any vendor's API, said in one way for all of them. Call faults strike
 * requests that come in, delivery faults strike webhooks that go out.
 */
import { z } from 'zod';
import { SimActError } from '#simulation/simulator.ts';

const probability = z.number().min(0, 'must be between 0 and 1').max(1, 'must be between 0 and 1').optional();
const durationOf = (whole: number) =>
  z.number().int('must be whole milliseconds').min(whole, `must be at least ${whole}`);
const text = z.string().min(1, 'must not be empty');
const pathPattern = z.string().startsWith('/', 'must begin with "/" ("*" stands for one segment, "**" for any rest)');

/** All conditions given must hold; none given matches everything. */
const callMatch = z.strictObject({
  method: text.optional(),
  pathPattern: pathPattern.optional(),
  operation: text.optional(),
  bodyContains: text.optional(),
  probability,
});

const deliveryMatch = z.strictObject({
  pathPattern: pathPattern.optional(),
  bodyContains: text.optional(),
  probability,
});

/** How long the fault lives from when it was added; until it is cleared when absent. */
const duration = { durationMs: durationOf(1).optional() };

const atLeastOne = z.number().int('must be a whole number').min(1, 'must be at least 1');

const lifetime = {
  /** How often the fault strikes before it is used up; unlimited when absent. */
  count: atLeastOne.optional(),
  ...duration,
};

const onCalls = { match: callMatch.default({}), ...lifetime };
/** Limits are no strikes: what they let through is not counted, so they know no `count`. */
const asLimit = { match: callMatch.default({}), ...duration };
const onDeliveries = { match: deliveryMatch.default({}), ...lifetime };

export const RETRY_AFTER_FORMS = ['seconds', 'http-date', 'epoch-ms', 'none'] as const;
export type RetryAfterForm = (typeof RETRY_AFTER_FORMS)[number];

const retryAfter = z
  .enum(RETRY_AFTER_FORMS, { error: `must be one of ${RETRY_AFTER_FORMS.join(', ')}` })
  .default('seconds');

const SHAPES = {
  throttle: {
    ...onCalls,
    retryAfter,
    /** Default: what is left of `durationMs`, or 1 s. */
    retryAfterMs: durationOf(0).optional(),
  },
  /** A token bucket over the calls that match; a refusal tells the time until the next token. */
  quota: {
    ...asLimit,
    ratePerSecond: z.number().positive('must be greater than 0'),
    burst: atLeastOne,
    retryAfter,
  },
  /** At most `atOnce` of the calls that match are in the vendor's hands at a time. */
  concurrency: { ...asLimit, atOnce: atLeastOne, retryAfter, retryAfterMs: durationOf(0).default(1_000) },
  unavailable: onCalls,
  slow: { ...onCalls, delayMs: durationOf(1) },
  hang: { ...onCalls, hangMs: durationOf(1).default(60_000) },
  reset: onCalls,
  'lost-reply': onCalls,
  'schema-drift': {
    ...onCalls,
    /** Dotted path into the JSON answer; arrays on the way are entered. */
    field: text.regex(/^[^.]+(\.[^.]+)*$/, 'must be names joined by dots, e.g. "orders.state"'),
    /** The field's new name; without it the field is dropped. */
    renameTo: text.optional(),
  },
  duplicate: { ...onDeliveries, copies: atLeastOne.max(100).default(1) },
  reorder: {
    ...onDeliveries,
    /** How many later deliveries to the same target overtake it. */
    overtakenBy: atLeastOne.default(1),
    /** It goes out after this long even if nothing overtook it. */
    holdMs: durationOf(1).default(5_000),
  },
  stale: { ...onDeliveries, delayMs: durationOf(1).default(5_000) },
  'lost-delivery': onDeliveries,
} as const;

export type FaultKind = keyof typeof SHAPES;
export const FAULT_KINDS = Object.keys(SHAPES) as readonly FaultKind[];

const schemaOf = <K extends FaultKind>(kind: K) => z.strictObject({ kind: z.literal(kind), ...SHAPES[kind] });

const faultSchema = z.discriminatedUnion(
  'kind',
  [
    schemaOf('throttle'),
    schemaOf('quota'),
    schemaOf('concurrency'),
    schemaOf('unavailable'),
    schemaOf('slow'),
    schemaOf('hang'),
    schemaOf('reset'),
    schemaOf('lost-reply'),
    schemaOf('schema-drift'),
    schemaOf('duplicate'),
    schemaOf('reorder'),
    schemaOf('stale'),
    schemaOf('lost-delivery'),
  ],
  { error: (issue) => (issue.code === 'invalid_union' ? `must be one of ${FAULT_KINDS.join(', ')}` : undefined) },
);

/** What a caller posts. */
export type FaultInput = z.input<typeof faultSchema>;
export type FaultSpec = z.output<typeof faultSchema>;
export type FaultOf<K extends FaultKind> = Extract<FaultSpec, { kind: K }>;

const isKind = (value: unknown): value is FaultKind => FAULT_KINDS.some((kind) => kind === value);

const explain = (issue: z.core.$ZodIssue, input: unknown): string => {
  const path = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return `${path === '' ? 'fault' : path}: ${issue.message}`;
  const kind = typeof input === 'object' && input !== null && 'kind' in input ? input.kind : undefined;
  const within = path === '' ? '' : `${path}.`;
  const top = isKind(kind) ? ['kind', ...Object.keys(SHAPES[kind])] : [];
  const match = isKind(kind) ? Object.keys(SHAPES[kind].match.unwrap().shape) : [];
  const allowed = (path === 'match' ? match : top).join(', ');
  return `${issue.keys.map((key) => within + key).join(', ')}: unknown for fault "${String(kind)}"; allowed: ${allowed}`;
};

/** Throws SimActError naming each wrong field. */
export const parseFault = (input: unknown): FaultSpec => {
  const parsed = faultSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new SimActError(parsed.error.issues.map((issue) => explain(issue, input)).join('; '));
};

/** What a refusal says about coming back: a ready Retry-After value, and the moment that it stands for. */
export type ToldWait = { readonly value: string; readonly untilMs: number };

/** Rounded up to what the form can say, so that none opens too early; null for a form that says nothing. */
export const toldWait = (form: RetryAfterForm, waitMs: number, nowMs: number): ToldWait | null => {
  switch (form) {
    case 'none':
      return null;
    case 'seconds': {
      const seconds = Math.ceil(waitMs / 1000);
      return { value: String(seconds), untilMs: nowMs + seconds * 1000 };
    }
    case 'http-date': {
      const untilMs = Math.ceil((nowMs + waitMs) / 1000) * 1000;
      return { value: new Date(untilMs).toUTCString(), untilMs };
    }
    case 'epoch-ms': {
      const untilMs = Math.ceil(nowMs + waitMs);
      return { value: String(untilMs), untilMs };
    }
  }
};
