/** What was ordered, by the most authoritative document that says so, and where each line's goods come from. */

import { compareInstants, isDefining, type StoredClaim, skuOfItems } from '#model/order/claims.ts';
import { type FulfilmentScope, type OrderPolicy, scopeOfLine } from '#model/order/policy.ts';
import type { FulfilmentMethod } from '#model/order/vocabulary.ts';

export type DefinedLine = {
  readonly id: string;
  readonly sku: string;
  readonly ordered: number;
  readonly method: FulfilmentMethod;
  readonly locationCode: string | null;
  readonly scope: FulfilmentScope;
};

/** The documents that define the order: all of the most authoritative system, called-off ones only when alone. */
export const definingClaims = (claims: readonly StoredClaim[], policy: OrderPolicy): readonly StoredClaim[] => {
  const defining = claims.filter(isDefining);
  for (const system of policy.definition) {
    const own = defining.filter((claim) => claim.system === system);
    if (own.length === 0) continue;
    const live = own.filter((claim) => !claim.cancelled);
    return (live.length > 0 ? live : own).toSorted((a, b) => compareInstants(startOf(a), startOf(b)));
  }
  return [];
};

const startOf = (claim: StoredClaim): string => claim.placedAt ?? claim.firstEffectiveAt ?? claim.effectiveAt;

const onlyOne = (codes: readonly (string | undefined)[]): string | null => {
  const named = [...new Set(codes.filter((code) => code !== undefined))];
  return named.length === 1 ? (named[0] ?? null) : null;
};

/** Where the units of a SKU really are handled, when all documents that hold them name one place. */
const handledAt = (claims: readonly StoredClaim[], sku: string): string | null =>
  onlyOne(
    claims
      .filter((claim) => !claim.cancelled && claim.pickup?.state !== 'SHORT' && claim.pickup?.state !== 'CANCELLED')
      .filter((claim) => claim.progress?.some(({ items }) => skuOfItems(items) === sku))
      .map((claim) => claim.shipment?.originCode ?? claim.pickup?.locationCode),
  );

const plannedAt = (claims: readonly StoredClaim[], sku: string): string | null =>
  onlyOne(
    claims
      .filter((claim) => !claim.cancelled)
      .flatMap((claim) => claim.lines?.filter((line) => skuOfItems(line.items) === sku) ?? [])
      .map((line) => line.locationCode),
  );

export const defineLines = (claims: readonly StoredClaim[], policy: OrderPolicy): readonly DefinedLine[] => {
  const seen = new Map<string, number>();
  return definingClaims(claims, policy).flatMap((claim) =>
    (claim.lines ?? []).map((line) => {
      const sku = skuOfItems(line.items);
      const ordinal = (seen.get(sku) ?? 0) + 1;
      seen.set(sku, ordinal);
      const locationCode = handledAt(claims, sku) ?? line.locationCode ?? plannedAt(claims, sku);
      return {
        id: `line_${encodeURIComponent(sku)}_${ordinal}`,
        sku,
        ordered: Math.max(0, Math.floor(line.ordered)),
        method: line.method,
        locationCode,
        scope: scopeOfLine(line.method, locationCode, policy),
      };
    }),
  );
};
