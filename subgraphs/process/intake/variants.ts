/** Master data of items: the item itself, and the names by which other systems know it. */
import type { VariantChange } from '#model/change.ts';
import { normalizeGtin } from '#model/identifiers.ts';
import { tags } from '#model/tags.ts';
import type { Sql } from '#runtime/storage/database.ts';
import type { NewException } from './applier.ts';
import { aliasKey } from './crosswalk.ts';

export type AppliedVariants = {
  /** Items of which something changed, apart from the time of the statement. */
  readonly changed: readonly VariantChange[];
  /** Names that mean something else than before: what waited for them may go on. */
  readonly namesChanged: readonly string[];
  readonly conflicts: readonly NewException[];
  /** Names that two items claimed and now only one does. */
  readonly conflictsGone: readonly string[];
  /** Tags of the items and products of which something, a name included, is different now. */
  readonly touched: readonly string[];
};

const NOTHING: AppliedVariants = { changed: [], namesChanged: [], conflicts: [], conflictsGone: [], touched: [] };

/** The newest statement per item, when a batch carries several. */
const newestPerSku = (changes: readonly VariantChange[]): readonly VariantChange[] => {
  const newest = new Map<string, VariantChange>();
  for (const change of changes) {
    const other = newest.get(change.variant.sku);
    if (!other || Date.parse(change.asOf) >= Date.parse(other.asOf)) newest.set(change.variant.sku, change);
  }
  return [...newest.values()];
};

type StoredVariant = {
  readonly sku: string;
  readonly changed: boolean;
  /** Null for an item that was not known before. */
  readonly productBefore: string | null;
};

const upsertVariants = (tx: Sql, changes: readonly VariantChange[]): Promise<readonly StoredVariant[]> => {
  const rows = changes.map(({ variant, asOf }) => ({
    sku: variant.sku,
    gtin14: variant.gtin === undefined ? null : normalizeGtin(variant.gtin),
    product_code: variant.productCode,
    product_title: variant.productTitle,
    title: variant.title,
    lifecycle: variant.lifecycle,
    unit_of_measure: variant.unitOfMeasure,
    price_minor: variant.listPrice?.amountMinor ?? null,
    currency: variant.listPrice?.currency ?? null,
    as_of: asOf,
  }));
  const fields = 'gtin14, product_code, product_title, title, lifecycle, unit_of_measure, price_minor, currency';
  const of = (row: string): string =>
    fields
      .split(', ')
      .map((field) => `${row}.${field}`)
      .join(', ');
  return tx.query(
    `with incoming as (
       select * from jsonb_to_recordset($1::jsonb) as r(sku text, gtin14 text, product_code text, product_title text, title text,
         lifecycle text, unit_of_measure text, price_minor bigint, currency text, as_of timestamptz)
     ), before as (
       select v.* from process.variant v join incoming using (sku)
     ), stored as (
       insert into process.variant as v (sku, ${fields}, as_of) select sku, ${fields}, as_of from incoming order by sku
       on conflict (sku) do update set (${fields}, as_of) = row(${of('excluded')}, excluded.as_of)
       where excluded.as_of >= v.as_of
       returning v.*
     )
     select stored.sku, (before.sku is null or (${of('before')}) is distinct from (${of('stored')})) as changed,
       before.product_code as "productBefore"
     from stored left join before using (sku)`,
    [JSON.stringify(rows)],
  );
};

type Claim = { readonly key: string; readonly sku: string };

const claimsOf = ({ variant }: VariantChange): readonly Claim[] => {
  const keys = new Set([aliasKey({ scheme: 'sku', value: variant.sku }), ...variant.aliases.map(aliasKey)]);
  if (variant.gtin !== undefined) keys.add(aliasKey({ scheme: 'gtin', value: variant.gtin }));
  return [...keys].map((key) => ({ key, sku: variant.sku }));
};

/** Replaces what this source says about the items' names; names it no longer gives end, and stay on record with their dates. */
const replaceClaims = async (
  tx: Sql,
  source: string,
  at: string,
  skus: readonly string[],
  claims: readonly Claim[],
) => {
  const wanted = JSON.stringify(claims);
  const ended = await tx.query<Claim>(
    `update process.item_alias a set valid_to = $4::timestamptz
     where a.valid_to is null and a.source = $2 and a.sku = any($3)
       and not exists (select 1 from jsonb_to_recordset($1::jsonb) as w(key text, sku text) where w.key = a.reference_key and w.sku = a.sku)
     returning a.reference_key as key, a.sku`,
    [wanted, source, skus, at],
  );
  const begun = await tx.query<Claim>(
    `insert into process.item_alias (reference_key, sku, source, valid_from)
     select w.key, w.sku, $2, $3::timestamptz from jsonb_to_recordset($1::jsonb) as w(key text, sku text) order by 1, 2
     on conflict (reference_key, sku, source) where valid_to is null do nothing
     returning reference_key as key, sku`,
    [wanted, source, at],
  );
  return { ended: ended.map(({ key }) => key), renamed: [...ended, ...begun] };
};

/** A product is another one, too, when an item leaves it. */
const tagsOf = (
  changed: readonly VariantChange[],
  stored: readonly StoredVariant[],
  renamed: readonly Claim[],
): readonly string[] => {
  const productBefore = new Map(stored.map((row) => [row.sku, row.productBefore]));
  return [
    ...changed.flatMap(({ variant }) => {
      const before = productBefore.get(variant.sku) ?? variant.productCode;
      return [tags.variant(variant.sku), tags.product(variant.productCode), tags.product(before)];
    }),
    ...renamed.map(({ sku }) => tags.variant(sku)),
  ];
};

const claimants = (tx: Sql, keys: readonly string[]): Promise<readonly { key: string; skus: readonly string[] }[]> =>
  tx.query(
    `select reference_key as key, array_agg(distinct sku order by sku) as skus from process.item_alias
     where valid_to is null and reference_key = any($1) group by reference_key`,
    [keys],
  );

export const applyVariants = async (
  tx: Sql,
  changes: readonly VariantChange[],
  source: string,
  at: string,
): Promise<AppliedVariants> => {
  if (changes.length === 0) return NOTHING;
  const newest = newestPerSku(changes);
  const stored = await upsertVariants(tx, newest);
  const accepted = new Set(stored.map(({ sku }) => sku));
  const changedSkus = new Set(stored.filter(({ changed }) => changed).map(({ sku }) => sku));
  const current = newest.filter(({ variant }) => accepted.has(variant.sku));
  const { ended, renamed } = await replaceClaims(tx, source, at, [...accepted], current.flatMap(claimsOf));
  const namesChanged = [...new Set(renamed.map(({ key }) => key))];
  const owners = namesChanged.length === 0 ? [] : await claimants(tx, namesChanged);
  const disputed = owners.filter(({ skus }) => skus.length > 1);
  const disputedKeys = new Set(disputed.map(({ key }) => key));
  const changed = current.filter(({ variant }) => changedSkus.has(variant.sku));
  return {
    changed,
    namesChanged,
    conflicts: disputed.map(({ key, skus }) => ({
      kind: 'DUPLICATE_SUSPECT',
      nature: 'BUSINESS',
      subject: key,
      message: `${key} is claimed by ${skus.join(' and ')}. Nothing that uses this name is applied until one of them gives it up.`,
    })),
    conflictsGone: ended.filter((key) => !disputedKeys.has(key)),
    touched: tagsOf(changed, stored, renamed),
  };
};
