/** Many calls at once: who goes first, who is refused, and what a failing vendor gets to see. */
import { describe, expect, test } from '@jest/globals';
import type { CallClass } from '#model/call.ts';
import type { CallObservation } from '#runtime/resilience/governor.ts';
import { createMemoryQuotaStore } from '#runtime/resilience/quota/memory-store.ts';
import { perOperation } from '#runtime/resilience/quota/quota.ts';
import { createTestClock } from '#test/support/clock.ts';
import { call, down, hang, limits, ok, outcomeOf, request, setUp, slowly, throttled } from './setup.ts';

const background = call({ callClass: 'BACKGROUND' });

describe('lanes and shares', () => {
  test('a lane that waits for its quota keeps nobody else waiting', async () => {
    const { clock, governor, sent } = setUp(() => ok);
    for (let i = 0; i < 20; i++) void governor.send(request('slow'), background);
    await clock.advance(0);
    const others = Promise.all([1, 2, 3, 4, 5, 6].map(() => governor.send(request('free'), background)));
    await clock.advance(0);
    await others;
    expect(sent.filter(({ operation }) => operation === 'free')).toHaveLength(6);
    expect(governor.report()).toMatchObject({ inFlight: 0, waiting: 20 - sent.length + 6 });
  });

  const servedBy = async (options: Parameters<typeof setUp>[1], ms: number) => {
    const served: CallClass[] = [];
    const { clock, governor } = setUp(slowly(10), options);
    for (const callClass of ['BACKGROUND', 'BROWSE', 'DETAIL', 'CHECKOUT'] as const) {
      for (let i = 0; i < 200; i++) {
        const deadlineMs = clock.now() + 60_000;
        governor.send(request('op'), call({ callClass, deadlineMs })).then(
          () => served.push(callClass),
          () => undefined,
        );
      }
    }
    await clock.advance(ms);
    return (callClass: CallClass) => served.filter((name) => name === callClass).length / served.length;
  };

  test('where slots are short, a busy checkout gets half of them', async () => {
    const part = await servedBy({ limits: limits({ maxConcurrent: 2, quotas: [] }) }, 400);
    expect(part('CHECKOUT')).toBeGreaterThanOrEqual(0.45);
    expect(part('BACKGROUND')).toBeGreaterThanOrEqual(0.05);
  });

  test('where the quota is short, a busy checkout gets half of it', async () => {
    const quotas = perOperation({ op: { ratePerSecond: 100, burst: 5 } });
    const part = await servedBy({ limits: limits({ maxConcurrent: 10, quotas }) }, 450);
    expect(part('CHECKOUT')).toBeGreaterThanOrEqual(0.45);
    expect(part('DETAIL')).toBeGreaterThanOrEqual(0.2);
  });

  test('governors of one account keep its quota together', async () => {
    const clock = createTestClock();
    const quotas = createMemoryQuotaStore({ clock });
    const pair = [1, 2].map(() => setUp(() => ok, { quotaKey: 'account' }, { clock, quotas }));
    for (const { governor } of pair) for (let i = 0; i < 20; i++) void governor.send(request('slow'), background);
    await clock.advance(10_000);
    expect(pair.reduce((sum, { sent }) => sum + sent.length, 0)).toBeLessThanOrEqual(12);
  });
});

