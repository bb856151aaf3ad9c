/** The virtual vendor is the simulator process without its socket: what a caller sees is the same. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { tinySimulator } from '#test/support/tiny-simulator.ts';
import { createVirtualVendor, type VirtualVendor } from '#test/support/virtual-vendor.ts';

let clock: TestClock;
let vendor: VirtualVendor;
beforeEach(() => {
  clock = createTestClock();
  vendor = createVirtualVendor(tinySimulator, { clock });
});
afterEach(async () => {
  await vendor[Symbol.asyncDispose]();
});

const write = (key: string, signal?: AbortSignal): Promise<Response> =>
  vendor.fetch(`${vendor.url}/v1/notes?x=1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
    ...(signal ? { signal } : {}),
  });

it('answers with status, headers and body of the simulator', async () => {
  const answer = await write('a');
  expect([answer.status, answer.headers.get('x-vendor')]).toEqual([201, 'tiny']);
  expect(await answer.json()).toEqual({ note: { key: 'a', text: 'kept' } });
  expect(vendor.ledger()).toMatchObject({ calls: 1, writes: { a: { count: 1 } } });
});

it('does not send for a caller who has already gone', async () => {
  await expect(write('a', AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  expect(vendor.ledger().calls).toBe(0);
});

it('lets a caller go at once, with his own reason, and a hanging call ends with him', async () => {
  vendor.addFault({ kind: 'hang' });
  const caller = new AbortController();
  const answer = expect(write('a', caller.signal)).rejects.toThrow('gone');
  await clock.sleeping();
  caller.abort(new Error('gone'));
  await answer;
  await clock.advance(0);
  expect(clock.pending()).toBe(0);
});

it('performs a slow call for a caller who has gone', async () => {
  vendor.addFault({ kind: 'slow', delayMs: 1_000 });
  const caller = new AbortController();
  const answer = expect(write('a', caller.signal)).rejects.toThrow('gone');
  await clock.sleeping();
  caller.abort(new Error('gone'));
  await answer;
  await clock.advance(1_000);
  expect(vendor.ledger().writes).toMatchObject({ a: { count: 1 } });
});

it('takes its time on the way there and back', async () => {
  await using far = createVirtualVendor(tinySimulator, { clock, travelMs: () => 40 });
  const startMs = clock.now();
  const answer = far.fetch(`${far.url}/v1/limited/a`).then(() => clock.now() - startMs);
  await clock.advance(39);
  expect(far.ledger().calls).toBe(0);
  await clock.advance(41);
  expect(await answer).toBe(80);
  expect(far.ledger().limits.notes?.admittedAtMs).toEqual([startMs + 40]);
});
