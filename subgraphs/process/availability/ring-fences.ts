/** Units that belong to one channel at some places, and what others must leave there. */
import type { StockReading } from '#model/stock.ts';
import type { ProcessPolicy, RingFence } from '#subgraphs/process/policy/schema.ts';
import type { Demand, Hold, Place } from './facts.ts';

/** Shares of whole numbers are not exact: 0.7 of 10 is 7, not 7.000000000000001. */
const ROUNDING = 1e-9;

/**
 * Units in a usable condition, before anything promised is taken off: a share of these does not shrink while others buy.
 * A source whose number is net of reservations tells the reserved units beside it.
 */
const usableUnits = (reading: StockReading): number => {
  const unusable = reading.basis === 'SELLABLE' ? 0 : reading.damaged + reading.qualityHold + reading.returnsPending;
  const reserved = reading.basis === 'PHYSICAL' ? 0 : reading.reservedHard;
  return Math.max(0, reading.onHand - unusable + reserved);
};

const appliesTo = (fence: RingFence, sku: string, place: Place): boolean =>
  (fence.codes.includes(place.code) || (place.kind !== null && fence.kinds.includes(place.kind))) &&
  (fence.skus === undefined || fence.skus.includes(sku));

/** Ring-fences of the channels other than the one that asks, with their owners. */
export type ForeignFences = readonly { readonly channel: string; readonly fences: readonly RingFence[] }[];

export const foreignFences = (policy: Pick<ProcessPolicy, 'channels'>, channel: string): ForeignFences =>
  Object.entries(policy.channels).flatMap(([owner, { ringFences }]) =>
    owner === channel || ringFences.length === 0 ? [] : [{ channel: owner, fences: ringFences }],
  );

/** What the owners have not sold yet of what is theirs here. Their own open orders and holds have used up the rest. */
export const ringFencedUnits = (
  sku: string,
  place: Place,
  reading: StockReading,
  promised: { readonly demand: readonly Demand[]; readonly holds: readonly Hold[] },
  foreign: ForeignFences,
): number => {
  let total = 0;
  for (const { channel, fences } of foreign) {
    let fenced = 0;
    for (const fence of fences) {
      if (appliesTo(fence, sku, place))
        fenced += fence.units ?? Math.ceil((fence.share ?? 0) * usableUnits(reading) - ROUNDING);
    }
    if (fenced === 0) continue;
    let taken = 0;
    for (const demand of promised.demand) if (demand.channel === channel) taken += demand.unreleased + demand.released;
    for (const hold of promised.holds) if (hold.channel === channel) taken += hold.quantity;
    total += Math.max(0, fenced - taken);
  }
  return total;
};
