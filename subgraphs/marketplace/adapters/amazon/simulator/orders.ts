/** Orders API 2026-01-01: search by time window, and single orders. */
import { decimalOf, money } from '#model/money.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { SimResponse } from '#simulation/simulator.ts';
import {
  filtersOf,
  instantOf,
  integerOf,
  invalidInput,
  listOf,
  notFound,
  ok,
  onlyKnown,
  readToken,
  tokenOf,
  wordsOf,
} from './answers.ts';
import { MINUTE_MS, SIM_AMAZON } from './constants.ts';
import { netOf } from './settlement.ts';
import type { SimOrder, SimOrderItem, World } from './world.ts';

const DATA_SETS = [
  'BUYER',
  'RECIPIENT',
  'PROCEEDS',
  'EXPENSE',
  'PROMOTION',
  'CANCELLATION',
  'FULFILLMENT',
  'PACKAGES',
  'TAX',
  'PAYMENT',
  'FULFILLMENT_ORDERS',
] as const;
const STATUSES = [
  'PENDING_AVAILABILITY',
  'PENDING',
  'UNSHIPPED',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'CANCELLED',
  'UNFULFILLABLE',
] as const;
const CLOSED_AFTER_MS = 2 * MINUTE_MS;
const ORDER_ID = /^\d{3}-\d{7}-\d{7}$/;

export const euros = (amountMinor: number): { readonly amount: string; readonly currencyCode: string } => ({
  amount: decimalOf(money(amountMinor, 'EUR')),
  currencyCode: 'EUR',
});

export const totalMinorOf = (order: SimOrder): number =>
  order.items.reduce((sum, item) => sum + item.quantity * item.unitPriceMinor, 0);

/** Before the payment is authorised Amazon tells no prices. */
export const isPriced = (order: SimOrder): boolean =>
  order.status !== 'PENDING' && order.status !== 'PENDING_AVAILABILITY';

const rangeOf = ([earliest, latest]: readonly [number, number]) => ({
  earliestDateTime: isoOf(earliest),
  latestDateTime: isoOf(latest),
});

const itemBody = (order: SimOrder, item: SimOrderItem, data: ReadonlySet<string>) => {
  const isCancelled = order.status === 'CANCELLED';
  const amount = euros(item.quantity * item.unitPriceMinor);
  return {
    orderItemId: item.orderItemId,
    quantityOrdered: item.quantity,
    product: {
      asin: item.asin,
      title: item.title,
      sellerSku: item.sellerSku,
      condition: { conditionType: 'NEW', conditionSubtype: 'NEW' },
      ...(isPriced(order) ? { price: { unitPrice: euros(item.unitPriceMinor) } } : {}),
    },
    ...(data.has('PROCEEDS') && isPriced(order)
      ? { proceeds: { proceedsTotal: amount, breakdowns: [{ type: 'ITEM', subtotal: amount }] } }
      : {}),
    ...(data.has('FULFILLMENT')
      ? {
          fulfillment: {
            quantityFulfilled: item.shipped,
            quantityUnfulfilled: isCancelled ? 0 : item.quantity - item.shipped,
          },
        }
      : {}),
    ...(data.has('CANCELLATION') && (isCancelled || item.cancelRequested)
      ? {
          cancellation: {
            ...(item.cancelRequested
              ? { cancellationRequest: { requester: 'BUYER', cancelReason: 'The buyer changed their mind' } }
              : {}),
            ...(isCancelled ? { cancellationExecution: { cancelledBy: 'MERCHANT', cancelReason: 'Cancelled' } } : {}),
          },
        }
      : {}),
  };
};

const proceedsOf = (order: SimOrder) => {
  const gross = totalMinorOf(order);
  const net = order.items.reduce((sum, item) => sum + netOf(item.quantity * item.unitPriceMinor), 0);
  return {
    grandTotal: euros(gross),
    breakdowns: [
      { type: 'ITEM', subtotal: euros(net) },
      { type: 'TAX', subtotal: euros(gross - net) },
    ],
  };
};

const orderBody = (order: SimOrder, data: ReadonlySet<string>) => ({
  orderId: order.number,
  createdTime: isoOf(order.createdMs),
  lastUpdatedTime: isoOf(order.updatedMs),
  salesChannel: {
    channelName: 'AMAZON',
    marketplaceId: SIM_AMAZON.marketplace.marketplaceId,
    marketplaceName: SIM_AMAZON.marketplace.storeName,
  },
  ...(data.has('BUYER')
    ? { buyer: { buyerName: order.buyer.name, buyerEmail: `${order.number}@marketplace.example` } }
    : {}),
  ...(data.has('RECIPIENT')
    ? {
        recipient: {
          deliveryAddress: {
            name: order.buyer.name,
            addressLine1: order.buyer.street,
            city: order.buyer.city,
            postalCode: order.buyer.postalCode,
            countryCode: 'DE',
            addressType: 'RESIDENTIAL',
          },
        },
      }
    : {}),
  ...(data.has('PROCEEDS') && isPriced(order) ? { proceeds: proceedsOf(order) } : {}),
  ...(data.has('FULFILLMENT')
    ? {
        fulfillment: {
          fulfillmentStatus: order.status,
          fulfilledBy: order.fulfilledBy,
          fulfillmentServiceLevel: 'STANDARD',
          shipByWindow: rangeOf(order.shipWindowMs),
          deliverByWindow: rangeOf(order.deliverWindowMs),
        },
      }
    : {}),
  orderItems: order.items.map((item) => itemBody(order, item, data)),
  ...(data.has('PACKAGES') && order.fulfilledBy === 'MERCHANT' && order.packages.length > 0
    ? {
        packages: order.packages.map((parcel) => ({
          packageReferenceId: parcel.referenceId,
          createdTime: isoOf(parcel.shippedMs),
          packageStatus: {
            status: parcel.status,
            ...(parcel.status === 'DELIVERED' ? { detailedStatus: 'DELIVERED' } : {}),
          },
          carrier: parcel.carrier,
          shipTime: isoOf(parcel.shippedMs),
          shippingService: 'Standard',
          trackingNumber: parcel.trackingNumber,
          packageItems: parcel.items,
        })),
      }
    : {}),
});

