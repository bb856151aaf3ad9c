/** Amazon's words and shapes to canonical ones. Pure. Status tables are data: tests and the README read the same rows. */
import type { ListingChange, ListingState, RejectedInput } from '#model/change.ts';
import { type ItemReference, normalizeGtin } from '#model/identifiers.ts';
import { type Money, moneyFromDecimal } from '#model/money.ts';
import type { PaymentStatus, ShipmentState } from '#model/order/vocabulary.ts';
import { isoOf } from '#runtime/clock.ts';
import type {
  Listing,
  MarketplaceFulfiller,
  MarketplaceHeldStock,
  MarketplaceOrder,
} from '#subgraphs/marketplace/port.ts';
import type { AmazonInventorySummary, AmazonListing, AmazonOrder, AmazonOrderV0 } from './wire.ts';

/** A marketplace as the configuration names it. */
export type AmazonMarketplace = {
  readonly name: string;
  readonly marketplaceId: string;
  /** The sales channel its orders belong to. */
  readonly channel: string;
  /** Location code of the warehouses from which Amazon ships our stock, where we have one. */
  readonly warehouse?: string;
};

export type OrderMeaning = {
  readonly payment: PaymentStatus;
  readonly confirmed: boolean;
  readonly cancelled: boolean;
  readonly onHold: boolean;
  /** Waits for somebody to ship it. */
  readonly open: boolean;
};

const meaning = (payment: PaymentStatus, flags: Partial<Omit<OrderMeaning, 'payment'>> = {}): OrderMeaning => ({
  payment,
  confirmed: false,
  cancelled: false,
  onHold: false,
  open: false,
  ...flags,
});

/** Amazon charges the buyer when a shipment is confirmed, not before. */
export const ORDER_STATUS: Readonly<Record<string, OrderMeaning>> = {
  PENDING_AVAILABILITY: meaning('PENDING'),
  PENDING: meaning('PENDING'),
  UNSHIPPED: meaning('AUTHORIZED', { confirmed: true, open: true }),
  PARTIALLY_SHIPPED: meaning('PARTIALLY_PAID', { confirmed: true, open: true }),
  SHIPPED: meaning('PAID', { confirmed: true }),
  CANCELLED: meaning('VOIDED', { cancelled: true }),
  // Amazon's own warehouse cannot deliver it: a person has to look.
  UNFULFILLABLE: meaning('UNKNOWN', { onHold: true }),
};

export const UNKNOWN_STATUS: OrderMeaning = meaning('UNKNOWN');

/**
 * Orders v0 writes the same statuses in other letters. They are respelled, so that one order reads the same whichever
 * way it was fetched. InvoiceUnconfirmed has no successor and stays as it is.
 */
export const V0_STATUS_WORDS: Readonly<Record<string, string>> = {
  PendingAvailability: 'PENDING_AVAILABILITY',
  Pending: 'PENDING',
  Unshipped: 'UNSHIPPED',
  PartiallyShipped: 'PARTIALLY_SHIPPED',
  Shipped: 'SHIPPED',
  Canceled: 'CANCELLED',
  Unfulfillable: 'UNFULFILLABLE',
};

/** Package status, and the detailed status where Amazon gives one: the detailed word decides. */
export const PACKAGE_STATUS: Readonly<Record<string, ShipmentState>> = {
  PENDING: 'LABEL_CREATED',
  PENDING_SCHEDULE: 'LABEL_CREATED',
  PENDING_PICK_UP: 'LABEL_CREATED',
  PENDING_DROP_OFF: 'LABEL_CREATED',
  LABEL_CANCELLED: 'CANCELLED',
  CANCELLED: 'CANCELLED',
  SHIPPED: 'IN_TRANSIT',
  IN_TRANSIT: 'IN_TRANSIT',
  PICKED_UP: 'IN_TRANSIT',
  DROPPED_OFF: 'IN_TRANSIT',
  AT_ORIGIN_FC: 'IN_TRANSIT',
  AT_DESTINATION_FC: 'IN_TRANSIT',
  OUT_FOR_DELIVERY: 'OUT_FOR_DELIVERY',
  DELIVERED: 'DELIVERED',
  UNDELIVERABLE: 'EXCEPTION',
  REJECTED_BY_BUYER: 'EXCEPTION',
  DAMAGED: 'EXCEPTION',
  LOST: 'EXCEPTION',
  RETURNING_TO_SELLER: 'RETURNED_TO_SENDER',
  RETURNED_TO_SELLER: 'RETURNED_TO_SENDER',
};

/** Enforcements under which shoppers cannot buy the listing; a search suppression only hides it. */
export const SUPPRESSING_ACTIONS: ReadonlySet<string> = new Set([
  'LISTING_SUPPRESSED',
  'ATTRIBUTE_SUPPRESSED',
  'CATALOG_ITEM_REMOVED',
]);

const KNOWN_LISTING_STATUS: ReadonlySet<string> = new Set(['BUYABLE', 'DISCOVERABLE']);

