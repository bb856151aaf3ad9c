/** Entity look-ups of one request, batched: one call per connection however many entities the gateway asks for. */
import DataLoader from 'dataloader';
import type { CallOptions } from '#model/call.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { RequestContext } from '#runtime/graphql/context.ts';
import type { Provenance } from '#runtime/graphql/stamp.ts';
import { askAll, findInAll } from '#runtime/inlet/ask.ts';
import type { Connection } from '#runtime/inlet/connections.ts';
import type { Log } from '#runtime/log.ts';
import type { WarehouseProfileParent, WmsReturnReceiptParent, WmsShipmentParent, WmsStockParent } from './parents.ts';
import type { WmsPort } from './port.ts';

export type WmsConnection = Connection<WmsPort>;
export type LoaderDeps = { readonly connections: readonly WmsConnection[]; readonly clock: Clock; readonly log: Log };

export type WmsLoaders = {
  readonly shipment: DataLoader<string, WmsShipmentParent | null>;
  readonly returnReceipt: DataLoader<string, WmsReturnReceiptParent | null>;
  readonly warehouse: DataLoader<string, WarehouseProfileParent | null>;
  /** By SKU, for one set of sites; null for all. */
  stock(locationCodes: readonly string[] | null): DataLoader<string, readonly WmsStockParent[]>;
};

type Lookup<T> = (port: WmsPort, keys: readonly string[], call: CallOptions) => Promise<readonly (T | null)[]>;

const createLoaders = (deps: LoaderDeps, context: RequestContext): WmsLoaders => {
  const { connections } = deps;
  const provenanceOf = (connection: string): Provenance => ({ connection, fetchedAt: isoOf(deps.clock.now()) });

  const lookUp = <T, Parent>(
    asked: readonly WmsConnection[],
    ask: Lookup<T>,
    toParent: (value: T, provenance: Provenance) => Parent,
  ): DataLoader<string, Parent | null> =>
    new DataLoader(async (keys) => {
      const found = await findInAll(asked, keys.length, (port) => ask(port, keys, context), deps);
      return found.map((entry) =>
        entry === null || entry instanceof Error ? entry : toParent(entry.value, provenanceOf(entry.connection)),
      );
    });

  const stockAt = (locationCodes: readonly string[] | null): DataLoader<string, readonly WmsStockParent[]> =>
    new DataLoader(async (skus) => {
      const { answers } = await askAll(connections, (port) => port.stock(skus, locationCodes, context), deps);
      const stock = answers.flatMap(({ connection, answer }) =>
        answer.map((entry): WmsStockParent => ({ ...entry, ...provenanceOf(connection) })),
      );
      const bySku = Map.groupBy(stock, ({ sku }) => sku);
      return skus.map((sku) => bySku.get(sku) ?? []);
    });

  const stockLoaders = new Map<string, DataLoader<string, readonly WmsStockParent[]>>();
  return {
    shipment: lookUp(
      connections,
      (port, ids, call) => port.shipments(ids, call),
      (shipment, provenance) => ({ ...shipment, ...provenance }),
    ),
    returnReceipt: lookUp(
      connections,
      (port, ids, call) => port.returnReceipts(ids, call),
      (receipt, provenance) => ({ ...receipt, ...provenance }),
    ),
    warehouse: lookUp(
      connections.filter(({ port }) => port.warehouses !== undefined),
      async (port, codes, call) => (await port.warehouses?.(codes, call)) ?? codes.map(() => null),
      (profile) => profile,
    ),
    stock: (locationCodes) => {
      const key = locationCodes === null ? '*' : JSON.stringify(locationCodes.toSorted());
      const loader = stockLoaders.get(key) ?? stockAt(locationCodes);
      stockLoaders.set(key, loader);
      return loader;
    },
  };
};

const LOADERS = Symbol('wms loaders');

export const loadersOf = (deps: LoaderDeps, context: RequestContext): WmsLoaders =>
  context.loaders(LOADERS, () => createLoaders(deps, context));
