/**
 * What the account's catalog calls an item. Square knows item variations by ids of its own; the canonical key is the
 * variation's `sku`. A store may sell the same item under a name of its own: a further variation that is present at
 * that store only and carries the same barcode (`upc`). Both count the same goods on the same shelf, so everything here
 * speaks of item groups: one canonical variation and its local aliases.
 */
import type { RejectedInput } from '#model/change.ts';
import { type ItemReference, normalizeGtin } from '#model/identifiers.ts';
import type { WireVariation } from './wire.ts';

export type Variation = {
  readonly id: string;
  readonly sku: string | null;
  /** 14 digits */
  readonly gtin: string | null;
  /** Square location ids; null: everywhere except `absentAt`. */
  readonly presentAt: ReadonlySet<string> | null;
  readonly absentAt: ReadonlySet<string>;
  /** Gone from the catalog: still names what old orders sold, but is counted no more. */
  readonly deleted: boolean;
};

export type ItemGroup = {
  /** Stable within the account: sorts groups, and is where a chunked reading goes on. */
  readonly key: string;
  /** Null when only local names are known and the crosswalk has to tell the SKU. */
  readonly sku: string | null;
  readonly gtins: readonly string[];
  readonly variations: readonly Variation[];
  /** Variations whose `sku` is what some stores call the item. */
  readonly aliases: readonly Variation[];
};

export type ItemIndex = {
  /** Sorted by key. */
  readonly groups: readonly ItemGroup[];
  ofVariation(id: string): ItemGroup | null;
  ofSku(sku: string): ItemGroup | null;
};

const filled = (value: string | null | undefined): string | null => (value?.trim() ? value.trim() : null);

export const toVariation = (wire: WireVariation): Variation | null =>
  wire.type !== 'ITEM_VARIATION'
    ? null
    : {
        id: wire.id,
        sku: filled(wire.item_variation_data?.sku),
        gtin: normalizeGtin(wire.item_variation_data?.upc ?? ''),
        presentAt: wire.present_at_all_locations === false ? new Set(wire.present_at_location_ids) : null,
        absentAt: new Set(wire.absent_at_location_ids),
        deleted: wire.is_deleted === true,
      };

export const isPresentAt = (variation: Variation, locationId: string): boolean =>
  variation.presentAt === null ? !variation.absentAt.has(locationId) : variation.presentAt.has(locationId);

const isEverywhere = (variation: Variation): boolean => variation.presentAt === null;
const isSingleStore = (variation: Variation): boolean => variation.presentAt?.size === 1;

const distinct = <T>(values: readonly (T | null)[]): readonly T[] => [
  ...new Set(values.filter((value): value is T => value !== null)),
];

const groupBy = (
  variations: readonly Variation[],
  keyOf: (variation: Variation) => string,
): readonly (readonly Variation[])[] => [...Map.groupBy(variations, keyOf).values()];

const nameOf = (variation: Variation): string => variation.sku ?? variation.gtin ?? variation.id;

const toGroup = (sku: string | null, named: readonly Variation[], aliases: readonly Variation[]): ItemGroup => {
  const variations = [...named, ...aliases.filter((alias) => !named.includes(alias))];
  const gtins = distinct(variations.map((variation) => variation.gtin)).toSorted();
  const key = sku === null ? `id:${variations.map((variation) => variation.id).toSorted()[0]}` : `sku:${sku}`;
  return { key, sku, gtins, variations, aliases: aliases.filter((alias) => alias.sku !== null) };
};

/** Sets of variations that share a SKU or a barcode, directly or through others. */
const connected = (variations: readonly Variation[]): readonly (readonly Variation[])[] => {
  const setOf = new Map<string, Set<Variation>>();
  for (const variation of variations) {
    const names = [
      `id:${variation.id}`,
      `sku:${variation.sku ?? variation.id}`,
      `gtin:${variation.gtin ?? variation.id}`,
    ];
    const merged = new Set([variation, ...names.flatMap((name) => [...(setOf.get(name) ?? [])])]);
    for (const member of merged) {
      setOf.set(`id:${member.id}`, merged);
      setOf.set(`sku:${member.sku ?? member.id}`, merged);
      setOf.set(`gtin:${member.gtin ?? member.id}`, merged);
    }
  }
  return [...new Set(setOf.values())].map((set) => [...set]);
};

