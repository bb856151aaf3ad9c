/** Square behind the POS port. What we know of it, with its limits and quirks: README.md beside this file. */
import { z } from 'zod';
import type { CallOptions } from '#model/call.ts';
import type { Adapter } from '#runtime/adapter.ts';
import { createBatchReader } from '#runtime/inlet/batch-reader.ts';
import type { PickupTaskState, PosPort } from '#subgraphs/pos/port.ts';
import { createSquareClient, MAX_CATALOG_IDS, MAX_ORDER_IDS, readPages } from './client.ts';
import { createDirectory } from './directory.ts';
import { isPresentAt } from './items.ts';
import { squareLimits } from './limits.ts';
import { STATES_OF_TASK, toPickupTask, toTransaction } from './mapping.ts';
import { createOperations } from './operations.ts';
import { createPushInlet } from './push.ts';
import { type GroupStock, ON_HAND_STATE, sumCounts, toPosStock, toStockChanges } from './stock.ts';
import { toStoreProfile } from './stores.ts';
import { createStreams } from './streams.ts';
import type { WireCount, WireOrder } from './wire.ts';

const isPattern = (pattern: string): boolean => {
  try {
    return new RegExp(`${pattern}|`).exec('')?.length === 2;
  } catch {
    return false;
  }
};

const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a local time such as 16:30');
const interval = (defaultMs: number) => z.int().min(1_000, 'must be at least 1000 (milliseconds)').default(defaultMs);

const squareOptions = z.strictObject({
  /** Where a location carries its canonical code: the first group of `pattern` in `field`. */
  locationCode: z
    .strictObject({
      field: z.enum(['name', 'id'], { error: 'must be "name" or "id"' }).default('name'),
      pattern: z
        .string()
        .refine(isPattern, 'must be a regular expression with exactly one group, e.g. \\(([^)]+)\\)$')
        .default('\\(([^)]+)\\)$'),
    })
    .prefault({}),
  /** Square keeps no such policy; it holds for all stores of the account. */
  pickup: z
    .strictObject({
      enabled: z.boolean().default(true),
      curbside: z.boolean().default(false),
      leadMinutes: z.int().min(0, 'must not be negative').default(120),
      cutoff: localTime.optional(),
      holdDays: z.int().min(1, 'must be at least 1').default(7),
    })
    .prefault({}),
  returnsAccepted: z.boolean().default(true),
  /** What a pickup still owes at its hand-over was paid in the web shop; else the till has to take it first. */
  pickupsPaidInShop: z.boolean().default(false),
  pollIntervalsMs: z
    .strictObject({ locations: interval(3_600_000), stock: interval(60_000), orders: interval(60_000) })
    .prefault({}),
  itemsPerPoll: z
    .int()
    .min(1, 'must be at least 1')
    .max(MAX_CATALOG_IDS / 2)
    .default(50),
  namesMaxAgeMs: interval(300_000),
});

export type SquareOptions = z.output<typeof squareOptions>;

/** A store's list of pickups is for people at work: of more than this the newest are shown. */
const MAX_TASK_PAGES = 4;

type CountKey = { readonly variationId: string; readonly locationIds: readonly string[] };
const nameOfCountKey = ({ variationId, locationIds }: CountKey): string => `${variationId}@${locationIds.join(',')}`;

/** Null asks for all: a state we do not know cannot be named to Square. */
const statesOf = (states: readonly PickupTaskState[] | null): readonly string[] | null =>
  states === null || states.includes('UNKNOWN') ? null : [...new Set(states.flatMap((state) => STATES_OF_TASK[state]))];

