/** What a question about raw stock names. */

/** One item's stock at these places; at all places for null. */
export type StockKey = { readonly sku: string; readonly locationCodes: readonly string[] | null };

/** Equal for the same set of places, in whatever order and however often they are named. */
export const placesOf = ({ locationCodes }: StockKey): string =>
  locationCodes === null ? '*' : JSON.stringify([...new Set(locationCodes)].sort());

export const nameOfStockKey = (key: StockKey): string => JSON.stringify([key.sku, placesOf(key)]);
