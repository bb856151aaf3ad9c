import { describe, expect, it } from '@jest/globals';
import { isOpenAt, minuteOfWeek } from '#subgraphs/pos/opening.ts';

const BERLIN = 'Europe/Berlin';
const weekdays = [1, 2, 3, 4, 5].map((dayOfWeek) => ({ dayOfWeek, opens: '10:00', closes: '20:00' }));

describe('opening hours', () => {
  it.each([
    ['a minute before opening', '2026-03-02T08:59:00Z', false],
    ['the opening minute', '2026-03-02T09:00:00Z', true],
    ['the last minute', '2026-03-02T18:59:59Z', true],
    ['the closing minute', '2026-03-02T19:00:00Z', false],
    ['a day without hours', '2026-03-01T12:00:00Z', false],
    ['after the change to summer time, an hour earlier in UTC', '2026-03-30T08:00:00Z', true],
  ])('%s', (_what, at, open) => {
    expect(isOpenAt(weekdays, Date.parse(at), BERLIN)).toBe(open);
  });

  it('a day may have several spans', () => {
    const spans = [
      { dayOfWeek: 1, opens: '09:00', closes: '12:00' },
      { dayOfWeek: 1, opens: '14:00', closes: '18:00' },
    ];
    expect(isOpenAt(spans, Date.parse('2026-03-02T10:00:00Z'), BERLIN)).toBe(true);
    expect(isOpenAt(spans, Date.parse('2026-03-02T12:00:00Z'), BERLIN)).toBe(false);
    expect(isOpenAt(spans, Date.parse('2026-03-02T14:00:00Z'), BERLIN)).toBe(true);
  });

  it('a span may run past midnight, and past the end of the week', () => {
    const late = [{ dayOfWeek: 7, opens: '22:00', closes: '02:00' }];
    expect(isOpenAt(late, Date.parse('2026-03-01T22:30:00Z'), BERLIN)).toBe(true);
    expect(isOpenAt(late, Date.parse('2026-03-02T00:59:00Z'), BERLIN)).toBe(true);
    expect(isOpenAt(late, Date.parse('2026-03-02T01:00:00Z'), BERLIN)).toBe(false);
    expect(isOpenAt(late, Date.parse('2026-03-01T20:59:00Z'), BERLIN)).toBe(false);
  });

  it('one that closes when it opens is open all day', () => {
    const always = [{ dayOfWeek: 1, opens: '00:00', closes: '00:00' }];
    expect(isOpenAt(always, Date.parse('2026-03-01T23:00:00Z'), BERLIN)).toBe(true);
    expect(isOpenAt(always, Date.parse('2026-03-02T23:00:00Z'), BERLIN)).toBe(false);
  });

  it('a time zone that does not exist is never open', () => {
    expect(minuteOfWeek(0, 'Mars/Olympus')).toBeNull();
    expect(isOpenAt([{ dayOfWeek: 1, opens: '00:00', closes: '00:00' }], 0, 'Mars/Olympus')).toBe(false);
  });
});
