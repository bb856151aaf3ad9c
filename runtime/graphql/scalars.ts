/** The contract's scalars. Each refuses what it does not understand, naming the value and the expected form. */
import { GraphQLScalarType, Kind } from 'graphql';
import { Failure } from '#runtime/failure.ts';

const textScalar = (
  name: string,
  description: string,
  pattern: RegExp,
  form: string,
  isValid?: (text: string) => boolean,
): GraphQLScalarType => {
  const check = (value: unknown): string => {
    if (typeof value === 'string' && pattern.test(value) && (isValid?.(value) ?? true)) return value;
    throw new Failure('BAD_INPUT', `${name} cannot represent ${JSON.stringify(value)}: expected ${form}.`);
  };
  return new GraphQLScalarType({
    name,
    description,
    serialize: (value) =>
      check(value instanceof Date ? value.toISOString() : typeof value === 'number' ? String(value) : value),
    parseValue: check,
    parseLiteral: (node) =>
      check(node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT ? node.value : null),
  });
};

const isRealDate = (text: string): boolean => !Number.isNaN(Date.parse(text));

export const scalars = {
  DateTime: textScalar(
    'DateTime',
    'An instant, ISO 8601 with offset.',
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/,
    'an ISO 8601 instant such as 2026-11-20T14:30:00Z',
    isRealDate,
  ),
  Date: textScalar('Date', 'A calendar date.', /^\d{4}-\d\d-\d\d$/, 'a date such as 2026-11-20', isRealDate),
  Decimal: textScalar(
    'Decimal',
    'An exact decimal number, as text.',
    /^-?\d+(\.\d+)?$/,
    'a decimal number as text, such as "24.90"',
  ),
  EventCursor: textScalar(
    'EventCursor',
    'An opaque position in an event stream.',
    /^[A-Za-z0-9_.~-]{1,512}$/,
    'a cursor exactly as it was received',
  ),
  Duration: textScalar(
    'Duration',
    'ISO 8601 duration.',
    /^P(?=\d|T\d)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/,
    'an ISO 8601 duration such as PT30S',
  ),
} as const;

/** Milliseconds of an ISO 8601 duration of days, hours, minutes and seconds. */
export const durationMs = (text: string): number => {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (!match) throw new Failure('BAD_INPUT', `${JSON.stringify(text)} is not an ISO 8601 duration such as PT30S.`);
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
};
