/** Orders over the wire: the process subgraph's streams on a real socket, and, where wanted, the gateway in front of it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { openGateway } from '#gateway/server.ts';
import { composeSubgraphs } from '#gateway/supergraph/compose.ts';
import { DEFAULT_ORDER_POLICY } from '#model/order/policy.ts';
import { systemClock } from '#runtime/clock.ts';
import { enforceAccess } from '#runtime/graphql/access.ts';
import { createIdentityVerifier, mintToken } from '#runtime/graphql/identity.ts';
import { scalars } from '#runtime/graphql/scalars.ts';
import { openGraphQLServer } from '#runtime/graphql/serve.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import type { Database } from '#runtime/storage/database.ts';
import { createOrderResolvers } from '#subgraphs/process/order-status/resolvers.ts';
import type { Replica } from './setup.ts';

const SDL = readFileSync(fileURLToPath(new URL('../../../../schema/process.graphql', import.meta.url)), 'utf8');
const IDENTITY = { secret: 'a-secret-for-tests-that-is-long-enough', issuer: 'tests', audience: 'tests' };

export type ServedOrders = AsyncDisposable & {
  readonly subgraphUrl: string;
  readonly gatewayUrl: string;
  /** Origin of the gateway. */
  readonly gateway: string;
  /** A token of staff who may follow every channel. */
  readonly token: string;
  /** The subgraph goes away and comes back on the same port. */
  restartSubgraph(): Promise<void>;
};

export const serveOrders = async (database: Database, replica: Replica): Promise<ServedOrders> => {
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const deps = {
    identity: createIdentityVerifier(
      { ...IDENTITY, anonymousScopes: ['storefront'], anonymousChannel: 'shop' },
      { clock: systemClock },
    ),
    clock: systemClock,
    ids: systemIds,
    log: silentLog,
  };
  const { DateTime, EventCursor, Duration } = scalars;
  const orders = createOrderResolvers({
    policy: DEFAULT_ORDER_POLICY,
    freshness: { liveWithinMs: 15_000, missingAfterMs: { erp: 1e6, pos: 1e6, wms: 1e6, marketplace: 1e6 } },
    database,
    journal: replica.journal,
    keys: replica.keys,
    service: replica.service,
    streams: replica.streams,
    clock: replica.clock,
  });
  const schema = enforceAccess(
    buildSubgraphSchema([{ typeDefs: parse(SDL), resolvers: { DateTime, EventCursor, Duration, ...orders } as never }]),
  );
  const serve = (port: number) =>
    openGraphQLServer(
      {
        name: 'process',
        host: '127.0.0.1',
        port,
        portVariable: 'PROCESS_PORT',
        engine: { kind: 'schema', schema },
        introspection: false,
      },
      deps,
    );
  let subgraph = await serve(0);
  const { port, graphqlUrl } = subgraph;
  const composition = composeSubgraphs([
    { name: 'process', routingUrl: graphqlUrl, file: 'process.graphql', sdl: SDL },
  ]);
  if (composition.kind === 'failed') throw new Error(JSON.stringify(composition.problems));
  const gateway = await openGateway(
    {
      host: '127.0.0.1',
      port: 0,
      portVariable: 'PORT',
      supergraphSdl: composition.supergraphSdl,
      development: true,
    },
    deps,
  );
  return {
    subgraphUrl: graphqlUrl,
    gatewayUrl: gateway.graphqlUrl,
    gateway: gateway.url,
    token: await mintToken(
      IDENTITY,
      { channel: '*', scopes: ['orders:read', 'storefront'], lifetimeSeconds: 3600 },
      { clock: systemClock },
    ),
    restartSubgraph: async () => {
      await subgraph.stop();
      subgraph = await serve(port);
    },
    [Symbol.asyncDispose]: async () => {
      await gateway.stop();
      await subgraph.stop();
    },
  };
};
