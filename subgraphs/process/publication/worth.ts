/** What is worth a call while a marketplace's budget is short, and when it is. */
import type { ChannelPolicy, ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { Difference } from './risk.ts';

const MS_PER_MINUTE = 60_000;

export type WorthRules = {
  /** Quantities at which shoppers begin to believe something else: sold out, low, more than is told. */
  readonly steps: readonly number[];
  readonly smallChange: ProcessPolicy['publication']['smallChange'];
};

export const worthRulesOf = (
  { lowStockAt, display }: ChannelPolicy,
  { smallChange }: ProcessPolicy['publication'],
): WorthRules => ({ steps: [0, lowStockAt, display.cappedAt], smallChange });

/** Below this many units no decrease waits: the configured floor, or what sells while a small change may wait. */
export const floorOf = (salesPerMinute: number, { smallChange }: WorthRules): number =>
  Math.max(smallChange.floor, Math.ceil((salesPerMinute * smallChange.waitMs) / MS_PER_MINUTE));

/**
 * Whether a difference is worth a call while calls are short: it takes units away near the floor, lets shoppers believe
 * something else, or is more than a small share of what is shown.
 */
export const isWorthACall = ({ desired, published, sent, salesPerMinute }: Difference, rules: WorthRules): boolean => {
  if (published === null) return true;
  const floor = floorOf(salesPerMinute, rules);
  return [published, sent ?? published].some((from) => {
    if (from === desired) return false;
    if (desired < from && desired < floor) return true;
    if (rules.steps.some((step) => from > step !== desired > step)) return true;
    return Math.abs(desired - from) > from * rules.smallChange.share;
  });
};

/** Whether more is worth a call than can be sent within this time at the observed pace; null: nothing was observed. */
export const isShort = (worthACall: number, listingsPerSecond: number | null, withinMs: number): boolean =>
  listingsPerSecond !== null && worthACall > (listingsPerSecond * withinMs) / 1_000;
