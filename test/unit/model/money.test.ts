import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addMoney, decimalOf, money, moneyFromDecimal } from '#model/money.ts';

describe('money', () => {
  test('minor units survive the way to decimal text and back, in currencies of 0, 2 and 3 digits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 1e12 }),
        fc.constantFrom('EUR', 'JPY', 'KWD'),
        (amountMinor, currency) => {
          const value = money(amountMinor, currency);
          expect(moneyFromDecimal(decimalOf(value), currency).amountMinor).toBe(amountMinor);
        },
      ),
    );
  });

  test.each([
    ['24.90', 2490],
    ['0.005', 1],
    ['-0.01', -1],
    ['7', 700],
    ['19.994', 1999],
  ])('%s EUR is %d cents', (text, cents) => {
    expect(moneyFromDecimal(text, 'EUR')).toEqual({ amountMinor: cents, currency: 'EUR' });
  });

  test.each(['', '1,50', '1e3', 'NaN', '.5', '5.'])('%j is no amount', (text) => {
    expect(() => moneyFromDecimal(text, 'EUR')).toThrow(RangeError);
  });

  test('sums stay in one currency', () => {
    expect(addMoney(money(1, 'EUR'), money(2, 'EUR'))).toEqual(money(3, 'EUR'));
    expect(() => addMoney(money(1, 'EUR'), money(2, 'USD'))).toThrow(/EUR and USD/);
  });
});
