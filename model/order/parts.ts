/** Parcels, collections and returns of an order, each with the order lines it holds. */

import { chooseRefund, chooseReturnStatus } from '#model/order/axes.ts';
import { documentKeyOf, evidenceOf, type StoredClaim, skuOfItems } from '#model/order/claims.ts';
import type { DefinedLine } from '#model/order/lines.ts';
import type { OrderPolicy } from '#model/order/policy.ts';
import { sumOf, whole } from '#model/order/quantities.ts';
import type { PartLine, PickupPart, PromiseState, ReturnPart, ShipmentPart } from '#model/order/state.ts';
import type { LineBucket, ShipmentState } from '#model/order/vocabulary.ts';

/** Gives units of SKUs to order lines, in line order, each line at most its ordered quantity over all calls. */
const createLineFiller = (
  lines: readonly DefinedLine[],
): ((units: ReadonlyMap<string, number>) => readonly PartLine[]) => {
  const free = new Map(lines.map(({ id, ordered }) => [id, ordered]));
  return (units) => {
    const wanted = new Map(units);
    return lines.flatMap(({ id, sku }) => {
      const quantity = Math.min(wanted.get(sku) ?? 0, free.get(id) ?? 0);
      if (quantity === 0) return [];
      wanted.set(sku, (wanted.get(sku) ?? 0) - quantity);
      free.set(id, (free.get(id) ?? 0) - quantity);
      return [{ lineId: id, quantity }];
    });
  };
};

const HELD: readonly LineBucket[] = [
  'open',
  'allocated',
  'picking',
  'packed',
  'readyForPickup',
  'shipped',
  'delivered',
  'collected',
  'returned',
];

const heldUnits = (claim: StoredClaim, buckets: readonly LineBucket[]): ReadonlyMap<string, number> => {
  const units = new Map<string, number>();
  for (const { items, quantities } of claim.progress ?? []) {
    const sku = skuOfItems(items);
    units.set(sku, (units.get(sku) ?? 0) + whole(sumOf(quantities, buckets)));
  }
  return units;
};

const orderedUnits = (claim: StoredClaim): ReadonlyMap<string, number> => {
  const units = new Map<string, number>();
  for (const { items, ordered } of claim.lines ?? []) {
    const sku = skuOfItems(items);
    units.set(sku, (units.get(sku) ?? 0) + whole(ordered));
  }
  return units;
};

const PARCEL_LADDER: readonly ShipmentState[] = [
  'LABEL_CREATED',
  'INFO_RECEIVED',
  'IN_TRANSIT',
  'DELAYED',
  'EXCEPTION',
  'AVAILABLE_FOR_PICKUP',
  'DELIVERY_ATTEMPTED',
  'OUT_FOR_DELIVERY',
  'DELIVERED',
];

/** `original` is what was promised first, where that is remembered. */
const windowOf = (window: StoredClaim['promise'], original: string | null): PromiseState | null =>
  window
    ? { ...window, original, changed: original !== null && Date.parse(original) !== Date.parse(window.latest) }
    : null;

/** A parcel that two systems tell of (the same tracking number) is one parcel, as the higher authority tells it. */
const distinctParcels = (claims: readonly StoredClaim[], policy: OrderPolicy): readonly StoredClaim[] => {
  const rank = ({ system }: StoredClaim): number => policy.fulfilment.warehouse.indexOf(system);
  const seen = new Set<string>();
  return claims
    .toSorted((a, b) => rank(a) - rank(b))
    .filter(({ shipment }) => {
      const number = shipment?.trackingNumber;
      if (number === undefined) return true;
      return seen.has(number) ? false : Boolean(seen.add(number));
    });
};

