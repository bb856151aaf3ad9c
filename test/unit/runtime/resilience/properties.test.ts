/** What holds for a governor whatever callers want and the vendor does. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CallClass } from '#model/call.ts';
import { isFailure } from '#runtime/failure.ts';
import { silentLog } from '#runtime/log.ts';
import { createGovernor } from '#runtime/resilience/governor.ts';
import type { OutboundFetch } from '#runtime/resilience/outbound-fetch.ts';
import { createMemoryQuotaStore } from '#runtime/resilience/quota/memory-store.ts';
import type { Quota } from '#runtime/resilience/quota/quota.ts';
import type { QuotaStore } from '#runtime/resilience/quota/store.ts';
import { createTestClock } from '#test/support/clock.ts';
import { limits, request } from './setup.ts';

const CLASSES: readonly CallClass[] = ['CHECKOUT', 'DETAIL', 'BROWSE', 'BACKGROUND'];
const PROBE_EVERY_MS = 5_000;
const BUDGET_CAP = 10;

type Wanted = {
  readonly afterMs: number;
  readonly callClass: CallClass;
  readonly operation: string;
  readonly idempotent: boolean;
  readonly deadlineInMs: number | null;
  readonly abortInMs: number | null;
};
type Played =
  | { readonly kind: 'ok' | 'down' | 'reset'; readonly afterMs: number }
  | { readonly kind: 'throttled'; readonly afterMs: number; readonly holdMs: number | null }
  | { readonly kind: 'hang' | 'closed' };

const wanted: fc.Arbitrary<Wanted> = fc.record({
  afterMs: fc.oneof(
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 900 }) },
  ),
  callClass: fc.constantFrom(...CLASSES),
  operation: fc.constantFrom('a', 'b', 'free'),
  idempotent: fc.boolean(),
  deadlineInMs: fc.option(fc.integer({ min: 1, max: 6_000 })),
  abortInMs: fc.option(fc.integer({ min: 0, max: 3_000 }), { freq: 5 }),
});
const afterMs = fc.integer({ min: 0, max: 600 });
const played: fc.Arbitrary<Played> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('ok' as const), afterMs }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('throttled' as const),
      afterMs,
      holdMs: fc.option(fc.integer({ min: 0, max: 4_000 })),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('down' as const, 'reset' as const), afterMs }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('hang' as const, 'closed' as const) }) },
);
const quotas: fc.Arbitrary<readonly Quota[]> = fc
  .record({
    a: fc.option(fc.record({ ratePerSecond: fc.integer({ min: 1, max: 10 }), burst: fc.integer({ min: 1, max: 4 }) })),
    all: fc.option(fc.record({ calls: fc.integer({ min: 1, max: 10 }), perMs: fc.integer({ min: 500, max: 3_000 }) })),
  })
  .map(({ a, all }) => [
    ...(a ? [{ name: 'a', operations: ['a'], shape: { kind: 'bucket', ...a } } as const] : []),
    ...(all ? [{ name: 'all', operations: 'all', shape: { kind: 'window', ...all } } as const] : []),
  ]);

type Attempt = { readonly call: number; readonly operation: string; readonly atMs: number; played: Played | null };

const refusedConnection = (): Error =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) });

const play = async (setting: {
  readonly maxConcurrent: number;
  readonly quotas: readonly Quota[];
  readonly storeMs: number;
  readonly calls: readonly Wanted[];
  readonly answers: readonly Played[];
  readonly random: readonly number[];
}) => {
  const clock = createTestClock();
  const attempts: Attempt[] = [];
  const probes: number[] = [];
  const holds: { readonly operation: string; readonly fromMs: number; readonly untilMs: number }[] = [];
  const settled: { readonly call: number; readonly atMs: number; readonly outcome: string; readonly sent: unknown }[] =
    [];
  let inFlight = 0;
  let mostInFlight = 0;
  let draws = 0;

  const fetch: OutboundFetch = async (url, { signal }) => {
    const [, operation = '', call = ''] = url.split('#');
    const answer = setting.answers[attempts.length % setting.answers.length] ?? { kind: 'hang' };
    attempts.push({ call: Number(call), operation, atMs: clock.now(), played: answer });
    if (governor.report().circuit !== 'CLOSED') probes.push(clock.now());
    mostInFlight = Math.max(mostInFlight, ++inFlight);
    let over = false;
    const end = (): void => {
      if (!over) inFlight -= 1;
      over = true;
    };
    signal.addEventListener('abort', end, { once: true });
    if (answer.kind === 'hang') return new Promise(() => undefined);
    await clock.delay('afterMs' in answer ? answer.afterMs : 0);
    end();
    if (answer.kind === 'closed') throw refusedConnection();
    if (answer.kind === 'reset') throw new TypeError('fetch failed');
    if (answer.kind === 'throttled' && answer.holdMs !== null && !signal.aborted)
      holds.push({ operation, fromMs: clock.now(), untilMs: clock.now() + answer.holdMs });
    const status = answer.kind === 'ok' ? 200 : answer.kind === 'down' ? 503 : 429;
    const told = answer.kind === 'throttled' && answer.holdMs !== null ? [['hold', `${answer.holdMs}`] as const] : [];
    return { status, headers: told, text: async () => '' };
  };
  const memory = createMemoryQuotaStore({ clock });
  const quotaStore: QuotaStore = {
    update: async (key, step) => {
      if (setting.storeMs > 0) await clock.delay(setting.storeMs);
      return memory.update(key, step);
    },
  };
  const governor = createGovernor(
    {
      connection: 'x',
      limits: limits({
        maxConcurrent: setting.maxConcurrent,
        timeoutMs: 2_000,
        quotas: setting.quotas,
        readSignals: ({ status, headers: { hold } }) => ({
          throttled: status === 429,
          ...(hold === undefined ? {} : { holdMs: Number(hold) }),
        }),
      }),
    },
    {
      clock,
      ids: { uuid: () => 'u', token: () => 't', random: () => setting.random[draws++ % setting.random.length] ?? 0 },
      log: silentLog,
      fetch,
      quotas: quotaStore,
    },
  );

  const startsAtMs: number[] = [];
  for (const [
    number,
    { abortInMs, callClass, deadlineInMs, idempotent, operation, afterMs: gapMs },
  ] of setting.calls.entries()) {
    if (gapMs > 0) await clock.advance(gapMs);
    const nowMs = clock.now();
    startsAtMs.push(nowMs);
    const caller = new AbortController();
    if (abortInMs !== null) void clock.delay(abortInMs).then(() => caller.abort(new Error('gone')));
    const deadline = deadlineInMs === null ? {} : { deadlineMs: nowMs + deadlineInMs };
    const settle = (outcome: string, sent: unknown): void => {
      settled.push({ call: number, atMs: clock.now(), outcome, sent });
    };
    governor
      .send(request(operation, { idempotent, url: `http://x/#${operation}#${number}` }), {
        signal: caller.signal,
        callClass,
        correlationId: 'c',
        ...deadline,
      })
      .then(
        () => settle('ok', true),
        (error: unknown) =>
          settle(isFailure(error) ? error.code : String(error), isFailure(error) && error.details.sent),
      );
  }
  await clock.advance(600_000);
  return { attempts, clock, governor, holds, mostInFlight, probes, settled, startsAtMs };
};

const setting = fc.record({
  maxConcurrent: fc.integer({ min: 1, max: 4 }),
  quotas,
  storeMs: fc.constantFrom(0, 0, 30),
  calls: fc.array(wanted, { minLength: 1, maxLength: 20 }),
  answers: fc.array(played, { minLength: 1, maxLength: 12 }),
  random: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 5 }),
});
type Setting = typeof setting extends fc.Arbitrary<infer Value> ? Value : never;

const sharesQuota = (known: readonly Quota[], a: string, b: string): boolean =>
  a === b || known.some(({ operations }) => operations === 'all');

const check = async (scene: Setting): Promise<void> => {
  const { attempts, governor, holds, mostInFlight, probes, settled, startsAtMs } = await play(scene);

  // Every call settles once, within its time, as a catalogued outcome.
  expect(settled.map(({ call }) => call).toSorted((a, b) => a - b)).toEqual(scene.calls.map((_, number) => number));
  for (const { atMs, call, outcome, sent } of settled) {
    const { deadlineInMs } = scene.calls[call] ?? {};
    const startMs = startsAtMs[call] ?? 0;
    if (deadlineInMs != null && atMs > startMs + deadlineInMs) throw new Error(`call ${call} came late`);
    if (!/^(ok|UPSTREAM_(TIMEOUT|UNAVAILABLE|RATE_LIMITED)|CIRCUIT_OPEN|LOAD_SHED)$/.test(outcome))
      throw new Error(outcome);
    // "Not sent" is true: no attempt that the vendor may have acted on.
    const mayHaveActed = attempts.some(
      ({ call: of, played: how }) => of === call && how?.kind !== 'closed' && how?.kind !== 'throttled',
    );
    if (sent === false && mayHaveActed) throw new Error(`call ${call} says it was not sent, and was`);
  }
  expect(governor.report()).toMatchObject({ inFlight: 0, waiting: 0 });

  // The vendor's hands: never more than it takes, never while it asked for silence, never twice what may not be.
  expect(mostInFlight).toBeLessThanOrEqual(scene.maxConcurrent);
  for (const { fromMs, operation, untilMs } of holds) {
    const broken = attempts.filter(
      (attempt) =>
        attempt.atMs > fromMs && attempt.atMs < untilMs && sharesQuota(scene.quotas, attempt.operation, operation),
    );
    expect(broken).toEqual([]);
  }
  let repeats = 0;
  for (const [number, { idempotent }] of scene.calls.entries()) {
    const own = attempts.filter(({ call }) => call === number);
    expect(own.length).toBeLessThanOrEqual(3);
    for (const { played: before } of own.slice(0, -1)) {
      if (before?.kind !== 'throttled') repeats += 1;
      if (!idempotent && before?.kind !== 'throttled' && before?.kind !== 'closed')
        throw new Error('a write was repeated');
    }
  }
  expect(repeats).toBeLessThanOrEqual(BUDGET_CAP + scene.calls.length / 10);

  // A dead system is asked once in five seconds.
  for (const [place, atMs] of probes.entries()) {
    const before = probes[place - 1];
    if (before !== undefined) expect(atMs - before).toBeGreaterThanOrEqual(PROBE_EVERY_MS);
  }
};

describe('a governor, whatever happens', () => {
  test('keeps its promises to callers and vendor', async () => {
    await fc.assert(fc.asyncProperty(setting, check), { numRuns: 10_000, endOnFailure: true });
  }, 240_000);

  test('keeps them before a system that is mostly down', async () => {
    const failing = fc.array(
      fc.oneof(
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('ok' as const), afterMs }) },
        { weight: 9, arbitrary: fc.record({ kind: fc.constantFrom('down' as const, 'reset' as const), afterMs }) },
        { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('hang' as const, 'closed' as const) }) },
      ),
      { minLength: 1, maxLength: 12 },
    );
    const calls = fc.array(wanted, { minLength: 20, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(setting, failing, calls, (scene, answers, many) =>
        check({ ...scene, answers, calls: many, quotas: [] }),
      ),
      { numRuns: 10_000, endOnFailure: true },
    );
  }, 240_000);
});
