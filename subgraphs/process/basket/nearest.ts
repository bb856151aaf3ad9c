/** Stores by distance, with what they have of some items and when it could be collected. Pure. */
import { distanceKm, type GeoPoint } from '#model/location.ts';
import { Failure } from '#runtime/failure.ts';
import { cursorOfKey, keyOfCursor } from '#runtime/graphql/keyset.ts';
import type { Confidence } from '#subgraphs/process/availability/assessment.ts';
import type { LocationAnswer } from '#subgraphs/process/availability/by-location.ts';
import type { Place } from '#subgraphs/process/availability/facts.ts';
import type { PickupOffer } from '#subgraphs/process/promise/pickup.ts';

export type StoreOfferItem = {
  readonly sku: string;
  readonly requested: number;
  /** Null when unknown. */
  readonly sellable: number | null;
  readonly confidence: Confidence;
};

export type StoreOffer = {
  readonly place: Place;
  readonly distanceKm: number;
  readonly allItemsAvailable: boolean;
  readonly pickup: PickupOffer | null;
  readonly items: readonly StoreOfferItem[];
};

export type StoreQuery = {
  readonly near: GeoPoint;
  readonly onlyWithStock: boolean;
  readonly radiusKm: number;
  readonly first: number;
  readonly after: string | null;
};

export type StoreDeps = {
  /** What a store has of an item; null where nothing has been told of it there. */
  readonly at: (sku: string, code: string) => LocationAnswer | null;
  readonly pickup: (place: Place) => PickupOffer | null;
};

export type StoreOfferPage = {
  readonly edges: readonly { readonly cursor: string; readonly node: StoreOffer }[];
  readonly hasNextPage: boolean;
};

type SortKey = readonly [distanceKm: number, code: string];
const compare = ([a, aCode]: SortKey, [b, bCode]: SortKey): number =>
  a - b || (aCode < bCode ? -1 : aCode > bCode ? 1 : 0);

const MAX_STORES = 100;
const HALF_THE_EARTH_KM = 20_040;
const NOTHING_KNOWN: Confidence = { level: 'NONE', probability: 0, missingSystems: [] };

const check = ({ first, radiusKm }: StoreQuery): void => {
  const bad = (field: string, message: string): Failure => new Failure('BAD_INPUT', `${field}: ${message}`, { field });
  if (!Number.isSafeInteger(first) || first < 1 || first > MAX_STORES)
    throw bad('first', `must be between 1 and ${MAX_STORES}, got ${first}.`);
  if (!(radiusKm > 0 && radiusKm <= HALF_THE_EARTH_KM))
    throw bad('radiusKm', `must be above 0 and at most ${HALF_THE_EARTH_KM}, got ${radiusKm}.`);
};

/** `stores`: those that the channel sells from. Stores whose position is not known are near nobody. */
export const nearestStores = (
  stores: readonly Place[],
  items: readonly { readonly sku: string; readonly quantity: number }[],
  query: StoreQuery,
  deps: StoreDeps,
): StoreOfferPage => {
  check(query);
  const after =
    query.after === null
      ? null
      : keyOfCursor<SortKey>(
          query.after,
          (parts) => parts.length === 2 && typeof parts[0] === 'number' && typeof parts[1] === 'string',
        );
  const offerOf = (place: Place, km: number): StoreOffer => {
    const told = items.map(({ sku, quantity }): StoreOfferItem => {
      const answer = deps.at(sku, place.code);
      return {
        sku,
        requested: quantity,
        sellable: answer === null ? 0 : answer.sellable,
        confidence: answer?.confidence ?? NOTHING_KNOWN,
      };
    });
    const allItemsAvailable = told.every(({ sellable, requested }) => sellable !== null && sellable >= requested);
    return { place, distanceKm: km, allItemsAvailable, pickup: deps.pickup(place), items: told };
  };
  const offers = stores
    .flatMap((place) => (place.position ? [{ place, km: distanceKm(query.near, place.position) }] : []))
    .filter(({ km }) => km <= query.radiusKm)
    .map(({ place, km }) => ({ key: [km, place.code] satisfies SortKey, place, km }))
    .filter(({ key }) => after === null || compare(key, after) > 0)
    .sort((a, b) => compare(a.key, b.key));
  const edges: { readonly cursor: string; readonly node: StoreOffer }[] = [];
  for (const { key, place, km } of offers) {
    const node = offerOf(place, km);
    if (query.onlyWithStock && !node.allItemsAvailable) continue;
    if (edges.length === query.first) return { edges, hasNextPage: true };
    edges.push({ cursor: cursorOfKey(key), node });
  }
  return { edges, hasNextPage: false };
};