/** The seller's own network; every other channel code is a warehouse of Amazon's. */
const MERCHANT_CHANNEL = 'DEFAULT';

export const instantOf = (text: string): string => isoOf(Date.parse(text));

export const moneyOf = (value: { readonly amount: string; readonly currencyCode: string }): Money =>
  moneyFromDecimal(value.amount, value.currencyCode);

/**
 * The listing comes first: some seller SKUs are old names that only the crosswalk knows, and such a name could also be
 * the SKU of another item.
 */
export const itemReferences = (marketplace: string, sellerSku: string, gtin?: string): readonly ItemReference[] => [
  { scheme: 'listing', scope: marketplace, value: sellerSku },
  { scheme: 'sku', value: sellerSku },
  ...(gtin === undefined ? [] : [{ scheme: 'gtin', value: gtin } as const]),
];

/** An own entry of a table, never something that every object has. */
const entryOf = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;

export const statusMeaning = (
  status: string,
  orderId: string,
): { readonly meaning: OrderMeaning; readonly rejected: readonly RejectedInput[] } => {
  const known = entryOf(ORDER_STATUS, status);
  if (known) return { meaning: known, rejected: [] };
  return {
    meaning: UNKNOWN_STATUS,
    rejected: [
      {
        kind: 'SCHEMA_MISMATCH',
        subject: `amazon-order:${orderId}`,
        message: `Order status "${status}" is not one of ${Object.keys(ORDER_STATUS).join(', ')}; the order is kept as UNKNOWN.`,
        unknownField: 'order.fulfillmentStatus',
      },
    ],
  };
};

// --- Orders ----------------------------------------------------------------------------------------------------------

export const fulfillerOf = (word: string | undefined): MarketplaceFulfiller =>
  word === 'AMAZON' || word === 'AFN' ? 'MARKETPLACE' : 'MERCHANT';

const marketplaceNamed = (
  marketplaces: readonly AmazonMarketplace[],
  id: string | undefined,
): AmazonMarketplace | null => marketplaces.find(({ marketplaceId }) => marketplaceId === id) ?? null;

export const marketplaceOfOrder = (
  marketplaces: readonly AmazonMarketplace[],
  order: AmazonOrder,
): AmazonMarketplace | null => marketplaceNamed(marketplaces, order.salesChannel.marketplaceId);

/** Null for an order of a marketplace that this connection is not configured for. */
export const toMarketplaceOrder = (
  marketplaces: readonly AmazonMarketplace[],
  order: AmazonOrder,
): MarketplaceOrder | null => {
  const marketplace = marketplaceOfOrder(marketplaces, order);
  if (marketplace === null) return null;
  const { fulfillment, proceeds } = order;
  const shipBy = fulfillment.shipByWindow?.latestDateTime;
  const deliverBy = fulfillment.deliverByWindow?.latestDateTime;
  return {
    marketplace: marketplace.name,
    externalId: order.orderId,
    rawStatus: fulfillment.fulfillmentStatus,
    fulfilledBy: fulfillerOf(fulfillment.fulfilledBy),
    acknowledgement: 'NOT_REQUIRED',
    ...(shipBy === undefined ? {} : { shipBy: instantOf(shipBy) }),
    ...(deliverBy === undefined ? {} : { deliverBy: instantOf(deliverBy) }),
    ...(proceeds?.grandTotal === undefined ? {} : { total: moneyOf(proceeds.grandTotal) }),
    asOf: instantOf(order.lastUpdatedTime),
    version: order.lastUpdatedTime,
  };
};

export const toMarketplaceOrderV0 = (
  marketplaces: readonly AmazonMarketplace[],
  order: AmazonOrderV0,
): MarketplaceOrder | null => {
  const marketplace = marketplaceNamed(marketplaces, order.MarketplaceId);
  if (marketplace === null) return null;
  const total = order.OrderTotal;
  return {
    marketplace: marketplace.name,
    externalId: order.AmazonOrderId,
    rawStatus: entryOf(V0_STATUS_WORDS, order.OrderStatus) ?? order.OrderStatus,
    fulfilledBy: fulfillerOf(order.FulfillmentChannel),
    acknowledgement: 'NOT_REQUIRED',
    ...(order.LatestShipDate === undefined ? {} : { shipBy: instantOf(order.LatestShipDate) }),
    ...(order.LatestDeliveryDate === undefined ? {} : { deliverBy: instantOf(order.LatestDeliveryDate) }),
    ...(total === undefined ? {} : { total: moneyFromDecimal(total.Amount, total.CurrencyCode) }),
    asOf: instantOf(order.LastUpdateDate),
    version: order.LastUpdateDate,
  };
};

/** The state of a parcel; undefined for a word we do not know. */
export const shipmentStateOf = (status: string, detailedStatus: string | undefined): ShipmentState | undefined =>
  (detailedStatus === undefined ? undefined : entryOf(PACKAGE_STATUS, detailedStatus)) ??
  entryOf(PACKAGE_STATUS, status);