export type OrdersApi = {
  search(query: URLSearchParams): SimResponse;
  get(orderId: string, query: URLSearchParams): SimResponse;
};

/** Exactly one kind of window; its upper bound at least two minutes old. */
export const windowOf = (
  query: URLSearchParams,
  names: { readonly created: string; readonly updated: string },
  nowMs: number,
): {
  readonly by: 'created' | 'updated';
  readonly afterMs: number;
  readonly beforeMs: number;
  readonly beforeName: string;
} => {
  const createdAfter = instantOf(query, `${names.created}After`);
  const updatedAfter = instantOf(query, `${names.updated}After`);
  if ((createdAfter === null) === (updatedAfter === null)) {
    throw invalidInput(`exactly one of ${names.created}After and ${names.updated}After must be given`);
  }
  const [by, wrong] = createdAfter !== null ? (['created', 'updated'] as const) : (['updated', 'created'] as const);
  if (query.has(`${names[wrong]}Before`))
    throw invalidInput(`${names[wrong]}Before does not go with ${names[by]}After`);
  const afterMs = createdAfter ?? updatedAfter ?? 0;
  const beforeName = `${names[by]}Before`;
  const latestMs = nowMs - CLOSED_AFTER_MS;
  const beforeMs = instantOf(query, beforeName) ?? latestMs;
  if (beforeMs > latestMs) throw invalidInput(`${beforeName} must be at least two minutes in the past`);
  if (query.has(beforeName) && beforeMs < afterMs)
    throw invalidInput(`${beforeName} must not be earlier than ${names[by]}After`);
  return { by, afterMs, beforeMs, beforeName };
};

/** A page after a position; positions are "time order-number", so that nothing shifts when orders change meanwhile. */
export const pageOfOrders = (
  orders: readonly SimOrder[],
  timeOf: (order: SimOrder) => number,
  after: string | null,
  size: number,
): { readonly page: readonly SimOrder[]; readonly next: string | null } => {
  const positionOf = (order: SimOrder): string => `${String(timeOf(order)).padStart(15, '0')} ${order.number}`;
  const sorted = orders
    .map((order) => ({ order, position: positionOf(order) }))
    .filter(({ position }) => after === null || position > after)
    .sort((a, b) => (a.position < b.position ? -1 : 1));
  const page = sorted.slice(0, size);
  return {
    page: page.map(({ order }) => order),
    next: sorted.length > size ? (page.at(-1)?.position ?? null) : null,
  };
};

export const createOrdersApi = (world: World, deps: { readonly clock: Clock }): OrdersApi => ({
  search: (query) => {
    onlyKnown(query, [
      'createdAfter',
      'createdBefore',
      'lastUpdatedAfter',
      'lastUpdatedBefore',
      'fulfillmentStatuses',
      'marketplaceIds',
      'fulfilledBy',
      'maxResultsPerPage',
      'paginationToken',
      'includedData',
    ]);
    const nowMs = deps.clock.now();
    const data = new Set(wordsOf(query, 'includedData', DATA_SETS));
    const statuses = wordsOf(query, 'fulfillmentStatuses', STATUSES);
    const fulfilledBy = wordsOf(query, 'fulfilledBy', ['MERCHANT', 'AMAZON']);
    const marketplaces = listOf(query, 'marketplaceIds', 50);
    const size = integerOf(query, 'maxResultsPerPage', 1, 100, 100);
    const window = windowOf(query, { created: 'created', updated: 'lastUpdated' }, nowMs);
    const filters = filtersOf(query, ['paginationToken', 'maxResultsPerPage']);
    const token = query.get('paginationToken');
    const timeOf = (order: SimOrder): number => (window.by === 'created' ? order.createdMs : order.updatedMs);
    const matching = [...world.orders.values()].filter(
      (order) =>
        timeOf(order) >= window.afterMs &&
        timeOf(order) <= window.beforeMs &&
        (statuses?.includes(order.status) ?? true) &&
        (fulfilledBy?.includes(order.fulfilledBy) ?? true) &&
        (marketplaces?.includes(SIM_AMAZON.marketplace.marketplaceId) ?? true),
    );
    const { next, page } = pageOfOrders(
      matching,
      timeOf,
      token === null ? null : readToken(token, filters).position,
      size,
    );
    return ok({
      orders: page.map((order) => orderBody(order, data)),
      ...(next === null ? {} : { pagination: { nextToken: tokenOf({ position: next, filters, madeAtMs: nowMs }) } }),
      [window.beforeName]: isoOf(window.beforeMs),
    });
  },

  get: (orderId, query) => {
    onlyKnown(query, ['includedData']);
    if (!ORDER_ID.test(orderId)) throw invalidInput('orderId is not of the form 123-1234567-1234567');
    const data = new Set(wordsOf(query, 'includedData', DATA_SETS));
    const order = world.orders.get(orderId);
    if (order === undefined) throw notFound(`there is no order ${orderId}`);
    return ok({ order: orderBody(order, data) });
  },
});

export const isOrderId = (text: string): boolean => ORDER_ID.test(text);
