/** An order's story in plain words, and who may read which part of it. */
import type { OrderEventType } from '#model/order/vocabulary.ts';
import { Failure } from '#runtime/failure.ts';
import type { Journal } from '#runtime/journal/journal.ts';
import type { TimelineRow } from './queries.ts';

export type TimelineAudience = 'CUSTOMER' | 'CHANNEL' | 'OPERATIONS';

const BOOKKEEPING: readonly OrderEventType[] = ['POSTED', 'POSTING_FAILED'];
const SETTLEMENT: readonly OrderEventType[] = ['SETTLED', 'SETTLEMENT_MISMATCH'];

/** Events that an audience is not shown. */
export const HIDDEN_FROM: Readonly<Record<TimelineAudience, readonly OrderEventType[]>> = {
  CUSTOMER: [...BOOKKEEPING, ...SETTLEMENT],
  CHANNEL: BOOKKEEPING,
  OPERATIONS: [],
};

const WORDS: Readonly<Record<OrderEventType, string>> = {
  PLACED: 'Order received',
  CONFIRMED: 'Order confirmed',
  PAYMENT_CHANGED: 'Payment updated',
  ALLOCATED: 'Stock assigned',
  RELEASED: 'Handed to the warehouse or store',
  BACKORDERED: 'Waiting for stock',
  PICKING_STARTED: 'Being picked',
  PACKED: 'Packed',
  READY_FOR_PICKUP: 'Ready in the store',
  PICKUP_EXPIRING: 'Please collect soon',
  SHIPPED: 'Sent',
  TRACKING_UPDATED: 'Tracking updated',
  OUT_FOR_DELIVERY: 'Out for delivery',
  DELIVERY_ATTEMPTED: 'Delivery attempted, nobody was there',
  DELIVERED: 'Delivered',
  COLLECTED: 'Collected',
  PROMISE_CHANGED: 'New expected date',
  DELAYED: 'Delayed',
  HELD: 'Being checked',
  RELEASED_FROM_HOLD: 'Check passed',
  SHORT_PICKED: 'Could not be found in full',
  REROUTED: 'Comes from another place',
  CANCELLATION_REQUESTED: 'Cancellation asked for',
  CANCELLED: 'Cancelled',
  RETURN_REQUESTED: 'Return asked for',
  RETURN_AUTHORIZED: 'Return allowed',
  RETURN_DECLINED: 'Return refused or withdrawn',
  RETURN_RECEIVED: 'Returned goods received',
  RETURN_INSPECTED: 'Returned goods inspected',
  RETURN_COMPLETED: 'Return completed',
  REFUNDED: 'Money paid back',
  SETTLED: 'Settled by the marketplace',
  SETTLEMENT_MISMATCH: 'Settlement does not agree',
  POSTED: 'Booked',
  POSTING_FAILED: 'Could not be booked',
  CORRECTED: 'Corrected',
};

export const titleOf = ({ type, quantity }: Pick<TimelineRow, 'type' | 'quantity'>): string =>
  quantity === null || quantity === 0
    ? WORDS[type]
    : `${WORDS[type]} (${quantity === 1 ? '1 item' : `${quantity} items`})`;

/** Timeline cursors count sequences; they have no epoch of their own because the timeline is kept for good. */
const EPOCH = 'timeline';
const channelOf = (orderId: string): string => `timeline:${orderId}`;

export const timelineCursor = (journal: Journal, orderId: string, sequence: number): string =>
  journal.encodeCursor({ channel: channelOf(orderId), epoch: EPOCH, position: sequence });

export const timelinePlace = (journal: Journal, orderId: string, cursor: string): number => {
  const at = journal.decodeCursor(cursor);
  if (at.channel === channelOf(orderId) && at.epoch === EPOCH) return at.position;
  throw new Failure('CURSOR_INVALID', 'after: this cursor does not belong to this timeline.', { field: 'after' });
};
