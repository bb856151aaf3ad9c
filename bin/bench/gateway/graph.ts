/** The graph that every gateway serves in this benchmark: six subgraphs, each with a part of what a shop shows. */
import { composeSubgraphs } from '#gateway/supergraph/compose.ts';

const LINK = (...names: readonly string[]): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: [${names.map((name) => `"@${name}"`).join(', ')}])\n`;

export const SUBGRAPH_SDL = {
  products: `${LINK('key')}
type Query {
  products(first: Int!, offset: Int! = 0): [Product!]!
  product(id: ID!): Product
}
type Product @key(fields: "id") {
  id: ID!
  sku: String!
  title: String!
  brand: Brand!
  image: String
  weightGrams: Int!
}
type Brand { id: ID! name: String! }
`,
  pricing: `${LINK('key')}
type Product @key(fields: "id") {
  id: ID!
  price: Money!
  promotion: String
}
type Money { amount: String! currency: String! }
`,
  inventory: `${LINK('key', 'external', 'requires')}
type Product @key(fields: "id") {
  id: ID!
  weightGrams: Int! @external
  stock: Stock!
  shippingCents: Int! @requires(fields: "weightGrams")
}
type Stock { status: StockStatus! quantity: Int! }
enum StockStatus { IN_STOCK LOW_STOCK OUT_OF_STOCK }
`,
  reviews: `${LINK('key')}
type Product @key(fields: "id") {
  id: ID!
  rating: Float
  reviews(first: Int!): [Review!]!
}
type User @key(fields: "id") {
  id: ID!
  reviews(first: Int!): [Review!]!
}
type Review @key(fields: "id") {
  id: ID!
  body: String!
  stars: Int!
  author: User!
  product: Product!
}
`,
  accounts: `${LINK('key')}
type Query {
  users(first: Int!, offset: Int! = 0): [User!]!
}
type User @key(fields: "id") {
  id: ID!
  name: String!
  username: String!
}
`,
  orders: `${LINK('key')}
type Query {
  order(id: ID!): Order
}
type Order @key(fields: "id") {
  id: ID!
  number: String!
  status: OrderStatus!
  placedAt: String!
  customer: User!
  lines: [OrderLine!]!
}
type OrderLine { quantity: Int! product: Product! }
enum OrderStatus { PLACED PREPARING SHIPPED DELIVERED }
type User @key(fields: "id") { id: ID! }
type Product @key(fields: "id") {
  id: ID!
  soldLastWeek: Int!
}
`,
} as const;

export type SubgraphName = keyof typeof SUBGRAPH_SDL;
export const SUBGRAPH_NAMES = Object.keys(SUBGRAPH_SDL) as readonly SubgraphName[];

export type SubgraphUrls = Readonly<Record<SubgraphName, string>>;

/** Types beside those that questions are about: a graph as large as a company's, a little different in each version. */
export type Growth = {
  /** So many entity types, spread over the subgraphs. */
  readonly types: number;
  /** Tells versions apart: each has a type of that name. */
  readonly version: number;
};

const grownSdl = (name: SubgraphName, { types, version }: Growth): string => {
  const every = SUBGRAPH_NAMES.length;
  const mine = Array.from({ length: types }, (_, index) => index).filter(
    (index) => SUBGRAPH_NAMES[index % every] === name,
  );
  const entities = mine.map(
    (index) =>
      `type Extra${index} @key(fields: "id") { id: ID! name: String! amount(of: Int = 1): Int next: Extra${mine[(mine.indexOf(index) + 1) % mine.length]} }`,
  );
  const marker = name === 'orders' ? [`type Version${version} { number: Int! }`] : [];
  const entry = [
    ...mine.map((index) => `  extra${index}(id: ID!): Extra${index}`),
    ...(name === 'orders' ? [`  version: Version${version}`] : []),
  ];
  return [...entities, ...marker, `extend type Query {\n${entry.join('\n')}\n}`].join('\n');
};

const KEEPING = `extend schema
  @link(url: "https://retail.example/directives/v1.0", import: ["@cacheControl", "@changes"])
  @composeDirective(name: "@cacheControl")
  @composeDirective(name: "@changes")
directive @cacheControl(maxAge: Int, scope: CacheControlScope = PUBLIC, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | ENUM_VALUE | INPUT_FIELD_DEFINITION
enum CacheControlScope { PUBLIC PRIVATE }
directive @changes(tags: [String!]!, each: String) on FIELD_DEFINITION | OBJECT
`;
const KEPT = '@cacheControl(maxAge: 60)';

/** The same subgraph, with leave to keep what it answers: entities until their change is told, lists for their time. */
export const keptSdl = (sdl: string): string => {
  let isRoot = false;
  let isEntity = false;
  const lines = sdl.split('\n').map((line) => {
    const type = /^type (\w+)( @key\(.*?\))?/.exec(line);
    if (type) {
      isRoot = type[1] === 'Query';
      isEntity = type[2] !== undefined;
      return isEntity ? line.replace(' {', ` @changes(tags: ["${type[1]?.toLowerCase()}:{id}"]) {`) : line;
    }
    if (!line.startsWith('  ') || line.startsWith('  id:')) return line;
    if (isRoot) return `${line} ${KEPT} @changes(tags: [])`;
    return isEntity && !line.includes('@external') ? `${line} ${KEPT}` : line;
  });
  return `${lines.join('\n').replace('import: [', 'import: ["@composeDirective", ')}${KEEPING}`;
};

export type GraphOptions = { readonly growth?: Growth; readonly isKept?: boolean };

const sdlOf = (name: SubgraphName, { growth, isKept }: GraphOptions): string => {
  const own = isKept ? keptSdl(SUBGRAPH_SDL[name]) : SUBGRAPH_SDL[name];
  return growth ? `${own}${grownSdl(name, growth)}\n` : own;
};

export const composeGraph = (urls: SubgraphUrls, options: GraphOptions = {}): string => {
  const composition = composeSubgraphs(
    SUBGRAPH_NAMES.map((name) => ({
      name,
      routingUrl: urls[name],
      file: `${name}.graphql`,
      sdl: sdlOf(name, options),
    })),
  );
  if (composition.kind === 'failed')
    throw new Error(composition.problems.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return composition.supergraphSdl;
};
