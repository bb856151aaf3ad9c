/** The answer per place, nearest first where the shopper is known, in pages that keep their place while stock changes. */
import { distanceKm, type GeoPoint } from '#model/location.ts';
import { Failure } from '#runtime/failure.ts';
import { cursorOfKey, keyOfCursor } from '#runtime/graphql/keyset.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { Assessment, Confidence, Freshness, LocationAssessment, StockStatus } from './assessment.ts';
import { freshnessOf, NOT_FOR_SALE } from './conclusion.ts';
import { confidenceIn } from './confidence.ts';

export type LocationAnswer = {
  readonly assessment: Assessment;
  readonly location: LocationAssessment;
  readonly status: StockStatus;
  readonly sellable: number | null;
  readonly freshness: Freshness;
  readonly confidence: Confidence;
  readonly distanceKm: number | null;
};

export type LocationPage = {
  readonly edges: readonly { readonly cursor: string; readonly node: LocationAnswer }[];
  readonly hasNextPage: boolean;
};

export type LocationPageQuery = {
  readonly near: GeoPoint | null;
  readonly onlyWithStock: boolean;
  readonly first: number;
  readonly after: string | null;
};

export const MAX_LOCATIONS_PER_PAGE = 100;

/** A place without a position sorts behind all that have one. */
type SortKey = readonly [distanceKm: number | null, code: string];
const compare = ([a, aCode]: SortKey, [b, bCode]: SortKey): number => {
  if (a !== b) return (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY);
  return aCode < bCode ? -1 : aCode > bCode ? 1 : 0;
};

const placeOfCursor = (cursor: string): SortKey =>
  keyOfCursor<SortKey>(
    cursor,
    (parts) =>
      parts.length === 2 && (parts[0] === null || typeof parts[0] === 'number') && typeof parts[1] === 'string',
  );

/** Places that the channel could serve the item from; those it never sells from are nobody's business. */
const isOffered = ({ excluded }: LocationAssessment): boolean =>
  excluded === null ||
  excluded.code === 'SYSTEM_SILENT' ||
  excluded.code === 'SYSTEM_NOT_LOADED' ||
  excluded.code === 'NO_AUTHORITY';

/** What is there, as far as the item is for sale and the channel's quota allows. */
const offeredAt = ({ item, quotaLeft }: Assessment, { position }: LocationAssessment): number =>
  NOT_FOR_SALE.has(item.lifecycle) ? 0 : Math.min(position?.sellable ?? 0, quotaLeft ?? Number.POSITIVE_INFINITY);

const statusAt = (assessment: Assessment, location: LocationAssessment): StockStatus => {
  const { item, question } = assessment;
  if (NOT_FOR_SALE.has(item.lifecycle)) return 'OUT_OF_STOCK';
  if (location.excluded !== null && location.excluded.code !== 'NO_AUTHORITY') return 'UNKNOWN';
  const sellable = offeredAt(assessment, location);
  if (sellable > 0) return sellable <= question.rules.lowStockAt ? 'LOW_STOCK' : 'IN_STOCK';
  return item.lifecycle === 'DISCONTINUED' ? 'DISCONTINUED' : 'OUT_OF_STOCK';
};

const answerAt = (
  assessment: Assessment,
  location: LocationAssessment,
  near: GeoPoint | null,
  policy: ProcessPolicy,
): LocationAnswer => {
  const { question } = assessment;
  const status = statusAt(assessment, location);
  const sellable = status === 'UNKNOWN' ? null : offeredAt(assessment, location);
  const freshness = freshnessOf(status, location.missing.length, location.ageMs, assessment.acceptedAgeMs);
  const { position } = location.place;
  return {
    assessment,
    location,
    status,
    sellable,
    freshness,
    confidence: confidenceIn([location], { sellable, quantity: question.quantity, missing: location.missing }, policy),
    distanceKm: near && position ? distanceKm(near, position) : null,
  };
};

/** The answer at one place; null where the channel does not sell from it, or nobody has told of the item there. */
export const answerAtPlace = (assessment: Assessment, code: string, policy: ProcessPolicy): LocationAnswer | null => {
  const location = assessment.locations.find(({ place }) => place.code === code);
  return location && isOffered(location) ? answerAt(assessment, location, null, policy) : null;
};

export const locationPage = (assessment: Assessment, query: LocationPageQuery, policy: ProcessPolicy): LocationPage => {
  const { first, near } = query;
  if (!Number.isSafeInteger(first) || first < 1 || first > MAX_LOCATIONS_PER_PAGE) {
    throw new Failure('BAD_INPUT', `first: must be between 1 and ${MAX_LOCATIONS_PER_PAGE}, got ${first}.`, {
      field: 'first',
    });
  }
  const after = query.after === null ? null : placeOfCursor(query.after);
  const matching = assessment.locations
    .filter(isOffered)
    .map((location) => answerAt(assessment, location, near, policy))
    .filter(({ sellable }) => !query.onlyWithStock || (sellable ?? 0) > 0)
    .map((node) => ({ key: [node.distanceKm, node.location.place.code] satisfies SortKey, node }))
    .filter(({ key }) => after === null || compare(key, after) > 0)
    .sort((a, b) => compare(a.key, b.key));
  return {
    edges: matching.slice(0, first).map(({ key, node }) => ({ cursor: cursorOfKey(key), node })),
    hasNextPage: matching.length > first,
  };
};
