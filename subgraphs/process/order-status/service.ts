/**
 * Reading orders. Every call is told who asks, and answers only what that caller may see; what is unknown and what is
 * forbidden look the same.
 *
 * Channel staff (scope orders:read) see the orders of their channel, '*' those of all. Customers see their own. Everybody
 * else needs a guest's proof, or, for following one order only, its unguessable id.
 */
import { codeOfLocationId } from '#model/identifiers.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Identity } from '#runtime/graphql/identity.ts';
import { cursorOfKey, isInstant, keyOfCursor } from '#runtime/graphql/keyset.ts';
import { durationMs } from '#runtime/graphql/scalars.ts';
import type { Journal, JournalHead } from '#runtime/journal/journal.ts';
import type { Sql } from '#runtime/storage/database.ts';
import { streamOfChannel } from './advance.ts';
import type { GuestQuestion, Guests } from './guests.ts';
import type { OrderKeys } from './keys.ts';
import type { OrderParent } from './parents.ts';
import {
  countOrders,
  hasProof,
  type OrderConditions,
  type PagedOrder,
  type PagePlace,
  type Proof,
  readOrder,
  readOrderPage,
  readPart,
  readPlace,
} from './queries.ts';

export type OrderFilter = {
  readonly statuses?: readonly string[] | null;
  readonly channels?: readonly string[] | null;
  readonly placedFrom?: string | null;
  readonly placedTo?: string | null;
  readonly locationId?: string | null;
  readonly disagreeing?: boolean | null;
  readonly olderThan?: string | null;
};
export type PageRequest = { readonly filter: OrderFilter; readonly first: number; readonly after: string | null };
export type OrderPage = {
  readonly orders: readonly (PagedOrder & { readonly cursor: string })[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Counts only when called. */
  total(): Promise<number>;
};

export type Caller = {
  readonly identity: Identity;
  readonly authorization?: string;
  readonly callerAddress?: string;
};

/** How things stand now; a request may answer both for many orders at once. `sequence` is asked after `head`. */
export type Present = {
  head(): Promise<JournalHead>;
  sequence(): Promise<number | undefined>;
};

export type OrderService = {
  order(identity: Identity, id: string): Promise<OrderParent | null>;
  /** The order behind an id for somebody who wants to follow it. */
  followable(identity: Identity, id: string): Promise<OrderParent | null>;
  guestOrder(caller: Caller, question: GuestQuestion): Promise<OrderParent | null>;
  myOrders(identity: Identity, request: PageRequest): Promise<OrderPage>;
  orders(identity: Identity, request: PageRequest): Promise<OrderPage>;
  /** Orders still in progress, page by page, for a feed's beginning. */
  inProgress(channel: string, after: PagePlace | null, limit: number): Promise<readonly PagedOrder[]>;
  /** Where an order lies among those pages. */
  placeOf(id: string): Promise<(PagePlace & { readonly channel: string }) | null>;
  /** The order and the part of it that an id of a parcel or return names. */
  part(identity: Identity, id: string): Promise<{ readonly order: OrderParent; readonly key: string } | null>;
  /** A stream position that misses nothing that happens after this state of the order. */
  cursorOf(order: OrderParent, present: Present): Promise<string>;
};

const MAX_PER_PAGE = 250;
const MAX_OWN_PER_PAGE = 100;

/** Words of orders that are not over. */
export const IN_PROGRESS: readonly string[] = [
  'RECEIVED',
  'CONFIRMED',
  'PREPARING',
  'READY_FOR_PICKUP',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'OUT_FOR_DELIVERY',
  'PARTIALLY_DELIVERED',
  'DELAYED',
  'ACTION_REQUIRED',
  'CANCELLATION_REQUESTED',
  'RETURN_IN_PROGRESS',
];

export const cursorOfPlace = ({ placedAt, id }: PagePlace): string => cursorOfKey([placedAt, id]);

export const placeOfCursor = (cursor: string): PagePlace => {
  const [placedAt, id] = keyOfCursor<readonly [string, string]>(
    cursor,
    ([placed, text]) => isInstant(placed) && typeof text === 'string',
  );
  return { placedAt, id };
};

const isStaff = (identity: Identity): boolean => identity.scopes.has('orders:read');
const seesChannel = (identity: Identity, channel: string): boolean =>
  identity.channel === '*' || identity.channel === channel;

export const createOrderService = (
  options: { readonly graceMs: number },
  deps: {
    readonly database: Sql;
    readonly journal: Journal;
    readonly keys: OrderKeys;
    readonly guests: Guests;
    readonly clock: Clock;
  },
): OrderService => {
  const { database, journal, keys, guests, clock } = deps;

  /** What a token's customer can be known by: the shop's reference, or the address that is one in many shops. */
  const ownProofs = (customer: string): readonly Proof[] =>
    (['customerRef', ...(customer.includes('@') ? (['email'] as const) : [])] as const).flatMap((kind) => {
      const hash = keys.proofOf(kind, customer);
      return hash === null ? [] : [{ kind, hash }];
    });

  const maySee = async (identity: Identity, order: OrderParent): Promise<boolean> => {
    if (isStaff(identity) && seesChannel(identity, order.channel)) return true;
    return identity.customer !== undefined && hasProof(database, order.id, ownProofs(identity.customer));
  };
  const onlyVisible = async (identity: Identity, order: OrderParent | null): Promise<OrderParent | null> =>
    order && (await maySee(identity, order)) ? order : null;

  const conditionsOf = (
    filter: OrderFilter,
    scope: Pick<OrderConditions, 'proofs'> & { readonly channel: string },
  ): OrderConditions => {
    const nowMs = clock.now();
    const locationCode = filter.locationId == null ? null : codeOfLocationId(filter.locationId);
    if (filter.locationId != null && locationCode === null) {
      throw new Failure(
        'BAD_INPUT',
        `filter.locationId: ${JSON.stringify(filter.locationId)} is not the id of a location.`,
        { field: 'filter.locationId' },
      );
    }
    const wanted = filter.channels ?? null;
    return {
      channels:
        scope.channel === '*'
          ? wanted
          : wanted === null
            ? [scope.channel]
            : wanted.filter((name) => name === scope.channel),
      statuses: filter.statuses ?? null,
      placedFrom: filter.placedFrom ?? null,
      placedTo: filter.placedTo ?? null,
      locationCode,
      disagreeing:
        filter.disagreeing == null ? null : { since: isoOf(nowMs - options.graceMs), wanted: filter.disagreeing },
      quietSince: filter.olderThan == null ? null : isoOf(nowMs - durationMs(filter.olderThan)),
      proofs: scope.proofs,
    };
  };

  const pageOf = async (conditions: OrderConditions, request: PageRequest, most: number): Promise<OrderPage> => {
    const { first, after } = request;
    if (!Number.isSafeInteger(first) || first < 1 || first > most) {
      throw new Failure('BAD_INPUT', `first: must be between 1 and ${most}, got ${first}.`, { field: 'first' });
    }
    const found = await readOrderPage(database, conditions, after === null ? null : placeOfCursor(after), first + 1);
    return {
      orders: found.slice(0, first).map((order) => ({ ...order, cursor: cursorOfPlace(order) })),
      hasNextPage: found.length > first,
      hasPreviousPage: after !== null,
      total: () => countOrders(database, conditions),
    };
  };

  return {
    order: async (identity, id) => onlyVisible(identity, await readOrder(database, id)),

    followable: async (identity, id) => {
      const order = await readOrder(database, id);
      const knownCaller = isStaff(identity) || identity.customer !== undefined;
      return knownCaller ? onlyVisible(identity, order) : order;
    },

    guestOrder: ({ identity, authorization, callerAddress }, question) =>
      guests.find(
        {
          channel: identity.channel === '*' ? null : identity.channel,
          key: identity.customer ?? authorization ?? null,
          address: callerAddress,
        },
        question,
      ),

    myOrders: async (identity, request) => {
      if (identity.customer === undefined) {
        throw new Failure(
          'BAD_INPUT',
          'myOrders: this token stands for no customer; use a shopper\'s token, or "orders" for a channel.',
        );
      }
      return pageOf(
        conditionsOf(request.filter, { channel: '*', proofs: ownProofs(identity.customer) }),
        request,
        MAX_OWN_PER_PAGE,
      );
    },

    orders: (identity, request) =>
      pageOf(conditionsOf(request.filter, { channel: identity.channel, proofs: null }), request, MAX_PER_PAGE),

    inProgress: (channel, after, limit) =>
      readOrderPage(database, { ...conditionsOf({}, { channel, proofs: null }), statuses: IN_PROGRESS }, after, limit),

    placeOf: (id) => readPlace(database, id),

    part: async (identity, id) => {
      const part = await readPart(database, id);
      const order = part && (await onlyVisible(identity, await readOrder(database, part.orderId)));
      return order ? { order, key: part.key } : null;
    },

    cursorOf: async (order, present) => {
      const channel = streamOfChannel(order.channel);
      const { epoch, position, mark } = await present.head();
      // Read after the head: when the order has not moved on by then, everything up to the head is behind it.
      if ((await present.sequence()) === order.sequence)
        return journal.encodeCursor({ channel, epoch, position, mark });
      return journal.encodeCursor({ channel, ...(await journal.standingOf(channel, order.id, order.sequence)) });
    },
  };
};
