/** One version of the supergraph as operations are run on it. Nothing in it changes; a new version is a new generation. */
import type { GraphQLSchema } from 'graphql';
import type { Planned, PlanRequest } from '../planning/planned.ts';
import { createPlanner, type Planner, type PlannerOptions } from '../planning/planner.ts';

export type Generation = {
  readonly number: number;
  /** What clients see: for variables, and what an answer must look like. */
  readonly api: GraphQLSchema;
  /** Names, kinds and relations of all types, also of those that clients do not see; their fields are not needed. */
  readonly supergraph: GraphQLSchema;
  /** Where the supergraph says that its subgraphs are. */
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** At once, or when a planner in another thread has answered. Never throws or rejects. */
  plan(request: PlanRequest): Planned | Promise<Planned>;
};

/** With its planner in this thread. */
export type LocalGeneration = Omit<Generation, 'plan'> &
  Omit<Planner, 'plan'> & { plan(request: PlanRequest): Planned };

const DEFAULT_OPTIONS: PlannerOptions = { maxTokens: 1_500, introspection: true };

export const createGeneration = (
  number: number,
  supergraphSdl: string,
  validateSupergraph = false,
  options: PlannerOptions = DEFAULT_OPTIONS,
): LocalGeneration => ({ number, ...createPlanner(supergraphSdl, options, validateSupergraph) });
