/** Orders API v0: the old words, deprecated reads, and the shipment confirmation that has no successor. */
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { SimRequest, SimResponse } from '#simulation/simulator.ts';
import {
  filtersOf,
  integerOf,
  invalidInput,
  jsonBody,
  listOf,
  notFound,
  ok,
  onlyKnown,
  readToken,
  required,
  tokenOf,
} from './answers.ts';
import { SIM_AMAZON } from './constants.ts';
import type { Happenings } from './happenings.ts';
import { euros, isOrderId, isPriced, pageOfOrders, totalMinorOf, windowOf } from './orders.ts';
import { countsOf, V0_WORD } from './v0-words.ts';
import type { SimOrder, World } from './world.ts';

const moneyV0 = (amountMinor: number): { readonly CurrencyCode: string; readonly Amount: string } => {
  const { amount, currencyCode } = euros(amountMinor);
  return { CurrencyCode: currencyCode, Amount: amount };
};

/** v0 writes seconds, not milliseconds. */
const seconds = (epochMs: number): string => isoOf(epochMs).replace(/\.\d{3}Z$/, 'Z');

const orderBody = (order: SimOrder) => {
  const { shipped, unshipped } = countsOf(order);
  return {
    AmazonOrderId: order.number,
    PurchaseDate: seconds(order.createdMs),
    LastUpdateDate: seconds(order.updatedMs),
    OrderStatus: V0_WORD[order.status],
    FulfillmentChannel: order.fulfilledBy === 'AMAZON' ? 'AFN' : 'MFN',
    SalesChannel: SIM_AMAZON.marketplace.storeName,
    ...(isPriced(order) ? { OrderTotal: moneyV0(totalMinorOf(order)) } : {}),
    NumberOfItemsShipped: shipped,
    NumberOfItemsUnshipped: unshipped,
    PaymentMethod: 'Other',
    MarketplaceId: SIM_AMAZON.marketplace.marketplaceId,
    ShipmentServiceLevelCategory: 'Standard',
    OrderType: 'StandardOrder',
    EarliestShipDate: seconds(order.shipWindowMs[0]),
    LatestShipDate: seconds(order.shipWindowMs[1]),
    EarliestDeliveryDate: seconds(order.deliverWindowMs[0]),
    LatestDeliveryDate: seconds(order.deliverWindowMs[1]),
    IsBusinessOrder: false,
    IsPrime: false,
  };
};

export type OrdersV0Api = {
  list(query: URLSearchParams): SimResponse;
  get(orderId: string): SimResponse;
  items(orderId: string, query: URLSearchParams): SimResponse;
  confirmShipment(orderId: string, request: SimRequest): SimResponse;
};

const text = (value: unknown, name: string): string => {
  if (typeof value !== 'string' || value === '') throw invalidInput(`${name} is required`);
  return value;
};

const objectOf = (value: unknown, name: string): Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidInput(`${name} is required`);
  return { ...value };
};

