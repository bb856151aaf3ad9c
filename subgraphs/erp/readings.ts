/** What is kept of one ERP's answers, for how long, and which change drops it. Shared by all requests. */
import type { Page } from '#model/call.ts';
import { type ItemReference, referenceKey } from '#model/identifiers.ts';
import { LIFETIMES } from '#model/lifetimes.ts';
import type { Location } from '#model/location.ts';
import type { Product, Variant } from '#model/product.ts';
import type { StockKey } from '#model/stock-key.ts';
import { tags } from '#model/tags.ts';
import type { Connection } from '#runtime/inlet/connections.ts';
import { createStockReader, FLIGHT_MS, TOGETHER } from '#runtime/inlet/stock-reader.ts';
import type { Reader } from '#runtime/reading/reading.ts';
import type { CatalogQuery, ErpPort, ErpSalesOrder, ErpStock } from './port.ts';

export type ErpConnection = Pick<Connection<ErpPort>, 'connection' | 'port' | 'shelf'>;

export type ErpReadings = {
  readonly connection: string;
  readonly variant: Reader<ItemReference, Variant>;
  /** By product code. */
  readonly product: Reader<string, Product>;
  readonly catalogPage: Reader<CatalogQuery, Page<Variant>>;
  /** All places, by code: one key. */
  readonly places: Reader<null, ReadonlyMap<string, Location>>;
  readonly stock: Reader<StockKey, readonly ErpStock[]>;
  /** By the ERP's own order number. */
  readonly salesOrder: Reader<string, ErpSalesOrder>;
};

const ALONE = { maxKeys: 1, windowMs: 0 } as const;

const nameOfPage = ({ category, lifecycle, limit, offset, productCodes, search }: CatalogQuery): string =>
  JSON.stringify([search ?? null, productCodes ?? null, lifecycle ?? null, category ?? null, offset, limit]);

const tagsOfVariant = ({ productCode, sku }: Variant): readonly string[] => [
  tags.variant(sku),
  tags.product(productCode),
];

export const createErpReadings = ({ connection, port, shelf }: ErpConnection): ErpReadings => ({
  connection,
  variant: shelf.reader({
    name: 'variant',
    nameOf: referenceKey,
    // However it was asked for, a change of the item found drops it.
    tagsOf: (reference, variant) => [
      ...(reference.scheme === 'sku' ? [tags.variant(reference.value)] : []),
      ...(variant === null ? [] : tagsOfVariant(variant)),
    ],
    scope: 'system',
    lifetime: LIFETIMES.masterData,
    maxEntries: 20_000,
    batch: TOGETHER,
    flightMs: FLIGHT_MS,
    fetch: (references, call) => port.variants(references, call),
  }),
  product: shelf.reader({
    name: 'product',
    nameOf: (code) => code,
    tagsOf: (code, product) => [tags.product(code), ...(product?.skus ?? []).map(tags.variant)],
    scope: 'system',
    lifetime: LIFETIMES.masterData,
    maxEntries: 10_000,
    batch: TOGETHER,
    flightMs: FLIGHT_MS,
    fetch: (codes, call) => port.products(codes, call),
  }),
  catalogPage: shelf.reader({
    name: 'catalog page',
    nameOf: nameOfPage,
    tagsOf: (_query, page) => (page?.items ?? []).flatMap(tagsOfVariant),
    scope: 'system',
    lifetime: LIFETIMES.catalogPage,
    maxEntries: 500,
    batch: ALONE,
    flightMs: FLIGHT_MS,
    fetch: (queries, call) => Promise.all(queries.map((query) => port.catalog(query, call))),
  }),
  places: shelf.reader({
    name: 'places',
    nameOf: () => 'all',
    tagsOf: (_all, places) => [...(places?.keys() ?? [])].map(tags.location),
    scope: 'system',
    lifetime: LIFETIMES.masterData,
    maxEntries: 1,
    batch: ALONE,
    flightMs: FLIGHT_MS,
    fetch: async (_all, call) => [new Map((await port.locations(call)).map((place) => [place.code, place]))],
  }),
  stock: createStockReader(shelf, port.stock),
  salesOrder: shelf.reader({
    name: 'sales order',
    nameOf: (number) => number,
    tagsOf: (number) => [tags.document(connection, 'sales-order', number)],
    scope: 'system',
    lifetime: LIFETIMES.document,
    maxEntries: 10_000,
    batch: TOGETHER,
    flightMs: FLIGHT_MS,
    fetch: (numbers, call) => port.salesOrders(numbers, call),
  }),
});
