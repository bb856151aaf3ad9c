/** Everything that can happen to the account, by a call or by an act: the change, its time and its notifications. */
import type { Clock } from '#runtime/clock.ts';
import type { CompanyOrder } from '#simulation/company/company.ts';
import type { Events } from './events.ts';
import { itemIdOf, type SimListing, type SimOrder, type SimOrderItem, type World, windowsOf } from './world.ts';

export type Parcel = {
  readonly referenceId: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly shippedMs: number;
  /** By order item id. */
  readonly quantities: ReadonlyMap<string, number>;
};

export type NewOrder = {
  readonly number: string;
  readonly lines: readonly { readonly listing: SimListing; readonly quantity: number }[];
  readonly pending: boolean;
  readonly buyer: CompanyOrder['customer'];
};

/** Each returns what stands against it, or null once it has happened. */
export type Happenings = {
  setQuantity(listing: SimListing, quantity: number): void;
  setState(listing: SimListing, state: 'ACTIVE' | 'INACTIVE' | 'SUPPRESSED'): void;
  order(wanted: NewOrder): string | null;
  authorize(order: SimOrder): string | null;
  ship(order: SimOrder, parcel: Parcel): string | null;
  deliver(order: SimOrder): string | null;
  requestCancellation(order: SimOrder): string | null;
  cancel(order: SimOrder): string | null;
};

export type HappeningsDeps = {
  readonly clock: Clock;
  readonly events: Events;
  recordWrite(businessKey: string, detail: Readonly<Record<string, unknown>>): void;
};

const isOpen = ({ status }: SimOrder): boolean => status === 'UNSHIPPED' || status === 'PARTIALLY_SHIPPED';

