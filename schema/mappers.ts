/**
 * Which TypeScript type stands behind a GraphQL type in a subgraph's resolvers, where it is not the generated one:
 * `{ <subgraph>: { <GraphQL type>: '<#zone module>#<exported type>' } }`.
 */
export const mappers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  erp: {},
  pos: {},
  wms: {},
  marketplace: {},
  process: {},
};
