import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OrderClaim } from '#model/change.ts';
import type { StoredClaim } from '#model/order/claims.ts';
import { eventsBetween } from '#model/order/events.ts';
import { mergeOrder } from '#model/order/merge.ts';
import { DEFAULT_ORDER_POLICY as policy } from '#model/order/policy.ts';
import { SETTLEMENT_COMPONENTS, type SettledAmounts } from '#model/order/settlement.ts';
import { at, channelOrder, claim, erpOrder, line, progress, shipment } from './fixtures.ts';

const NOW = at(700);
const sold = channelOrder({
  lines: [line('TEE-1', 2)],
  confirmed: true,
  total: { amountMinor: 11_900, currency: 'EUR' },
  charged: { gross: 9_500, tax: 1_900, shipping: 500 },
});
const sent = shipment('S1', {
  minutes: 30,
  progress: [progress('TEE-1', { shipped: 2 })],
  shipment: { state: 'IN_TRANSIT', events: [] },
});

type Told = { readonly minutes?: number; readonly system?: 'marketplace' | 'erp' } & Partial<
  NonNullable<OrderClaim['settlement']>
>;
const settlement = (reportId: string, amounts: SettledAmounts, told: Told = {}): StoredClaim =>
  claim(told.system ?? 'marketplace', {
    minutes: told.minutes ?? 100,
    documentType: 'settlement',
    documentId: `${reportId}/1001`,
    settlement: {
      reportId,
      currency: told.currency ?? 'EUR',
      amounts,
      netMinor: told.netMinor ?? Object.values(amounts).reduce((sum, amount) => sum + amount, 0),
      periodEnd: told.periodEnd ?? at(90),
    },
  });

const WHOLE: SettledAmounts = { GROSS_SALE: 9_500, TAX: 1_900, SHIPPING: 500, COMMISSION: -1_785 };
const settlementOf = (...claims: readonly StoredClaim[]) => mergeOrder(claims, policy, NOW).settlement;

