/** How units of a line moved between two states of it: the least movement that explains the difference. */

import {
  ACTIVE_BUCKETS,
  MOST_ADVANCED_FIRST,
  type MutableQuantities,
  rankOf,
  takeOut,
} from '#model/order/quantities.ts';
import type { LineBucket, LineQuantities } from '#model/order/vocabulary.ts';

export type Move = { readonly from: LineBucket; readonly to: LineBucket; readonly count: number };

const drain = (pool: MutableQuantities, count: number, order: readonly LineBucket[], to: LineBucket): readonly Move[] =>
  Object.entries(takeOut(pool, count, order)).flatMap(([from, moved]) =>
    moved > 0 ? [{ from: from as LineBucket, to, count: moved }] : [],
  );

/**
 * Units that stayed in their bucket did not move. Cancelled units are the least advanced ones, returned units the most
 * advanced ones; what is left is paired from the front, so that units do not overtake each other.
 */
export const movesBetween = (previous: LineQuantities, next: LineQuantities): readonly Move[] => {
  const pool: MutableQuantities = { ...previous };
  const wanted: MutableQuantities = { ...next };
  for (const bucket of ['cancelled', 'returned'] as const) {
    const stayed = Math.min(pool[bucket], wanted[bucket]);
    pool[bucket] -= stayed;
    wanted[bucket] -= stayed;
  }
  const moves: Move[] = [
    ...drain(pool, wanted.cancelled, [...ACTIVE_BUCKETS, 'returned'], 'cancelled'),
    ...drain(pool, wanted.returned, [...MOST_ADVANCED_FIRST, 'cancelled'], 'returned'),
  ];
  // From the front: the furthest unit before is the furthest unit after. Units no longer cancelled come last.
  const sources: readonly LineBucket[] = ['returned', ...MOST_ADVANCED_FIRST, 'cancelled'];
  for (const to of MOST_ADVANCED_FIRST) {
    for (const move of drain(pool, wanted[to], sources, to)) if (move.from !== move.to) moves.push(move);
  }
  return moves;
};

/** A step back: from further on, or out of an end that was not one. */
export const isBackward = ({ from, to }: Move): boolean => {
  if (to === 'cancelled' || to === 'returned') return from === 'returned' || from === 'cancelled';
  return from === 'cancelled' || from === 'returned' || rankOf(from) > rankOf(to);
};

export const applyMoves = (quantities: LineQuantities, moves: readonly Move[]): LineQuantities => {
  const result: MutableQuantities = { ...quantities };
  for (const { from, to, count } of moves) {
    result[from] -= count;
    result[to] += count;
  }
  return result;
};
