/** GraphQL <-> order status, nothing else. */
import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import { locationIdOf, variantIdOf } from '#model/identifiers.ts';
import { actionsOf } from '#model/order/actions.ts';
import { lastingDisagreements } from '#model/order/disagreements.ts';
import type { OrderPolicy } from '#model/order/policy.ts';
import type { PartLine, PickupPart, ShipmentPart } from '#model/order/state.ts';
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { RequestContext } from '#runtime/graphql/context.ts';
import type { Journal, JournalHead } from '#runtime/journal/journal.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { Resolvers } from '#schema/generated/process.ts';
import { streamOfChannel } from './advance.ts';
import { type FreshnessPolicy, freshnessOf } from './freshness.ts';
import type { OrderKeys } from './keys.ts';
import type { OrderParent, OrderStreamItem, ReturnParent } from './parents.ts';
import { readContacts, readOrders, readSequences, readTimeline } from './queries.ts';
import type { OrderFilter, OrderPage, OrderService } from './service.ts';
import { settlementDetailOf } from './settlements.ts';
import type { OrderStreams } from './streams.ts';
import { systemsOf } from './systems.ts';
import { HIDDEN_FROM, type TimelineAudience, timelineCursor, timelinePlace, titleOf } from './timeline.ts';

export type OrderResolverDeps = {
  readonly policy: OrderPolicy;
  readonly freshness: FreshnessPolicy;
  readonly database: Sql;
  readonly journal: Journal;
  readonly keys: OrderKeys;
  readonly service: OrderService;
  readonly streams: OrderStreams;
  readonly clock: Clock;
};

const MAX_TIMELINE_PAGE = 250;

const locationOf = (code: string | null) => (code === null ? null : { id: locationIdOf(code) });
const linesOf = (lines: readonly PartLine[]) =>
  lines.map(({ lineId, quantity }) => ({ orderLineId: lineId, quantity }));

const pickupOf = ({ locationCode, state, readyAt, expiresAt, lines, code }: PickupPart) => ({
  location: { id: locationIdOf(locationCode) },
  state,
  readyAt,
  expiresAt,
  lines: linesOf(lines),
  code,
});

const asksFor = (info: GraphQLResolveInfo, name: string): boolean =>
  info.fieldNodes.some((node) =>
    node.selectionSet?.selections.some((selection) => selection.kind !== 'Field' || selection.name.value === name),
  );

const connectionOf = async (page: OrderPage, info: GraphQLResolveInfo) => ({
  edges: page.orders.map((node) => ({ cursor: node.cursor, node })),
  pageInfo: {
    hasNextPage: page.hasNextPage,
    hasPreviousPage: page.hasPreviousPage,
    startCursor: page.orders[0]?.cursor ?? null,
    endCursor: page.orders.at(-1)?.cursor ?? null,
  },
  totalCount: asksFor(info, 'totalCount') ? await page.total() : null,
});

