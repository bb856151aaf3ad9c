/** Keeping for one version of the graph: its rules, worked out once per operation. */
import type { Clock } from '#runtime/clock.ts';
import type { Generation } from '../execution/generation.ts';
import type { Keeper } from '../execution/shelf.ts';
import type { Cache } from './cache.ts';
import { createFetchPolicies } from './fetch-policy.ts';
import { createFetchShelf } from './fetch-shelf.ts';
import { createKeptAnswers } from './kept-answers.ts';
import { createLimits } from './limits.ts';
import { createKeepingRules } from './rules.ts';

export type KeeperDeps = {
  readonly cache: Cache;
  readonly clock: Pick<Clock, 'now'>;
  /** A number never given before: what one version of the graph keeps, no other is given. */
  nextNumber(): number;
};

/** Identities of questions that are remembered; beyond it, the same question of two operations is kept twice. */
const MOST_IDENTITIES = 20_000;

export const createKeeper = (generation: Pick<Generation, 'supergraph'>, deps: KeeperDeps): Keeper => {
  const rules = createKeepingRules(generation.supergraph);
  const policyOf = createFetchPolicies(generation.supergraph, rules, createLimits(rules));
  const numbers = new Map<string, number>();
  const numberOf = (identity: string): number => {
    const known = numbers.get(identity);
    if (known !== undefined) return known;
    const number = deps.nextNumber();
    if (numbers.size < MOST_IDENTITIES) numbers.set(identity, number);
    return number;
  };
  return {
    shelfOf: (node) => {
      const policy = policyOf(node);
      return policy ? createFetchShelf(policy, numberOf(policy.identity), deps) : null;
    },
    answersOf: (variableNames, shelves) =>
      createKeptAnswers({ number: deps.nextNumber(), variableNames, shelves }, deps),
  };
};
