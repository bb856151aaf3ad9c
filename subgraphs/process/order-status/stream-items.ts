/** The items of order streams, from what the journal holds. */
import { type Clock, isoOf } from '#runtime/clock.ts';
import { type JournalEntry, markOf } from '#runtime/journal/journal.ts';
import type { OrderEventPayload } from './advance.ts';
import type { OrderParent, OrderStatusChangedParent, OrderStreamItem } from './parents.ts';

/** The id contains the mark: after a restore another event may come under the same number, and is not a repeat. */
export const changedItem = (entry: JournalEntry, cursor: string, replayed: boolean): OrderStatusChangedParent => {
  const payload = entry.payload as OrderEventPayload;
  return {
    __typename: 'OrderStatusChanged',
    eventId: `${entry.subject}.${entry.version}.${markOf(entry)}`,
    cursor,
    sequence: entry.version,
    type: payload.type,
    previousStatus: payload.previousStatus,
    status: payload.status,
    changedAxes: payload.changedAxes,
    occurredAt: payload.occurredAt,
    observedAt: payload.observedAt,
    system: payload.system,
    correlationId: entry.correlationId,
    replayed,
    orderId: entry.subject,
  };
};

/** The order that this one turned out to be, if the entry says so. */
export const turnedInto = (entry: JournalEntry): string | null =>
  (entry.payload as OrderEventPayload).mergedInto ?? null;

export const laggedItem = (from: string | null, to: string, missed: number | null): OrderStreamItem => ({
  __typename: 'Lagged',
  from,
  to,
  missed,
});

export const snapshotItem = (order: OrderParent, cursor: string): OrderStreamItem => ({
  __typename: 'OrderSnapshot',
  cursor,
  order,
});

export const heartbeatItem = (cursor: string, clock: Clock): OrderStreamItem => ({
  __typename: 'Heartbeat',
  cursor,
  at: isoOf(clock.now()),
});
