/**
 * What lies ahead of an answer: supply that is announced for the places that count, less what is owed already. A place
 * that owes units or holds back a buffer fills these first, then demand that no place has been given yet; only the rest
 * is more to promise. Pure.
 */
import type { SupplyKind } from '#model/supply.ts';
import type { Assessment, ConfidenceLevel, LocationAssessment } from '#subgraphs/process/availability/assessment.ts';
import { levelOf } from '#subgraphs/process/availability/confidence.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { firstDayWith, type PhasedDay, timePhased } from './time-phased.ts';
import { addDays, daysBetween, type TimeZone } from './time-zone.ts';

const MS_PER_DAY = 86_400_000;
const NOT_FOR_SALE: ReadonlySet<string> = new Set(['DRAFT', 'BLOCKED']);

/** The part of an answer that decides what lies ahead of it. */
export type Standing = Pick<
  Assessment,
  'item' | 'question' | 'sellable' | 'unallocated' | 'quotaLeft' | 'locations' | 'components'
>;

export type Arrival = {
  readonly expectedAtMs: number;
  /** Units that are counted on. */
  readonly supply: number;
  /** Units of it that can be promised anew. */
  readonly gain: number;
  /** How sure it is that they come and are sellable then, 0 to 1. */
  readonly probability: number;
};

/** Units that a place needs before another one can be sold from it: what it owes, and the buffer it does not have. */
const backlogOf = ({ position }: LocationAssessment): number => {
  if (position === null) return 0;
  const { safetyStock, channelBuffer, stalenessBuffer, ringFencedForOthers, net, sellable } = position;
  return sellable > 0 ? 0 : Math.max(0, safetyStock + channelBuffer + stalenessBuffer + ringFencedForOthers - net);
};

type Announced = {
  readonly expectedAtMs: number;
  readonly units: number;
  readonly at: LocationAssessment;
  readonly kind: SupplyKind;
};

/** What is announced for the places that count, each by the first system of its authority that has spoken. */
const announced = (standing: Standing, policy: ProcessPolicy, nowMs: number): readonly Announced[] => {
  const stated = Map.groupBy(standing.item.supplies ?? [], ({ locationCode }) => locationCode);
  return standing.locations
    .flatMap((at) => {
      const { place, excluded } = at;
      const words = stated.get(place.code);
      if (excluded !== null || place.kind === null || words === undefined) return [];
      const teller = policy.authority.stock[place.kind].find((system) => words.some((word) => word.system === system));
      return (words.find((word) => word.system === teller)?.supplies ?? []).map(({ quantity, expectedAt, kind }) => ({
        expectedAtMs: Date.parse(expectedAt),
        units: Math.floor(quantity * policy.promises.reliability[kind]),
        at,
        kind,
      }));
    })
    .filter(({ expectedAtMs, units }) => expectedAtMs > nowMs && units > 0)
    .sort((a, b) => a.expectedAtMs - b.expectedAtMs);
};

/**
 * Soonest first. A supply whose time has passed without its receipt is not counted on any more. Nothing lies ahead of an
 * answer that is not known, of items that are not for sale, and of bundles, which are made of other items.
 */
export const arrivals = (standing: Standing, policy: ProcessPolicy, nowMs: number): readonly Arrival[] => {
  const { item, sellable, unallocated, quotaLeft, locations, components } = standing;
  if (sellable === null || components !== null || NOT_FOR_SALE.has(item.lifecycle)) return [];
  const backlogs = new Map(locations.map((location) => [location.place.code, backlogOf(location)]));
  const counted = locations.filter(({ excluded }) => excluded === null);
  let owed = Math.max(0, unallocated - counted.reduce((sum, { position }) => sum + (position?.sellable ?? 0), 0));
  let room = quotaLeft === null ? Number.POSITIVE_INFINITY : Math.max(0, quotaLeft - sellable);
  return announced(standing, policy, nowMs).map(({ expectedAtMs, units, at, kind }) => {
    const { code } = at.place;
    const backlog = backlogs.get(code) ?? 0;
    const kept = Math.min(backlog, units);
    backlogs.set(code, backlog - kept);
    const due = Math.min(owed, units - kept);
    owed -= due;
    const gain = Math.min(room, units - kept - due);
    room -= gain;
    return { expectedAtMs, supply: units, gain, probability: at.accuracy * policy.promises.reliability[kind] };
  });
};

/** Whether the channel may sell what is not there: something more to promise comes within the days it allows. */
export const canBackorder = (standing: Standing, policy: ProcessPolicy, nowMs: number): boolean => {
  const { allowed, maxDays } = standing.question.rules.backorder;
  const untilMs = nowMs + maxDays * MS_PER_DAY;
  return allowed && arrivals(standing, policy, nowMs).some((next) => next.gain > 0 && next.expectedAtMs <= untilMs);
};

export type CalendarDay = PhasedDay & { readonly date: string };

/** Day by day from today on, in the calendar of the zone. Empty when the answer is not known. */
export const promiseCalendar = (
  answer: Standing & Pick<Assessment, 'nowMs'>,
  policy: ProcessPolicy,
  zone: TimeZone,
  days: number,
): readonly CalendarDay[] => {
  if (answer.sellable === null) return [];
  const today = zone.localOf(answer.nowMs).date;
  const flows = Array.from({ length: days }, () => ({ supply: 0, demand: 0 }));
  for (const { expectedAtMs, supply, gain } of arrivals(answer, policy, answer.nowMs)) {
    const flow = flows[daysBetween(today, zone.localOf(expectedAtMs).date)];
    if (flow === undefined) continue;
    flow.supply += supply;
    flow.demand += supply - gain;
  }
  return timePhased(answer.sellable, flows).map((day, index) => ({ ...day, date: addDays(today, index) }));
};

export type FutureSupply = {
  /** Units that can be promised then. */
  readonly quantity: number;
  readonly expectedAtMs: number;
  readonly confidence: ConfidenceLevel;
};

/**
 * When the asked quantity can be promised, where it cannot be now: on the first day with enough, once the last supply of
 * that day is in. Null when there is enough now, or no announced supply suffices.
 */
export const nextAvailable = (answer: Assessment, policy: ProcessPolicy, zone: TimeZone): FutureSupply | null => {
  const { sellable, question, nowMs, confidence } = answer;
  if (sellable === null || sellable >= question.quantity) return null;
  const days = promiseCalendar(answer, policy, zone, policy.promises.horizonDays);
  const found = firstDayWith(days, question.quantity);
  const day = found === null ? undefined : days[found];
  if (day === undefined) return null;
  const needed = arrivals(answer, policy, nowMs).filter(
    ({ expectedAtMs }) => zone.localOf(expectedAtMs).date <= day.date,
  );
  const last = needed.at(-1);
  if (last === undefined) return null;
  const certain = Math.min(...needed.map(({ probability }) => probability));
  const missing = policy.confidence.missingSystem ** confidence.missingSystems.length;
  return {
    quantity: day.availableToPromise,
    expectedAtMs: last.expectedAtMs,
    confidence: levelOf(certain * missing),
  };
};
