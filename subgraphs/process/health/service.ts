/** System health put together: what takes reports in, and what answers from them. */
import type { Clock } from '#runtime/clock.ts';
import type { Route } from '#runtime/http/routes.ts';
import type { Log } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import type { Resolvers } from '#schema/generated/process.ts';
import type { VerifyServiceToken } from '#subgraphs/process/intake/http.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { publishedChannels } from '#subgraphs/process/publication/policy.ts';
import { createHealthBoard, type HealthBoard } from './board.ts';
import { createHealthRoutes } from './http.ts';
import { createHealthResolvers } from './resolvers.ts';
import { createHealthStreams } from './streams.ts';

export type HealthOptions = {
  readonly policy: ProcessPolicy;
  /** Ids of the configured connections, in the order of the configuration. */
  readonly connections: readonly string[];
};
export type HealthDeps = {
  readonly database: Database;
  readonly verifyServiceToken: VerifyServiceToken;
  readonly clock: Clock;
  readonly log: Log;
};

export type SystemHealthPart = Pick<HealthBoard, 'read'> & {
  readonly resolvers: Resolvers;
  readonly routes: readonly Route[];
};

export const createSystemHealth = ({ policy, connections }: HealthOptions, deps: HealthDeps): SystemHealthPart => {
  const board = createHealthBoard(
    {
      connections,
      get marketplaces() {
        return publishedChannels(policy).map(({ marketplace }) => marketplace);
      },
    },
    deps,
  );
  const streams = createHealthStreams({ board, clock: deps.clock, log: deps.log.child({ part: 'health' }) });
  return {
    read: board.read,
    resolvers: createHealthResolvers({ board, streams }),
    routes: createHealthRoutes(board, deps.verifyServiceToken),
  };
};
