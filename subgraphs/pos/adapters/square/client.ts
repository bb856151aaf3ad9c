/** Square's REST API, only the operations we use. One request per call: batching, caching and retrying are elsewhere. */
import type { ZodType } from 'zod';
import type { CallOptions } from '#model/call.ts';
import type { Money } from '#model/money.ts';
import { Failure } from '#runtime/failure.ts';
import type { OutboundResponse, Upstream } from '#runtime/resilience/upstream.ts';
import {
  catalogObjectsBody,
  catalogSearchBody,
  countsBody,
  decode,
  errorsBody,
  inventoryChangesBody,
  locationsBody,
  orderBody,
  ordersBody,
  parseJson,
  type WireCount,
  type WireLocation,
  type WireOrder,
  type WirePhysicalCount,
  type WireVariation,
  writtenBody,
} from './wire.ts';

/** The API version this folder was written against; Square keeps answering in it. */
export const SQUARE_VERSION = '2025-08-20';

/** The vendor's caps. */
export const MAX_ORDER_IDS = 100;
export const MAX_CATALOG_IDS = 1000;
export const MAX_SEARCH_LOCATIONS = 10;
const COUNTS_PAGE = 1000;
const HISTORY_PAGE = 1000;
const CATALOG_PAGE = 1000;
const ORDERS_PAGE = 500;

export type SquareAccount = { readonly connection: string; readonly baseUrl: string; readonly accessToken: string };

export type Page<T> = { readonly items: readonly T[]; readonly cursor: string | null };

export type CountsQuery = {
  readonly variationIds?: readonly string[];
  readonly locationIds: readonly string[];
  readonly states: readonly string[];
  /** Counts calculated after this instant, exclusive. */
  readonly updatedAfter?: string;
  readonly limit?: number;
};

export type HistoryQuery = {
  readonly variationIds?: readonly string[];
  readonly locationIds: readonly string[];
  /** What Square took in after this instant, exclusive. */
  readonly after?: string;
};

export type OrdersQuery = {
  readonly locationIds: readonly string[];
  readonly fulfillmentStates?: readonly string[];
  /** Inclusive. */
  readonly updatedFrom?: string;
  readonly sort: { readonly field: 'CREATED_AT' | 'UPDATED_AT'; readonly order: 'ASC' | 'DESC' };
};

/** A sparse order: these pickups get this state, if the order still is at this version. */
export type OrderUpdate = {
  readonly orderId: string;
  readonly locationId: string;
  readonly version: number;
  readonly fulfillmentUids: readonly string[];
  readonly state: string;
  readonly cancelReason?: string;
  readonly idempotencyKey: string;
};

/** Somebody counted: so many units of each variation are in stock at the location. */
export type CountUpdate = {
  readonly counts: readonly { readonly variationId: string; readonly quantity: number }[];
  readonly locationId: string;
  readonly occurredAt: string;
  /** Found again in the history of the item. */
  readonly referenceId: string;
  readonly idempotencyKey: string;
};

/** Money that was taken outside of Square. */
export type ExternalPayment = {
  readonly orderId: string;
  readonly locationId: string;
  readonly amount: Money;
  /** Who took it, for the people at the till. */
  readonly source: string;
  /** At most 45 characters. */
  readonly idempotencyKey: string;
};

/** CONFLICT: the thing has changed since it was read. KEY_REUSED: the key was sent with something else before. */
export type WriteRefusal = 'CONFLICT' | 'KEY_REUSED';

export type SquareClient = {
  locations(call: CallOptions): Promise<readonly WireLocation[]>;
  /** Item variations changed after `since` (all of them without it), deleted ones only with it. */
  variations(
    query: { readonly since: string | null; readonly cursor: string | null },
    call: CallOptions,
  ): Promise<Page<WireVariation> & { readonly latestTime: string | null }>;
  variationsById(ids: readonly string[], call: CallOptions): Promise<readonly WireVariation[]>;
  /** Newest first. */
  counts(query: CountsQuery, cursor: string | null, call: CallOptions): Promise<Page<WireCount>>;
  orders(ids: readonly string[], call: CallOptions): Promise<readonly WireOrder[]>;
  /** Orders to be picked up. */
  pickupOrders(query: OrdersQuery, cursor: string | null, call: CallOptions): Promise<Page<WireOrder>>;
  /** Counts by hand, newest first. */
  physicalCounts(query: HistoryQuery, cursor: string | null, call: CallOptions): Promise<Page<WirePhysicalCount>>;
  updateOrder(update: OrderUpdate, call: CallOptions): Promise<WireOrder | WriteRefusal>;
  writeCounts(update: CountUpdate, call: CallOptions): Promise<'WRITTEN' | 'KEY_REUSED'>;
  recordPayment(payment: ExternalPayment, call: CallOptions): Promise<'WRITTEN'>;
};

type VendorError = { readonly words: string; readonly code?: string; readonly field?: string };

