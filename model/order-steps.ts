/** The single steps that lead from one state of an order to the next, in the order goods move. */
import { emptyQuantities, type LineBucket, type OrderEventType, type StatusAxis } from '#model/order.ts';
import type { Evidence } from '#model/order-claims.ts';
import { applyMoves, isBackward, type Move, movesBetween } from '#model/order-moves.ts';
import { parcelSteps, regressedParcels } from '#model/order-parcel-steps.ts';
import { rankOf, sumOf, trimmed } from '#model/order-quantities.ts';
import { regressedReturns, returnSteps } from '#model/order-return-steps.ts';
import type { LineStateOfOrder, OrderFacts, OrderState, PartLine } from '#model/order-state.ts';

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
  settlement: next.settlement,
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
const restructured = (
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

const isRestructured = (lines: readonly LineStateOfOrder[], next: readonly LineStateOfOrder[]): boolean =>
  lines.length !== next.length ||
  next.some((line, index) => {
    const before = lines[index];
    return before?.id !== line.id || before.ordered !== line.ordered || before.method !== line.method;
  });

const moved = (facts: OrderFacts, moves: readonly LineMove[], next: OrderFacts): OrderFacts => ({
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

const unitsOf = (moves: readonly LineMove[]): readonly PartLine[] =>
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

/** Order of events that units cause; what was wrong is taken back first. */
const WORK: readonly OrderEventType[] = [
  'BACKORDERED',
  'ALLOCATED',
  'PICKING_STARTED',
  'SHORT_PICKED',
  'PACKED',
  'READY_FOR_PICKUP',
  'SHIPPED',
];

type Difference = {
  readonly previous: OrderFacts;
  readonly next: OrderState;
  readonly moves: readonly LineMove[];
  readonly typed: ReadonlyMap<OrderEventType, readonly LineMove[]>;
};

const unitStep = (
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

const correction = ({ previous, next, typed }: Difference): readonly Step[] => {
  const moves = typed.get('CORRECTED') ?? [];
  const structure = isRestructured(previous.lines, next.lines);
  const over = next.status === 'CANCELLED';
  const unsaid =
    !over && ((previous.confirmed.value && !next.confirmed.value) || (previous.released.value && !next.released.value));
  const withdrawn =
    previous.cancellationRequested.value &&
    !next.cancellationRequested.value &&
    next.cancelled.value === false &&
    hasInHouse(next);
  const parcels = regressedParcels(previous, next);
  const returns = regressedReturns(previous, next);
  const unbooked =
    previous.posting.value === 'POSTED' && next.posting.value !== 'POSTED' && next.posting.value !== 'FAILED';
  const goods = moves.length > 0 || structure || unsaid || withdrawn || parcels.changed;
  if (!goods && !returns.changed && !unbooked) return [];
  return [
    {
      type: 'CORRECTED',
      axes: [
        ...(goods ? (['FULFILMENT'] as const) : []),
        ...(returns.changed ? (['RETURN'] as const) : []),
        ...(unbooked ? (['POSTING'] as const) : []),
      ],
      evidence: [
        ...moves.map(({ evidence }) => evidence),
        ...parcels.evidence,
        ...returns.evidence,
        unbooked ? next.posting.evidence : next.origin,
      ],
      ...(moves.length > 0 ? { units: unitsOf(moves) } : {}),
      about: [...parcels.keys, ...returns.keys],
      change: (facts) => ({
        ...moved({ ...facts, lines: structure ? restructured(facts.lines, next.lines) : facts.lines }, moves, next),
        confirmed: facts.confirmed.value && !next.confirmed.value ? next.confirmed : facts.confirmed,
        released: facts.released.value && !next.released.value ? next.released : facts.released,
        cancellationRequested: withdrawn ? next.cancellationRequested : facts.cancellationRequested,
        cancelled: facts.cancelled.value && !next.cancelled.value ? next.cancelled : facts.cancelled,
        shipments: parcels.corrected,
        returnRequests: returns.corrected,
        posting: unbooked ? next.posting : facts.posting,
      }),
    },
  ];
};

const hasInHouse = ({ lines }: OrderFacts): boolean =>
  lines.some(
    ({ quantities }) =>
      sumOf(quantities, ['open', 'backordered', 'allocated', 'picking', 'packed', 'readyForPickup']) > 0,
  );

const REFUNDS: readonly string[] = ['REFUNDED', 'PARTIALLY_REFUNDED'];

const moneySteps = ({
  previous,
  next,
}: Difference): { readonly early: readonly Step[]; readonly late: readonly Step[] } => {
  if (previous.payment.value === next.payment.value) return { early: [], late: [] };
  const step = (type: OrderEventType): Step => ({
    type,
    axes: ['PAYMENT'],
    evidence: [next.payment.evidence],
    change: (facts) => ({
      ...facts,
      payment: next.payment,
      returnRequests: type === 'REFUNDED' ? next.returnRequests : facts.returnRequests,
    }),
  });
  return REFUNDS.includes(next.payment.value)
    ? { early: [], late: [step('REFUNDED')] }
    : { early: [step('PAYMENT_CHANGED')], late: [] };
};

/** A statement that was not made before and is made now. */
const newlySaid = (
  difference: Difference,
  fact: 'confirmed' | 'released' | 'onHold' | 'cancellationRequested',
  type: OrderEventType,
): readonly Step[] =>
  !difference.previous[fact].value && difference.next[fact].value
    ? [
        {
          type,
          axes: ['FULFILMENT'],
          evidence: [difference.next[fact].evidence],
          change: (facts) => ({ ...facts, [fact]: difference.next[fact] }),
        },
      ]
    : [];

const holdEnd = ({ previous, next }: Difference): readonly Step[] =>
  previous.onHold.value && !next.onHold.value
    ? [
        {
          type: 'RELEASED_FROM_HOLD',
          axes: ['FULFILMENT'],
          evidence: [previous.onHold.evidence, next.origin],
          change: (facts) => ({ ...facts, onHold: next.onHold }),
        },
      ]
    : [];

const reroute = ({ previous, next }: Difference): readonly Step[] => {
  const rerouted = next.lines.filter((line) => {
    const before = previous.lines.find(({ id }) => id === line.id)?.locationCode ?? null;
    return before !== null && line.locationCode !== null && before !== line.locationCode;
  });
  if (rerouted.length === 0) return [];
  return [
    {
      type: 'REROUTED',
      axes: ['FULFILMENT'],
      evidence: rerouted.flatMap(({ evidence }) => Object.values(evidence)),
      units: rerouted.map(({ id, ordered }) => ({ lineId: id, quantity: ordered })),
      change: (facts) => ({
        ...facts,
        lines: facts.lines.map((line) => ({
          ...line,
          locationCode: rerouted.find(({ id }) => id === line.id)?.locationCode ?? line.locationCode,
        })),
      }),
    },
  ];
};

const shortInStore = ({ previous, next, typed }: Difference): readonly Step[] => {
  const short = next.pickups.filter(
    ({ key, state }) => state === 'SHORT' && previous.pickups.find((pickup) => pickup.key === key)?.state !== 'SHORT',
  );
  if (short.length === 0 || (typed.get('SHORT_PICKED') ?? []).length > 0) return [];
  return [
    {
      type: 'SHORT_PICKED',
      axes: ['FULFILMENT'],
      evidence: short.map(({ evidence }) => evidence),
      units: short.flatMap(({ lines }) => lines),
      about: short.map(({ key }) => key),
      change: (facts) => ({ ...facts, pickups: next.pickups }),
    },
  ];
};

const expiring = ({ previous, next }: Difference): readonly Step[] => {
  if (previous.pickupExpiring || !next.pickupExpiring) return [];
  const waiting = next.pickups.filter(({ state }) => state === 'READY' || state === 'EXPIRED');
  return [
    {
      type: 'PICKUP_EXPIRING',
      axes: ['FULFILMENT'],
      evidence: waiting.map(({ evidence }) => evidence),
      about: waiting.map(({ key }) => key),
      change: (facts) => ({ ...facts, pickups: next.pickups, pickupExpiring: true }),
    },
  ];
};

const promiseSteps = ({ previous, next }: Difference): readonly Step[] => {
  const moved =
    (previous.promise?.latest ?? null) !== (next.promise?.latest ?? null) ||
    (previous.promise?.earliest ?? null) !== (next.promise?.earliest ?? null);
  const extended = next.pickups.filter(({ key, expiresAt }) => {
    const before = previous.pickups.find((pickup) => pickup.key === key)?.expiresAt ?? null;
    return before !== null && expiresAt !== null && before !== expiresAt;
  });
  if (!moved && extended.length === 0) return [];
  return [
    {
      type: 'PROMISE_CHANGED',
      axes: ['FULFILMENT'],
      evidence: extended.length > 0 ? extended.map(({ evidence }) => evidence) : [next.origin],
      about: extended.map(({ key }) => key),
      change: (facts) => ({
        ...facts,
        promise: next.promise,
        late: facts.late && next.late,
        pickupExpiring: facts.pickupExpiring && next.pickupExpiring,
      }),
    },
  ];
};

const cancellation = (difference: Difference): readonly Step[] => {
  const { previous, next } = difference;
  const settle = (facts: OrderFacts): OrderFacts => ({
    ...facts,
    cancelled: next.cancelled,
    cancellationRequested: next.cancellationRequested,
  });
  const byUnits = unitStep(difference, 'CANCELLED', settle);
  if (byUnits.length > 0) return byUnits;
  const wholly = next.lines.length === 0 && !previous.cancelled.value && next.cancelled.value;
  return wholly
    ? [{ type: 'CANCELLED', axes: ['FULFILMENT'], evidence: [next.cancelled.evidence], change: settle }]
    : [];
};

const bookkeeping = ({ previous, next }: Difference): readonly Step[] => {
  const steps: Step[] = [];
  const posted = next.posting.value === 'POSTED' ? 'POSTED' : next.posting.value === 'FAILED' ? 'POSTING_FAILED' : null;
  if (posted && previous.posting.value !== next.posting.value) {
    steps.push({
      type: posted,
      axes: ['POSTING'],
      evidence: [next.posting.evidence],
      change: (facts) => ({ ...facts, posting: next.posting }),
    });
  }
  const settled =
    next.settlement === 'SETTLED' ? 'SETTLED' : next.settlement === 'MISMATCH' ? 'SETTLEMENT_MISMATCH' : null;
  if (settled && previous.settlement !== next.settlement) {
    steps.push({
      type: settled,
      axes: ['SETTLEMENT'],
      evidence: [next.origin],
      change: (facts) => ({ ...facts, settlement: next.settlement }),
    });
  }
  return steps;
};

const differenceOf = (previous: OrderFacts, next: OrderState): Difference => {
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

export const stepsBetween = (previous: OrderState | null, next: OrderState): readonly Step[] => {
  const difference = differenceOf(previous ?? blankFacts(next), next);
  const money = moneySteps(difference);
  const placed: readonly Step[] = previous
    ? []
    : [{ type: 'PLACED', axes: [], evidence: [next.origin], change: (facts) => facts, at: next.placedAt }];
  const parcels = parcelSteps(difference.previous, next, {
    movedLines: new Set(difference.moves.map(({ lineId }) => lineId)),
    released: !difference.previous.released.value && next.released.value,
  });
  const returned = unitStep(difference, 'RETURN_RECEIVED')[0] ?? null;
  return [
    ...placed,
    ...correction(difference),
    ...newlySaid(difference, 'confirmed', 'CONFIRMED'),
    ...money.early,
    ...newlySaid(difference, 'onHold', 'HELD'),
    ...holdEnd(difference),
    ...newlySaid(difference, 'released', 'RELEASED'),
    ...reroute(difference),
    ...WORK.flatMap((type) => [
      ...unitStep(difference, type),
      ...(type === 'SHORT_PICKED' ? shortInStore(difference) : []),
    ]),
    ...expiring(difference),
    ...parcels.tracking,
    ...parcels.outForDelivery,
    ...parcels.attempted,
    ...unitStep(difference, 'DELIVERED', parcels.arrive),
    ...unitStep(difference, 'COLLECTED'),
    ...promiseSteps(difference),
    ...parcels.delayed,
    ...newlySaid(difference, 'cancellationRequested', 'CANCELLATION_REQUESTED'),
    ...cancellation(difference),
    ...returnSteps(difference.previous, next, returned),
    ...money.late,
    ...bookkeeping(difference),
  ];
};
