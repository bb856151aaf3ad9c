/**
 * The crosswalk as the ERP keeps it. An item's GTIN is an identifier of type "ean". Every other name is an identifier
 * without a type whose code says what it is: "pos:<store code>:<alias>" or "listing:<marketplace>:<listing id>".
 */
import { type ItemReference, normalizeGtin, referenceKey } from '#model/identifiers.ts';

export type Identifier = { readonly type: string | null; readonly code: string };

const GTIN_TYPE = 'ean';
const GTIN_LENGTHS = [14, 13, 12, 8] as const;

const scoped = (code: string, prefix: string): { readonly scope: string; readonly value: string } | null => {
  if (!code.startsWith(prefix)) return null;
  const rest = code.slice(prefix.length);
  const colon = rest.indexOf(':');
  return colon < 1 || colon === rest.length - 1 ? null : { scope: rest.slice(0, colon), value: rest.slice(colon + 1) };
};

/** What an identifier names, or null for one that is of no use to us (an ISBN, a supplier's word). */
export const referenceOf = ({ type, code }: Identifier): ItemReference | null => {
  if (type === GTIN_TYPE) {
    const gtin = normalizeGtin(code);
    return gtin === null ? null : { scheme: 'gtin', value: gtin };
  }
  if (type !== null && type !== '') return null;
  const alias = scoped(code, 'pos:');
  if (alias !== null) return { scheme: 'pos-alias', ...alias };
  const listing = scoped(code, 'listing:');
  return listing === null ? null : { scheme: 'listing', ...listing };
};

/** The codes under which Tryton may keep this name; empty for a SKU, which is the product's own code. */
export const codesOf = (reference: ItemReference): readonly string[] => {
  switch (reference.scheme) {
    case 'sku':
      return [];
    case 'gtin': {
      const gtin = normalizeGtin(reference.value);
      if (gtin === null) return [];
      // Stored in whatever length was typed in: every shorter form that only drops leading zeros is the same number.
      return GTIN_LENGTHS.filter((length) => /^0*$/.test(gtin.slice(0, 14 - length))).map((length) =>
        gtin.slice(14 - length),
      );
    }
    case 'pos-alias':
      return [`pos:${reference.scope}:${reference.value}`];
    case 'listing':
      return [`listing:${reference.scope}:${reference.value}`];
  }
};

/** One key for all spellings of a name: a GTIN may come with or without its leading zeros. */
export const nameKey = (reference: ItemReference): string =>
  referenceKey(
    reference.scheme === 'gtin'
      ? { scheme: 'gtin', value: normalizeGtin(reference.value) ?? reference.value }
      : reference,
  );
