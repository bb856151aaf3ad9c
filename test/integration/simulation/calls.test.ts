/** Every fault that strikes calls, the limits and the ledger, over real sockets. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultInput } from '#simulation/host/faults.ts';
import { TINY_LIMIT } from '#test/support/tiny-simulator.ts';
import { openTinyHost, type Setup } from './setup.ts';

let setup: Setup;
beforeEach(async () => {
  setup = await openTinyHost();
});
afterEach(async () => {
  await setup[Symbol.asyncDispose]();
});

const get = (path: string): Promise<Response> => fetch(`${setup.url}${path}`);
const write = (key: string): Promise<Response> =>
  fetch(`${setup.url}/v1/notes`, { method: 'POST', body: JSON.stringify({ key }) });
const add = (fault: FaultInput) => setup.control.addFault(fault);
/** Whether an answer (or failure) has come by now; a whole exchange with the same host lets it arrive first. */
const watch = (promise: Promise<unknown>): (() => Promise<boolean>) => {
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  promise.then(settle, settle);
  return async () => {
    await setup.control.ledger();
    return settled;
  };
};

describe('without faults', () => {
  it('a vendor answers below its name, with its own headers', async () => {
    const answer = await write('a');
    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-vendor')).toBe('tiny');
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(await answer.json()).toEqual({ note: { key: 'a', text: 'kept' } });
    expect(await (await get('/v1/notes')).json()).toMatchObject({ company: 'Kaufhaus Beispiel GmbH' });
  });

  it('the host says that it lives, and which simulators there are', async () => {
    expect(await (await fetch(`${setup.hostUrl}/livez`)).json()).toEqual({ status: 'ok' });
    const unknown = await fetch(`${setup.hostUrl}/huge/v1/notes`);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toEqual({ error: 'no simulator "huge": there are tiny' });
  });

  it('a bug in a simulator is an answer, not the end of the host', async () => {
    const answer = await get('/v1/bug');
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain('a bug in the simulator');
    expect((await get('/v1/notes')).status).toBe(200);
  });

  it('refuses a body that is too large, whole', async () => {
    const answer = await fetch(`${setup.url}/v1/notes`, { method: 'POST', body: 'x'.repeat(17 * 1024 * 1024) });
    expect(answer.status).toBe(413);
  });
});

describe('throttle', () => {
  it.each([
    ['seconds', '3'],
    ['http-date', 'Mon, 02 Mar 2026 09:00:03 GMT'],
    ['epoch-ms', String(Date.UTC(2026, 2, 2, 9, 0, 2, 500))],
    ['none', null],
  ] as const)('answers as the vendor does, Retry-After as %s', async (retryAfter, expected) => {
    await add({ kind: 'throttle', retryAfter, retryAfterMs: 2_500, count: 1 });
    const answer = await write('a');
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe(expected);
    expect(await answer.json()).toEqual({ error: 'too many' });
    expect((await write('a')).status).toBe(201);
    const ledger = await setup.control.ledger();
    expect(ledger).toMatchObject({ calls: 2, throttled: 1, faults: { byKind: { throttle: 1 } } });
    expect(ledger.writes.a?.count).toBe(1);
  });

  it('tells what is left of its duration and ends with it', async () => {
    await add({ kind: 'throttle', durationMs: 10_000 });
    await setup.clock.advance(4_000);
    expect((await get('/v1/notes')).headers.get('retry-after')).toBe('6');
    await setup.clock.advance(6_000);
    expect((await get('/v1/notes')).status).toBe(200);
  });
});

describe('unavailable', () => {
  it('answers as the vendor does when it is down, and performs nothing', async () => {
    await add({ kind: 'unavailable', match: { method: 'POST' }, count: 1 });
    expect((await get('/v1/notes')).status).toBe(200);
    const answer = await write('a');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ error: 'down' });
    expect((await setup.control.ledger()).writes).toEqual({});
  });
});

describe('slow', () => {
  it('answers rightly, but not before the delay', async () => {
    await add({ kind: 'slow', delayMs: 3_000 });
    const answer = write('a');
    const isSettled = watch(answer);
    await setup.clock.sleeping();
    await setup.clock.advance(2_999);
    expect(await isSettled()).toBe(false);
    expect((await setup.control.ledger()).writes).toEqual({});
    await setup.clock.advance(1);
    expect((await answer).status).toBe(201);
  });

  it('performs the call even when the caller no longer waits for the answer', async () => {
    await add({ kind: 'slow', delayMs: 3_000 });
    const caller = new AbortController();
    const answer = fetch(`${setup.url}/v1/notes`, { method: 'POST', body: '{"key":"a"}', signal: caller.signal });
    await setup.clock.sleeping();
    caller.abort();
    await expect(answer).rejects.toThrow();
    await setup.clock.advance(3_000);
    expect((await setup.control.ledger()).writes.a?.count).toBe(1);
  });
});

