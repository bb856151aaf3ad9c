/** What we need of any marketplace, in canonical terms. A capability that a vendor lacks is absent from its port. */
import type { CallOptions } from '#model/call.ts';
import type { ListingState } from '#model/change.ts';
import type { ItemReference } from '#model/identifiers.ts';
import type { PolledStream, PushInlet } from '#model/inlet.ts';
import type { Money } from '#model/money.ts';
import type { SettlementComponent } from '#model/order/settlement.ts';
import type { FailureCode } from '#runtime/failure.ts';

/** Who keeps the stock and ships it: we, or the marketplace from its own warehouses. */
export type MarketplaceFulfiller = 'MERCHANT' | 'MARKETPLACE';

/** One account may sell the same thing under the same id on several marketplaces. */
export type ListingKey = {
  /** The configured name of the marketplace, e.g. "AMAZON_DE". */
  readonly marketplace: string;
  readonly listingId: string;
};

export type Listing = ListingKey & {
  /** Alternative names of the one item listed. */
  readonly items: readonly ItemReference[];
  readonly fulfilledBy: MarketplaceFulfiller;
  /** Null when the marketplace did not say, and always for stock that the marketplace keeps itself. */
  readonly publishedQuantity: number | null;
  readonly publishedAt?: string;
  readonly state: ListingState;
  readonly asOf: string;
};

/** An item whose listings are wanted, by the names that a marketplace may know it by. */
export type ListedItem = { readonly sku: string; readonly gtin?: string };

export type MarketplaceOrder = {
  readonly marketplace: string;
  readonly externalId: string;
  readonly rawStatus: string;
  readonly fulfilledBy: MarketplaceFulfiller;
  readonly acknowledgement: 'NOT_REQUIRED' | 'PENDING' | 'ACKNOWLEDGED' | 'REJECTED' | 'OVERDUE';
  readonly acknowledgeBy?: string;
  readonly shipBy?: string;
  readonly deliverBy?: string;
  /** Absent while the marketplace does not tell it, e.g. before the payment is authorised. */
  readonly total?: Money;
  readonly asOf: string;
  readonly version?: string;
};

/** Orders that wait for us to ship them. */
export type OpenOrders = {
  readonly orders: readonly MarketplaceOrder[];
  /** The list was whole at this instant; what came later may be missing. */
  readonly asOf: string;
  /** False when the marketplace has more open orders than are kept. */
  readonly complete: boolean;
};

export type SettlementLine = {
  readonly orderExternalId?: string;
  readonly component: SettlementComponent;
  /** Seen from us: positive is paid to us, negative is kept by the marketplace. */
  readonly amount: Money;
};

/** The lines of a report sum to its net total: a report for which they do not is refused, not handed on. */
export type SettlementReport = {
  readonly id: string;
  readonly marketplace: string;
  /** local dates YYYY-MM-DD */
  readonly from: string;
  readonly to: string;
  readonly lines: readonly SettlementLine[];
  readonly netTotal: Money;
  readonly asOf: string;
};

/** Local dates YYYY-MM-DD; a report belongs to a range that its period touches. */
export type SettlementRange = { readonly from?: string; readonly to?: string };

export type PublishQuantity = ListingKey & { readonly quantity: number };

/**
 * REFUSED: the marketplace or the nature of the listing says no, and will again. FAILED: it could not be asked, and
 * whether the quantity was set is not known; setting it again is harmless.
 */
export type PublishResult = ListingKey &
  (
    | { readonly outcome: 'ACCEPTED'; readonly submissionId: string }
    | {
        readonly outcome: 'REFUSED';
        readonly reason: 'UNKNOWN_LISTING' | 'NOT_MERCHANT_FULFILLED' | 'REJECTED';
        readonly message: string;
      }
    | {
        readonly outcome: 'FAILED';
        readonly code: FailureCode;
        readonly message: string;
        readonly retryAfterMs?: number;
      }
  );

/** Stock that the marketplace keeps in its own warehouses for us. */
export type MarketplaceHeldStock = {
  readonly marketplace: string;
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
  /** The listings of each item, in the order of the items: none, one, or several for one item. */
  listingsOf(
    items: readonly ListedItem[],
    marketplaces: readonly string[],
    call: CallOptions,
  ): Promise<readonly (readonly Listing[])[]>;
  listings(keys: readonly ListingKey[], call: CallOptions): Promise<readonly (Listing | null)[]>;
  /** Sets, never adds: sending the same quantity twice is harmless. One listing's failure leaves the others alone. */
  publishQuantities(quantities: readonly PublishQuantity[], call: CallOptions): Promise<readonly PublishResult[]>;
  orders(externalIds: readonly string[], call: CallOptions): Promise<readonly (MarketplaceOrder | null)[]>;
  /** Absent when the marketplace's quota does not allow it. */
  openOrders?(call: CallOptions): Promise<OpenOrders>;
  heldStock?(
    marketplace: string,
    sellerSkus: readonly string[],
    call: CallOptions,
  ): Promise<readonly (MarketplaceHeldStock | null)[]>;
  settlementReports?(range: SettlementRange, call: CallOptions): Promise<readonly SettlementReport[]>;
  readonly streams: readonly PolledStream[];
  readonly push?: PushInlet;
};
