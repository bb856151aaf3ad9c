/** "Send nothing before then", in every form that vendors write it. */

const NUMBER = /^-?\d+(?:\.\d+)?$/;
/** RFC 9110: "Sun, 06 Nov 1994 08:49:37 GMT". Other date forms are read differently by different readers, so by none. */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** No wait is thirty years long, and no clock stands before 2001: a number from here on is a moment, not a wait. */
const FIRST_EPOCH_SECONDS = 1_000_000_000;
const FIRST_EPOCH_MS = 100_000_000_000;

const momentOrWait = (value: number, nowMs: number): number => {
  if (value >= FIRST_EPOCH_MS) return value - nowMs;
  if (value >= FIRST_EPOCH_SECONDS) return value * 1000 - nowMs;
  return value * 1000;
};

/**
 * Milliseconds to wait, from whole or decimal seconds, an HTTP date, or a moment in seconds or milliseconds since the
 * epoch. 0 when it lies in the past; null when there is nothing that can be read.
 */
export const retryAfterMs = (value: string | undefined, nowMs: number): number | null => {
  const text = value?.trim() ?? '';
  if (NUMBER.test(text)) return Math.max(0, Math.ceil(momentOrWait(Number(text), nowMs)));
  if (!HTTP_DATE.test(text)) return null;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : Math.max(0, Math.ceil(atMs - nowMs));
};
