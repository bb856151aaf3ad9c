/**
 * Writes to systems that do not know what they have been sent twice. After a failure that leaves open whether the system
 * acted, the thing is looked up by its business key before anything is sent again.
 */
import type { CallOptions } from '#model/call.ts';
import type { Clock } from '#runtime/clock.ts';
import { Failure, isFailure } from '#runtime/failure.ts';
import type { Ids } from '#runtime/ids.ts';

export type WriteOnce<Result> = {
  readonly connection: string;
  /** What the written thing is known by in our words and theirs, e.g. "shipment ORD-1/2": it is told to operators. */
  readonly businessKey: string;
  send(call: CallOptions): Promise<Result>;
  /** The written thing, by its business key; null when the system does not have it. */
  find(call: CallOptions): Promise<Result | null>;
};

export type WriteOnceDeps = { readonly clock: Clock; readonly ids: Ids };

const MAX_SENDS = 3;
const MAX_LOOKS = 8;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** A system may still be at work on what it was sent: only what is absent this much later is absent, in milliseconds. */
const SETTLE_MS = 1_000;

/** Codes after which the system may have acted, unless the failure says that nothing was sent. */
const AMBIGUOUS = new Set(['UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_MALFORMED']);

/** Codes after which the same question may be answered later. */
const PASSING = new Set([
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_RATE_LIMITED',
  'CIRCUIT_OPEN',
  'LOAD_SHED',
]);

const isAmbiguous = (error: unknown): error is Failure =>
  isFailure(error) && AMBIGUOUS.has(error.code) && error.details.sent !== false;

/** False when the caller's time does not last. */
const pause = async (ms: number, { deadlineMs, signal }: CallOptions, clock: Clock): Promise<boolean> => {
  if (signal.aborted || (deadlineMs !== undefined && clock.now() + ms >= deadlineMs)) return false;
  return clock.delay(ms, signal).then(
    () => true,
    () => false,
  );
};

type Found<Result> = { readonly result: Result } | 'ABSENT' | { readonly unknown: unknown };

const lookUp = async <Result>(
  write: WriteOnce<Result>,
  call: CallOptions,
  { clock, ids }: WriteOnceDeps,
): Promise<Found<Result>> => {
  let last: unknown;
  let absentSinceMs: number | null = null;
  for (let look = 1; look <= MAX_LOOKS; look++) {
    let waitMs = SETTLE_MS;
    try {
      const result = await write.find(call);
      if (result !== null) return { result };
      absentSinceMs ??= clock.now();
      if (clock.now() - absentSinceMs >= SETTLE_MS) return 'ABSENT';
    } catch (error) {
      last = error;
      if (!isFailure(error) || !PASSING.has(error.code)) break;
      const backOffMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (look - 1)) * (1 + ids.random());
      waitMs = Math.ceil(Math.max(backOffMs, error.details.retryAfterMs ?? 0));
    }
    if (!(await pause(waitMs, call, clock))) break;
  }
  return { unknown: last };
};

/**
 * Sends a write so that it takes effect once. Resolves to what was written, found or sent.
 *
 * Rejects with the failure of `send` where nothing can have been written (by what it says, or because the thing is not
 * there after the last try), and with WRITE_UNCERTAIN where the system could not be asked in the caller's time.
 */
export const writeOnce = async <Result>(
  write: WriteOnce<Result>,
  call: CallOptions,
  deps: WriteOnceDeps,
): Promise<Result> => {
  for (let sends = 1; ; sends++) {
    try {
      return await write.send(call);
    } catch (failure) {
      if (!isAmbiguous(failure)) throw failure;
      const found = await lookUp(write, call, deps);
      if (found === 'ABSENT') {
        if (sends < MAX_SENDS) continue;
        throw new Failure(failure.code, failure.message, { ...failure.details, sent: false });
      }
      if ('result' in found) return found.result;
      throw new Failure(
        'WRITE_UNCERTAIN',
        `${write.connection}: whether ${write.businessKey} was written could not be told; look it up before sending it again.`,
        { system: write.connection, sent: true, cause: found.unknown ?? failure },
      );
    }
  }
};