export const createHappenings = (world: World, deps: HappeningsDeps): Happenings => {
  const { clock, events } = deps;

  const touch = (thing: { updatedMs: number }): void => {
    // Strictly later than before: two changes within a millisecond must not look like one.
    thing.updatedMs = Math.max(clock.now(), thing.updatedMs + 1);
  };

  const changeQuantity = (listing: SimListing, quantity: number): void => {
    listing.quantity = quantity;
    const wasBuyable = listing.statuses.includes('BUYABLE');
    const isBuyable = quantity > 0 && !listing.suppressed;
    if (isBuyable !== wasBuyable) listing.statuses = isBuyable ? ['BUYABLE', 'DISCOVERABLE'] : ['DISCOVERABLE'];
    if (listing.fulfilment === 'FBA') events.stockAtAmazonChanged(listing);
    else events.quantityChanged(listing);
    if (isBuyable !== wasBuyable) events.stateChanged(listing);
  };

  return {
    setQuantity: (listing, quantity) => {
      touch(listing);
      deps.recordWrite(`listing:${listing.sellerSku}`, { quantity });
      changeQuantity(listing, quantity);
    },

    setState: (listing, state) => {
      touch(listing);
      listing.suppressed = state === 'SUPPRESSED';
      listing.statuses =
        state === 'ACTIVE' ? ['BUYABLE', 'DISCOVERABLE'] : state === 'SUPPRESSED' ? [] : ['DISCOVERABLE'];
      events.stateChanged(listing);
    },

    order: (wanted) => {
      if (world.orders.has(wanted.number)) return `number: there is an order ${wanted.number} already`;
      const short = wanted.lines.find(({ listing, quantity }) => listing.quantity < quantity);
      // What is not published cannot be bought: overselling is ours alone to cause.
      if (short)
        return `quantity: ${short.listing.sellerSku} shows ${short.listing.quantity}, nobody can order ${short.quantity}`;
      if (new Set(wanted.lines.map(({ listing }) => listing.fulfilment)).size > 1) {
        return 'lines: Amazon makes two orders of lines that it ships and lines that the merchant ships';
      }
      const createdMs = clock.now();
      const order: SimOrder = {
        number: wanted.number,
        createdMs,
        items: wanted.lines.map(
          ({ listing, quantity }, index): SimOrderItem => ({
            orderItemId: itemIdOf(wanted.number, index),
            sellerSku: listing.sellerSku,
            asin: listing.asin,
            title: listing.title,
            quantity,
            unitPriceMinor: listing.priceMinor,
            shipped: 0,
            cancelRequested: false,
          }),
        ),
        packages: [],
        buyer: wanted.buyer,
        ...windowsOf(createdMs),
        returned: false,
        fulfilledBy: wanted.lines.some(({ listing }) => listing.fulfilment === 'FBA') ? 'AMAZON' : 'MERCHANT',
        status: wanted.pending ? 'PENDING' : 'UNSHIPPED',
        updatedMs: createdMs,
      };
      world.orders.set(order.number, order);
      // A sale lowers the quantity; the listing's date of last change stays, as nobody edited it.
      for (const { listing, quantity } of wanted.lines) changeQuantity(listing, listing.quantity - quantity);
      events.orderChanged(order, { type: 'OrderStatusChange', reason: 'Order placed' });
      return null;
    },

    authorize: (order) => {
      if (order.status !== 'PENDING') return `order ${order.number} is ${order.status}, not PENDING`;
      order.status = 'UNSHIPPED';
      touch(order);
      events.orderChanged(order, { type: 'OrderStatusChange', reason: 'Payment authorized' });
      return null;
    },

    ship: (order, parcel) => {
      if (!isOpen(order)) return `order ${order.number} is ${order.status}: there is nothing to ship`;
      if (order.packages.some(({ referenceId }) => referenceId === parcel.referenceId)) {
        return `order ${order.number} has a package ${parcel.referenceId} already`;
      }
      const items = [...parcel.quantities].map(([orderItemId, quantity]) => ({
        quantity,
        orderItemId,
        item: order.items.find((item) => item.orderItemId === orderItemId),
      }));
      for (const { item, orderItemId, quantity } of items) {
        if (item === undefined) return `order ${order.number} has no item ${orderItemId}`;
        if (item.shipped + quantity > item.quantity) {
          return `order item ${orderItemId}: ${quantity} cannot be shipped, ${item.quantity - item.shipped} are left`;
        }
      }
      for (const { item, quantity } of items) if (item) item.shipped += quantity;
      order.packages.push({
        referenceId: parcel.referenceId,
        carrier: parcel.carrier,
        trackingNumber: parcel.trackingNumber,
        shippedMs: parcel.shippedMs,
        items: items.map(({ orderItemId, quantity }) => ({ orderItemId, quantity })),
        status: 'SHIPPED',
      });
      order.status = order.items.every((item) => item.shipped === item.quantity) ? 'SHIPPED' : 'PARTIALLY_SHIPPED';
      touch(order);
      deps.recordWrite(`shipment:${order.number}/${parcel.referenceId}`, { trackingNumber: parcel.trackingNumber });
      events.orderChanged(order, { type: 'OrderStatusChange', reason: 'Shipment confirmed' });
      return null;
    },

    deliver: (order) => {
      if (order.packages.length === 0) return `order ${order.number} has no package on its way`;
      for (const parcel of order.packages) parcel.status = 'DELIVERED';
      // No notification: Amazon tells of the shipment, and of the arrival only to those who look.
      touch(order);
      return null;
    },

    requestCancellation: (order) => {
      if (!isOpen(order)) return `order ${order.number} is ${order.status}: too late to ask for a cancellation`;
      for (const item of order.items) item.cancelRequested = true;
      touch(order);
      events.orderChanged(order, { type: 'BuyerRequestedChange', reason: 'Buyer Requested Cancel' });
      return null;
    },

    cancel: (order) => {
      if (order.status !== 'UNSHIPPED' && order.status !== 'PENDING') {
        return `order ${order.number} is ${order.status} and cannot be cancelled any more`;
      }
      order.status = 'CANCELLED';
      touch(order);
      events.orderChanged(order, { type: 'OrderStatusChange', reason: 'Order cancelled' });
      return null;
    },
  };
};