describe('patience', () => {
  test('a list page does not wait behind a queue; a checkout does', async () => {
    const { clock, governor, sent } = setUp(slowly(100), { limits: limits({ maxConcurrent: 1, quotas: [] }) });
    await Promise.all([governor.send(request(), call()), clock.advance(100)]);
    const ask = (callClass: CallClass) =>
      Array.from({ length: 20 }, () => outcomeOf(governor.send(request(), call({ callClass }))));
    const browsing = ask('BROWSE');
    const checkouts = ask('CHECKOUT');
    await clock.advance(4_000);
    expect(new Set(await Promise.all(checkouts))).toEqual(new Set(['ok']));
    const outcomes = await Promise.all(browsing);
    expect(outcomes.filter((outcome) => outcome === 'LOAD_SHED').length).toBeGreaterThanOrEqual(14);
    expect(governor.report().shed).toBe(outcomes.filter((outcome) => outcome === 'LOAD_SHED').length);
    expect(sent.length).toBe(21 + outcomes.filter((outcome) => outcome === 'ok').length);
  });

  test('what has really waited too long is refused, whatever was estimated', async () => {
    const { clock, governor } = setUp(hang, { limits: limits({ maxConcurrent: 1, quotas: [] }) });
    void outcomeOf(governor.send(request('first', { idempotent: false }), call()));
    const answer = outcomeOf(governor.send(request(), call({ callClass: 'BROWSE' })));
    await clock.advance(499);
    expect(governor.report().waiting).toBe(1);
    await clock.advance(1);
    expect(await answer).toBe('LOAD_SHED');
  });

  test('a deadline before the quota opens is told at once', async () => {
    const { clock, governor } = setUp(() => ok);
    for (let i = 0; i < 3; i++) void governor.send(request('slow'), background);
    await clock.advance(0);
    const answer = governor.send(request('slow'), call({ deadlineMs: clock.now() + 200 }));
    await expect(answer).rejects.toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', details: { sent: false } });
  });
});

