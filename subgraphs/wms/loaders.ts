/** What one request asks the connected warehouse systems for, each thing once. Readings batch what all requests ask. */
import { nameOfStockKey, type StockKey } from '#model/stock-key.ts';
import type { RequestContext } from '#runtime/graphql/context.ts';
import { once } from '#runtime/graphql/once.ts';
import { provenanceOf } from '#runtime/graphql/stamp.ts';
import { createAsker } from '#runtime/inlet/ask.ts';
import type { Log } from '#runtime/log.ts';
import type { WarehouseProfileParent, WmsReturnReceiptParent, WmsShipmentParent, WmsStockParent } from './parents.ts';
import type { WmsReadings } from './readings.ts';

export type LoaderDeps = { readonly systems: readonly WmsReadings[]; readonly log: Log };

export type WmsLoaders = {
  shipment(id: string): Promise<WmsShipmentParent | null>;
  returnReceipt(id: string): Promise<WmsReturnReceiptParent | null>;
  warehouse(locationCode: string): Promise<WarehouseProfileParent | null>;
  stock(key: StockKey): Promise<readonly WmsStockParent[]>;
};

const byItself = (name: string): string => name;

const createLoaders = ({ log, systems }: LoaderDeps, context: RequestContext): WmsLoaders => {
  const asker = createAsker({ log });
  const withProfiles = systems.flatMap(({ connection, warehouse }) =>
    warehouse === undefined ? [] : [{ connection, warehouse }],
  );
  return {
    shipment: once(byItself, async (id) => {
      const found = await asker.first(systems, ({ shipment }) => shipment.read(id, context));
      return found && { ...found.value, ...provenanceOf(found.connection, found.reading) };
    }),
    returnReceipt: once(byItself, async (id) => {
      const found = await asker.first(systems, ({ returnReceipt }) => returnReceipt.read(id, context));
      return found && { ...found.value, ...provenanceOf(found.connection, found.reading) };
    }),
    warehouse: once(byItself, async (code) => {
      const found = await asker.first(withProfiles, ({ warehouse }) => warehouse.read(code, context));
      return found?.value ?? null;
    }),
    stock: once(nameOfStockKey, async (key) => {
      const { answers } = await asker.all(systems, ({ stock }) => stock.read(key, context));
      return answers.flatMap(({ answer, connection }) =>
        (answer.value ?? []).map((stock) => ({ ...stock, ...provenanceOf(connection, answer) })),
      );
    }),
  };
};

const LOADERS = Symbol('wms loaders');

export const loadersOf = (deps: LoaderDeps, context: RequestContext): WmsLoaders =>
  context.loaders(LOADERS, () => createLoaders(deps, context));
