/** What a place does for customers, by the facts that its systems told and, where they told none, by the policy. Pure. */
import type { CarrierCutoff } from '#model/location.ts';
import type { Destination } from '#subgraphs/process/availability/assessment.ts';
import type { Place } from '#subgraphs/process/availability/facts.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { Dispatch, ShippingService } from './delivery.ts';
import type { Schedule } from './opening.ts';
import { minuteOfDay, type TimeZone, type TimeZones } from './time-zone.ts';

type PolicyService = ProcessPolicy['shipping']['origins'][number]['services'][number];

/** Of services that a warehouse tells of and the policy does not: packed on the same day, on the days of offices. */
const UNSTATED = { handlingDays: 0, workingDays: [1, 2, 3, 4, 5], transit: [] } as const;

/** The wall clock of a place. Null only where neither it nor the policy names a zone that exists. */
export const zoneOf = (place: Place, policy: ProcessPolicy, zones: TimeZones): TimeZone | null =>
  zones(place.timeZone ?? policy.promises.timeZone) ?? zones(policy.promises.timeZone);

const closedDates = (place: Place, { holidays }: ProcessPolicy): ReadonlySet<string> =>
  new Set([
    ...holidays
      .filter(({ locations }) => locations === undefined || locations.includes(place.code))
      .map(({ date }) => date),
    ...(place.services?.closedDates ?? []),
  ]);

/** When the place is open; null where nobody has told its hours. */
export const scheduleOf = (place: Place, policy: ProcessPolicy, zones: TimeZones): Schedule | null => {
  const hours = place.services?.openingHours;
  const zone = zoneOf(place, policy, zones);
  if (hours === undefined || zone === null) return null;
  const closed = closedDates(place, policy);
  return { hours, zone, isClosedOn: (date) => closed.has(date) };
};

export const dispatchOf = (place: Place, policy: ProcessPolicy, zones: TimeZones): Dispatch | null => {
  const zone = zoneOf(place, policy, zones);
  if (zone === null) return null;
  const closed = closedDates(place, policy);
  return { zone, isClosedOn: (date) => closed.has(date) };
};

/** The policy's services of a place by name; what is written of its code comes before what is written of its kind. */
const policyServices = (place: Place, { shipping }: ProcessPolicy): ReadonlyMap<string, PolicyService> => {
  const byKind = shipping.origins.filter(({ kinds }) => place.kind !== null && kinds.includes(place.kind));
  const byCode = shipping.origins.filter(({ codes }) => codes.includes(place.code));
  return new Map(
    [...byKind, ...byCode].flatMap(({ services }) => services.map((service) => [service.service, service])),
  );
};

/** Whether any carrier is known to leave from here. */
export const ships = (place: Place, policy: ProcessPolicy): boolean =>
  (place.services?.carrierCutoffs ?? []).length > 0 || policyServices(place, policy).size > 0;

type TransitDays = ShippingService['transitDays'];

const compactCode = (postalCode: string): string => postalCode.replaceAll(/[\s-]/g, '').toUpperCase();

/** How far the beginnings of postal codes fit: the longest one's length, 0 for any code, null for none. */
const fitOf = (beginnings: readonly string[] | undefined, postalCode: string | undefined): number | null => {
  if (beginnings === undefined) return 0;
  if (postalCode === undefined) return null;
  const code = compactCode(postalCode);
  const fitting = beginnings.map(compactCode).filter((beginning) => code.startsWith(beginning));
  return fitting.length === 0 ? null : Math.max(...fitting.map(({ length }) => length));
};

const transitByPolicy = (service: PolicyService | undefined, destination: Destination): TransitDays | null => {
  let best: { readonly fit: number; readonly days: TransitDays } | null = null;
  for (const { country, postalCodes, minDays, maxDays } of service?.transit ?? []) {
    const fit = country === destination.country ? fitOf(postalCodes, destination.postalCode) : null;
    if (fit !== null && fit > (best?.fit ?? -1)) best = { fit, days: { min: minDays, max: maxDays } };
  }
  return best?.days ?? null;
};

/** A warehouse tells how long its carriers take within its own country. */
const transitByCarrier = (
  carrier: CarrierCutoff | undefined,
  place: Place,
  destination: Destination,
): TransitDays | null =>
  carrier === undefined || place.country !== destination.country
    ? null
    : { min: carrier.transitDaysMin, max: carrier.transitDaysMax };

/** The services that go from a place to a destination. */
export const servicesTo = (
  destination: Destination,
  place: Place,
  policy: ProcessPolicy,
): readonly ShippingService[] => {
  const written = policyServices(place, policy);
  const told = new Map((place.services?.carrierCutoffs ?? []).map((carrier) => [carrier.service, carrier]));
  return [...new Set([...written.keys(), ...told.keys()])].flatMap((name): readonly ShippingService[] => {
    const rule = written.get(name);
    const carrier = told.get(name);
    const transitDays = transitByCarrier(carrier, place, destination) ?? transitByPolicy(rule, destination);
    const cutoff = carrier?.cutoff ?? rule?.cutoff;
    if (transitDays === null || cutoff === undefined) return [];
    const { handlingDays, workingDays } = rule ?? UNSTATED;
    return [{ name, cutoffMinute: minuteOfDay(cutoff), handlingDays, workingDays: new Set(workingDays), transitDays }];
  });
};
