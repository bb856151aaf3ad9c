import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SystemKind } from '#model/identifiers.ts';
import type { StockReading } from '#model/stock.ts';
import { type Correction, comparePlace, type Statement } from '#subgraphs/process/reconciliation/comparison.ts';
import type { Verdict } from '#subgraphs/process/reconciliation/drift.ts';
import { ago, MINUTE_MS, NOW_MS, placeWith, RULES, statement } from './cases.ts';

const compared = (
  statements: readonly Statement[],
  more: Parameters<typeof placeWith>[1] = {},
  corrections: readonly Correction[] = [],
): Verdict => comparePlace(placeWith(statements, more), RULES, corrections, NOW_MS);

const driftOf = (verdict: Verdict) => {
  if (verdict.kind !== 'DRIFT') throw new Error(`no drift but ${verdict.kind}`);
  return verdict.drift;
};
const causeOf = (...given: Parameters<typeof compared>) => driftOf(compared(...given)).cause;

describe('a comparison', () => {
  test('names the sides, the difference, since when it could have been none, and the risk', () => {
    const drift = driftOf(compared([statement('erp', 35, { asOf: ago(90) }), statement('wms', 40)]));
    expect(drift).toMatchObject({
      difference: 5,
      oversellRisk: true,
      against: 'erp',
      since: ago(60),
      readings: [
        { system: 'wms', quantity: 40, asOf: ago(60) },
        { system: 'erp', quantity: 35, asOf: ago(90) },
      ],
    });
  });

  test('sees no oversell risk where the lower number is sold from, or where nothing is sold', () => {
    expect(driftOf(compared([statement('wms', 35), statement('erp', 40)]))).toMatchObject({
      difference: -5,
      oversellRisk: false,
    });
    expect(driftOf(compared([statement('wms', 40), statement('erp', 35)], { authority: [] })).oversellRisk).toBe(false);
  });

  test('sees the risk also behind a greater difference that is none', () => {
    const drift = driftOf(compared([statement('wms', 10), statement('erp', 30), statement('pos', 8)]));
    expect(drift).toMatchObject({ difference: -20, against: 'erp', oversellRisk: true });
  });

  test('sees no risk in a difference of two sides that are not sold from', () => {
    const drift = driftOf(compared([statement('wms', 5), statement('erp', 30), statement('pos', 8)]));
    expect(drift).toMatchObject({ difference: -25, oversellRisk: false });
  });

  test('waits while one side spoke so recently that the other may still follow', () => {
    const young = [statement('wms', 40, { asOf: ago(14.9) }), statement('erp', 35)];
    expect(compared(young).kind).toBe('UNSETTLED');
    expect(compared([statement('wms', 40, { asOf: ago(15) }), statement('erp', 35)]).kind).toBe('DRIFT');
  });

  test('a young third side does not hide a difference of the two others', () => {
    const all = [statement('wms', 40), statement('erp', 35), statement('pos', 1, { asOf: ago(1) })];
    expect(driftOf(compared(all))).toMatchObject({ difference: 5, against: 'erp' });
  });

  test('lets them differ by the tolerance', () => {
    const place = placeWith([statement('wms', 40), statement('erp', 38)]);
    expect(comparePlace(place, { ...RULES, tolerance: 2 }, [], NOW_MS).kind).toBe('AGREE');
    expect(comparePlace(place, { ...RULES, tolerance: 1 }, [], NOW_MS).kind).toBe('DRIFT');
  });

  test('who reserves when is no drift between two physical numbers', () => {
    expect(compared([statement('wms', 40, { reservedHard: 4 }), statement('erp', 40)]).kind).toBe('AGREE');
  });
});

describe('the likely cause', () => {
  test('is timing while one side was last heard before the other changed, whatever else fits', () => {
    const old = statement('erp', 35, { asOf: ago(90), readAgo: 70 });
    expect(causeOf([statement('wms', 40, { reservedHard: 5 }), old])).toBe('TIMING');
  });

  test('is a missed event when the other side still says what was held of the one that was read anew', () => {
    const correction = (system: SystemKind, held: number, stated: number): Correction => {
      const times = { heldAsOf: ago(120), asOf: ago(60) };
      return { sku: 'P-1', locationCode: 'WH-NORD', system, held, stated, ...times };
    };
    const sides = [statement('wms', 35), statement('erp', 40)];
    expect(causeOf(sides, {}, [correction('wms', 40, 35)])).toBe('MISSED_EVENT');
    expect(causeOf(sides, {}, [correction('erp', 35, 40)])).toBe('MISSED_EVENT');
    expect(causeOf(sides, {}, [correction('wms', 41, 35)])).toBe('UNKNOWN');
    expect(causeOf(sides, {}, [correction('wms', 30, 35)])).toBe('UNKNOWN');
  });

  test.each([
    ['UNPOSTED_SALES', {}, { unreleased: 5, released: 0 }],
    ['UNPOSTED_SALES', {}, { unreleased: 2, released: 3 }],
    ['RESERVATION_COUNTED_TWICE', { reservedHard: 5 }, { unreleased: 0, released: 0 }],
    ['RETURN_NOT_BOOKED', { onHand: 45, returnsPending: 5 }, { unreleased: 0, released: 0 }],
    ['DAMAGE_NOT_BOOKED', { onHand: 45, damaged: 5 }, { unreleased: 0, released: 0 }],
    ['DAMAGE_NOT_BOOKED', { onHand: 45, qualityHold: 5 }, { unreleased: 0, released: 0 }],
    ['DAMAGE_NOT_BOOKED', { onHand: 45, damaged: 3, qualityHold: 2 }, { unreleased: 0, released: 0 }],
    ['UNKNOWN', { onHand: 44, damaged: 4 }, { unreleased: 4, released: 0 }],
  ] as const)('is %s for a difference of 5 with %j and %j', (cause, reading, demand) => {
    expect(causeOf([statement('wms', 40, reading), statement('erp', 45)], { demand })).toBe(cause);
  });
});

