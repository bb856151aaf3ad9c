/** JSON text, piece by piece. */

/** What JSON must escape, and surrogates, which it must when they stand alone. */
const TO_ESCAPE = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;
/** A longer text is not searched twice. */
const SHORT = 64;

export const textOfString = (value: string): string =>
  value.length < SHORT && !TO_ESCAPE.test(value) ? `"${value}"` : JSON.stringify(value);

/** Any JSON value; undefined, which JSON does not know, as null. */
export const textOf = (value: unknown): string => {
  if (typeof value === 'string') return textOfString(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === undefined ? 'null' : JSON.stringify(value);
};
