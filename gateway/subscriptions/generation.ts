/**
 * What subscriptions need of one version of the supergraph. A stream keeps the generation it began with, so a schema
 * change never alters a plan under a running stream.
 */
import { LRUCache } from 'lru-cache';
import type { Generation } from '../execution/generation.ts';
import type { SubscriptionPlan } from './plan.ts';

export type StreamGeneration = Generation & {
  /** Plans by operation text and name. */
  readonly plans: LRUCache<string, SubscriptionPlan>;
};

const MOST_PLANS = 500;

export const forStreams = (generation: Generation): StreamGeneration => ({
  ...generation,
  plans: new LRUCache({ max: MOST_PLANS }),
});
