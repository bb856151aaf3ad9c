/** The ERP subgraph: schema/erp.graphql over the connected ERPs. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DocumentNode, parse } from 'graphql';
import type { Log } from '#runtime/log.ts';
import type { Resolvers } from '#schema/generated/erp.ts';
import { createErpReadings, type ErpConnection } from './readings.ts';
import { createErpResolvers } from './resolvers.ts';

const SDL_FILE = fileURLToPath(new URL('../../schema/erp.graphql', import.meta.url));

export type ErpSubgraphDeps = { readonly connections: readonly ErpConnection[]; readonly log: Log };

export const createErpSubgraph = ({
  connections,
  log,
}: ErpSubgraphDeps): { readonly typeDefs: DocumentNode; readonly resolvers: Resolvers } => ({
  typeDefs: parse(readFileSync(SDL_FILE, 'utf8')),
  resolvers: createErpResolvers({ erps: connections.map(createErpReadings), log }),
});
