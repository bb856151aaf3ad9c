/**
 * Tryton's JSON values: what JSON cannot say is wrapped in an object tagged `__class__`. Decoding turns the tags into
 * plain values that a schema can check; encoding makes the tagged form for arguments and search domains.
 */

const TAG = '__class__';

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

const part = (value: Readonly<Record<string, unknown>>, name: string): number => {
  const found = value[name];
  if (typeof found !== 'number' || !Number.isInteger(found) || found < 0) {
    throw new RangeError(`${String(value[TAG])}.${name} is not a whole number: ${JSON.stringify(found)}`);
  }
  return found;
};

const text = (value: Readonly<Record<string, unknown>>, name: string): string => {
  const found = value[name];
  if (typeof found !== 'string') throw new RangeError(`${String(value[TAG])}.${name} is not a text`);
  return found;
};

const dateText = (value: Readonly<Record<string, unknown>>): string =>
  `${pad(part(value, 'year'), 4)}-${pad(part(value, 'month'), 2)}-${pad(part(value, 'day'), 2)}`;

/** Tryton counts microseconds; we keep milliseconds and cut (never round up: a time must not lie after itself). */
const timeText = (value: Readonly<Record<string, unknown>>): string =>
  `${pad(part(value, 'hour'), 2)}:${pad(part(value, 'minute'), 2)}:${pad(part(value, 'second'), 2)}.${pad(
    Math.floor(part(value, 'microsecond') / 1000),
    3,
  )}`;

const decodeTagged = (value: Readonly<Record<string, unknown>>): unknown => {
  switch (value[TAG]) {
    case 'Decimal':
      return text(value, 'decimal');
    case 'date':
      return dateText(value);
    case 'datetime':
      return `${dateText(value)}T${timeText(value)}Z`;
    case 'time':
      return timeText(value);
    case 'timedelta': {
      const seconds = value.seconds;
      if (typeof seconds !== 'number') throw new RangeError('timedelta.seconds is not a number');
      return seconds;
    }
    case 'bytes':
      return new Uint8Array(Buffer.from(text(value, 'base64'), 'base64'));
    default:
      throw new RangeError(`unknown value class ${JSON.stringify(value[TAG])}`);
  }
};

/**
 * Decodes a whole answer: Decimal to decimal text, date to "YYYY-MM-DD", datetime to an ISO instant (Tryton's are UTC),
 * time to "HH:MM:SS.mmm", timedelta to seconds, bytes to Uint8Array. Throws RangeError on a malformed tag.
 */
export const decodeValue = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(decodeValue);
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Readonly<Record<string, unknown>>;
  if (TAG in record) return decodeTagged(record);
  return Object.fromEntries(Object.entries(record).map(([name, inner]) => [name, decodeValue(inner)]));
};

export type TaggedValue = Readonly<Record<string, unknown>> & { readonly __class__: string };

/** A decimal number given as text ("24.90"). */
export const decimalValue = (decimal: string): TaggedValue => {
  if (!/^-?\d+(\.\d+)?$/.test(decimal)) throw new RangeError(`not a decimal number: ${JSON.stringify(decimal)}`);
  return { __class__: 'Decimal', decimal };
};

/** A calendar day given as "YYYY-MM-DD". */
export const dateValue = (day: string): TaggedValue => {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!match || Number.isNaN(Date.parse(day))) throw new RangeError(`not a day (YYYY-MM-DD): ${JSON.stringify(day)}`);
  return { __class__: 'date', year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
};

/** An instant given as ISO text or epoch milliseconds. */
export const dateTimeValue = (instant: string | number): TaggedValue => {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) throw new RangeError(`not an instant: ${JSON.stringify(instant)}`);
  return {
    __class__: 'datetime',
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
    microsecond: at.getUTCMilliseconds() * 1000,
  };
};
