/** The polled streams: what pushes may have missed, and everything on the first day. */
import { createHash } from 'node:crypto';
import type { CallOptions } from '#model/call.ts';
import type { Change, RejectedInput } from '#model/change.ts';
import type { PolledChanges, PolledStream } from '#model/inlet.ts';
import type { PickupPolicy } from '#model/location.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import { type HistoryQuery, MAX_CATALOG_IDS, MAX_SEARCH_LOCATIONS, readPages, type SquareClient } from './client.ts';
import type { Directory } from './directory.ts';
import { countedAt, type ItemGroup, type ItemIndex, unknownVariation } from './items.ts';
import { toOrderClaim } from './mapping.ts';
import { type LastCounted, lastCountedIn, ON_HAND_STATE, sumCounts, toStockChanges } from './stock.ts';
import { type Store, type StoreDirectory, toLocationChange } from './stores.ts';
import {
  earlier,
  lookBack,
  newest,
  type OrdersPlace,
  ordersPlace,
  parsePlace,
  type StockPlace,
  stockPlace,
} from './watermark.ts';
import type { WireCount, WireOrder } from './wire.ts';

export type StreamOptions = {
  readonly connection: string;
  readonly intervalsMs: { readonly locations: number; readonly stock: number; readonly orders: number };
  /** Items read per poll of the first, complete reading of the stock. */
  readonly itemsPerPoll: number;
  /** Stated of every store: Square keeps no such policy. */
  readonly pickup: PickupPolicy;
};

export type StreamDeps = { readonly client: SquareClient; readonly directory: Directory; readonly clock: Clock };

/** More changed counts than this since the last poll: a complete reading in parts is the lighter way. */
const MAX_CHANGED_PAGES = 10;
/** Pages of orders per group of stores and poll. */
const MAX_ORDER_PAGES = 4;
/** Groups of stores asked per poll, and orders told by one. */
const STORE_GROUPS_PER_POLL = 10;
const ENOUGH_ORDERS = 1_000;
/** Statements told by one poll: they are stored in one transaction. */
const MAX_STATEMENTS = 10_000;

const itemsPerPoll = (options: StreamOptions, { stores }: StoreDirectory): number =>
  Math.max(1, Math.min(options.itemsPerPoll, Math.floor(MAX_STATEMENTS / Math.max(1, stores.length))));

export type ReadChanges = { readonly changes: readonly Change[]; readonly rejected: readonly RejectedInput[] };

/** Everything Square says about these items at these stores, as full statements. */
export const readItemsAt = async (
  groups: readonly ItemGroup[],
  stores: readonly Store[],
  deps: Pick<StreamDeps, 'client'> & { readonly connection: string },
  call: CallOptions,
): Promise<readonly WireCount[]> => {
  const variationIds = groups.flatMap((group) => group.variations.filter((v) => !v.deleted).map((v) => v.id));
  if (stores.length === 0) return [];
  const locationIds = stores.map((store) => store.id);
  const counts: WireCount[] = [];
  for (let from = 0; from < variationIds.length; from += MAX_CATALOG_IDS) {
    const query = {
      variationIds: variationIds.slice(from, from + MAX_CATALOG_IDS),
      locationIds,
      states: [ON_HAND_STATE],
    };
    counts.push(...(await readPages((cursor) => deps.client.counts(query, cursor, call), deps)).items);
  }
  return counts;
};

/** Items with several variations at a store: one changed count does not tell their sum. */
const needsWholeReading = (group: ItemGroup, store: Store): boolean => countedAt(group, store.id).length > 1;

/** Changes from counts that changed, with the counts read again where they tell only a part. */
export const changesFromCounts = async (
  counts: readonly WireCount[],
  isWhole: (group: ItemGroup, store: Store) => boolean,
  names: { readonly items: ItemIndex; readonly stores: StoreDirectory; readonly lastCounted?: LastCounted },
  deps: Pick<StreamDeps, 'client'> & { readonly connection: string },
  call: CallOptions,
): Promise<ReadChanges> => {
  const { items, stores, lastCounted } = names;
  const unknown = new Set<string>();
  const whole: WireCount[] = [];
  const partial = new Map<string, { readonly group: ItemGroup; readonly store: Store }>();
  for (const count of counts) {
    const group = items.ofVariation(count.catalog_object_id);
    const store = stores.ofId(count.location_id);
    if (!group) unknown.add(count.catalog_object_id);
    else if (!store) continue;
    else if (isWhole(group, store)) whole.push(count);
    else partial.set(`${store.id} ${group.key}`, { group, store });
  }
  const pairs = [...partial.values()];
  const again = await readItemsAt(
    [...new Set(pairs.map((pair) => pair.group))],
    [...new Set(pairs.map((pair) => pair.store))],
    deps,
    call,
  );
  const asked = again.filter((count) => {
    const group = items.ofVariation(count.catalog_object_id);
    return group !== null && partial.has(`${count.location_id} ${group.key}`);
  });
  const told = toStockChanges(sumCounts([...whole, ...asked], items, stores), lastCounted);
  return { changes: told.changes, rejected: [...told.rejected, ...[...unknown].map(unknownVariation)] };
};

