/** What we need of any marketplace, in canonical terms. A capability that a vendor lacks is absent from its port. */
import type { CallOptions } from '#model/call.ts';
import type { ListingState } from '#model/change.ts';
import type { ItemReference } from '#model/identifiers.ts';
import type { PolledStream, PushInlet } from '#model/inlet.ts';
import type { Money } from '#model/money.ts';

export type Listing = {
  /** The configured name of the marketplace, e.g. "AMAZON_DE". */
  readonly marketplace: string;
  readonly listingId: string;
  /** Alternative names of the one item listed. */
  readonly items: readonly ItemReference[];
  readonly publishedQuantity: number | null;
  readonly publishedAt?: string;
  readonly state: ListingState;
  readonly asOf: string;
};

export type MarketplaceOrder = {
  readonly marketplace: string;
  readonly externalId: string;
  readonly rawStatus: string;
  readonly fulfilledBy: 'MERCHANT' | 'MARKETPLACE';
  readonly acknowledgement: 'NOT_REQUIRED' | 'PENDING' | 'ACKNOWLEDGED' | 'REJECTED' | 'OVERDUE';
  readonly acknowledgeBy?: string;
  readonly shipBy?: string;
  readonly deliverBy?: string;
  readonly total: Money;
  readonly asOf: string;
  readonly version?: string;
};

export type SettlementComponent =
  | 'GROSS_SALE' | 'TAX' | 'SHIPPING' | 'COMMISSION' | 'FULFILMENT_FEE' | 'OTHER_FEE' | 'REFUND' | 'REFUND_COMMISSION'
  | 'ADJUSTMENT' | 'RESERVE';
export type SettlementReport = {
  readonly id: string;
  readonly marketplace: string;
  /** local dates YYYY-MM-DD */
  readonly from: string;
  readonly to: string;
  readonly lines: readonly {
    readonly orderExternalId?: string;
    readonly component: SettlementComponent;
    readonly amount: Money;
  }[];
  readonly netTotal: Money;
  readonly asOf: string;
};

export type PublishQuantity = { readonly listingId: string; readonly quantity: number };
export type PublishResult =
  | { readonly listingId: string; readonly outcome: 'ACCEPTED'; readonly submissionId: string }
  | { readonly listingId: string; readonly outcome: 'REFUSED'; readonly message: string };

/** Stock that the marketplace keeps in its own warehouses for us. */
export type MarketplaceHeldStock = {
  readonly sellerSku: string;
  readonly items: readonly ItemReference[];
  readonly fulfillable: number;
  readonly reserved: number;
  readonly inbound: number;
  readonly unfulfillable: number;
  readonly researching: number;
  readonly asOf: string;
};

/** Results keep the order of what was asked; null where the marketplace does not know it. */
export type MarketplacePort = {
  /** Names of the marketplaces this account sells on. */
  readonly marketplaces: readonly string[];
  listingsOf(skus: readonly string[], call: CallOptions): Promise<readonly Listing[]>;
  listings(ids: readonly string[], call: CallOptions): Promise<readonly (Listing | null)[]>;
  publishQuantities(quantities: readonly PublishQuantity[], call: CallOptions): Promise<readonly PublishResult[]>;
  orders(externalIds: readonly string[], call: CallOptions): Promise<readonly (MarketplaceOrder | null)[]>;
  heldStock?(sellerSkus: readonly string[], call: CallOptions): Promise<readonly MarketplaceHeldStock[]>;
  settlementReports?(range: { readonly from?: string; readonly to?: string }, call: CallOptions): Promise<readonly SettlementReport[]>;
  readonly streams: readonly PolledStream[];
  readonly push?: PushInlet;
};
