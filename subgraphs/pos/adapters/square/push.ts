/**
 * Square's webhooks. Deliveries may repeat, come late or overtake each other, and those about orders carry ids only: a
 * delivery says that something changed, Square is asked what.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CallOptions } from '#model/call.ts';
import type { DeliveryVerdict, PushedDelivery, PushInlet } from '#model/inlet.ts';
import type { PickupPolicy } from '#model/location.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { BatchReader } from '#runtime/inlet/batch-reader.ts';
import type { Log } from '#runtime/log.ts';
import type { SquareClient } from './client.ts';
import type { Directory } from './directory.ts';
import { coversItem } from './stock.ts';
import { toLocationChange } from './stores.ts';
import { changesFromCounts, claimsFromOrders, type ReadChanges } from './streams.ts';
import { countEvent, decode, eventEnvelope, locationEvent, orderEvent, parseJson, type WireOrder } from './wire.ts';

export const SIGNATURE_HEADER = 'x-square-hmacsha256-signature';

/** What Square signs is the address it posts to, exactly as subscribed, and the body's bytes after it. */
export const signatureOf = (key: string, url: string, rawBody: Uint8Array): string =>
  createHmac('sha256', key).update(url).update(rawBody).digest('base64');

const equalInConstantTime = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

export type PushOptions = {
  /** Stated of every store: Square keeps no such policy. */
  readonly pickup: PickupPolicy;
  readonly connection: string;
  /** The current key first; the previous one while keys are rotated. */
  readonly signatureKeys: readonly string[];
};

export type PushDeps = {
  readonly client: SquareClient;
  readonly directory: Directory;
  readonly orderById: BatchReader<string, WireOrder | null>;
  readonly clock: Clock;
  readonly log: Log;
};

type Reader = (body: unknown, call: CallOptions) => Promise<ReadChanges>;

const NOTHING: ReadChanges = { changes: [], rejected: [] };

const verify = (delivery: PushedDelivery, keys: readonly string[]): DeliveryVerdict => {
  const given = delivery.headers[SIGNATURE_HEADER];
  if (!given) return { verdict: 'refused', status: 401, reason: `the header ${SIGNATURE_HEADER} is missing` };
  const genuine = keys.some((key) => equalInConstantTime(given, signatureOf(key, delivery.url, delivery.rawBody)));
  if (!genuine) {
    const reason = `the signature does not fit: check the signature key, and that the subscription's URL is exactly ${delivery.url}`;
    return { verdict: 'refused', status: 401, reason };
  }
  try {
    const envelope = eventEnvelope.safeParse(JSON.parse(Buffer.from(delivery.rawBody).toString('utf8')));
    if (envelope.success) return { verdict: 'genuine', eventId: envelope.data.event_id };
  } catch {
    // Not JSON: refused below like a body without an event id.
  }
  return { verdict: 'refused', status: 400, reason: 'the body is not a Square event: type and event_id are needed' };
};

export const createPushInlet = (options: PushOptions, deps: PushDeps): PushInlet => {
  const { client, directory, orderById, clock, log } = deps;
  const { connection } = options;

  const counts: Reader = async (body, call) => {
    const event = decode(countEvent, body, { connection, operation: 'inventory.count.updated' });
    const changed = event.data.object?.inventory_counts ?? [];
    const stores = await directory.storesKnowing(
      changed.map((count) => count.location_id),
      call,
    );
    const items = await directory.itemsKnowing(
      changed.map((count) => count.catalog_object_id),
      call,
    );
    return changesFromCounts(
      changed,
      (group, store) => coversItem(changed, group, store),
      { items, stores },
      { client, connection },
      call,
    );
  };

  const order: Reader = async (body, call) => {
    const { id } = decode(orderEvent, body, { connection, operation: 'order event' }).data;
    const found = await orderById(id, call);
    if (!found) {
      log.warn({ orderId: id }, 'announced order not found; the polled stream will bring it');
      return NOTHING;
    }
    const stores = await directory.storesKnowing([found.location_id], call);
    return claimsFromOrders([found], stores, directory, call);
  };

  const catalog: Reader = async (_body, call) => {
    await directory.refreshItems(call);
    return NOTHING;
  };

  const location: Reader = async (body, call) => {
    const { id } = decode(locationEvent, body, { connection, operation: 'location event' }).data;
    const stores = await directory.refreshStores(call);
    const store = stores.ofId(id);
    return {
      changes: store ? [toLocationChange(store, options.pickup, isoOf(clock.now()))] : [],
      rejected: stores.rejected.filter(({ subject }) => subject === `location:${id}`),
    };
  };

  const readers: Readonly<Record<string, Reader>> = {
    'inventory.count.updated': counts,
    'order.created': order,
    'order.updated': order,
    'order.fulfillment.updated': order,
    'catalog.version.updated': catalog,
    'location.created': location,
    'location.updated': location,
  };

  return {
    verify: (delivery) => verify(delivery, options.signatureKeys),
    read: async (delivery, call) => {
      const source = { connection, operation: 'webhook' };
      const body = parseJson(Buffer.from(delivery.rawBody).toString('utf8'), source);
      const { type, event_id: eventId } = decode(eventEnvelope, body, source);
      const reader = Object.hasOwn(readers, type) ? readers[type] : undefined;
      if (reader) return reader(body, call);
      log.info({ type, eventId }, 'event type not used here; ignored');
      return NOTHING;
    },
  };
};
