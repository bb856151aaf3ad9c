/** Products and places: Tryton's rows to canonical values. Pure. */
import { type ItemReference, referenceKey } from '#model/identifiers.ts';
import type { Location, LocationKind, PostalAddress } from '#model/location.ts';
import { type Money, moneyFromDecimal } from '#model/money.ts';
import type { ItemLifecycle, Variant } from '#model/product.ts';
import { stampOf } from '#vendors/tryton/sweep.ts';
import { referenceOf } from './identifiers.ts';
import type { LocationRow, ProductRow, Stamps } from './wire.ts';

/** The newest of several stamps: a record is as new as anything that belongs to it. */
export const newestOf = (stamped: readonly Stamps[]): string =>
  stamped.map(stampOf).reduce((newest, stamp) => (stamp > newest ? stamp : newest), '');

/** Python may write a decimal with an exponent ("0E-8", "1E+2"). */
export const amountOf = (decimal: string, currency: string): Money =>
  moneyFromDecimal(/e/i.test(decimal) ? Number(decimal).toFixed(8) : decimal, currency);

export const lifecycleOf = (row: Pick<ProductRow, 'active' | 'salable' | 'template.'>): ItemLifecycle => {
  if (!row.active || !row['template.'].active) return 'DISCONTINUED';
  return row.salable ? 'ACTIVE' : 'BLOCKED';
};

/** Variants have no name of their own in Tryton: the suffix of the code tells them apart. */
const titleOf = (name: string, suffix: string | null): string => {
  const distinction = (suffix ?? '').replace(/^[\s\-_./]+/, '');
  return distinction === '' ? name : `${name}, ${distinction}`;
};

const sortedReferences = (row: ProductRow): readonly ItemReference[] =>
  row['identifiers.']
    .toSorted((a, b) => a.id - b.id)
    .map(referenceOf)
    .filter((reference) => reference !== null);

/** Null for a product without a code: it has no SKU. */
export const variantOf = (row: ProductRow, currency: string): Variant | null => {
  if (row.code === null) return null;
  const names = sortedReferences(row);
  const first = names.find((name) => name.scheme === 'gtin');
  return {
    sku: row.code,
    ...(first === undefined ? {} : { gtin: first.value }),
    productCode: row['template.'].code ?? row.code,
    productTitle: row['template.'].name,
    title: titleOf(row['template.'].name, row.suffix_code),
    lifecycle: lifecycleOf(row),
    unitOfMeasure: row['default_uom.'].symbol,
    ...(row.list_price === null ? {} : { listPrice: amountOf(row.list_price, currency) }),
    aliases: [...new Map(names.filter((name) => name !== first).map((name) => [referenceKey(name), name])).values()],
  };
};

export const stampOfProduct = (row: ProductRow): string => newestOf([row, row['template.'], ...row['identifiers.']]);

/** Without a country an address is of no use to anyone. */
const addressOf = (address: LocationRow['address.']): PostalAddress | undefined => {
  const country = address?.['country.']?.code;
  if (address === null || country == null) return undefined;
  return {
    lines: (address.street ?? '').split('\n').filter((line) => line.trim() !== ''),
    ...(address.city === null ? {} : { city: address.city }),
    ...(address['subdivision.']?.name == null ? {} : { region: address['subdivision.'].name }),
    ...(address.postal_code === null ? {} : { postalCode: address.postal_code }),
    country,
  };
};

export type SiteRules = { readonly kindOf: (code: string) => LocationKind | undefined; readonly timeZone: string };

/** A warehouse of Tryton as one of our places; null for one without a code, which is nobody's site. */
export const siteOf = (row: LocationRow, rules: SiteRules): Location | null => {
  if (row.type !== 'warehouse' || row.code === null) return null;
  const address = addressOf(row['address.']);
  return {
    code: row.code,
    name: row.name,
    kind: rules.kindOf(row.code) ?? 'WAREHOUSE',
    ...(address === undefined ? {} : { address }),
    timeZone: rules.timeZone,
  };
};

export const stampOfSite = (row: LocationRow): string =>
  newestOf(row['address.'] === null ? [row] : [row, row['address.']]);
