/**
 * Stock balances. What lies where is the sum of done moves; what is open (draft, assigned) is known by location, so a
 * question about thousands of products at one place costs one pass over that place only.
 *
 * The opening balance stands for a closed stock period: its quantities exist, its moves are no longer listed.
 */
import type { Row } from './orm/model.ts';
import type { RowChange, Tables } from './orm/tables.ts';

export type BalanceQuery = {
  readonly locations: readonly number[];
  /** Moves count up to this day; null counts everything. */
  readonly until: string | null;
  readonly today: string;
  /** Assigned moves have left the place already. */
  readonly assignedAsGone: boolean;
  /** Open moves planned up to the day have happened. */
  readonly forecast: boolean;
};

export type Ledger = {
  open(locationId: number, productId: number, quantity: number, day: string): void;
  /** Now, done moves only. */
  onHand(locationId: number, productId: number): number;
  /** Quantity by product over all the locations together; products that were never there are absent. */
  balances(query: BalanceQuery): ReadonlyMap<number, number>;
  /** What can still be assigned at this very place. */
  unassigned(locationId: number, productId: number): number;
};

type Move = {
  readonly id: number;
  readonly productId: number;
  readonly quantity: number;
  readonly from: number;
  readonly to: number;
  readonly state: string;
  readonly plannedDay: string | null;
  readonly effectiveDay: string | null;
};

const moveOf = (row: Row): Move => ({
  id: row.id,
  productId: Number(row.values.product),
  quantity: Number(row.values.quantity),
  from: Number(row.values.from_location),
  to: Number(row.values.to_location),
  state: String(row.values.state),
  plannedDay: typeof row.values.planned_date === 'string' ? row.values.planned_date : null,
  effectiveDay: typeof row.values.effective_date === 'string' ? row.values.effective_date : null,
});

type Balances = Map<number, Map<number, number>>;

const add = (balances: Balances, locationId: number, productId: number, quantity: number): void => {
  const atLocation = balances.get(locationId) ?? new Map<number, number>();
  atLocation.set(productId, (atLocation.get(productId) ?? 0) + quantity);
  balances.set(locationId, atLocation);
};

export const createLedger = (tables: Tables): Ledger => {
  const now: Balances = new Map();
  const opening: Balances = new Map();
  let openingDay = '';
  const openMoves = new Map<number, Set<number>>();

  const track = (move: Move, present: boolean): void => {
    if (move.state === 'done') {
      const sign = present ? 1 : -1;
      add(now, move.from, move.productId, -sign * move.quantity);
      add(now, move.to, move.productId, sign * move.quantity);
    }
    if (move.state !== 'draft' && move.state !== 'assigned') return;
    for (const locationId of [move.from, move.to]) {
      const there = openMoves.get(locationId) ?? new Set<number>();
      if (present) there.add(move.id);
      else there.delete(move.id);
      openMoves.set(locationId, there);
    }
  };

  tables.watch('stock.move', ({ before, after }: RowChange) => {
    if (before !== null) track(moveOf(before), false);
    if (after !== null) track(moveOf(after), true);
  });

  const openAt = (locations: ReadonlySet<number>): readonly Move[] => {
    const ids = new Set<number>();
    for (const locationId of locations) for (const id of openMoves.get(locationId) ?? []) ids.add(id);
    return [...ids].map((id) => moveOf(tables.get('stock.move', id)));
  };

  const sumInto = (into: Map<number, number>, from: Balances, locations: ReadonlySet<number>): void => {
    for (const locationId of locations) {
      for (const [productId, quantity] of from.get(locationId) ?? []) {
        into.set(productId, (into.get(productId) ?? 0) + quantity);
      }
    }
  };

  const apply = (
    into: Map<number, number>,
    move: Move,
    locations: ReadonlySet<number>,
    sides: { readonly out: boolean; readonly in: boolean },
  ): void => {
    const delta =
      (sides.in && locations.has(move.to) ? move.quantity : 0) -
      (sides.out && locations.has(move.from) ? move.quantity : 0);
    if (delta !== 0) into.set(move.productId, (into.get(move.productId) ?? 0) + delta);
  };

  /** A day in the past: the period's opening balance and the moves done since. */
  const historic = (locations: ReadonlySet<number>, until: string): Map<number, number> => {
    const sums = new Map<number, number>();
    if (until >= openingDay) sumInto(sums, opening, locations);
    for (const row of tables.rows('stock.move')) {
      const move = moveOf(row);
      if (move.state !== 'done' || (move.effectiveDay ?? until) > until) continue;
      apply(sums, move, locations, { out: true, in: true });
    }
    return sums;
  };

  return {
    open: (locationId, productId, quantity, day) => {
      openingDay = day;
      add(opening, locationId, productId, quantity);
      add(now, locationId, productId, quantity);
    },
    onHand: (locationId, productId) => now.get(locationId)?.get(productId) ?? 0,
    balances: (query) => {
      const locations = new Set(query.locations);
      if (query.until !== null && query.until < query.today) return historic(locations, query.until);
      const sums = new Map<number, number>();
      sumInto(sums, now, locations);
      if (!query.forecast && !query.assignedAsGone) return sums;
      for (const move of openAt(locations)) {
        if (query.forecast) {
          const due = query.until === null || move.plannedDay === null || move.plannedDay <= query.until;
          if (due) apply(sums, move, locations, { out: true, in: true });
        } else if (move.state === 'assigned') {
          // Observed: an assigned move has left its origin but not yet reached its destination.
          apply(sums, move, locations, { out: true, in: false });
        }
      }
      return sums;
    },
    unassigned: (locationId, productId) => {
      let left = now.get(locationId)?.get(productId) ?? 0;
      for (const id of openMoves.get(locationId) ?? []) {
        const move = moveOf(tables.get('stock.move', id));
        if (move.state === 'assigned' && move.from === locationId && move.productId === productId)
          left -= move.quantity;
      }
      return left;
    },
  };
};
