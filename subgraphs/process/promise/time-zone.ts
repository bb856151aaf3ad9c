/**
 * Wall clocks: what a clock on the wall of a place shows at an instant, and when it shows what. Dates are YYYY-MM-DD,
 * minutes count from local midnight and may go on past the day's end.
 */
const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 86_400_000;
/** Offsets change at no finer step than this anywhere. */
const OFFSET_STEP_MS = 900_000;
const MAX_KNOWN_OFFSETS = 5_000;

export type LocalTime = { readonly date: string; readonly minute: number };

export type TimeZone = {
  /** IANA name, e.g. Europe/Berlin */
  readonly name: string;
  localOf(epochMs: number): LocalTime;
  /**
   * When the clock shows this. A time that it shows twice (clocks go back) is the first of the two; one that it skips
   * (clocks go forward) is what the clock shows instead.
   */
  instantOf(date: string, minute: number): number;
};

/** The zone of this name; null when there is none. */
export type TimeZones = (name: string) => TimeZone | null;

const dayMs = (date: string): number => Date.parse(`${date}T00:00:00Z`);
const dateOf = (utcMs: number): string => new Date(utcMs).toISOString().slice(0, 10);

export const addDays = (date: string, days: number): string => dateOf(dayMs(date) + days * MS_PER_DAY);

/** Whole days from one date to another; negative when it lies before. */
export const daysBetween = (from: string, to: string): number => Math.round((dayMs(to) - dayMs(from)) / MS_PER_DAY);

/** 1 = Monday */
export const isoWeekday = (date: string): number => new Date(dayMs(date)).getUTCDay() || 7;

/** "14:30" to minutes since midnight. */
export const minuteOfDay = (time: string): number => {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
};

const formatFor = (name: string): Intl.DateTimeFormat | null => {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return null;
  }
};

const openZone = (name: string, format: Intl.DateTimeFormat): TimeZone => {
  const known = new Map<number, number>();

  const readOffset = (epochMs: number): number => {
    const parts = new Map(format.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return shown - Math.floor(epochMs / 1000) * 1000;
  };

  const offsetAt = (epochMs: number): number => {
    const step = Math.floor(epochMs / OFFSET_STEP_MS);
    const found = known.get(step);
    if (found !== undefined) return found;
    if (known.size >= MAX_KNOWN_OFFSETS) known.clear();
    const offset = readOffset(epochMs);
    known.set(step, offset);
    return offset;
  };

  return {
    name,
    localOf: (epochMs) => {
      const shownMs = epochMs + offsetAt(epochMs);
      const date = dateOf(shownMs);
      return { date, minute: Math.floor((shownMs - dayMs(date)) / MS_PER_MINUTE) };
    },
    instantOf: (date, minute) => {
      const shownMs = dayMs(date) + minute * MS_PER_MINUTE;
      const before = offsetAt(shownMs - MS_PER_DAY);
      const after = offsetAt(shownMs + MS_PER_DAY);
      if (offsetAt(shownMs - before) === before) return shownMs - before;
      return offsetAt(shownMs - after) === after ? shownMs - after : shownMs - before;
    },
  };
};

export const createTimeZones = (): TimeZones => {
  const zones = new Map<string, TimeZone | null>();
  return (name) => {
    const found = zones.get(name);
    if (found !== undefined) return found;
    const format = formatFor(name);
    const zone = format === null ? null : openZone(name, format);
    zones.set(name, zone);
    return zone;
  };
};
