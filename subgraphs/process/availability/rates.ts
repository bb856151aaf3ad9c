/**
 * How fast an item sells at a place, learnt from what was sold there. Sales and the time in which they were observed are
 * two sums whose past counts less and less; the configured rate takes part as if it had been observed for a while, so
 * that one early sale does not make a fast seller and a quiet week counts. Pure.
 */
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { Velocity } from './assessment.ts';
import type { ItemFacts } from './facts.ts';

const MS_PER_MINUTE = 60_000;

/** Sums as they stood at `atMs`. */
export type SalesRate = {
  readonly soldUnits: number;
  readonly observedMinutes: number;
  /** Epoch milliseconds. */
  readonly atMs: number;
};

export type LearningRules = { readonly halfLifeMs: number; readonly priorWorthMs: number };

/** Time observed without end counts this much: it is the most that `observedMinutes` can become. */
const longestMinutes = (halfLifeMs: number): number => halfLifeMs / Math.LN2 / MS_PER_MINUTE;

/** The sums at a later time at which nothing more has been sold. Earlier times change nothing. */
export const later = (rate: SalesRate, atMs: number, halfLifeMs: number): SalesRate => {
  if (atMs <= rate.atMs) return rate;
  const left = 2 ** ((rate.atMs - atMs) / halfLifeMs);
  return {
    soldUnits: rate.soldUnits * left,
    observedMinutes: rate.observedMinutes * left + longestMinutes(halfLifeMs) * (1 - left),
    atMs,
  };
};

export const withSale = (rate: SalesRate, units: number, atMs: number, halfLifeMs: number): SalesRate => {
  const now = later(rate, atMs, halfLifeMs);
  return { ...now, soldUnits: Math.max(0, now.soldUnits + units) };
};

/** Units per minute as known at `atMs`, starting from the configured rate. */
export const rateAt = (rate: SalesRate, prior: number, atMs: number, rules: LearningRules): number => {
  const { soldUnits, observedMinutes } = later(rate, atMs, rules.halfLifeMs);
  const priorMinutes = rules.priorWorthMs / MS_PER_MINUTE;
  return (prior * priorMinutes + soldUnits) / (priorMinutes + observedMinutes);
};

/**
 * What was learnt, else what is configured. Asked for a moment, it says what was known then: while nobody is heard, the
 * silence does not pass for an absence of sales.
 */
export const learntVelocity =
  (
    policy: Pick<ProcessPolicy, 'salesPerMinute' | 'learning'>,
    facts: (sku: string) => ItemFacts | undefined,
  ): Velocity =>
  (sku, place, atMs) => {
    if (place.kind === null) return 0;
    const prior = policy.salesPerMinute[place.kind];
    const learnt = facts(sku)?.learnt?.get(place.code);
    return learnt === undefined ? prior : rateAt(learnt.rate, prior, atMs ?? learnt.rate.atMs, policy.learning);
  };