/** Local variations of one item that no variation sold everywhere lays claim to. */
const groupLocalOnly = (variations: readonly Variation[]): ItemGroup => {
  const wider = variations.filter((variation) => !isSingleStore(variation));
  const [canonical, ...rivals] = wider;
  if (canonical && rivals.length === 0) {
    return toGroup(canonical.sku, [canonical], variations.filter(isSingleStore));
  }
  const [only, ...others] = variations;
  // Alone and in one store only: its name may be the SKU or the store's own word, so both readings are offered.
  if (only && others.length === 0) return toGroup(only.sku, [only], [only]);
  return toGroup(null, [], variations);
};

/**
 * Every variation lands in exactly one group. A variation sold everywhere names its group by its SKU; a local one joins
 * the only group with its SKU or barcode. Where two SKUs claim one barcode, the local one stays apart: the crosswalk
 * sees the contradiction, nothing is guessed here.
 */
export const buildItemIndex = (variations: readonly Variation[]): ItemIndex => {
  const canonical = groupBy(variations.filter(isEverywhere), nameOf);
  const bySku = new Map<string, number>();
  const byGtin = new Map<string, Set<number>>();
  for (const [place, members] of canonical.entries()) {
    for (const member of members) {
      if (member.sku !== null) bySku.set(member.sku, place);
      if (member.gtin !== null) byGtin.set(member.gtin, (byGtin.get(member.gtin) ?? new Set()).add(place));
    }
  }
  const placeOf = (local: Variation): number | null => {
    const sameSku = local.sku === null ? undefined : bySku.get(local.sku);
    if (sameSku !== undefined) return sameSku;
    const claims = local.gtin === null ? undefined : byGtin.get(local.gtin);
    const [only, ...others] = claims ?? [];
    return only === undefined || others.length > 0 ? null : only;
  };
  const joined = Map.groupBy(
    variations.filter((variation) => !isEverywhere(variation)),
    placeOf,
  );
  const apart = connected(joined.get(null) ?? []);
  const groups = [
    ...canonical.map((members, place) => {
      const sku = members[0]?.sku ?? null;
      const locals = joined.get(place) ?? [];
      const named = locals.filter((local) => local.sku === sku || local.sku === null);
      return toGroup(
        sku,
        [...members, ...named],
        locals.filter((local) => !named.includes(local)),
      );
    }),
    ...apart.map(groupLocalOnly),
  ].toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));

  const groupOfVariation = new Map(groups.flatMap((group) => group.variations.map((member) => [member.id, group])));
  const groupOfSku = new Map(groups.flatMap((group) => (group.sku === null ? [] : [[group.sku, group]])));
  return {
    groups,
    ofVariation: (id) => groupOfVariation.get(id) ?? null,
    ofSku: (sku) => groupOfSku.get(sku) ?? null,
  };
};

/** Variations that count the group's goods at a store. */
export const countedAt = (group: ItemGroup, locationId: string): readonly Variation[] =>
  group.variations.filter((variation) => !variation.deleted && isPresentAt(variation, locationId));

/** More names than this tell nothing more, and one statement must stay small. */
const MAX_NAMES = 20;

/** Alternative names of the item as one store knows it, the surest first; none for an item without SKU and barcode. */
export const referencesAt = (
  group: ItemGroup,
  store: { readonly id: string; readonly code: string },
): readonly ItemReference[] => allReferences(group, store).slice(0, MAX_NAMES);

const allReferences = (
  group: ItemGroup,
  store: { readonly id: string; readonly code: string },
): readonly ItemReference[] => [
  ...(group.sku === null ? [] : [{ scheme: 'sku', value: group.sku } as const]),
  ...group.aliases.flatMap((alias) =>
    alias.sku !== null && isPresentAt(alias, store.id)
      ? [{ scheme: 'pos-alias', scope: store.code, value: alias.sku } as const]
      : [],
  ),
  ...group.gtins.map((gtin) => ({ scheme: 'gtin', value: gtin }) as const),
];

export const unknownVariation = (variationId: string): RejectedInput => ({
  kind: 'IDENTIFIER_UNMAPPED',
  subject: `variation:${variationId}`,
  message: `Item variation ${variationId} is not in the catalog. Restore it there, or count its stock out.`,
});

export const namelessItem = (group: ItemGroup): RejectedInput => {
  const ids = group.variations.map(({ id }) => id).join(', ');
  return {
    kind: 'IDENTIFIER_UNMAPPED',
    subject: `variation:${group.variations[0]?.id ?? group.key}`,
    message: `Item variation ${ids} has neither SKU nor barcode at this store. Give it one in the item library.`,
  };
};
