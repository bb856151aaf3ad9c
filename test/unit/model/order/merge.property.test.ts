import assert from 'node:assert/strict';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { documentKeyOf, joinVersions, type StoredClaim } from '#model/order/claims.ts';
import { eventsBetween, type OrderEvent } from '#model/order/events.ts';
import { continueFrom, mergeOrder } from '#model/order/merge.ts';
import { DEFAULT_ORDER_POLICY as policy } from '#model/order/policy.ts';
import type { OrderState } from '#model/order/state.ts';
import { type CustomerOrderStatus, LINE_BUCKETS, type OrderEventType } from '#model/order/vocabulary.ts';
import { anyClaim, anyOrder, shuffled } from './arbitraries.ts';
import { at } from './fixtures.ts';

const NOW = at(700);
const RUNS = { numRuns: 1_000 };
const orderWithPermutation = anyOrder.chain((claims) => fc.tuple(fc.constant(claims), shuffled(claims)));

const assertWhole = (state: OrderState): void => {
  for (const line of state.lines) {
    assert.equal(
      LINE_BUCKETS.reduce((total, bucket) => total + line.quantities[bucket], 0),
      line.ordered,
    );
    assert.ok(LINE_BUCKETS.every((bucket) => line.quantities[bucket] >= 0));
  }
};

/** Applies claims one by one, as the store does: only the joined version of each document is kept. */
const replay = (
  claims: readonly StoredClaim[],
  visit: (previous: OrderState | null, next: OrderState) => void,
): OrderState | null => {
  const kept = new Map<string, StoredClaim>();
  let state: OrderState | null = null;
  for (const claim of claims) {
    const key = documentKeyOf(claim);
    kept.set(key, joinVersions(kept.get(key) ?? claim, claim));
    const next = mergeOrder([...kept.values()], policy, NOW);
    visit(state, next);
    state = next;
  }
  return state;
};

/** How far goods are in the words that speak of goods only; other words are not further or less far. */
const FAR: Readonly<Partial<Record<CustomerOrderStatus, number>>> = {
  RECEIVED: 0,
  CONFIRMED: 1,
  PREPARING: 2,
  PARTIALLY_SHIPPED: 3,
  SHIPPED: 4,
  DELIVERED: 5,
};
const stepsBack = ({ previousStatus, status }: OrderEvent): boolean => (FAR[status] ?? 9) < (FAR[previousStatus] ?? 0);

/** Words may step back only where something was taken back, stopped, not found, or no longer counts. */
const MAY_STEP_BACK: readonly OrderEventType[] = [
  'CORRECTED',
  'HELD',
  'DELIVERY_ATTEMPTED',
  'SHORT_PICKED',
  'BACKORDERED',
  'CANCELLED',
  'RETURN_RECEIVED',
  'RETURN_DECLINED',
];

describe('merging what systems say about an order', () => {
  test('any permutation and duplication of claims gives the same order', () => {
    fc.assert(
      fc.property(orderWithPermutation, ([claims, permuted]) => {
        assert.deepEqual(mergeOrder(permuted, policy, NOW), mergeOrder(claims, policy, NOW));
      }),
      RUNS,
    );
  });

  test('keeping only the joined version of each document, one claim at a time, gives the same order as seeing all at once', () => {
    fc.assert(
      fc.property(orderWithPermutation, ([claims, permuted]) => {
        assert.deepEqual(
          replay(permuted, () => undefined),
          mergeOrder(claims, policy, NOW),
        );
      }),
      RUNS,
    );
  });

  test('after every step buckets sum to the ordered quantity and events form a chain of words that ends at the state', () => {
    fc.assert(
      fc.property(anyOrder, (claims) => {
        let word: CustomerOrderStatus = 'RECEIVED';
        replay(claims, (previous, next) => {
          assertWhole(next);
          const known = new Set([...(previous?.lines ?? []), ...next.lines].map(({ id }) => id));
          const events = eventsBetween(previous, next, policy.failedAttempts);
          for (const event of events) {
            assert.equal(event.previousStatus, word);
            assert.ok(event.lineIds.every((id) => known.has(id)));
            if (stepsBack(event))
              assert.ok(MAY_STEP_BACK.includes(event.type), `${event.type}: ${word} to ${event.status}`);
            word = event.status;
          }
          assert.equal(word, next.status);
          assert.equal(events[0]?.type === 'PLACED', previous === null);
          assert.deepEqual(eventsBetween(next, next, policy.failedAttempts), []);
        });
      }),
      RUNS,
    );
  });

  test('joining versions is idempotent, commutative and associative', () => {
    const version = anyClaim.map((claim) => ({
      ...claim,
      documentId: 'one',
      documentType: 'sales-order' as const,
      system: 'erp' as const,
      connection: 'erp-main',
    }));
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(joinVersions(a, b)).toEqual(joinVersions(b, a));
        expect(joinVersions(joinVersions(a, b), c)).toEqual(joinVersions(a, joinVersions(b, c)));
        expect(joinVersions(joinVersions(a, a), a)).toEqual(joinVersions(a, a));
      }),
      RUNS,
    );
  });

  test('since when a word has stood survives a statement that changes nothing', () => {
    fc.assert(
      fc.property(anyOrder, (claims) => {
        const first = continueFrom(null, mergeOrder(claims, policy, NOW), at(1), NOW);
        const again = claims.map((claim) => ({
          ...claim,
          effectiveAt: at(650),
          sequence: String(Number(claim.sequence) + 10_000),
        }));
        const next = mergeOrder([...claims, ...again], policy, NOW);
        fc.pre(next.status === first.status);
        expect(continueFrom(first, next, null, NOW).statusDetail.since).toBe(at(1));
      }),
    );
  });
});
