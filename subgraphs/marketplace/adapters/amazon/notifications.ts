/**
 * Pushed notifications. Amazon delivers them to an event bus or a queue of the seller's AWS account, from where an
 * EventBridge API destination posts them here: the event's envelope as the body, a key of the connection in x-api-key.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { CallOptions } from '#model/call.ts';
import type { Change, ListingChange, RejectedInput } from '#model/change.ts';
import type { DeliveryVerdict, PushedDelivery, PushInlet } from '#model/inlet.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import type { Listings } from './listings.ts';
import { type AmazonMarketplace, instantOf, itemReferences, toListingChange } from './mapping.ts';
import type { Orders } from './orders.ts';
import {
  type AmazonNotification,
  decode,
  eventBridgeSchema,
  listingSignalPayloadSchema,
  mfnQuantityPayloadSchema,
  orderChangePayloadSchema,
  tryDecode,
} from './wire.ts';

export type NotificationsOptions = {
  readonly connection: string;
  readonly sellerId: string;
  readonly marketplaces: readonly AmazonMarketplace[];
  /** Keys that are accepted; two while one replaces the other. */
  readonly destinationKeys: readonly string[];
};
export type NotificationsDeps = {
  readonly orders: Pick<Orders, 'claimsOf'>;
  readonly listings: Pick<Listings, 'read'>;
  readonly clock: Clock;
  readonly log: Log;
};

type Reading = { readonly changes: readonly Change[]; readonly rejected: readonly RejectedInput[] };
const NOTHING: Reading = { changes: [], rejected: [] };

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares digests, so that neither the length nor the place of the first difference shows in the time it takes. */
const isAccepted = (given: string, keys: readonly string[]): boolean => {
  const givenDigest = digest(given);
  return keys.map((key) => timingSafeEqual(digest(key), givenDigest)).includes(true);
};

const jsonOf = (rawBody: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
  } catch {
    return undefined;
  }
};

export const createNotifications = (options: NotificationsOptions, deps: NotificationsDeps): PushInlet => {
  const { connection, marketplaces, sellerId } = options;
  const { clock, listings, log, orders } = deps;

  const verify = (delivery: PushedDelivery): DeliveryVerdict => {
    const given = delivery.headers['x-api-key'];
    if (given === undefined || !isAccepted(given, options.destinationKeys)) {
      return { verdict: 'refused', status: 401, reason: 'x-api-key is missing or is not a key of this connection' };
    }
    const event = tryDecode(eventBridgeSchema, jsonOf(delivery.rawBody));
    if (!event.ok) {
      const reason = `the body is not an EventBridge event with a notification in "detail" (${event.field})`;
      return { verdict: 'refused', status: 400, reason };
    }
    return { verdict: 'genuine', eventId: event.value.detail.NotificationMetadata.NotificationId };
  };

  const isOurs = (payloadSellerId: string, type: string): boolean => {
    if (payloadSellerId === sellerId) return true;
    log.warn({ type }, 'notification for another seller ignored');
    return false;
  };

  const readOrder = async (notification: AmazonNotification, call: CallOptions): Promise<Reading> => {
    const { OrderChangeNotification: change } = decode(
      orderChangePayloadSchema,
      notification.Payload,
      connection,
      notification.NotificationType,
    );
    if (!isOurs(change.SellerId, notification.NotificationType)) return NOTHING;
    // A signal, not a statement: notifications arrive late, twice and out of order.
    const { claims, rejected } = await orders.claimsOf(change.AmazonOrderId, call);
    return { changes: claims, rejected };
  };

  /** In each marketplace that may be meant: the quantity's notification does not name one. */
  const readListing = async (
    sku: string,
    marketplaceId: string | undefined,
    call: CallOptions,
  ): Promise<readonly { readonly change: ListingChange; readonly found: boolean }[]> => {
    const meant = marketplaces.filter(
      (marketplace) => marketplaceId === undefined || marketplace.marketplaceId === marketplaceId,
    );
    return Promise.all(
      meant.map(async (marketplace) => {
        const current = await listings.read(marketplace, sku, call);
        if (current !== null) return { change: toListingChange(current.listing), found: true };
        return {
          change: {
            kind: 'listing',
            marketplace: marketplace.name,
            listingId: sku,
            items: itemReferences(marketplace.name, sku),
            publishedQuantity: null,
            state: 'INACTIVE',
            asOf: isoOf(clock.now()),
          },
          found: false,
        };
      }),
    );
  };

  const readQuantity = async (notification: AmazonNotification, call: CallOptions): Promise<Reading> => {
    const payload = decode(mfnQuantityPayloadSchema, notification.Payload, connection, notification.NotificationType);
    if (!isOurs(payload.SellerId, notification.NotificationType)) return NOTHING;
    const asOf = notification.EventTime === undefined ? isoOf(clock.now()) : instantOf(notification.EventTime);
    const read = await readListing(payload.Sku, undefined, call);
    return {
      // The listing says in which state it is; the quantity, and the time it holds for, are the notification's.
      changes: read
        .filter(({ found }) => found)
        .map(({ change }) => ({ ...change, publishedQuantity: payload.Quantity, asOf })),
      rejected: [],
    };
  };

  const readListingSignal = async (notification: AmazonNotification, call: CallOptions): Promise<Reading> => {
    const payload = decode(listingSignalPayloadSchema, notification.Payload, connection, notification.NotificationType);
    if (!isOurs(payload.SellerId, notification.NotificationType)) return NOTHING;
    const read = await readListing(payload.Sku, payload.MarketplaceId, call);
    return { changes: read.map(({ change }) => change), rejected: [] };
  };

  const readers: Readonly<Record<string, (notification: AmazonNotification, call: CallOptions) => Promise<Reading>>> = {
    ORDER_CHANGE: readOrder,
    LISTINGS_ITEM_MFN_QUANTITY_CHANGE: readQuantity,
    LISTINGS_ITEM_STATUS_CHANGE: readListingSignal,
    LISTINGS_ITEM_ISSUES_CHANGE: readListingSignal,
    // Stock in Amazon's warehouses is read where it is asked for; it has no place among our locations.
    FBA_INVENTORY_AVAILABILITY_CHANGES: async () => NOTHING,
  };

  return {
    verify,
    read: async (delivery, call) => {
      const { detail } = decode(eventBridgeSchema, jsonOf(delivery.rawBody), connection, 'notification');
      const reader = Object.hasOwn(readers, detail.NotificationType) ? readers[detail.NotificationType] : undefined;
      if (reader !== undefined) return reader(detail, call);
      log.info({ type: detail.NotificationType }, 'notification of a type that is not used');
      return NOTHING;
    },
  };
};
