/**
 * A system whose things change, slow down and fail under a reader's eyes, and the judge of every answer given: it knows
 * what was true when, what was told, and what a caller may be told for it.
 */
import { expect } from '@jest/globals';
import type { CallClass, CallOptions } from '#model/call.ts';
import { Failure, type FailureCode, isFailure } from '#runtime/failure.ts';
import { silentLog } from '#runtime/log.ts';
import type { Reading, ReadingCall, ReadingObservation } from '#runtime/reading/reading.ts';
import { createShelf } from '#runtime/reading/shelf.ts';
import { createTestClock } from '#test/support/clock.ts';

export const FRESH_MS = 1_000;
export const SHORT_FRESH_MS = 300;
export const BOUND_MS = 5_000;
export const ABSENT_MS = 700;
export const FLIGHT_MS = 2_000;
const MAX_KEYS = 3;

/** Things whose tags are known from their key, things whose tags are known from their value only, and poisoned ones. */
export const EARLY = ['a', 'b'] as const;
export const LATE = ['c', 'd'] as const;
export const POISONED = ['p', 'q'] as const;

export type Behaviour = {
  readonly latencyMs: number;
  readonly outcome: 'answers' | 'UPSTREAM_UNAVAILABLE' | 'UPSTREAM_RATE_LIMITED' | 'LOAD_SHED' | 'CIRCUIT_OPEN';
};

export type Ask = {
  readonly name: string;
  readonly scope: string;
  readonly callClass: CallClass;
  readonly maxAgeMs?: number;
  readonly waitMs?: number;
  readonly deadlineInMs?: number;
  readonly abortInMs?: number;
};

export type Step =
  | ({ readonly do: 'read' } & Ask)
  | { readonly do: 'pass'; readonly ms: number }
  /** It changes, and the change is heard of. */
  | { readonly do: 'change'; readonly name: string; readonly absent: boolean }
  /** It changes unheard; then the feed says that something may have been missed. */
  | { readonly do: 'miss'; readonly name: string };

type Key = { readonly name: string; readonly scope: string };
type Value = { readonly name: string; readonly scope: string; readonly version: number };
type Fetch = {
  readonly ids: readonly string[];
  readonly atMs: number;
  readonly deadlineMs: number;
  readonly call: CallOptions;
  readonly values: readonly (Value | null)[];
  /** Sent to see whether the system still answers: not a flight of its key. */
  readonly probe: boolean;
  /** Names that were dropped, and whether everything was distrusted, since it was handed out. */
  readonly dropped: Set<string>;
  distrusted: boolean;
  state: 'in the air' | 'answered' | 'failed';
  endedAtMs: number;
};

const idOf = ({ name, scope }: Key): string => `${scope}/${name}`;
const tagOf = (name: string): string => `thing:${name}`;
const isPoisoned = (name: string): boolean => (POISONED as readonly string[]).includes(name);
const isEarly = (name: string): boolean => (EARLY as readonly string[]).includes(name);
const freshMsOf = (value: Value | null): number =>
  value === null ? ABSENT_MS : value.version % 3 === 0 ? SHORT_FRESH_MS : FRESH_MS;

