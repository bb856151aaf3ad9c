/** What differs between two states of an order: units that moved, and the steps that tell of them. */

import type { Evidence } from '#model/order/claims.ts';
import { applyMoves, isBackward, type Move, movesBetween } from '#model/order/moves.ts';
import { rankOf, sumOf, trimmed } from '#model/order/quantities.ts';
import type { LineStateOfOrder, OrderFacts, OrderState, PartLine } from '#model/order/state.ts';
import { emptyQuantities, type LineBucket, type OrderEventType, type StatusAxis } from '#model/order/vocabulary.ts';

export type Step = {
  readonly type: OrderEventType;
  readonly axes: readonly StatusAxis[];
  readonly evidence: readonly (Evidence | null | undefined)[];
  /** The facts after this step. */
  readonly change: (facts: OrderFacts) => OrderFacts;
  readonly units?: readonly PartLine[];
  readonly about?: readonly string[];
  /** When, where no system said it. */
  readonly at?: string;
};

const UNSAID = { value: false, evidence: null } as const;
const UNSETTLED = { status: 'NOT_APPLICABLE', difference: null, settled: null, evidence: null } as const;
/** How an order's payment may stand when it is placed, without that being news of its own. */
const PLACED_WITH: readonly string[] = ['UNKNOWN', 'PENDING', 'NOT_REQUIRED'];

/** The order before anything happened to it: everything open, nobody has spoken. */
export const blankFacts = (next: OrderFacts): OrderFacts => ({
  confirmed: UNSAID,
  released: UNSAID,
  onHold: UNSAID,
  cancellationRequested: UNSAID,
  cancelled: UNSAID,
  payment: PLACED_WITH.includes(next.payment.value) ? next.payment : { value: 'PENDING', evidence: null },
  posting: { value: 'NOT_POSTED', evidence: null },
  settlement: UNSETTLED,
  lines: next.lines.map((line) => ({
    ...line,
    state: 'OPEN',
    quantities: { ...emptyQuantities(), open: line.ordered },
    evidence: {},
  })),
  shipments: [],
  pickups: [],
  returnRequests: [],
  promise: next.promise,
  late: false,
  pickupExpiring: false,
});

type LineMove = Move & { readonly lineId: string; readonly evidence: Evidence | undefined };

/** The next state's lines with the units where they were: what was ordered has changed, nothing has moved yet. */
export const restructured = (
  lines: readonly LineStateOfOrder[],
  next: readonly LineStateOfOrder[],
): readonly LineStateOfOrder[] =>
  next.map((line) => {
    const before = lines.find(({ id }) => id === line.id);
    const kept = trimmed(before?.quantities ?? emptyQuantities(), line.ordered);
    return {
      ...line,
      locationCode: before?.locationCode ?? line.locationCode,
      quantities: { ...kept, open: kept.open + line.ordered - sumOf(kept) },
    };
  });

export const isRestructured = (lines: readonly LineStateOfOrder[], next: readonly LineStateOfOrder[]): boolean =>
  lines.length !== next.length ||
  next.some((line, index) => {
    const before = lines[index];
    return before?.id !== line.id || before.ordered !== line.ordered || before.method !== line.method;
  });

export const moved = (facts: OrderFacts, moves: readonly LineMove[], next: OrderFacts): OrderFacts => ({
  ...facts,
  lines: facts.lines.map((line) => ({
    ...line,
    quantities: applyMoves(
      line.quantities,
      moves.filter(({ lineId }) => lineId === line.id),
    ),
  })),
  // Alarms about goods that have moved on go quiet with the movement; raising one is a step of its own.
  late: facts.late && (next.late || !moves.some(({ to }) => QUIETS_LATENESS.includes(to))),
  pickupExpiring: facts.pickupExpiring && (next.pickupExpiring || !moves.some(({ from }) => from === 'readyForPickup')),
});

const QUIETS_LATENESS: readonly LineBucket[] = ['readyForPickup', 'delivered', 'collected', 'cancelled', 'returned'];

export const unitsOf = (moves: readonly LineMove[]): readonly PartLine[] =>
  [...Map.groupBy(moves, ({ lineId }) => lineId)].map(([lineId, own]) => ({
    lineId,
    quantity: own.reduce((sum, { count }) => sum + count, 0),
  }));

const FORWARD: Readonly<Record<LineBucket, OrderEventType>> = {
  open: 'CORRECTED',
  backordered: 'BACKORDERED',
  allocated: 'ALLOCATED',
  picking: 'PICKING_STARTED',
  packed: 'PACKED',
  readyForPickup: 'READY_FOR_PICKUP',
  shipped: 'SHIPPED',
  delivered: 'DELIVERED',
  collected: 'COLLECTED',
  cancelled: 'CANCELLED',
  returned: 'RETURN_RECEIVED',
};

const typeOfMove = (move: Move, shortInStore: boolean): OrderEventType => {
  if (!isBackward(move)) return FORWARD[move.to];
  const touched = rankOf(move.from) >= rankOf('picking') && rankOf(move.from) <= rankOf('readyForPickup');
  if (move.to === 'backordered')
    return touched ? 'SHORT_PICKED' : move.from === 'allocated' ? 'BACKORDERED' : 'CORRECTED';
  return move.to === 'open' && shortInStore && rankOf(move.from) <= rankOf('readyForPickup') && rankOf(move.from) >= 0
    ? 'SHORT_PICKED'
    : 'CORRECTED';
};

export type Difference = {
  readonly previous: OrderFacts;
  readonly next: OrderState;
  readonly moves: readonly LineMove[];
  readonly typed: ReadonlyMap<OrderEventType, readonly LineMove[]>;
};

export const unitStep = (
  difference: Difference,
  type: OrderEventType,
  also: (facts: OrderFacts) => OrderFacts = (facts) => facts,
): readonly Step[] => {
  const moves = difference.typed.get(type) ?? [];
  if (moves.length === 0) return [];
  return [
    {
      type,
      axes: type === 'RETURN_RECEIVED' ? ['RETURN'] : ['FULFILMENT'],
      evidence: moves.map(({ evidence }) => evidence),
      units: unitsOf(moves),
      change: (facts) => also(moved(facts, moves, difference.next)),
    },
  ];
};

export const differenceOf = (previous: OrderFacts, next: OrderState): Difference => {
  const short = next.pickups.some(({ state }) => state === 'SHORT');
  const before = isRestructured(previous.lines, next.lines) ? restructured(previous.lines, next.lines) : previous.lines;
  const moves = next.lines.flatMap((line) => {
    const from = before.find(({ id }) => id === line.id)?.quantities ?? line.quantities;
    return movesBetween(from, line.quantities).map((move) => ({
      ...move,
      lineId: line.id,
      evidence: line.evidence[move.to],
    }));
  });
  return { previous, next, moves, typed: Map.groupBy(moves, (move) => typeOfMove(move, short)) };
};
