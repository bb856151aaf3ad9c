/** GraphQL <-> system health, nothing else. */
import type { Resolvers } from '#schema/generated/process.ts';
import type { HealthBoard } from './board.ts';
import type { ConnectionHealth } from './health.ts';
import type { HealthStreams } from './streams.ts';

export type HealthResolverDeps = { readonly board: Pick<HealthBoard, 'read'>; readonly streams: HealthStreams };

export const createHealthResolvers = ({ board, streams }: HealthResolverDeps): Resolvers => ({
  Query: { systemHealth: () => board.read() },
  Subscription: {
    systemHealthChanged: {
      subscribe: (_root, _arguments, { signal }) => streams.follow(signal),
      resolve: (item: ConnectionHealth) => item,
    },
  },
});
