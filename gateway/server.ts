/** The gateway: one graph, one door. Plans with Apollo, fetches from subgraphs, runs subscriptions, serves health. */
import { ApolloGateway, type GraphQLDataSource, type ServiceMap } from '@apollo/gateway';
import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import type { Clock } from '#runtime/clock.ts';
import { createErrorFormatter } from '#runtime/graphql/errors.ts';
import type { ServedContext } from '#runtime/graphql/http.ts';
import type { IdentityVerifier } from '#runtime/graphql/identity.ts';
import { GRAPHQL_PATH, type GraphQLServer, openGraphQLServer, type ServerLimits } from '#runtime/graphql/serve.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import { createHopMetrics } from '#runtime/telemetry/hop-metrics.ts';
import { createServerMetrics } from '#runtime/telemetry/metrics.ts';
import { createDataSource } from './execution/data-source.ts';
import { withMissingValuesAsErrors } from './execution/promised-values.ts';
import { playgroundRoutes } from './playground/routes.ts';
import type { SampleOperation } from './playground/samples.ts';
import {
  DEFAULT_SUBSCRIPTION_LIMITS,
  type FederatedSubscriptions,
  openFederatedSubscriptions,
  type SubscriptionLimits,
} from './subscriptions/open.ts';
import { createUpstream, DEFAULT_UPSTREAM_LIMITS, type Upstream, type UpstreamLimits } from './upstream/client.ts';

export type GatewayLimits = {
  readonly server: Partial<ServerLimits>;
  readonly subgraph: Partial<UpstreamLimits>;
  readonly subscriptions: Partial<SubscriptionLimits>;
};

export type GatewayOptions = {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly portVariable: string;
  /** The composed supergraph, as committed in schema/supergraph.graphql. */
  readonly supergraphSdl: string;
  /** GraphQL URLs by subgraph name, in place of the routing URLs in the supergraph. */
  readonly subgraphUrls?: Readonly<Record<string, string>>;
  /** Introspection and the playground: in development only. */
  readonly development: boolean;
  readonly allowedOrigins?: readonly string[];
  /** Operations that the playground offers. */
  readonly samples?: readonly SampleOperation[];
  readonly limits?: Partial<GatewayLimits>;
};

export type GatewayDeps = {
  readonly identity: IdentityVerifier;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

export type Gateway = GraphQLServer & {
  /** Streams and sockets open to subgraphs. */
  upstream(): { readonly streams: number; readonly sockets: number };
};

/** About ten screens of a query; list arguments come in variables. */
const DEFAULT_OPERATION_TOKENS = 1_500;

const socketUrlOf = (url: string): string => url.replace(/^http/, 'ws');

/** Apollo Gateway as Apollo Server wants it, with every missing value reported as an error. */
const asEngine = (gateway: ApolloGateway): ApolloServerOptionsWithGateway<ServedContext>['gateway'] => ({
  onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
  load: async (options) => {
    const { executor } = await gateway.load(options);
    return { executor: async (context) => withMissingValuesAsErrors(await executor(context)) };
  },
  stop: () => gateway.stop(),
});

/**
 * The library underneath sends facts about this host to its vendor unless the process that opens a gateway has set
 * APOLLO_TELEMETRY_DISABLED before.
 */
export const openGateway = async (options: GatewayOptions, deps: GatewayDeps): Promise<Gateway> => {
  const { clock, ids, identity } = deps;
  const log = deps.log.child({ server: 'gateway' });
  const metrics = createServerMetrics({ server: 'gateway', process: true });
  const hops = createHopMetrics(metrics);
  const operationTokens = options.limits?.server?.operationTokens ?? DEFAULT_OPERATION_TOKENS;
  const subgraphLimits = { ...DEFAULT_UPSTREAM_LIMITS, ...options.limits?.subgraph };

  const urls = new Map<string, string>();
  const clients = new Map<string, Upstream>();
  const dataSources = new Map<string, GraphQLDataSource>();
  const dataSourceOf = (name: string, routingUrl: string | undefined): GraphQLDataSource => {
    const known = dataSources.get(name);
    if (known) return known;
    const url = options.subgraphUrls?.[name] ?? routingUrl ?? '';
    const client = createUpstream({ name, url, limits: subgraphLimits }, { clock, log, observe: hops.answered });
    const source = createDataSource(client);
    urls.set(name, url);
    clients.set(name, client);
    dataSources.set(name, source);
    return source;
  };

  const subscriptions: FederatedSubscriptions = openFederatedSubscriptions(
    {
      socketUrl: (service) => socketUrlOf(urls.get(service) ?? ''),
      limits: { ...DEFAULT_SUBSCRIPTION_LIMITS, ...options.limits?.subscriptions },
      maxTokens: operationTokens,
    },
    {
      services: (): ServiceMap => Object.fromEntries(dataSources),
      formatError: createErrorFormatter({ log }),
      observe: { overflowed: hops.overflowed },
      clock,
      ids,
      log,
    },
  );
  hops.watch(subscriptions.upstream);

  const gateway = new ApolloGateway({
    supergraphSdl: options.supergraphSdl,
    buildService: ({ name, url }) => dataSourceOf(name, url),
    __exposeQueryPlanExperimental: options.development,
    logger: {
      debug: () => undefined,
      info: (text) => log.debug(String(text)),
      warn: (text) => log.warn(String(text)),
      error: (text) => log.error(String(text)),
    },
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => subscriptions.load(coreSupergraphSdl, apiSchema));

  const closeClients = async (): Promise<void> => {
    await subscriptions[Symbol.asyncDispose]();
    await Promise.all([...clients.values()].map((client) => client[Symbol.asyncDispose]()));
  };
  const server = await openGraphQLServer(
    {
      name: 'gateway',
      host: options.host,
      port: options.port,
      portVariable: options.portVariable,
      engine: { kind: 'gateway', gateway: asEngine(gateway) },
      subscriptions: subscriptions.open,
      introspection: options.development,
      allowedOrigins: options.allowedOrigins ?? [],
      routes: options.development
        ? playgroundRoutes({ graphqlPath: GRAPHQL_PATH, samples: options.samples ?? [] }, { ids })
        : [],
      checks: [
        {
          name: 'supergraph',
          check: () => (gateway.schema ? Promise.resolve() : Promise.reject(new Error('no supergraph is loaded'))),
        },
      ],
      limits: { ...options.limits?.server, operationTokens },
    },
    { identity, clock, ids, log: deps.log, metrics },
  ).catch(async (error: unknown) => {
    await closeClients();
    throw error;
  });

  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= server.stop().then(closeClients);
    return stopping;
  };
  return { ...server, upstream: subscriptions.upstream, stop, [Symbol.asyncDispose]: stop };
};
