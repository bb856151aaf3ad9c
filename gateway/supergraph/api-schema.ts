import { Supergraph } from '@apollo/federation-internals';
import type { GraphQLSchema } from 'graphql';

/** What clients see of a supergraph: no federation machinery, nothing inaccessible. */
export const toApiSchema = (supergraphSdl: string): GraphQLSchema =>
  Supergraph.build(supergraphSdl, { validateSupergraph: false }).apiSchema().toGraphQLJSSchema();
