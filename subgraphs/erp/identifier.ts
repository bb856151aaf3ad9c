/** From the contract's "exactly one field" to a reference of the crosswalk. */
import { codeOfLocationId, type ItemReference, normalizeGtin, skuOfVariantId } from '#model/identifiers.ts';
import { badInput } from '#runtime/graphql/arguments.ts';
import type { VariantIdentifier } from '#schema/generated/erp.ts';

/** A reference, or null for an id that no item can have. Throws BAD_INPUT naming the field. */
export const referenceOf = (identifier: VariantIdentifier, at = 'by'): ItemReference | null => {
  const given = Object.entries(identifier).filter(([, value]) => value !== null && value !== undefined);
  if (given.length !== 1) {
    const names = given.map(([name]) => name).join(', ');
    throw badInput(
      at,
      `exactly one of id, sku, gtin, posAlias, listing is needed, not ${given.length === 0 ? 'none' : names}.`,
    );
  }
  const { id, sku, gtin, posAlias, listing } = identifier;
  if (id) {
    const value = skuOfVariantId(id);
    return value === null ? null : { scheme: 'sku', value };
  }
  if (gtin) {
    const value = normalizeGtin(gtin);
    if (value === null)
      throw badInput(`${at}.gtin`, `"${gtin}" is no GTIN: 8, 12, 13 or 14 digits with a right check digit are needed.`);
    return { scheme: 'gtin', value };
  }
  if (posAlias) {
    const scope = codeOfLocationId(posAlias.storeId);
    if (scope === null) throw badInput(`${at}.posAlias.storeId`, `"${posAlias.storeId}" is not a location id.`);
    return { scheme: 'pos-alias', scope, value: posAlias.alias };
  }
  if (listing) return { scheme: 'listing', scope: listing.marketplace, value: listing.listingId };
  return { scheme: 'sku', value: sku ?? '' };
};
