/** What may be held where, by the same assessment as every answer. Pure. */
import { type Assessment, type Question, type Scope, scopeOf } from '#subgraphs/process/availability/assessment.ts';
import type { ItemFacts, Place, World } from '#subgraphs/process/availability/facts.ts';
import { assess } from '#subgraphs/process/availability/policy.ts';
import type { SourcingRules } from '#subgraphs/process/availability/sources.ts';
import type { ChannelPolicy } from '#subgraphs/process/policy/schema.ts';
import type { Shelf } from './plan.ts';

/** The place that the channel ships from, then codes and kinds as its policy lists them; without a list all are equal. */
export const rankOf = (
  place: Place,
  { locations, shipsFrom }: Pick<ChannelPolicy, 'locations' | 'shipsFrom'>,
): number => {
  if (place.code === shipsFrom) return -1;
  const codes = locations.codes ?? [];
  const named = codes.indexOf(place.code);
  if (named >= 0) return named;
  const kind = place.kind === null ? -1 : (locations.kinds ?? []).indexOf(place.kind);
  return codes.length + Math.max(0, kind);
};

export type Holdable = {
  readonly shelves: readonly Shelf[];
  /** What the channel may take of a SKU in all: demand without a place, quotas and the like have been taken off. */
  readonly limits: ReadonlyMap<string, number>;
  readonly answers: ReadonlyMap<string, Assessment>;
};

export const holdable = (
  /** Everything that is asked for, bundles with their parts. */
  items: readonly ItemFacts[],
  question: Question,
  onlyAt: ReadonlySet<string> | null,
  world: World,
  rules: SourcingRules,
  nowMs: number,
): Holdable => {
  const scope: Scope = scopeOf(world.places, question.rules);
  const shelves = new Map<string, { readonly place: Place; readonly free: Map<string, number> }>();
  const limits = new Map<string, number>();
  const answers = new Map<string, Assessment>();
  for (const item of items) {
    const answer = assess(item, question, scope, world, rules, nowMs);
    answers.set(item.sku, answer);
    limits.set(item.sku, answer.sellable ?? 0);
    for (const { place, excluded, position } of answer.locations) {
      if (excluded !== null || position === null || position.sellable <= 0) continue;
      if (onlyAt !== null && !onlyAt.has(place.code)) continue;
      const shelf = shelves.get(place.code) ?? { place, free: new Map<string, number>() };
      shelf.free.set(item.sku, position.sellable);
      shelves.set(place.code, shelf);
    }
  }
  return {
    shelves: [...shelves].map(([code, { place, free }]) => ({ code, rank: rankOf(place, question.rules), free })),
    limits,
    answers,
  };
};
