/** What one request asks the connected ERPs for, each thing once. Readings batch the questions of all requests. */
import { type ItemReference, referenceKey } from '#model/identifiers.ts';
import type { Location } from '#model/location.ts';
import type { Product } from '#model/product.ts';
import { nameOfStockKey, type StockKey } from '#model/stock-key.ts';
import type { RequestContext } from '#runtime/graphql/context.ts';
import { once } from '#runtime/graphql/once.ts';
import { provenanceOf } from '#runtime/graphql/stamp.ts';
import { createAsker } from '#runtime/inlet/ask.ts';
import type { Log } from '#runtime/log.ts';
import type { ErpSalesOrderParent, ErpStockParent, VariantParent } from './parents.ts';
import type { ErpReadings } from './readings.ts';

export type LoaderDeps = { readonly erps: readonly ErpReadings[]; readonly log: Log };

export type ErpLoaders = {
  variant(reference: ItemReference): Promise<VariantParent | null>;
  product(code: string): Promise<Product | null>;
  salesOrder(number: string): Promise<ErpSalesOrderParent | null>;
  place(code: string): Promise<Location | null>;
  /** Of all connections, by code. */
  places(): Promise<ReadonlyMap<string, Location>>;
  stock(key: StockKey): Promise<readonly ErpStockParent[]>;
};

const byItself = (name: string): string => name;

const createLoaders = ({ erps, log }: LoaderDeps, context: RequestContext): ErpLoaders => {
  const asker = createAsker({ log });
  const placesIn = once(
    ({ connection }: ErpReadings) => connection,
    ({ places }) => places.read(null, context),
  );

  return {
    variant: once(referenceKey, async (reference) => {
      const found = await asker.first(erps, ({ variant }) => variant.read(reference, context));
      return found?.value ?? null;
    }),
    product: once(byItself, async (code) => {
      const found = await asker.first(erps, ({ product }) => product.read(code, context));
      return found?.value ?? null;
    }),
    salesOrder: once(byItself, async (number) => {
      const found = await asker.first(erps, ({ salesOrder }) => salesOrder.read(number, context));
      return found && { ...found.value, ...provenanceOf(found.connection, found.reading) };
    }),
    place: once(byItself, async (code) => {
      const found = await asker.first(erps, async (erp) => {
        const reading = await placesIn(erp);
        return { ...reading, value: reading.value?.get(code) ?? null };
      });
      return found?.value ?? null;
    }),
    places: async () => {
      const { answers } = await asker.all(erps, placesIn);
      // The first connection that knows a place masters it.
      return new Map(answers.toReversed().flatMap(({ answer }) => [...(answer.value ?? [])]));
    },
    stock: once(nameOfStockKey, async (key) => {
      const { answers } = await asker.all(erps, ({ stock }) => stock.read(key, context));
      return answers.flatMap(({ answer, connection }) =>
        (answer.value ?? []).map((stock) => ({ ...stock, ...provenanceOf(connection, answer) })),
      );
    }),
  };
};

const LOADERS = Symbol('erp loaders');

export const loadersOf = (deps: LoaderDeps, context: RequestContext): ErpLoaders =>
  context.loaders(LOADERS, () => createLoaders(deps, context));
