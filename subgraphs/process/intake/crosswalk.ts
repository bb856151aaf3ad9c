/** Which SKU do these names mean? Known names must agree; what contradicts itself means nothing. */

import type { Change } from '#model/change.ts';
import { type ItemReference, normalizeGtin, referenceKey } from '#model/identifiers.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { Crosswalk } from './applier.ts';

export type ItemMatch =
  | { readonly kind: 'known'; readonly sku: string }
  | { readonly kind: 'unknown'; readonly names: readonly string[] }
  | { readonly kind: 'contradiction'; readonly names: readonly string[]; readonly claims: readonly string[] };

/** GTINs of any length are one number; one with a wrong check digit is kept as it was written. */
export const aliasKey = (reference: ItemReference): string =>
  referenceKey(
    reference.scheme === 'gtin'
      ? { ...reference, value: normalizeGtin(reference.value) ?? reference.value }
      : reference,
  );

export const matchOf = (
  items: readonly ItemReference[],
  claimants: (key: string) => ReadonlySet<string> | undefined,
): ItemMatch => {
  const names = items.map(aliasKey);
  let agreed: readonly string[] | null = null;
  const claims: string[] = [];
  for (const name of names) {
    const skus = claimants(name);
    if (skus === undefined || skus.size === 0) continue;
    claims.push(`${name} is ${[...skus].sort().join(' and ')}`);
    agreed = agreed === null ? [...skus] : agreed.filter((sku) => skus.has(sku));
  }
  if (agreed === null) return { kind: 'unknown', names };
  const [sku, ...others] = agreed;
  return sku === undefined || others.length > 0 ? { kind: 'contradiction', names, claims } : { kind: 'known', sku };
};

/** All names of items that a change mentions, each list naming one item. */
export const itemsOf = (change: Change): readonly (readonly ItemReference[])[] => {
  switch (change.kind) {
    case 'stock':
    case 'supply':
    case 'listing':
      return [change.items];
    case 'order-claim':
      return [...(change.lines ?? []), ...(change.progress ?? [])].map(({ items }) => items);
    default:
      return [];
  }
};

export type LoadedCrosswalk = Crosswalk & {
  match(items: readonly ItemReference[]): Promise<ItemMatch>;
  /** Reads the names that these changes mention in one go, so that matching them asks nothing more. */
  prefetch(changes: readonly Change[]): Promise<void>;
};

export const createCrosswalk = (tx: Sql): LoadedCrosswalk => {
  const claims = new Map<string, Set<string>>();
  const load = async (keys: readonly string[]): Promise<void> => {
    const wanted = keys.filter((key) => !claims.has(key));
    if (wanted.length === 0) return;
    for (const key of wanted) claims.set(key, new Set());
    const rows = await tx.query<{ key: string; sku: string }>(
      'select reference_key as key, sku from process.item_alias where valid_to is null and reference_key = any($1)',
      [[...new Set(wanted)]],
    );
    for (const { key, sku } of rows) claims.get(key)?.add(sku);
  };
  const match: LoadedCrosswalk['match'] = async (items) => {
    await load(items.map(aliasKey));
    return matchOf(items, (key) => claims.get(key));
  };
  return {
    match,
    skuOf: async (items) => {
      const found = await match(items);
      return found.kind === 'known' ? found.sku : null;
    },
    prefetch: (changes) => load(changes.flatMap((change) => itemsOf(change).flat().map(aliasKey))),
  };
};