describe('slow, when the host stops', () => {
  it('leaves no timer behind', async () => {
    await add({ kind: 'slow', delayMs: 3_600_000 });
    const closed = expect(write('a')).rejects.toThrow('fetch failed');
    await setup.clock.sleeping();
    await setup[Symbol.asyncDispose]();
    await closed;
    expect(setup.clock.pending()).toBe(0);
    setup = await openTinyHost();
  });
});

describe('hang', () => {
  it('gives no answer at all, performs nothing and closes in the end', async () => {
    await add({ kind: 'hang', hangMs: 30_000 });
    const answer = write('a');
    const isSettled = watch(answer);
    await setup.clock.sleeping();
    await setup.clock.advance(29_999);
    expect(await isSettled()).toBe(false);
    const closed = expect(answer).rejects.toThrow('fetch failed');
    await setup.clock.advance(1);
    await closed;
    const ledger = await setup.control.ledger();
    expect(ledger.writes).toEqual({});
    expect(ledger.operations['POST /v1/notes']?.statuses).toEqual({ none: 1 });
  });

  it('is over when the caller hangs up', async () => {
    await add({ kind: 'hang' });
    const caller = new AbortController();
    const answer = fetch(`${setup.url}/v1/notes`, { signal: caller.signal });
    await setup.clock.sleeping();
    caller.abort();
    await expect(answer).rejects.toThrow();
    await setup.ledgerWhere((report) => report.operations['GET /v1/notes']?.statuses.none === 1);
    expect(setup.clock.pending()).toBe(0);
  });

  it('does not keep the host from stopping', async () => {
    await add({ kind: 'hang' });
    const closed = expect(get('/v1/notes')).rejects.toThrow('fetch failed');
    await setup.clock.sleeping();
    await setup[Symbol.asyncDispose]();
    await closed;
    setup = await openTinyHost();
  });
});

