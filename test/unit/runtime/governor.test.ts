/** What a governor does for one caller at a time; test/unit/runtime/resilience tells the rest. */
import { describe, expect, test } from '@jest/globals';
import {
  call,
  down,
  hang,
  ok,
  outcomeOf,
  refuseConnection,
  request,
  reset,
  setUp,
  throttled,
} from './resilience/setup.ts';

const write = request('write', { method: 'POST', idempotent: false });

describe('answers', () => {
  test('below 500 are for the adapter to read', async () => {
    const { governor } = setUp(() => ({ status: 404, text: '{"errors":[]}' }));
    await expect(governor.send(request(), call())).resolves.toEqual({
      status: 404,
      headers: {},
      text: '{"errors":[]}',
    });
  });

  test('a throttled answer holds the quota for as long as it says, then the call is repeated', async () => {
    const { clock, governor, sent } = setUp(({ count }) => (count === 1 ? throttled(1) : ok));
    const answer = governor.send(request('slow'), call());
    await clock.advance(999);
    expect(sent).toHaveLength(1);
    await clock.advance(1_000);
    await expect(answer).resolves.toMatchObject({ status: 200, text: 'fine' });
    expect(sent).toHaveLength(2);
  });

  test('a refusal for rate is known by what the vendor says, whatever its status is', async () => {
    const { clock, governor, sent } = setUp(
      ({ count }) => (count === 1 ? { status: 503, headers: { 'retry-after': '2' } } : ok),
      {
        limits: {
          maxConcurrent: 1,
          timeoutMs: 5_000,
          quotas: [],
          readSignals: ({ headers }) => ({ throttled: 'retry-after' in headers, holdMs: 2_000 }),
        },
      },
    );
    const answer = governor.send(write, call());
    await clock.advance(1_999);
    expect(sent).toHaveLength(1);
    await clock.advance(2_000);
    await expect(answer).resolves.toMatchObject({ text: 'fine' });
  });

  test('an operation without a published limit is held too, once a throttled answer says so', async () => {
    const { clock, governor, sent } = setUp(({ count }) => (count === 1 ? throttled(1) : ok));
    const first = governor.send(request(), call());
    await clock.advance(0);
    const behind = governor.send(request(), call());
    await clock.advance(999);
    expect(sent).toHaveLength(1);
    await clock.advance(4_000);
    await Promise.all([first, behind]);
    expect(sent).toHaveLength(3);
  });

  test('a hold beyond the time of the caller is told at once with its length', async () => {
    const { governor } = setUp(() => throttled(3_600));
    await expect(governor.send(request(), call())).rejects.toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      details: { retryAfterMs: 3_600_000, sent: false },
    });
    await expect(governor.send(request(), call())).rejects.toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      details: { retryAfterMs: 3_600_000, sent: false },
    });
  });

  test('a vendor that refuses without saying for how long is left alone longer each time, and tried three times', async () => {
    const { clock, governor, sent, startMs } = setUp(() => throttled());
    const answer = outcomeOf(governor.send(request(), call({ callClass: 'BACKGROUND' })));
    await clock.advance(10_000);
    expect(await answer).toBe('UPSTREAM_RATE_LIMITED');
    const [first = 0, second = 0, third = 0] = sent.map(({ atMs }) => atMs - startMs);
    expect([first, sent.length]).toEqual([0, 3]);
    expect(second).toBeGreaterThanOrEqual(1_000);
    expect(third - second).toBeGreaterThanOrEqual(2_000);
  });
});

describe('no answer', () => {
  test('a write that may have been taken is not repeated; a read is', async () => {
    const writing = setUp(({ count }) => (count === 1 ? reset() : ok));
    await expect(writing.governor.send(write, call())).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      details: { sent: true },
    });
    expect(writing.sent).toHaveLength(1);
    const reading = setUp(({ count }) => (count === 1 ? reset() : ok));
    const answer = reading.governor.send(request(), call());
    await reading.clock.advance(1_000);
    await expect(answer).resolves.toMatchObject({ text: 'fine' });
  });

  test('a write that never left is repeated, and says so when it fails', async () => {
    const once = setUp(({ count }) => (count === 1 ? refuseConnection() : ok));
    const answer = once.governor.send(write, call());
    await once.clock.advance(1_000);
    await expect(answer).resolves.toMatchObject({ text: 'fine' });
    const never = setUp(refuseConnection);
    const failing = expect(never.governor.send(write, call())).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      details: { sent: false },
    });
    await never.clock.advance(5_000);
    await failing;
    expect(never.sent).toHaveLength(3);
  });

  test('an attempt ends after the time the vendor is given, or when the caller has no more', async () => {
    const patient = setUp(hang);
    const failing = expect(patient.governor.send(write, call())).rejects.toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      message: 'pos-main: no answer to write within 5000 ms.',
      details: { sent: true },
    });
    await patient.clock.advance(5_000);
    await failing;
    const hurried = setUp(hang);
    const early = outcomeOf(hurried.governor.send(write, call({ deadlineMs: hurried.startMs + 300 })));
    await hurried.clock.advance(300);
    expect(await early).toBe('UPSTREAM_TIMEOUT');
  });

  test('whoever gives up tells the vendor so, and is answered at once', async () => {
    const signals: AbortSignal[] = [];
    const { clock, governor } = setUp(({ signal }) => {
      signals.push(signal);
      return hang();
    });
    const caller = new AbortController();
    const answer = outcomeOf(governor.send(request(), call({ signal: caller.signal })));
    await clock.advance(10);
    caller.abort(new Error('gone'));
    expect(await answer).toBe('UPSTREAM_TIMEOUT');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(governor.report()).toMatchObject({ inFlight: 0, waiting: 0 });
  });

  test('a caller that is gone is not waited for', async () => {
    const { governor, sent } = setUp(() => ok);
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(governor.send(request(), call({ signal: gone }))).rejects.toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      details: { sent: false },
    });
    expect(sent).toEqual([]);
  });

  test('server errors are repeated for reads only', async () => {
    const reading = setUp(({ count }) => (count < 3 ? down : ok));
    const answer = reading.governor.send(request(), call());
    await reading.clock.advance(1_000);
    await expect(answer).resolves.toMatchObject({ text: 'fine' });
    const writing = setUp(() => down);
    await expect(writing.governor.send(write, call())).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'pos-main: answered write with HTTP 503.',
    });
  });
});