const small = fc.integer({ min: 0, max: 9 });
const shelf = fc.record({ spare: small, damaged: small, qualityHold: small, returnsPending: small, reserved: small });

describe('laws', () => {
  test('the same stock in three bases, and at a till that keeps no reservations, is no drift', () => {
    fc.assert(
      fc.property(shelf, ({ spare, damaged, qualityHold, returnsPending, reserved }) => {
        const unfit = { damaged, qualityHold, returnsPending };
        const physical = spare + reserved + damaged + qualityHold + returnsPending;
        const statements = [
          statement('erp', physical, { ...unfit, reservedHard: reserved }),
          statement('wms', physical - reserved, { ...unfit, reservedHard: reserved, basis: 'NET_OF_RESERVATIONS' }),
          statement('marketplace', spare, { basis: 'SELLABLE' }),
          statement('pos', physical, { ...unfit, reservations: 'NOT_KEPT' }),
        ];
        const demand = { unreleased: 0, released: reserved };
        expect(compared(statements, { demand }).kind).toBe('AGREE');
      }),
    );
  });

  const reading: fc.Arbitrary<Partial<StockReading> & { readonly onHand: number }> = fc.record({
    onHand: fc.integer({ min: -3, max: 6 }),
    damaged: fc.integer({ min: 0, max: 2 }),
    reservedHard: fc.integer({ min: 0, max: 2 }),
    reservations: fc.constantFrom('REPORTED' as const, 'NOT_KEPT' as const),
    basis: fc.constantFrom('PHYSICAL' as const, 'NET_OF_RESERVATIONS' as const, 'SELLABLE' as const),
    asOf: fc.constantFrom(ago(120), ago(60), ago(5)),
  });
  const SYSTEMS = ['wms', 'erp', 'pos', 'marketplace'] as const;
  const statementsArb = fc
    .array(reading, { minLength: 1, maxLength: 3 })
    .map((all) => all.map((more, index) => statement(SYSTEMS[index] ?? 'wms', more.onHand, more)));
  const placeArb = fc.record({
    statements: statementsArb,
    authority: fc.shuffledSubarray([...SYSTEMS]),
    demand: fc.record({ unreleased: small, released: small }),
    tolerance: fc.integer({ min: 0, max: 3 }),
  });

  test('a reading equal to one that is there never makes a drift, nor ends one', () => {
    fc.assert(
      fc.property(placeArb, fc.nat(), ({ statements, tolerance, ...more }, chosen) => {
        const twin = statements[chosen % statements.length];
        if (!twin) return;
        const rules = { ...RULES, tolerance };
        const before = comparePlace(placeWith(statements, more), rules, [], NOW_MS);
        const all = [...statements, { ...twin, system: 'marketplace' as const }];
        expect(comparePlace(placeWith(all, more), rules, [], NOW_MS).kind).toBe(before.kind);
      }),
      { numRuns: 500 },
    );
  });

  test('the order in which systems are listed means nothing', () => {
    fc.assert(
      fc.property(placeArb, ({ statements, tolerance, ...more }) => {
        const rules = { ...RULES, tolerance };
        const there = comparePlace(placeWith(statements, more), rules, [], NOW_MS);
        expect(comparePlace(placeWith(statements.toReversed(), more), rules, [], NOW_MS)).toEqual(there);
      }),
    );
  });

  test('more tolerance or more grace never makes a drift; time alone never ends one', () => {
    fc.assert(
      fc.property(placeArb, small, small, ({ statements, tolerance, ...more }, units, minutes) => {
        const place = placeWith(statements, more);
        const rules = { ...RULES, tolerance };
        const isDrift = (given: typeof RULES, nowMs = NOW_MS) => comparePlace(place, given, [], nowMs).kind === 'DRIFT';
        const wider = { tolerance: tolerance + units, graceMs: RULES.graceMs + minutes * MINUTE_MS };
        if (!isDrift(rules)) expect(isDrift(wider)).toBe(false);
        else expect(isDrift(rules, NOW_MS + minutes * MINUTE_MS)).toBe(true);
      }),
    );
  });
});
