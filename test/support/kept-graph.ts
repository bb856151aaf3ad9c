/**
 * A small shop behind the compiled executor with keeping on, in one process: items at home in one subgraph, their stock
 * in another, every value with its version, so that a test knows how old an answer is. Time, changes, failures and the
 * feed are in the test's hands.
 */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, graphql, parse } from 'graphql';
import { type Cache, createCache, DEFAULT_CACHE_OPTIONS } from '#gateway/caching/cache.ts';
import { createKeeper } from '#gateway/caching/keeper.ts';
import { createEngine, DEFAULT_ENGINE_OPTIONS, type Outcome } from '#gateway/execution/engine.ts';
import { createGeneration, type Generation } from '#gateway/execution/generation.ts';
import type { Hop, HopReply, HopScope } from '#gateway/execution/hop.ts';
import { composeSubgraphs } from '#gateway/supergraph/compose.ts';
import type { Purpose } from '#model/purpose.ts';
import { createErrorFormatter } from '#runtime/graphql/errors.ts';
import { silentLog } from '#runtime/log.ts';
import type { TestClock } from './clock.ts';

export const KEEPING_LINKS = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@external", "@composeDirective"])
    @link(url: "https://retail.example/directives/v1.0", import: ["@cacheControl", "@changes"])
    @composeDirective(name: "@cacheControl")
    @composeDirective(name: "@changes")
  directive @cacheControl(maxAge: Int, scope: CacheControlScope = PUBLIC, inheritMaxAge: Boolean)
    on FIELD_DEFINITION | OBJECT | ENUM_VALUE | INPUT_FIELD_DEFINITION
  directive @changes(tags: [String!]!, each: String) on FIELD_DEFINITION | OBJECT
  enum CacheControlScope { PUBLIC PRIVATE }
`;

export const ITEMS_SDL = `${KEEPING_LINKS}
  type Query {
    item(sku: ID!): Item @cacheControl(maxAge: 60) @changes(tags: ["item:{$sku}"])
    items(skus: [ID!]!): [Item]! @cacheControl(maxAge: 60) @changes(tags: ["item:{$skus}"], each: "skus")
    pages(first: Int): [Item!]! @cacheControl(maxAge: 10) @changes(tags: [])
    unkept(sku: ID!): Item
  }
  type Mutation { touch(sku: ID!): Item }
  type Item @key(fields: "sku") @key(fields: "code") @changes(tags: ["item:{sku}"]) {
    sku: ID!
    code: ID!
    title: String! @cacheControl(maxAge: 60)
    note: String
    mine: String @cacheControl(maxAge: 30, scope: PRIVATE)
    seenBy: String @cacheControl(maxAge: 60)
    price: Price @cacheControl(maxAge: 60)
    like: [Item!]! @cacheControl(maxAge: 60)
  }
  type Price { amount: Int! soonOver: Int @cacheControl(maxAge: 2) }
`;

export const STOCK_SDL = `${KEEPING_LINKS}
  enum Want { LOOK BUY @cacheControl(maxAge: 0) SOON @cacheControl(maxAge: 1) }
  input Context { want: Want = LOOK, maxAge: Int @cacheControl(maxAge: 0), inner: Context }
  type Query {
    stocks(skus: [ID!]!, context: Context): [Stock!]!
      @cacheControl(maxAge: 5) @changes(tags: ["stock:{$skus}"], each: "skus")
  }
  type Item @key(fields: "sku") {
    sku: ID!
    stock(context: Context): Stock! @cacheControl(maxAge: 5) @changes(tags: ["stock:{sku}"])
  }
  type Stock @key(fields: "id") @cacheControl(inheritMaxAge: true) { id: ID! word: String! item: Item }
`;

export type Asked = { readonly service: string; readonly query: string; readonly variables: Record<string, unknown> };

export type KeptGraph = {
  readonly generation: Generation;
  readonly cache: Cache;
  /** All requests to subgraphs, in order. */
  readonly asked: Asked[];
  /** Puts the next version of an item or its stock in force, without telling anybody. */
  change(kind: 'item' | 'stock', sku: string): void;
  versionOf(kind: 'item' | 'stock', sku: string): number;
  /** Runs before each answer of a subgraph; what it says instead is answered, or it answers after what it waits for. */
  beforeAnswer: ((asked: Asked) => HopReply | undefined | Promise<HopReply | undefined>) | null;
  /** Added to each answer. */
  extensions: Readonly<Record<string, unknown>> | null;
  ask(query: string, variables?: Record<string, unknown>, by?: Partial<By>): Promise<Outcome>;
};

export type By = {
  readonly audience: string | undefined;
  readonly authorization: string | undefined;
  readonly purpose: Purpose;
  readonly maxAgeMs: number | undefined;
  readonly whenOver: HopScope['whenOver'];
};

export const composeKept = (sdls: Readonly<Record<string, string>>): string => {
  const composed = composeSubgraphs(
    Object.entries(sdls).map(([name, sdl]) => ({
      name,
      routingUrl: `http://${name}.test/graphql`,
      sdl,
      file: `${name}.graphql`,
    })),
  );
  if (composed.kind !== 'composed') throw new Error(JSON.stringify(composed));
  return composed.supergraphSdl;
};

let made: Generation | null = null;
/** Composing is most of the work, and gives the same every time. */
const generationOnce = (): Generation => {
  made ??= createGeneration(1, composeKept({ items: ITEMS_SDL, stock: STOCK_SDL }));
  return made;
};

type Seen = { readonly audience: string; readonly caller: string };

