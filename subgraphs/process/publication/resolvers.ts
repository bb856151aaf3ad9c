/** GraphQL <-> how listings stand, nothing else. */
import type { GraphQLResolveInfo } from 'graphql';
import { variantIdOf } from '#model/identifiers.ts';
import { isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import { cursorOfKey, isInstant, keyOfCursor } from '#runtime/graphql/keyset.ts';
import { durationMs } from '#runtime/graphql/scalars.ts';
import type { ListingPublicationFilter, Resolvers } from '#schema/generated/process.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { type StandingDeps, standingContext } from './figures.ts';
import { publishedChannels } from './policy.ts';
import {
  countStandings,
  type ListingStanding,
  readStandings,
  type StandingFilter,
  type StandingKey,
} from './standing.ts';

const MAX_PER_PAGE = 250;

const bad = (field: string, message: string): Failure => new Failure('BAD_INPUT', `${field}: ${message}`, { field });

const isKey = (parts: readonly unknown[]): boolean => {
  const [dirtySince, ...names] = parts;
  return (
    (dirtySince === null || isInstant(dirtySince)) &&
    names.length === 2 &&
    names.every((name) => typeof name === 'string')
  );
};

const asksFor = (info: GraphQLResolveInfo, name: string): boolean =>
  info.fieldNodes.some((node) =>
    node.selectionSet?.selections.some((selection) => selection.kind !== 'Field' || selection.name.value === name),
  );

export const createPublicationResolvers = (
  { policy }: { readonly policy: ProcessPolicy },
  deps: StandingDeps,
): Resolvers => {
  const filterOf = (given: ListingPublicationFilter | null | undefined): StandingFilter => {
    const { lagAtLeast, marketplace, ...rest } = given ?? {};
    const known = publishedChannels(policy).map((entry) => entry.marketplace);
    if (marketplace != null && !known.includes(marketplace)) {
      const named = known.length > 0 ? known.toSorted().join(', ') : 'none';
      throw bad(
        'filter.marketplace',
        `no channel publishes to ${JSON.stringify(marketplace)}; published are ${named}.`,
      );
    }
    const laggingSince = lagAtLeast == null ? null : isoOf(Math.max(0, deps.clock.now() - durationMs(lagAtLeast)));
    return { ...rest, ...(marketplace == null ? {} : { marketplace }), laggingSince };
  };

  const nodeOf = (standing: ListingStanding) => {
    const { dirtySince, marketplace, listingId, sku } = standing;
    return {
      marketplace,
      listingId,
      channel: publishedChannels(policy).find((entry) => entry.marketplace === marketplace)?.channel ?? null,
      variant: { id: variantIdOf(sku) },
      state: standing.state,
      sellableQuantity: standing.sellable,
      confidence: standing.confidence,
      desiredQuantity: standing.desired,
      publishedQuantity: standing.published,
      shownQuantity: standing.shown,
      lagSeconds:
        dirtySince === null ? null : Math.max(0, Math.floor((deps.clock.now() - Date.parse(dirtySince)) / 1_000)),
      laggingSince: dirtySince,
      acknowledgedAt: standing.publishedAt,
      attempts: standing.attempts,
      nextAttempt: standing.nextAttempt,
      lastError: standing.lastError,
    };
  };

  const edgeOf = (standing: ListingStanding) => {
    const key: StandingKey = [standing.dirtySince, standing.marketplace, standing.listingId];
    return { cursor: cursorOfKey(key), node: nodeOf(standing) };
  };

  return {
    Query: {
      listingPublication: async (_root, { filter, first, after }, _context, info) => {
        const limit = first ?? 50;
        if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_PER_PAGE)
          throw bad('first', `must be between 1 and ${MAX_PER_PAGE}, got ${limit}.`);
        const wanted = filterOf(filter);
        const context = standingContext(policy, deps);
        const found = await readStandings(deps.database, context, {
          filter: wanted,
          after: after == null ? null : keyOfCursor<StandingKey>(after, isKey),
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
          totalCount: asksFor(info, 'totalCount') ? await countStandings(deps.database, context, wanted) : null,
        };
      },
    },
  };
};
