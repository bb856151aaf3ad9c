/**
 * Notifications as they leave the seller's AWS account: Amazon's notification inside an EventBridge envelope, posted by
 * an API destination with the key of its connection. Order notifications reach the bus over a queue and a pipe, because
 * Amazon puts them on queues only; listing notifications come from Amazon's own partner event source.
 */
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { SimDelivery } from '#simulation/simulator.ts';
import { SIM_AMAZON } from './constants.ts';
import { countsOf, V0_WORD } from './v0-words.ts';
import type { SimListing, SimOrder } from './world.ts';

export type Target = { readonly url: string; readonly apiKey: string };
export type Subscription = {
  readonly subscriptionId: string;
  readonly payloadVersion: string;
  readonly destinationId: string;
  readonly processingDirective?: unknown;
};

export const PARTNER_SOURCE = `aws.partner/sellingpartnerapi.amazon.com/${SIM_AMAZON.awsAccount}/${SIM_AMAZON.applicationId}`;
const PIPE_SOURCE = 'Pipe selling-partner-notifications';

/** Types that Amazon delivers to an event bus; all others go to queues. */
const ON_THE_BUS: ReadonlySet<string> = new Set([
  'LISTINGS_ITEM_STATUS_CHANGE',
  'LISTINGS_ITEM_ISSUES_CHANGE',
  'LISTINGS_ITEM_MFN_QUANTITY_CHANGE',
]);

export type OrderChange = { readonly type: 'OrderStatusChange' | 'BuyerRequestedChange'; readonly reason: string };

export type Events = {
  subscribe(target: Target): void;
  /** One per type, as created through the Notifications API or with the first target. */
  readonly subscriptions: Map<string, Subscription>;
  orderChanged(order: SimOrder, change: OrderChange): void;
  quantityChanged(listing: SimListing): void;
  stateChanged(listing: SimListing): void;
  stockAtAmazonChanged(listing: SimListing): void;
};

export type EventsDeps = {
  readonly clock: Clock;
  readonly ids: Ids;
  deliver(delivery: SimDelivery): void;
};

export const createEvents = (deps: EventsDeps): Events => {
  const { clock, ids } = deps;
  const targets: Target[] = [];
  const subscriptions = new Map<string, Subscription>();

  const emit = (type: string, payload: unknown): void => {
    const subscription = subscriptions.get(type);
    if (subscription === undefined) return;
    const now = isoOf(clock.now());
    const notificationId = ids.uuid();
    const notification = {
      NotificationVersion: '1.0',
      NotificationType: type,
      PayloadVersion: subscription.payloadVersion,
      EventTime: now,
      Payload: payload,
      NotificationMetadata: {
        ApplicationId: SIM_AMAZON.applicationId,
        SubscriptionId: subscription.subscriptionId,
        PublishTime: now,
        NotificationId: notificationId,
      },
    };
    for (const { apiKey, url } of targets) {
      deps.deliver({
        url,
        eventId: notificationId,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Amazon/EventBridge/ApiDestinations',
          'x-api-key': apiKey,
        },
        body: JSON.stringify({
          version: '0',
          id: ids.uuid(),
          'detail-type': type,
          source: ON_THE_BUS.has(type) ? PARTNER_SOURCE : PIPE_SOURCE,
          account: SIM_AMAZON.awsAccount,
          time: now,
          region: SIM_AMAZON.awsRegion,
          resources: [],
          detail: notification,
        }),
      });
    }
  };

  const ensureSubscribed = (type: string): void => {
    if (subscriptions.has(type)) return;
    subscriptions.set(type, { subscriptionId: ids.uuid(), payloadVersion: '1.0', destinationId: ids.uuid() });
  };

  return {
    subscriptions,
    subscribe: (target) => {
      const known = targets.findIndex(({ url }) => url === target.url);
      if (known === -1) targets.push(target);
      else targets[known] = target;
      for (const type of [
        'ORDER_CHANGE',
        'LISTINGS_ITEM_MFN_QUANTITY_CHANGE',
        'LISTINGS_ITEM_STATUS_CHANGE',
        'FBA_INVENTORY_AVAILABILITY_CHANGES',
      ]) {
        ensureSubscribed(type);
      }
    },

    orderChanged: (order, change) => {
      const { shipped, unshipped } = countsOf(order);
      emit('ORDER_CHANGE', {
        OrderChangeNotification: {
          NotificationLevel: 'OrderLevel',
          SellerId: SIM_AMAZON.sellerId,
          AmazonOrderId: order.number,
          OrderChangeType: change.type,
          OrderChangeTrigger: { TimeOfOrderChange: isoOf(order.updatedMs), ChangeReason: change.reason },
          Summary: {
            MarketplaceId: SIM_AMAZON.marketplace.marketplaceId,
            OrderStatus: V0_WORD[order.status],
            PurchaseDate: isoOf(order.createdMs),
            DestinationPostalCode: order.buyer.postalCode,
            FulfillmentType: order.fulfilledBy === 'AMAZON' ? 'AFN' : 'MFN',
            OrderType: 'StandardOrder',
            NumberOfItemsShipped: shipped,
            NumberOfItemsUnshipped: unshipped,
            EarliestDeliveryDate: isoOf(order.deliverWindowMs[0]),
            LatestDeliveryDate: isoOf(order.deliverWindowMs[1]),
            EarliestShipDate: isoOf(order.shipWindowMs[0]),
            LatestShipDate: isoOf(order.shipWindowMs[1]),
            OrderItems: order.items.map((item) => ({
              OrderItemId: item.orderItemId,
              SellerSKU: item.sellerSku,
              SupplySourceId: null,
              OrderItemStatus: item.shipped === item.quantity ? 'Shipped' : 'Unshipped',
              Quantity: item.quantity,
              QuantityShipped: item.shipped,
              IsBuyerRequestedCancel: item.cancelRequested,
            })),
          },
        },
      });
    },

    quantityChanged: (listing) => {
      emit('LISTINGS_ITEM_MFN_QUANTITY_CHANGE', {
        SellerId: SIM_AMAZON.sellerId,
        FulfillmentChannelCode: 'DEFAULT',
        Sku: listing.sellerSku,
        Quantity: listing.quantity,
      });
    },

    stateChanged: (listing) => {
      emit('LISTINGS_ITEM_STATUS_CHANGE', {
        SellerId: SIM_AMAZON.sellerId,
        MarketplaceId: SIM_AMAZON.marketplace.marketplaceId,
        Asin: listing.asin,
        Sku: listing.sellerSku,
        CreatedDate: isoOf(listing.createdMs),
        Status: listing.statuses,
      });
    },

    stockAtAmazonChanged: (listing) => {
      emit('FBA_INVENTORY_AVAILABILITY_CHANGES', {
        SellerId: SIM_AMAZON.sellerId,
        FNSKU: `X0${listing.asin.slice(2)}`,
        ASIN: listing.asin,
        SKU: listing.sellerSku,
        FulfillmentInventoryByMarketplace: [
          {
            MarketplaceId: SIM_AMAZON.marketplace.marketplaceId,
            ItemName: listing.title,
            FulfillmentInventory: {
              InboundQuantityBreakdown: { Working: 0, Shipped: 0, Receiving: 0 },
              Fulfillable: listing.quantity,
              Unfulfillable: 0,
              Researching: 0,
              ReservedQuantityBreakdown: { WarehouseProcessing: 0, WarehouseTransfer: 0, PendingCustomerOrder: 0 },
              FutureSupplyBuyable: 0,
              PendingCustomerOrderInTransit: 0,
            },
          },
        ],
      });
    },
  };
};
