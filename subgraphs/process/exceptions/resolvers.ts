/** GraphQL <-> exceptions, nothing else. */
import type { GraphQLResolveInfo } from 'graphql';
import { Failure } from '#runtime/failure.ts';
import { cursorOfKey, isInstant, keyOfCursor } from '#runtime/graphql/keyset.ts';
import type { Database } from '#runtime/storage/database.ts';
import type { Resolvers } from '#schema/generated/process.ts';
import { countExceptions, readException, readExceptions, type StoredException } from './store.ts';

const MAX_PER_PAGE = 250;

type Place = { readonly firstSeen: string; readonly id: string };

const cursorOf = ({ firstSeen, id }: Place): string => cursorOfKey([firstSeen, id]);

const placeOf = (cursor: string): Place => {
  const [firstSeen, id] = keyOfCursor<readonly [string, string]>(
    cursor,
    ([seen, text]) => isInstant(seen) && typeof text === 'string',
  );
  return { firstSeen, id };
};

const asksFor = (info: GraphQLResolveInfo, name: string): boolean =>
  info.fieldNodes.some((node) =>
    node.selectionSet?.selections.some((selection) => selection.kind !== 'Field' || selection.name.value === name),
  );

const edgeOf = (node: StoredException) => ({ cursor: cursorOf(node), node });

export const createExceptionResolvers = ({ database }: { readonly database: Database }): Resolvers => ({
  Query: {
    exceptions: async (_root, { filter, first, after }, _context, info) => {
      const limit = first ?? 50;
      if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_PER_PAGE) {
        throw new Failure('BAD_INPUT', `first: must be between 1 and ${MAX_PER_PAGE}, got ${limit}.`, {
          field: 'first',
        });
      }
      const found = await readExceptions(database, {
        filter: filter ?? {},
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
        totalCount: asksFor(info, 'totalCount') ? await countExceptions(database, filter ?? {}) : null,
      };
    },
  },
  IntegrationException: {
    __resolveReference: ({ id }) => readException(database, id),
  },
});
