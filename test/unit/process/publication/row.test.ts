import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isoOf } from '#runtime/clock.ts';
import type { Wanted } from '#subgraphs/process/publication/policy.ts';
import {
  acknowledge,
  type ClaimedPublication,
  differs,
  type PublicationRow,
  review,
  setBack,
  want,
} from '#subgraphs/process/publication/row.ts';
import type { WorthRules } from '#subgraphs/process/publication/worth.ts';

const RULES: WorthRules = { steps: [0, 3, 10], smallChange: { share: 0.1, floor: 10, waitMs: 900_000 } };
const START: PublicationRow = {
  marketplace: 'AMAZON_DE',
  listingId: 'L-1',
  sku: 'A-1',
  sellable: null,
  confidence: null,
  salesPerMinute: 0,
  desired: null,
  published: 10,
  publishedAt: null,
  sent: null,
  shown: null,
  driftSince: null,
  dirtySince: null,
  risk: 0,
  worthACall: true,
  attempts: 0,
  nextAttempt: null,
  leasedUntil: null,
  lastError: null,
};
const wanted = (sellable: number, desired = sellable): Wanted => ({
  sellable,
  confidence: 'HIGH',
  salesPerMinute: 0.02,
  desired,
});
const at = (second: number): string => isoOf(second * 1_000);

/** What the store does when a row is taken for a call. */
const take = (row: PublicationRow, second: number): readonly [PublicationRow, ClaimedPublication] => {
  const leasedUntil = at(second + 60);
  const claim: ClaimedPublication = {
    marketplace: row.marketplace,
    listingId: row.listingId,
    sku: row.sku,
    quantity: row.desired ?? 0,
    attempts: row.attempts,
    dirtySince: row.dirtySince ?? '',
    claimedAt: at(second),
    leasedUntil,
    sentBefore: row.sent,
  };
  return [{ ...row, sent: Math.max(row.sent ?? 0, claim.quantity), leasedUntil }, claim];
};
const failed = (kind: 'FAILED' | 'REFUSED' | 'THROTTLED', second: number) => ({
  kind,
  error: 'no',
  nextAttempt: at(second + 5),
});

type Step =
  | { readonly kind: 'want'; readonly units: number }
  | {
      readonly kind: 'send';
      readonly outcome: 'TAKEN' | 'FAILED' | 'LOST' | 'REFUSED' | 'THROTTLED';
      readonly meanwhile: number | null;
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('want' as const), units: fc.constantFrom(0, 5, 10) }),
  fc.record({
    kind: fc.constant('send' as const),
    outcome: fc.constantFrom(
      'TAKEN' as const,
      'FAILED' as const,
      'LOST' as const,
      'REFUSED' as const,
      'THROTTLED' as const,
    ),
    meanwhile: fc.option(fc.constantFrom(0, 5, 10)),
  }),
);

describe("a listing's publication", () => {
  test('does not rest while the marketplace may show anything else, whatever gets lost', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let row = START;
        let shown = 10;
        let second = 0;
        for (const next of steps) {
          second += 1;
          if (next.kind === 'want') row = want(row, wanted(next.units), RULES, at(second));
          else if (row.dirtySince !== null) {
            const [taken, claim] = take(row, second);
            row = taken;
            if (next.meanwhile !== null) row = want(row, wanted(next.meanwhile), RULES, at(second));
            // LOST: the marketplace took it, and its answer did not arrive.
            if (next.outcome === 'TAKEN' || next.outcome === 'LOST') shown = claim.quantity;
            if (next.outcome === 'TAKEN') row = acknowledge(row, claim, RULES, at(second));
            else
              row = setBack(
                row,
                claim,
                failed(next.outcome === 'LOST' ? 'FAILED' : next.outcome, second),
                RULES,
                at(second),
              );
          }
          if (row.desired !== null && row.dirtySince === null) expect(shown).toBe(row.desired);
          expect(row.leasedUntil).toBeNull();
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test('one acknowledged call brings it in step, whatever came before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('FAILED' as const, 'REFUSED' as const, 'THROTTLED' as const)),
        (setbacks) => {
          let row = want(START, wanted(4), RULES, at(0));
          for (const kind of setbacks) {
            const [taken, claim] = take(row, 1);
            row = setBack(taken, claim, failed(kind, 1), RULES, at(1));
          }
          expect(row.attempts).toBe(setbacks.filter((kind) => kind !== 'THROTTLED').length);
          const [taken, claim] = take(row, 2);
          const done = acknowledge(taken, claim, RULES, at(3));
          expect(done).toMatchObject({ published: 4, publishedAt: at(3), dirtySince: null, sent: null, attempts: 0 });
        },
      ),
    );
  });

  test('what moves on during a call has been wrong since the call', () => {
    const [taken, claim] = take(want(START, wanted(4), RULES, at(1)), 5);
    const moved = want(taken, wanted(3), RULES, at(8));
    expect(moved.dirtySince).toBe(at(1));
    expect(acknowledge(moved, claim, RULES, at(9))).toMatchObject({ published: 4, desired: 3, dirtySince: at(5) });
  });

  test('an acknowledgement that outlived its lease proves nothing', () => {
    const [first, late] = take(want(START, wanted(4), RULES, at(1)), 5);
    const [second, claim] = take(want(first, wanted(2), RULES, at(60)), 70);
    expect(acknowledge(second, late, RULES, at(71))).toEqual(second);
    const done = acknowledge(second, claim, RULES, at(72));
    expect(done.dirtySince).toBeNull();
    // The late call may have put its quantity over the newer one.
    expect(acknowledge(done, late, RULES, at(73))).toMatchObject({
      published: 2,
      sent: 4,
      dirtySince: at(5),
      worthACall: true,
    });
    expect(setBack(done, late, failed('FAILED', 73), RULES, at(73))).toEqual(done);
  });

  test('a review believes a raised number at once and is quiet where nothing differs', () => {
    const context = { rules: RULES, settleMs: 120_000, at: at(500) };
    const row = { ...want(START, wanted(10), RULES, at(0)), publishedAt: at(1) };
    expect(differs(row, review(row, wanted(10), context))).toBe(false);
    const raised = { ...row, shown: 50, driftSince: at(499) };
    expect(review(raised, wanted(10), context)).toMatchObject({ published: 50, shown: null, dirtySince: at(500) });
    const sold = { ...row, shown: 9, driftSince: at(499) };
    expect(differs(sold, review(sold, wanted(10), context))).toBe(false);
    const lost = { ...row, sent: 4, shown: 4, driftSince: at(499) };
    expect(review(lost, wanted(4), context)).toMatchObject({ published: 4, sent: null, dirtySince: null });
  });
});
