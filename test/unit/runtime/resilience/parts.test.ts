/** The pure decisions of a governor, one by one. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  admission,
  closedCircuit,
  judged,
  PROBE_EVERY_MS,
  probing,
  type Verdict,
} from '#runtime/resilience/circuit.ts';
import {
  afterAnswer,
  afterOutage,
  afterOverload,
  type Concurrency,
  fullConcurrency,
  slotsOf,
} from '#runtime/resilience/concurrency.ts';
import { refusalAtArrival } from '#runtime/resilience/patience.ts';
import {
  backOffMs,
  earned,
  FULL_BUDGET,
  type RepeatBudget,
  spent,
  untoldHoldMs,
} from '#runtime/resilience/repeating.ts';
import { afterServing, CALL_CLASSES, NO_TURNS, nextClass, shareOf } from '#runtime/resilience/shares.ts';
import { createStatistics } from '#runtime/resilience/statistics.ts';

describe('shares', () => {
  const SHARES = { CHECKOUT: 50, DETAIL: 25, BROWSE: 15, BACKGROUND: 10 } as const;

  test('whoever always waits gets its share of any stretch, whatever the others do', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CALL_CLASSES),
        fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 200 }),
        (busy, moments) => {
          let turns = NO_TURNS;
          let own = 0;
          for (const [place, waiting] of moments.entries()) {
            const next = nextClass(turns, (name) => name === busy || waiting[CALL_CLASSES.indexOf(name)] === true);
            if (next === null) throw new Error('nobody is served');
            turns = afterServing(turns, next);
            if (next === busy) own += 1;
            // One stride of each of the others may go before.
            expect(own).toBeGreaterThanOrEqual(((place + 1) * SHARES[busy]) / 100 - 3);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('nobody saves up while away', () => {
    let turns = NO_TURNS;
    for (let i = 0; i < 1_000; i++) turns = afterServing(turns, 'BACKGROUND');
    const served = Array.from({ length: 60 }, () => {
      const next = nextClass(turns, (name) => name === 'CHECKOUT' || name === 'BACKGROUND');
      if (next === null) throw new Error('nobody is served');
      turns = afterServing(turns, next);
      return next;
    });
    const background = (upTo: number) => served.slice(0, upTo).filter((name) => name === 'BACKGROUND').length;
    expect(background(8)).toBe(1);
    expect(background(60)).toBeGreaterThanOrEqual(9);
    expect(background(60)).toBeLessThanOrEqual(11);
  });

  test('are of those who wait', () => {
    expect(shareOf('BROWSE', () => false)).toBe(1);
    expect(shareOf('CHECKOUT', (name) => name === 'DETAIL')).toBeCloseTo(2 / 3);
    expect(nextClass(NO_TURNS, () => false)).toBeNull();
  });
});

describe('circuit', () => {
  const circuitAfter = (verdicts: readonly Verdict[], everyMs = 10) =>
    verdicts.reduce(
      (circuit, verdict, place) => judged(circuit, verdict, circuit.generation, place * everyMs),
      closedCircuit(0),
    );

  test('opens after five failures in a row, and not for what says nothing', () => {
    expect(circuitAfter(['FAILURE', 'FAILURE', 'FAILURE', 'FAILURE']).state).toBe('CLOSED');
    expect(circuitAfter(['FAILURE', 'FAILURE', 'NOTHING', 'FAILURE', 'FAILURE', 'FAILURE']).state).toBe('OPEN');
    expect(circuitAfter(['FAILURE', 'FAILURE', 'SUCCESS', 'FAILURE', 'FAILURE', 'FAILURE']).state).toBe('CLOSED');
  });

  test('opens when half of twenty attempts in ten seconds fail', () => {
    const half = Array.from({ length: 20 }, (_, place): Verdict => (place % 2 === 0 ? 'SUCCESS' : 'FAILURE'));
    expect(circuitAfter(half).state).toBe('OPEN');
    expect(circuitAfter(half.slice(0, 19)).state).toBe('CLOSED');
    expect(circuitAfter(half, 1_000).state).toBe('CLOSED');
  });

  test('lets one probe out in five seconds, and closes with the first success', () => {
    const open = circuitAfter(['FAILURE', 'FAILURE', 'FAILURE', 'FAILURE', 'FAILURE'], 0);
    expect(admission(open, 1_000)).toEqual({ admits: 'NOTHING', retryAfterMs: 4_000 });
    expect(admission(open, PROBE_EVERY_MS)).toEqual({ admits: 'PROBE' });
    const probe = probing(open, 5_000);
    expect(admission(probe, 9_000)).toEqual({ admits: 'NOTHING', retryAfterMs: 1_000 });
    expect(admission(probe, 60_000).admits).toBe('NOTHING');
    const failed = judged(probe, 'FAILURE', probe.generation, 5_100);
    expect(failed).toMatchObject({ state: 'OPEN', sinceMs: 0 });
    expect(admission(failed, 9_999).admits).toBe('NOTHING');
    expect(admission(failed, 10_000).admits).toBe('PROBE');
    expect(judged(probe, 'SUCCESS', probe.generation, 5_100)).toMatchObject({ state: 'CLOSED', sinceMs: 5_100 });
  });

  test('does not listen to attempts from before', () => {
    const open = circuitAfter(['FAILURE', 'FAILURE', 'FAILURE', 'FAILURE', 'FAILURE'], 0);
    const probe = probing(open, 5_000);
    expect(judged(probe, 'SUCCESS', 0, 5_100)).toBe(probe);
    expect(judged(open, 'SUCCESS', 0, 1)).toBe(open);
  });
});

describe('concurrency', () => {
  const answer = (concurrency: Concurrency, durationMs: number, nowMs: number, full = true): Concurrency =>
    afterAnswer(concurrency, { operation: 'read', sentAtMs: nowMs - durationMs, durationMs, full }, 16, nowMs);

  test('stays between one and what the vendor bears, whatever happens', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 9_000 }), fc.constantFrom('answer', 'overload', 'outage')), {
          maxLength: 100,
        }),
        (events) => {
          let concurrency = fullConcurrency(16);
          let nowMs = 0;
          for (const [ms, kind] of events) {
            nowMs += ms;
            if (kind === 'answer') concurrency = answer(concurrency, ms, nowMs);
            if (kind === 'overload') concurrency = afterOverload(concurrency, nowMs - ms, nowMs);
            if (kind === 'outage') concurrency = afterOutage(concurrency, nowMs);
            expect(slotsOf(concurrency)).toBeGreaterThanOrEqual(1);
            expect(slotsOf(concurrency)).toBeLessThanOrEqual(16);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('is halved once per round trip, and grows by one per round while all slots are in use', () => {
    let concurrency = afterOverload(fullConcurrency(16), 0, 1_000);
    expect(slotsOf(concurrency)).toBe(8);
    concurrency = afterOverload(concurrency, 500, 1_100);
    expect(slotsOf(concurrency)).toBe(8);
    for (let i = 0; i < 9; i++) concurrency = answer(concurrency, 50, 2_000 + i);
    expect(slotsOf(concurrency)).toBe(9);
    for (let i = 0; i < 90; i++) concurrency = answer(concurrency, 50, 3_000 + i, false);
    expect(slotsOf(concurrency)).toBe(9);
  });

  test('goes down when answers come far more slowly than usual', () => {
    let concurrency = fullConcurrency(16);
    for (let i = 0; i < 50; i++) concurrency = answer(concurrency, 50, i * 100);
    for (let i = 0; i < 5; i++) concurrency = answer(concurrency, 2_000, 20_000 + i * 3_000);
    expect(slotsOf(concurrency)).toBeLessThan(12);
  });

  test('doubles from one after an outage', () => {
    let concurrency = afterOutage(fullConcurrency(16), 0);
    const slots = Array.from({ length: 16 }, (_, place) => {
      concurrency = answer(concurrency, 10, 100 + place);
      return slotsOf(concurrency);
    });
    expect(slots).toEqual([2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 8, 8, 8, 8, 16, 16]);
  });
});

describe('repeating', () => {
  test('is a tenth of all calls, and ten in reserve', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 400 }), (wishes) => {
        let budget: RepeatBudget = FULL_BUDGET;
        let repeated = 0;
        for (const [place, wish] of wishes.entries()) {
          budget = earned(budget);
          const rest = wish ? spent(budget) : null;
          if (rest) repeated += 1;
          budget = rest ?? budget;
          expect(repeated).toBeLessThanOrEqual(10 + (place + 1) / 10);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('pauses are drawn from a span that doubles up to two seconds; untold holds double up to a minute', () => {
    expect([1, 2, 3, 9].map((attempt) => backOffMs(attempt, 1))).toEqual([100, 200, 400, 2_000]);
    expect(backOffMs(3, 0)).toBe(0);
    expect([1, 2, 3, 99].map((inRow) => untoldHoldMs(inRow, 0))).toEqual([1_000, 2_000, 4_000, 60_000]);
  });
});

describe('patience', () => {
  const idle = { ahead: 0, share: 1, perSecond: null };
  const arrival = { callClass: 'DETAIL', leftMs: 10_000, opensInMs: 0, quota: idle, slots: idle, waiting: 0 } as const;

  test('ends before the wait, not after it', () => {
    expect(refusalAtArrival(arrival)).toBeNull();
    const behind = (ahead: number) => ({ ...arrival, slots: { ahead, share: 0.5, perSecond: 10 } });
    expect(refusalAtArrival(behind(15))).toBeNull();
    expect(refusalAtArrival(behind(20))).toEqual({ code: 'LOAD_SHED', retryAfterMs: 1_000 });
    expect(refusalAtArrival({ ...behind(20), callClass: 'CHECKOUT' })).toBeNull();
    expect(
      refusalAtArrival({ ...behind(2_000), callClass: 'BACKGROUND', leftMs: Number.POSITIVE_INFINITY }),
    ).toBeNull();
    expect(refusalAtArrival({ ...arrival, waiting: 2_000 })).toMatchObject({ code: 'LOAD_SHED' });
  });

  test('a quota that opens after the deadline is told with its wait', () => {
    expect(refusalAtArrival({ ...arrival, opensInMs: 9_999 })).toBeNull();
    expect(refusalAtArrival({ ...arrival, opensInMs: 12_345 })).toEqual({
      code: 'UPSTREAM_RATE_LIMITED',
      retryAfterMs: 12_345,
    });
  });
});

describe('statistics', () => {
  test('are of the last sixty seconds', () => {
    let nowMs = 1_000_000;
    const statistics = createStatistics({ clock: { now: () => nowMs } });
    expect(statistics.read()).toEqual({ sent: 0, failed: 0, retried: 0, shed: 0, throttled: 0, p95Ms: null });
    for (let i = 1; i <= 100; i++) {
      statistics.count('sent');
      statistics.took(i * 10);
    }
    expect(statistics.read().sent).toBe(100);
    expect(statistics.read().p95Ms).toBeGreaterThan(900);
    expect(statistics.read().p95Ms).toBeLessThan(1_000);
    nowMs += 59_000;
    statistics.count('failed');
    expect(statistics.read()).toMatchObject({ sent: 100, failed: 1 });
    nowMs += 1_000;
    expect(statistics.read()).toMatchObject({ sent: 0, failed: 1, p95Ms: null });
  });
});
