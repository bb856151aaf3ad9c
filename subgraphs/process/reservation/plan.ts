/**
 * Where a basket's units are held: one place for all of it, else one per line, else spread. Pure. Lines share what is on
 * the shelves: two lines that want the same units, directly or as parts of a bundle, never both get them.
 */

import type { Part } from '#subgraphs/process/availability/bundles.ts';

export type WantedLine = {
  readonly sku: string;
  readonly quantity: number;
  /** What one unit takes: the item itself, or a bundle's parts, which are held side by side. At least one, no SKU twice. */
  readonly parts: readonly Part[];
};

export type Shelf = {
  readonly code: string;
  /** Lower is preferred by the channel's policy. */
  readonly rank: number;
  /** Units that may be held here, by SKU. */
  readonly free: ReadonlyMap<string, number>;
};

/** Units of a line that are held at a place. */
export type PickedUnits = { readonly line: number; readonly code: string; readonly quantity: number };

/** What is left while a plan is being made. */
type Left = {
  readonly shelves: ReadonlyMap<string, Map<string, number>>;
  /** What the channel may take of a SKU in all. */
  readonly limits: Map<string, number>;
};

const leftOf = (shelves: readonly Shelf[], limits: ReadonlyMap<string, number>): Left => ({
  shelves: new Map(shelves.map(({ code, free }) => [code, new Map(free)])),
  limits: new Map(limits),
});

/** What counts against the channel's limits: the parts, and a bundle itself as well. */
const limitedBy = ({ sku, parts }: WantedLine): readonly Part[] =>
  parts.some((part) => part.sku === sku) ? parts : [...parts, { sku, quantity: 1 }];

/** Complete units of the line that the shelf can still give. */
const capacityOf = (left: Left, code: string, wanted: WantedLine): number =>
  Math.min(
    ...limitedBy(wanted).map(({ sku, quantity }) => Math.floor((left.limits.get(sku) ?? 0) / quantity)),
    ...wanted.parts.map(({ sku, quantity }) => Math.floor((left.shelves.get(code)?.get(sku) ?? 0) / quantity)),
  );

const take = (left: Left, code: string, wanted: WantedLine, units: number): void => {
  const shelf = left.shelves.get(code);
  for (const { sku, quantity } of wanted.parts) shelf?.set(sku, (shelf.get(sku) ?? 0) - units * quantity);
  for (const { sku, quantity } of limitedBy(wanted))
    left.limits.set(sku, (left.limits.get(sku) ?? 0) - units * quantity);
};

const inOrder = (lines: readonly WantedLine[], shelves: readonly Shelf[]): readonly Shelf[] => {
  const skus = new Set(lines.flatMap(({ parts }) => parts.map(({ sku }) => sku)));
  const stock = new Map(
    shelves.map(({ code, free }) => [code, [...skus].reduce((sum, sku) => sum + (free.get(sku) ?? 0), 0)]),
  );
  return shelves.toSorted(
    (a, b) => a.rank - b.rank || (stock.get(b.code) ?? 0) - (stock.get(a.code) ?? 0) || (a.code < b.code ? -1 : 1),
  );
};

const allAtOnePlace = (
  lines: readonly WantedLine[],
  shelves: readonly Shelf[],
  limits: ReadonlyMap<string, number>,
): readonly PickedUnits[] | null => {
  for (const shelf of shelves) {
    const left = leftOf([shelf], limits);
    const fits = lines.every((line) => {
      const enough = capacityOf(left, shelf.code, line) >= line.quantity;
      if (enough) take(left, shelf.code, line, line.quantity);
      return enough;
    });
    if (fits) return lines.map(({ quantity }, line) => ({ line, code: shelf.code, quantity }));
  }
  return null;
};

/** At the first place that has all of it; else from as few places as give most. */
const picksOfLine = (
  wanted: WantedLine,
  line: number,
  shelves: readonly Shelf[],
  left: Left,
): readonly PickedUnits[] => {
  const whole = shelves.find(({ code }) => capacityOf(left, code, wanted) >= wanted.quantity);
  const from = whole
    ? [whole]
    : shelves.toSorted((a, b) => capacityOf(left, b.code, wanted) - capacityOf(left, a.code, wanted));
  const picks: PickedUnits[] = [];
  let missing = wanted.quantity;
  for (const { code } of from) {
    const quantity = Math.min(missing, capacityOf(left, code, wanted));
    if (quantity <= 0) continue;
    take(left, code, wanted, quantity);
    picks.push({ line, code, quantity });
    missing -= quantity;
  }
  return picks;
};

/** `limits`: what the channel may take of each SKU in all, bundles included. Lines that cannot be served in full get what there is. */
export const planHolds = (
  lines: readonly WantedLine[],
  shelves: readonly Shelf[],
  limits: ReadonlyMap<string, number>,
): readonly PickedUnits[] => {
  const ordered = inOrder(lines, shelves);
  const together = allAtOnePlace(lines, ordered, limits);
  if (together) return together;
  const left = leftOf(ordered, limits);
  // Bundles first: they need their parts side by side, single items can be taken from anywhere.
  return lines
    .map((wanted, line) => ({ wanted, line }))
    .toSorted((a, b) => b.wanted.parts.length - a.wanted.parts.length)
    .flatMap(({ wanted, line }) => picksOfLine(wanted, line, ordered, left))
    .toSorted((a, b) => a.line - b.line);
};
