/** The point-of-sale subgraph: schema/pos.graphql over the connected tills. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DocumentNode, parse } from 'graphql';
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import type { Resolvers } from '#schema/generated/pos.ts';
import { createPosReadings, type PosConnection } from './readings.ts';
import { createPosResolvers } from './resolvers.ts';

const SDL_FILE = fileURLToPath(new URL('../../schema/pos.graphql', import.meta.url));

export type PosSubgraphDeps = {
  readonly connections: readonly PosConnection[];
  readonly clock: Clock;
  readonly log: Log;
};

export const createPosSubgraph = ({
  clock,
  connections,
  log,
}: PosSubgraphDeps): { readonly typeDefs: DocumentNode; readonly resolvers: Resolvers } => ({
  typeDefs: parse(readFileSync(SDL_FILE, 'utf8')),
  resolvers: createPosResolvers({ tills: connections.map(createPosReadings), connections, clock, log }),
});
