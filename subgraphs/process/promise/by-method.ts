/** One item's answer per way of handing it over. Pure. */
import type { FulfilmentMethod } from '#model/order/vocabulary.ts';
import type { Assessment, LocationAssessment } from '#subgraphs/process/availability/assessment.ts';
import type { Place } from '#subgraphs/process/availability/facts.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { METHODS, serves } from './methods.ts';
import { type PickupOffer, pickupOffer } from './pickup.ts';
import { scheduleOf, ships } from './services.ts';
import { deliveriesOf, isSameDay } from './shipments.ts';
import type { TimeZones } from './time-zone.ts';

const MINUTES_PER_DAY = 1_440;

export type MethodAnswer = {
  readonly method: FulfilmentMethod;
  readonly available: boolean;
  /** Units that can be had this way; null when not known or served by nobody. */
  readonly quantity: number | null;
  readonly earliestMs: number | null;
  readonly latestMs: number | null;
  readonly orderWithinSeconds: number | null;
};

export type PromiseRules = { readonly policy: ProcessPolicy; readonly zones: TimeZones };

const NO_TIMES = { earliestMs: null, latestMs: null, orderWithinSeconds: null } as const;

/** When an order of now can be collected here; null where that is not offered, or not known. */
export const pickupAt = (place: Place, nowMs: number, { policy, zones }: PromiseRules): PickupOffer | null => {
  const terms = place.services?.pickup;
  const schedule = scheduleOf(place, policy, zones);
  return terms === undefined || schedule === null ? null : pickupOffer(terms, schedule, nowMs);
};

const sellableAt = ({ excluded, position }: LocationAssessment): number =>
  excluded === null ? (position?.sellable ?? 0) : 0;

/** Collected from one store: the quantity is that of the store with most, the times are those of the soonest one. */
const collected = (answer: Assessment, method: FulfilmentMethod, rules: PromiseRules): MethodAnswer => {
  const { question, nowMs, locations, sellable } = answer;
  const stores = locations.filter(({ excluded, place }) => excluded === null && serves(place, method, rules.policy));
  const most = Math.min(sellable ?? 0, Math.max(0, ...stores.map(sellableAt)));
  const offers = stores
    .filter((store) => sellableAt(store) >= question.quantity)
    .flatMap(({ place }) => pickupAt(place, nowMs, rules) ?? [])
    .sort((a, b) => a.readyFromMs - b.readyFromMs);
  const [soonest] = most >= question.quantity ? offers : [];
  return {
    method,
    available: soonest !== undefined,
    quantity: most,
    earliestMs: soonest?.readyFromMs ?? null,
    latestMs: soonest?.readyUntilMs ?? null,
    orderWithinSeconds: soonest?.orderWithinSeconds ?? null,
  };
};

/**
 * Sent to the shopper, from one place or several. Without a destination only the quantity is known; with one, times are
 * known where some place's carriers are, and then it is available only where they go.
 */
const sent = (answer: Assessment, method: FulfilmentMethod, rules: PromiseRules): MethodAnswer => {
  const { question, nowMs, locations, sellable, item, components } = answer;
  const { destination, quantity } = question;
  const places = locations.filter((each) => sellableAt(each) > 0 && serves(each.place, method, rules.policy));
  const units = Math.min(
    sellable ?? 0,
    places.reduce((sum, place) => sum + sellableAt(place), 0),
  );
  const timed = places.some(({ place }) => ships(place, rules.policy));
  if (units < quantity || destination === null || !timed) {
    const available = units >= quantity && method !== 'SAME_DAY';
    return { method, available, quantity: units, ...NO_TIMES };
  }
  const mayShip = ({ place }: LocationAssessment): boolean => serves(place, method, rules.policy);
  const deliveries = deliveriesOf([{ sku: item.sku, quantity }], [answer], destination, mayShip, { ...rules, nowMs })
    // A bundle is sent complete; its places are those that have all of it.
    .filter(({ parcels }) => components === null || parcels.length === 1)
    .filter((delivery) => method !== 'SAME_DAY' || isSameDay(delivery, nowMs));
  const [soonest] = deliveries;
  const zone = soonest?.parcels[0]?.origin.zone;
  if (soonest === undefined || zone === undefined) return { method, available: false, quantity: units, ...NO_TIMES };
  return {
    method,
    available: true,
    quantity: units,
    earliestMs: zone.instantOf(soonest.earliest, 0),
    latestMs: zone.instantOf(soonest.latest, MINUTES_PER_DAY) - 1,
    orderWithinSeconds: soonest.orderWithinSeconds,
  };
};

const answerFor = (answer: Assessment, method: FulfilmentMethod, rules: PromiseRules): MethodAnswer => {
  if (answer.sellable === null) return { method, available: false, quantity: null, ...NO_TIMES };
  switch (method) {
    case 'PICKUP_IN_STORE':
    case 'CURBSIDE':
      return collected(answer, method, rules);
    case 'SHIP_TO_HOME':
    case 'SHIP_FROM_STORE':
    case 'SAME_DAY':
      return sent(answer, method, rules);
    case 'SHIP_TO_STORE':
    case 'DIGITAL':
      return { method, available: false, quantity: null, ...NO_TIMES };
  }
};

/** The asked methods, or all. */
export const byMethod = (answer: Assessment, rules: PromiseRules): readonly MethodAnswer[] => {
  const { methods } = answer.question;
  return METHODS.filter((method) => methods === null || methods.includes(method)).map((method) =>
    answerFor(answer, method, rules),
  );
};
