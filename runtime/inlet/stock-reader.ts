/** The reading of stock that every system has: one item at some places, as the system counts it. */
import type { CallOptions } from '#model/call.ts';
import { freshMsOfStock, LIFETIMES } from '#model/lifetimes.ts';
import { nameOfStockKey, placesOf, type StockKey } from '#model/stock-key.ts';
import { tags } from '#model/tags.ts';
import type { Reader, Shelf } from '#runtime/reading/reading.ts';
import { inGroups } from './in-groups.ts';

/** A call may use up its attempts within this, in milliseconds. */
export const FLIGHT_MS = 20_000;
/** Keys that go to the system together. */
export const TOGETHER = { maxKeys: 100, windowMs: 3 } as const;

const MAX_ENTRIES = 20_000;

type Counted = { readonly sku: string; readonly onHand: number };

/** `stock` tells all pairs of the items and places; at all places for null. */
export const createStockReader = <Stock extends Counted>(
  shelf: Shelf,
  stock: (
    skus: readonly string[],
    locationCodes: readonly string[] | null,
    call: CallOptions,
  ) => Promise<readonly Stock[]>,
): Reader<StockKey, readonly Stock[]> =>
  shelf.reader<StockKey, readonly Stock[]>({
    name: 'stock',
    nameOf: nameOfStockKey,
    tagsOf: ({ sku }) => [tags.stock(sku)],
    scope: 'system',
    lifetime: { ...LIFETIMES.stock, freshMsOf: freshMsOfStock },
    maxEntries: MAX_ENTRIES,
    batch: TOGETHER,
    flightMs: FLIGHT_MS,
    fetch: (keys, call) =>
      inGroups(keys, placesOf, async (group) => {
        const skus = group.map(({ sku }) => sku);
        const bySku = Map.groupBy(await stock(skus, group[0].locationCodes, call), ({ sku }) => sku);
        return skus.map((sku) => bySku.get(sku) ?? []);
      }),
  });
