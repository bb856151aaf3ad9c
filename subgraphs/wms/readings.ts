/** What is kept of one warehouse system's answers, for how long, and which change drops it. Shared by all requests. */
import { freshMsOfStock, LIFETIMES } from '#model/lifetimes.ts';
import { nameOfStockKey, placesOf, type StockKey } from '#model/stock-key.ts';
import { tags } from '#model/tags.ts';
import type { Connection } from '#runtime/inlet/connections.ts';
import { inGroups } from '#runtime/inlet/in-groups.ts';
import type { Reader } from '#runtime/reading/reading.ts';
import type { WarehouseProfile, WmsPort, WmsReturnReceipt, WmsShipment, WmsStock } from './port.ts';

export type WmsConnection = Pick<Connection<WmsPort>, 'connection' | 'port' | 'shelf'>;

export type WmsReadings = {
  readonly connection: string;
  readonly stock: Reader<StockKey, readonly WmsStock[]>;
  readonly shipment: Reader<string, WmsShipment>;
  readonly returnReceipt: Reader<string, WmsReturnReceipt>;
  /** By location code; absent when the vendor keeps no cut-offs or capacities. */
  readonly warehouse?: Reader<string, WarehouseProfile>;
};

/** A call may use up its attempts within this. */
const FLIGHT_MS = 20_000;
const TOGETHER = { maxKeys: 100, windowMs: 3 } as const;

export const createWmsReadings = ({ connection, port, shelf }: WmsConnection): WmsReadings => {
  const { warehouses } = port;
  return {
    connection,
    stock: shelf.reader<StockKey, readonly WmsStock[]>({
      name: 'stock',
      nameOf: nameOfStockKey,
      tagsOf: ({ sku }) => [tags.stock(sku)],
      scope: 'system',
      lifetime: { ...LIFETIMES.stock, freshMsOf: freshMsOfStock },
      maxEntries: 20_000,
      batch: TOGETHER,
      flightMs: FLIGHT_MS,
      fetch: (keys, call) =>
        inGroups(keys, placesOf, async (group) => {
          const skus = group.map(({ sku }) => sku);
          const bySku = Map.groupBy(await port.stock(skus, group[0].locationCodes, call), ({ sku }) => sku);
          return skus.map((sku) => bySku.get(sku) ?? []);
        }),
    }),
    shipment: shelf.reader({
      name: 'shipment',
      nameOf: (id) => id,
      tagsOf: (id) => [tags.document(connection, 'shipment', id)],
      scope: 'system',
      lifetime: LIFETIMES.document,
      maxEntries: 10_000,
      batch: TOGETHER,
      flightMs: FLIGHT_MS,
      fetch: (ids, call) => port.shipments(ids, call),
    }),
    returnReceipt: shelf.reader({
      name: 'return receipt',
      nameOf: (id) => id,
      tagsOf: (id) => [tags.document(connection, 'return-receipt', id)],
      scope: 'system',
      lifetime: LIFETIMES.document,
      maxEntries: 10_000,
      batch: TOGETHER,
      flightMs: FLIGHT_MS,
      fetch: (ids, call) => port.returnReceipts(ids, call),
    }),
    ...(warehouses === undefined
      ? {}
      : {
          warehouse: shelf.reader({
            name: 'warehouse',
            nameOf: (code) => code,
            tagsOf: (code) => [tags.location(code)],
            scope: 'system',
            lifetime: LIFETIMES.workload,
            maxEntries: 1_000,
            batch: TOGETHER,
            flightMs: FLIGHT_MS,
            fetch: (codes, call) => warehouses(codes, call),
          }),
        }),
  };
};
