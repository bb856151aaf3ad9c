import { describe, expect, it } from '@jest/globals';
import type { Ids } from '#runtime/ids.ts';
import { createFaultBoard } from '#simulation/host/fault-board.ts';
import { type FaultInput, parseFault } from '#simulation/host/faults.ts';
import type { SimDelivery, SimRequest } from '#simulation/simulator.ts';
import { createTestClock } from '#test/support/clock.ts';

const request = (change: Partial<SimRequest> = {}): SimRequest => ({
  method: 'GET',
  path: '/v1/orders/7',
  query: new URLSearchParams(),
  headers: {},
  rawBody: '',
  ...change,
});

const delivery: SimDelivery = {
  url: 'http://target.invalid/webhooks/pos',
  headers: {},
  body: '{"sku":"P1"}',
  eventId: 'e',
};

const setup = (draws: readonly number[] = []) => {
  const clock = createTestClock();
  const applied: string[] = [];
  let id = 0;
  let draw = 0;
  const ids: Ids = { uuid: () => `f${++id}`, random: () => draws[draw++ % draws.length] ?? 0, token: () => '' };
  const board = createFaultBoard({ clock, ids }, (fault) => applied.push(fault.id));
  const add = (input: FaultInput) => board.add(parseFault(input));
  const ends = (change: Partial<SimRequest> = {}, operation = 'GET /v1/orders/*'): string | undefined =>
    board.planCall(request(change), operation).ending?.kind;
  return { clock, board, add, ends, applied };
};

describe('the faults in force', () => {
  it('strike every call without conditions, until cleared', () => {
    const { board, add, ends } = setup();
    const fault = add({ kind: 'unavailable' });
    expect([ends(), ends(), ends()]).toEqual(['unavailable', 'unavailable', 'unavailable']);
    expect(board.list()).toMatchObject([{ id: fault.id, applied: 3 }]);
    expect(board.clear(fault.id)).toBe(1);
    expect(ends()).toBeUndefined();
  });

  it('are used up after their count and then no longer listed', () => {
    const { board, add, ends, applied } = setup();
    add({ kind: 'reset', count: 2 });
    expect([ends(), ends(), ends()]).toEqual(['reset', 'reset', undefined]);
    expect(board.list()).toEqual([]);
    expect(applied).toEqual(['f1', 'f1']);
  });

  it('end with their duration', async () => {
    const { clock, add, ends } = setup();
    add({ kind: 'throttle', durationMs: 5_000 });
    await clock.advance(4_999);
    expect(ends()).toBe('throttle');
    await clock.advance(1);
    expect(ends()).toBeUndefined();
  });

  it.each([
    ['the method', { method: 'POST' }, { method: 'post' }],
    ['the path', { path: '/v1/items/9/prices' }, { pathPattern: '/v1/items/*/prices' }],
    ['the rest of a path', { path: '/v1/items/9/prices' }, { pathPattern: '/v1/items/**' }],
    ['words in the body', { rawBody: '{"sku":"P1000-S"}' }, { bodyContains: 'P1000-S' }],
  ])('strike only calls that fit: %s', (_what, fitting, match) => {
    const { add, ends } = setup();
    add({ kind: 'reset', match });
    expect(ends()).toBeUndefined();
    expect(ends(fitting)).toBe('reset');
  });

  it('strike by the vendor’s operation name', () => {
    const { add, ends } = setup();
    add({ kind: 'reset', match: { operation: 'orders.get' } });
    expect(ends()).toBeUndefined();
    expect(ends({}, 'orders.get')).toBe('reset');
  });

  it('strike by chance below their probability', () => {
    const { add, ends } = setup([0.29, 0.3, 0.9, 0.1]);
    add({ kind: 'reset', match: { probability: 0.3 } });
    expect([ends(), ends(), ends(), ends()]).toEqual(['reset', undefined, undefined, 'reset']);
  });

  it('add up where they can: two slow ones, a lost reply is not used up by a call that never got that far', () => {
    const { board, add } = setup();
    add({ kind: 'slow', delayMs: 100 });
    add({ kind: 'slow', delayMs: 50 });
    add({ kind: 'lost-reply', count: 1 });
    add({ kind: 'unavailable', count: 1 });
    expect(board.planCall(request(), '')).toMatchObject({ delayMs: 150, ending: { kind: 'unavailable' } });
    expect(board.planCall(request(), '')).toMatchObject({ delayMs: 150, ending: null });
    expect(board.planAnswer(request(), '').loseReply).toBe(true);
    expect(board.planAnswer(request(), '').loseReply).toBe(false);
  });

  it('limit only calls that nothing ends, and strike when they refuse one', () => {
    const { board, add, applied } = setup();
    const quota = add({ kind: 'quota', ratePerSecond: 1, burst: 1 });
    add({ kind: 'unavailable', count: 1 });
    expect(board.planCall(request(), '').limits).toEqual([]);
    const [limit] = board.planCall(request(), '').limits;
    expect(limit?.id).toBe(quota.id);
    expect(board.list()).toMatchObject([{ id: quota.id, applied: 0 }]);
    if (limit) board.refused(limit);
    expect(board.list()).toMatchObject([{ id: quota.id, applied: 1 }]);
    expect(applied).toEqual(['f2', 'f1']);
  });

  it('leave calls alone when they concern deliveries, and the other way round', () => {
    const { board, add, ends } = setup();
    add({ kind: 'duplicate', copies: 2 });
    expect(ends()).toBeUndefined();
    expect(board.planDelivery(delivery).copies).toBe(2);
    board.clear();
    add({ kind: 'unavailable' });
    expect(board.planDelivery(delivery)).toEqual({ lost: false, copies: 0, reorder: null, repeatAfterMs: [] });
  });

  it('strike deliveries by the path of their target and by their body', () => {
    const { board, add } = setup();
    add({ kind: 'lost-delivery', match: { pathPattern: '/webhooks/other' } });
    add({ kind: 'stale', delayMs: 9, match: { pathPattern: '/webhooks/*', bodyContains: 'P1' } });
    expect(board.planDelivery(delivery)).toEqual({ lost: false, copies: 0, reorder: null, repeatAfterMs: [9] });
    expect(board.planDelivery({ ...delivery, body: '{}' }).repeatAfterMs).toEqual([]);
  });
});
