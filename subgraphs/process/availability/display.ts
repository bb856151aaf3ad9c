/** What of the number a channel shows. Exact stock is commercially sensitive, so the channel's policy decides. */
import type { DisplayPolicy } from '#subgraphs/process/policy/schema.ts';
import type { StockStatus } from './assessment.ts';

export type StockDisplay = { readonly code: string; readonly quantity: number | null };

/** The quantity a channel may show, or null when it is unknown or hidden. */
export const shownQuantity = (sellable: number | null, policy: DisplayPolicy): number | null => {
  if (sellable === null || policy.mode === 'WORDS') return null;
  return policy.mode === 'EXACT' || sellable <= policy.cappedAt ? sellable : null;
};

/** Codes: IN_STOCK, LOW_STOCK (words only), ONLY_N_LEFT with quantity, "<cap>_PLUS" with the cap, OUT_OF_STOCK, DISCONTINUED, UNKNOWN. */
export const displayOf = (status: StockStatus, sellable: number | null, policy: DisplayPolicy): StockDisplay => {
  if (sellable === null || sellable <= 0 || (status !== 'IN_STOCK' && status !== 'LOW_STOCK'))
    return { code: status, quantity: null };
  if (policy.mode === 'WORDS') return { code: status, quantity: null };
  if (sellable <= policy.exactUpTo) return { code: 'ONLY_N_LEFT', quantity: sellable };
  if (sellable >= policy.cappedAt) return { code: `${policy.cappedAt}_PLUS`, quantity: policy.cappedAt };
  return { code: 'IN_STOCK', quantity: null };
};
