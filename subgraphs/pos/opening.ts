/** Whether a store is open now, by its regular hours and its own wall clock. Pure. */
import type { OpeningHours } from '#model/location.ts';

const MINUTES_PER_DAY = 24 * 60;
const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Minutes since Monday 00:00 on the wall clock of the zone; null for a zone that does not exist. */
export const minuteOfWeek = (epochMs: number, timeZone: string): number | null => {
  try {
    const parts = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).formatToParts(epochMs);
    const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((p) => p.type === type)?.value ?? '';
    return WEEKDAYS.indexOf(part('weekday')) * MINUTES_PER_DAY + Number(part('hour')) * 60 + Number(part('minute'));
  } catch {
    return null;
  }
};

const minuteOfDay = (time: string): number => {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
};

/** The opening minute belongs to a span, the closing minute does not. */
export const isOpenAt = (hours: readonly OpeningHours[], epochMs: number, timeZone: string): boolean => {
  const now = minuteOfWeek(epochMs, timeZone);
  if (now === null) return false;
  return hours.some(({ dayOfWeek, opens, closes }) => {
    const length = minuteOfDay(closes) - minuteOfDay(opens);
    const opensAt = (dayOfWeek - 1) * MINUTES_PER_DAY + minuteOfDay(opens);
    const since = (now - opensAt + MINUTES_PER_WEEK) % MINUTES_PER_WEEK;
    return since < (length > 0 ? length : length + MINUTES_PER_DAY);
  });
};
