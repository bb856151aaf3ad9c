import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Breaker, createBreaker } from '#gateway/upstream/breaker.ts';

const fail = (breaker: Breaker, count: number, nowMs: number): void => {
  for (let turn = 0; turn < count; turn += 1) breaker.failed(breaker.admit(nowMs), nowMs);
};

describe('a breaker', () => {
  test('opens after five failures in a row, and one success in between is enough to stay closed', () => {
    const breaker = createBreaker();
    fail(breaker, 4, 0);
    breaker.succeeded(breaker.admit(0), 0);
    fail(breaker, 4, 0);
    expect(breaker.state).toBe('CLOSED');
    fail(breaker, 1, 0);
    expect([breaker.state, breaker.admit(0)]).toEqual(['OPEN', 0]);
  });

  test('opens when half of what ended lately has failed, and forgets what was long ago', () => {
    const half = (breaker: Breaker, nowMs: number): void => {
      for (let turn = 0; turn < 9; turn += 1) {
        breaker.failed(breaker.admit(nowMs), nowMs);
        breaker.succeeded(breaker.admit(nowMs), nowMs);
      }
    };
    const breaker = createBreaker();
    half(breaker, 0);
    half(breaker, 60_000);
    expect(breaker.state).toBe('CLOSED');
    half(breaker, 61_000);
    expect(breaker.state).toBe('OPEN');
  });

  test('lets one through after a pause, then twice as many with every step, until all is well', () => {
    const breaker = createBreaker();
    fail(breaker, 5, 0);
    expect(breaker.admit(499)).toBe(0);
    for (const allowed of [1, 2, 4, 8, 16, 32, 64]) {
      const tickets = Array.from({ length: allowed }, () => breaker.admit(500));
      expect(tickets.every((ticket) => ticket > 0)).toBe(true);
      expect(breaker.admit(500)).toBe(0);
      for (const ticket of tickets) breaker.succeeded(ticket, 500);
    }
    expect(breaker.state).toBe('CLOSED');
  });

  test('pauses longer each time it was in vain, up to a bound', () => {
    const breaker = createBreaker();
    fail(breaker, 5, 0);
    let nowMs = 0;
    const pauses: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const fromMs = nowMs;
      let ticket = 0;
      for (; ticket === 0; ticket = breaker.admit(nowMs)) nowMs += 100;
      pauses.push(nowMs - fromMs);
      breaker.failed(ticket, nowMs);
    }
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 4_000]);
  });

  test('a caller who leaves makes room for the next trial', () => {
    const breaker = createBreaker();
    fail(breaker, 5, 0);
    const ticket = breaker.admit(500);
    expect(breaker.admit(500)).toBe(0);
    breaker.ended(ticket);
    expect(breaker.admit(500)).toBeGreaterThan(0);
  });

  test('what began before it opened says nothing about how it is now', () => {
    const breaker = createBreaker();
    const early = [breaker.admit(0), breaker.admit(0)];
    fail(breaker, 5, 0);
    const trial = breaker.admit(500);
    for (const ticket of early) breaker.failed(ticket, 500);
    expect(breaker.state).toBe('RAMP');
    breaker.succeeded(trial, 500);
    expect(breaker.admit(500)).toBeGreaterThan(0);
  });

  test('whatever happens, a subgraph that is well again is asked fully again within a minute', () => {
    const step = fc.record({ ok: fc.boolean(), leaves: fc.boolean(), afterMs: fc.nat({ max: 3_000 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const breaker = createBreaker();
        let nowMs = 0;
        for (const { afterMs, leaves, ok } of steps) {
          nowMs += afterMs;
          const ticket = breaker.admit(nowMs);
          if (ticket === 0) continue;
          if (leaves) breaker.ended(ticket);
          else if (ok) breaker.succeeded(ticket, nowMs);
          else breaker.failed(ticket, nowMs);
        }
        const endMs = nowMs + 60_000;
        for (; nowMs < endMs; nowMs += 100) {
          const ticket = breaker.admit(nowMs);
          if (ticket > 0) breaker.succeeded(ticket, nowMs);
        }
        expect(breaker.state).toBe('CLOSED');
      }),
    );
  });
});