export const createOrderResolvers = (deps: OrderResolverDeps): Resolvers => {
  const { policy, database, journal, keys, service, streams, clock } = deps;

  const headsOf = (context: RequestContext) =>
    context.loaders(
      'order-stream-heads',
      () =>
        new DataLoader<string, JournalHead>((channels) =>
          Promise.all(channels.map((channel) => journal.head(channel))),
        ),
    );
  const sequencesOf = (context: RequestContext) =>
    context.loaders(
      'order-sequences',
      () =>
        new DataLoader<string, number | undefined>(async (ids) => {
          const found = await readSequences(database, ids);
          return ids.map((id) => found.get(id));
        }),
    );
  /** For orders that the caller has already been found to see. */
  const ordersOf = (context: RequestContext) =>
    context.loaders(
      'orders',
      () =>
        new DataLoader<string, OrderParent | undefined>(async (ids) => {
          const found = await readOrders(database, ids);
          return ids.map((id) => found.get(id));
        }),
    );
  const contactsOf = (context: RequestContext) => context.loaders('order-contacts', () => readContacts(database));

  const freshnessNow = async (order: OrderParent, context: RequestContext) =>
    freshnessOf(order.state, await contactsOf(context), deps.freshness, clock.now());

  const shipmentOf = (order: OrderParent, part: ShipmentPart) => ({
    id: keys.partId('shp', order.id, part.key),
    origin: locationOf(part.originCode),
    state: part.state,
    carrier: part.carrier,
    trackingNumber: part.trackingNumber,
    trackingUrl: part.trackingUrl,
    lines: linesOf(part.lines),
    estimatedDelivery: part.estimatedDelivery,
    events: part.events.map(({ at, state, place }) => ({ at, state, place: place ?? null })),
  });

  const timelineOf = async (
    order: OrderParent,
    request: {
      readonly audience: TimelineAudience;
      readonly first: number;
      readonly after: string | null;
      readonly about: string | null;
    },
  ) => {
    const { first } = request;
    if (!Number.isSafeInteger(first) || first < 1 || first > MAX_TIMELINE_PAGE) {
      throw new Failure('BAD_INPUT', `first: must be between 1 and ${MAX_TIMELINE_PAGE}, got ${first}.`, {
        field: 'first',
      });
    }
    const rows = await readTimeline(database, {
      orderId: order.id,
      after: request.after === null ? 0 : timelinePlace(journal, order.id, request.after),
      limit: first + 1,
      without: HIDDEN_FROM[request.audience],
      about: request.about,
    });
    const edges = rows.slice(0, first).map((row) => {
      const cursor = timelineCursor(journal, order.id, row.sequence);
      const { sequence, type, status, system, occurredAt, lineIds, quantity } = row;
      return {
        cursor,
        node: { cursor, sequence, at: occurredAt, type, status, title: titleOf(row), system, lineIds, quantity },
      };
    });
    return {
      edges,
      pageInfo: {
        hasNextPage: rows.length > first,
        hasPreviousPage: request.after !== null,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
    };
  };

  const staffOnly = (audience: TimelineAudience, context: RequestContext): void => {
    if (audience === 'CUSTOMER' || context.identity.scopes.has('orders:read')) return;
    throw new Failure(
      'FORBIDDEN',
      `audience: ${audience} asks for the scope "orders:read", which this caller does not have.`,
      { field: 'audience' },
    );
  };

  return {
    Query: {
      order: (_root, { id }, { identity }) => service.order(identity, id),
      myOrders: async (_root, { filter, first, after }, { identity }, info) =>
        connectionOf(
          await service.myOrders(identity, {
            filter: (filter ?? {}) as OrderFilter,
            first: first ?? 20,
            after: after ?? null,
          }),
          info,
        ),
      guestOrder: (_root, { input }, context) => service.guestOrder(context, input),
      orders: async (_root, { filter, first, after }, { identity }, info) =>
        connectionOf(
          await service.orders(identity, {
            filter: (filter ?? {}) as OrderFilter,
            first: first ?? 50,
            after: after ?? null,
          }),
          info,
        ),
    },
    Subscription: {
      orderStatus: {
        subscribe: async (_root, { orderId: id, after }, { identity, signal }) => {
          const order = await service.followable(identity, id);
          if (!order)
            throw new Failure('BAD_INPUT', 'orderId: there is no such order for this caller.', { field: 'orderId' });
          return streams.follow(order, after ?? null, signal, id);
        },
        resolve: (item: OrderStreamItem) => item,
      },
      guestOrderStatus: {
        subscribe: async (_root, { input, after }, context) => {
          const order = await service.guestOrder(context, input);
          return order ? streams.follow(order, after ?? null, context.signal) : nothing();
        },
        resolve: (item: OrderStreamItem) => item,
      },
      channelOrders: {
        subscribe: (_root, { filter, after }, { identity, signal }) =>
          streams.channel(identity, filter, after ?? null, signal),
        resolve: (item: OrderStreamItem) => item,
      },
      storePickups: {
        subscribe: (_root, { locationId, after }, { identity, signal }) =>
          streams.store(identity, locationId, after ?? null, signal),
        resolve: (item: OrderStreamItem) => item,
      },
    },
    Order: {
      __resolveReference: ({ id }, { identity }) => service.order(identity, id),
      number: ({ state }) => state.number,
      placedAt: ({ state }) => state.placedAt,
      status: ({ state }) => state.status,
      statusDetail: ({ state }) => state.statusDetail,
      payment: ({ state }) => state.payment.value,
      fulfilment: ({ state }) => state.fulfilment,
      returns: ({ state }) => state.returns,
      settlement: ({ state }) => state.settlement.status,
      settlementDetail: ({ state }) => settlementDetailOf(state.settlement),
      posting: ({ state }) => state.posting.value,
      progress: ({ state }) => state.progress,
      lines: ({ state }) =>
        state.lines.map(({ id, sku, ordered, state: lineState, quantities, method, locationCode }) => ({
          id,
          variant: { id: variantIdOf(sku) },
          ordered,
          state: lineState,
          quantities,
          method,
          location: locationOf(locationCode),
        })),
      shipments: (order) => order.state.shipments.map((part) => shipmentOf(order, part)),
      pickups: ({ state }) => state.pickups.map(pickupOf),
      returnRequests: (order) => order.state.returnRequests.map((part): ReturnParent => ({ order, part })),
      promise: ({ state }) => state.promise,
      timeline: (order, { audience, first, after }, context) => {
        staffOnly(audience ?? 'CUSTOMER', context);
        return timelineOf(order, {
          audience: audience ?? 'CUSTOMER',
          first: first ?? 50,
          after: after ?? null,
          about: null,
        });
      },
      cursor: (order, _args, context) =>
        service.cursorOf(order, {
          head: () => headsOf(context).load(streamOfChannel(order.channel)),
          sequence: () => sequencesOf(context).load(order.id),
        }),
      freshness: async (order, _args, context) => (await freshnessNow(order, context)).freshness,
      asOf: async (order, _args, context) => (await freshnessNow(order, context)).asOf,
      actions: ({ state }) => actionsOf(state, policy, clock.now()),
      systems: ({ state }) => systemsOf(state),
      disagreements: ({ state }) => lastingDisagreements(state.disagreements, policy.graceMs, clock.now()),
    },
    Shipment: {
      __resolveReference: async ({ id }, { identity }) => {
        const found = await service.part(identity, id);
        const part = found?.order.state.shipments.find(({ key }) => key === found.key);
        return found && part ? shipmentOf(found.order, part) : null;
      },
    },
    Return: {
      __resolveReference: async ({ id }, { identity }) => {
        const found = await service.part(identity, id);
        const part = found?.order.state.returnRequests.find(({ key }) => key === found.key);
        return found && part ? { order: found.order, part } : null;
      },
      id: ({ order, part }) => keys.partId('ret', order.id, part.key),
      rmaNumber: ({ part }) => part.rmaNumber,
      status: ({ part }) => part.status,
      method: ({ part }) => part.method,
      lines: ({ part }) => linesOf(part.lines),
      refund: ({ part }) => part.refund,
      timeline: ({ order, part }, { first, after }) =>
        timelineOf(order, { audience: 'CUSTOMER', first: first ?? 50, after: after ?? null, about: part.key }),
    },
    OrderStatusChanged: {
      order: async ({ orderId: id }, _args, context) => {
        const order = await ordersOf(context).load(id);
        if (order) return order;
        throw new Failure('INTERNAL', `the order of an event has vanished: ${id}`);
      },
    },
  };
};

/** A stream that has nothing to say, for who may not listen. */
async function* nothing(): AsyncGenerator<never, void, undefined> {}
