/** A subgraph's schema, asked as its server asks it: one context per request, with what the caller said about it. */
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { type DocumentNode, graphql } from 'graphql';
import { enforceAccess } from '#runtime/graphql/access.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import { expandScopes } from '#runtime/graphql/identity.ts';
import type { Freshness } from '#runtime/graphql/purpose.ts';

export type Asked = {
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape it asked for.
  readonly data: any;
  readonly errors?: readonly { readonly message: string; readonly path?: readonly (string | number)[] }[];
};

export type AskOptions = {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly freshness?: Freshness;
  readonly deadlineMs?: number;
};

export type AskedSchema = (source: string, options?: AskOptions) => Promise<Asked>;

const OPERATOR = [
  'storefront',
  'ops:read',
  'orders:systems',
  'stock:raw',
  'finance:read',
  'marketplace:write',
  'store:operate',
];

export const askedSchema = (part: { readonly typeDefs: DocumentNode; readonly resolvers: object }): AskedSchema => {
  const { typeDefs } = part;
  // Generated resolver types are narrower than what the schema builder takes; the SDL they come from is the same.
  const resolvers = part.resolvers as GraphQLResolverMap<unknown>;
  const schema = enforceAccess(buildSubgraphSchema([{ typeDefs, resolvers }]));
  return async (source, { deadlineMs, freshness, variables = {} } = {}) => {
    const contextValue = createRequestContext({
      identity: { channel: '*', scopes: expandScopes(OPERATOR) },
      correlationId: 'test',
      signal: new AbortController().signal,
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
      ...(freshness === undefined ? {} : { freshness }),
    });
    const result = await graphql({ schema, source, variableValues: variables, contextValue });
    return JSON.parse(JSON.stringify(result)) as Asked;
  };
};
