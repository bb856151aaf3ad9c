/** GraphQL <-> drifts, nothing else. */
import { codeOfLocationId, locationIdOf, variantIdOf } from '#model/identifiers.ts';
import { decimalOf } from '#model/money.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import { cursorOfKey, isInstant, keyOfCursor } from '#runtime/graphql/keyset.ts';
import { durationMs } from '#runtime/graphql/scalars.ts';
import type { Database } from '#runtime/storage/database.ts';
import type { DriftFilter as AskedFilter, InputMaybe, Resolvers } from '#schema/generated/process.ts';
import type { StoredDrift } from './drift.ts';
import { type DriftFilter, type DriftPlace, readDrifts } from './store.ts';

const MAX_PER_PAGE = 250;
/** Drifts of one item that an explanation tells. */
const TOLD_PER_ITEM = 50;

const placeOf = (cursor: string): DriftPlace => {
  const [firstSeen, key] = keyOfCursor<readonly [string, string]>(
    cursor,
    (parts) => parts.length === 2 && isInstant(parts[0]) && typeof parts[1] === 'string',
  );
  return { firstSeen, key };
};

const badInput = (field: string, problem: string): Failure =>
  new Failure('BAD_INPUT', `${field}: ${problem}`, { field });

const locationCodeOf = (id: string): string => {
  const code = codeOfLocationId(id);
  if (code !== null) return code;
  throw badInput('filter.locationId', `${JSON.stringify(id)} is no location; take ids from Location.id.`);
};

const ANY: DriftFilter = {
  state: 'OPEN',
  minDifference: null,
  locationCode: null,
  sku: null,
  sinceAtMost: null,
  oversellRisk: null,
};

const filterOf = (asked: InputMaybe<AskedFilter> | undefined, nowMs: number): DriftFilter => {
  const { minDifference, locationId, sku, olderThan, state, oversellRisk } = asked ?? {};
  if (minDifference != null && minDifference < 0)
    throw badInput('filter.minDifference', `must be 0 or more, got ${minDifference}.`);
  return {
    state: state ?? 'OPEN',
    minDifference: minDifference ?? null,
    locationCode: locationId == null ? null : locationCodeOf(locationId),
    sku: sku ?? null,
    sinceAtMost: olderThan == null ? null : isoOf(nowMs - durationMs(olderThan)),
    oversellRisk: oversellRisk ?? null,
  };
};

const edgeOf = (node: StoredDrift) => ({ cursor: cursorOfKey([node.firstSeen, node.key]), node });

export const createReconciliationResolvers = (deps: {
  readonly database: Database;
  readonly clock: Clock;
}): Resolvers => ({
  Query: {
    inventoryDrift: async (_root, { filter, first, after }) => {
      const limit = first ?? 50;
      if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_PER_PAGE)
        throw badInput('first', `must be between 1 and ${MAX_PER_PAGE}, got ${limit}.`);
      const found = await readDrifts(deps.database, {
        filter: filterOf(filter, deps.clock.now()),
        after: after == null ? null : placeOf(after),
        limit: limit + 1,
      });
      const edges = found.slice(0, limit).map(edgeOf);
      return {
        edges,
        pageInfo: {
          hasNextPage: found.length > limit,
          hasPreviousPage: after != null,
          startCursor: edges[0]?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
        },
      };
    },
  },
  InventoryDrift: {
    variant: ({ subject }) => ({ id: variantIdOf(subject.sku) }),
    location: ({ subject }) => (subject.kind === 'stock' ? { id: locationIdOf(subject.locationCode) } : null),
    listing: ({ subject }) => (subject.kind === 'listing' ? subject : null),
    systems: ({ readings }) => readings,
    valueAtRisk: ({ value }) => value && { amount: decimalOf(value), currency: value.currency },
    likelyCause: ({ cause }) => cause,
  },
  AvailabilityExplanation: {
    drifts: ({ result }) =>
      readDrifts(deps.database, { filter: { ...ANY, sku: result.item.sku }, after: null, limit: TOLD_PER_ITEM }),
  },
});
