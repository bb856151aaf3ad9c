/** What a drift is worth a person's time: units times list price, and whether it can sell what is not there. */
import { decimalOf, type Money, moneyFromDecimal } from '#model/money.ts';
import { type Drift, isExplained, nameOf } from './drift.ts';

/** Null without a list price. */
export const valueAtRisk = (difference: number, listPrice: Money | null): Money | null =>
  listPrice && { ...listPrice, amountMinor: Math.abs(difference) * listPrice.amountMinor };

/** `aboveValue` is in the main unit of the item's own currency. */
export const needsAPerson = (
  { cause, oversellRisk }: Pick<Drift, 'cause' | 'oversellRisk'>,
  value: Money | null,
  aboveValue: number,
): boolean => {
  if (isExplained(cause)) return false;
  if (oversellRisk || value === null) return oversellRisk;
  return value.amountMinor > moneyFromDecimal(String(aboveValue), value.currency).amountMinor;
};

const REMEDY: Readonly<Record<Drift['cause'], string>> = {
  TIMING: 'it ends when the older side is heard again.',
  UNPOSTED_SALES: 'it ends when the sales are booked everywhere.',
  RESERVATION_COUNTED_TWICE: "check the basis that the systems' connections declare.",
  MISSED_EVENT: 'an event got lost: book it where it is missing, and look why it was not delivered.',
  RETURN_NOT_BOOKED: 'book the return where it is missing.',
  DAMAGE_NOT_BOOKED: 'book the damage where it is missing.',
  LISTING_NOT_UPDATED: 'see why the marketplace does not take the quantity.',
  UNKNOWN: 'count the item and correct the system that is wrong.',
};

export const driftText = (
  { subject, readings, since, cause }: Pick<Drift, 'subject' | 'readings' | 'since' | 'cause'>,
  value: Money | null,
): string => {
  const sides = readings.map(({ system, quantity }) => `${system} ${quantity}`).join(', ');
  const atRisk = value ? `, ${decimalOf(value)} ${value.currency} at risk` : '';
  return `${nameOf(subject)} since ${since}: ${sides}${atRisk}. Likely ${cause}: ${REMEDY[cause]}`;
};
