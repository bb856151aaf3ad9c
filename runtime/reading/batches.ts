/**
 * Keys wanted within a moment of each other go to the system in one request. A request that a key may have spoilt is
 * asked again in halves until the poisoned keys stand alone: they fail, the others are answered.
 */
import type { CallClass, CallOptions } from '#model/call.ts';
import type { Clock } from '#runtime/clock.ts';
import { Failure, isFailure } from '#runtime/failure.ts';
import type { Flight, HandedOut } from './flight.ts';
import type { ReaderOptions } from './reading.ts';
import { moreUrgentOf } from './urgency.ts';

export type BatchesOptions<Key, Value> = Pick<ReaderOptions<Key, Value>, 'name' | 'batch' | 'fetch'> & {
  readonly connection: string;
};

export type BatchesDeps<Key, Value> = {
  readonly clock: Clock;
  /** Called at every sending; its answer stays with the flights until the next. */
  handOut(flights: readonly Flight<Key, Value>[]): HandedOut;
  /** Called when a request has ended, well or not. */
  ended(handedOut: HandedOut): void;
  answered(flight: Flight<Key, Value>, handedOut: HandedOut, value: Value | null): void;
  failed(flight: Flight<Key, Value>, error: unknown, fault: Fault): void;
};

/** Whose fault a failure is: the key's own where it stood alone; `isolated` where it had spoilt a request of several. */
export type Fault = 'system' | 'key' | 'isolated';

export type Batches<Key, Value> = {
  /** Sends the flight with others, at the latest when the window of its batch has passed. */
  add(flight: Flight<Key, Value>): void;
};

type Attempt = { readonly kind: 'answered' } | { readonly kind: 'failed'; readonly error: unknown };
type Lane<Key, Value> = Flight<Key, Value>[];

/** Failures that one key of a request can cause for all of it. */
const mayBeKeysFault = (error: unknown): boolean =>
  isFailure(error, 'UPSTREAM_REFUSED') || isFailure(error, 'UPSTREAM_MALFORMED') || isFailure(error, 'BAD_INPUT');

export const createBatches = <Key, Value>(
  options: BatchesOptions<Key, Value>,
  deps: BatchesDeps<Key, Value>,
): Batches<Key, Value> => {
  const { connection, name, batch } = options;
  const { clock } = deps;
  /** Flights that wait for their window, by scope: answers for different callers never come from one request. */
  const lanes = new Map<string, Lane<Key, Value>>();

  const fetchInTime = async (flights: readonly Flight<Key, Value>[]): Promise<readonly (Value | null)[]> => {
    const [first] = flights;
    if (first === undefined) return [];
    const endsAtMs = Math.min(...flights.map((flight) => flight.endsAtMs));
    const callClass = flights.reduce<CallClass>((most, flight) => moreUrgentOf(flight.callClass, most), 'BACKGROUND');
    const over = new AbortController();
    const tooLate = new AbortController();
    const call: CallOptions = {
      signal: tooLate.signal,
      callClass,
      correlationId: first.correlationId,
      deadlineMs: endsAtMs,
    };
    const timeUp = clock.delay(endsAtMs - clock.now(), over.signal).then(() => {
      const failure = new Failure('UPSTREAM_TIMEOUT', `${connection}: no answer in time to a reading of ${name}.`, {
        system: connection,
      });
      tooLate.abort(failure);
      throw failure;
    });
    try {
      const asked = Promise.resolve().then(() =>
        options.fetch(
          flights.map((flight) => flight.key),
          call,
        ),
      );
      const values = await Promise.race([asked, timeUp]);
      if (values.length === flights.length) return values;
      throw new Failure(
        'INTERNAL',
        `${connection}: reading ${flights.length} of ${name} brought ${values.length} answers; one for each is needed.`,
        { system: connection },
      );
    } finally {
      timeUp.catch(() => {});
      over.abort();
    }
  };

  const attempt = async (flights: readonly Flight<Key, Value>[]): Promise<Attempt> => {
    const handedOut = deps.handOut(flights);
    try {
      const values = await fetchInTime(flights);
      for (const [index, flight] of flights.entries()) deps.answered(flight, handedOut, values[index] ?? null);
      return { kind: 'answered' };
    } catch (error) {
      return { kind: 'failed', error };
    } finally {
      deps.ended(handedOut);
    }
  };

  const fail = (flights: readonly Flight<Key, Value>[], error: unknown, fault: Fault): void => {
    for (const flight of flights) deps.failed(flight, error, fault);
  };

  const isolate = async (flights: readonly Flight<Key, Value>[]): Promise<void> => {
    const middle = Math.ceil(flights.length / 2);
    await Promise.all(
      [flights.slice(0, middle), flights.slice(middle)].map(async (half) => {
        const tried = await attempt(half);
        if (tried.kind === 'answered') return;
        if (!mayBeKeysFault(tried.error)) return fail(half, tried.error, 'system');
        if (half.length === 1) return fail(half, tried.error, 'isolated');
        return isolate(half);
      }),
    );
  };

  const send = async (flights: readonly Flight<Key, Value>[]): Promise<void> => {
    const tried = await attempt(flights);
    if (tried.kind === 'answered') return;
    if (!mayBeKeysFault(tried.error)) return fail(flights, tried.error, 'system');
    if (flights.length === 1) return fail(flights, tried.error, 'key');
    return isolate(flights);
  };

  const flush = (scope: string, lane: Lane<Key, Value>): void => {
    if (lanes.get(scope) !== lane) return;
    lanes.delete(scope);
    void send(lane);
  };

  return {
    add: (flight) => {
      if (flight.alone) return void send([flight]);
      const waiting = lanes.get(flight.scope);
      const lane = waiting ?? [];
      lane.push(flight);
      if (waiting === undefined) {
        lanes.set(flight.scope, lane);
        void clock.delay(batch.windowMs).then(() => flush(flight.scope, lane));
      }
      if (lane.length >= batch.maxKeys) flush(flight.scope, lane);
    },
  };
};
