/**
 * Counts per variation, location and state. A count is what the last physical count said plus the adjustments that
 * happened after it, in the order in which they happened, not in which they were told: tills work offline.
 */
import { isoOf } from '#runtime/clock.ts';
import { decimalText, type Json } from './protocol.ts';

/** States that Square keeps counts of and that its API may move quantities between, with those it does not count. */
export const COUNTED_STATES = ['IN_STOCK', 'WASTE'] as const;
export const MOVABLE_STATES = ['NONE', 'IN_STOCK', 'SOLD', 'WASTE', 'UNLINKED_RETURN'] as const;

type Position = { readonly variationId: string; readonly locationId: string; readonly state: string };

export type CountRecord = Position & {
  readonly quantity: number;
  readonly calculatedMs: number;
  /** Grows with every change of any count. */
  readonly slot: number;
};

/** When it happened; at the same instant the order of arrival decides. */
type Moment = { readonly atMs: number; readonly arrival: number };
type History = {
  counted: Moment & { readonly quantity: number };
  /** Only those after the count. */
  moves: readonly (Moment & { readonly delta: number })[];
};

const isAfter = (a: Moment, b: Moment): boolean => a.atMs > b.atMs || (a.atMs === b.atMs && a.arrival > b.arrival);

export type CountFilter = {
  readonly variationIds: readonly string[] | null;
  readonly locationIds: ReadonlySet<string> | null;
  readonly states: ReadonlySet<string> | null;
  readonly afterMs: number;
  /** Only records older than this slot; null starts with the newest. */
  readonly belowSlot: number | null;
};

export type StockBook = {
  /** Somebody counted: `atMs` is when. */
  count(position: Position, quantity: number, atMs: number, nowMs: number): CountRecord;
  move(position: Position, delta: number, atMs: number, nowMs: number): CountRecord;
  get(position: Position): CountRecord | null;
  /** Newest first, one more than `limit` if there are more. */
  select(filter: CountFilter, limit: number): readonly CountRecord[];
};

const keyOf = ({ variationId, locationId, state }: Position): string => `${variationId} ${locationId} ${state}`;
const onVariation = ({ locationId, state }: Position): string => `${locationId} ${state}`;

export const countWire = (record: CountRecord): Json => ({
  catalog_object_id: record.variationId,
  catalog_object_type: 'ITEM_VARIATION',
  state: record.state,
  location_id: record.locationId,
  quantity: decimalText(record.quantity),
  calculated_at: isoOf(record.calculatedMs),
});

/** Of several changes of one count in one go, the last. */
export const latestOf = (records: readonly CountRecord[]): readonly CountRecord[] => [
  ...new Map(records.map((record) => [keyOf(record), record])).values(),
];

export const createStockBook = (): StockBook => {
  const histories = new Map<string, History>();
  const byVariation = new Map<string, Map<string, CountRecord>>();
  /** By slot; a record that was replaced stays in its place and is passed over. */
  const timeline: CountRecord[] = [];

  const get = (position: Position): CountRecord | null =>
    byVariation.get(position.variationId)?.get(onVariation(position)) ?? null;

  const write = (position: Position, history: History, nowMs: number): CountRecord => {
    const record: CountRecord = {
      variationId: position.variationId,
      locationId: position.locationId,
      state: position.state,
      quantity: history.moves.reduce((sum, move) => sum + move.delta, history.counted.quantity),
      calculatedMs: nowMs,
      slot: timeline.length,
    };
    timeline.push(record);
    const counts = byVariation.get(position.variationId) ?? new Map<string, CountRecord>();
    counts.set(onVariation(position), record);
    byVariation.set(position.variationId, counts);
    return record;
  };

  const historyOf = (position: Position): History => {
    const key = keyOf(position);
    const history = histories.get(key) ?? {
      counted: { quantity: 0, atMs: Number.NEGATIVE_INFINITY, arrival: 0 },
      moves: [],
    };
    histories.set(key, history);
    return history;
  };

  const newestFirst = function* (filter: CountFilter): Iterable<CountRecord> {
    if (filter.variationIds) {
      const all = [...new Set(filter.variationIds)].flatMap((id) => [...(byVariation.get(id)?.values() ?? [])]);
      yield* all.sort((a, b) => b.slot - a.slot);
      return;
    }
    for (let slot = timeline.length - 1; slot >= 0; slot--) {
      const record = timeline[slot];
      if (record && get(record) === record) yield record;
    }
  };

  return {
    get,
    count: (position, quantity, atMs, nowMs) => {
      const history = historyOf(position);
      const counted = { quantity, atMs, arrival: timeline.length };
      if (isAfter(counted, history.counted)) {
        history.counted = counted;
        history.moves = history.moves.filter((move) => isAfter(move, counted));
      }
      return write(position, history, nowMs);
    },
    move: (position, delta, atMs, nowMs) => {
      const history = historyOf(position);
      const move = { delta, atMs, arrival: timeline.length };
      if (isAfter(move, history.counted)) history.moves = [...history.moves, move];
      return write(position, history, nowMs);
    },
    select: (filter, limit) => {
      const selected: CountRecord[] = [];
      for (const record of newestFirst(filter)) {
        if (selected.length > limit) break;
        if (record.calculatedMs <= filter.afterMs) break;
        if (filter.belowSlot !== null && record.slot >= filter.belowSlot) continue;
        if (filter.locationIds && !filter.locationIds.has(record.locationId)) continue;
        if (filter.states && !filter.states.has(record.state)) continue;
        selected.push(record);
      }
      return selected;
    },
  };
};
