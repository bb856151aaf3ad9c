/** The gateway: one graph, one door. Plans with Apollo, fetches from subgraphs, runs subscriptions, serves health. */
import type { Clock } from '#runtime/clock.ts';
import { createErrorFormatter } from '#runtime/graphql/errors.ts';
import type { IdentityVerifier } from '#runtime/graphql/identity.ts';
import { createOriginPolicy } from '#runtime/graphql/origins.ts';
import { GRAPHQL_PATH, type GraphQLServer, openGraphQLServer, type ServerLimits } from '#runtime/graphql/serve.ts';
import type { Ids } from '#runtime/ids.ts';
import type { ChangeFollower } from '#runtime/inlet/change-feed.ts';
import type { Log } from '#runtime/log.ts';
import { createCacheMetrics } from '#runtime/telemetry/cache-metrics.ts';
import { createGenerationMetrics } from '#runtime/telemetry/generation-metrics.ts';
import { createHopMetrics } from '#runtime/telemetry/hop-metrics.ts';
import { createServerMetrics } from '#runtime/telemetry/metrics.ts';
import { type CacheOptions, createCache, DEFAULT_CACHE_OPTIONS } from './caching/cache.ts';
import { createKeeper } from './caching/keeper.ts';
import { DEFAULT_ENGINE_OPTIONS } from './execution/engine.ts';
import { type Epoch, shareHop } from './execution/sharing.ts';
import type { CandidateSource } from './generations/judge.ts';
import {
  DEFAULT_SWAP_LIMITS,
  type GenerationFigures,
  type Offered,
  openGenerations,
  type SwapLimits,
} from './generations/open.ts';
import { DEFAULT_PLANNING_LIMITS, type PlanningLimits } from './generations/planner-thread.ts';
import { createUpstreams } from './generations/upstreams.ts';
import { openDoor } from './http/door.ts';
import { askedOf, createSavedOperations, hashOfText, onlySaved } from './http/saved-operations.ts';
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
  type UpstreamLimits,
  type UpstreamObservation,
} from './upstream/client.ts';

export type GatewayLimits = {
  readonly server: Partial<ServerLimits>;
  readonly subgraph: Partial<UpstreamLimits>;
  readonly subscriptions: Partial<SubscriptionLimits>;
  readonly planning: Partial<PlanningLimits>;
  readonly swap: Partial<SwapLimits>;
};

export type GatewayCaching = Partial<CacheOptions> & {
  /** Follows changes with `follower` for as long as what it returns lives. */
  readonly follow: (follower: ChangeFollower) => AsyncDisposable;
  /** All names under which the graph knows what a tag names, the tag itself among them. */
  readonly namesOf: (tag: string) => readonly string[];
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
  /** Absent, nothing is kept. */
  readonly caching?: GatewayCaching;
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
  /**
   * Another supergraph to take the place of the present one: taken when it is sound and ready, refused with reasons
   * otherwise. Requests and streams go on meanwhile. `mayBreak` takes it even if saved operations break.
   */
  offer(source: CandidateSource, mayBreak?: boolean): Promise<Offered>;
  /** Back to the supergraph before the present one, at once. */
  rollBack(): Offered;
  generations(): GenerationFigures;
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

  const { onSubgraphRequest } = deps;
  const observe = (observation: UpstreamObservation): void => {
    hops.answered(observation);
    onSubgraphRequest?.(observation);
  };
  const epoch: Epoch = { current: 0 };
  const upstreams = createUpstreams(options.subgraphUrls ?? {}, (name, url) => {
    const client = createUpstream({ name, url, limits: subgraphLimits }, { clock, log, observe });
    return { client, hop: shareHop(client, { epoch, now: clock.now }) };
  });
  const formatError = createErrorFormatter({ log });
  const saved = createSavedOperations(options.savedOperations ?? []);
  const { caching } = options;
  const cache = caching
    ? createCache({ ...DEFAULT_CACHE_OPTIONS, ...caching }, { clock, ids, namesOf: caching.namesOf })
    : null;
  if (cache) createCacheMetrics(metrics, cache.figures);
  let numbers = 0;
  const nextNumber = (): number => {
    numbers += 1;
    return numbers;
  };
  const generations = await openGenerations(
    { kind: 'supergraph', sdl: options.supergraphSdl },
    {
      planner: { maxTokens: operationTokens, introspection: options.development },
      engine: DEFAULT_ENGINE_OPTIONS,
      planning: { ...DEFAULT_PLANNING_LIMITS, ...options.limits?.planning },
      swap: { ...DEFAULT_SWAP_LIMITS, ...options.limits?.swap },
      operations: saved.texts.map((text) => ({ file: `saved operation ${hashOfText(text).slice(0, 12)}`, text })),
      asked: askedOf(saved, log),
      placed: Object.keys(options.subgraphUrls ?? {}),
    },
    {
      clock,
      log,
      lease: upstreams.lease,
      preparationFor: (generation, { hopOf }) => ({
        formatError,
        hopOf,
        ...(cache ? { keeper: createKeeper(generation, { cache, clock, nextNumber }) } : {}),
      }),
    },
  ).catch(async (error: unknown) => {
    await upstreams[Symbol.asyncDispose]();
    throw error;
  });
  const following = cache && caching ? caching.follow(cache.follower) : null;
  createGenerationMetrics(metrics, generations.figures);

  const subscriptions: FederatedSubscriptions = openFederatedSubscriptions(
    {
      limits: { ...DEFAULT_SUBSCRIPTION_LIMITS, ...options.limits?.subscriptions },
      maxEntities: DEFAULT_ENGINE_OPTIONS.maxEntities,
    },
    {
      observe: { overflowed: hops.overflowed },
      clock,
      ids,
      log,
    },
  );
  hops.watch(subscriptions.upstream);
  hops.watchSubgraphs(() =>
    upstreams.clients().map((client) => {
      const { breaker, ...figures } = client.figures();
      return { service: client.name, ...figures, isPaused: breaker !== 'CLOSED' };
    }),
  );

  generations.watch(({ generation, lease, use }) =>
    subscriptions.load({
      generation,
      preparation: { formatError, hopOf: lease.hopOf },
      socketUrl: (service) => socketUrlOf(lease.urlOf(service)),
      use,
    }),
  );

  const closeClients = async (): Promise<void> => {
    await following?.[Symbol.asyncDispose]();
    await subscriptions[Symbol.asyncDispose]();
    await generations[Symbol.asyncDispose]();
    await upstreams[Symbol.asyncDispose]();
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
            { ...served, engine: () => generations.present().engine, saved },
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
  return {
    ...server,
    upstream: subscriptions.upstream,
    offer: generations.offer,
    rollBack: generations.rollBack,
    generations: generations.figures,
    stop,
    [Symbol.asyncDispose]: stop,
  };
};