export const createWorld = (options: { readonly behaviours: readonly Behaviour[]; readonly random: number }) => {
  const clock = createTestClock();
  const observed: ReadingObservation[] = [];
  const ids = { uuid: () => 'u', random: () => options.random, token: () => 't' };
  const shelf = createShelf(
    { connection: 'erp-main' },
    { clock, ids, log: silentLog, observe: (observation) => observed.push(observation) },
  );
  const truth = new Map<string, { version: number; absent: boolean }>();
  /** Version at the last change that was heard of: nothing older is ever told again. */
  const heard = new Map<string, number>();
  const fetches: Fetch[] = [];
  /** What a reader that does its work keeps. */
  const best = new Map<string, { fetch: Fetch; readonly value: Value | null }>();
  const asked: Promise<void>[] = [];
  /** Against what was sent: thrown inside a request they would pass for the system's failure. */
  const verdicts: unknown[] = [];
  const refusedAt = new Set<Fetch>();
  /** When a thing was last dropped or distrusted. */
  const disturbedAtMs = new Map<string, number>();
  let settled = 0;

  const truthOf = (name: string): { version: number; absent: boolean } =>
    truth.get(name) ?? { version: 1, absent: false };

  const record = (keys: readonly Key[], call: CallOptions, probe: boolean): Fetch => {
    const values = keys.map(({ name, scope }) => {
      const { version, absent } = truthOf(name);
      return absent ? null : { name, scope, version };
    });
    return {
      ids: keys.map(idOf),
      atMs: clock.now(),
      deadlineMs: call.deadlineMs ?? Number.POSITIVE_INFINITY,
      call,
      values,
      probe,
      dropped: new Set(),
      distrusted: false,
      state: 'in the air',
      endedAtMs: 0,
    };
  };

  /** A key known to be answered is asked while a request is doubted: the one second request that may go out. */
  const isProbe = ([key, ...others]: readonly Key[]): boolean => {
    const refused = fetches.filter(
      (one) => one.state === 'failed' && one.endedAtMs === clock.now() && one.ids.some((id) => isPoisoned(id.slice(2))),
    );
    if (key === undefined || others.length > 0 || refused.length === 0) return false;
    return !refused.some((one) => one.ids.includes(idOf(key)));
  };

  /** Whether two flights of it may be under way, because it was dropped or distrusted within the time of one. */
  const isDisturbed = (name: string): boolean => clock.now() - (disturbedAtMs.get(name) ?? 0) <= FLIGHT_MS;

  const judgeSending = (keys: readonly Key[], probe: boolean): void => {
    expect(keys.length).toBeLessThanOrEqual(MAX_KEYS);
    expect(new Set(keys.map(({ scope }) => scope)).size).toBe(1);
    if (probe) return;
    for (const key of keys) {
      const inTheAir = fetches.filter((one) => !one.probe && one.state === 'in the air' && !one.call.signal.aborted);
      for (const other of inTheAir.filter((one) => one.ids.includes(idOf(key)))) {
        // Halves of a refused request go out anew for flights that a drop may have parted from their key long before.
        const parted = refusedAt.size > 0 && isDisturbed(key.name);
        expect(parted || other.distrusted || other.dropped.has(key.name)).toBe(true);
      }
      if (!isPoisoned(key.name)) continue;
      const alone = fetches.filter((one) => one.ids.length === 1 && one.ids[0] === idOf(key) && one.state === 'failed');
      for (const failed of alone) {
        if (failed.dropped.has(key.name) || isDisturbed(key.name)) continue;
        if (refusedAt.has(failed)) expect(clock.now() - failed.endedAtMs).toBeGreaterThanOrEqual(ABSENT_MS);
      }
    }
  };
  const fetch = async (keys: readonly Key[], call: CallOptions): Promise<readonly (Value | null)[]> => {
    const probe = isProbe(keys);
    try {
      judgeSending(keys, probe);
    } catch (verdict) {
      verdicts.push(verdict);
    }
    const one = record(keys, call, probe);
    const { latencyMs, outcome } = options.behaviours[fetches.length % options.behaviours.length] ?? {
      latencyMs: 10,
      outcome: 'answers',
    };
    fetches.push(one);
    await clock.delay(latencyMs);
    one.endedAtMs = clock.now();
    const inTime = clock.now() < one.deadlineMs;
    if (outcome === 'answers' && !keys.some(({ name }) => isPoisoned(name))) {
      one.state = 'answered';
      for (const [index, key] of keys.entries()) {
        if (!inTime || probe || one.dropped.has(key.name)) continue;
        const before = best.get(idOf(key));
        if (before === undefined || fetches.indexOf(before.fetch) < fetches.indexOf(one))
          best.set(idOf(key), { fetch: one, value: one.values[index] ?? null });
      }
      return one.values;
    }
    one.state = 'failed';
    if (outcome !== 'answers') throw new Failure(outcome, 'scripted');
    if (inTime) refusedAt.add(one);
    throw new Failure('UPSTREAM_REFUSED', 'poisoned');
  };

  const reader = shelf.reader<Key, Value>({
    name: 'thing',
    nameOf: ({ name }) => name,
    tagsOf: ({ name }, value) => (isEarly(name) || isPoisoned(name) || value !== null ? [tagOf(name)] : []),
    scope: ({ correlationId }) => correlationId,
    lifetime: { freshMs: FRESH_MS, boundMs: BOUND_MS, absentMs: ABSENT_MS, freshMsOf },
    maxEntries: 100,
    batch: { maxKeys: MAX_KEYS, windowMs: 5 },
    flightMs: FLIGHT_MS,
    fetch,
  });

  const judgeReading = (
    ask: Ask,
    reading: Reading<Value>,
    at: { askedMs: number; version: number; heard: number; endMs: number },
  ): void => {
    const { value, readAtMs, cache } = reading;
    const id = idOf(ask);
    const ageMs = clock.now() - readAtMs;
    const source = fetches.find(
      (one) =>
        one.state === 'answered' &&
        one.atMs === readAtMs &&
        one.ids.includes(id) &&
        (one.values[one.ids.indexOf(id)] ?? null)?.version === value?.version,
    );
    expect(source).toBeDefined();
    if (value !== null) expect(value).toMatchObject({ name: ask.name, scope: ask.scope });
    expect(ageMs).toBeLessThanOrEqual(BOUND_MS);
    if (value === null && cache !== 'MISS') expect(ageMs).toBeLessThanOrEqual(ABSENT_MS);
    // A caller never sees the time before a change that was heard of before it asked; nor, as fresh, one that was missed.
    const mustKnow = cache === 'HIT' || cache === 'MISS' ? at.version : at.heard;
    if (value !== null) expect(value.version).toBeGreaterThanOrEqual(mustKnow);
    if (cache === 'HIT') expect(ageMs).toBeLessThan(Math.min(ask.maxAgeMs ?? freshMsOf(value), BOUND_MS));
    // It waited no longer than it wanted to; or for its whole time, if there was nothing to answer with when it asked.
    const waitedMs = clock.now() - at.askedMs;
    if (cache === 'STALE_WHILE_REVALIDATE') expect(waitedMs <= (ask.waitMs ?? 0) || clock.now() >= at.endMs).toBe(true);
    if (cache === 'STALE_ON_ERROR') {
      const failedSince = fetches.some(
        (one) => one.ids.includes(id) && (one.state === 'failed' || one.call.signal.aborted) && one.atMs >= readAtMs,
      );
      expect(failedSince).toBe(true);
    }
  };

  const judgeFailure = (ask: Ask, error: unknown, endMs: number): void => {
    const kept = best.get(idOf(ask));
    if (kept !== undefined && kept.fetch.endedAtMs < clock.now())
      expect(clock.now() - kept.fetch.atMs).toBeGreaterThan(kept.value === null ? ABSENT_MS : BOUND_MS);
    expect(isFailure(error)).toBe(true);
    const code: FailureCode | undefined = isFailure(error) ? error.code : undefined;
    if (code === 'UPSTREAM_REFUSED') expect(isPoisoned(ask.name)).toBe(true);
    else if (code === 'UPSTREAM_TIMEOUT') {
      const flightEnded = fetches.some((one) => one.ids.includes(idOf(ask)) && one.call.signal.aborted);
      expect(flightEnded || clock.now() >= endMs).toBe(true);
    } else expect(options.behaviours.map(({ outcome }) => outcome)).toContain(code);
  };

  const read = (ask: Ask): void => {
    const askedMs = clock.now();
    const endMs =
      askedMs + Math.min(ask.deadlineInMs ?? Number.POSITIVE_INFINITY, ask.abortInMs ?? Number.POSITIVE_INFINITY);
    const at = { askedMs, version: truthOf(ask.name).version, heard: heard.get(ask.name) ?? 1, endMs };
    const gone = new AbortController();
    if (ask.abortInMs !== undefined) void clock.delay(ask.abortInMs).then(() => gone.abort());
    const call: ReadingCall = {
      signal: gone.signal,
      callClass: ask.callClass,
      correlationId: ask.scope,
      ...(ask.maxAgeMs === undefined ? {} : { maxAgeMs: ask.maxAgeMs }),
      ...(ask.waitMs === undefined ? {} : { waitMs: ask.waitMs }),
      ...(ask.deadlineInMs === undefined ? {} : { deadlineMs: askedMs + ask.deadlineInMs }),
    };
    asked.push(
      reader
        .read({ name: ask.name, scope: ask.scope }, call)
        .then(
          (reading) => judgeReading(ask, reading, at),
          (error) => {
            // The judge's own verdict passes through; only what the reader said is judged.
            judgeFailure(ask, error, endMs);
          },
        )
        .finally(() => {
          settled += 1;
          expect(clock.now()).toBeLessThanOrEqual(endMs);
        }),
    );
    asked.at(-1)?.catch(() => {});
  };

  const drop = (name: string): void => {
    disturbedAtMs.set(name, clock.now());
    for (const one of fetches) one.dropped.add(name);
    for (const [id, { value }] of best) {
      // A reading of nothing carries a value's tags only where the key tells them.
      if (id.endsWith(`/${name}`) && (value !== null || isEarly(name))) best.delete(id);
    }
    shelf.drop([tagOf(name)]);
  };

  const take = async (step: Step): Promise<void> => {
    if (step.do === 'read') return read(step);
    if (step.do === 'pass') return clock.advance(step.ms);
    const { version, absent } = truthOf(step.name);
    if (step.do === 'change') {
      truth.set(step.name, { version: version + 1, absent: step.absent && isEarly(step.name) });
      heard.set(step.name, version + 1);
      return drop(step.name);
    }
    truth.set(step.name, { version: version + 1, absent });
    for (const one of fetches) one.distrusted = true;
    for (const name of [...EARLY, ...LATE, ...POISONED]) disturbedAtMs.set(name, clock.now());
    shelf.distrust();
  };

  return {
    /** Takes the steps, lets everything end, and fails with the first verdict against an answer. */
    live: async (steps: readonly Step[]): Promise<void> => {
      for (const step of steps) await take(step);
      await clock.advance(4 * FLIGHT_MS);
      expect(settled).toBe(asked.length);
      await Promise.all(asked);
      for (const verdict of verdicts) throw verdict;
      expect(observed.length).toBe(asked.length);
      expect(shelf.report().entries).toBeLessThanOrEqual(2 * (EARLY.length + LATE.length));
    },
    fetches,
  };
};
