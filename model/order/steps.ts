/** The single steps that lead from one state of an order to the next, in the order goods move. */

import { blankFacts, differenceOf, type Step, unitStep } from '#model/order/difference.ts';
import {
  bookkeeping,
  cancellation,
  correction,
  expiring,
  holdEnd,
  moneySteps,
  newlySaid,
  promiseSteps,
  reroute,
  shortInStore,
} from '#model/order/fact-steps.ts';
import { parcelSteps } from '#model/order/parcel-steps.ts';
import { returnSteps } from '#model/order/return-steps.ts';
import type { OrderState } from '#model/order/state.ts';
import type { OrderEventType } from '#model/order/vocabulary.ts';

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
