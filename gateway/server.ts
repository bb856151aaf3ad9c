/** The gateway: one graph, one door. Plans with Apollo, fetches from subgraphs, runs subscriptions, serves health. */
import type { Clock } from '#runtime/clock.ts';
import { createErrorFormatter } from '#runtime/graphql/errors.ts';
import type { IdentityVerifier } from '#runtime/graphql/identity.ts';
import { createOriginPolicy } from '#runtime/graphql/origins.ts';
import { GRAPHQL_PATH, type GraphQLServer, openGraphQLServer, type ServerLimits } from '#runtime/graphql/serve.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import { createHopMetrics } from '#runtime/telemetry/hop-metrics.ts';
import { createServerMetrics } from '#runtime/telemetry/metrics.ts';
import { createEngine, DEFAULT_ENGINE_OPTIONS } from './execution/engine.ts';
import { createGeneration } from './execution/generation.ts';
import type { Hop } from './execution/hop.ts';
import { type Epoch, shareHop } from './execution/sharing.ts';
import { openDoor } from './http/door.ts';
import { createSavedOperations, makeReady, onlySaved } from './http/saved-operations.ts';
import { playgroundRoutes } from './playground/routes.ts';
import type { SampleOperation } from './playground/samples.ts';
import {
  DEFAULT_SUBSCRIPTION_LIMITS,
  type FederatedSubscriptions,
  openFederatedSubscriptions,
  type SubscriptionLimits,
} from './subscriptions/open.ts';
import { createSseRoutes, type SseOptions } from './subscriptions/sse.ts';
import {
  createUpstream,
  DEFAULT_UPSTREAM_LIMITS,
  type Upstream,
  type UpstreamLimits,
  type UpstreamObservation,
} from './upstream/client.ts';

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
  /** Texts of operations that may be sent by the SHA-256 of their text, and are made ready before the gateway is. */
  readonly savedOperations?: readonly string[];
  /** Whether only those are executed: for production, where all clients are known. */
  readonly safelist?: boolean;
  /** Proxies of ours in front, each appending to X-Forwarded-For who called it; 0 when clients connect directly. */
  readonly trustedProxies?: number;
  readonly limits?: Partial<GatewayLimits>;
};

export type GatewayDeps = {
  readonly identity: IdentityVerifier;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Told of every request to a subgraph once it is over: for whoever traces. It is on the way of every answer. */
  readonly onSubgraphRequest?: (observation: UpstreamObservation) => void;
};

export type Gateway = GraphQLServer & {
  /** Streams and sockets open to subgraphs. */
  upstream(): { readonly streams: number; readonly sockets: number };
};

/** About ten screens of a query; list arguments come in variables. */
const DEFAULT_OPERATION_TOKENS = 1_500;

const SSE_OPTIONS: Omit<SseOptions, 'trustedProxies'> = {
  path: `${GRAPHQL_PATH}/stream`,
  bodyLimitBytes: 64 * 1024,
  commentEveryMs: 15_000,
};

const socketUrlOf = (url: string): string => url.replace(/^http/, 'ws');

export const openGateway = async (options: GatewayOptions, deps: GatewayDeps): Promise<Gateway> => {
  const { clock, ids, identity } = deps;
  const log = deps.log.child({ server: 'gateway' });
  const metrics = createServerMetrics({ server: 'gateway', process: true });
  const hops = createHopMetrics(metrics);
  const operationTokens = options.limits?.server?.operationTokens ?? DEFAULT_OPERATION_TOKENS;
  const subgraphLimits = { ...DEFAULT_UPSTREAM_LIMITS, ...options.limits?.subgraph };

  const generation = createGeneration(1, options.supergraphSdl, true);
  const urls = new Map<string, string>();
  const clients = new Map<string, Upstream>();
  const { onSubgraphRequest } = deps;
  const observe = (observation: UpstreamObservation): void => {
    hops.answered(observation);
    onSubgraphRequest?.(observation);
  };
  for (const { name, url: routingUrl } of generation.subgraphs) {
    const url = options.subgraphUrls?.[name] ?? routingUrl;
    urls.set(name, url);
    clients.set(name, createUpstream({ name, url, limits: subgraphLimits }, { clock, log, observe }));
  }
  const epoch: Epoch = { current: 0 };
  const shared = new Map(
    [...clients].map(([name, client]) => [name, shareHop(client, { epoch, now: clock.now })] as const),
  );
  const hopOf = (service: string): Hop => {
    const hop = shared.get(service);
    if (!hop) throw new Error(`The supergraph names no subgraph "${service}".`);
    return hop;
  };
  const formatError = createErrorFormatter({ log });
  const engine = createEngine(
    generation,
    { ...DEFAULT_ENGINE_OPTIONS, maxTokens: operationTokens, introspection: options.development },
    { formatError, hopOf },
  );

  const saved = createSavedOperations(options.savedOperations ?? []);
  makeReady(engine, saved, log);

  const subscriptions: FederatedSubscriptions = openFederatedSubscriptions(
    {
      socketUrl: (service) => socketUrlOf(urls.get(service) ?? ''),
      limits: { ...DEFAULT_SUBSCRIPTION_LIMITS, ...options.limits?.subscriptions },
      maxTokens: operationTokens,
      maxEntities: DEFAULT_ENGINE_OPTIONS.maxEntities,
    },
    {
      hopOf,
      formatError,
      observe: { overflowed: hops.overflowed },
      clock,
      ids,
      log,
    },
  );
  hops.watch(subscriptions.upstream);
  hops.watchSubgraphs(() =>
    [...clients.values()].map((client) => {
      const { breaker, ...figures } = client.figures();
      return { service: client.name, ...figures, isPaused: breaker !== 'CLOSED' };
    }),
  );

  subscriptions.load(generation);

  const closeClients = async (): Promise<void> => {
    await subscriptions[Symbol.asyncDispose]();
    await Promise.all([...clients.values()].map((client) => client[Symbol.asyncDispose]()));
  };
  const trustedProxies = options.trustedProxies ?? 0;
  const open = options.safelist ? onlySaved(saved, subscriptions.open) : subscriptions.open;
  let origins = createOriginPolicy(options.port, options.allowedOrigins ?? []);
  const server = await openGraphQLServer(
    {
      name: 'gateway',
      host: options.host,
      port: options.port,
      portVariable: options.portVariable,
      engine: {
        kind: 'own',
        open: (http, served) =>
          openDoor(
            { ...http, safelist: options.safelist ?? false, trustedProxies },
            { ...served, engine: () => engine, saved },
          ),
      },
      subscriptions: open,
      introspection: options.development,
      trustedProxies,
      allowedOrigins: options.allowedOrigins ?? [],
      routes: [
        ...createSseRoutes(
          { ...SSE_OPTIONS, trustedProxies: options.trustedProxies ?? 0 },
          { open, identity, formatError, metrics, clock, origins: () => origins },
        ),
        ...(options.development
          ? playgroundRoutes({ graphqlPath: GRAPHQL_PATH, samples: options.samples ?? [] }, { ids })
          : []),
      ],
      checks: [
        // Without one, there is no gateway to ask.
        { name: 'supergraph', check: () => Promise.resolve() },
      ],
      limits: { ...options.limits?.server, operationTokens },
    },
    { identity, clock, ids, log: deps.log, metrics },
  ).catch(async (error: unknown) => {
    await closeClients();
    throw error;
  });

  origins = createOriginPolicy(server.port, options.allowedOrigins ?? []);

  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= server.stop().then(closeClients);
    return stopping;
  };
  return { ...server, upstream: subscriptions.upstream, stop, [Symbol.asyncDispose]: stop };
};
