/**
 * SKUs that are sold as several others. A bundle has no stock: what can be sold of it is what its parts make together, at
 * one place unless the policy lets them come from several, and every order for it is an order for its parts.
 */
import type { StockPosition } from '#model/stock.ts';
import type { Bundle, ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { BundleComponent, ConfidenceLevel, LocationAssessment } from './assessment.ts';
import { levelOf } from './confidence.ts';
import type { Demand, ItemFacts } from './facts.ts';

type Bundles = ProcessPolicy['bundles'];
export type Part = { readonly sku: string; readonly quantity: number };

export const bundleOf = (bundles: Bundles, sku: string): Bundle | null =>
  Object.hasOwn(bundles, sku) ? (bundles[sku] ?? null) : null;

const containing = new WeakMap<Bundles, ReadonlyMap<string, readonly Part[]>>();

/** Bundles that an item is part of; `quantity`: units of the item in one of them. */
export const bundlesWith = (bundles: Bundles, sku: string): readonly Part[] => {
  const known = containing.get(bundles);
  if (known) return known.get(sku) ?? [];
  const index = new Map<string, Part[]>();
  for (const [bundleSku, { components }] of Object.entries(bundles)) {
    for (const part of components)
      index.set(part.sku, [...(index.get(part.sku) ?? []), { sku: bundleSku, quantity: part.quantity }]);
  }
  containing.set(bundles, index);
  return index.get(sku) ?? [];
};

/** What has to be on the shelf for these items: bundles as their parts, each SKU once with its sum, in order of the SKUs. */
export const expandItems = (bundles: Bundles, items: readonly Part[]): readonly Part[] => {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of items) {
    const parts = bundleOf(bundles, sku)?.components ?? [{ sku, quantity: 1 }];
    for (const part of parts) sums.set(part.sku, (sums.get(part.sku) ?? 0) + quantity * part.quantity);
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([sku, quantity]) => ({ sku, quantity }));
};

/** An item's demand with what the orders for bundles want of it. */
export const demandWithBundles = (
  item: Pick<ItemFacts, 'sku' | 'demand'>,
  bundles: Bundles,
  related: (sku: string) => ItemFacts | undefined,
): readonly Demand[] => {
  const parts = bundlesWith(bundles, item.sku);
  if (parts.length === 0) return item.demand;
  return [
    ...item.demand,
    ...parts.flatMap(({ sku, quantity }) =>
      (related(sku)?.demand ?? []).map((demand) => ({
        ...demand,
        unreleased: demand.unreleased * quantity,
        released: demand.released * quantity,
      })),
    ),
  ];
};

/** A ledger line of complete bundles: they are counted, so nothing is withheld or owed a second time. */
const ofComplete = (bundles: number): StockPosition => ({
  onHand: bundles,
  damaged: 0,
  qualityHold: 0,
  returnsPending: 0,
  reservedHard: 0,
  reservedSoft: 0,
  unpostedDemand: 0,
  inTransit: 0,
  safetyStock: 0,
  channelBuffer: 0,
  stalenessBuffer: 0,
  ringFencedForOthers: 0,
  net: bundles,
  withheld: 0,
  shortage: 0,
  sellable: bundles,
});

type PartHere = { readonly quantity: number; readonly here: LocationAssessment | undefined };

const placeOf = (parts: readonly PartHere[]): LocationAssessment | null => {
  const known = parts.flatMap(({ here }) => here ?? []);
  const oldest = known.toSorted((a, b) => b.ageMs - a.ageMs)[0];
  if (!oldest) return null;
  const excluded = known.find((part) => part.excluded !== null)?.excluded ?? null;
  const complete = Math.min(
    ...parts.map(({ quantity, here }) => Math.floor((here?.position?.sellable ?? 0) / quantity)),
  );
  const proofs = known.flatMap(({ proofMs }) => proofMs ?? []);
  return {
    place: oldest.place,
    excluded,
    source: oldest.source,
    position: ofComplete(complete),
    proofMs: proofs.length === 0 ? null : Math.min(...proofs),
    ageMs: oldest.ageMs,
    salesPerMinute: Math.max(...known.map(({ salesPerMinute }) => salesPerMinute)),
    accuracy: known.reduce((product, { accuracy }) => product * accuracy, 1),
    cappedBuffer: 0,
    missing: [...new Set(known.flatMap(({ missing }) => missing))].sort(),
  };
};

/** What every place has of the whole bundle. A place that is not counted for one part is not counted for the bundle. */
export const bundlePlaces = (components: readonly BundleComponent[]): readonly LocationAssessment[] => {
  const byCode = components.map(
    ({ answer }) => new Map((answer?.locations ?? []).map((location) => [location.place.code, location])),
  );
  const codes = new Set(byCode.flatMap((places) => [...places.keys()]));
  return [...codes].flatMap(
    (code) => placeOf(components.map(({ quantity }, index) => ({ quantity, here: byCode[index]?.get(code) }))) ?? [],
  );
};

/** Bundles that may be sold: complete at one place each, or put together from everywhere, and never more than any part allows. */
export const sellableBundles = (
  components: readonly BundleComponent[],
  places: readonly LocationAssessment[],
  combine: boolean,
): number => {
  const allowed = Math.min(...components.map(({ answer, quantity }) => Math.floor((answer?.sellable ?? 0) / quantity)));
  if (combine) return allowed;
  const complete = places.reduce(
    (sum, { excluded, position }) => (excluded === null ? sum + (position?.sellable ?? 0) : sum),
    0,
  );
  return Math.min(allowed, complete);
};

/** All parts must be there: the chances multiply. */
export const bundleProbability = (
  components: readonly BundleComponent[],
): { readonly level: ConfidenceLevel; readonly probability: number } => {
  const probability = components.reduce((product, { answer }) => product * (answer?.confidence.probability ?? 0), 1);
  return { level: levelOf(probability), probability };
};