describe('reset', () => {
  it('breaks the connection before anything is performed', async () => {
    await add({ kind: 'reset', count: 1 });
    await expect(write('a')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect((await setup.control.ledger()).writes).toEqual({});
    expect((await write('a')).status).toBe(201);
  });
});

describe('lost-reply', () => {
  it('performs the call and drops the answer: a caller who repeats it writes twice', async () => {
    await add({ kind: 'lost-reply', count: 1 });
    await expect(write('order 1')).rejects.toThrow('fetch failed');
    expect((await setup.control.ledger()).writes['order 1']?.count).toBe(1);
    expect((await write('order 1')).status).toBe(201);
    expect((await setup.control.ledger()).writes['order 1']?.count).toBe(2);
  });
});

describe('lost-reply, when a limit refuses', () => {
  it('waits for a call that is performed', async () => {
    await add({ kind: 'lost-reply', count: 1 });
    await add({ kind: 'quota', ratePerSecond: 1, burst: 1, match: { pathPattern: '/v1/limited/**' } });
    await expect(get('/v1/limited/a')).rejects.toThrow('fetch failed');
    await add({ kind: 'lost-reply', count: 1 });
    expect((await get('/v1/limited/a')).status).toBe(429);
    await expect(get('/v1/notes')).rejects.toThrow('fetch failed');
  });
});

describe('schema-drift', () => {
  it('renames a field in the answers of the calls it names', async () => {
    await add({ kind: 'schema-drift', field: 'notes.text', renameTo: 'content', match: { method: 'GET' } });
    expect(await (await get('/v1/notes')).json()).toMatchObject({
      notes: [
        { key: 'a', content: 'x' },
        { key: 'b', content: 'y' },
      ],
    });
    expect(await (await write('a')).json()).toEqual({ note: { key: 'a', text: 'kept' } });
  });

  it('drops a field, also from JSON that the vendor writes as text', async () => {
    await add({ kind: 'schema-drift', field: 'note.text' });
    const answer = await get('/v1/text');
    expect(await answer.json()).toEqual({ note: {} });
    expect(answer.headers.get('content-length')).toBe('11');
  });
});

describe('quota', () => {
  it('imposes a rate on the calls it names, refused as the vendor does with the time until the next token', async () => {
    const startMs = setup.clock.now();
    const fault = await add({
      kind: 'quota',
      ratePerSecond: 2,
      burst: 2,
      retryAfter: 'epoch-ms',
      match: { method: 'POST' },
    });
    expect([(await write('a')).status, (await write('b')).status]).toEqual([201, 201]);
    const refusal = await write('c');
    expect(refusal.status).toBe(429);
    expect(await refusal.json()).toEqual({ error: 'too many' });
    expect(refusal.headers.get('retry-after')).toBe(String(startMs + 500));
    expect((await get('/v1/notes')).status).toBe(200);
    await setup.clock.advance(500);
    expect((await write('c')).status).toBe(201);
    const ledger = await setup.control.ledger();
    expect(ledger.writes).toMatchObject({ a: { count: 1 }, b: { count: 1 }, c: { count: 1 } });
    expect(ledger).toMatchObject({ throttled: 1, faults: { byId: { [fault.id]: 1 } } });
    expect(ledger.limits[fault.id]).toEqual({
      ratePerSecond: 2,
      burst: 2,
      admittedAtMs: [startMs, startMs, startMs + 500],
      refusedAtMs: [startMs],
      heldCalls: 0,
    });
  });

  it('ends with its duration', async () => {
    await add({ kind: 'quota', ratePerSecond: 0.01, burst: 1, durationMs: 5_000 });
    expect([(await write('a')).status, (await write('b')).status]).toEqual([201, 429]);
    await setup.clock.advance(5_000);
    expect((await write('b')).status).toBe(201);
  });

  it('is the stricter of two limits: what it refuses uses up nothing of the vendor’s own', async () => {
    await add({ kind: 'quota', ratePerSecond: 0.01, burst: 1 });
    const status = async (): Promise<number> => (await get('/v1/limited/a')).status;
    expect([await status(), await status(), await status()]).toEqual([200, 429, 429]);
    expect((await setup.control.ledger()).limits.notes?.admittedAtMs).toHaveLength(1);
    await setup.control.clearFaults();
    expect([await status(), await status()]).toEqual([200, 429]);
  });
});

describe('concurrency', () => {
  it('refuses what comes while enough calls are in hand, and lets in again when one has ended', async () => {
    const fault = await add({ kind: 'concurrency', atOnce: 2, retryAfter: 'seconds', retryAfterMs: 4_000 });
    await add({ kind: 'slow', delayMs: 1_000, count: 2 });
    const [one, two] = [write('a'), write('b')];
    await setup.clock.sleeping(2);
    const refusal = await write('c');
    expect([refusal.status, refusal.headers.get('retry-after')]).toEqual([429, '4']);
    await setup.clock.advance(1_000);
    expect([(await one).status, (await two).status]).toEqual([201, 201]);
    expect((await write('c')).status).toBe(201);
    const { limits, places, peakConcurrency } = await setup.control.ledger();
    expect(limits).toEqual({});
    expect(peakConcurrency).toBe(3);
    expect(places[fault.id]).toMatchObject({ atOnce: 2, heldCalls: 1 });
    expect(places[fault.id]?.admittedAtMs).toHaveLength(3);
    expect(places[fault.id]?.refusedAtMs).toHaveLength(1);
  });
});

describe('a told wait', () => {
  it('is on record: who comes before it is over is counted, whatever refused him', async () => {
    await add({ kind: 'throttle', retryAfter: 'seconds', retryAfterMs: 10_000, count: 1 });
    await write('a');
    await setup.clock.advance(9_999);
    await write('a');
    await get('/v1/notes');
    await setup.clock.advance(1);
    await write('a');
    expect((await setup.control.ledger()).operations).toMatchObject({
      'POST /v1/notes': { calls: 3, heldCalls: 1 },
      'GET /v1/notes': { calls: 1, heldCalls: 0 },
    });
  });
});

describe('a fault that matches by what is in the body', () => {
  it('strikes that call only', async () => {
    await add({ kind: 'unavailable', match: { bodyContains: '"order 2"' } });
    expect([(await write('order 1')).status, (await write('order 2')).status]).toEqual([201, 503]);
  });

  it('strikes by operation where one path serves many', async () => {
    await add({ kind: 'unavailable', match: { operation: 'rpc stock.read' } });
    const rpc = (body: string) => fetch(`${setup.url}/rpc`, { method: 'POST', body });
    expect([(await rpc('stock.read')).status, (await rpc('stock.write')).status]).toEqual([503, 200]);
    expect(Object.keys((await setup.control.ledger()).operations)).toEqual(['rpc stock.read', 'rpc stock.write']);
  });
});

describe('the vendor’s limit', () => {
  it('is enforced, answered in the vendor’s way, and its calls are on record with their times', async () => {
    const startMs = setup.clock.now();
    const status = async (): Promise<number> => (await get('/v1/limited/orders')).status;
    expect([await status(), await status(), await status()]).toEqual([200, 200, 429]);
    await setup.clock.advance(1_999);
    expect(await status()).toBe(429);
    await setup.clock.advance(1);
    expect([await status(), await status()]).toEqual([200, 429]);
    expect((await get('/v1/notes')).status).toBe(200);
    const ledger = await setup.control.ledger();
    expect(ledger).toMatchObject({ calls: 7, throttled: 3 });
    expect(ledger.limits).toEqual({
      notes: {
        ratePerSecond: TINY_LIMIT.ratePerSecond,
        burst: TINY_LIMIT.burst,
        admittedAtMs: [startMs, startMs, startMs + 2_000],
        refusedAtMs: [startMs, startMs + 1_999, startMs + 2_000],
        heldCalls: 0,
      },
    });
  });

  it('is not used up by calls that a fault ends before', async () => {
    await add({ kind: 'unavailable', count: 2 });
    for (let call = 0; call < 2; call++) expect((await get('/v1/limited/a')).status).toBe(503);
    for (let call = 0; call < 2; call++) expect((await get('/v1/limited/a')).status).toBe(200);
  });
});
