/** When an order can be collected from a store, and how long it is kept. Pure. */
import type { PickupPolicy } from '#model/location.ts';
import { type Opening, openingsFrom, openingsOn, type Schedule } from './opening.ts';
import { addDays, minuteOfDay } from './time-zone.ts';

const MS_PER_MINUTE = 60_000;
const MINUTES_PER_DAY = 1_440;
/** A store that does not open within this time promises nothing. */
const HORIZON_DAYS = 30;

export type PickupOffer = {
  readonly readyFromMs: number;
  /** The last closing time before it is put back. */
  readonly readyUntilMs: number;
  /** When what was not collected is put back: the end of its last day. */
  readonly holdUntilMs: number;
  /** Ordered after this long, it is ready on a later day. */
  readonly orderWithinSeconds: number;
};

type Ready = { readonly atMs: number; readonly opening: Opening };

/** The openings in which work on an order of now may begin and go on. */
const openingsFor = (policy: PickupPolicy, schedule: Schedule, nowMs: number): readonly Opening[] => {
  const openings = [...openingsFrom(schedule, nowMs, HORIZON_DAYS)];
  if (policy.cutoff === undefined) return openings;
  const cutoff = minuteOfDay(policy.cutoff);
  const first = openings.findIndex(({ date }) => nowMs < schedule.zone.instantOf(date, cutoff));
  return first === -1 ? [] : openings.slice(first);
};

/** Ready where the lead time, counted in open time only, has passed before a closing. */
const readyIn = (openings: readonly Opening[], leadMs: number, nowMs: number): Ready | null => {
  let leftMs = leadMs;
  for (const opening of openings) {
    const beginMs = Math.max(opening.fromMs, nowMs);
    if (leftMs < opening.toMs - beginMs) return { atMs: beginMs + leftMs, opening };
    leftMs -= opening.toMs - beginMs;
  }
  return null;
};

/**
 * Up to when an order is ready on the same day still: the lead time walked back from that day's last closing, or the
 * cut-off of the day on which work on it would begin.
 */
const orderUntil = (
  openings: readonly Opening[],
  ready: Ready,
  policy: PickupPolicy,
  schedule: Schedule,
  nowMs: number,
): number => {
  const lastIndex = openings.findLastIndex(({ date }) => date <= ready.opening.date);
  let leftMs = policy.leadMinutes * MS_PER_MINUTE;
  for (const opening of openings.slice(0, lastIndex + 1).toReversed()) {
    const lengthMs = opening.toMs - Math.max(opening.fromMs, nowMs);
    if (leftMs < lengthMs) {
      const beginByMs = opening.toMs - leftMs;
      if (policy.cutoff === undefined) return beginByMs;
      return Math.min(beginByMs, schedule.zone.instantOf(opening.date, minuteOfDay(policy.cutoff)));
    }
    leftMs -= lengthMs;
  }
  return nowMs;
};

const lastClosing = (fromDate: string, toDate: string, schedule: Schedule, atLeastMs: number): number => {
  for (let date = toDate; date > fromDate; date = addDays(date, -1)) {
    const closing = openingsOn(date, schedule).at(-1);
    if (closing) return Math.max(closing.toMs, atLeastMs);
  }
  return Math.max(openingsOn(fromDate, schedule).at(-1)?.toMs ?? atLeastMs, atLeastMs);
};

/** Null where nothing is handed over, or where the store does not open within 30 days. */
export const pickupOffer = (policy: PickupPolicy, schedule: Schedule, nowMs: number): PickupOffer | null => {
  if (!policy.enabled) return null;
  const openings = openingsFor(policy, schedule, nowMs);
  const ready = readyIn(openings, policy.leadMinutes * MS_PER_MINUTE, nowMs);
  if (ready === null) return null;
  const readyDate = ready.opening.date;
  const holdDate = addDays(readyDate, policy.holdDays);
  const readyUntilMs = lastClosing(readyDate, holdDate, schedule, ready.opening.toMs);
  const orderUntilMs = orderUntil(openings, ready, policy, schedule, nowMs);
  return {
    readyFromMs: ready.atMs,
    readyUntilMs,
    holdUntilMs: Math.max(readyUntilMs, schedule.zone.instantOf(holdDate, MINUTES_PER_DAY)),
    orderWithinSeconds: Math.floor((orderUntilMs - nowMs) / 1000),
  };
};