const locationsStream = (options: StreamOptions, deps: StreamDeps): PolledStream => ({
  name: 'locations',
  intervalMs: options.intervalsMs.locations,
  // Square gives locations no modification time: the watermark is a digest of what was said last.
  poll: async (watermark, call) => {
    const { stores, rejected } = await deps.directory.refreshStores(call);
    const said = stores.map((store) => toLocationChange(store, options.pickup, ''));
    const digest = createHash('sha256')
      .update(JSON.stringify([said, rejected]))
      .digest('hex');
    if (digest === watermark) return { changes: [], rejected: [], watermark, more: false };
    const asOf = isoOf(deps.clock.now());
    return { changes: said.map((change) => ({ ...change, asOf })), rejected, watermark: digest, more: false };
  },
});

const stockStream = (options: StreamOptions, deps: StreamDeps): PolledStream => {
  const { client, directory } = deps;
  const counting = { client, connection: options.connection };

  const startPlace = async (stores: StoreDirectory, call: CallOptions): Promise<StockPlace> => {
    const latest = { locationIds: stores.stores.map((store) => store.id), states: [ON_HAND_STATE], limit: 1 };
    const { items } = await client.counts(latest, null, call);
    return {
      read: 'all',
      stores: stores.digest,
      after: '',
      until: newest(items.map((count) => count.calculated_at)),
    };
  };

  /** One call for all that changed since the last poll, where a question per pushed change would be one per sale. */
  const countedSince = async (query: HistoryQuery, call: CallOptions): Promise<LastCounted> => {
    const { items } = await readPages((cursor) => client.physicalCounts(query, cursor, call), {
      connection: options.connection,
      maxPages: MAX_CHANGED_PAGES,
    });
    return lastCountedIn(items);
  };

  const pollAll = async (
    place: StockPlace & { read: 'all' },
    stores: StoreDirectory,
    call: CallOptions,
  ): Promise<PolledChanges> => {
    const items = await directory.items(call);
    const left = items.groups.filter((group) => group.key > place.after);
    const chunk = left.slice(0, itemsPerPoll(options, stores));
    const counts = await readItemsAt(chunk, stores.stores, counting, call);
    const last = chunk.at(-1);
    const more = last !== undefined && left.length > chunk.length;
    const next: StockPlace = more
      ? { ...place, after: last.key }
      : { read: 'since', stores: place.stores, since: place.until };
    return { ...toStockChanges(sumCounts(counts, items, stores)), watermark: JSON.stringify(next), more };
  };

  const pollSince = async (
    watermark: string,
    place: StockPlace & { read: 'since' },
    stores: StoreDirectory,
    call: CallOptions,
  ): Promise<PolledChanges> => {
    const locationIds = stores.stores.map((store) => store.id);
    const after = place.since === null ? undefined : lookBack(place.since);
    const query = {
      locationIds,
      states: [ON_HAND_STATE],
      ...(after === undefined ? {} : { updatedAfter: after }),
    };
    const { items: counts, complete } = await readPages((cursor) => client.counts(query, cursor, call), {
      connection: options.connection,
      maxPages: MAX_CHANGED_PAGES,
    });
    if (!complete) {
      return { changes: [], rejected: [], watermark: JSON.stringify(await startPlace(stores, call)), more: true };
    }
    const items = await directory.itemsKnowing(
      counts.map((count) => count.catalog_object_id),
      call,
    );
    const history = { locationIds, ...(after === undefined ? {} : { after }) };
    const read = await changesFromCounts(
      counts,
      (group, store) => !needsWholeReading(group, store),
      { items, stores, lastCounted: counts.length === 0 ? () => null : await countedSince(history, call) },
      counting,
      call,
    );
    const reached = newest(counts.map((count) => count.calculated_at));
    const proven = reached !== null && (place.since === null || Date.parse(reached) > Date.parse(place.since));
    return {
      ...read,
      watermark: proven ? JSON.stringify({ ...place, since: reached } satisfies StockPlace) : watermark,
      more: false,
    };
  };

  return {
    name: 'stock',
    intervalMs: options.intervalsMs.stock,
    poll: async (watermark, call) => {
      const stores = await directory.stores(call);
      const given = watermark === null ? null : parsePlace(stockPlace, watermark, 'stock');
      const place = given?.stores === stores.digest ? given : await startPlace(stores, call);
      return place.read === 'all'
        ? pollAll(place, stores, call)
        : pollSince(watermark ?? JSON.stringify(place), place, stores, call);
    },
  };
};