export const squareAdapter: Adapter<PosPort, SquareOptions> = {
  vendor: 'square',
  options: squareOptions,
  /** `previousSignatureKey` is read as well, while keys are rotated. */
  credentials: ['accessToken', 'signatureKey'],
  limits: squareLimits,

  open: (account, { upstream, clock, ids, log }) => {
    const { connection, credentials, options } = account;
    const client = createSquareClient(
      { connection, baseUrl: account.baseUrl, accessToken: credentials.accessToken ?? '' },
      { upstream },
    );
    const directory = createDirectory(
      { connection, locationCode: options.locationCode, maxAgeMs: options.namesMaxAgeMs },
      { client, clock, log },
    );

    const orderById = createBatchReader<string, WireOrder | null>({
      maxBatchSize: MAX_ORDER_IDS,
      nameOf: (id) => id,
      read: async (ids, call) => new Map((await client.orders(ids, call)).map((order) => [order.id, order] as const)),
      absent: null,
    });

    const countsAt = async (
      variationIds: readonly string[],
      locationIds: readonly string[],
      call: CallOptions,
    ): Promise<readonly WireCount[]> => {
      const query = { variationIds, locationIds, states: [ON_HAND_STATE] };
      const { items } = await readPages((cursor) => client.counts(query, cursor, call), { connection });
      return items;
    };

    /** Items asked for at the same stores share a request. */
    const countsOf = createBatchReader<CountKey, readonly WireCount[]>({
      maxBatchSize: MAX_CATALOG_IDS,
      nameOf: nameOfCountKey,
      read: async (keys, call) => {
        const sameStores = Map.groupBy(keys, (key) => key.locationIds.join(','));
        const read = await Promise.all(
          [...sameStores.values()].map(async (group) => {
            const locationIds = group[0]?.locationIds ?? [];
            const counts = await countsAt(
              group.map((key) => key.variationId),
              locationIds,
              call,
            );
            const byVariation = Map.groupBy(counts, (count) => count.catalog_object_id);
            return group.map((key) => [nameOfCountKey(key), byVariation.get(key.variationId) ?? []] as const);
          }),
        );
        return new Map(read.flat());
      },
      absent: [],
    });

    const stockOf = async (
      sku: string,
      codes: readonly string[] | null,
      call: CallOptions,
    ): Promise<readonly GroupStock[]> => {
      const [stores, items] = await Promise.all([directory.stores(call), directory.items(call)]);
      const group = items.ofSku(sku);
      const wanted = codes === null ? stores.stores : codes.flatMap((code) => stores.ofCode(code) ?? []);
      if (!group || wanted.length === 0) return [];
      const locationIds = wanted.map((store) => store.id).toSorted();
      const variationIds = group.variations.filter((variation) => !variation.deleted).map((variation) => variation.id);
      const counts = await Promise.all(variationIds.map((variationId) => countsOf({ variationId, locationIds }, call)));
      return sumCounts(counts.flat(), items, stores);
    };

    const stockOfAll = (skus: readonly string[], codes: readonly string[] | null, call: CallOptions) =>
      Promise.all([...new Set(skus)].map(async (sku) => ({ sku, stock: await stockOf(sku, codes, call) })));

    return {
      stores: async (codes, call) => {
        const stores = await directory.stores(call);
        return codes.map((code) => {
          const store = stores.ofCode(code);
          return store ? toStoreProfile(store, options) : null;
        });
      },

      stock: async (skus, codes, call) =>
        (await stockOfAll(skus, codes, call)).flatMap(({ sku, stock }) => stock.map((entry) => toPosStock(entry, sku))),

      restate: async (skus, codes, call) =>
        toStockChanges((await stockOfAll(skus, codes, call)).flatMap(({ stock }) => stock)),

      aliases: async (skus, call) => {
        const [{ stores }, items] = await Promise.all([directory.stores(call), directory.items(call)]);
        return skus.flatMap((sku) =>
          (items.ofSku(sku)?.aliases ?? []).flatMap((alias) =>
            stores
              .filter((store) => alias.sku !== null && alias.sku !== sku && isPresentAt(alias, store.id))
              .map((store) => ({ sku, locationCode: store.code, alias: alias.sku ?? '' })),
          ),
        );
      },

      transactions: async (orderIds, call) => {
        const orders = await Promise.all(orderIds.map((id) => orderById(id, call)));
        const stores = await directory.stores(call);
        return orders.map((order) => (order ? toTransaction(order, stores) : null));
      },

      pickupTasks: async (taskIds, call) => {
        const orders = await Promise.all(taskIds.map((id) => orderById(id, call)));
        const [stores, items] = await Promise.all([directory.stores(call), directory.items(call)]);
        return orders.map((order) => (order ? toPickupTask(order, items, stores) : null));
      },

      storePickupTasks: async (code, states, call) => {
        const [stores, items] = await Promise.all([directory.stores(call), directory.items(call)]);
        const store = stores.ofCode(code);
        const wanted = statesOf(states);
        if (!store || wanted?.length === 0) return [];
        const query = {
          locationIds: [store.id],
          ...(wanted === null ? {} : { fulfillmentStates: wanted }),
          sort: { field: 'CREATED_AT', order: 'DESC' } as const,
        };
        const { items: orders, complete } = await readPages((cursor) => client.pickupOrders(query, cursor, call), {
          connection,
          maxPages: MAX_TASK_PAGES,
        });
        if (!complete) log.warn({ store: code, shown: orders.length }, 'older pickups are left out');
        return orders
          .flatMap((order) => toPickupTask(order, items, stores) ?? [])
          .filter((task) => states === null || states.includes(task.state));
      },

      ...createOperations(
        { connection, pickupsPaidInShop: options.pickupsPaidInShop },
        { client, directory, clock, ids },
      ),

      streams: createStreams(
        {
          connection,
          intervalsMs: options.pollIntervalsMs,
          itemsPerPoll: options.itemsPerPoll,
          pickup: options.pickup,
        },
        { client, directory, clock },
      ),

      push: createPushInlet(
        {
          connection,
          pickup: options.pickup,
          signatureKeys: [credentials.signatureKey, credentials.previousSignatureKey].filter(
            (key): key is string => key !== undefined && key !== '',
          ),
        },
        { client, directory, orderById, clock, log },
      ),
    };
  },
};
