/** One version of the supergraph, loaded. Nothing in it changes; a new version is a new generation. */
import { type Schema, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';

export type Generation = {
  readonly number: number;
  /** What clients see, in graphql-js form: for validation, variables, and what an answer must look like. */
  readonly api: GraphQLSchema;
  /** The same for the planner. */
  readonly apiSchema: Schema;
  /** With everything that clients do not see. */
  readonly supergraph: GraphQLSchema;
  readonly planner: QueryPlanner;
  /** Where the supergraph says that its subgraphs are. */
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
};

/** `validateSupergraph` is for text that nobody has composed or checked before. */
export const createGeneration = (number: number, supergraphSdl: string, validateSupergraph = false): Generation => {
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph });
  const apiSchema = supergraph.apiSchema();
  return {
    number,
    api: apiSchema.toGraphQLJSSchema(),
    apiSchema,
    supergraph: supergraph.schema.toGraphQLJSSchema(),
    planner: new QueryPlanner(supergraph),
    subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url: url ?? '' })),
  };
};
