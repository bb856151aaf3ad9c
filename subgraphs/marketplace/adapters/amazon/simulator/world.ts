/** The seller account as Amazon sees it: listings and orders, drawn from the company and changed by calls and acts. */
import type { Company, CompanyOrder, CompanyOrderStage } from '#simulation/company/company.ts';
import { DAY_MS, MINUTE_MS } from './constants.ts';

export type SimListing = {
  readonly sellerSku: string;
  readonly asin: string;
  readonly title: string;
  readonly gtin13: string;
  readonly priceMinor: number;
  readonly createdMs: number;
  fulfilment: 'MFN' | 'FBA';
  quantity: number;
  /** Handling time; a "replace" of the availability that does not repeat it wipes it. */
  leadTimeDays: number | null;
  statuses: readonly ('BUYABLE' | 'DISCOVERABLE')[];
  suppressed: boolean;
  updatedMs: number;
};

export type SimStatus =
  | 'PENDING_AVAILABILITY'
  | 'PENDING'
  | 'UNSHIPPED'
  | 'PARTIALLY_SHIPPED'
  | 'SHIPPED'
  | 'CANCELLED'
  | 'UNFULFILLABLE';

export type SimOrderItem = {
  readonly orderItemId: string;
  readonly sellerSku: string;
  readonly asin: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  shipped: number;
  cancelRequested: boolean;
};

export type SimPackage = {
  readonly referenceId: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly shippedMs: number;
  readonly items: readonly { readonly orderItemId: string; readonly quantity: number }[];
  status: 'SHIPPED' | 'DELIVERED';
};

export type SimOrder = {
  readonly number: string;
  readonly createdMs: number;
  readonly items: readonly SimOrderItem[];
  readonly packages: SimPackage[];
  readonly buyer: CompanyOrder['customer'];
  readonly shipWindowMs: readonly [number, number];
  readonly deliverWindowMs: readonly [number, number];
  readonly returned: boolean;
  readonly fulfilledBy: 'MERCHANT' | 'AMAZON';
  status: SimStatus;
  updatedMs: number;
};

export type World = {
  readonly company: Company;
  readonly listings: Map<string, SimListing>;
  readonly orders: Map<string, SimOrder>;
};

export const STATUS_OF_STAGE: Readonly<Record<CompanyOrderStage, SimStatus>> = {
  QUOTED: 'PENDING',
  CONFIRMED: 'UNSHIPPED',
  RELEASED: 'UNSHIPPED',
  ALLOCATED: 'UNSHIPPED',
  PICKING: 'UNSHIPPED',
  PACKED: 'UNSHIPPED',
  READY_FOR_PICKUP: 'UNSHIPPED',
  PARTIALLY_SHIPPED: 'PARTIALLY_SHIPPED',
  SHIPPED: 'SHIPPED',
  DELIVERED: 'SHIPPED',
  COLLECTED: 'SHIPPED',
  RETURNED: 'SHIPPED',
  CANCELLED: 'CANCELLED',
};

/** Ship within two days, arrive three to five days after the order; promised to the minute. */
export const windowsOf = (createdMs: number): Pick<SimOrder, 'shipWindowMs' | 'deliverWindowMs'> => {
  const fromMs = Math.ceil(createdMs / MINUTE_MS) * MINUTE_MS;
  return {
    shipWindowMs: [fromMs, fromMs + 2 * DAY_MS],
    deliverWindowMs: [fromMs + 3 * DAY_MS, fromMs + 5 * DAY_MS],
  };
};

/** 14 digits, from the order's own: the same order has the same item ids in every run. */
export const itemIdOf = (orderNumber: string, index: number): string =>
  `${orderNumber.replaceAll('-', '').slice(0, 12)}${String(index + 1).padStart(2, '0')}`;

const listingsOf = (company: Company, startedMs: number): Map<string, SimListing> => {
  const listings = new Map<string, SimListing>();
  for (const [index, item] of company.items.entries()) {
    const { listing } = item;
    if (listing === undefined) continue;
    // Changed one after the other during the last month, so that sorting by change has something to sort.
    const updatedMs = startedMs - 30 * DAY_MS + index * 60_000;
    listings.set(listing.sellerSku, {
      sellerSku: listing.sellerSku,
      asin: listing.asin,
      title: item.title,
      gtin13: item.gtin13,
      priceMinor: item.priceMinor,
      createdMs: updatedMs - 90 * DAY_MS,
      fulfilment: listing.fulfilment,
      quantity: listing.quantity,
      leadTimeDays: listing.fulfilment === 'MFN' ? 2 : null,
      statuses: listing.quantity > 0 ? ['BUYABLE', 'DISCOVERABLE'] : ['DISCOVERABLE'],
      suppressed: false,
      updatedMs,
    });
  }
  return listings;
};

const packagesOf = (order: CompanyOrder, items: readonly SimOrderItem[], stageMs: number): SimPackage[] => {
  const shipped = items.filter((item) => item.shipped > 0);
  if (shipped.length === 0) return [];
  const isThere = order.stage === 'DELIVERED' || order.stage === 'RETURNED';
  return [
    {
      referenceId: '1',
      carrier: order.carrier ?? 'DHL',
      trackingNumber: order.trackingNumber ?? `SIM${order.number.replaceAll('-', '')}`,
      // A delivered parcel left some time between the order and now; the order itself changed last when it arrived.
      shippedMs: isThere ? Math.round((Date.parse(order.placedAt) + stageMs) / 2) : stageMs,
      items: shipped.map(({ orderItemId, shipped: quantity }) => ({ orderItemId, quantity })),
      status: isThere ? 'DELIVERED' : 'SHIPPED',
    },
  ];
};

const ordersOf = (company: Company): Map<string, SimOrder> => {
  const bySku = new Map(company.items.map((item) => [item.sku, item]));
  const orders = new Map<string, SimOrder>();
  for (const order of company.orders) {
    if (order.channel !== 'amazon') continue;
    const createdMs = Date.parse(order.placedAt);
    const stageMs = Date.parse(order.stageAt);
    const items = order.lines.map((line, index): SimOrderItem => {
      const item = bySku.get(line.sku);
      return {
        orderItemId: itemIdOf(order.number, index),
        sellerSku: item?.listing?.sellerSku ?? line.sku,
        asin: item?.listing?.asin ?? 'B000000000',
        title: item?.title ?? line.sku,
        quantity: line.quantity,
        unitPriceMinor: line.unitPriceMinor,
        shipped: order.stage === 'CANCELLED' ? 0 : line.shippedQuantity,
        cancelRequested: false,
      };
    });
    orders.set(order.number, {
      number: order.number,
      createdMs,
      items,
      packages: packagesOf(order, items, stageMs),
      buyer: order.customer,
      ...windowsOf(createdMs),
      returned: order.stage === 'RETURNED',
      fulfilledBy: 'MERCHANT',
      status: STATUS_OF_STAGE[order.stage],
      updatedMs: stageMs,
    });
  }
  return orders;
};

export const createWorld = (company: Company): World => ({
  company,
  listings: listingsOf(company, Date.parse(company.startedAt)),
  orders: ordersOf(company),
});
