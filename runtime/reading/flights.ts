/**
 * The readings under way of one reader, at most one per key that callers can join, and what is kept of them when they
 * land.
 */
import type { CallClass } from '#model/call.ts';
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import { createBatches, type Fault } from './batches.ts';
import { createDropMarks } from './drop-marks.ts';
import type { Flight, HandedOut, Landing } from './flight.ts';
import { freshMsOf, type Kept } from './lifetime.ts';
import type { ReaderOptions, ReadingCall } from './reading.ts';
import type { TaggedStore } from './tagged-store.ts';
import type { Troubles } from './troubles.ts';
import { moreUrgentOf } from './urgency.ts';

export type Wanted<Key> = {
  readonly id: string;
  readonly scope: string;
  readonly key: Key;
  readonly call: ReadingCall;
  /** The caller's, or BACKGROUND when nobody waits. */
  readonly callClass: CallClass;
};

export type Flights<Key, Value> = {
  isUnderWay(id: string): boolean;
  /** The flight of this key, started if there is none. It becomes as urgent as this wish unless it has been sent. */
  join(wanted: Wanted<Key>): Flight<Key, Value>;
  /** What has been sent may tell of the time before this drop. */
  drop(tags: readonly string[], drop: number): void;
  /** What has been sent is kept only as stale, and joined by nobody any more. */
  distrust(): void;
  readonly trust: number;
};

export type FlightsDeps<Value> = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly shelf: TaggedStore<Kept<Value>>;
  readonly troubles: Troubles;
};

/** Most tags remembered per request under way. */
const MOST_DROP_MARKS = 10_000;

export const createFlights = <Key, Value>(
  options: ReaderOptions<Key, Value> & { readonly connection: string },
  deps: FlightsDeps<Value>,
): Flights<Key, Value> => {
  const { connection, name, lifetime } = options;
  const { clock, ids, log, shelf, troubles } = deps;
  // An answer that took longer than its bound could not be given to anybody.
  const flightMs = Math.min(options.flightMs, lifetime.boundMs);
  const joinable = new Map<string, Flight<Key, Value>>();
  const landings = new WeakMap<Flight<Key, Value>, (landing: Landing<Value>) => void>();
  const out = new Set<HandedOut>();
  let trust = 0;
  let requests = 0;

  const tagsOf = (key: Key, value: Value | null): readonly string[] => options.tagsOf?.(key, value) ?? [];

  const land = (flight: Flight<Key, Value>, landing: Landing<Value>): void => {
    if (joinable.get(flight.id) === flight) joinable.delete(flight.id);
    landings.get(flight)?.(landing);
  };

  const remember = (flight: Flight<Key, Value>, error: unknown, fault: Fault): void => {
    if (fault === 'isolated' && !troubles.isSuspect(flight.id)) {
      log.warn(
        {
          connection,
          reader: name,
          key: options.nameOf(flight.key),
          code: error instanceof Failure ? error.code : 'INTERNAL',
        },
        'a key that fails every request it is part of is asked alone from now on',
      );
    }
    troubles.failed(flight.id, {
      tags: flight.tags,
      error,
      callClass: flight.callClass,
      fault,
      nowMs: clock.now(),
    });
  };

  const failed = (flight: Flight<Key, Value>, error: unknown, fault: Fault): void => {
    const readSince = (shelf.get(flight.id)?.request ?? 0) > (flight.handedOut?.number ?? 0);
    if (!readSince) remember(flight, error, fault);
    land(flight, { kind: 'failed', error });
  };

  /** Keeps an answer, unless it is overtaken, and tells those who wait for it. */
  const keep = (flight: Flight<Key, Value>, handedOut: HandedOut, value: Value | null): void => {
    const readAtMs = handedOut.atMs;
    if (clock.now() - readAtMs > lifetime.boundMs) {
      throw new Failure('UPSTREAM_TIMEOUT', `${connection}: an answer about ${name} came when it was too old.`, {
        system: connection,
      });
    }
    const tags = tagsOf(flight.key, value);
    const overtakenBy = handedOut.drops.firstOf([...new Set([...flight.tags, ...tags])]);
    // What a drop took away must not come back with an older answer, nor an older answer push out a newer.
    if (overtakenBy === null && handedOut.number > (shelf.get(flight.id)?.request ?? 0)) {
      const freshMs = freshMsOf(lifetime, value, ids.random());
      shelf.set(flight.id, { value, readAtMs, request: handedOut.number, freshMs, trust: handedOut.trust, tags });
    }
    troubles.succeeded(flight.id);
    land(flight, { kind: 'answered', value, readAtMs, overtakenBy });
  };

  const answered = (flight: Flight<Key, Value>, handedOut: HandedOut, value: Value | null): void => {
    try {
      keep(flight, handedOut, value);
    } catch (error) {
      failed(flight, error, 'system');
    }
  };

  const batches = createBatches<Key, Value>(options, {
    clock,
    handOut: (flights) => {
      requests += 1;
      const handedOut: HandedOut = {
        atMs: clock.now(),
        number: requests,
        trust,
        drops: createDropMarks({ maxTags: MOST_DROP_MARKS }),
      };
      out.add(handedOut);
      for (const flight of flights) flight.handedOut = handedOut;
      return handedOut;
    },
    ended: (handedOut) => {
      out.delete(handedOut);
    },
    answered,
    failed,
  });

  const start = ({ id, scope, key, call, callClass }: Wanted<Key>): Flight<Key, Value> => {
    const { promise, resolve } = Promise.withResolvers<Landing<Value>>();
    const flight: Flight<Key, Value> = {
      id,
      key,
      scope,
      correlationId: call.correlationId,
      alone: troubles.isSuspect(id),
      endsAtMs: clock.now() + flightMs,
      tags: [...new Set([...(shelf.get(id)?.tags ?? []), ...tagsOf(key, null)])],
      landed: promise,
      callClass,
      handedOut: null,
    };
    landings.set(flight, resolve);
    joinable.set(id, flight);
    batches.add(flight);
    return flight;
  };

  return {
    isUnderWay: (id) => joinable.has(id),
    join: (wanted) => {
      const flight = joinable.get(wanted.id) ?? start(wanted);
      if (flight.handedOut === null) flight.callClass = moreUrgentOf(wanted.callClass, flight.callClass);
      return flight;
    },
    drop: (tags, drop) => {
      for (const { drops } of out) drops.add(tags, drop);
      const dropped = new Set(tags);
      for (const flight of [...joinable.values()]) {
        if (flight.handedOut !== null && flight.tags.some((tag) => dropped.has(tag))) joinable.delete(flight.id);
      }
    },
    distrust: () => {
      trust += 1;
      for (const flight of [...joinable.values()]) if (flight.handedOut !== null) joinable.delete(flight.id);
    },
    get trust() {
      return trust;
    },
  };
};
