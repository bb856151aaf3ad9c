/** Square's REST API, only the operations we use. One request per call: batching, caching and retrying are elsewhere. */
import type { ZodType } from 'zod';
import type { CallOptions } from '#model/call.ts';
import { Failure } from '#runtime/failure.ts';
import type { OutboundResponse, Upstream } from '#runtime/resilience/upstream.ts';
import {
  catalogObjectsBody,
  catalogSearchBody,
  countsBody,
  decode,
  errorsBody,
  locationsBody,
  ordersBody,
  parseJson,
  type WireCount,
  type WireLocation,
  type WireOrder,
  type WireVariation,
} from './wire.ts';

/** The API version this folder was written against; Square keeps answering in it. */
export const SQUARE_VERSION = '2025-08-20';

/** The vendor's caps. */
export const MAX_ORDER_IDS = 100;
export const MAX_CATALOG_IDS = 1000;
export const MAX_SEARCH_LOCATIONS = 10;
const COUNTS_PAGE = 1000;
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

export type OrdersQuery = {
  readonly locationIds: readonly string[];
  readonly fulfillmentStates?: readonly string[];
  /** Inclusive. */
  readonly updatedFrom?: string;
  readonly sort: { readonly field: 'CREATED_AT' | 'UPDATED_AT'; readonly order: 'ASC' | 'DESC' };
};

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
};

/** The first error as Square words it; an answer that is not Square's (a proxy's page) counts by its HTTP status. */
const errorOf = (response: OutboundResponse): { readonly words: string; readonly field?: string } => {
  try {
    const [error] = errorsBody.parse(JSON.parse(response.text)).errors;
    if (error) {
      return {
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
      ? ' Check the access token and its permissions (ITEMS_READ, INVENTORY_READ, ORDERS_READ, MERCHANT_PROFILE_READ).'
      : '';
  return new Failure('UPSTREAM_REFUSED', `${account.connection}: ${operation} was refused: ${words}.${remedy}`, {
    system: account.connection,
    ...(field === undefined ? {} : { field }),
  });
};

const withCursor = (cursor: string | null): { readonly cursor?: string } => (cursor === null ? {} : { cursor });
const cursorOf = (cursor: string | null | undefined): string | null => (cursor ? cursor : null);

export const createSquareClient = (account: SquareAccount, deps: { readonly upstream: Upstream }): SquareClient => {
  const headers = {
    authorization: `Bearer ${account.accessToken}`,
    'square-version': SQUARE_VERSION,
    accept: 'application/json',
  };

  /** All operations here are reads, POST or not: sending one twice is harmless. */
  const read = async <T>(
    operation: string,
    target: { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: unknown },
    schema: ZodType<T>,
    call: CallOptions,
  ): Promise<T> => {
    const response = await deps.upstream.send(
      {
        operation,
        method: target.method,
        url: `${account.baseUrl.replace(/\/$/, '')}${target.path}`,
        headers: target.body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        ...(target.body === undefined ? {} : { body: JSON.stringify(target.body) }),
        idempotent: true,
      },
      call,
    );
    if (response.status >= 400) throw refusal(account, operation, response);
    const source = { connection: account.connection, operation };
    return decode(schema, parseJson(response.text, source), source);
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
