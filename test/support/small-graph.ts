/** Two small federated subgraphs and a gateway over them, on real sockets. Parts can be stopped and started again. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { type Gateway, type GatewayOptions, openGateway } from '#gateway/server.ts';
import { composeSubgraphs } from '#gateway/supergraph/compose.ts';
import { type Clock, systemClock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import { enforceAccess } from '#runtime/graphql/access.ts';
import type { RequestContext } from '#runtime/graphql/context.ts';
import { createIdentityVerifier, type IdentityVerifier, mintToken } from '#runtime/graphql/identity.ts';
import { type GraphQLServer, openGraphQLServer, type ServerLimits } from '#runtime/graphql/serve.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createEventLog, cursorOf, type EventLog } from './event-log.ts';

const LINKS = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@tag", "@composeDirective"])
    @link(url: "https://retail.example/directives/v1.0", import: ["@access"])
    @composeDirective(name: "@access")
  directive @access(scope: String!) on OBJECT | FIELD_DEFINITION
`;

export const ORDERS_SDL = `${LINKS}
  scalar EventCursor
  type Query @access(scope: "storefront") {
    order(id: ID!): Order
    orders(ids: [ID!]!): [Order!]!
    "Never answers by itself: waits for the caller to give up."
    patience: Int
    "A bug."
    bug: Int
    "A system that is down."
    outage: Int
  }
  type Mutation @access(scope: "storefront") { touch(id: ID!): Order }
  type Order @key(fields: "id") @access(scope: "storefront") {
    id: ID!
    status: String!
    product: Product
    firm: Product!
  }
  type Product @key(fields: "sku") @access(scope: "storefront") { sku: ID! }
  type Subscription @access(scope: "storefront") {
    orderMoved(id: ID!, after: EventCursor): OrderItem!
    ticks: Tick!
    staffOnly: Tick! @access(scope: "ops:read")
  }
  union OrderItem = Snapshot | Moved
  type Snapshot @access(scope: "storefront") { cursor: EventCursor!, order: Order! }
  type Moved @access(scope: "storefront") { cursor: EventCursor!, status: String!, order: Order! }
  type Tick @access(scope: "storefront") { status: String!, padding: String!, product: Product }
`;

export const CATALOG_SDL = `${LINKS}
  type Query @access(scope: "storefront") { product(sku: ID!): Product, caller: String! }
  type Product @key(fields: "sku") @access(scope: "storefront") {
    sku: ID!
    title(language: String): String
    firmTitle: String!
    "Who asks, as this subgraph sees it: shows whether results are shared between callers."
    seenBy: String
    "What the caller wants it for, as this subgraph sees it."
    wantedFor: String
    cost: Int @access(scope: "ops:read")
  }
`;

const IDENTITY = { secret: 'a-secret-for-tests-that-is-long-enough', issuer: 'tests', audience: 'tests' };

export type SmallGraph = AsyncDisposable & {
  readonly gateway: Gateway;
  readonly url: string;
  readonly supergraphSdl: string;
  readonly orders: { readonly log: EventLog; stop(): Promise<void>; start(): Promise<void> };
  readonly catalog: {
    /** Products resolved through entity look-ups, in order. */
    readonly resolved: string[];
    /** Requests that brought entity look-ups. */
    readonly correlationIds: string[];
    stop(): Promise<void>;
    start(): Promise<void>;
  };
  token(options?: {
    readonly scopes?: readonly string[];
    readonly channel?: string;
    readonly lifetimeSeconds?: number;
  }): Promise<string>;
};

type SmallGraphOptions = {
  readonly clock?: Clock;
  readonly limits?: GatewayOptions['limits'];
  readonly subgraphLimits?: Partial<ServerLimits>;
  readonly development?: boolean;
  readonly gateway?: Pick<GatewayOptions, 'savedOperations' | 'safelist' | 'subgraphUrls'>;
};

type Served = { url(): string; stop(): Promise<void>; start(): Promise<void> };

/** A server that comes back on the port it had. */
const restartable = async (open: (port: number) => Promise<GraphQLServer>): Promise<Served> => {
  let server = await open(0);
  const { port, graphqlUrl } = server;
  return {
    url: () => graphqlUrl,
    stop: () => server.stop(),
    start: async () => {
      server = await open(port);
    },
  };
};

const callerOf = (context: RequestContext): string =>
  context.authorization === undefined ? 'nobody' : context.identity.channel;

