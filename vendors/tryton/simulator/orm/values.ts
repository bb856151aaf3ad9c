/** Between the wire's tagged values and what the tables hold. */
import { internalError } from '../errors.ts';
import type { Field, Value } from './model.ts';

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

const dateOnWire = (day: string): unknown => {
  const [year, month, dayOfMonth] = day.split('-').map(Number);
  return { __class__: 'date', year, month, day: dayOfMonth };
};

const timestampOnWire = (us: number): unknown => {
  const at = new Date(Math.floor(us / 1000));
  return {
    __class__: 'datetime',
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
    microsecond: us % 1_000_000,
  };
};

export const onWire = (field: Field, value: Value): unknown => {
  if (value === null) return null;
  if (field.type === 'numeric') return { __class__: 'Decimal', decimal: String(value) };
  if (field.type === 'date' && typeof value === 'string') return dateOnWire(value);
  if (field.type === 'timestamp' && typeof value === 'number') return timestampOnWire(value);
  return value;
};

type Tagged = Readonly<Record<string, unknown>>;

const isTagged = (value: unknown): value is Tagged =>
  typeof value === 'object' && value !== null && '__class__' in value;

const numberIn = (value: Tagged, name: string): number => Number(value[name] ?? 0);

/** One value as a client sent it, in stored form. Tags decide, since a domain does not say its fields' types. */
export const fromWire = (value: unknown): Value => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(Number);
  if (!isTagged(value)) throw internalError('a dictionary is not a value of this field');
  switch (value.__class__) {
    case 'Decimal':
      return String(value.decimal);
    case 'date':
      return `${pad(numberIn(value, 'year'), 4)}-${pad(numberIn(value, 'month'))}-${pad(numberIn(value, 'day'))}`;
    case 'datetime':
      return (
        Date.UTC(
          numberIn(value, 'year'),
          numberIn(value, 'month') - 1,
          numberIn(value, 'day'),
          numberIn(value, 'hour'),
          numberIn(value, 'minute'),
          numberIn(value, 'second'),
        ) *
          1000 +
        numberIn(value, 'microsecond')
      );
    default:
      throw internalError(`unknown class '${String(value.__class__)}'`);
  }
};

/** Exact sum of decimal texts with up to four fraction digits: what amounts need. */
export const decimalProduct = (unitPrice: string, quantity: number): number =>
  Math.round(Number(unitPrice) * quantity * 100);

/** Whole cents as decimal text; the server writes an empty sum as plain 0. */
export const decimalOfCents = (cents: number): string => {
  const sign = cents < 0 ? '-' : '';
  const text = String(Math.abs(cents)).padStart(3, '0');
  return `${sign}${text.slice(0, -2)}.${text.slice(-2)}`;
};
