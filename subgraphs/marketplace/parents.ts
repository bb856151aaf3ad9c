/** What stands behind a GraphQL type in this subgraph: the port's answer and which connection gave it, when. */
import type { Provenance } from '#runtime/graphql/stamp.ts';
import type { Listing, MarketplaceOrder, SettlementLine, SettlementReport } from './port.ts';

export type VariantParent = { readonly id: string; readonly gtin?: string | null };
/** `variantId` is known where the listing was found for an item; else the listing itself has to tell. */
export type ListingParent = Listing & Provenance & { readonly variantId?: string };
export type MarketplaceOrderParent = MarketplaceOrder & Provenance;
export type DeadlineParent = {
  readonly order: MarketplaceOrderParent;
  readonly dueAt: string;
  readonly secondsLeft: number;
};
export type SettlementReportParent = SettlementReport & Provenance;
export type SettlementLineParent = SettlementLine;
