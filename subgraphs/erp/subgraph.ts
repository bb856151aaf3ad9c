/** The ERP subgraph: schema/erp.graphql over the connected ERPs. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DocumentNode, parse } from 'graphql';
import type { Resolvers } from '#schema/generated/erp.ts';
import type { LoaderDeps } from './loaders.ts';
import { createErpResolvers } from './resolvers.ts';

const SDL_FILE = fileURLToPath(new URL('../../schema/erp.graphql', import.meta.url));

export type ErpSubgraphDeps = LoaderDeps;

export const createErpSubgraph = (
  deps: ErpSubgraphDeps,
): { readonly typeDefs: DocumentNode; readonly resolvers: Resolvers } => ({
  typeDefs: parse(readFileSync(SDL_FILE, 'utf8')),
  resolvers: createErpResolvers(deps),
});
