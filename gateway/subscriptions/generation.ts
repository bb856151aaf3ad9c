/**
 * What subscriptions need of one version of the supergraph. A stream keeps the generation it began with, so a schema
 * change never alters a plan under a running stream.
 */
import { LRUCache } from 'lru-cache';
import type { Generation } from '../execution/generation.ts';
import type { PreparationDeps } from '../execution/operation.ts';
import type { PlanRefusal } from '../planning/planned.ts';
import type { SubscriptionPlan } from './plan.ts';

export type PreparedStream = { readonly kind: 'prepared'; readonly plan: SubscriptionPlan } | PlanRefusal;

/** Told of each stream that is open; `close` is called when it has to move to another generation. */
export type StreamUse = { follow(close: (error: unknown) => void): () => void };

/** A version of the supergraph with what its streams are run with. */
export type StreamSource = {
  readonly generation: Generation;
  readonly preparation: PreparationDeps;
  /** WebSocket URL of a subgraph's /graphql. */
  socketUrl(service: string): string;
  readonly use?: StreamUse;
};

export type StreamGeneration = StreamSource & {
  /** Plans by operation text and name, made or in the making. */
  readonly plans: LRUCache<string, Promise<PreparedStream>>;
};

const MOST_PLANS = 500;

export const forStreams = (source: StreamSource): StreamGeneration => ({
  ...source,
  plans: new LRUCache({ max: MOST_PLANS }),
});
