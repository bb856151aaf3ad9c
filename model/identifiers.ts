/**
 * Identifiers and the crosswalk between systems.
 *
 * Glossary. SKU: the canonical business key of a sellable item, which is the ERP's item number. GTIN: the GS1 barcode
 * number. POS alias: what one store's till calls the item. Listing: what a marketplace calls it. Location code: the
 * ERP's site code, canonical for stores and warehouses. Order number: the number the sales channel gave the shopper.
 *
 * Graph ids are derived from the canonical key, so every subgraph can resolve an entity without asking a central
 * crosswalk service; clients must treat them as opaque.
 */

export type SystemKind = 'erp' | 'pos' | 'wms' | 'marketplace';

/** One way in which some system names an item. `scope` is the store (POS alias) or the marketplace (listing). */
export type ItemReference =
  | { readonly scheme: 'sku'; readonly value: string }
  | { readonly scheme: 'gtin'; readonly value: string }
  | { readonly scheme: 'pos-alias'; readonly scope: string; readonly value: string }
  | { readonly scheme: 'listing'; readonly scope: string; readonly value: string };

const encodeKey = (key: string): string => encodeURIComponent(key);

const decodeKey = (prefix: string, id: string): string | null => {
  if (!id.startsWith(prefix) || id.length === prefix.length) return null;
  try {
    return decodeURIComponent(id.slice(prefix.length));
  } catch {
    return null;
  }
};

export const variantIdOf = (sku: string): string => `var_${encodeKey(sku)}`;
export const skuOfVariantId = (id: string): string | null => decodeKey('var_', id);

export const productIdOf = (code: string): string => `prd_${encodeKey(code)}`;
export const codeOfProductId = (id: string): string | null => decodeKey('prd_', id);

export const locationIdOf = (code: string): string => `loc_${encodeKey(code)}`;
export const codeOfLocationId = (id: string): string | null => decodeKey('loc_', id);

/** A stable text form of a reference: database key of the crosswalk and subject of "unmapped" exceptions. */
export const referenceKey = (reference: ItemReference): string =>
  'scope' in reference
    ? `${reference.scheme}:${reference.scope}:${reference.value}`
    : `${reference.scheme}:${reference.value}`;

/** GS1 check digit of the digits before it (any GTIN length). */
export const gtinCheckDigit = (digits: string): number => {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const fromRight = digits.length - 1 - i;
    sum += Number(digits[i]) * (fromRight % 2 === 0 ? 3 : 1);
  }
  return (10 - (sum % 10)) % 10;
};

/** GTIN-8/12/13/14 to 14 digits, or null when the length or the check digit is wrong. */
export const normalizeGtin = (text: string): string | null => {
  const digits = text.replaceAll(/\D/g, '');
  if (![8, 12, 13, 14].includes(digits.length)) return null;
  if (gtinCheckDigit(digits.slice(0, -1)) !== Number(digits.at(-1))) return null;
  return digits.padStart(14, '0');
};