/** The first error as Square words it; an answer that is not Square's (a proxy's page) counts by its HTTP status. */
const errorOf = (response: OutboundResponse): VendorError => {
  try {
    const [error] = errorsBody.parse(JSON.parse(response.text)).errors;
    if (error) {
      return {
        code: error.code,
        words: `${error.category}/${error.code}${error.field ? ` at "${error.field}"` : ''}${error.detail ? `: ${error.detail}` : ''}`,
        ...(error.field ? { field: error.field } : {}),
      };
    }
  } catch {
    // Told by the status below.
  }
  return { words: `HTTP ${response.status}` };
};

const refusal = (account: SquareAccount, operation: string, response: OutboundResponse): Failure => {
  const { words, field } = errorOf(response);
  const remedy =
    response.status === 401 || response.status === 403
      ? ' Check the access token and its permissions (MERCHANT_PROFILE_READ, ITEMS_READ; INVENTORY, ORDERS and PAYMENTS, READ and WRITE).'
      : '';
  return new Failure('UPSTREAM_REFUSED', `${account.connection}: ${operation} was refused: ${words}.${remedy}`, {
    system: account.connection,
    ...(field === undefined ? {} : { field }),
  });
};

/** Told in the description as 409 CONFLICT and met in the wild as 400 VERSION_MISMATCH. */
const writeRefusalOf = (response: OutboundResponse): WriteRefusal | null => {
  const { code } = errorOf(response);
  if (code === 'IDEMPOTENCY_KEY_REUSED') return 'KEY_REUSED';
  return code === 'VERSION_MISMATCH' || code === 'CONFLICT' ? 'CONFLICT' : null;
};

const withCursor = (cursor: string | null): { readonly cursor?: string } => (cursor === null ? {} : { cursor });
const cursorOf = (cursor: string | null | undefined): string | null => (cursor ? cursor : null);

