/** Entity look-ups of one request, batched: one call per connection however many entities the gateway asks for. */
import DataLoader from 'dataloader';
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { RequestContext } from '#runtime/graphql/context.ts';
import { askAll, findInAll } from '#runtime/inlet/ask.ts';
import type { Connection } from '#runtime/inlet/connections.ts';
import type { Log } from '#runtime/log.ts';
import type {
  PickupTaskParent,
  PosAliasParent,
  PosStockParent,
  PosTransactionParent,
  StoreProfileParent,
} from './parents.ts';
import type { PosPort } from './port.ts';

export type PosConnection = Connection<PosPort>;
export type LoaderDeps = { readonly connections: readonly PosConnection[]; readonly clock: Clock; readonly log: Log };

export type PosLoaders = {
  readonly store: DataLoader<string, StoreProfileParent | null>;
  readonly transaction: DataLoader<string, PosTransactionParent | null>;
  readonly task: DataLoader<string, PickupTaskParent | null>;
  readonly aliases: DataLoader<string, readonly PosAliasParent[]>;
  /** By SKU, for one set of stores; null for all. */
  stock(locationCodes: readonly string[] | null): DataLoader<string, readonly PosStockParent[]>;
};

type Lookup<T> = (port: PosPort, keys: readonly string[], context: RequestContext) => Promise<readonly (T | null)[]>;

const createLoaders = (deps: LoaderDeps, context: RequestContext): PosLoaders => {
  const { connections } = deps;
  const fetchedAt = (): string => isoOf(deps.clock.now());

  const lookUp = <T, Parent>(
    ask: Lookup<T>,
    toParent: (value: T, connection: string) => Parent,
  ): DataLoader<string, Parent | null> =>
    new DataLoader(async (keys) => {
      const found = await findInAll(connections, keys.length, (port) => ask(port, keys, context), deps);
      return found.map((entry) =>
        entry === null || entry instanceof Error ? entry : toParent(entry.value, entry.connection),
      );
    });

  const stockAt = (locationCodes: readonly string[] | null): DataLoader<string, readonly PosStockParent[]> =>
    new DataLoader(async (skus) => {
      const { answers } = await askAll(connections, (port) => port.stock(skus, locationCodes, context), deps);
      const bySku = Map.groupBy(
        answers.flatMap(({ connection, answer }) =>
          answer.map((stock) => ({ ...stock, connection, fetchedAt: fetchedAt() })),
        ),
        (stock) => stock.sku,
      );
      return skus.map((sku) => bySku.get(sku) ?? []);
    });

  const stockLoaders = new Map<string, DataLoader<string, readonly PosStockParent[]>>();
  return {
    store: lookUp(
      (port, codes, call) => port.stores(codes, call),
      (store) => store,
    ),
    transaction: lookUp(
      (port, ids, call) => port.transactions(ids, call),
      (transaction, connection) => ({ ...transaction, connection, fetchedAt: fetchedAt() }),
    ),
    task: lookUp(
      (port, ids, call) => port.pickupTasks(ids, call),
      (task, connection) => ({ ...task, connection, fetchedAt: fetchedAt() }),
    ),
    aliases: new DataLoader(async (skus) => {
      const { answers } = await askAll(connections, (port) => port.aliases(skus, context), deps);
      const bySku = Map.groupBy(
        answers.flatMap(({ answer }) => answer),
        (alias) => alias.sku,
      );
      return skus.map((sku) => bySku.get(sku) ?? []);
    }),
    stock: (locationCodes) => {
      const key = locationCodes === null ? '*' : JSON.stringify(locationCodes.toSorted());
      const loader = stockLoaders.get(key) ?? stockAt(locationCodes);
      stockLoaders.set(key, loader);
      return loader;
    },
  };
};

const LOADERS = Symbol('pos loaders');

export const loadersOf = (deps: LoaderDeps, context: RequestContext): PosLoaders =>
  context.loaders(LOADERS, () => createLoaders(deps, context));
