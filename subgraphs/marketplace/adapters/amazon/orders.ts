/** Orders: read by id, followed as a stream, and kept in view while they wait for us. */
import { z } from 'zod';
import type { CallOptions } from '#model/call.ts';
import type { OrderClaim, RejectedInput } from '#model/change.ts';
import type { PolledChanges, PolledStream } from '#model/inlet.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import { isFailure } from '#runtime/failure.ts';
import type { Log } from '#runtime/log.ts';
import type { MarketplaceOrder, MarketplacePort } from '#subgraphs/marketplace/port.ts';
import { type OrderClaims, toOrderClaims } from './claims.ts';
import type { AmazonClient, OrderSearch } from './client.ts';
import { CLOSED_WINDOW_MS } from './limits.ts';
import { type AmazonMarketplace, toMarketplaceOrder, toMarketplaceOrderV0, waitsForUs } from './mapping.ts';
import { createOpenOrdersView } from './open-orders.ts';
import { type AmazonOrder, malformed, orderIdentitySchema, orderSchema, tryDecode } from './wire.ts';

export type OrdersOptions = {
  readonly connection: string;
  readonly marketplaces: readonly AmazonMarketplace[];
  readonly pollMs: number;
  /** How far back the first poll reads. */
  readonly historyDays: number;
};
export type OrdersDeps = { readonly client: AmazonClient; readonly clock: Clock; readonly log: Log };

export type Orders = {
  readonly orders: MarketplacePort['orders'];
  readonly openOrders: NonNullable<MarketplacePort['openOrders']>;
  /** What one order says now; no claims when Amazon does not know it. */
  claimsOf(orderId: string, call: CallOptions): Promise<OrderClaims>;
  readonly stream: PolledStream;
};

/**
 * Up to here orders are read one by one: 30 single reads come back in a minute, one read of 50 only after that minute.
 */
const FEW = 5;
/** Amazon shows no older orders, so this bound leaves none out. */
const TWO_YEARS_MS = 2 * 365 * 86_400_000;
/** Amazon's clock decides whether a window is closed, not ours. */
const WINDOW_MARGIN_MS = CLOSED_WINDOW_MS + 30_000;
const DAY_MS = 86_400_000;
const OPEN_FOR_DAYS = 60;

const markSchema = z.object({ after: z.string(), before: z.string().optional(), page: z.string().optional() });
type Mark = z.infer<typeof markSchema>;

