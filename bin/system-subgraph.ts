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
import { CHANGE_FEED_PATH, CHANGE_FEED_SCOPE } from '#runtime/inlet/change-feed.ts';
import { followChanges } from '#runtime/inlet/change-feed-follower.ts';
import { connectShelves } from '#runtime/inlet/change-feed-shelves.ts';
import { startPolling } from '#runtime/inlet/poller.ts';
import { createPushRoute } from '#runtime/inlet/push.ts';
import { createRestateRoute } from '#runtime/inlet/restate-route.ts';
import { createHttpSink } from '#runtime/inlet/sink.ts';
import { createLog } from '#runtime/log.ts';
import { openQuotaStore } from '#runtime/resilience/quota/open.ts';
import { createCallMetrics } from '#runtime/telemetry/call-metrics.ts';
import { createDeliveryMetrics } from '#runtime/telemetry/delivery-metrics.ts';
import { createServerMetrics } from '#runtime/telemetry/metrics.ts';
import { createReadingMetrics } from '#runtime/telemetry/reading-metrics.ts';
import { countUnknownValues } from '#runtime/telemetry/unknown-values.ts';
import { startUpstreamReporter } from '#runtime/telemetry/upstream-reporter.ts';
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
  const replica = systemIds.uuid();
  const authorizationFor = (scope: string): (() => Promise<string>) =>
    createServiceAuthorization({ ...identity, scopes: [scope] }, { clock: systemClock });
  const processUrl = urlOf(environment, 'process');
  await using opening = new AsyncDisposableStack();

  const { databaseUrl } = environment;
  const quotas = opening.use(await openQuotaStore({ replica, ...(databaseUrl ? { databaseUrl } : {}) }, deps));
  const { connections, typeDefs, resolvers } = openSystem(system, accounts, {
    ...deps,
    quotas,
    observe: createCallMetrics(metrics, { connections: () => connections }),
    observeReading: createReadingMetrics(metrics),
  });
  opening.use(
    connectShelves(connections, (follower) =>
      followChanges(
        // What channels are told of an item is no reading of any system.
        { url: `${processUrl}${CHANGE_FEED_PATH}`, ignoredKinds: ['availability'] },
        { ...deps, authorization: authorizationFor(CHANGE_FEED_SCOPE) },
        follower,
      ),
    ),
  );
  opening.use(
    startUpstreamReporter(
      { system, replica, reportUrl: `${processUrl}/health/upstreams` },
      { connections, authorization: authorizationFor('health:write'), clock: systemClock, log },
    ),
  );

  const sink = countUnknownValues(
    createHttpSink({ intakeUrl: processUrl }, { authorization: authorizationFor('intake:write') }),
    metrics,
  );
  const verifier = createIdentityVerifier(identity, { clock: systemClock });
  const observeDelivery = createDeliveryMetrics(metrics);
  const webhooks = connections.flatMap(({ connection, port }) =>
    port.push
      ? [createPushRoute({ system, connection, push: port.push }, { ...deps, sink, observe: observeDelivery })]
      : [],
  );
  const restating = createRestateRoute({ system, connections }, { sink, identity: verifier, clock: systemClock, log });
  const polling = connections.map(({ connection, port }) => ({
    connection,
    loop: opening.use(startPolling({ system, connection, streams: port.streams }, { ...deps, sink })),
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

  const server = await openGraphQLServer(
    {
      name: system,
      host: environment.host,
      port: environment.ports[system],
      portVariable: PORTS[system].variable,
      engine: { kind: 'schema', schema: enforceAccess(buildSubgraphSchema([{ typeDefs, resolvers }])) },
      introspection: environment.development,
      routes: [feeds, restating, ...webhooks],
    },
    { ...deps, identity: verifier, metrics },
  );
  const opened = opening.move();
  return {
    listening: { url: server.url, port: server.port },
    // What runs beside the server stops first: it hands over what it is about to tell.
    [Symbol.asyncDispose]: async () => {
      await opened.disposeAsync();
      await server.stop();
    },
  };
};
