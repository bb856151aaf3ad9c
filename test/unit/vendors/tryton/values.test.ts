import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dateTimeValue, dateValue, decimalValue, decodeValue } from '#vendors/tryton/values.ts';

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string().filter((name) => name !== '__class__' && name !== '__proto__'),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
})).value;

describe('Tryton values', () => {
  it('leaves untagged values as they are', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(decodeValue(value)).toEqual(value);
      }),
    );
  });

  it('gives back every day and every instant that was sent, to the millisecond', () => {
    const instants = fc.date({ min: new Date('0100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, (instant) => {
        const iso = instant.toISOString();
        expect(decodeValue(dateTimeValue(iso))).toBe(iso);
        expect(decodeValue(dateTimeValue(instant.getTime()))).toBe(iso);
        expect(decodeValue(dateValue(iso.slice(0, 10)))).toBe(iso.slice(0, 10));
      }),
    );
  });

  it('gives back every decimal, digit by digit', () => {
    const decimals = fc
      .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 24n }), fc.option(fc.stringMatching(/^[0-9]{1,12}$/)))
      .map(([negative, whole, fraction]) => `${negative ? '-' : ''}${whole}${fraction === null ? '' : `.${fraction}`}`);
    fc.assert(
      fc.property(decimals, (decimal) => {
        expect(decodeValue([{ price: decimalValue(decimal) }])).toEqual([{ price: decimal }]);
      }),
    );
  });

  it('never puts an instant after itself: microseconds are cut, not rounded', () => {
    const tagged = { ...dateTimeValue('2026-11-20T13:45:58.999Z'), microsecond: 999_999 };
    expect(decodeValue(tagged)).toBe('2026-11-20T13:45:58.999Z');
  });

  it('decodes spans in seconds, times of day, and bytes', () => {
    expect(decodeValue({ __class__: 'timedelta', seconds: 90.5 })).toBe(90.5);
    expect(decodeValue({ __class__: 'time', hour: 7, minute: 5, second: 0, microsecond: 4_000 })).toBe('07:05:00.004');
    expect(decodeValue({ __class__: 'bytes', base64: 'AP8=' })).toEqual(new Uint8Array([0, 255]));
  });

  it.each([
    ['a class nobody told us of', { __class__: 'Fraction' }, /Fraction/],
    ['a date without its day', { __class__: 'date', year: 2026, month: 2 }, /date\.day/],
    ['a decimal that is a number', { __class__: 'Decimal', decimal: 1.5 }, /Decimal\.decimal/],
  ])('refuses %s by name', (_what, value, message) => {
    expect(() => decodeValue([value])).toThrow(message);
  });

  it.each(['2026-2-1', '2026-13-01', '20.11.2026', ''])('refuses to send %j as a day', (day) => {
    expect(() => dateValue(day)).toThrow(/YYYY-MM-DD/);
  });

  it.each(['1,5', '1e3', '.5', 'NaN', ''])('refuses to send %j as a decimal', (decimal) => {
    expect(() => decimalValue(decimal)).toThrow(/decimal/);
  });

  it('refuses to send what is no instant', () => {
    expect(() => dateTimeValue('yesterday')).toThrow(/instant/);
  });
});