describe('settlement of an order', () => {
  test('is awaited for what a marketplace sold, and for nothing else', () => {
    expect(settlementOf(sold).status).toBe('PENDING');
    expect(settlementOf(erpOrder({ lines: [line('TEE-1', 2)] })).status).toBe('NOT_APPLICABLE');
    expect(settlementOf(channelOrder({ lines: [line('TEE-1', 2)], cancelled: true })).status).toBe('NOT_APPLICABLE');
  });

  test('agrees where price, tax and shipping are what was charged, and tells what is left of it', () => {
    expect(settlementOf(sold, sent, settlement('R1', WHOLE))).toMatchObject({
      status: 'SETTLED',
      difference: null,
      settled: { netMinor: 10_115, currency: 'EUR', amounts: WHOLE, reports: ['R1'] },
      evidence: { system: 'shop-main', effectiveAt: at(100) },
    });
  });

  test.each<[string, SettledAmounts, Told, unknown]>([
    ['the price', { ...WHOLE, GROSS_SALE: 9_000 }, {}, { component: 'GROSS_SALE', expected: 9_500, settled: 9_000 }],
    ['the tax', { ...WHOLE, TAX: 1_700 }, {}, { component: 'TAX', expected: 1_900, settled: 1_700 }],
    ['the shipping', { ...WHOLE, SHIPPING: 0 }, {}, { component: 'SHIPPING', expected: 500, settled: 0 }],
    ['what is paid out', WHOLE, { netMinor: 10_000 }, { component: 'NET', expected: 10_115, settled: 10_000 }],
    ['the refund', { ...WHOLE, REFUND: -12_000 }, {}, { component: 'REFUND', expected: -11_900, settled: -12_000 }],
    ['the currency', WHOLE, { currency: 'SEK' }, { component: 'CURRENCY', expected: 11_900, settled: 11_900 }],
  ])('names %s where that differs', (_what, amounts, told, difference) => {
    expect(settlementOf(sold, sent, settlement('R1', amounts, told))).toMatchObject({ status: 'MISMATCH', difference });
  });

  test('compares the sum where the channel tells no parts', () => {
    const { charged: _charged, ...whole } = sold;
    expect(settlementOf(whole, sent, settlement('R1', WHOLE)).status).toBe('SETTLED');
    expect(settlementOf(whole, sent, settlement('R1', { ...WHOLE, TAX: 0 }))).toMatchObject({
      status: 'MISMATCH',
      difference: { component: 'SALE', expected: 11_900, settled: 10_000 },
    });
    // The shopper paid 10.00 less by a promotion: settled as the full price and an adjustment.
    const promoted = { ...whole, total: { amountMinor: 10_900, currency: 'EUR' } };
    expect(settlementOf(promoted, sent, settlement('R1', { ...WHOLE, ADJUSTMENT: -1_000 })).status).toBe('SETTLED');
  });

  test('a marketplace that pays the tax itself settles none, and cents of rounding are no difference', () => {
    expect(settlementOf(sold, sent, settlement('R1', { ...WHOLE, TAX: 0 })).status).toBe('SETTLED');
    expect(settlementOf(sold, sent, settlement('R1', { ...WHOLE, GROSS_SALE: 9_498 })).status).toBe('SETTLED');
    expect(settlementOf(sold, sent, settlement('R1', { ...WHOLE, GROSS_SALE: 9_497 })).status).toBe('MISMATCH');
  });

  test('a part is a part while goods are in the house or left after the period, and a difference after that', () => {
    const half: SettledAmounts = { GROSS_SALE: 4_750, TAX: 950, SHIPPING: 500, COMMISSION: -900 };
    const one = shipment('S1', {
      minutes: 30,
      progress: [progress('TEE-1', { shipped: 1 })],
      shipment: { state: 'IN_TRANSIT', events: [] },
    });
    const later = shipment('S2', {
      minutes: 95,
      progress: [progress('TEE-1', { shipped: 1 })],
      shipment: { state: 'IN_TRANSIT', events: [] },
    });
    const first = settlement('R1', half);
    expect(settlementOf(sold, one, first).status).toBe('PARTIALLY_SETTLED');
    expect(settlementOf(sold, one, later, first).status).toBe('PARTIALLY_SETTLED');
    expect(settlementOf(sold, sent, first)).toMatchObject({
      status: 'MISMATCH',
      difference: { component: 'GROSS_SALE' },
    });
    const second = settlement('R2', { GROSS_SALE: 4_750, TAX: 950 }, { minutes: 200, periodEnd: at(190) });
    expect(settlementOf(sold, one, later, first, second)).toMatchObject({
      status: 'SETTLED',
      settled: { reports: ['R1', 'R2'] },
    });
  });

  test('a refund in a later report leaves the sale settled', () => {
    const refund = settlement('R2', { REFUND: -11_900, COMMISSION: 1_785, REFUND_COMMISSION: -357 }, { minutes: 300 });
    expect(settlementOf(sold, sent, settlement('R1', WHOLE), refund)).toMatchObject({
      status: 'SETTLED',
      settled: { netMinor: 10_115 - 11_900 + 1_785 - 357 },
    });
  });

  test('is told once, again where the difference becomes another one, and put right by a correction', () => {
    const states = [
      [sold, sent],
      [sold, sent, settlement('R1', { ...WHOLE, GROSS_SALE: 9_000 })],
      [sold, sent, settlement('R1', { ...WHOLE, GROSS_SALE: 9_000 }), settlement('R2', { GROSS_SALE: 100 })],
      [sold, sent, settlement('R1', { ...WHOLE, GROSS_SALE: 9_000 }), settlement('R2', { GROSS_SALE: 500 })],
      [
        channelOrder({
          ...sold,
          minutes: 400,
          total: { amountMinor: 23_800, currency: 'EUR' },
          charged: { gross: 19_000, tax: 3_800, shipping: 1_000 },
        }),
        settlement('R1', { ...WHOLE, GROSS_SALE: 9_000 }),
        settlement('R2', { GROSS_SALE: 500 }),
      ],
    ].map((claims) => mergeOrder(claims, policy, NOW));
    const told = states.slice(1).map((next, index) =>
      eventsBetween(states[index] ?? null, next, policy.failedAttempts)
        .filter(({ changedAxes }) => changedAxes.includes('SETTLEMENT'))
        .map(({ type, system }) => [type, system]),
    );
    expect(told).toEqual([
      [['SETTLEMENT_MISMATCH', 'shop-main']],
      [['SETTLEMENT_MISMATCH', 'shop-main']],
      [['SETTLED', 'shop-main']],
      [['CORRECTED', 'shop-main']],
    ]);
  });

  test('the ERP is believed where the marketplace is silent, and contradicts it where the nets differ', () => {
    const books = settlement('E1', WHOLE, { system: 'erp' });
    expect(settlementOf(sold, sent, books)).toMatchObject({ status: 'SETTLED', evidence: { system: 'erp-main' } });
    const other = settlement('E1', { ...WHOLE, COMMISSION: -1_000 }, { system: 'erp', minutes: 120 });
    const state = mergeOrder([sold, sent, settlement('R1', WHOLE), other], policy, NOW);
    expect(state.settlement).toMatchObject({ status: 'SETTLED', settled: { reports: ['R1'] } });
    expect(state.disagreements).toMatchObject([
      { axis: 'SETTLEMENT', since: at(120), chosen: { system: 'shop-main' }, others: [{ system: 'erp-main' }] },
    ]);
  });

  test('whatever the amounts: settled means that they sum and agree, and the order of reports does not matter', () => {
    const amounts = fc.dictionary(fc.constantFrom(...SETTLEMENT_COMPONENTS), fc.integer({ min: -20_000, max: 20_000 }));
    fc.assert(
      fc.property(amounts, amounts, (first, second) => {
        const reports = [settlement('R1', first), settlement('R2', second, { minutes: 200 })];
        const found = settlementOf(sold, sent, ...reports);
        expect(settlementOf(...reports.toReversed(), sent, sold)).toEqual(found);
        const sum = (...names: readonly (keyof SettledAmounts)[]): number =>
          names.reduce((total, name) => total + (first[name] ?? 0) + (second[name] ?? 0), 0);
        expect(found.settled?.netMinor).toBe(sum(...SETTLEMENT_COMPONENTS));
        if (found.status === 'SETTLED') {
          expect(Math.abs(sum('GROSS_SALE') - 9_500)).toBeLessThanOrEqual(2);
          expect(Math.abs(sum('SHIPPING') - 500)).toBeLessThanOrEqual(2);
        } else expect(found.difference).not.toBeNull();
      }),
    );
  });
});
