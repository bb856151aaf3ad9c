/** The rules of an answer, with what they need to know of other items. */
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { Velocity } from './assessment.ts';
import type { ItemFacts } from './facts.ts';
import { learntVelocity } from './rates.ts';
import type { SourcingRules } from './sources.ts';

/** `related` is asked for any SKU that the policy ties to the item in question (see relatedTo). */
export const sourcingRules = (
  policy: ProcessPolicy,
  related: (sku: string) => ItemFacts | undefined,
  velocity: Velocity = learntVelocity(policy, related),
): SourcingRules => ({ policy, related, velocity });
