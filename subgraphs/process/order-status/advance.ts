/** From an order as it stands and everything known of it to what is written and told next. No I/O. */
import type { OrderReference } from '#model/change.ts';
import type { StoredClaim } from '#model/order/claims.ts';
import { eventsBetween, type OrderEvent, OWN_WORD } from '#model/order/events.ts';
import { continueFrom, mergeOrder } from '#model/order/merge.ts';
import type { OrderPolicy } from '#model/order/policy.ts';
import type { ChannelEntry } from '#subgraphs/process/intake/applier.ts';
import { demandDifference, demandOf } from './demand.ts';
import { type OrderKeys, PROOF_KINDS } from './keys.ts';
import { pickupPlacesOf, storeEntries } from './pickups.ts';
import type { OrderHead, OrderWrite, WrittenEvent } from './store.ts';

/** The journal's channel that carries the orders of a sales channel. */
export const streamOfChannel = (channel: string): string => `orders:${channel}`;

/** What the journal tells of one event: small, and free of anything about the shopper. */
export type OrderEventPayload = Omit<OrderEvent, 'about'> & {
  readonly observedAt: string;
  /** Codes of the places the order's lines come from. */
  readonly locations: readonly string[];
  /** The order that this one turned out to be; following it means following that one. */
  readonly mergedInto?: string;
};

/** Which message brought the news. */
export type Told = { readonly observedAt: string; readonly correlationId: string };

export type AdvanceTarget = Told & {
  readonly id: string;
  readonly channel: string;
  /** Every document of the order. */
  readonly claims: readonly StoredClaim[];
  /** Those of them that are new or say something new. */
  readonly changed: readonly StoredClaim[];
  /** References that no order has had yet. */
  readonly references: readonly OrderReference[];
  readonly proofsChanged: boolean;
  readonly now: string;
};

export type Advanced = {
  readonly write: OrderWrite;
  readonly entries: readonly ChannelEntry[];
  /** SKUs whose demand has changed. */
  readonly skus: readonly string[];
};

const entryOf = (
  channel: string,
  subject: string,
  event: WrittenEvent,
  more: Pick<OrderEventPayload, 'locations' | 'mergedInto'>,
): ChannelEntry => {
  const { sequence, about: _about, correlationId, ...told } = event;
  return {
    channel: streamOfChannel(channel),
    subject,
    version: sequence,
    type: event.type,
    payload: { ...told, ...more } satisfies OrderEventPayload,
    correlationId,
  };
};

const proofsOf = (claims: readonly StoredClaim[]): NonNullable<OrderWrite['proofs']> =>
  claims.flatMap(({ customer }) =>
    PROOF_KINDS.flatMap((kind) => (customer?.[kind] === undefined ? [] : [{ kind, hash: customer[kind] }])),
  );

type Keyed = readonly { readonly key: string }[];
const newParts = (before: Keyed | undefined, after: Keyed): readonly string[] =>
  after.flatMap(({ key }) => (before?.some((part) => part.key === key) ? [] : [key]));

export const advance = (
  head: OrderHead | null,
  target: AdvanceTarget,
  policy: OrderPolicy,
  keys: OrderKeys,
): Advanced => {
  const { id, channel, claims, changed, references, now, observedAt, correlationId } = target;
  const previous = head?.state ?? null;
  const merged = mergeOrder(claims, policy, now);
  const events = eventsBetween(previous, merged, policy.failedAttempts);
  const turning = events.findLast(({ type, previousStatus, status }) => previousStatus !== status || type === 'PLACED');
  const state = continueFrom(previous, merged, turning?.occurredAt ?? null, now);
  const written = events.map(
    (event, index): WrittenEvent => ({
      ...event,
      sequence: (head?.sequence ?? 0) + index + 1,
      observedAt,
      correlationId,
    }),
  );
  const demand = demandOf(state);
  const skus = demandDifference(demandOf(previous), demand);
  const locations = [...new Set(state.lines.flatMap(({ locationCode }) => locationCode ?? []))];
  const entries = written.map((event) => entryOf(channel, id, event, { locations }));
  // A store that has just lost the order is told so.
  const stores = [...new Set([...pickupPlacesOf(previous), ...pickupPlacesOf(state)])];
  return {
    write: {
      id,
      channel,
      sequence: (head?.sequence ?? 0) + events.length,
      state,
      correlationId: head?.correlationId ?? correlationId,
      lastEventAt: events.length > 0 ? observedAt : null,
      events: written,
      documents: changed,
      references,
      proofs: target.proofsChanged ? proofsOf(claims) : null,
      parts: [
        ...newParts(previous?.shipments, state.shipments).map((key) => ({ id: keys.partId('shp', id, key), key })),
        ...newParts(previous?.returnRequests, state.returnRequests).map((key) => ({
          id: keys.partId('ret', id, key),
          key,
        })),
      ],
      demand,
      demandChanged: skus.length > 0,
    },
    entries: [...entries, ...storeEntries(entries, channel, stores)],
    skus,
  };
};

/** The last word of an order that turned out to be another one. */
export const farewell = (head: OrderHead, survivor: string, told: Told): Advanced => {
  const event: WrittenEvent = {
    ...told,
    type: 'CORRECTED',
    previousStatus: head.state.status,
    status: head.state.status,
    changedAxes: [],
    system: OWN_WORD,
    occurredAt: told.observedAt,
    lineIds: [],
    quantity: null,
    about: [],
    sequence: head.sequence + 1,
  };
  const entry = entryOf(head.channel, head.id, event, { locations: [], mergedInto: survivor });
  return {
    write: {
      id: head.id,
      channel: head.channel,
      sequence: event.sequence,
      state: { ...head.state, reviewAt: null, disagreements: [] },
      correlationId: head.correlationId,
      lastEventAt: told.observedAt,
      events: [event],
      documents: [],
      references: [],
      proofs: null,
      parts: [],
      demand: [],
      demandChanged: false,
    },
    entries: [entry, ...storeEntries([entry], head.channel, pickupPlacesOf(head.state))],
    skus: demandOf(head.state).map(({ sku }) => sku),
  };
};
