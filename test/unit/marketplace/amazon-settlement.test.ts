import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  componentOf,
  dateOf,
  parseSettlement,
  plainDecimal,
} from '#subgraphs/marketplace/adapters/amazon/settlement.ts';

const COLUMNS = [
  'settlement-id',
  'settlement-start-date',
  'settlement-end-date',
  'total-amount',
  'currency',
  'transaction-type',
  'order-id',
  'marketplace-name',
  'amount-type',
  'amount-description',
  'amount',
];
type Row = Readonly<Record<string, string>>;

const fileOf = (rows: readonly Row[], columns: readonly string[] = COLUMNS, newline = '\n'): string =>
  [columns.join('\t'), ...rows.map((row) => columns.map((column) => row[column] ?? '').join('\t'))].join(newline);

const summary = (total: string): Row => ({
  'settlement-id': '777',
  'settlement-start-date': '01.10.2026 08:12:33 UTC',
  'settlement-end-date': '15.10.2026 08:12:33 UTC',
  'total-amount': total,
  currency: 'EUR',
});

const amountRow = (kind: readonly [string, string, string], amount: string, orderId = ''): Row => ({
  'settlement-id': '777',
  'transaction-type': kind[0],
  'amount-type': kind[1],
  'amount-description': kind[2],
  amount,
  'order-id': orderId,
});

const PRINCIPAL = ['Order', 'ItemPrice', 'Principal'] as const;

describe('amounts', () => {
  it.each([
    ['95,00', '95.00'],
    ['95.00', '95.00'],
    ['-12.4', '-12.4'],
    ['1.234,56', '1234.56'],
    ['1,234.56', '1234.56'],
    ['1.234', '1234'],
    ['12,345,678.90', '12345678.90'],
    ["1'234.50", '1234.50'],
    ['(55.00)', '-55.00'],
    ['0', '0'],
    ['1 234,5', '1234.5'],
  ])('%s is %s', (text, expected) => {
    expect(plainDecimal(text)).toBe(expected);
  });

  it.each(['', '-', 'EUR 5', '1,2,3', '12.34.56', '1.23.456', '5-', '1e3', '--5'])('%j is not an amount', (text) => {
    expect(plainDecimal(text)).toBeNull();
  });

  it('reads back every amount in German and English notation', () => {
    const grouped = (digits: string, separator: string): string => digits.replaceAll(/\B(?=(\d{3})+$)/g, separator);
    fc.assert(
      fc.property(fc.integer({ min: -999_999_999, max: 999_999_999 }), (minor) => {
        const digits = String(Math.abs(minor)).padStart(3, '0');
        const sign = minor < 0 ? '-' : '';
        const [whole, cents] = [digits.slice(0, -2), digits.slice(-2)];
        const expected = `${sign}${whole}.${cents}`;
        expect(plainDecimal(`${sign}${grouped(whole, '.')},${cents}`)).toBe(expected);
        expect(plainDecimal(`${sign}${grouped(whole, ',')}.${cents}`)).toBe(expected);
        expect(plainDecimal(`${sign}${whole},${cents}`)).toBe(expected);
      }),
    );
  });
});

describe('dates', () => {
  it.each([
    ['2026-10-01T08:12:33+00:00', '2026-10-01'],
    ['2026-10-01 08:12:33 UTC', '2026-10-01'],
    ['01.10.2026 08:12:33 UTC', '2026-10-01'],
    ['2026-10-01', '2026-10-01'],
  ])('%s is %s', (text, expected) => {
    expect(dateOf(text)).toBe(expected);
  });

  it('does not guess which part of 01/02/26 is the month', () => {
    expect(dateOf('01/02/26')).toBeUndefined();
    expect(dateOf('01/02/2026 10:00:00 UTC')).toBeUndefined();
  });
});

describe('components', () => {
  it.each([
    ['Order', 'ItemPrice', 'Principal', 'GROSS_SALE'],
    ['Order', 'ItemPrice', 'Tax', 'TAX'],
    ['Order', 'ItemPrice', 'ShippingTax', 'TAX'],
    ['Order', 'ItemPrice', 'Shipping', 'SHIPPING'],
    ['Order', 'ItemPrice', 'GiftWrap', 'GROSS_SALE'],
    ['Order', 'Promotion', 'Shipping', 'SHIPPING'],
    ['Order', 'Promotion', 'Principal', 'ADJUSTMENT'],
    ['Order', 'ItemWithheldTax', 'MarketplaceFacilitatorTax-Principal', 'TAX'],
    ['Order', 'ItemFees', 'Commission', 'COMMISSION'],
    ['Order', 'ItemFees', 'ShippingHB', 'COMMISSION'],
    ['Order', 'ItemFees', 'FBAPerUnitFulfillmentFee', 'FULFILMENT_FEE'],
    ['Order', 'ItemFees', 'FBAWeightBasedFee', 'FULFILMENT_FEE'],
    ['Order', 'ItemFees', 'FixedClosingFee', 'OTHER_FEE'],
    ['Refund', 'ItemPrice', 'Principal', 'REFUND'],
    ['Refund', 'ItemPrice', 'Tax', 'REFUND'],
    ['Refund', 'ItemPrice', 'Shipping', 'REFUND'],
    ['Refund', 'Promotion', 'Shipping', 'REFUND'],
    ['Refund', 'ItemFees', 'Commission', 'REFUND_COMMISSION'],
    ['Refund', 'ItemFees', 'RefundCommission', 'REFUND_COMMISSION'],
    ['Refund', 'ItemFees', 'ShippingChargeback', 'OTHER_FEE'],
    ['Chargeback Refund', 'ItemPrice', 'Principal', 'REFUND'],
    ['A-to-z Guarantee Refund', 'ItemPrice', 'Principal', 'REFUND'],
    ['other-transaction', 'other-transaction', 'Current Reserve Amount', 'RESERVE'],
    ['other-transaction', 'other-transaction', 'Previous Reserve Amount Balance', 'RESERVE'],
    ['other-transaction', 'other-transaction', 'Subscription Fee', 'OTHER_FEE'],
    ['other-transaction', 'other-transaction', 'Storage Fee', 'OTHER_FEE'],
    ['other-transaction', 'FBA Inventory Reimbursement', 'WAREHOUSE_DAMAGE', 'ADJUSTMENT'],
    ['ServiceFee', 'Cost of Advertising', 'TransactionTotalAmount', 'OTHER_FEE'],
  ])('%s / %s / %s is %s', (transaction, type, description, component) => {
    expect(componentOf(transaction, type, description)).toBe(component);
  });

  it('knows what it does not know', () => {
    expect(componentOf('other-transaction', 'other-transaction', 'Something new')).toBeNull();
  });
});

