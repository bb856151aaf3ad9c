/** A system subgraph as a process: its connections, its polling and webhooks, its part of the graph. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { SystemKind } from '#model/identifiers.ts';
import { systemClock } from '#runtime/clock.ts';
import { enforceAccess } from '#runtime/graphql/access.ts';
import { createIdentityVerifier, createServiceAuthorization } from '#runtime/graphql/identity.ts';
import { openGraphQLServer } from '#runtime/graphql/serve.ts';
import { jsonResponse } from '#runtime/http/responses.ts';
import type { Route } from '#runtime/http/routes.ts';
import { systemIds } from '#runtime/ids.ts';
import { startPolling } from '#runtime/inlet/poller.ts';
import { createPushRoute } from '#runtime/inlet/push.ts';
import { createHttpSink } from '#runtime/inlet/sink.ts';
import { createLog } from '#runtime/log.ts';
import { createCallMetrics } from '#runtime/telemetry/call-metrics.ts';
import { createServerMetrics } from '#runtime/telemetry/metrics.ts';
import { accountsOf, readConfig } from './config.ts';
import { identityOptions, PORTS, readEnvironment, urlOf } from './environment.ts';
import type { Running } from './run.ts';
import { openSystem } from './systems.ts';

export const startSystemSubgraph = async (system: SystemKind, variables: NodeJS.ProcessEnv): Promise<Running> => {
  const environment = readEnvironment(variables);
  const accounts = accountsOf(readConfig(environment), system, environment);
  const log = createLog({ name: system, level: environment.logLevel });
  const identity = identityOptions(environment);
  const metrics = createServerMetrics({ server: system, process: true });
  const deps = { clock: systemClock, ids: systemIds, log };
  const { connections, typeDefs, resolvers } = openSystem(system, accounts, {
    ...deps,
    observe: createCallMetrics(metrics),
  });
  const sink = createHttpSink(
    { intakeUrl: urlOf(environment, 'process') },
    { authorization: createServiceAuthorization({ ...identity, scopes: ['intake:write'] }, { clock: systemClock }) },
  );

  const webhooks = connections.flatMap(({ connection, port }) =>
    port.push ? [createPushRoute({ system, connection, push: port.push }, { ...deps, sink })] : [],
  );
  const polling = connections.map(({ connection, port }) => ({
    connection,
    loop: startPolling({ system, connection, streams: port.streams }, { ...deps, sink }),
  }));
  const feeds: Route = {
    method: 'GET',
    path: '/feeds',
    handle: () =>
      jsonResponse(200, {
        pendingFeeds: polling.flatMap(({ connection, loop }) =>
          loop.pending().map((stream) => `${connection}/${stream}`),
        ),
      }),
  };
  const stopPolling = async (): Promise<void> => {
    await Promise.all(polling.map(({ loop }) => loop[Symbol.asyncDispose]()));
  };

  try {
    const server = await openGraphQLServer(
      {
        name: system,
        host: environment.host,
        port: environment.ports[system],
        portVariable: PORTS[system].variable,
        engine: { kind: 'schema', schema: enforceAccess(buildSubgraphSchema([{ typeDefs, resolvers }])) },
        introspection: environment.development,
        routes: [feeds, ...webhooks],
      },
      { ...deps, identity: createIdentityVerifier(identity, { clock: systemClock }), metrics },
    );
    return {
      listening: { url: server.url, port: server.port },
      [Symbol.asyncDispose]: async () => {
        await stopPolling();
        await server.stop();
      },
    };
  } catch (error) {
    await stopPolling();
    throw error;
  }
};