export const createKeptGraph = (
  options: { readonly settleMs?: number; readonly maxBytes?: number },
  deps: { readonly clock: TestClock; readonly random?: () => number },
): KeptGraph => {
  const { clock } = deps;
  const versions = new Map<string, number>();
  const versionOf = (kind: string, sku: string): number => versions.get(`${kind}:${sku}`) ?? 1;
  const item = (sku: string) => (sku === 'NONE' ? null : { sku, code: `c-${sku}` });
  const skuOf = ({ code, sku }: { readonly sku?: string; readonly code?: string }): string =>
    sku ?? (code ?? '').slice(2);
  const stock = (sku: string) => ({ id: `st-${sku}`, word: `${sku} v${versionOf('stock', sku)}`, item: { sku } });
  const schemas: Readonly<Record<string, GraphQLSchema>> = {
    items: buildSubgraphSchema([
      {
        typeDefs: parse(ITEMS_SDL),
        resolvers: {
          Query: {
            item: (_: unknown, { sku }: { sku: string }) => item(sku),
            items: (_: unknown, { skus }: { skus: string[] }) => skus.map(item),
            pages: () => ['A', 'B'].map(item),
            unkept: (_: unknown, { sku }: { sku: string }) => item(sku),
          },
          Mutation: { touch: (_: unknown, { sku }: { sku: string }) => item(sku) },
          Item: {
            __resolveReference: (reference: { sku?: string; code?: string }) => item(skuOf(reference)),
            title: ({ sku }: { sku: string }) => `${sku} v${versionOf('item', sku)}`,
            note: ({ sku }: { sku: string }) => `note of ${sku}`,
            mine: ({ sku }: { sku: string }, _: unknown, { caller }: Seen) => `${sku} for ${caller}`,
            seenBy: (_: unknown, __: unknown, { audience }: Seen) => audience,
            price: ({ sku }: { sku: string }) => ({ amount: versionOf('item', sku), soonOver: 1 }),
            like: () => ['A', 'B'].map(item),
          },
        },
      },
    ]),
    stock: buildSubgraphSchema([
      {
        typeDefs: parse(STOCK_SDL),
        resolvers: {
          Query: {
            stocks: (_: unknown, { skus }: { skus: string[] }) =>
              skus.map((sku) => {
                if (sku === 'BAD') throw new Error('no such item');
                return stock(sku);
              }),
          },
          Item: {
            __resolveReference: ({ sku }: { sku: string }) => ({ sku }),
            stock: ({ sku }: { sku: string }) => stock(sku),
          },
          Stock: { __resolveReference: ({ id }: { id: string }) => stock(id.slice(3)) },
        },
      },
    ]),
  };
  const generation = generationOnce();
  const cache = createCache(
    { ...DEFAULT_CACHE_OPTIONS, ...options },
    { clock, ids: { random: deps.random ?? (() => 0) }, namesOf: (tag) => [tag] },
  );
  let numbers = 0;
  const nextNumber = (): number => {
    numbers += 1;
    return numbers;
  };
  const graph: KeptGraph = {
    generation,
    cache,
    asked: [],
    change: (kind, sku) => {
      versions.set(`${kind}:${sku}`, versionOf(kind, sku) + 1);
    },
    versionOf,
    beforeAnswer: null,
    extensions: null,
    ask: async (query, variables = {}, by = {}) => {
      const made = engine.prepare(query);
      const preparation = made instanceof Promise ? await made : made;
      if (preparation.kind === 'refused') throw new Error(JSON.stringify(preparation.errors));
      const scope: HopScope = {
        audience: 'audience' in by ? (by.audience as string) : 'shoppers',
        ...(by.authorization === undefined ? {} : { authorization: by.authorization }),
        freshness: { purpose: by.purpose ?? 'BROWSE', ...(by.maxAgeMs === undefined ? {} : { maxAgeMs: by.maxAgeMs }) },
        correlationId: 'test',
        deadlineMs: clock.now() + 30_000,
        isOver: false,
        whenOver: by.whenOver ?? (() => () => undefined),
      };
      const outcome =
        preparation.operation.atHand(variables, scope) ?? (await preparation.operation.execute(variables, scope));
      if (outcome.kind === 'refused') throw new Error(JSON.stringify(outcome.errors));
      return outcome;
    },
  };
  const hopOf = (service: string): Hop => ({
    name: service,
    send: async ({ body, scope }) => {
      const { query, variables } = JSON.parse(body) as { query: string; variables: Record<string, unknown> };
      const asked = { service, query, variables };
      graph.asked.push(asked);
      const instead = await graph.beforeAnswer?.(asked);
      if (instead) return instead;
      const contextValue: Seen = { audience: scope.audience ?? 'nobody', caller: scope.authorization ?? 'nobody' };
      const result = await graphql({
        schema: schemas[service] as GraphQLSchema,
        source: query,
        variableValues: variables,
        contextValue,
      });
      const plain = JSON.parse(JSON.stringify(result)) as object;
      return {
        kind: 'answered',
        result: { ...plain, ...(graph.extensions ? { extensions: graph.extensions } : {}) },
        isOwn: true,
      };
    },
  });
  const engine = createEngine(generation, DEFAULT_ENGINE_OPTIONS, {
    formatError: createErrorFormatter({ log: silentLog }),
    hopOf,
    keeper: createKeeper(generation, { cache, clock, nextNumber }),
  });
  return graph;
};

/** A graph whose feed has been followed for a while. */
export const openKeptGraph = async (
  deps: { readonly clock: TestClock; readonly random?: () => number },
  options: { readonly settleMs?: number; readonly maxBytes?: number } = {},
): Promise<KeptGraph> => {
  const graph = createKeptGraph(options, deps);
  graph.cache.follower.missed();
  graph.cache.follower.followed();
  await deps.clock.advance((options.settleMs ?? DEFAULT_CACHE_OPTIONS.settleMs) + 1);
  return graph;
};
