/** Answers one kind of thing: from the shelf while it is fresh, else from a flight, else with what is within its bound. */
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import type { Flight, Landing } from './flight.ts';
import { createFlights } from './flights.ts';
import { boundMsOf, isFresh, type Kept, withinBound } from './lifetime.ts';
import type { CacheState, Reader, ReaderOptions, Reading, ReadingCall, ReadingObservation } from './reading.ts';
import { createTaggedStore } from './tagged-store.ts';
import { createTroubles, isOfUrgency } from './troubles.ts';
import { isMoreUrgent } from './urgency.ts';

export type ShelvedReader<Key, Value> = Reader<Key, Value> & {
  drop(tags: readonly string[]): void;
  distrust(): void;
  readonly entries: number;
};

export type ReaderDeps = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  observe(observation: ReadingObservation): void;
};

const OUTCOME = {
  HIT: 'hit',
  MISS: 'miss',
  STALE_WHILE_REVALIDATE: 'stale',
  STALE_ON_ERROR: 'stale_on_error',
} as const satisfies Record<CacheState, ReadingObservation['outcome']>;

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

export const createReader = <Key, Value>(
  options: ReaderOptions<Key, Value> & { readonly connection: string },
  deps: ReaderDeps,
): ShelvedReader<Key, Value> => {
  const { connection, name, lifetime, maxEntries } = options;
  const { clock } = deps;
  const shelf = createTaggedStore<Kept<Value>>({ maxEntries });
  const troubles = createTroubles({ maxEntries, poisonMs: lifetime.absentMs });
  const flights = createFlights<Key, Value>(options, { ...deps, shelf, troubles });
  let drops = 0;

  const keptOf = (id: string): Kept<Value> | null => {
    const kept = shelf.get(id);
    if (kept === undefined) return null;
    if (withinBound(lifetime, kept, clock.now())) return kept;
    shelf.delete(id);
    return null;
  };

  const freshFor = (kept: Kept<Value>, call: ReadingCall): boolean =>
    kept.trust === flights.trust && isFresh(lifetime, kept, call, clock.now());

  const tooLate = (key: Key, call: ReadingCall): Failure =>
    new Failure(
      'UPSTREAM_TIMEOUT',
      `${connection}: no answer about ${name} ${options.nameOf(key)} in the caller's time.`,
      {
        system: connection,
        cause: call.signal.reason,
      },
    );

  const timeLeftMs = (call: ReadingCall): number =>
    call.signal.aborted ? 0 : (call.deadlineMs ?? Number.POSITIVE_INFINITY) - clock.now();

  /** How long the caller waits: with something to answer, no longer than it wants to nor than that may be answered. */
  const patienceMs = (kept: Kept<Value> | null, call: ReadingCall): number =>
    kept === null
      ? timeLeftMs(call)
      : Math.min(timeLeftMs(call), call.waitMs ?? 0, kept.readAtMs + boundMsOf(lifetime, kept.value) - clock.now());

  /** The landing, or null when the caller left before it. A flight ends by itself: only who leaves earlier needs a timer. */
  const wait = async (flight: Flight<Key, Value>, ms: number, signal: AbortSignal): Promise<Landing<Value> | null> => {
    if (ms <= 0) return null;
    const over = new AbortController();
    const leave = AbortSignal.any([over.signal, signal]);
    const left =
      clock.now() + ms < flight.endsAtMs
        ? clock.delay(ms, leave).catch(() => {})
        : new Promise<void>((resolve) => leave.addEventListener('abort', () => resolve(), { once: true }));
    try {
      return await Promise.race([flight.landed, left.then(() => null)]);
    } finally {
      over.abort();
    }
  };

  const asRead = ({ value, readAtMs }: Kept<Value>, cache: CacheState): Reading<Value> => ({ value, readAtMs, cache });

  const answer = async (key: Key, call: ReadingCall): Promise<Reading<Value>> => {
    const scope = options.scope === 'system' ? 'system' : options.scope(call);
    const id = `${scope.length}:${scope}${options.nameOf(key)}`;
    const asked = drops;
    const kept = keptOf(id);
    if (kept !== null && freshFor(kept, call)) return asRead(kept, 'HIT');
    if (!flights.isUnderWay(id)) {
      if (kept !== null && troubles.isPaused(id, call.callClass, clock.now())) return asRead(kept, 'STALE_ON_ERROR');
      const poison = kept === null ? troubles.poisonOf(id, clock.now()) : null;
      if (poison !== null) throw poison.error;
      if (kept === null && timeLeftMs(call) <= 0) throw tooLate(key, call);
    }
    const ms = patienceMs(kept, call);
    const flight = flights.join({ id, scope, key, call, callClass: ms > 0 ? call.callClass : 'BACKGROUND' });
    const landing = await wait(flight, ms, call.signal);
    if (landing?.kind === 'answered') {
      const { value, readAtMs, overtakenBy } = landing;
      const askedBefore = overtakenBy === null || asked < overtakenBy;
      return askedBefore ? { value, readAtMs, cache: 'MISS' } : answer(key, call);
    }
    // Looked up again: it may have been dropped, or have passed its bound, while the caller waited.
    const still = keptOf(id);
    if (still !== null) {
      if (freshFor(still, call)) return asRead(still, 'HIT');
      const readSince = flight.handedOut !== null && still.request > flight.handedOut.number;
      if (readSince) return asRead(still, 'MISS');
      return asRead(still, landing === null ? 'STALE_WHILE_REVALIDATE' : 'STALE_ON_ERROR');
    }
    if (landing !== null) {
      const deserved = isOfUrgency(landing.error) && isMoreUrgent(call.callClass, flight.callClass);
      if (!deserved) throw landing.error;
    }
    if (timeLeftMs(call) <= 0) throw tooLate(key, call);
    return answer(key, call);
  };

  const read = async (key: Key, call: ReadingCall): Promise<Reading<Value>> => {
    try {
      const reading = await answer(key, call);
      const ageMs = clock.now() - reading.readAtMs;
      deps.observe({ connection, reader: name, outcome: OUTCOME[reading.cache], ageMs });
      return reading;
    } catch (error) {
      deps.observe({ connection, reader: name, outcome: 'failed', ageMs: null });
      throw error;
    }
  };

  return {
    read,
    readAll: (keys, call) => Promise.all(keys.map((key) => read(key, call).catch(toError))),
    drop: (tags) => {
      drops += 1;
      shelf.drop(tags);
      troubles.drop(tags);
      flights.drop(tags, drops);
    },
    distrust: () => flights.distrust(),
    get entries() {
      return shelf.size;
    },
  };
};
