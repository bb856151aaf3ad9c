/**
 * How many calls may be in a vendor's hands at once, as pure functions: one more per round trip while all slots are
 * used and answers come as quickly as usual, a part of them when the vendor is overloaded. What is usual is learnt per
 * operation.
 */
type Pace = {
  /** What the operation takes when nothing is wrong: quick to believe a shorter time, slow to believe a longer one. */
  readonly usualMs: number;
  /** What it took lately. */
  readonly latelyMs: number;
  /** The longest it took, forgotten slowly; doubled while nothing comes in time, since nobody knows how long it takes then. */
  readonly slowestMs: number;
};

export type Concurrency = {
  /** Fractions are the way to the next whole slot. */
  readonly limit: number;
  /** Successes of the current round while it doubles after an outage; null otherwise. */
  readonly round: number | null;
  /** When it was last lowered: answers to calls sent before that tell of a state that is past. */
  readonly loweredAtMs: number;
  /** Calls in a row that got no answer in time. */
  readonly silent: number;
  readonly paces: Readonly<Record<string, Pace>>;
};

export type Answered = {
  readonly operation: string;
  readonly sentAtMs: number;
  readonly durationMs: number;
  /** All slots were used when it was sent. */
  readonly full: boolean;
};

const LOWER_FOR_LATENCY = 0.7;
const LOWER_FOR_OVERLOAD = 0.5;
const USUAL_LONGER = 0.02;
const USUAL_SHORTER = 0.3;
const LATELY = 0.2;
const SLOWEST_FORGOTTEN = 0.99;

/** A repeatable call is given this many times the longest that its like took, and no less than the floor. */
const PATIENCE = 5;
const PATIENCE_FLOOR_MS = 1_000;
/** One call without an answer among many that were answered tells less than two in a row. */
const LOWER_FOR_SILENCE = 0.9;

/** Differences below these are noise of networks and schedulers, in milliseconds. */
const NEAR_SLACK_MS = 20;
const FAR_SLACK_MS = 100;

export const fullConcurrency = (maxConcurrent: number): Concurrency => ({
  limit: Math.max(1, maxConcurrent),
  round: null,
  loweredAtMs: Number.NEGATIVE_INFINITY,
  silent: 0,
  paces: {},
});

export const slotsOf = ({ limit }: Concurrency): number => Math.floor(limit);

/** What an operation usually takes, in milliseconds; null while nobody knows. */
export const usualMs = ({ paces }: Concurrency, operation: string): number | null => paces[operation]?.usualMs ?? null;

/**
 * How long a repeatable call of this operation is worth waiting for, in milliseconds, at most `mostMs`: a call that hangs
 * must not keep its slot for as long as the slowest thing that the vendor does could take.
 */
export const patienceMs = ({ paces }: Concurrency, operation: string, mostMs: number): number => {
  const pace = paces[operation];
  return pace === undefined
    ? mostMs
    : Math.min(mostMs, Math.max(PATIENCE_FLOOR_MS, Math.ceil(PATIENCE * pace.slowestMs)));
};

const towards = (from: number, to: number, part: number): number => from + (to - from) * part;

const paceAfter = (pace: Pace | undefined, durationMs: number): Pace =>
  pace === undefined
    ? { usualMs: durationMs, latelyMs: durationMs, slowestMs: durationMs }
    : {
        usualMs: towards(pace.usualMs, durationMs, durationMs < pace.usualMs ? USUAL_SHORTER : USUAL_LONGER),
        latelyMs: towards(pace.latelyMs, durationMs, LATELY),
        slowestMs: Math.max(durationMs, pace.slowestMs * SLOWEST_FORGOTTEN),
      };

const lowered = (concurrency: Concurrency, factor: number, sentAtMs: number, nowMs: number): Concurrency =>
  sentAtMs < concurrency.loweredAtMs
    ? concurrency
    : { ...concurrency, limit: Math.max(1, concurrency.limit * factor), round: null, loweredAtMs: nowMs };

/** After an answer that says "too busy". */
export const afterOverload = (concurrency: Concurrency, sentAtMs: number, nowMs: number): Concurrency =>
  lowered(concurrency, LOWER_FOR_OVERLOAD, sentAtMs, nowMs);

/** After no answer came within `givenMs`. */
export const afterSilence = (
  concurrency: Concurrency,
  operation: string,
  { givenMs, sentAtMs }: { readonly givenMs: number; readonly sentAtMs: number },
  nowMs: number,
): Concurrency => {
  const { paces, silent } = concurrency;
  const pace = paces[operation];
  const slower = pace && { ...pace, slowestMs: Math.max(pace.slowestMs, (2 * givenMs) / PATIENCE) };
  const known = {
    ...concurrency,
    silent: silent + 1,
    paces: slower ? { ...paces, [operation]: slower } : paces,
  };
  return lowered(known, silent === 0 ? LOWER_FOR_SILENCE : LOWER_FOR_OVERLOAD, sentAtMs, nowMs);
};

const raised = (concurrency: Concurrency, full: boolean, maxConcurrent: number): Concurrency => {
  const { limit, round } = concurrency;
  if (round === null) return full ? { ...concurrency, limit: Math.min(maxConcurrent, limit + 1 / limit) } : concurrency;
  if (round + 1 < slotsOf(concurrency)) return { ...concurrency, round: round + 1 };
  const doubled = Math.min(maxConcurrent, slotsOf(concurrency) * 2);
  return { ...concurrency, limit: doubled, round: doubled === maxConcurrent ? null : 0 };
};

export const afterAnswer = (
  concurrency: Concurrency,
  { operation, sentAtMs, durationMs, full }: Answered,
  maxConcurrent: number,
  nowMs: number,
): Concurrency => {
  const pace = paceAfter(concurrency.paces[operation], durationMs);
  const known = { ...concurrency, silent: 0, paces: { ...concurrency.paces, [operation]: pace } };
  if (pace.latelyMs > 3 * pace.usualMs + FAR_SLACK_MS) return lowered(known, LOWER_FOR_LATENCY, sentAtMs, nowMs);
  const current = sentAtMs >= concurrency.loweredAtMs;
  return current && pace.latelyMs <= 2 * pace.usualMs + NEAR_SLACK_MS ? raised(known, full, maxConcurrent) : known;
};

/** A system that has just come back is met with one call, then two, then four. */
export const afterOutage = (concurrency: Concurrency, nowMs: number): Concurrency => ({
  ...concurrency,
  limit: 1,
  round: 0,
  loweredAtMs: nowMs,
});
