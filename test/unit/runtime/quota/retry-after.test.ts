import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { retryAfterMs } from '#runtime/resilience/retry-after.ts';

const NOW_MS = Date.UTC(2026, 2, 2, 9, 0, 0, 250);

describe('a wait told by a vendor is read', () => {
  test.each([
    ['whole seconds', '120', 120_000],
    ['decimal seconds', '2.5', 2_500],
    ['with blanks around it', ' 3 ', 3_000],
    ['nothing to wait for', '0', 0],
    ['a negative wait', '-5', 0],
    ['an HTTP date', 'Mon, 02 Mar 2026 09:00:10 GMT', 9_750],
    ['an HTTP date in the past', 'Mon, 02 Mar 2026 08:00:00 GMT', 0],
    ['seconds since the epoch', String(Date.UTC(2026, 2, 2, 9, 0, 30) / 1000), 29_750],
    ['milliseconds since the epoch', String(NOW_MS + 1_234), 1_234],
    ['milliseconds of the past', String(NOW_MS - 1), 0],
  ])('as %s', (_name, value, waitMs) => {
    expect(retryAfterMs(value, NOW_MS)).toBe(waitMs);
  });

  test.each([
    ['absent', undefined],
    ['empty', ''],
    ['a word', 'soon'],
    ['a number with a unit', '10s'],
    ['an ISO instant', '2026-03-02T09:00:10Z'],
    ['a date without its zone', 'Mon, 02 Mar 2026 09:00:10'],
    ['a day that does not exist', 'Mon, 99 Mar 2026 09:00:10 GMT'],
    ['no number at all', 'NaN'],
  ])('as nothing when it is %s', (_name, value) => {
    expect(retryAfterMs(value, NOW_MS)).toBeNull();
  });

  test('the same in every form', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400 }), (seconds) => {
        const nowMs = Date.UTC(2026, 2, 2, 9);
        const at = nowMs + seconds * 1000;
        const forms = [String(seconds), new Date(at).toUTCString(), String(at / 1000), String(at)];
        expect(forms.map((form) => retryAfterMs(form, nowMs))).toEqual(forms.map(() => seconds * 1000));
      }),
    );
  });

  test('never as a negative wait', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String)), (value) => {
        expect(retryAfterMs(value, NOW_MS) ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
