/** When a place is open: its weekly hours on its own clock, without the days on which it stays closed. Pure. */
import type { OpeningHours } from '#model/location.ts';
import { addDays, isoWeekday, minuteOfDay, type TimeZone } from './time-zone.ts';

const MINUTES_PER_DAY = 1_440;

export type Schedule = {
  readonly hours: readonly OpeningHours[];
  readonly zone: TimeZone;
  /** Whether the place stays closed on this local date, in spite of its hours. */
  isClosedOn(date: string): boolean;
};

/** One stretch of being open: from its first instant up to, not including, its last. `date` is the day it begins on. */
export type Opening = { readonly fromMs: number; readonly toMs: number; readonly date: string };

/** The openings that begin on this date, first to last. One that closes before it opens goes on past midnight. */
export const openingsOn = (date: string, { hours, zone, isClosedOn }: Schedule): readonly Opening[] => {
  if (isClosedOn(date)) return [];
  const weekday = isoWeekday(date);
  return hours
    .filter(({ dayOfWeek }) => dayOfWeek === weekday)
    .map(({ opens, closes }) => {
      const from = minuteOfDay(opens);
      const to = minuteOfDay(closes);
      const toMs = zone.instantOf(date, to > from ? to : to + MINUTES_PER_DAY);
      return { fromMs: zone.instantOf(date, from), toMs, date };
    })
    .filter(({ fromMs, toMs }) => toMs > fromMs)
    .sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
};

/**
 * What is open from an instant on, in order and without overlaps, for so many days. The first one may have begun before.
 */
export function* openingsFrom(schedule: Schedule, fromMs: number, days: number): Generator<Opening> {
  const today = schedule.zone.localOf(fromMs).date;
  let reachedMs = fromMs;
  // Yesterday's last opening may reach into today.
  for (let day = -1; day <= days; day++) {
    for (const opening of openingsOn(addDays(today, day), schedule)) {
      if (opening.toMs <= reachedMs) continue;
      const overlaps = opening.fromMs < reachedMs && reachedMs > fromMs;
      yield overlaps ? { ...opening, fromMs: reachedMs } : opening;
      reachedMs = opening.toMs;
    }
  }
}