describe('outages', () => {
  test('a dead system is asked by one call in five seconds, and a call in ten at most reaches it', async () => {
    const { clock, governor, sent, startMs } = setUp(() => down);
    const outcomes: string[] = [];
    for (let i = 0; i < 600; i++) {
      void outcomeOf(governor.send(request(), call())).then((outcome) => outcomes.push(outcome));
      await clock.advance(100);
    }
    await clock.advance(10_000);
    expect(outcomes).toHaveLength(600);
    expect(sent.length).toBeLessThanOrEqual(60);
    const probes = sent.filter(({ atMs }) => atMs > startMs + 5_000);
    for (const [place, { atMs }] of probes.entries()) {
      if (place > 0) expect(atMs - (probes[place - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(5_000);
    }
    expect(governor.report()).toMatchObject({ circuit: 'OPEN', retried: 0 });
  });

  test('one that hangs is seen again within ten seconds of its return', async () => {
    let returned = false;
    const { clock, governor } = setUp(() => (returned ? ok : hang()), { limits: limits({ timeoutMs: 15_000 }) });
    const ask = async (ms: number): Promise<boolean> => {
      let answered = false;
      for (let i = 0; i < ms / 250; i++) {
        void governor.send(request(), call()).then(
          () => {
            answered = true;
          },
          () => undefined,
        );
        await clock.advance(250);
      }
      return answered;
    };
    expect(await ask(60_000)).toBe(false);
    expect(governor.report().circuit).not.toBe('CLOSED');
    returned = true;
    expect(await ask(10_000)).toBe(true);
    expect(governor.report().circuit).toBe('CLOSED');
  });

  test('one call is the probe, the others fail at once, and recovery begins with one slot', async () => {
    let answer = down;
    const { clock, governor, sent } = setUp(() => answer, { limits: limits({ maxConcurrent: 8 }) });
    for (let i = 0; i < 5; i++) await outcomeOf(governor.send(request('read', { idempotent: false }), call()));
    expect(governor.report().circuit).toBe('OPEN');
    await expect(governor.send(request(), call())).rejects.toMatchObject({
      code: 'CIRCUIT_OPEN',
      details: { retryAfterMs: 5_000, sent: false },
    });
    await clock.advance(5_000);
    answer = ok;
    const outcomes = Promise.all([1, 2, 3].map(() => outcomeOf(governor.send(request(), background))));
    await clock.advance(0);
    expect((await outcomes).toSorted()).toEqual(['CIRCUIT_OPEN', 'CIRCUIT_OPEN', 'ok']);
    expect(sent).toHaveLength(6);
    expect(governor.report()).toMatchObject({ circuit: 'CLOSED', concurrency: 1 });
  });

  test('the most urgent of those who wait is the probe', async () => {
    const quotas = perOperation({ rare: { ratePerSecond: 0.1, burst: 1 } });
    const { clock, governor, sent } = setUp(({ operation }) => (operation === 'rare' ? ok : down), {
      limits: limits({ quotas }),
    });
    await governor.send(request('rare'), background);
    for (let i = 0; i < 5; i++) await outcomeOf(governor.send(request('read', { idempotent: false }), call()));
    await clock.advance(5_000);
    const deadlineMs = clock.now() + 60_000;
    const browsing = outcomeOf(governor.send(request('rare'), call({ callClass: 'BACKGROUND', deadlineMs })));
    const checkout = outcomeOf(governor.send(request('rare'), call({ callClass: 'CHECKOUT', deadlineMs })));
    await clock.advance(6_000);
    expect(sent).toHaveLength(7);
    expect(await checkout).toBe('ok');
    expect(await browsing).toBe('CIRCUIT_OPEN');
  });

  test('throttling opens no circuit', async () => {
    const { governor } = setUp(() => throttled(60), { limits: limits({ maxConcurrent: 8 }) });
    for (let i = 0; i < 8; i++)
      expect(await outcomeOf(governor.send(request(`op-${i}`), call()))).toBe('UPSTREAM_RATE_LIMITED');
    expect(governor.report()).toMatchObject({ circuit: 'CLOSED', failed: 0, throttled: 8 });
  });

  test('a caller who leaves says nothing about the system; a deadline that ran out does', async () => {
    const leaving = setUp(hang);
    for (let i = 0; i < 6; i++) {
      const caller = new AbortController();
      const answer = outcomeOf(leaving.governor.send(request(), call({ signal: caller.signal })));
      await leaving.clock.advance(2_000);
      caller.abort(new Error('gone'));
      expect(await answer).toBe('UPSTREAM_TIMEOUT');
    }
    expect(leaving.governor.report().circuit).toBe('CLOSED');
    const waiting = setUp(hang);
    for (let i = 0; i < 5; i++) {
      const answer = outcomeOf(waiting.governor.send(request(), call({ deadlineMs: waiting.clock.now() + 1_000 })));
      await waiting.clock.advance(1_000);
      expect(await answer).toBe('UPSTREAM_TIMEOUT');
    }
    expect(waiting.governor.report().circuit).toBe('OPEN');
  });
});

describe('what is told', () => {
  test('changes of the circuit and of holds, until nobody listens', async () => {
    const { clock, governor } = setUp(() => throttled(2));
    const heard: number[] = [];
    const stop = governor.onChange(() => heard.push(clock.now()));
    const startMs = clock.now();
    await outcomeOf(governor.send(request(), call({ deadlineMs: startMs + 1_000 })));
    await clock.advance(2_000);
    expect(heard).toEqual([startMs, startMs + 2_000]);
    stop();
    await outcomeOf(governor.send(request(), call({ deadlineMs: clock.now() + 1_000 })));
    expect(heard).toHaveLength(2);
  });

  test('each call once, with its attempts, under the name of its connection', async () => {
    const seen: CallObservation[] = [];
    const { clock, governor } = setUp(
      ({ count }) => (count === 1 ? down : ok),
      {},
      { observe: (seenNow) => seen.push(seenNow) },
    );
    const answer = governor.named('pos-second').send(request(), call());
    await clock.advance(1_000);
    await answer;
    expect(seen).toEqual([
      expect.objectContaining({
        connection: 'pos-second',
        callClass: 'DETAIL',
        outcome: 'ok',
        retries: 1,
        throttled: 0,
      }),
    ]);
    expect(governor.report()).toMatchObject({ sent: 2, failed: 1, retried: 1 });
  });
});
