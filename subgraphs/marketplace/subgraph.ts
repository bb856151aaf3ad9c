/** The marketplace subgraph: schema/marketplace.graphql over the connected seller accounts. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DocumentNode, parse } from 'graphql';
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import type { Resolvers } from '#schema/generated/marketplace.ts';
import { byMarketplace, type MarketplaceConnection } from './connections.ts';
import { createMarketplaceReadings } from './readings.ts';
import { createMarketplaceResolvers } from './resolvers.ts';

const SDL_FILE = fileURLToPath(new URL('../../schema/marketplace.graphql', import.meta.url));

export type MarketplaceSubgraphDeps = {
  readonly connections: readonly MarketplaceConnection[];
  readonly clock: Clock;
  readonly log: Log;
};

/** Throws CONFIG_INVALID when two connections claim the same marketplace. */
export const createMarketplaceSubgraph = ({
  clock,
  connections,
  log,
}: MarketplaceSubgraphDeps): { readonly typeDefs: DocumentNode; readonly resolvers: Resolvers } => ({
  typeDefs: parse(readFileSync(SDL_FILE, 'utf8')),
  resolvers: createMarketplaceResolvers({
    accounts: connections.map(createMarketplaceReadings),
    owners: byMarketplace(connections),
    clock,
    log,
  }),
});