export const shipmentsOf = (
  claims: readonly StoredClaim[],
  lines: readonly DefinedLine[],
  policy: OrderPolicy,
): readonly ShipmentPart[] => {
  const fill = createLineFiller(lines);
  const parcels = distinctParcels(
    claims.filter(({ shipment }) => shipment !== undefined),
    policy,
  );
  // The furthest parcels take the first lines: so the lines' own buckets are filled too.
  const furthestFirst = parcels.toSorted(
    (a, b) =>
      PARCEL_LADDER.indexOf(b.shipment?.state ?? 'CANCELLED') - PARCEL_LADDER.indexOf(a.shipment?.state ?? 'CANCELLED'),
  );
  const parts = furthestFirst.flatMap((claim): readonly ShipmentPart[] => {
    const { shipment } = claim;
    if (!shipment) return [];
    const calledOff = shipment.state === 'CANCELLED' || claim.cancelled === true;
    return [
      {
        key: documentKeyOf(claim),
        originCode: shipment.originCode ?? null,
        state: calledOff ? 'CANCELLED' : shipment.state,
        carrier: shipment.carrier ?? null,
        trackingNumber: shipment.trackingNumber ?? null,
        trackingUrl: shipment.trackingUrl ?? null,
        estimatedDelivery: windowOf(shipment.estimatedDelivery, null),
        events: shipment.events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)),
        lines: calledOff ? [] : fill(heldUnits(claim, HELD)),
        evidence: evidenceOf(claim),
      },
    ];
  });
  return parts.toSorted((a, b) => (a.key < b.key ? -1 : 1));
};

export const pickupsOf = (claims: readonly StoredClaim[], lines: readonly DefinedLine[]): readonly PickupPart[] => {
  const fill = createLineFiller(lines);
  return claims.flatMap((claim): readonly PickupPart[] => {
    const { pickup } = claim;
    if (!pickup) return [];
    const calledOff = pickup.state === 'CANCELLED' || claim.cancelled === true;
    return [
      {
        key: documentKeyOf(claim),
        locationCode: pickup.locationCode,
        state: calledOff ? 'CANCELLED' : pickup.state,
        readyAt: pickup.readyAt ?? null,
        collectedAt: pickup.collectedAt ?? null,
        expiresAt: pickup.expiresAt ?? null,
        code: pickup.code ?? null,
        lines: calledOff ? [] : fill(heldUnits(claim, HELD)),
        evidence: evidenceOf(claim),
      },
    ];
  });
};

/** Documents with the same RMA number tell of one return; a document without one is a return of its own. */
export const returnsOf = (
  claims: readonly StoredClaim[],
  lines: readonly DefinedLine[],
  policy: OrderPolicy,
): readonly ReturnPart[] => {
  const fill = createLineFiller(lines);
  const rank = (authority: OrderPolicy['refund']) => (a: StoredClaim, b: StoredClaim) =>
    authority.indexOf(a.system) - authority.indexOf(b.system);
  const told = claims.filter((claim) => claim.return !== undefined);
  const returnKeyOf = (claim: StoredClaim): string => claim.return?.rmaNumber ?? documentKeyOf(claim);
  const groups = Map.groupBy(told, returnKeyOf);
  return [...groups.values()].flatMap((group): readonly ReturnPart[] => {
    const byGoods = group.toSorted(
      (a, b) =>
        Number(b.documentType === 'return-receipt') - Number(a.documentType === 'return-receipt') ||
        rank(policy.returnedGoods)(a, b),
    );
    const [leading] = byGoods;
    if (!leading) return [];
    const units = byGoods
      .map((claim) => heldUnits(claim, ['returned']))
      .find((held) => [...held.values()].some((count) => count > 0));
    return [
      {
        key: `return:${returnKeyOf(leading)}`,
        rmaNumber: group.find((claim) => claim.return?.rmaNumber)?.return?.rmaNumber ?? null,
        status: chooseReturnStatus(
          byGoods.map((claim) => ({
            receipt: claim.documentType === 'return-receipt',
            status: claim.return?.status ?? 'NONE',
          })),
        ),
        method: group.some(({ system }) => system === 'pos') ? 'STORE' : 'MAIL',
        refund: chooseRefund(group.toSorted(rank(policy.refund)).map((claim) => claim.return?.refund ?? 'NOT_DUE')),
        lines: fill(units ?? orderedUnits(leading)),
        evidence: evidenceOf(leading),
      },
    ];
  });
};

/** What the shopper was told, by whoever is believed about that; `original` is what was told first. */
export const promiseOf = (claims: readonly StoredClaim[], policy: OrderPolicy): PromiseState | null => {
  for (const system of policy.promise) {
    const claim = claims.find(
      (candidate) => candidate.system === system && !candidate.cancelled && candidate.promise !== undefined,
    );
    if (claim) return windowOf(claim.promise, claim.firstPromise?.window.latest ?? null);
  }
  return null;
};
