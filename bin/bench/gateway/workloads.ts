/** What is asked: three pages of a shop, and lists whose size is the question. */
export type Question = {
  readonly query: string;
  /** One set after the other, round and round. */
  readonly variables: readonly Readonly<Record<string, unknown>>[];
};

export type Workload = Question & { readonly name: string; readonly about: string };

/**
 * More than there are connections, so that the same question is never asked by two at once; few enough that subgraphs
 * answer all of them from memory after the first round.
 */
const DISTINCT = 128;
/** For questions asked only to see how their cost grows. */
const DISTINCT_SIZES = 48;

const distinct = (
  of: (index: number) => Readonly<Record<string, unknown>>,
  length: number = DISTINCT,
): readonly Readonly<Record<string, unknown>>[] => Array.from({ length }, (_, index) => of(index));

const LIST = `query List($first: Int!, $offset: Int!) {
  products(first: $first, offset: $offset) {
    id sku title brand { name } image
    price { amount currency } promotion
    stock { status quantity }
  }
}`;

const ORDER = `query OrderPage($id: ID!) {
  order(id: $id) {
    id number status placedAt
    customer { name username }
    lines { quantity product { id title image brand { name } } }
  }
}`;

const DEEP = `query Deep($first: Int!, $offset: Int!) {
  users(first: $first, offset: $offset) {
    ...Person
    reviews(first: 3) {
      ...Words
      product {
        ...Goods
        reviews(first: 2) {
          ...Words
          author {
            ...Person
            reviews(first: 1) { ...Words product { ...Goods } }
          }
        }
      }
    }
  }
  top: products(first: 5, offset: $offset) {
    ...Goods
    reviews(first: 2) { ...Words author { ...Person } }
  }
}
fragment Person on User { id name username }
fragment Words on Review { id body stars }
fragment Goods on Product { id sku title stock { status quantity } shippingCents }
`;

export const WORKLOADS = {
  list: {
    name: 'list',
    about: '50 products of 3 subgraphs',
    query: LIST,
    variables: distinct((index) => ({ first: 50, offset: index * 50 })),
  },
  order: {
    name: 'order',
    about: 'an order page, 3 fetches',
    query: ORDER,
    variables: distinct((index) => ({ id: `o${index + 1}` })),
  },
  deep: {
    name: 'deep',
    about: 'users, their reviews, products and their reviews: 4 subgraphs',
    query: DEEP,
    variables: distinct((index) => ({ first: 6, offset: index * 6 })),
  },
} as const satisfies Readonly<Record<string, Workload>>;

export type WorkloadName = keyof typeof WORKLOADS;

/** The same question with one set of variables: whoever asks while it is being answered may share the answer. */
export const sameOf = (workload: Workload): Workload => ({
  ...workload,
  name: `${workload.name}_same`,
  about: `${workload.about}, all with the same variables`,
  variables: workload.variables.slice(0, 1),
});

/** Fields by subgraph, in the order in which lists grow wider. */
const WIDTHS = ['sku title', 'price { amount }', 'stock { status quantity }', 'rating', 'soldLastWeek'] as const;

export const MOST_SUBGRAPHS = WIDTHS.length;

/** A list of so many products with fields of so many subgraphs. */
export const listOfSize = (entities: number, subgraphs: number): Workload => ({
  name: `list_${entities}x${subgraphs}`,
  about: `${entities} products of ${subgraphs} subgraphs`,
  query: `query Size($first: Int!, $offset: Int!) { products(first: $first, offset: $offset) { id ${WIDTHS.slice(0, subgraphs).join(' ')} } }`,
  variables: distinct((index) => ({ first: entities, offset: index * entities }), DISTINCT_SIZES),
});
