import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CallOptions } from '#model/call.ts';
import { isFailure } from '#runtime/failure.ts';
import { silentLog } from '#runtime/log.ts';
import { createAdmission } from '#runtime/resilience/admission.ts';
import { createGovernor } from '#runtime/resilience/governor.ts';
import { createTokenBucket } from '#runtime/resilience/token-bucket.ts';
import type { OutboundRequest, UpstreamLimits } from '#runtime/resilience/upstream.ts';
import { createTestClock } from '#test/support/clock.ts';

const ids = { uuid: () => 'u', random: () => 0.5, token: () => 't' };
const limits: UpstreamLimits = {
  maxConcurrent: 2,
  timeoutMs: 2_000,
  operations: { slow: { ratePerSecond: 1, burst: 2 } },
  retryAfterMs: (headers) => (headers['retry-after'] ? Number(headers['retry-after']) * 1000 : null),
};
const request = (over: Partial<OutboundRequest> = {}): OutboundRequest => ({
  operation: 'read',
  method: 'GET',
  url: 'http://vendor.test/',
  headers: {},
  idempotent: true,
  ...over,
});
const call = (over: Partial<CallOptions> = {}): CallOptions => ({
  signal: new AbortController().signal,
  callClass: 'DETAIL',
  correlationId: 'c',
  ...over,
});

describe('token bucket', () => {
  test('in every window of any length, grants are at most rate x length + burst', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 }),
        (ratePerSecond, burst, gapsMs) => {
          let nowMs = 0;
          const bucket = createTokenBucket({ ratePerSecond, burst }, { now: () => nowMs });
          const grants: number[] = [];
          for (const gap of gapsMs) {
            nowMs += gap;
            if (bucket.take() === 0) grants.push(nowMs);
          }
          for (let from = 0; from < grants.length; from++) {
            for (let to = from; to < grants.length; to++) {
              const lengthS = ((grants[to] ?? 0) - (grants[from] ?? 0)) / 1000;
              expect(to - from + 1).toBeLessThanOrEqual(ratePerSecond * lengthS + burst + 1e-6);
            }
          }
        },
      ),
    );
  });

  test('a hold grants nothing before its end, then one', () => {
    let nowMs = 0;
    const bucket = createTokenBucket({ ratePerSecond: 10, burst: 5 }, { now: () => nowMs });
    bucket.hold(3_000);
    expect(bucket.take()).toBe(3_000);
    nowMs = 2_999;
    expect(bucket.take()).toBe(1);
    nowMs = 3_000;
    expect(bucket.take()).toBe(0);
    expect(bucket.take()).toBeGreaterThan(0);
  });
});

describe('admission', () => {
  test('never more inside than allowed; urgent ones enter first; an aborted waiter leaves the queue', async () => {
    const admission = createAdmission({ maxConcurrent: 1 });
    const order: string[] = [];
    const never = new AbortController().signal;
    const release = await admission.enter(3, never);
    const impatient = new AbortController();
    const enter = (name: string, rank: number) =>
      admission.enter(rank, never).then((leave) => {
        order.push(name);
        leave();
      });
    const waiting = [enter('background', 3), enter('browse', 2), enter('checkout', 0)];
    const gone = admission.enter(0, impatient.signal).catch(() => order.push('gone'));
    impatient.abort(new Error('too late'));
    await gone;
    release();
    release();
    await Promise.all(waiting);
    expect(order).toEqual(['gone', 'checkout', 'browse', 'background']);
    expect(admission.waiting).toBe(0);
  });
});

describe('governor', () => {
  const governorOver = (answers: (() => Response | Promise<Response>)[]) => {
    const clock = createTestClock();
    const sent: string[] = [];
    const fetch = (async (url: string) => {
      sent.push(url);
      const answer = answers.shift();
      if (!answer) throw new Error('no more answers prepared');
      return answer();
    }) as unknown as typeof globalThis.fetch;
    return {
      clock,
      sent,
      upstream: createGovernor({ connection: 'pos-main', limits }, { clock, ids, log: silentLog, fetch }),
    };
  };

  test('a throttled answer holds the bucket for as long as it says, then the call is repeated', async () => {
    const { clock, sent, upstream } = governorOver([
      () => new Response('', { status: 429, headers: { 'retry-after': '1' } }),
      () => new Response('fine'),
    ]);
    const answer = upstream.send(request({ operation: 'slow' }), call());
    await clock.advance(999);
    expect(sent).toHaveLength(1);
    await clock.advance(1);
    await expect(answer).resolves.toMatchObject({ status: 200, text: 'fine' });
    expect(sent).toHaveLength(2);
  });

  test('an operation without a published limit is held too, once a throttled answer says so', async () => {
    const { clock, sent, upstream } = governorOver([
      () => new Response('', { status: 429, headers: { 'retry-after': '1' } }),
      () => new Response('first'),
      () => new Response('second'),
    ]);
    const throttled = upstream.send(request(), call());
    await clock.advance(0);
    const behind = upstream.send(request(), call());
    await clock.advance(999);
    expect(sent).toHaveLength(1);
    await clock.advance(10);
    await Promise.all([throttled, behind]);
    expect(sent).toHaveLength(3);
  });

  test('a hold beyond the patience of the caller is told at once with its length', async () => {
    const { upstream } = governorOver([() => new Response('', { status: 429, headers: { 'retry-after': '3600' } })]);
    await expect(upstream.send(request(), call())).rejects.toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      details: { retryAfterMs: 3_600_000 },
    });
  });

  test('a write without an answer is not repeated; a read is', async () => {
    const broken = () => {
      throw new Error('reset');
    };
    const write = governorOver([broken, () => new Response('second')]);
    await expect(write.upstream.send(request({ idempotent: false, method: 'POST' }), call())).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    expect(write.sent).toHaveLength(1);
    const read = governorOver([broken, () => new Response('second')]);
    const answer = read.upstream.send(request(), call());
    await read.clock.advance(1_000);
    await expect(answer).resolves.toMatchObject({ text: 'second' });
  });

  test('after repeated failures the vendor is left alone, and throttling does not count as failing', async () => {
    const down = () => new Response('', { status: 503 });
    const throttled = () => new Response('', { status: 429, headers: { 'retry-after': '60' } });
    const { sent, upstream } = governorOver([
      throttled,
      throttled,
      throttled,
      throttled,
      throttled,
      throttled,
      down,
      down,
      down,
      down,
      down,
    ]);
    const once = (operation = 'read') =>
      upstream
        .send(request({ operation, idempotent: false }), call())
        .catch((error: unknown) => (isFailure(error) ? error.code : 'other'));
    for (let i = 0; i < 6; i++) expect(await once(`held-${i}`)).toBe('UPSTREAM_RATE_LIMITED');
    for (let i = 0; i < 5; i++) expect(await once()).toBe('UPSTREAM_UNAVAILABLE');
    expect(await once()).toBe('CIRCUIT_OPEN');
    expect(sent).toHaveLength(11);
  });

  test('answers below 500 are for the adapter to read', async () => {
    const { upstream } = governorOver([() => new Response('{"errors":[]}', { status: 404 })]);
    await expect(upstream.send(request(), call())).resolves.toMatchObject({ status: 404, text: '{"errors":[]}' });
  });

  test('a caller that is gone is not waited for', async () => {
    const { upstream } = governorOver([]);
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(upstream.send(request(), call({ signal: gone }))).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });
});
