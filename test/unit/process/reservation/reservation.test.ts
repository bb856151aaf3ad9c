import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asAt, extended, type Reservation, released } from '#subgraphs/process/reservation/reservation.ts';

const NOW_MS = Date.UTC(2026, 2, 2, 9);
const at = (ms: number): string => new Date(ms).toISOString();
const reservation = (more: Partial<Reservation> = {}): Reservation => ({
  id: 'res_1',
  channel: 'web',
  customer: null,
  state: 'HELD',
  skus: ['A'],
  lines: [{ sku: 'A', locationCode: 'X', requested: 1, held: 1 }],
  expiresAt: at(NOW_MS + 60_000),
  orderId: null,
  ...more,
});
const codes = (decision: ReturnType<typeof extended>) => decision.result.userErrors.map(({ code }) => code);

describe('a reservation', () => {
  test('ends in the instant that it names, written down or not', () => {
    const held = reservation({ expiresAt: at(NOW_MS) });
    expect(asAt(held, NOW_MS - 1).state).toBe('HELD');
    expect(asAt(held, NOW_MS).state).toBe('EXPIRED');
  });

  test('is extended from now on, never shortened', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e8 }), fc.integer({ min: 60_000, max: 1e8 }), (leftMs, ttlMs) => {
        const held = reservation({ expiresAt: at(NOW_MS + leftMs) });
        const { result, change } = extended(held, ttlMs, NOW_MS);
        expect(result.reservation?.expiresAt).toBe(at(NOW_MS + Math.max(leftMs, ttlMs)));
        expect(change === null).toBe(ttlMs <= leftMs);
        expect(result.userErrors).toEqual([]);
      }),
    );
  });

  test('is not extended once it has ended, in words that tell why', () => {
    expect(codes(extended(reservation({ expiresAt: at(NOW_MS) }), 60_000, NOW_MS))).toEqual(['HOLD_EXPIRED']);
    expect(codes(extended(reservation({ state: 'RELEASED' }), 60_000, NOW_MS))).toEqual(['HOLD_RELEASED']);
    expect(codes(extended(reservation({ state: 'CONFIRMED' }), 60_000, NOW_MS))).toEqual(['HOLD_CONFIRMED']);
  });

  test('is released once; releasing what has ended changes nothing; what an order has taken stays with it', () => {
    const first = released(reservation(), NOW_MS);
    expect(first.change?.state).toBe('RELEASED');
    const again = released(reservation({ state: 'RELEASED' }), NOW_MS);
    expect([again.change, again.result]).toEqual([null, first.result]);
    const late = released(reservation({ expiresAt: at(NOW_MS) }), NOW_MS);
    expect([late.change, late.result.reservation?.state, codes(late)]).toEqual([null, 'EXPIRED', []]);
    expect(codes(released(reservation({ state: 'CONFIRMED' }), NOW_MS))).toEqual(['HOLD_CONFIRMED']);
  });
});
