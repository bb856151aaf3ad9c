/** How the gateway would answer an operation: which subgraph is asked what, in which order. */
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { prettyFormatQueryPlan, QueryPlanner } from '@apollo/query-planner';
import { parse, Source, validate } from 'graphql';
import { Failure } from '#runtime/failure.ts';
import type { SavedOperation } from './operations.ts';

export const explainPlan = (supergraphSdl: string, operation: SavedOperation): string => {
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: false });
  const apiSchema = supergraph.apiSchema();
  const document = parse(new Source(operation.text, operation.file));
  const errors = validate(apiSchema.toGraphQLJSSchema(), document);
  if (errors.length > 0) {
    const list = errors.map(
      (error) => `  ${error.locations?.[0] ? `line ${error.locations[0].line}: ` : ''}${error.message}`,
    );
    throw new Failure('BAD_INPUT', [`${operation.file} is not valid for this schema:`, ...list].join('\n'));
  }
  return prettyFormatQueryPlan(new QueryPlanner(supergraph).buildQueryPlan(operationFromDocument(apiSchema, document)));
};