/** Claims of orders, with variations that are new since the catalog was read looked up. */
export const claimsFromOrders = async (
  orders: readonly WireOrder[],
  stores: StoreDirectory,
  directory: Directory,
  call: CallOptions,
): Promise<ReadChanges> => {
  const sold = orders.flatMap((order) => order.line_items.map((line) => line.catalog_object_id ?? ''));
  const items = await directory.itemsKnowing(
    sold.filter((id) => id !== ''),
    call,
  );
  const results = orders.map((order) => toOrderClaim(order, items, stores));
  return {
    changes: results.flatMap(({ claim }) => (claim ? [claim] : [])),
    rejected: results.flatMap(({ rejected }) => rejected),
  };
};

const ordersStream = (options: StreamOptions, deps: StreamDeps): PolledStream => {
  const { client, directory } = deps;

  const readGroup = (group: readonly Store[], from: string | null, call: CallOptions) => {
    const query = {
      locationIds: group.map((store) => store.id),
      ...(from === null ? {} : { updatedFrom: from }),
      sort: { field: 'UPDATED_AT', order: 'ASC' } as const,
    };
    return readPages((cursor) => client.pickupOrders(query, cursor, call), {
      connection: options.connection,
      maxPages: MAX_ORDER_PAGES,
    });
  };

  return {
    name: 'orders',
    intervalMs: options.intervalsMs.orders,
    poll: async (watermark, call) => {
      const directoryNow = await directory.stores(call);
      const { stores, digest } = directoryNow;
      const parsed = watermark === null ? null : parsePlace(ordersPlace, watermark, 'orders');
      const given: OrdersPlace = parsed?.stores === digest ? parsed : { stores: digest, since: null, round: null };
      const start = given.since === null ? null : lookBack(given.since);
      let round = given.round ?? {
        startedAt: isoOf(deps.clock.now()),
        afterStore: null,
        from: start,
        newest: given.since,
      };
      const orders: WireOrder[] = [];
      let left = stores.filter((store) => round.afterStore === null || store.id > round.afterStore);
      for (let groups = 0; left.length > 0 && groups < STORE_GROUPS_PER_POLL; groups++) {
        const group = left.slice(0, MAX_SEARCH_LOCATIONS);
        const { items, complete } = await readGroup(group, round.from, call);
        orders.push(...items);
        const seen = [...(round.newest === null ? [] : [round.newest]), ...items.map((order) => order.updated_at)];
        round = {
          ...round,
          afterStore: complete ? (group.at(-1)?.id ?? null) : round.afterStore,
          // Oldest first: what comes after the last one read cannot be older than it.
          from: complete ? start : (items.at(-1)?.updated_at ?? round.from),
          newest: newest(seen),
        };
        if (!complete) break;
        left = left.slice(group.length);
        if (orders.length >= ENOUGH_ORDERS) break;
      }
      const more = left.length > 0;
      const reached = round.newest === null ? null : earlier(round.newest, round.startedAt);
      const next: OrdersPlace = more
        ? { ...given, round }
        : { ...given, since: newest([reached, given.since].filter((at) => at !== null)), round: null };
      const read = await claimsFromOrders(orders, directoryNow, directory, call);
      return { ...read, watermark: JSON.stringify(next), more };
    },
  };
};

export const createStreams = (options: StreamOptions, deps: StreamDeps): readonly PolledStream[] => [
  locationsStream(options, deps),
  stockStream(options, deps),
  ordersStream(options, deps),
];
