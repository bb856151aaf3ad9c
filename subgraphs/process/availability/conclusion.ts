/** From counted units to the answer: the shopper's word, how current it is, and whether the wish can be met. */
import { canBackorder } from '#subgraphs/process/promise/ahead.ts';
import type { Assessment, Confidence, Freshness, LocationAssessment, Question, StockStatus } from './assessment.ts';
import type { ItemFacts } from './facts.ts';
import type { SourcingRules } from './sources.ts';

/** Items that exist but must not be offered, whatever is on the shelf. */
export const NOT_FOR_SALE: ReadonlySet<string> = new Set(['DRAFT', 'BLOCKED']);

/** What was proven this recently counts as heard just now. */
export const LIVE_WITHIN_MS = 2_000;

export const statusOf = (
  { lifecycle }: Pick<ItemFacts, 'lifecycle'>,
  sellable: number,
  unknown: boolean,
  lowStockAt: number,
  backorder: () => boolean,
): StockStatus => {
  if (NOT_FOR_SALE.has(lifecycle)) return 'OUT_OF_STOCK';
  if (sellable > 0) return sellable <= lowStockAt ? 'LOW_STOCK' : 'IN_STOCK';
  if (lifecycle === 'DISCONTINUED') return 'DISCONTINUED';
  if (unknown) return 'UNKNOWN';
  return backorder() ? 'BACKORDER' : 'OUT_OF_STOCK';
};

/** `ageMs` null: nobody has proven anything. */
export const freshnessOf = (
  status: StockStatus,
  missingSystems: number,
  ageMs: number | null,
  acceptedAgeMs: number,
): Freshness => {
  if (status === 'UNKNOWN') return 'UNKNOWN';
  if (missingSystems > 0) return 'PARTIAL';
  if (ageMs === null || ageMs > acceptedAgeMs) return 'STALE';
  return ageMs <= LIVE_WITHIN_MS ? 'LIVE' : 'FRESH';
};

export const isCurrent = (freshness: Freshness): boolean => freshness === 'LIVE' || freshness === 'FRESH';

/** What sells fast or is nearly gone must be known better, unless the caller has said what is good enough. */
const acceptedAgeOf = (
  { purpose, maxAgeMs, maxAgeAsked }: Question,
  { fast, lowStockShare }: SourcingRules['policy']['shorterAge'],
  salesPerMinute: number,
  low: boolean,
): number => {
  if (maxAgeAsked) return maxAgeMs;
  const isFast = salesPerMinute > fast.abovePerMinute && (purpose === 'BROWSE' || purpose === 'DETAIL');
  const ageMs = isFast ? Math.min(maxAgeMs, fast[purpose]) : maxAgeMs;
  return low ? Math.min(ageMs, Math.max(LIVE_WITHIN_MS, ageMs * lowStockShare)) : ageMs;
};

/** What one order may have of the item; null without a limit. */
const limitOf = (sku: string, { items, limitPerOrder }: Question['rules']): number | null =>
  (Object.hasOwn(items, sku) ? items[sku]?.limitPerOrder : undefined) ?? limitPerOrder ?? null;

export type Counted = Pick<Assessment, 'offered' | 'unallocated' | 'quotaLeft' | 'locations' | 'components'> & {
  /** Some place could hold stock that nobody has told us of. */
  readonly unknown: boolean;
  /** The oldest proof among what counts, or of the silence where nothing does. */
  readonly proofMs: number | null;
  readonly confidence: (sellable: number | null) => Confidence;
};

const fastest = (locations: readonly LocationAssessment[]): number =>
  locations.reduce(
    (most, { excluded, salesPerMinute }) => (excluded === null ? Math.max(most, salesPerMinute) : most),
    0,
  );

export const conclude = (
  item: ItemFacts,
  question: Question,
  counted: Counted,
  rules: SourcingRules,
  nowMs: number,
): Assessment => {
  const { locations, unallocated, quotaLeft, components } = counted;
  const offered = NOT_FOR_SALE.has(item.lifecycle) ? 0 : Math.min(counted.offered, quotaLeft ?? counted.offered);
  // What the quota forbids is known to be forbidden, whoever is silent.
  const unknown = counted.unknown && quotaLeft !== 0;
  const ahead = (): boolean => canBackorder({ item, question, ...counted, sellable: offered }, rules.policy, nowMs);
  const status = statusOf(item, offered, unknown, question.rules.lowStockAt, ahead);
  const sellable = status === 'UNKNOWN' ? null : offered;
  const asOfMs = status === 'UNKNOWN' ? null : counted.proofMs;
  const low = status === 'LOW_STOCK';
  const acceptedAgeMs = acceptedAgeOf(question, rules.policy.shorterAge, fastest(locations), low);
  const confidence = counted.confidence(sellable);
  const ageMs = asOfMs === null ? null : nowMs - asOfMs;
  const freshness = freshnessOf(status, confidence.missingSystems.length, ageMs, acceptedAgeMs);
  const limitPerOrder = limitOf(item.sku, question.rules);
  const enough = sellable !== null && sellable >= question.quantity;
  const allowed = limitPerOrder === null || question.quantity <= limitPerOrder;
  // At checkout an old "yes" is worth nothing: it is withheld, so that the caller asks for a hold instead.
  const unproven = sellable === null || (question.purpose === 'CHECKOUT' && enough && !isCurrent(freshness));
  const canFulfil = !allowed ? false : unproven ? null : enough;
  return {
    item,
    question,
    nowMs,
    status,
    sellable,
    offered: counted.offered,
    unallocated,
    quotaLeft,
    limitPerOrder,
    acceptedAgeMs,
    freshness,
    asOfMs,
    confidence,
    canFulfil,
    locations,
    components,
  };
};
