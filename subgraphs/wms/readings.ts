/** What is kept of one warehouse system's answers, for how long, and which change drops it. Shared by all requests. */
import { LIFETIMES } from '#model/lifetimes.ts';
import type { StockKey } from '#model/stock-key.ts';
import { tags } from '#model/tags.ts';
import type { Connection } from '#runtime/inlet/connections.ts';
import { createStockReader, FLIGHT_MS, TOGETHER } from '#runtime/inlet/stock-reader.ts';
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

export const createWmsReadings = ({ connection, port, shelf }: WmsConnection): WmsReadings => {
  const { warehouses } = port;
  return {
    connection,
    stock: createStockReader(shelf, port.stock),
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
