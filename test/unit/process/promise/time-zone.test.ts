import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addDays,
  createTimeZones,
  daysBetween,
  isoWeekday,
  minuteOfDay,
  type TimeZone,
} from '#subgraphs/process/promise/time-zone.ts';

const zones = createTimeZones();
const zone = (name: string): TimeZone => {
  const found = zones(name);
  if (found === null) throw new Error(`no zone ${name}`);
  return found;
};
const berlin = zone('Europe/Berlin');
const iso = (epochMs: number): string => new Date(epochMs).toISOString();
const showing = (date: string, time: string, at = berlin): string => iso(at.instantOf(date, minuteOfDay(time)));

describe('what a wall clock shows', () => {
  test('winter and summer', () => {
    expect(berlin.localOf(Date.parse('2026-01-15T23:30:00Z'))).toEqual({ date: '2026-01-16', minute: 30 });
    expect(berlin.localOf(Date.parse('2026-07-15T22:30:00Z'))).toEqual({ date: '2026-07-16', minute: 30 });
    expect(showing('2026-01-16', '00:30')).toBe('2026-01-15T23:30:00.000Z');
    expect(showing('2026-07-16', '00:30')).toBe('2026-07-15T22:30:00.000Z');
  });

  test('on the last Sunday of March an hour is skipped: what it would have shown is shown an hour on', () => {
    expect(showing('2026-03-29', '01:59')).toBe('2026-03-29T00:59:00.000Z');
    expect(showing('2026-03-29', '02:30')).toBe('2026-03-29T01:30:00.000Z');
    expect(berlin.localOf(Date.parse('2026-03-29T01:30:00Z')).minute).toBe(minuteOfDay('03:30'));
    expect(showing('2026-03-29', '03:00')).toBe('2026-03-29T01:00:00.000Z');
    expect(berlin.instantOf('2026-03-29', 1_440) - berlin.instantOf('2026-03-29', 0)).toBe(23 * 3_600_000);
  });

  test('on the last Sunday of October an hour comes twice: the first one counts', () => {
    expect(showing('2026-10-25', '02:30')).toBe('2026-10-25T00:30:00.000Z');
    expect(showing('2026-10-25', '03:00')).toBe('2026-10-25T02:00:00.000Z');
    expect(berlin.localOf(Date.parse('2026-10-25T00:30:00Z'))).toEqual(
      berlin.localOf(Date.parse('2026-10-25T01:30:00Z')),
    );
    expect(berlin.instantOf('2026-10-25', 1_440) - berlin.instantOf('2026-10-25', 0)).toBe(25 * 3_600_000);
  });

  test('midnight itself may be skipped', () => {
    const santiago = zone('America/Santiago');
    expect(showing('2026-09-06', '00:00', santiago)).toBe('2026-09-06T04:00:00.000Z');
    expect(santiago.localOf(Date.parse('2026-09-06T04:00:00Z'))).toEqual({ date: '2026-09-06', minute: 60 });
  });

  test('a name that is no zone', () => {
    expect(zones('Europe/Atlantis')).toBeNull();
  });

  const NAMES = [
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Etc/UTC',
  ];
  const instants = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) });

  test('reading the clock and setting it lead back to the same minute, or to its first showing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), instants, (name, epochMs) => {
        const at = zone(name);
        const minuteMs = Math.floor(epochMs / 60_000) * 60_000;
        const local = at.localOf(minuteMs);
        const back = at.instantOf(local.date, local.minute);
        expect(back).toBeLessThanOrEqual(minuteMs);
        expect(at.localOf(back)).toEqual(local);
      }),
    );
  });

  test('a later time on the clock is never an earlier instant, but where an hour is skipped', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...NAMES),
        instants,
        fc.integer({ min: 0, max: 2_000 }),
        fc.integer({ min: 120, max: 3_000 }),
        (name, epochMs, minute, more) => {
          const at = zone(name);
          const { date } = at.localOf(epochMs);
          expect(at.instantOf(date, minute + more)).toBeGreaterThan(at.instantOf(date, minute));
        },
      ),
    );
  });
});

describe('dates', () => {
  test('weekdays, days between and days after', () => {
    expect(isoWeekday('2026-03-02')).toBe(1);
    expect(isoWeekday('2026-03-01')).toBe(7);
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
    expect(daysBetween('2026-03-30', '2026-03-28')).toBe(-2);
  });
});
