/**
 * The order's vocabulary: axes, line buckets and the one customer word.
 *
 * An order is never one status. Payment, fulfilment, returns, settlement and posting move on their own; every line's
 * ordered quantity is spread over buckets that always sum to it; the customer word is derived from all of them.
 */

export type CustomerOrderStatus =
  | 'RECEIVED'
  | 'CONFIRMED'
  | 'PREPARING'
  | 'READY_FOR_PICKUP'
  | 'PARTIALLY_SHIPPED'
  | 'SHIPPED'
  | 'OUT_FOR_DELIVERY'
  | 'PARTIALLY_DELIVERED'
  | 'DELIVERED'
  | 'COLLECTED'
  | 'DELAYED'
  | 'ACTION_REQUIRED'
  | 'CANCELLATION_REQUESTED'
  | 'CANCELLED'
  | 'RETURN_IN_PROGRESS'
  | 'RETURNED'
  | 'REFUNDED';

export type PaymentStatus =
  | 'NOT_REQUIRED'
  | 'PENDING'
  | 'AUTHORIZED'
  | 'PARTIALLY_AUTHORIZED'
  | 'PARTIALLY_PAID'
  | 'PAID'
  | 'REQUIRES_ACTION'
  | 'FAILED'
  | 'VOIDED'
  | 'PARTIALLY_REFUNDED'
  | 'REFUNDED'
  | 'UNKNOWN';

export type FulfilmentStatus =
  | 'NOT_REQUIRED'
  | 'UNALLOCATED'
  | 'ON_HOLD'
  | 'SCHEDULED'
  | 'BACKORDERED'
  | 'ALLOCATED'
  | 'IN_PROGRESS'
  | 'READY_FOR_PICKUP'
  | 'PARTIALLY_SHIPPED'
  | 'SHIPPED'
  | 'PARTIALLY_DELIVERED'
  | 'DELIVERED'
  | 'COLLECTED'
  | 'CANCELLED'
  | 'UNKNOWN';

export type ReturnStatus =
  | 'NONE'
  | 'REQUESTED'
  | 'AUTHORIZED'
  | 'DECLINED'
  | 'IN_TRANSIT'
  | 'PARTIALLY_RECEIVED'
  | 'RECEIVED'
  | 'INSPECTED'
  | 'COMPLETED'
  | 'CANCELLED';

export type SettlementStatus = 'NOT_APPLICABLE' | 'PENDING' | 'PARTIALLY_SETTLED' | 'SETTLED' | 'MISMATCH';
export type PostingStatus = 'NOT_POSTED' | 'STAGED' | 'POSTED' | 'FAILED';

export type FulfilmentMethod =
  | 'SHIP_TO_HOME'
  | 'PICKUP_IN_STORE'
  | 'CURBSIDE'
  | 'SHIP_TO_STORE'
  | 'SHIP_FROM_STORE'
  | 'SAME_DAY'
  | 'DIGITAL';

export type ShipmentState =
  | 'LABEL_CREATED'
  | 'INFO_RECEIVED'
  | 'IN_TRANSIT'
  | 'OUT_FOR_DELIVERY'
  | 'DELIVERY_ATTEMPTED'
  | 'AVAILABLE_FOR_PICKUP'
  | 'DELIVERED'
  | 'DELAYED'
  | 'EXCEPTION'
  | 'RETURNED_TO_SENDER'
  | 'EXPIRED'
  | 'CANCELLED';

export type PickupState = 'REQUESTED' | 'PREPARING' | 'READY' | 'COLLECTED' | 'SHORT' | 'EXPIRED' | 'CANCELLED';
export type RefundStatus = 'NOT_DUE' | 'PENDING' | 'APPROVED' | 'ISSUED' | 'FAILED' | 'DECLINED';
export type StatusAxis = 'PAYMENT' | 'FULFILMENT' | 'RETURN' | 'SETTLEMENT' | 'POSTING';

/** Buckets of one line, in the order goods pass through them. They sum to the ordered quantity. */
export const LINE_BUCKETS = [
  'open',
  'backordered',
  'allocated',
  'picking',
  'packed',
  'readyForPickup',
  'shipped',
  'delivered',
  'collected',
  'cancelled',
  'returned',
] as const;
export type LineBucket = (typeof LINE_BUCKETS)[number];
export type LineQuantities = Readonly<Record<LineBucket, number>>;

/** How far a line is; OUT_FOR_DELIVERY is derived from its parcel and has no bucket of its own. */
export type LineState =
  | 'OPEN'
  | 'BACKORDERED'
  | 'ALLOCATED'
  | 'PICKING'
  | 'PACKED'
  | 'READY_FOR_PICKUP'
  | 'SHIPPED'
  | 'OUT_FOR_DELIVERY'
  | 'DELIVERED'
  | 'COLLECTED'
  | 'CANCELLED'
  | 'RETURNED';

export type OrderEventType =
  | 'PLACED'
  | 'CONFIRMED'
  | 'PAYMENT_CHANGED'
  | 'ALLOCATED'
  | 'RELEASED'
  | 'BACKORDERED'
  | 'PICKING_STARTED'
  | 'PACKED'
  | 'READY_FOR_PICKUP'
  | 'PICKUP_EXPIRING'
  | 'SHIPPED'
  | 'TRACKING_UPDATED'
  | 'OUT_FOR_DELIVERY'
  | 'DELIVERY_ATTEMPTED'
  | 'DELIVERED'
  | 'COLLECTED'
  | 'PROMISE_CHANGED'
  | 'DELAYED'
  | 'HELD'
  | 'RELEASED_FROM_HOLD'
  | 'SHORT_PICKED'
  | 'REROUTED'
  | 'CANCELLATION_REQUESTED'
  | 'CANCELLED'
  | 'RETURN_REQUESTED'
  | 'RETURN_AUTHORIZED'
  | 'RETURN_DECLINED'
  | 'RETURN_RECEIVED'
  | 'RETURN_INSPECTED'
  | 'RETURN_COMPLETED'
  | 'REFUNDED'
  | 'SETTLED'
  | 'SETTLEMENT_MISMATCH'
  | 'POSTED'
  | 'POSTING_FAILED'
  | 'CORRECTED';

export const emptyQuantities = (): Record<LineBucket, number> => ({
  open: 0,
  backordered: 0,
  allocated: 0,
  picking: 0,
  packed: 0,
  readyForPickup: 0,
  shipped: 0,
  delivered: 0,
  collected: 0,
  cancelled: 0,
  returned: 0,
});
