/** The one table of systems: which vendors each knows, and which part of the graph it is. */
import type { GraphQLResolverMap } from '@apollo/subgraph';
import type { DocumentNode } from 'graphql';
import type { SystemKind } from '#model/identifiers.ts';
import {
  type ConfiguredAccount,
  type Connection,
  type ConnectionDeps,
  type InletPort,
  openConnections,
} from '#runtime/inlet/connections.ts';
import { erpAdapters } from '#subgraphs/erp/adapters/registry.ts';
import { createErpSubgraph } from '#subgraphs/erp/subgraph.ts';
import { marketplaceAdapters } from '#subgraphs/marketplace/adapters/registry.ts';
import { createMarketplaceSubgraph } from '#subgraphs/marketplace/subgraph.ts';
import { posAdapters } from '#subgraphs/pos/adapters/registry.ts';
import { createPosSubgraph } from '#subgraphs/pos/subgraph.ts';
import { wmsAdapters } from '#subgraphs/wms/adapters/registry.ts';
import { createWmsSubgraph } from '#subgraphs/wms/subgraph.ts';

export type OpenedSystem = {
  readonly connections: readonly Connection<InletPort>[];
  readonly typeDefs: DocumentNode;
  readonly resolvers: GraphQLResolverMap<unknown>;
};

type Open = (accounts: readonly ConfiguredAccount[], deps: ConnectionDeps) => OpenedSystem;

const SYSTEMS: Readonly<Record<SystemKind, Open>> = {
  erp: (accounts, deps) => {
    const connections = openConnections(accounts, erpAdapters, deps);
    return { connections, ...withResolvers(createErpSubgraph({ ...deps, connections })) };
  },
  pos: (accounts, deps) => {
    const connections = openConnections(accounts, posAdapters, deps);
    return { connections, ...withResolvers(createPosSubgraph({ ...deps, connections })) };
  },
  wms: (accounts, deps) => {
    const connections = openConnections(accounts, wmsAdapters, deps);
    return { connections, ...withResolvers(createWmsSubgraph({ ...deps, connections })) };
  },
  marketplace: (accounts, deps) => {
    const connections = openConnections(accounts, marketplaceAdapters, deps);
    return { connections, ...withResolvers(createMarketplaceSubgraph({ ...deps, connections })) };
  },
};

/** The generated resolver types are narrower than what the schema builder takes; the SDL they come from is the same. */
const withResolvers = (part: {
  readonly typeDefs: DocumentNode;
  readonly resolvers: object;
}): { readonly typeDefs: DocumentNode; readonly resolvers: GraphQLResolverMap<unknown> } => ({
  typeDefs: part.typeDefs,
  resolvers: part.resolvers as GraphQLResolverMap<unknown>,
});

export const openSystem = (
  system: SystemKind,
  accounts: readonly ConfiguredAccount[],
  deps: ConnectionDeps,
): OpenedSystem => SYSTEMS[system](accounts, deps);