describe('a report', () => {
  it('is read with its period, lines and net total', () => {
    const outcome = parseSettlement(
      fileOf([
        summary('63,75'),
        amountRow(PRINCIPAL, '75,00', '302-1111111-1111111'),
        amountRow(['Order', 'ItemFees', 'Commission'], '-11,25', '302-1111111-1111111'),
      ]),
    );
    expect(outcome).toEqual({
      ok: true,
      settlement: {
        id: '777',
        from: '2026-10-01',
        to: '2026-10-15',
        netTotal: { amountMinor: 6375, currency: 'EUR' },
        lines: [
          {
            orderExternalId: '302-1111111-1111111',
            component: 'GROSS_SALE',
            amount: { amountMinor: 7500, currency: 'EUR' },
          },
          {
            orderExternalId: '302-1111111-1111111',
            component: 'COMMISSION',
            amount: { amountMinor: -1125, currency: 'EUR' },
          },
        ],
        unknownKinds: [],
      },
    });
  });

  it('is found by the names of its columns: order, further ones, a byte order mark and Windows line ends do not matter', () => {
    const columns = ['promotion-id', ...COLUMNS.toReversed(), 'brand-new-column'];
    const rows = [summary('1.00'), amountRow(PRINCIPAL, '1.00')];
    const outcome = parseSettlement(`\uFEFF${fileOf(rows, columns, '\r\n')}\r\n`);
    expect(outcome).toMatchObject({ ok: true, settlement: { lines: [{ component: 'GROSS_SALE' }] } });
  });

  it('counts an unknown kind as ADJUSTMENT and says so', () => {
    const rows = [summary('-2.50'), amountRow(['Moon', 'Phase', 'Waxing'], '-2.50')];
    expect(parseSettlement(fileOf(rows))).toMatchObject({
      ok: true,
      settlement: { lines: [{ component: 'ADJUSTMENT' }], unknownKinds: ['Moon / Phase / Waxing'] },
    });
  });

  it('is refused when its rows do not sum to its total', () => {
    const rows = [summary('10.00'), amountRow(PRINCIPAL, '9.99')];
    expect(parseSettlement(fileOf(rows))).toEqual({
      ok: false,
      defect: { field: 'total-amount', message: 'says 1000 minor units, but the rows sum to 999' },
    });
  });

  it.each([
    ['amount', fileOf([summary('1.00')], COLUMNS.slice(0, -1))],
    ['amount', fileOf([summary('1.00'), amountRow(PRINCIPAL, 'a lot')])],
    ['total-amount', fileOf([summary('a lot')])],
    ['currency', fileOf([{ ...summary('1.00'), currency: 'euro' }])],
    ['settlement-id', fileOf([{ ...summary('1.00'), 'settlement-id': '' }])],
    ['settlement-id', fileOf([])],
    ['settlement-id', ''],
  ])('that cannot be read names the column %s', (field, text) => {
    expect(parseSettlement(text)).toMatchObject({ ok: false, defect: { field } });
  });

  it('always sums to its net total, whatever its amounts', () => {
    const amounts = fc.array(fc.integer({ min: -5_000_000, max: 5_000_000 }), { maxLength: 40 });
    const decimal = (minor: number): string =>
      `${minor < 0 ? '-' : ''}${Math.floor(Math.abs(minor) / 100)},${String(Math.abs(minor) % 100).padStart(2, '0')}`;
    fc.assert(
      fc.property(amounts, fc.integer({ min: -3, max: 3 }), (minors, error) => {
        const total = minors.reduce((sum, minor) => sum + minor, 0);
        const rows = minors.map((minor) => amountRow(PRINCIPAL, decimal(minor)));
        const outcome = parseSettlement(fileOf([summary(decimal(total + error)), ...rows]));
        expect(outcome.ok).toBe(error === 0);
        if (!outcome.ok) return;
        const { lines, netTotal } = outcome.settlement;
        expect(lines.reduce((sum, { amount }) => sum + amount.amountMinor, 0)).toBe(netTotal.amountMinor);
      }),
    );
  });
});
