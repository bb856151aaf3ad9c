/** What we need of any ERP, in canonical terms. A capability that a vendor lacks is absent from its port. */
import type { CallOptions, Page } from '#model/call.ts';
import type { ItemReference } from '#model/identifiers.ts';
import type { PolledStream, PushInlet } from '#model/inlet.ts';
import type { Location } from '#model/location.ts';
import type { Money } from '#model/money.ts';
import type { ItemLifecycle, Product, Variant } from '#model/product.ts';
import type { StockBasis } from '#model/stock.ts';

export type ErpStock = {
  readonly sku: string;
  readonly locationCode: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly onOrder: number;
  readonly blocked: number;
  readonly basis: StockBasis;
  readonly asOf: string;
  readonly version?: string;
};

export type ErpPosting = 'NOT_POSTED' | 'STAGED' | 'POSTED' | 'FAILED' | 'REVERSED';
export type ErpInvoice = {
  readonly number: string;
  readonly total: Money;
  readonly postedAt?: string;
  readonly status: ErpPosting;
};

export type ErpSalesOrder = {
  readonly number: string;
  readonly documentStatus: string;
  readonly posting: ErpPosting;
  readonly invoices: readonly ErpInvoice[];
  readonly total: Money;
  readonly externalReferences: readonly { readonly system: string; readonly kind: string; readonly value: string }[];
  readonly asOf: string;
  readonly version?: string;
};

export type CatalogQuery = {
  readonly search?: string;
  readonly productCodes?: readonly string[];
  readonly lifecycle?: readonly ItemLifecycle[];
  readonly category?: string;
  readonly offset: number;
  readonly limit: number;
};

/** Results keep the order of what was asked; null where the ERP does not know it. */
export type ErpPort = {
  variants(references: readonly ItemReference[], call: CallOptions): Promise<readonly (Variant | null)[]>;
  products(codes: readonly string[], call: CallOptions): Promise<readonly (Product | null)[]>;
  catalog(query: CatalogQuery, call: CallOptions): Promise<Page<Variant>>;
  locations(call: CallOptions): Promise<readonly Location[]>;
  /** All pairs of the given SKUs and locations (all locations when none are named); pairs without stock may be left out. */
  stock(
    skus: readonly string[],
    locationCodes: readonly string[] | null,
    call: CallOptions,
  ): Promise<readonly ErpStock[]>;
  salesOrders(numbers: readonly string[], call: CallOptions): Promise<readonly (ErpSalesOrder | null)[]>;
  readonly streams: readonly PolledStream[];
  readonly push?: PushInlet;
};
