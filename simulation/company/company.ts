/**
 * The one company that all simulators show, each in its vendor's own format: sites, assortment, stock and orders agree
 * across systems at the start. Deterministic: the same size gives the same company, apart from times, which count back
 * from the given start.
 */
import type { GeoPoint } from '#model/location.ts';

/** full: 300 stores, 2 warehouses, 2,000 SKUs. small: 3 stores, 2 warehouses, 200 SKUs: the same codes as the first ones of full. */
export type CompanySize = 'full' | 'small';

export type CompanySite = {
  /** e.g. WH-NORD, ST-BERLIN, ST-017 */
  readonly code: string;
  readonly kind: 'STORE' | 'WAREHOUSE';
  readonly name: string;
  readonly gln: string;
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  readonly country: 'DE';
  readonly position: GeoPoint;
  readonly timeZone: 'Europe/Berlin';
  readonly phone: string;
  /** ISO weekday 1-7 with local HH:MM; stores only */
  readonly openingHours: readonly { readonly dayOfWeek: number; readonly opens: string; readonly closes: string }[];
};

export type CompanyProduct = { readonly code: string; readonly name: string; readonly category: string };

export type CompanyListing = {
  readonly marketplace: 'AMAZON_DE';
  /** The seller SKU on the marketplace: mostly the SKU itself, sometimes a legacy name that only the crosswalk knows. */
  readonly sellerSku: string;
  readonly asin: string;
  readonly quantity: number;
  /** MFN: we ship; FBA: the marketplace keeps stock and ships. */
  readonly fulfilment: 'MFN' | 'FBA';
};

export type CompanyItem = {
  readonly sku: string;
  readonly productCode: string;
  readonly title: string;
  /** 13 digits with a right check digit */
  readonly gtin13: string;
  readonly priceMinor: number;
  readonly costMinor: number;
  /** What single stores call the item at their tills, beside the SKU. */
  readonly posAliases: readonly { readonly storeCode: string; readonly alias: string }[];
  readonly listing?: CompanyListing;
};

/** Stock now, after everything that the seeded orders did. `onHand` counts damaged and returned units too. */
export type CompanyStock = {
  readonly sku: string;
  readonly siteCode: string;
  readonly onHand: number;
  readonly damaged: number;
};

export type CompanyOrderStage =
  | 'QUOTED'
  | 'CONFIRMED'
  | 'RELEASED'
  | 'ALLOCATED'
  | 'PICKING'
  | 'PACKED'
  | 'PARTIALLY_SHIPPED'
  | 'SHIPPED'
  | 'DELIVERED'
  | 'READY_FOR_PICKUP'
  | 'COLLECTED'
  | 'CANCELLED'
  | 'RETURNED';

export type CompanyOrder = {
  /** The channel's number: WEB-20001, or an Amazon order id 302-1234567-1234567. */
  readonly number: string;
  /** The ERP's sales order number; absent while the ERP does not have it. */
  readonly erpNumber?: string;
  readonly channel: 'web' | 'amazon';
  readonly method: 'SHIP_TO_HOME' | 'PICKUP_IN_STORE';
  readonly siteCode: string;
  readonly stage: CompanyOrderStage;
  readonly placedAt: string;
  /** When it reached its stage. */
  readonly stageAt: string;
  readonly customer: {
    readonly name: string;
    readonly email: string;
    readonly phone: string;
    readonly street: string;
    readonly postalCode: string;
    readonly city: string;
  };
  readonly lines: readonly {
    readonly sku: string;
    readonly quantity: number;
    readonly unitPriceMinor: number;
    /** What has left the site: all of it once shipped or collected, a part in PARTIALLY_SHIPPED, otherwise 0. */
    readonly shippedQuantity: number;
  }[];
  readonly carrier?: string;
  readonly trackingNumber?: string;
};

export type Company = {
  readonly name: string;
  readonly currency: 'EUR';
  readonly size: CompanySize;
  /** ISO instant the company was drawn at. */
  readonly startedAt: string;
  readonly sites: readonly CompanySite[];
  readonly products: readonly CompanyProduct[];
  readonly items: readonly CompanyItem[];
  readonly stock: readonly CompanyStock[];
  readonly orders: readonly CompanyOrder[];
};
