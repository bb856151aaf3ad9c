/**
 * A GraphQL server: HTTP and WebSocket on /graphql, health, metrics, and whatever plain routes its owner adds. Every
 * subgraph and the gateway are this same server with another engine.
 */
import type { Clock } from '#runtime/clock.ts';
import type { Route } from '#runtime/http/routes.ts';
import { openHttpServer } from '#runtime/http/server.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import { createServerMetrics, type ServerMetrics } from '#runtime/telemetry/metrics.ts';
import { createErrorFormatter } from './errors.ts';
import { healthRoutes, type ReadinessCheck } from './health.ts';
import { type GraphQLEngine, type GraphQLHttp, type GraphQLHttpDeps, openGraphQLHttp } from './http.ts';
import type { IdentityVerifier } from './identity.ts';
import { type RememberingVerifier, rememberIdentities } from './identity-memory.ts';
import { createOriginPolicy } from './origins.ts';
import { createSchemaSubscriptions } from './schema-subscriptions.ts';
import type { OpenSubscription } from './subscriptions.ts';
import { createWebSocketEndpoint } from './websocket.ts';

export const GRAPHQL_PATH = '/graphql';

export type GraphQLServerOptions = {
  /** Whose server this is: "gateway", "erp". Names it in logs, metrics and messages. */
  readonly name: string;
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** The variable that sets the port, for the message when it is taken: "PORT", "ERP_PORT". */
  readonly portVariable: string;
  readonly engine: GraphQLEngine | OwnDoor;
  /** How subscriptions run; a schema engine runs its own when this is absent. */
  readonly subscriptions?: OpenSubscription;
  /** Whether the schema may be asked for: in development. */
  readonly introspection: boolean;
  /** Origins of browser pages that may call, beside the server's own. */
  readonly allowedOrigins?: readonly string[];
  /** Set where callers connect, not a gateway of ours: proxies in front of it, see callerAddressOf. */
  readonly trustedProxies?: number;
  /** Plain HTTP beside GraphQL: webhooks, intake, a playground. */
  readonly routes?: readonly Route[];
  readonly checks?: readonly ReadinessCheck[];
  readonly limits?: Partial<ServerLimits>;
};

/** GraphQL over HTTP in a way of the owner's own, on the path and within the limits that every server has. */
export type OwnDoor = {
  readonly kind: 'own';
  open(
    options: { readonly path: string; readonly bodyLimitBytes: number; readonly timeLimitMs: number },
    deps: GraphQLHttpDeps & { readonly identity: RememberingVerifier },
  ): GraphQLHttp;
};

export type ServerLimits = {
  readonly bodyBytes: number;
  /** Longest GraphQL document, in lexical tokens. What a gateway sends is longer than what its clients sent it. */
  readonly operationTokens: number;
  readonly operationMs: number;
  readonly socketMessageBytes: number;
  readonly socketInitMs: number;
  readonly subscriptionsPerSocket: number;
  readonly pingEveryMs: number;
  readonly readinessCheckMs: number;
  readonly stopGraceMs: number;
};

export const DEFAULT_SERVER_LIMITS: ServerLimits = {
  bodyBytes: 256 * 1024,
  operationTokens: 10_000,
  operationMs: 30_000,
  socketMessageBytes: 64 * 1024,
  socketInitMs: 10_000,
  subscriptionsPerSocket: 50,
  pingEveryMs: 15_000,
  readinessCheckMs: 2_000,
  stopGraceMs: 10_000,
};

export type GraphQLServerDeps = {
  readonly identity: IdentityVerifier;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** The server's own registry when its owner wants to add to it; a new one otherwise. */
  readonly metrics?: ServerMetrics;
};

export type GraphQLServer = AsyncDisposable & {
  readonly name: string;
  readonly port: number;
  /** Origin, e.g. "http://127.0.0.1:4000". */
  readonly url: string;
  readonly graphqlUrl: string;
  /** Not ready -> sockets closed -> requests in flight finished -> engine stopped. Idempotent. */
  stop(): Promise<void>;
};

export const openGraphQLServer = async (
  options: GraphQLServerOptions,
  deps: GraphQLServerDeps,
): Promise<GraphQLServer> => {
  const limits: ServerLimits = { ...DEFAULT_SERVER_LIMITS, ...options.limits };
  const { clock, ids } = deps;
  const identity = rememberIdentities(deps.identity, deps);
  const log = deps.log.child({ server: options.name });
  const metrics = deps.metrics ?? createServerMetrics({ server: options.name });
  const formatError = createErrorFormatter({ log });
  let origins = createOriginPolicy(options.port, options.allowedOrigins ?? []);
  let isStopping = false;

  const { engine } = options;
  const open =
    options.subscriptions ??
    (engine.kind === 'schema' && engine.schema.getSubscriptionType()
      ? createSchemaSubscriptions(engine.schema, limits.operationTokens, formatError)
      : null);
  const sockets =
    open &&
    createWebSocketEndpoint(
      {
        path: GRAPHQL_PATH,
        maxPayloadBytes: limits.socketMessageBytes,
        initTimeoutMs: limits.socketInitMs,
        maxSubscriptionsPerSocket: limits.subscriptionsPerSocket,
        pingEveryMs: limits.pingEveryMs,
        isAllowedOrigin: (origin) => origins.isAllowed(origin),
        trustedProxies: options.trustedProxies ?? null,
      },
      { open, identity, formatError, metrics, clock, ids, log },
    );

  const httpOptions = { path: GRAPHQL_PATH, bodyLimitBytes: limits.bodyBytes, timeLimitMs: limits.operationMs };
  const httpDeps = { identity, formatError, metrics, clock, log, origins: () => origins };
  const graphql =
    engine.kind === 'own'
      ? engine.open(httpOptions, httpDeps)
      : await openGraphQLHttp(
          { ...httpOptions, engine, introspection: options.introspection, maxTokens: limits.operationTokens },
          httpDeps,
        );
  const health = healthRoutes(
    { checks: options.checks ?? [], checkTimeoutMs: limits.readinessCheckMs, isStopping: () => isStopping },
    { metrics, clock, log },
  );

  const http = await openHttpServer(
    {
      host: options.host,
      port: options.port,
      name: options.name,
      portVariable: options.portVariable,
      stopGraceMs: limits.stopGraceMs,
    },
    { log, ids, clock },
    [...graphql.routes, ...health, ...(options.routes ?? [])],
    sockets?.upgrade,
  ).catch(async (error: unknown) => {
    await sockets?.stop();
    await graphql.stop();
    throw error;
  });
  origins = createOriginPolicy(http.port, options.allowedOrigins ?? []);

  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      isStopping = true;
      await sockets?.stop();
      await http.stop();
      await graphql.stop();
    })();
    return stopping;
  };
  return {
    name: options.name,
    port: http.port,
    url: http.url,
    graphqlUrl: `${http.url}${GRAPHQL_PATH}`,
    stop,
    [Symbol.asyncDispose]: stop,
  };
};
