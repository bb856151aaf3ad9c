/** From stock answers to deliveries: which places may send, and how sure what they send is. Pure. */
import type {
  Assessment,
  Confidence,
  Destination,
  LocationAssessment,
} from '#subgraphs/process/availability/assessment.ts';
import { confidenceIn, levelOf } from '#subgraphs/process/availability/confidence.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { type BasketLine, type DeliveryOption, deliveryOptions, type Origin, type Parcel } from './delivery.ts';
import { dispatchOf, servicesTo } from './services.ts';
import type { TimeZones } from './time-zone.ts';

export type PlacePredicate = (location: LocationAssessment) => boolean;

const unitsAt = (location: LocationAssessment): number =>
  location.excluded === null ? (location.position?.sellable ?? 0) : 0;

const originsOf = (
  answers: readonly Assessment[],
  destination: Destination,
  mayShip: PlacePredicate,
  policy: ProcessPolicy,
  zones: TimeZones,
): readonly Origin[] => {
  const units = new Map<string, Map<string, number>>();
  const places = new Map<string, LocationAssessment>();
  for (const { item, locations } of answers) {
    for (const location of locations.filter((each) => unitsAt(each) > 0 && mayShip(each))) {
      const { code } = location.place;
      places.set(code, location);
      units.set(code, (units.get(code) ?? new Map<string, number>()).set(item.sku, unitsAt(location)));
    }
  }
  return [...places].flatMap(([code, { place }]) => {
    const dispatch = dispatchOf(place, policy, zones);
    const services = servicesTo(destination, place, policy);
    return dispatch === null || services.length === 0
      ? []
      : [{ ...dispatch, code, services, units: units.get(code) ?? new Map<string, number>() }];
  });
};

/** That every parcel can really be sent with all that shall be in it. */
const confidenceOf = (
  parcels: readonly Parcel[],
  answers: ReadonlyMap<string, Assessment>,
  policy: ProcessPolicy,
): Confidence => {
  let probability = 1;
  const missing = new Set<Confidence['missingSystems'][number]>();
  for (const { origin, lines } of parcels) {
    for (const { sku, quantity } of lines) {
      const answer = answers.get(sku);
      const at = (answer?.locations ?? []).filter(({ place }) => place.code === origin.code);
      const sellable = at.reduce((sum, location) => sum + unitsAt(location), 0);
      probability *= confidenceIn(at, { sellable, quantity, missing: [] }, policy).probability;
      for (const system of answer?.confidence.missingSystems ?? []) missing.add(system);
    }
  }
  const missingSystems = [...missing].sort();
  const judged = probability * policy.confidence.missingSystem ** missingSystems.length;
  return { level: levelOf(judged), probability: judged, missingSystems };
};

export type Delivery = DeliveryOption<Confidence>;

/** Ways to bring these lines, the soonest first. `answers` are about single items; bundles come as their parts. */
export const deliveriesOf = (
  lines: readonly BasketLine[],
  answers: readonly Assessment[],
  destination: Destination,
  mayShip: PlacePredicate,
  deps: { readonly policy: ProcessPolicy; readonly zones: TimeZones; readonly nowMs: number },
): readonly Delivery[] => {
  const { policy, zones, nowMs } = deps;
  const bySku = new Map(answers.map((answer) => [answer.item.sku, answer]));
  return deliveryOptions(lines, originsOf(answers, destination, mayShip, policy, zones), nowMs, (parcels) => {
    const confidence = confidenceOf(parcels, bySku, policy);
    return { confidence, riskDays: confidence.level === 'HIGH' ? 0 : policy.promises.riskDays };
  });
};

/** Whether it arrives on the day on which it is ordered. */
export const isSameDay = ({ latest, parcels }: Delivery, nowMs: number): boolean =>
  parcels.every(({ origin }) => origin.zone.localOf(nowMs).date === latest);
