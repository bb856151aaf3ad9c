/** Money as integer minor units: no binary fractions anywhere. `currency` is ISO 4217. */
export type Money = { readonly amountMinor: number; readonly currency: string };

const FRACTION_DIGITS: Readonly<Record<string, number>> = { JPY: 0, KRW: 0, BHD: 3, KWD: 3 };
const fractionDigits = (currency: string): number => FRACTION_DIGITS[currency] ?? 2;

export const money = (amountMinor: number, currency: string): Money => ({ amountMinor, currency });

/** Decimal text ("24.90") to minor units; throws on anything that is not a plain decimal number. */
export const moneyFromDecimal = (text: string, currency: string): Money => {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text.trim());
  if (!match) throw new RangeError(`not a decimal amount: ${JSON.stringify(text)}`);
  const digits = fractionDigits(currency);
  const fraction = (match[3] ?? '').padEnd(digits + 1, '0');
  const whole = Number(match[2]) * 10 ** digits + Number(fraction.slice(0, digits) || '0');
  const rounded = Number(fraction[digits]) >= 5 ? whole + 1 : whole;
  return { amountMinor: match[1] === '-' ? -rounded : rounded, currency };
};

/** Minor units to decimal text with the currency's number of fraction digits. */
export const decimalOf = (value: Money): string => {
  const digits = fractionDigits(value.currency);
  const sign = value.amountMinor < 0 ? '-' : '';
  const text = String(Math.abs(value.amountMinor)).padStart(digits + 1, '0');
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
};

/** Sum in one currency; throws when the currencies differ. */
export const addMoney = (a: Money, b: Money): Money => {
  if (a.currency !== b.currency) throw new RangeError(`cannot add ${a.currency} and ${b.currency}`);
  return { amountMinor: a.amountMinor + b.amountMinor, currency: a.currency };
};
