/** What is kept of one point of sale's answers, for how long, and which change drops it. Shared by all requests. */
import { LIFETIMES } from '#model/lifetimes.ts';
import type { StockKey } from '#model/stock-key.ts';
import { tags } from '#model/tags.ts';
import type { Connection } from '#runtime/inlet/connections.ts';
import { createStockReader, FLIGHT_MS, TOGETHER } from '#runtime/inlet/stock-reader.ts';
import type { Reader } from '#runtime/reading/reading.ts';
import type { PickupTask, PickupTaskState, PosAlias, PosPort, PosStock, PosTransaction, StoreProfile } from './port.ts';

export type PosConnection = Pick<Connection<PosPort>, 'connection' | 'port' | 'shelf'>;

/** A store's pickups in these states; in all for null. */
export type TaskListKey = { readonly locationCode: string; readonly states: readonly PickupTaskState[] | null };

export type PosReadings = {
  readonly connection: string;
  /** By location code. */
  readonly store: Reader<string, StoreProfile>;
  readonly transaction: Reader<string, PosTransaction>;
  readonly task: Reader<string, PickupTask>;
  readonly taskList: Reader<TaskListKey, readonly PickupTask[]>;
  /** By SKU. */
  readonly aliases: Reader<string, readonly PosAlias[]>;
  readonly stock: Reader<StockKey, readonly PosStock[]>;
};

const ALONE = { maxKeys: 1, windowMs: 0 } as const;

const nameOfTaskList = ({ locationCode, states }: TaskListKey): string =>
  JSON.stringify([locationCode, states === null ? null : [...new Set(states)].sort()]);

export const createPosReadings = ({ connection, port, shelf }: PosConnection): PosReadings => {
  const tagOfPickup = (id: string): string => tags.document(connection, 'pickup', id);
  return {
    connection,
    store: shelf.reader({
      name: 'store',
      nameOf: (code) => code,
      tagsOf: (code) => [tags.location(code)],
      scope: 'system',
      lifetime: LIFETIMES.masterData,
      maxEntries: 10_000,
      batch: TOGETHER,
      flightMs: FLIGHT_MS,
      fetch: (codes, call) => port.stores(codes, call),
    }),
    transaction: shelf.reader({
      name: 'transaction',
      nameOf: (id) => id,
      // A pickup and its transaction are the same document at the till.
      tagsOf: (id) => [tagOfPickup(id)],
      scope: 'system',
      lifetime: LIFETIMES.document,
      maxEntries: 10_000,
      batch: TOGETHER,
      flightMs: FLIGHT_MS,
      fetch: (ids, call) => port.transactions(ids, call),
    }),
    task: shelf.reader({
      name: 'pickup',
      nameOf: (id) => id,
      tagsOf: (id) => [tagOfPickup(id)],
      scope: 'system',
      lifetime: LIFETIMES.document,
      maxEntries: 10_000,
      batch: TOGETHER,
      flightMs: FLIGHT_MS,
      fetch: (ids, call) => port.pickupTasks(ids, call),
    }),
    taskList: shelf.reader({
      name: 'pickups of a store',
      nameOf: nameOfTaskList,
      tagsOf: (_key, tasks) => (tasks ?? []).map(({ id }) => tagOfPickup(id)),
      scope: 'system',
      lifetime: LIFETIMES.workList,
      maxEntries: 2_000,
      batch: ALONE,
      flightMs: FLIGHT_MS,
      fetch: (keys, call) =>
        Promise.all(keys.map(({ locationCode, states }) => port.storePickupTasks(locationCode, states, call))),
    }),
    aliases: shelf.reader({
      name: 'aliases',
      nameOf: (sku) => sku,
      tagsOf: (sku) => [tags.variant(sku)],
      scope: 'system',
      lifetime: LIFETIMES.masterData,
      maxEntries: 20_000,
      batch: TOGETHER,
      flightMs: FLIGHT_MS,
      fetch: async (skus, call) => {
        const bySku = Map.groupBy(await port.aliases(skus, call), ({ sku }) => sku);
        return skus.map((sku) => bySku.get(sku) ?? []);
      },
    }),
    stock: createStockReader(shelf, port.stock),
  };
};