export const createOrdersV0Api = (
  world: World,
  deps: { readonly clock: Clock; readonly happenings: Happenings },
): OrdersV0Api => {
  const known = (orderId: string): SimOrder => {
    if (!isOrderId(orderId)) throw invalidInput('orderId is not of the form 123-1234567-1234567');
    const order = world.orders.get(orderId);
    if (order === undefined) throw notFound(`there is no order ${orderId}`);
    return order;
  };

  return {
    list: (query) => {
      onlyKnown(query, [
        'CreatedAfter',
        'CreatedBefore',
        'LastUpdatedAfter',
        'LastUpdatedBefore',
        'OrderStatuses',
        'MarketplaceIds',
        'FulfillmentChannels',
        'MaxResultsPerPage',
        'NextToken',
        'AmazonOrderIds',
      ]);
      const nowMs = deps.clock.now();
      const marketplaces = required(listOf(query, 'MarketplaceIds', 50), 'MarketplaceIds');
      const ids = listOf(query, 'AmazonOrderIds', 50);
      const wrong = ids?.find((id) => !isOrderId(id));
      if (wrong !== undefined) throw invalidInput(`AmazonOrderIds: "${wrong}" is not an order id`);
      const statuses = listOf(query, 'OrderStatuses');
      const size = integerOf(query, 'MaxResultsPerPage', 1, 100, 100);
      const window = windowOf(query, { created: 'Created', updated: 'LastUpdated' }, nowMs);
      const filters = filtersOf(query, ['NextToken', 'MaxResultsPerPage']);
      const token = query.get('NextToken');
      const timeOf = (order: SimOrder): number => (window.by === 'created' ? order.createdMs : order.updatedMs);
      // Orders asked for by id are found however young they are.
      const latestMs = ids === null ? window.beforeMs : nowMs;
      const matching = [...world.orders.values()].filter(
        (order) =>
          timeOf(order) >= window.afterMs &&
          timeOf(order) <= latestMs &&
          (ids?.includes(order.number) ?? true) &&
          (statuses?.includes(V0_WORD[order.status]) ?? true) &&
          marketplaces.includes(SIM_AMAZON.marketplace.marketplaceId),
      );
      const { next, page } = pageOfOrders(
        matching,
        timeOf,
        token === null ? null : readToken(token, filters).position,
        size,
      );
      return ok({
        payload: {
          Orders: page.map(orderBody),
          ...(next === null ? {} : { NextToken: tokenOf({ position: next, filters, madeAtMs: nowMs }) }),
          [window.beforeName]: seconds(window.beforeMs),
        },
      });
    },

    get: (orderId) => ok({ payload: orderBody(known(orderId)) }),

    items: (orderId, query) => {
      onlyKnown(query, ['NextToken']);
      const order = known(orderId);
      return ok({
        payload: {
          AmazonOrderId: order.number,
          OrderItems: order.items.map((item) => ({
            ASIN: item.asin,
            SellerSKU: item.sellerSku,
            OrderItemId: item.orderItemId,
            Title: item.title,
            QuantityOrdered: order.status === 'CANCELLED' ? 0 : item.quantity,
            QuantityShipped: item.shipped,
            ...(isPriced(order) ? { ItemPrice: moneyV0(item.quantity * item.unitPriceMinor) } : {}),
            ...(item.cancelRequested
              ? { BuyerRequestedCancel: { IsBuyerRequestedCancel: 'true', BuyerCancelReason: '' } }
              : {}),
          })),
        },
      });
    },

    confirmShipment: (orderId, request) => {
      const order = known(orderId);
      const body = jsonBody(request);
      const detail = objectOf(body.packageDetail, 'packageDetail');
      text(body.marketplaceId, 'marketplaceId');
      const items = Array.isArray(detail.orderItems) ? detail.orderItems : [];
      if (items.length === 0) throw invalidInput('packageDetail.orderItems is required');
      const quantities = new Map(
        items.map((entry: unknown) => {
          const item = objectOf(entry, 'packageDetail.orderItems');
          const quantity = item.quantity;
          if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1) {
            throw invalidInput('packageDetail.orderItems.quantity must be a whole number above 0');
          }
          return [text(item.orderItemId, 'packageDetail.orderItems.orderItemId'), quantity] as const;
        }),
      );
      const shippedMs = Date.parse(text(detail.shipDate, 'packageDetail.shipDate'));
      if (Number.isNaN(shippedMs)) throw invalidInput('packageDetail.shipDate is not a date-time');
      const problem = deps.happenings.ship(order, {
        referenceId: text(detail.packageReferenceId, 'packageDetail.packageReferenceId'),
        carrier: text(detail.carrierCode, 'packageDetail.carrierCode'),
        trackingNumber: text(detail.trackingNumber, 'packageDetail.trackingNumber'),
        shippedMs,
        quantities,
      });
      if (problem !== null) throw invalidInput(problem);
      return { status: 204 };
    },
  };
};