export const createSquareClient = (account: SquareAccount, deps: { readonly upstream: Upstream }): SquareClient => {
  const headers = {
    authorization: `Bearer ${account.accessToken}`,
    'square-version': SQUARE_VERSION,
    accept: 'application/json',
  };

  type Target = { readonly method: 'GET' | 'POST' | 'PUT'; readonly path: string; readonly body?: unknown };

  const send = (
    operation: string,
    target: Target & { readonly idempotent: boolean },
    call: CallOptions,
  ): Promise<OutboundResponse> =>
    deps.upstream.send(
      {
        operation,
        method: target.method,
        url: `${account.baseUrl.replace(/\/$/, '')}${target.path}`,
        headers: target.body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        ...(target.body === undefined ? {} : { body: JSON.stringify(target.body) }),
        idempotent: target.idempotent,
      },
      call,
    );

  const decoded = <T>(operation: string, response: OutboundResponse, schema: ZodType<T>): T => {
    if (response.status >= 400) throw refusal(account, operation, response);
    const source = { connection: account.connection, operation };
    return decode(schema, parseJson(response.text, source), source);
  };

  /** Sending one twice is harmless, POST or not. */
  const read = async <T>(operation: string, target: Target, schema: ZodType<T>, call: CallOptions): Promise<T> =>
    decoded(operation, await send(operation, { ...target, idempotent: true }, call), schema);

  /** Sent once: whether to send it again is for the caller to find out. Refusals that are not asked for are failures. */
  const write = async <T, R extends WriteRefusal = never>(
    operation: string,
    target: Target,
    schema: ZodType<T>,
    asked: readonly R[],
    call: CallOptions,
  ): Promise<T | R> => {
    const response = await send(operation, { ...target, idempotent: false }, call);
    const told = response.status >= 400 ? writeRefusalOf(response) : null;
    return asked.find((refused) => refused === told) ?? decoded(operation, response, schema);
  };

  const post = <T>(operation: string, path: string, body: unknown, schema: ZodType<T>, call: CallOptions): Promise<T> =>
    read(operation, { method: 'POST', path, body }, schema, call);

  return {
    locations: async (call) =>
      (await read('ListLocations', { method: 'GET', path: '/v2/locations' }, locationsBody, call)).locations,

    variations: async ({ since, cursor }, call) => {
      const query = {
        object_types: ['ITEM_VARIATION'],
        limit: CATALOG_PAGE,
        ...(since === null ? {} : { begin_time: since, include_deleted_objects: true }),
        ...withCursor(cursor),
      };
      const body = await post('SearchCatalogObjects', '/v2/catalog/search', query, catalogSearchBody, call);
      return { items: body.objects, cursor: cursorOf(body.cursor), latestTime: body.latest_time ?? null };
    },

    variationsById: async (ids, call) => {
      const query = { object_ids: ids, include_deleted_objects: true };
      const operation = 'BatchRetrieveCatalogObjects';
      return (await post(operation, '/v2/catalog/batch-retrieve', query, catalogObjectsBody, call)).objects;
    },

    counts: async (query, cursor, call) => {
      const body = {
        ...(query.variationIds === undefined ? {} : { catalog_object_ids: query.variationIds }),
        location_ids: query.locationIds,
        states: query.states,
        ...(query.updatedAfter === undefined ? {} : { updated_after: query.updatedAfter }),
        limit: query.limit ?? COUNTS_PAGE,
        ...withCursor(cursor),
      };
      const operation = 'BatchRetrieveInventoryCounts';
      const answer = await post(operation, '/v2/inventory/counts/batch-retrieve', body, countsBody, call);
      return { items: answer.counts, cursor: cursorOf(answer.cursor) };
    },

    orders: async (ids, call) =>
      (await post('BatchRetrieveOrders', '/v2/orders/batch-retrieve', { order_ids: ids }, ordersBody, call)).orders,

    pickupOrders: async (query, cursor, call) => {
      const filter = {
        fulfillment_filter: {
          fulfillment_types: ['PICKUP'],
          ...(query.fulfillmentStates === undefined ? {} : { fulfillment_states: query.fulfillmentStates }),
        },
        ...(query.updatedFrom === undefined
          ? {}
          : { date_time_filter: { updated_at: { start_at: query.updatedFrom } } }),
      };
      const body = {
        location_ids: query.locationIds,
        query: { filter, sort: { sort_field: query.sort.field, sort_order: query.sort.order } },
        limit: ORDERS_PAGE,
        ...withCursor(cursor),
      };
      const answer = await post('SearchOrders', '/v2/orders/search', body, ordersBody, call);
      return { items: answer.orders, cursor: cursorOf(answer.cursor) };
    },

    physicalCounts: async ({ after, locationIds, variationIds }, cursor, call) => {
      const body = {
        ...(variationIds === undefined ? {} : { catalog_object_ids: variationIds }),
        location_ids: locationIds,
        types: ['PHYSICAL_COUNT'],
        ...(after === undefined ? {} : { updated_after: after }),
        limit: HISTORY_PAGE,
        ...withCursor(cursor),
      };
      const operation = 'BatchRetrieveInventoryChanges';
      const answer = await post(operation, '/v2/inventory/changes/batch-retrieve', body, inventoryChangesBody, call);
      const items = answer.changes.flatMap(({ physical_count: count }) => count ?? []);
      return { items, cursor: cursorOf(answer.cursor) };
    },

    updateOrder: async (update, call) => {
      const { cancelReason, fulfillmentUids, idempotencyKey, locationId, orderId, state, version } = update;
      const details = cancelReason === undefined ? {} : { pickup_details: { cancel_reason: cancelReason } };
      const fulfillments = fulfillmentUids.map((uid) => ({ uid, state, ...details }));
      const body = {
        order: { location_id: locationId, version, fulfillments },
        idempotency_key: idempotencyKey,
      };
      const path = `/v2/orders/${encodeURIComponent(orderId)}`;
      const refusals = ['CONFLICT', 'KEY_REUSED'] as const;
      const answer = await write('UpdateOrder', { method: 'PUT', path, body }, orderBody, refusals, call);
      return typeof answer === 'string' ? answer : answer.order;
    },

    writeCounts: async ({ counts, idempotencyKey, locationId, occurredAt, referenceId }, call) => {
      const changes = counts.map(({ quantity, variationId }) => ({
        type: 'PHYSICAL_COUNT',
        physical_count: {
          reference_id: referenceId,
          catalog_object_id: variationId,
          state: 'IN_STOCK',
          location_id: locationId,
          quantity: String(quantity),
          occurred_at: occurredAt,
        },
      }));
      // A count that changes nothing is kept as well: its reference tells that it was made.
      const body = { idempotency_key: idempotencyKey, changes, ignore_unchanged_counts: false };
      const target = { method: 'POST', path: '/v2/inventory/changes/batch-create', body } as const;
      const answer = await write('BatchChangeInventory', target, writtenBody, ['KEY_REUSED'], call);
      return answer === 'KEY_REUSED' ? answer : 'WRITTEN';
    },

    recordPayment: async ({ amount, idempotencyKey, locationId, orderId, source }, call) => {
      const body = {
        source_id: 'EXTERNAL',
        idempotency_key: idempotencyKey,
        amount_money: { amount: amount.amountMinor, currency: amount.currency },
        order_id: orderId,
        location_id: locationId,
        external_details: { type: 'EXTERNAL', source },
      };
      await write('CreatePayment', { method: 'POST', path: '/v2/payments', body }, writtenBody, [], call);
      return 'WRITTEN';
    },
  };
};

/**
 * All pages from the first on. Stops with UPSTREAM_MALFORMED when a cursor comes back unchanged: it would never end.
 * `maxPages` bounds the reading; `complete` says whether the last page was reached.
 */
export const readPages = async <T>(
  page: (cursor: string | null) => Promise<Page<T>>,
  options: { readonly connection: string; readonly maxPages?: number },
): Promise<{ readonly items: readonly T[]; readonly complete: boolean }> => {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let read = 0; read < (options.maxPages ?? Number.POSITIVE_INFINITY); read++) {
    const next: Page<T> = await page(cursor);
    items.push(...next.items);
    if (next.cursor === null) return { items, complete: true };
    if (next.cursor === cursor) {
      throw new Failure('UPSTREAM_MALFORMED', `${options.connection}: "cursor" came back unchanged.`, {
        system: options.connection,
        field: 'cursor',
      });
    }
    cursor = next.cursor;
  }
  return { items, complete: false };
};
