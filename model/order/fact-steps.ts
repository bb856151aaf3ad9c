/** Steps of everything but parcels and returns: corrections, money, holds, places, promises, cancellation, booking. */

import {
  type Difference,
  isRestructured,
  moved,
  restructured,
  type Step,
  unitStep,
  unitsOf,
} from '#model/order/difference.ts';
import { regressedParcels } from '#model/order/parcel-steps.ts';
import { IN_HOUSE, sumOf } from '#model/order/quantities.ts';
import { regressedReturns } from '#model/order/return-steps.ts';
import type { OrderFacts, SettlementState } from '#model/order/state.ts';
import type { OrderEventType, SettlementStatus } from '#model/order/vocabulary.ts';

export const correction = ({ previous, next, typed }: Difference): readonly Step[] => {
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
  const unsettled =
    SETTLEMENT_EVENT[previous.settlement.status] !== undefined &&
    SETTLEMENT_EVENT[next.settlement.status] === undefined;
  const goods = moves.length > 0 || structure || unsaid || withdrawn || parcels.changed;
  if (!goods && !returns.changed && !unbooked && !unsettled) return [];
  return [
    {
      type: 'CORRECTED',
      axes: [
        ...(goods ? (['FULFILMENT'] as const) : []),
        ...(returns.changed ? (['RETURN'] as const) : []),
        ...(unbooked ? (['POSTING'] as const) : []),
        ...(unsettled ? (['SETTLEMENT'] as const) : []),
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
        settlement: unsettled ? next.settlement : facts.settlement,
      }),
    },
  ];
};

const hasInHouse = ({ lines }: OrderFacts): boolean => lines.some(({ quantities }) => sumOf(quantities, IN_HOUSE) > 0);

const REFUNDS: readonly string[] = ['REFUNDED', 'PARTIALLY_REFUNDED'];

export const moneySteps = ({
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
export const newlySaid = (
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

export const holdEnd = ({ previous, next }: Difference): readonly Step[] =>
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

export const reroute = ({ previous, next }: Difference): readonly Step[] => {
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

export const shortInStore = ({ previous, next, typed }: Difference): readonly Step[] => {
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

export const expiring = ({ previous, next }: Difference): readonly Step[] => {
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

export const promiseSteps = ({ previous, next }: Difference): readonly Step[] => {
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

export const cancellation = (difference: Difference): readonly Step[] => {
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

export const bookkeeping = ({ previous, next }: Difference): readonly Step[] => {
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
  const settled = SETTLEMENT_EVENT[next.settlement.status];
  // A difference that has become another one is news as well.
  if (settled && settlementWord(previous.settlement) !== settlementWord(next.settlement)) {
    steps.push({
      type: settled,
      axes: ['SETTLEMENT'],
      evidence: [next.settlement.evidence],
      change: (facts) => ({ ...facts, settlement: next.settlement }),
    });
  }
  return steps;
};

const SETTLEMENT_EVENT: Readonly<Partial<Record<SettlementStatus, OrderEventType>>> = {
  SETTLED: 'SETTLED',
  MISMATCH: 'SETTLEMENT_MISMATCH',
};

const settlementWord = ({ status, difference }: SettlementState): string =>
  JSON.stringify([status, status === 'MISMATCH' ? difference : null]);