const ordersSchema = (log: EventLog, padding: () => string) => {
  const order = (id: string) => ({
    id,
    status: log.events.at(-1)?.status ?? 'NEW',
    product: { sku: `sku-${id}` },
    firm: { sku: `sku-${id}` },
  });
  const ticks = async function* (signal: AbortSignal, after: string | null) {
    for await (const { status } of log.tail(after, signal))
      yield { ticks: { status, padding: padding(), product: { sku: 'sku-tick' } }, staffOnly: { status, padding: '' } };
  };
  return enforceAccess(
    buildSubgraphSchema([
      {
        typeDefs: parse(ORDERS_SDL),
        resolvers: {
          Query: {
            order: (_: unknown, { id }: { id: string }) => (id === 'none' ? null : order(id)),
            orders: (_: unknown, { ids }: { ids: readonly string[] }) => ids.map(order),
            patience: (_: unknown, __: unknown, { signal }: RequestContext) =>
              new Promise((_resolve, reject) =>
                signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
              ),
            bug: () => {
              throw new Error('password=hunter2 at /srv/secret.ts');
            },
            outage: () => {
              throw new Failure('UPSTREAM_RATE_LIMITED', 'erp-main: the quota is used up.', {
                system: 'erp-main',
                retryAfterMs: 1500,
              });
            },
          },
          Mutation: { touch: (_: unknown, { id }: { id: string }) => order(id) },
          Order: { __resolveReference: ({ id }: { id: string }) => order(id) },
          OrderItem: {
            __resolveType: (item: { status?: string }) => (item.status === undefined ? 'Snapshot' : 'Moved'),
          },
          Subscription: {
            orderMoved: {
              subscribe: async function* (
                _: unknown,
                { id, after }: { id: string; after?: string | null },
                { signal }: RequestContext,
              ) {
                if (after === 'bad')
                  throw new Failure('CURSOR_INVALID', 'after: this is not a cursor of this stream.', {
                    field: 'after',
                  });
                const tail = log.tail(after ?? cursorOf(log.events.length), signal);
                if (!after) yield { orderMoved: { cursor: cursorOf(log.events.length), order: order(id) } };
                for await (const { position, status } of tail)
                  yield { orderMoved: { cursor: cursorOf(position), status, order: { ...order(id), status } } };
              },
            },
            ticks: { subscribe: (_: unknown, __: unknown, { signal }: RequestContext) => ticks(signal, null) },
            staffOnly: { subscribe: (_: unknown, __: unknown, { signal }: RequestContext) => ticks(signal, null) },
          },
        },
      },
    ] as Parameters<typeof buildSubgraphSchema>[0]),
  );
};

const catalogSchema = (resolved: string[], correlationIds: string[]) =>
  enforceAccess(
    buildSubgraphSchema([
      {
        typeDefs: parse(CATALOG_SDL),
        resolvers: {
          Query: {
            product: (_: unknown, { sku }: { sku: string }) => ({ sku }),
            caller: (_: unknown, __: unknown, context: RequestContext) => callerOf(context),
          },
          Product: {
            __resolveReference: ({ sku }: { sku: string }, context: RequestContext) => {
              resolved.push(sku);
              correlationIds.push(context.correlationId);
              return { sku };
            },
            title: ({ sku }: { sku: string }, { language }: { language?: string }) =>
              `Title of ${sku}${language ? ` (${language})` : ''}`,
            firmTitle: ({ sku }: { sku: string }) => (sku === 'sku-hollow' ? null : `Title of ${sku}`),
            seenBy: (_: unknown, __: unknown, context: RequestContext) => callerOf(context),
            wantedFor: (_: unknown, __: unknown, { callClass, maxAgeMs, purpose, waitMs }: RequestContext) =>
              [purpose, callClass, `waits ${waitMs}`, `at most ${maxAgeMs ?? 'any'}`].join(', '),
            cost: () => 7,
          },
        },
      },
    ] as Parameters<typeof buildSubgraphSchema>[0]),
  );

export const openSmallGraph = async (options: SmallGraphOptions = {}): Promise<SmallGraph> => {
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const clock = options.clock ?? systemClock;
  const identity: IdentityVerifier = createIdentityVerifier(
    { ...IDENTITY, anonymousScopes: ['storefront'], anonymousChannel: 'web' },
    { clock },
  );
  const deps = { identity, clock, ids: systemIds, log: silentLog };
  const log = createEventLog();
  const resolved: string[] = [];
  const correlationIds: string[] = [];
  const padding = 'x'.repeat(32 * 1024);
  const serve = (name: string, schema: Parameters<typeof enforceAccess>[0]) => (port: number) =>
    openGraphQLServer(
      {
        name,
        host: '127.0.0.1',
        port,
        portVariable: `${name.toUpperCase()}_PORT`,
        engine: { kind: 'schema', schema },
        introspection: false,
        ...(options.subgraphLimits ? { limits: options.subgraphLimits } : {}),
      },
      deps,
    );
  const orders = await restartable(
    serve(
      'orders',
      ordersSchema(log, () => padding),
    ),
  );
  const catalog = await restartable(serve('catalog', catalogSchema(resolved, correlationIds)));
  const composition = composeSubgraphs([
    { name: 'orders', routingUrl: orders.url(), file: 'orders.graphql', sdl: ORDERS_SDL },
    { name: 'catalog', routingUrl: catalog.url(), file: 'catalog.graphql', sdl: CATALOG_SDL },
  ]);
  if (composition.kind === 'failed') throw new Error(JSON.stringify(composition.problems));
  const gateway = await openGateway(
    {
      host: '127.0.0.1',
      port: 0,
      portVariable: 'PORT',
      supergraphSdl: composition.supergraphSdl,
      development: options.development ?? true,
      ...(options.limits ? { limits: options.limits } : {}),
      ...options.gateway,
    },
    deps,
  );
  return {
    gateway,
    url: gateway.graphqlUrl,
    supergraphSdl: composition.supergraphSdl,
    orders: { log, stop: orders.stop, start: orders.start },
    catalog: { resolved, correlationIds, stop: catalog.stop, start: catalog.start },
    token: ({ scopes = ['storefront'], channel = 'web', lifetimeSeconds = 3600 } = {}) =>
      mintToken(IDENTITY, { channel, scopes, lifetimeSeconds }, { clock }),
    [Symbol.asyncDispose]: async () => {
      await gateway.stop();
      await orders.stop();
      await catalog.stop();
    },
  };
};
