/** The process subgraph as a process: the one that remembers. */
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { systemClock } from '#runtime/clock.ts';
import { enforceAccess } from '#runtime/graphql/access.ts';
import { createIdentityVerifier, createServiceAuthorization } from '#runtime/graphql/identity.ts';
import { GRAPHQL_PATH, openGraphQLServer } from '#runtime/graphql/serve.ts';
import { systemIds } from '#runtime/ids.ts';
import { RESTATE_PATH, RESTATE_SCOPE } from '#runtime/inlet/restate-route.ts';
import { createLog } from '#runtime/log.ts';
import { openDatabase } from '#runtime/storage/open.ts';
import { watchGauges } from '#runtime/telemetry/gauges.ts';
import { createServerMetrics } from '#runtime/telemetry/metrics.ts';
import { watchSystems } from '#runtime/telemetry/system-metrics.ts';
import { watchPolicy } from '#subgraphs/process/policy/watch.ts';
import { createPublicationMetrics, watchPublication } from '#subgraphs/process/publication/metrics.ts';
import { openProcess } from '#subgraphs/process/subgraph.ts';
import { createSystemClient } from '#subgraphs/process/systems/client.ts';
import { createPublishQuantities } from '#subgraphs/process/systems/marketplace.ts';
import { createAskRestatement } from '#subgraphs/process/systems/restate.ts';
import { SYSTEM_SUBGRAPHS } from '#subgraphs/registry.ts';
import { connectionsText, readConfig, watchedConfig } from './config.ts';
import { identityOptions, PORTS, readEnvironment, urlOf } from './environment.ts';
import type { Running } from './run.ts';

const MARKETPLACE_CALL_MS = 30_000;

export const startProcessSubgraph = async (variables: NodeJS.ProcessEnv): Promise<Running> => {
  const environment = readEnvironment(variables);
  const config = readConfig(environment);
  const identity = identityOptions(environment);
  const log = createLog({ name: 'process', level: environment.logLevel });
  const deps = { clock: systemClock, ids: systemIds, log };
  const verifier = createIdentityVerifier(identity, { clock: systemClock });
  await using opening = new AsyncDisposableStack();

  const database = opening.use(
    await openDatabase(
      { home: environment.home, ...(environment.databaseUrl ? { databaseUrl: environment.databaseUrl } : {}) },
      { log },
    ),
  );
  const marketplace = createSystemClient(
    {
      system: 'marketplace',
      url: `${urlOf(environment, 'marketplace')}${GRAPHQL_PATH}`,
      timeoutMs: MARKETPLACE_CALL_MS,
    },
    {
      authorization: createServiceAuthorization({ ...identity, scopes: ['marketplace:write'] }, { clock: systemClock }),
    },
  );
  const stockConnections = config.connections
    .filter(({ system }) => system === 'pos' || system === 'wms')
    .map(({ id, system }) => ({ connection: id, system }));
  const restateAuthorization = createServiceAuthorization(
    { ...identity, scopes: [RESTATE_SCOPE] },
    { clock: systemClock },
  );
  const restating = new Map(
    SYSTEM_SUBGRAPHS.map((system) => [
      system,
      createAskRestatement(
        { system, url: `${urlOf(environment, system)}${RESTATE_PATH}` },
        { authorization: restateAuthorization },
      ),
    ]),
  );
  const metrics = createServerMetrics({ server: 'process', process: true });
  const subgraph = opening.use(
    await openProcess(
      { policy: config.process, stockConnections, connections: config.connections.map(({ id }) => id) },
      {
        ...deps,
        database,
        restating,
        publish: createPublishQuantities(marketplace),
        observePublication: createPublicationMetrics(metrics),
        promiseSecret: identity.secret,
        verifyServiceToken: (authorization) => verifier.verify(authorization),
      },
    ),
  );
  opening.use(
    watchPolicy(
      { connections: connectionsText(config) },
      { file: watchedConfig(environment), replace: subgraph.replacePolicy, clock: systemClock, log },
    ),
  );
  const schema = buildSubgraphSchema([
    { typeDefs: subgraph.typeDefs, resolvers: subgraph.resolvers as GraphQLResolverMap<unknown> },
  ]);
  watchSystems(metrics, subgraph.systemHealth);
  watchGauges(metrics, subgraph.gauges);
  watchPublication(metrics, subgraph.publicationFigures);
  const server = opening.use(
    await openGraphQLServer(
      {
        name: 'process',
        host: environment.host,
        port: environment.ports.process,
        portVariable: PORTS.process.variable,
        engine: { kind: 'schema', schema: enforceAccess(schema) },
        introspection: environment.development,
        routes: subgraph.routes,
        checks: subgraph.checks,
      },
      { ...deps, identity: verifier, metrics },
    ),
  );
  const opened = opening.move();
  return { listening: { url: server.url, port: server.port }, [Symbol.asyncDispose]: () => opened.disposeAsync() };
};
