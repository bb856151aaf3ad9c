/** What an order still wants of stock: read by availability, in the same transaction. Pure. */
import { sumOf } from '#model/order/quantities.ts';
import type { OrderState } from '#model/order/state.ts';

export type DemandRow = {
  readonly lineId: string;
  readonly sku: string;
  readonly locationCode: string | null;
  /** Promised, not yet in anybody's hands: open and back-ordered units. */
  readonly unreleased: number;
  /** In the hands of a warehouse or store and not yet gone. */
  readonly released: number;
};

export const demandOf = (state: OrderState | null): readonly DemandRow[] =>
  (state?.lines ?? []).flatMap(({ id, sku, locationCode, quantities }) => {
    const unreleased = sumOf(quantities, ['open', 'backordered']);
    const released = sumOf(quantities, ['allocated', 'picking', 'packed', 'readyForPickup']);
    return unreleased + released === 0 ? [] : [{ lineId: id, sku, locationCode, unreleased, released }];
  });

/** SKUs whose demand differs between two states. */
export const demandDifference = (before: readonly DemandRow[], after: readonly DemandRow[]): readonly string[] => {
  const textOf = (rows: readonly DemandRow[], sku: string): string =>
    JSON.stringify(
      rows
        .filter((row) => row.sku === sku)
        .map(({ lineId, locationCode, unreleased, released }) => [lineId, locationCode, unreleased, released]),
    );
  const skus = new Set([...before, ...after].map(({ sku }) => sku));
  return [...skus].filter((sku) => textOf(before, sku) !== textOf(after, sku));
};
