/** The warehouse subgraph: schema/wms.graphql over the connected warehouse systems. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DocumentNode, parse } from 'graphql';
import type { Log } from '#runtime/log.ts';
import type { Resolvers } from '#schema/generated/wms.ts';
import { createWmsReadings, type WmsConnection } from './readings.ts';
import { createWmsResolvers } from './resolvers.ts';

const SDL_FILE = fileURLToPath(new URL('../../schema/wms.graphql', import.meta.url));

export type WmsSubgraphDeps = { readonly connections: readonly WmsConnection[]; readonly log: Log };

export const createWmsSubgraph = ({
  connections,
  log,
}: WmsSubgraphDeps): { readonly typeDefs: DocumentNode; readonly resolvers: Resolvers } => ({
  typeDefs: parse(readFileSync(SDL_FILE, 'utf8')),
  resolvers: createWmsResolvers({ systems: connections.map(createWmsReadings), log }),
});
