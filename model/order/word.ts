/** From facts to words: the fulfilment axis, the state of lines, and the one customer word. First rule that holds. */

import { isOpenReturn } from '#model/order/axes.ts';
import { ACTIVE_BUCKETS, IN_HOUSE, leastState, mostState, percentOf, sumOf, totalOf } from '#model/order/quantities.ts';
import type { LineStateOfOrder, OrderFacts, ShipmentPart } from '#model/order/state.ts';
import type { CustomerOrderStatus, FulfilmentStatus, LineQuantities, LineState } from '#model/order/vocabulary.ts';

const HANDED_OVER = ['delivered', 'collected'] as const;

/** How often the carrier found nobody. A parcel that has since arrived does not count. */
export const failedAttemptsOf = (parcel: Pick<ShipmentPart, 'state' | 'events'>): number => {
  if (parcel.state === 'DELIVERED') return 0;
  const scanned = parcel.events.filter(({ state }) => state === 'DELIVERY_ATTEMPTED').length;
  return Math.max(scanned, parcel.state === 'DELIVERY_ATTEMPTED' ? 1 : 0);
};

export const fulfilmentWord = (total: LineQuantities, onHold: boolean, hasLines: boolean): FulfilmentStatus => {
  if (!hasLines) return 'UNKNOWN';
  const active = sumOf(total, ACTIVE_BUCKETS);
  if (active === 0) return total.returned > 0 ? 'DELIVERED' : 'CANCELLED';
  const arrived = sumOf(total, HANDED_OVER);
  if (arrived === active) return total.delivered > 0 ? 'DELIVERED' : 'COLLECTED';
  if (onHold && sumOf(total, IN_HOUSE) > 0) return 'ON_HOLD';
  if (arrived > 0) return 'PARTIALLY_DELIVERED';
  if (total.shipped === active) return 'SHIPPED';
  if (total.shipped > 0) return 'PARTIALLY_SHIPPED';
  if (total.readyForPickup > 0) return 'READY_FOR_PICKUP';
  if (total.picking + total.packed > 0) return 'IN_PROGRESS';
  if (total.allocated > 0) return 'ALLOCATED';
  return total.backordered > 0 ? 'BACKORDERED' : 'UNALLOCATED';
};

/** A line whose least advanced units are in a parcel that comes today is out for delivery. */
export const lineStateOf = (
  line: Pick<LineStateOfOrder, 'id' | 'quantities'>,
  shipments: readonly ShipmentPart[],
): LineState => {
  const least = leastState(line.quantities);
  if (least !== 'SHIPPED') return least;
  const onTheWay = shipments.filter(
    ({ state, lines }) =>
      state !== 'DELIVERED' && state !== 'CANCELLED' && lines.some(({ lineId }) => lineId === line.id),
  );
  return onTheWay.length > 0 && onTheWay.every(({ state }) => state === 'OUT_FOR_DELIVERY')
    ? 'OUT_FOR_DELIVERY'
    : least;
};

const isOutForDelivery = ({ state }: ShipmentPart): boolean => state === 'OUT_FOR_DELIVERY';

export const progressOf = (
  lines: readonly LineStateOfOrder[],
  shipments: readonly ShipmentPart[],
): { readonly least: LineState; readonly most: LineState; readonly percent: number } => {
  const total = totalOf(lines);
  const [least, most] = [leastState(total), mostState(total)];
  const out = shipments.some(isOutForDelivery);
  const shipped = lines.filter(({ quantities }) => quantities.shipped > 0);
  const allOut =
    out && least === 'SHIPPED' && shipped.every((line) => lineStateOf(line, shipments) === 'OUT_FOR_DELIVERY');
  return {
    least: allOut ? 'OUT_FOR_DELIVERY' : least,
    most: out && most === 'SHIPPED' ? 'OUT_FOR_DELIVERY' : most,
    percent: percentOf(total),
  };
};

const actionRequired = (
  facts: OrderFacts,
  active: number,
  inHouse: number,
  shipped: number,
  failedAttempts: number,
): boolean => {
  const { value } = facts.payment;
  if ((value === 'REQUIRES_ACTION' || value === 'FAILED') && active > 0) return true;
  if (facts.pickupExpiring && inHouse > 0) return true;
  return shipped > 0 && facts.shipments.some((parcel) => failedAttemptsOf(parcel) >= failedAttempts);
};

const hasTrouble = ({ shipments }: OrderFacts): boolean =>
  shipments.some(({ state }) => state === 'DELAYED' || state === 'EXCEPTION');

const afterReturn = (facts: OrderFacts): CustomerOrderStatus => {
  const paidBack = facts.payment.value === 'REFUNDED' || facts.returnRequests.some(({ refund }) => refund === 'ISSUED');
  const owed = facts.returnRequests.some(
    ({ refund }) => refund === 'PENDING' || refund === 'APPROVED' || refund === 'FAILED',
  );
  return facts.payment.value === 'REFUNDED' || (paidBack && !owed) ? 'REFUNDED' : 'RETURNED';
};

/** One word for the shopper. The rules and their order are documented in docs/reference/order-status.md. */
export const customerWord = (facts: OrderFacts, failedAttempts: number): CustomerOrderStatus => {
  const total = totalOf(facts.lines);
  const ordered = sumOf(total);
  const active = sumOf(total, ACTIVE_BUCKETS);
  const inHouse = sumOf(total, IN_HOUSE);
  const arrived = sumOf(total, HANDED_OVER);

  if (ordered === 0 && facts.cancelled.value) return 'CANCELLED';
  if (ordered > 0 && total.cancelled === ordered) return 'CANCELLED';
  if (facts.cancellationRequested.value && (inHouse > 0 || ordered === 0)) return 'CANCELLATION_REQUESTED';
  if (actionRequired(facts, active, inHouse, total.shipped, failedAttempts)) return 'ACTION_REQUIRED';
  if (total.returned > 0 && active === 0) return afterReturn(facts);
  if (facts.returnRequests.some(isOpenReturn)) return 'RETURN_IN_PROGRESS';
  if (arrived > 0 && arrived === active) return total.delivered > 0 ? 'DELIVERED' : 'COLLECTED';
  if (total.delivered > 0) return 'PARTIALLY_DELIVERED';
  if (total.readyForPickup > 0) return 'READY_FOR_PICKUP';
  if (total.collected > 0) return 'PARTIALLY_DELIVERED';
  if (active > 0 && (facts.late || hasTrouble(facts))) return 'DELAYED';
  if (total.shipped > 0 && total.shipped === active)
    return facts.shipments.some(isOutForDelivery) ? 'OUT_FOR_DELIVERY' : 'SHIPPED';
  if (total.shipped > 0) return 'PARTIALLY_SHIPPED';
  if (total.allocated + total.picking + total.packed > 0 && !facts.onHold.value) return 'PREPARING';
  return facts.confirmed.value ? 'CONFIRMED' : 'RECEIVED';
};
