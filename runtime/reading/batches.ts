/**
 * Keys wanted within a moment of each other go to the system in one request. A request that a key may have spoilt is
 * asked again in halves until the poisoned keys stand alone: they fail, the others are answered.
 */
import type { CallClass } from '#model/call.ts';
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

type Attempt =
  | { readonly kind: 'answered' }
  /** `mayBeKeys`: one key of a request can cause it for all of them. */
  | { readonly kind: 'failed'; readonly error: unknown; readonly mayBeKeys: boolean };
type Several<Item> = readonly [Item, ...Item[]];
type Lane<Key, Value> = [Flight<Key, Value>, ...Flight<Key, Value>[]];
type Urgency = { readonly callClass: CallClass; readonly correlationId: string; readonly endsAtMs: number };

const mayBeKeysFault = (error: unknown): boolean =>
  isFailure(error, 'UPSTREAM_REFUSED') || isFailure(error, 'UPSTREAM_MALFORMED') || isFailure(error, 'BAD_INPUT');

/** As urgent as the most urgent, and no longer than the one that ends first. */
const urgencyOf = (flights: Several<Flight<unknown, unknown>>): Urgency => ({
  callClass: flights.map((flight) => flight.callClass).reduce(moreUrgentOf),
  correlationId: flights[0].correlationId,
  endsAtMs: Math.min(...flights.map((flight) => flight.endsAtMs)),
});

const isSeveral = <Item>(items: readonly Item[]): items is Several<Item> => items.length > 0;

const halvesOf = <Item>(items: Several<Item>): readonly Several<Item>[] => {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)].filter((half) => isSeveral(half));
};

export const createBatches = <Key, Value>(
  options: BatchesOptions<Key, Value>,
  deps: BatchesDeps<Key, Value>,
): Batches<Key, Value> => {
  const { connection, name, batch } = options;
  const { clock } = deps;
  /** Flights that wait for their window, by scope: answers for different callers never come from one request. */
  const lanes = new Map<string, Lane<Key, Value>>();
  /** The key answered last: while the system answers it, a refusal is a key's fault and not the system's. */
  let witness: Pick<Flight<Key, Value>, 'id' | 'key' | 'scope'> | null = null;

  const fetchInTime = async (
    keys: readonly Key[],
    { callClass, correlationId, endsAtMs }: Urgency,
  ): Promise<readonly (Value | null)[]> => {
    const over = new AbortController();
    const tooLate = new AbortController();
    const timeUp = clock.delay(endsAtMs - clock.now(), over.signal).then(() => {
      const failure = new Failure('UPSTREAM_TIMEOUT', `${connection}: no answer in time to a reading of ${name}.`, {
        system: connection,
      });
      tooLate.abort(failure);
      throw failure;
    });
    timeUp.catch(() => {});
    try {
      const call = { signal: tooLate.signal, callClass, correlationId, deadlineMs: endsAtMs };
      const values = await Promise.race([Promise.resolve().then(() => options.fetch(keys, call)), timeUp]);
      if (values.length === keys.length) return values;
      throw new Failure(
        'INTERNAL',
        `${connection}: ${keys.length} keys of ${name} brought ${values.length} answers; one for each is needed.`,
        { system: connection },
      );
    } finally {
      over.abort();
    }
  };

  const attempt = async (flights: Several<Flight<Key, Value>>): Promise<Attempt> => {
    const handedOut = deps.handOut(flights);
    try {
      const values = await fetchInTime(
        flights.map((flight) => flight.key),
        urgencyOf(flights),
      );
      const [{ id, key, scope }] = flights;
      witness = { id, key, scope };
      for (const [index, flight] of flights.entries()) deps.answered(flight, handedOut, values[index] ?? null);
      return { kind: 'answered' };
    } catch (error) {
      return { kind: 'failed', error, mayBeKeys: mayBeKeysFault(error) };
    } finally {
      deps.ended(handedOut);
    }
  };

  /** Null: there is no key to tell by, or it brought neither an answer nor a refusal. */
  const answersItsWitness = async (flights: Several<Flight<Key, Value>>): Promise<boolean | null> => {
    const known = witness;
    if (known === null || known.scope !== flights[0].scope) return null;
    if (flights.some((flight) => flight.id === known.id)) return null;
    return fetchInTime([known.key], urgencyOf(flights)).then(
      () => true,
      (error) => (mayBeKeysFault(error) ? false : null),
    );
  };

  const fail = (flights: readonly Flight<Key, Value>[], error: unknown, fault: Fault): void => {
    for (const flight of flights) deps.failed(flight, error, fault);
  };

  /** `exonerated`: the system has been seen to answer, so whatever it refuses is a key's fault. */
  const isolate = async (flights: Several<Flight<Key, Value>>, exonerated: boolean): Promise<void> => {
    const halves = halvesOf(flights);
    const tried = await Promise.all(halves.map(async (half) => ({ half, result: await attempt(half) })));
    const allRefused = tried.every(({ result }) => result.kind === 'failed' && result.mayBeKeys);
    const answers = allRefused && !exonerated ? await answersItsWitness(flights) : null;
    await Promise.all(
      tried.map(async ({ half, result }) => {
        if (result.kind === 'answered') return;
        if (!result.mayBeKeys || answers === false) return fail(half, result.error, 'system');
        if (half.length === 1) return fail(half, result.error, 'isolated');
        return isolate(half, exonerated || answers === true || tried.some((one) => one.result.kind === 'answered'));
      }),
    );
  };

  const send = async (flights: Several<Flight<Key, Value>>): Promise<void> => {
    const result = await attempt(flights);
    if (result.kind === 'answered') return;
    if (!result.mayBeKeys) return fail(flights, result.error, 'system');
    if (flights.length === 1) return fail(flights, result.error, 'key');
    return isolate(flights, false);
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
      const lane: Lane<Key, Value> = waiting ?? [flight];
      if (waiting === undefined) {
        lanes.set(flight.scope, lane);
        void clock.delay(batch.windowMs).then(() => flush(flight.scope, lane));
      } else lane.push(flight);
      if (lane.length >= batch.maxKeys) flush(flight.scope, lane);
    },
  };
};
