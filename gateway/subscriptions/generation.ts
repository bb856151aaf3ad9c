/**
 * What subscriptions need of one version of the supergraph. A stream keeps the generation it began with, so a schema
 * change never alters a plan under a running stream.
 */
import type { Schema } from '@apollo/federation-internals';
import { Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { SubscriptionPlan } from './plan.ts';

export type Generation = {
  readonly number: number;
  /** What clients see, in graphql-js form: for validation and variables. */
  readonly api: GraphQLSchema;
  /** The same for the planner and for shaping results. */
  readonly apiSchema: Schema;
  readonly supergraph: GraphQLSchema;
  readonly planner: QueryPlanner;
  /** Plans by operation text and name. */
  readonly plans: LRUCache<string, SubscriptionPlan>;
};

const MOST_PLANS = 500;

export const createGeneration = (number: number, supergraphSdl: string, api: GraphQLSchema): Generation => {
  // Apollo Gateway has validated the same text just before.
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: false });
  return {
    number,
    api,
    apiSchema: supergraph.apiSchema(),
    supergraph: supergraph.schema.toGraphQLJSSchema(),
    planner: new QueryPlanner(supergraph),
    plans: new LRUCache({ max: MOST_PLANS }),
  };
};
