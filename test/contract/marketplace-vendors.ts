/**
 * What the battery needs to know of a vendor to put it through its paces. A new vendor gets its tests by a line in
 * subgraphs/marketplace/adapters/registry.ts and an entry here; the battery fails for one that has no entry.
 */
import type { FaultInput } from '#simulation/host/faults.ts';
import type { SimulatorFactory } from '#simulation/simulator.ts';
import { SIM_AMAZON } from '#subgraphs/marketplace/adapters/amazon/simulator/constants.ts';
import { amazonSimulator } from '#subgraphs/marketplace/adapters/amazon/simulator/simulator.ts';

export type Command = { readonly kind: string } & Readonly<Record<string, unknown>>;

/** A fault that takes a field from an answer, and how the failure must name it. */
type Drift = { readonly fault: FaultInput; readonly names: RegExp };

export type MarketplaceVendorUnderTest = {
  readonly vendor: string;
  readonly simulator: SimulatorFactory;
  readonly credentials: Readonly<Record<string, string>>;
  /** Options as they would stand in the configuration. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly marketplace: string;
  /** An order id of the vendor's form that nobody has. */
  readonly unknownOrderId: string;
  /** How long after an event the vendor's order stream is sure to know it. */
  readonly streamDelayMs: number;
  /** The ledger's names of the calls that the battery counts. */
  readonly operations: {
    readonly listings: string;
    readonly publish: string;
    readonly oneOrder: string;
    readonly manyOrders: string;
    readonly orderStream: string;
  };
  readonly perCall: { readonly listings: number; readonly orders: number };
  readonly acts: {
    subscribe(url: string): Command;
    newOrder(order: { readonly listingId: string; readonly quantity: number; readonly number: string }): Command;
    ship(number: string): Command;
    deliver(number: string): Command;
    cancel(number: string): Command;
    requestCancellation(number: string): Command;
    /** A report that settles this order: `short` cents too little of its price, `broken` so that it cannot be read. */
    settle(number: string, how?: { readonly short?: number; readonly broken?: boolean }): Command;
    listingState(listingId: string, state: 'ACTIVE' | 'INACTIVE' | 'SUPPRESSED'): Command;
  };
  readonly drifts: { readonly listing: Drift; readonly order: Drift; readonly orderStream: Drift };
  /** Changes a genuine delivery so that it does not prove where it comes from. */
  forge(headers: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string | undefined>>;
};

const amazon: MarketplaceVendorUnderTest = {
  vendor: 'amazon',
  simulator: amazonSimulator,
  credentials: {
    clientId: SIM_AMAZON.clientId,
    clientSecret: SIM_AMAZON.clientSecret,
    refreshToken: SIM_AMAZON.refreshToken,
    destinationKey: SIM_AMAZON.destinationKey,
  },
  options: {
    sellerId: SIM_AMAZON.sellerId,
    marketplaces: [{ name: 'AMAZON_DE', marketplaceId: 'A1PA6795UKMFR9' }],
  },
  marketplace: 'AMAZON_DE',
  unknownOrderId: '999-9999999-9999999',
  streamDelayMs: 3 * 60_000,
  operations: {
    listings: 'listings.searchListingsItems',
    publish: 'listings.patchListingsItem',
    oneOrder: 'orders.getOrder',
    manyOrders: 'ordersV0.getOrders',
    orderStream: 'orders.searchOrders',
  },
  perCall: { listings: 20, orders: 50 },
  acts: {
    subscribe: (url) => ({ kind: 'subscribe', url }),
    newOrder: ({ listingId, number, quantity }) => ({ kind: 'newOrder', sellerSku: listingId, quantity, number }),
    ship: (number) => ({ kind: 'ship', number }),
    deliver: (number) => ({ kind: 'deliver', number }),
    cancel: (number) => ({ kind: 'cancel', number }),
    requestCancellation: (number) => ({ kind: 'requestCancellation', number }),
    settle: (number, how = {}) => ({ kind: 'settle', number, ...how }),
    listingState: (sellerSku, state) => ({ kind: 'setListingState', sellerSku, state }),
  },
  drifts: {
    listing: {
      fault: { kind: 'schema-drift', field: 'items.summaries.productType', renameTo: 'product_type' },
      names: /items\.summaries\.0\.productType/,
    },
    order: {
      fault: { kind: 'schema-drift', field: 'order.fulfillment.fulfillmentStatus' },
      names: /order\.fulfillment\.fulfillmentStatus/,
    },
    orderStream: {
      fault: { kind: 'schema-drift', field: 'orders.orderItems.quantityOrdered', renameTo: 'quantity' },
      names: /orders\.orderItems\.0\.quantityOrdered/,
    },
  },
  forge: (headers) => ({ ...headers, 'x-api-key': `${headers['x-api-key']}x` }),
};

export const marketplaceVendors: readonly MarketplaceVendorUnderTest[] = [amazon];
