/** Square's inventory counts in canonical terms, pure. */
import type { RejectedInput, StockChange } from '#model/change.ts';
import type { PosStock } from '#subgraphs/pos/port.ts';
import { countedAt, type ItemGroup, type ItemIndex, namelessItem, referencesAt } from './items.ts';
import type { Store, StoreDirectory } from './stores.ts';
import type { WireCount, WirePhysicalCount } from './wire.ts';

/** The only state whose units are on the shelf and may be sold; see README, "Stock". */
export const ON_HAND_STATE = 'IN_STOCK';

/** Nobody counts further: a number beyond it means "more than enough". */
const MOST_UNITS = 1_000_000;

/** Stock is in whole units; part of a unit cannot be promised. */
export const wholeUnits = (quantity: string): number =>
  Math.max(-MOST_UNITS, Math.min(MOST_UNITS, Math.floor(Number(quantity))));

export type GroupStock = {
  readonly group: ItemGroup;
  readonly store: Store;
  readonly onHand: number;
  readonly asOf: string;
};

const later = (a: string, b: string): string => (Date.parse(b) > Date.parse(a) ? b : a);

/** A page turned while counts change may bring one twice: the later one holds. */
const latestCounts = (counts: readonly WireCount[]): Iterable<WireCount> => {
  const latest = new Map<string, WireCount>();
  for (const count of counts) {
    if (count.state !== ON_HAND_STATE) continue;
    const key = `${count.location_id} ${count.catalog_object_id}`;
    const known = latest.get(key);
    if (!known || Date.parse(count.calculated_at) >= Date.parse(known.calculated_at)) latest.set(key, count);
  }
  return latest.values();
};

/**
 * Counts summed per item and store: the canonical variation's and its local aliases'. As current as the newest change
 * among them. Counts of locations without a code and of variations without a group are left out.
 */
export const sumCounts = (
  counts: readonly WireCount[],
  items: ItemIndex,
  stores: StoreDirectory,
): readonly GroupStock[] => {
  const sums = new Map<string, GroupStock>();
  for (const count of latestCounts(counts)) {
    const group = items.ofVariation(count.catalog_object_id);
    const store = stores.ofId(count.location_id);
    if (!group || !store) continue;
    const key = `${store.id} ${group.key}`;
    const sum = sums.get(key);
    sums.set(key, {
      group,
      store,
      onHand: (sum?.onHand ?? 0) + wholeUnits(count.quantity),
      asOf: sum ? later(sum.asOf, count.calculated_at) : count.calculated_at,
    });
  }
  return [...sums.values()];
};

/** Whether these counts say everything about the item at the store, so that nothing has to be read again. */
export const coversItem = (counts: readonly WireCount[], group: ItemGroup, store: Store): boolean =>
  countedAt(group, store.id).every((variation) =>
    counts.some(
      (count) =>
        count.catalog_object_id === variation.id && count.location_id === store.id && count.state === ON_HAND_STATE,
    ),
  );

/** When somebody last counted the item by hand; null where the history that was read has no count of all of it. */
export type LastCounted = (group: ItemGroup, store: Store) => string | null;

const keyOf = (variationId: string, locationId: string): string => `${locationId} ${variationId}`;

/** An item that is counted under several variations is no better counted than the one counted longest ago. */
export const lastCountedIn = (history: readonly WirePhysicalCount[]): LastCounted => {
  const latest = new Map<string, string>();
  for (const { catalog_object_id: variationId, location_id: locationId, occurred_at: at, state } of history) {
    if (!variationId || !locationId || !at || state !== ON_HAND_STATE) continue;
    const key = keyOf(variationId, locationId);
    const known = latest.get(key);
    if (known === undefined || Date.parse(at) > Date.parse(known)) latest.set(key, at);
  }
  return (group, store) => {
    const counts = countedAt(group, store.id).map(({ id }) => latest.get(keyOf(id, store.id)) ?? null);
    if (counts.includes(null)) return null;
    return counts.toSorted((a, b) => Date.parse(a ?? '') - Date.parse(b ?? ''))[0] ?? null;
  };
};

const toStockChange = (stock: GroupStock, lastCounted: string | null): StockChange => ({
  kind: 'stock',
  items: referencesAt(stock.group, stock.store),
  locationCode: stock.store.code,
  ...(lastCounted === null ? {} : { countedAt: lastCounted }),
  reading: {
    onHand: stock.onHand,
    damaged: 0,
    qualityHold: 0,
    returnsPending: 0,
    reservedHard: 0,
    reservations: 'NOT_KEPT',
    inTransit: 0,
    basis: 'PHYSICAL',
    asOf: stock.asOf,
  },
});

/** Statements about the stock; what has no name that anybody could know is reported once per item. */
export const toStockChanges = (
  stock: readonly GroupStock[],
  lastCounted: LastCounted = () => null,
): { readonly changes: readonly StockChange[]; readonly rejected: readonly RejectedInput[] } => {
  const changes = stock.map((entry) => toStockChange(entry, lastCounted(entry.group, entry.store)));
  const nameless = new Set(
    stock.filter((_entry, place) => changes[place]?.items.length === 0).map(({ group }) => group),
  );
  return { changes: changes.filter(({ items }) => items.length > 0), rejected: [...nameless].map(namelessItem) };
};

export const toPosStock = (stock: GroupStock, sku: string): PosStock => ({
  sku,
  locationCode: stock.store.code,
  onHand: stock.onHand,
  damaged: 0,
  soldSinceLastPosting: 0,
  asOf: stock.asOf,
});
