/** Entity look-ups of one request, batched: one call per connection however many entities the gateway asks for. */
import DataLoader from 'dataloader';
import { type ItemReference, referenceKey } from '#model/identifiers.ts';
import type { Location } from '#model/location.ts';
import type { Product } from '#model/product.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { RequestContext } from '#runtime/graphql/context.ts';
import type { Provenance } from '#runtime/graphql/stamp.ts';
import { askAll, findInAll } from '#runtime/inlet/ask.ts';
import type { Connection } from '#runtime/inlet/connections.ts';
import type { Log } from '#runtime/log.ts';
import type { ErpSalesOrderParent, ErpStockParent, VariantParent } from './parents.ts';
import type { ErpPort } from './port.ts';

export type ErpConnection = Connection<ErpPort>;
export type LoaderDeps = { readonly connections: readonly ErpConnection[]; readonly clock: Clock; readonly log: Log };

export type ErpLoaders = {
  readonly variant: DataLoader<ItemReference, VariantParent | null, string>;
  readonly product: DataLoader<string, Product | null>;
  readonly salesOrder: DataLoader<string, ErpSalesOrderParent | null>;
  /** All places of all connections, read once per request. */
  locations(): Promise<ReadonlyMap<string, Location>>;
  /** By SKU, for one set of places; null for all. */
  stock(locationCodes: readonly string[] | null): DataLoader<string, readonly ErpStockParent[]>;
};

const createLoaders = (deps: LoaderDeps, context: RequestContext): ErpLoaders => {
  const { connections } = deps;
  const provenanceOf = (connection: string): Provenance => ({ connection, fetchedAt: isoOf(deps.clock.now()) });

  const stockAt = (locationCodes: readonly string[] | null): DataLoader<string, readonly ErpStockParent[]> =>
    new DataLoader(async (skus) => {
      const { answers } = await askAll(connections, (port) => port.stock(skus, locationCodes, context), deps);
      const stock = answers.flatMap(({ connection, answer }) =>
        answer.map((entry): ErpStockParent => ({ ...entry, ...provenanceOf(connection) })),
      );
      const bySku = Map.groupBy(stock, ({ sku }) => sku);
      return skus.map((sku) => bySku.get(sku) ?? []);
    });

  const readLocations = async (): Promise<ReadonlyMap<string, Location>> => {
    const { answers } = await askAll(connections, (port) => port.locations(context), deps);
    // The first connection that knows a place masters it.
    const inReverse = answers.toReversed().flatMap(({ answer }) => answer);
    return new Map(inReverse.map((location) => [location.code, location]));
  };

  let locations: Promise<ReadonlyMap<string, Location>> | null = null;
  const stockLoaders = new Map<string, DataLoader<string, readonly ErpStockParent[]>>();
  return {
    variant: new DataLoader(
      async (references) => {
        const found = await findInAll(
          connections,
          references.length,
          (port) => port.variants(references, context),
          deps,
        );
        return found.map((entry) => (entry === null || entry instanceof Error ? entry : entry.value));
      },
      { cacheKeyFn: referenceKey },
    ),
    product: new DataLoader(async (codes) => {
      const found = await findInAll(connections, codes.length, (port) => port.products(codes, context), deps);
      return found.map((entry) => (entry === null || entry instanceof Error ? entry : entry.value));
    }),
    salesOrder: new DataLoader(async (numbers) => {
      const found = await findInAll(connections, numbers.length, (port) => port.salesOrders(numbers, context), deps);
      return found.map((entry) =>
        entry === null || entry instanceof Error ? entry : { ...entry.value, ...provenanceOf(entry.connection) },
      );
    }),
    locations: () => {
      locations ??= readLocations();
      return locations;
    },
    stock: (locationCodes) => {
      const key = locationCodes === null ? '*' : JSON.stringify(locationCodes.toSorted());
      const loader = stockLoaders.get(key) ?? stockAt(locationCodes);
      stockLoaders.set(key, loader);
      return loader;
    },
  };
};

const LOADERS = Symbol('erp loaders');

export const loadersOf = (deps: LoaderDeps, context: RequestContext): ErpLoaders =>
  context.loaders(LOADERS, () => createLoaders(deps, context));
