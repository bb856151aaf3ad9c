/** The orders, how they may change, and what every change sets off: stock and webhooks. */
import { isoOf } from '#runtime/clock.ts';
import type { SimulatorDeps } from '#simulation/simulator.ts';
import type { Inventory } from './inventory.ts';
import { dueMinorOf, type FulfillmentState, type SimOrder, type SimPickup } from './order-wire.ts';
import type { Webhooks } from './webhooks.ts';

/** A pickup goes forward only; skipping steps is allowed, ends are final. */
const NEXT_STATES: Readonly<Record<FulfillmentState, readonly FulfillmentState[]>> = {
  PROPOSED: ['RESERVED', 'PREPARED', 'COMPLETED', 'CANCELED', 'FAILED'],
  RESERVED: ['PREPARED', 'COMPLETED', 'CANCELED', 'FAILED'],
  PREPARED: ['COMPLETED', 'CANCELED', 'FAILED'],
  COMPLETED: [],
  CANCELED: [],
  FAILED: [],
};

/** The timestamp that Square sets when a pickup reaches a state. */
const STAMP_OF: Readonly<Partial<Record<FulfillmentState, string>>> = {
  RESERVED: 'accepted_at',
  PREPARED: 'ready_at',
  COMPLETED: 'picked_up_at',
  CANCELED: 'canceled_at',
};

export const mayBecome = (from: FulfillmentState, to: FulfillmentState): boolean => NEXT_STATES[from].includes(to);

export const inState = (pickup: SimPickup, state: FulfillmentState, atMs: number): SimPickup => {
  const stamp = STAMP_OF[state];
  return {
    ...pickup,
    state,
    details: stamp === undefined ? pickup.details : { ...pickup.details, [stamp]: isoOf(atMs) },
  };
};

export type OrderBook = {
  get(id: string): SimOrder | null;
  all(): Iterable<SimOrder>;
  /** The newest order of a channel's number. */
  ofReference(reference: string): SimOrder | null;
  /** As it stands, without consequences: orders from before the simulation. */
  seed(order: SimOrder): void;
  create(order: SimOrder): SimOrder;
  /** The next version. A pickup that is handed over and paid, or called off, ends its order. */
  update(order: SimOrder, changed: Partial<SimOrder>): SimOrder;
};

const isSettled = (order: SimOrder): boolean => order.pickup?.state === 'COMPLETED' && dueMinorOf(order) <= 0;

export const createOrderBook = (
  shop: { readonly inventory: Inventory; readonly webhooks: Webhooks },
  deps: SimulatorDeps,
): OrderBook => {
  const orders = new Map<string, SimOrder>();
  const byReference = new Map<string, string>();

  const keep = (order: SimOrder): SimOrder => {
    orders.set(order.id, order);
    if (order.referenceId !== null) byReference.set(order.referenceId, order.id);
    return order;
  };

  const summaryOf = (order: SimOrder) => ({
    order_id: order.id,
    ...(order.version === null ? {} : { version: order.version }),
    location_id: order.locationId,
    state: order.state,
    created_at: isoOf(order.createdMs),
  });

  /** Square takes stock out when an order is completed, however it was made. */
  const takeStock = (order: SimOrder): void => {
    shop.inventory.move(
      order.lines.flatMap((line) =>
        line.variationId === null
          ? []
          : [
              {
                variationId: line.variationId,
                locationId: order.locationId,
                from: 'IN_STOCK',
                to: 'SOLD',
                quantity: line.quantity,
              },
            ],
      ),
    );
  };

  const ended = (order: SimOrder, atMs: number): SimOrder => {
    if (order.state !== 'OPEN') return order;
    if (isSettled(order)) return { ...order, state: 'COMPLETED', closedMs: atMs };
    return order.pickup?.state === 'CANCELED' ? { ...order, state: 'CANCELED', closedMs: atMs } : order;
  };

  return {
    get: (id) => orders.get(id) ?? null,
    all: () => orders.values(),
    ofReference: (reference) => orders.get(byReference.get(reference) ?? '') ?? null,
    seed: (order) => {
      keep(order);
    },

    create: (order) => {
      keep(order);
      if (order.state === 'COMPLETED') takeStock(order);
      // Square announces orders made through its API; those of a till show in stock and payments only.
      if (order.version !== null) {
        shop.webhooks.emit('order.created', {
          type: 'order_created',
          id: order.id,
          object: { order_created: summaryOf(order) },
        });
      }
      return order;
    },

    update: (order, changed) => {
      const nowMs = deps.clock.now();
      const version = order.version === null ? null : order.version + 1;
      const next = keep(ended({ ...order, ...changed, version, updatedMs: nowMs }, nowMs));
      if (next.state === 'COMPLETED' && order.state !== 'COMPLETED') takeStock(next);
      const summary = { ...summaryOf(next), updated_at: isoOf(next.updatedMs) };
      shop.webhooks.emit('order.updated', {
        type: 'order_updated',
        id: next.id,
        object: { order_updated: summary },
      });
      if (next.pickup && next.pickup.state !== order.pickup?.state) {
        const moved = {
          fulfillment_uid: next.pickup.uid,
          ...(order.pickup ? { old_state: order.pickup.state } : {}),
          new_state: next.pickup.state,
        };
        shop.webhooks.emit('order.fulfillment.updated', {
          type: 'order_fulfillment_updated',
          id: next.id,
          object: { order_fulfillment_updated: { ...summary, fulfillment_update: [moved] } },
        });
      }
      return next;
    },
  };
};