export const createOrders = (options: OrdersOptions, deps: OrdersDeps): Orders => {
  const { connection, marketplaces } = options;
  const { client, clock, log } = deps;

  /** A page in which nothing can be read is a changed API; a single order that cannot be is put on record. */
  const decodeOrders = (
    entries: readonly unknown[],
  ): { readonly orders: readonly AmazonOrder[]; readonly rejected: readonly RejectedInput[] } => {
    const orders: AmazonOrder[] = [];
    const rejected: RejectedInput[] = [];
    for (const entry of entries) {
      const decoded = tryDecode(orderSchema, entry);
      if (decoded.ok) {
        orders.push(decoded.value);
        continue;
      }
      if (entries.length === rejected.length + 1) {
        throw malformed(connection, 'orders.search', `orders.${decoded.field}`, decoded.message);
      }
      const identity = tryDecode(orderIdentitySchema, entry);
      rejected.push({
        kind: 'SCHEMA_MISMATCH',
        subject: `amazon-order:${identity.ok ? identity.value.orderId : '?'}`,
        message: `Field "${decoded.field}": ${decoded.message}; the order was left out.`,
      });
    }
    return { orders, rejected };
  };

  const seen = (orders: readonly AmazonOrder[]): readonly MarketplaceOrder[] =>
    orders.flatMap((order) => toMarketplaceOrder(marketplaces, order) ?? []);

  const open = createOpenOrdersView({
    clock,
    log,
    lagMs: WINDOW_MARGIN_MS,
    isOpen: waitsForUs,
    readPage: async (page, call) => {
      const search: OrderSearch = {
        createdAfter: isoOf(clock.now() - OPEN_FOR_DAYS * DAY_MS),
        fulfillmentStatuses: ['UNSHIPPED', 'PARTIALLY_SHIPPED'],
        fulfilledBy: ['MERCHANT'],
        ...(page === undefined ? {} : { paginationToken: page }),
      };
      const { entries, nextToken } = await client.searchOrders(search, call);
      return {
        orders: seen(decodeOrders(entries).orders),
        ...(nextToken === undefined ? {} : { nextPage: nextToken }),
      };
    },
  });

  const readSingle = async (orderId: string, call: CallOptions): Promise<AmazonOrder | null> => {
    const order = await client.order(orderId, call);
    if (order !== null) open.observe(seen([order]));
    return order;
  };

  const readMany = async (orderIds: readonly string[], call: CallOptions): Promise<readonly MarketplaceOrder[]> => {
    if (orderIds.length > FEW) {
      const orders = await client.ordersV0(orderIds, isoOf(clock.now() - TWO_YEARS_MS), call);
      return orders.flatMap((order) => toMarketplaceOrderV0(marketplaces, order) ?? []);
    }
    const orders = await Promise.all(orderIds.map((orderId) => readSingle(orderId, call)));
    return seen(orders.filter((order) => order !== null));
  };

  const restore = (watermark: string | null): Mark => {
    const fresh: Mark = { after: isoOf(clock.now() - options.historyDays * DAY_MS) };
    if (watermark === null) return fresh;
    try {
      const mark = markSchema.safeParse(JSON.parse(watermark));
      if (mark.success) return mark.data;
    } catch {
      // Handled below: whatever the text is, it is not one of our watermarks.
    }
    log.warn({ stream: 'orders' }, 'watermark cannot be read; starting from the beginning');
    return fresh;
  };

  const poll = async (watermark: string | null, call: CallOptions): Promise<PolledChanges> => {
    const mark = restore(watermark);
    // A window begun earlier is read to its end before the next one opens.
    const before = mark.before ?? isoOf(clock.now() - WINDOW_MARGIN_MS);
    if (Date.parse(before) <= Date.parse(mark.after)) {
      return { changes: [], rejected: [], watermark: JSON.stringify(mark), more: false };
    }
    const window = { lastUpdatedAfter: mark.after, lastUpdatedBefore: before };
    const page = await client
      .searchOrders({ ...window, ...(mark.page === undefined ? {} : { paginationToken: mark.page }) }, call)
      .catch((error: unknown) => {
        // A page token that survived a restart may have ended meanwhile: the window is read again from its first page.
        if (mark.page === undefined || !isFailure(error, 'UPSTREAM_REFUSED')) throw error;
        return client.searchOrders(window, call);
      });
    const { orders, rejected } = decodeOrders(page.entries);
    open.observe(seen(orders));
    const claims = orders.map((order) => toOrderClaims(marketplaces, order));
    const next: Mark =
      page.nextToken === undefined ? { after: before } : { after: mark.after, before, page: page.nextToken };
    if (page.nextToken === undefined) open.confirm(before);
    return {
      changes: claims.flatMap((order): readonly OrderClaim[] => order.claims),
      rejected: [...rejected, ...claims.flatMap((order) => order.rejected)],
      watermark: JSON.stringify(next),
      more: page.nextToken !== undefined,
    };
  };

  return {
    orders: async (externalIds, call) => {
      const wanted = [...new Set(externalIds)];
      const found = wanted.length === 0 ? [] : await readMany(wanted, call);
      const byId = new Map(found.map((order) => [order.externalId, order]));
      return externalIds.map((id) => byId.get(id) ?? null);
    },
    openOrders: open.list,
    claimsOf: async (orderId, call) => {
      const order = await readSingle(orderId, call);
      return order === null ? { claims: [], rejected: [] } : toOrderClaims(marketplaces, order);
    },
    stream: { name: 'orders', intervalMs: options.pollMs, poll },
  };
};
