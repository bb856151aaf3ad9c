/** Which places serve which ways of handing goods over. Pure. */
import type { LocationKind } from '#model/location.ts';
import type { FulfilmentMethod } from '#model/order/vocabulary.ts';
import type { Place } from '#subgraphs/process/availability/facts.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { ships } from './services.ts';

/** All ways of handing goods over, in the order in which they are told. */
export const METHODS: readonly FulfilmentMethod[] = [
  'SHIP_TO_HOME',
  'PICKUP_IN_STORE',
  'CURBSIDE',
  'SHIP_TO_STORE',
  'SHIP_FROM_STORE',
  'SAME_DAY',
  'DIGITAL',
];

/** Places that exist to send parcels: they do so even where nobody has told when. */
const DISPATCHING: ReadonlySet<LocationKind | null> = new Set<LocationKind>([
  'WAREHOUSE',
  'DISTRIBUTION_CENTER',
  'THREE_PL',
  'MARKETPLACE_FC',
]);

/**
 * SHIP_TO_STORE needs transfers between places with known times, and DIGITAL goods without stock: no connected system
 * tells of either, so no place serves them.
 */
export const serves = (place: Place, method: FulfilmentMethod, policy: ProcessPolicy): boolean => {
  const pickup = place.services?.pickup;
  switch (method) {
    case 'PICKUP_IN_STORE':
      return pickup?.enabled === true;
    case 'CURBSIDE':
      return pickup?.enabled === true && pickup.curbside;
    case 'SHIP_TO_HOME':
      return DISPATCHING.has(place.kind) || ships(place, policy);
    case 'SHIP_FROM_STORE':
      return place.kind === 'STORE' && ships(place, policy);
    case 'SAME_DAY':
      return ships(place, policy);
    case 'SHIP_TO_STORE':
    case 'DIGITAL':
      return false;
  }
};

/** Codes of the places that serve at least one of the methods. */
export const servableCodes = (
  places: ReadonlyMap<string, Place>,
  methods: readonly FulfilmentMethod[],
  policy: ProcessPolicy,
): ReadonlySet<string> =>
  new Set(
    [...places.values()]
      .filter((place) => methods.some((method) => serves(place, method, policy)))
      .map(({ code }) => code),
  );