/** Whether we have to ship it. */
export const waitsForUs = (order: MarketplaceOrder): boolean =>
  order.fulfilledBy === 'MERCHANT' && entryOf(ORDER_STATUS, order.rawStatus)?.open === true;

// --- Listings --------------------------------------------------------------------------------------------------------

const stateOf = (
  listing: AmazonListing,
  summary: AmazonListing['summaries'][number],
  marketplaceId: string,
): ListingState => {
  if (summary.status.includes('BUYABLE')) return 'ACTIVE';
  const suppressed = (listing.issues ?? []).some(
    (issue) =>
      (issue.marketplaceIds === undefined || issue.marketplaceIds.includes(marketplaceId)) &&
      issue.enforcements?.actions.some(({ action }) => SUPPRESSING_ACTIONS.has(action)),
  );
  return suppressed ? 'SUPPRESSED' : 'INACTIVE';
};

const gtinOf = (listing: AmazonListing): string | undefined => {
  for (const { value } of listing.attributes?.externally_assigned_product_identifier ?? []) {
    const gtin = value === undefined ? null : normalizeGtin(value);
    if (gtin !== null) return gtin;
  }
  return undefined;
};

/** What the read of one listing means. `productType` is what a later change of it must name. */
export type ReadListing = {
  readonly listing: Listing;
  readonly productType: string;
  readonly gtin?: string;
  readonly rejected: readonly RejectedInput[];
};

/** An Amazon warehouse keeps the stock: said by the channel or, where no channel is told, by the warehouse's own SKU. */
const keptByAmazon = (listing: AmazonListing, summary: AmazonListing['summaries'][number]): boolean => {
  const channels = listing.fulfillmentAvailability ?? [];
  return channels.length === 0
    ? summary.fnSku !== undefined
    : channels.every(({ fulfillmentChannelCode }) => fulfillmentChannelCode !== MERCHANT_CHANNEL);
};

/** Null when the SKU is not listed on this marketplace (it may be on another one of the account). */
export const toListing = (marketplace: AmazonMarketplace, wire: AmazonListing, readAt: string): ReadListing | null => {
  const summary = wire.summaries.find(({ marketplaceId }) => marketplaceId === marketplace.marketplaceId);
  if (summary === undefined) return null;
  const own = wire.fulfillmentAvailability?.find((channel) => channel.fulfillmentChannelCode === MERCHANT_CHANNEL);
  const gtin = gtinOf(wire);
  return {
    listing: {
      marketplace: marketplace.name,
      listingId: wire.sku,
      items: itemReferences(marketplace.name, wire.sku, gtin),
      fulfilledBy: keptByAmazon(wire, summary) ? 'MARKETPLACE' : 'MERCHANT',
      publishedQuantity: own?.quantity ?? null,
      publishedAt: instantOf(summary.lastUpdatedDate),
      state: stateOf(wire, summary, marketplace.marketplaceId),
      // Sales lower the quantity without touching the date of last change, so what counts is when it was read.
      asOf: readAt,
    },
    productType: summary.productType,
    ...(gtin === undefined ? {} : { gtin }),
    rejected: summary.status
      .filter((word) => !KNOWN_LISTING_STATUS.has(word))
      .map((word) => ({
        kind: 'SCHEMA_MISMATCH',
        subject: `amazon-listing:${wire.sku}`,
        message: `Listing status "${word}" is not one of ${[...KNOWN_LISTING_STATUS].join(', ')}; it was ignored.`,
        unknownField: 'listing.status',
      })),
  };
};

export const toListingChange = (listing: Listing): ListingChange => ({
  kind: 'listing',
  marketplace: listing.marketplace,
  listingId: listing.listingId,
  items: listing.items,
  publishedQuantity: listing.publishedQuantity,
  state: listing.state,
  asOf: listing.asOf,
});

// --- Stock at Amazon -------------------------------------------------------------------------------------------------

export const toHeldStock = (
  marketplace: string,
  summary: AmazonInventorySummary,
  readAt: string,
): MarketplaceHeldStock => {
  const details = summary.inventoryDetails;
  const changedAt = Date.parse(summary.lastUpdatedTime ?? '');
  return {
    marketplace,
    sellerSku: summary.sellerSku,
    items: itemReferences(marketplace, summary.sellerSku),
    fulfillable: details.fulfillableQuantity ?? 0,
    reserved: details.reservedQuantity?.totalReservedQuantity ?? 0,
    inbound:
      (details.inboundWorkingQuantity ?? 0) +
      (details.inboundShippedQuantity ?? 0) +
      (details.inboundReceivingQuantity ?? 0),
    unfulfillable: details.unfulfillableQuantity?.totalUnfulfillableQuantity ?? 0,
    researching: details.researchingQuantity?.totalResearchingQuantity ?? 0,
    // Amazon leaves the time empty for an item that never moved.
    asOf: Number.isNaN(changedAt) ? readAt : isoOf(changedAt),
  };
};
