import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type LedgerTerms, positionOf, type StockReading, supersedes } from '#model/stock.ts';

const units = fc.integer({ min: 0, max: 500 });
const reading: fc.Arbitrary<StockReading> = fc.record({
  onHand: fc.integer({ min: -50, max: 500 }),
  damaged: units,
  qualityHold: units,
  returnsPending: units,
  reservedHard: units,
  reservations: fc.constantFrom('REPORTED' as const, 'NOT_KEPT' as const),
  inTransit: units,
  basis: fc.constantFrom('PHYSICAL' as const, 'NET_OF_RESERVATIONS' as const, 'SELLABLE' as const),
  asOf: fc.constant('2026-03-02T09:00:00.000Z'),
});
const terms: fc.Arbitrary<LedgerTerms> = fc.record({
  reservedSoft: units,
  unpostedDemand: units,
  safetyStock: units,
  channelBuffer: units,
  stalenessBuffer: units,
  ringFencedForOthers: units,
});
const noTerms: LedgerTerms = {
  reservedSoft: 0,
  unpostedDemand: 0,
  safetyStock: 0,
  channelBuffer: 0,
  stalenessBuffer: 0,
  ringFencedForOthers: 0,
};
const at = (asOf: string, sequence?: string): StockReading => ({
  onHand: 1,
  damaged: 0,
  qualityHold: 0,
  returnsPending: 0,
  reservedHard: 0,
  reservations: 'REPORTED',
  inTransit: 0,
  basis: 'PHYSICAL',
  asOf,
  ...(sequence === undefined ? {} : { sequence }),
});

describe('stock ledger', () => {
  test('sellable + withheld - shortage = net, and nothing of the three is negative', () => {
    fc.assert(
      fc.property(reading, terms, (given, added) => {
        const position = positionOf(given, added);
        expect(position.sellable + position.withheld - position.shortage).toBe(position.net);
        expect(Math.min(position.sellable, position.withheld, position.shortage)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test("net is what the position's own terms say, so that an operator can add it up", () => {
    fc.assert(
      fc.property(reading, terms, (given, added) => {
        const p = positionOf(given, added);
        expect(
          p.onHand - p.damaged - p.qualityHold - p.returnsPending - p.reservedHard - p.reservedSoft - p.unpostedDemand,
        ).toBe(p.net);
      }),
    );
  });

  test('the same stock told in any of the three bases gives one answer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 900 }),
        units,
        units,
        units,
        units,
        terms,
        (free, damaged, held, returned, reserved, added) => {
          const common = {
            damaged,
            qualityHold: held,
            returnsPending: returned,
            reservedHard: reserved,
            reservations: 'REPORTED' as const,
            inTransit: 0,
            asOf: at('2026-03-02T09:00:00.000Z').asOf,
          };
          const unusable = damaged + held + returned;
          const physical = positionOf({ ...common, basis: 'PHYSICAL', onHand: free + unusable + reserved }, added);
          const net = positionOf({ ...common, basis: 'NET_OF_RESERVATIONS', onHand: free + unusable }, added);
          const sellable = positionOf({ ...common, basis: 'SELLABLE', onHand: free }, added);
          expect([net.sellable, sellable.sellable]).toEqual([physical.sellable, physical.sellable]);
          expect([net.shortage, sellable.shortage]).toEqual([physical.shortage, physical.shortage]);
        },
      ),
    );
  });

  test('a buffer withholds at most what is there and never turns into a shortage', () => {
    const position = positionOf({ ...at('2026-03-02T09:00:00.000Z'), onHand: 3 }, { ...noTerms, safetyStock: 5 });
    expect(position).toMatchObject({ net: 3, withheld: 3, shortage: 0, sellable: 0 });
  });

  test('a published worked example: withheld and shortage are the same identity seen from the total', () => {
    // Two nodes, 20 and 2 in stock, 5 of demand at the second, safety stock 4 at each: 16 can be sold, 4 are withheld, 3 are short.
    const plenty = positionOf({ ...at('2026-03-02T09:00:00.000Z'), onHand: 20 }, { ...noTerms, safetyStock: 4 });
    const short = positionOf(
      { ...at('2026-03-02T09:00:00.000Z'), onHand: 2 },
      { ...noTerms, safetyStock: 4, unpostedDemand: 5 },
    );
    const total = {
      sellable: plenty.sellable + short.sellable,
      withheld: plenty.withheld + short.withheld,
      shortage: plenty.shortage + short.shortage,
    };
    expect(total).toEqual({ sellable: 16, withheld: 4, shortage: 3 });
    expect(total.sellable - total.shortage + total.withheld).toBe(plenty.net + short.net);
  });
});

describe('supersedes', () => {
  test('the higher sequence wins whatever the times say, beyond the range of a double', () => {
    expect(
      supersedes(
        at('2026-03-02T08:00:00.000Z', '9007199254740993'),
        at('2026-03-02T09:00:00.000Z', '9007199254740992'),
      ),
    ).toBe(true);
    expect(supersedes(at('2026-03-02T10:00:00.000Z', '9'), at('2026-03-02T09:00:00.000Z', '10'))).toBe(false);
    expect(supersedes(at('2026-03-02T10:00:00.000Z', '10'), at('2026-03-02T09:00:00.000Z', '10'))).toBe(false);
  });

  test('without sequences on both sides the source time decides, and a repeat may replace itself', () => {
    expect(supersedes(at('2026-03-02T08:59:59.999Z'), at('2026-03-02T09:00:00.000Z', '5'))).toBe(false);
    expect(supersedes(at('2026-03-02T10:00:00.000+01:00'), at('2026-03-02T09:00:00.000Z'))).toBe(true);
  });
});
