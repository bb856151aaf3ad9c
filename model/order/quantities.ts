/** Arithmetic of units in buckets: ranks, roll-ups, and how one system's statement is fitted over another's. */
import {
  emptyQuantities,
  LINE_BUCKETS,
  type LineBucket,
  type LineQuantities,
  type LineState,
} from '#model/order/vocabulary.ts';

export type MutableQuantities = Record<LineBucket, number>;

/** Buckets of active units from least to most advanced. READY_FOR_PICKUP and SHIPPED are alternatives, not steps. */
export const ACTIVE_BUCKETS = [
  'open',
  'backordered',
  'allocated',
  'picking',
  'packed',
  'readyForPickup',
  'shipped',
  'delivered',
  'collected',
] as const satisfies readonly LineBucket[];
export type ActiveBucket = (typeof ACTIVE_BUCKETS)[number];

/** Units that have not left the house. */
export const IN_HOUSE = ['open', 'backordered', 'allocated', 'picking', 'packed', 'readyForPickup'] as const;
export const MOST_ADVANCED_FIRST: readonly LineBucket[] = [...ACTIVE_BUCKETS].reverse();
const NOT_YET_MOVED: readonly LineBucket[] = ['cancelled', 'returned'];

export const rankOf = (bucket: LineBucket): number => (ACTIVE_BUCKETS as readonly LineBucket[]).indexOf(bucket);

export const sumOf = (
  quantities: Readonly<Partial<Record<LineBucket, number>>>,
  buckets: readonly LineBucket[] = LINE_BUCKETS,
): number => {
  let sum = 0;
  for (const bucket of buckets) sum += quantities[bucket] ?? 0;
  return sum;
};

export const addInto = (target: MutableQuantities, other: Readonly<Partial<Record<LineBucket, number>>>): void => {
  for (const bucket of LINE_BUCKETS) target[bucket] += whole(other[bucket] ?? 0);
};

/** Negative and fractional statements cannot place units. */
export const whole = (quantity: number): number => (Number.isFinite(quantity) ? Math.max(0, Math.floor(quantity)) : 0);

/** Moves up to `count` units out of `from`, bucket by bucket in the given order, and returns what was moved. */
export const takeOut = (from: MutableQuantities, count: number, order: readonly LineBucket[]): MutableQuantities => {
  const taken = emptyQuantities();
  let left = count;
  for (const bucket of order) {
    const step = Math.min(from[bucket], left);
    from[bucket] -= step;
    taken[bucket] += step;
    left -= step;
    if (left === 0) break;
  }
  return taken;
};

/** At most `limit` of the stated units: the most advanced count, since goods that exist outweigh plans. */
export const trimmed = (stated: LineQuantities, limit: number): MutableQuantities =>
  takeOut({ ...stated }, limit, [...MOST_ADVANCED_FIRST, ...NOT_YET_MOVED]);

/**
 * What a lower statement adds to units already placed by higher ones. Units told alike are the same units; of the rest,
 * as many as the higher authorities have placed are theirs to tell, the most advanced first (so that a lower system
 * cannot push on a unit it does not own); what remains is new.
 */
export const additionOf = (placed: LineQuantities, stated: LineQuantities): MutableQuantities => {
  const rest: MutableQuantities = { ...stated };
  let unexplained = sumOf(placed);
  for (const bucket of LINE_BUCKETS) {
    const same = Math.min(placed[bucket], stated[bucket]);
    rest[bucket] -= same;
    unexplained -= same;
  }
  takeOut(rest, unexplained, [...MOST_ADVANCED_FIRST, ...NOT_YET_MOVED]);
  return rest;
};

const STATE_OF: Readonly<Record<LineBucket, LineState>> = {
  open: 'OPEN',
  backordered: 'BACKORDERED',
  allocated: 'ALLOCATED',
  picking: 'PICKING',
  packed: 'PACKED',
  readyForPickup: 'READY_FOR_PICKUP',
  shipped: 'SHIPPED',
  delivered: 'DELIVERED',
  collected: 'COLLECTED',
  cancelled: 'CANCELLED',
  returned: 'RETURNED',
};

/** State where no unit is active any more. */
const endState = (quantities: LineQuantities): LineState =>
  quantities.returned > 0 ? 'RETURNED' : quantities.cancelled > 0 ? 'CANCELLED' : 'OPEN';

export const leastState = (quantities: LineQuantities): LineState => {
  const bucket = ACTIVE_BUCKETS.find((name) => quantities[name] > 0);
  return bucket ? STATE_OF[bucket] : endState(quantities);
};

export const mostState = (quantities: LineQuantities): LineState => {
  const bucket = MOST_ADVANCED_FIRST.find((name) => quantities[name] > 0);
  return bucket ? STATE_OF[bucket] : endState(quantities);
};

const WEIGHT: Readonly<Record<ActiveBucket | 'returned', number>> = {
  open: 0,
  backordered: 0,
  allocated: 20,
  picking: 40,
  packed: 60,
  readyForPickup: 80,
  shipped: 80,
  delivered: 100,
  collected: 100,
  returned: 100,
};

/** 0 to 100 over units that are not cancelled; an order without any is done. */
export const percentOf = (quantities: LineQuantities): number => {
  let weighted = 0;
  let units = 0;
  for (const bucket of [...ACTIVE_BUCKETS, 'returned'] as const) {
    weighted += quantities[bucket] * WEIGHT[bucket];
    units += quantities[bucket];
  }
  return units === 0 ? 100 : Math.floor(weighted / units);
};

export const totalOf = (lines: readonly { readonly quantities: LineQuantities }[]): LineQuantities => {
  const total = emptyQuantities();
  for (const { quantities } of lines) addInto(total, quantities);
  return total;
};
