/** The point-of-sale subgraph: schema/pos.graphql over the connected tills. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DocumentNode, parse } from 'graphql';
import type { Resolvers } from '#schema/generated/pos.ts';
import type { LoaderDeps } from './loaders.ts';
import { createPosResolvers } from './resolvers.ts';

const SDL_FILE = fileURLToPath(new URL('../../schema/pos.graphql', import.meta.url));

export type PosSubgraphDeps = LoaderDeps;

export const createPosSubgraph = (
  deps: PosSubgraphDeps,
): { readonly typeDefs: DocumentNode; readonly resolvers: Resolvers } => ({
  typeDefs: parse(readFileSync(SDL_FILE, 'utf8')),
  resolvers: createPosResolvers(deps),
});
