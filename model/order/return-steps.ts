/** Steps of returns: goods and money on their way back. */

import type { Step } from '#model/order/difference.ts';
import type { Regression } from '#model/order/parcel-steps.ts';
import type { OrderFacts, OrderState, ReturnPart } from '#model/order/state.ts';
import type { OrderEventType, ReturnStatus } from '#model/order/vocabulary.ts';

const LADDER: readonly ReturnStatus[] = [
  'NONE',
  'REQUESTED',
  'AUTHORIZED',
  'IN_TRANSIT',
  'PARTIALLY_RECEIVED',
  'RECEIVED',
  'INSPECTED',
  'COMPLETED',
];

const before = (facts: OrderFacts, key: string): ReturnPart | undefined =>
  facts.returnRequests.find((part) => part.key === key);

const isStepBack = (previous: ReturnPart, next: ReturnPart): boolean => {
  const [from, to] = [LADDER.indexOf(previous.status), LADDER.indexOf(next.status)];
  return from === -1 ? to !== -1 : to !== -1 && to < from;
};

/** Returns that stepped back or are no longer spoken of. */
export const regressedReturns = (previous: OrderFacts, next: OrderState): Regression<ReturnPart> => {
  const back = next.returnRequests.filter((part) => {
    const earlier = before(previous, part.key);
    return earlier !== undefined && isStepBack(earlier, part);
  });
  const gone = previous.returnRequests.filter(({ key }) => !next.returnRequests.some((part) => part.key === key));
  return {
    changed: back.length > 0 || gone.length > 0,
    corrected: previous.returnRequests
      .filter((part) => !gone.includes(part))
      .map((part) => back.find(({ key }) => key === part.key) ?? part),
    evidence: back.map(({ evidence }) => evidence),
    keys: [...back, ...gone].map(({ key }) => key),
  };
};

const EVENT_OF: Readonly<Partial<Record<ReturnStatus, OrderEventType>>> = {
  REQUESTED: 'RETURN_REQUESTED',
  AUTHORIZED: 'RETURN_AUTHORIZED',
  PARTIALLY_RECEIVED: 'RETURN_RECEIVED',
  RECEIVED: 'RETURN_RECEIVED',
  INSPECTED: 'RETURN_INSPECTED',
  COMPLETED: 'RETURN_COMPLETED',
  DECLINED: 'RETURN_DECLINED',
  CANCELLED: 'RETURN_DECLINED',
};

/** Goods that are on their way back must have been allowed to come. */
const eventOf = (part: ReturnPart, earlier: ReturnPart | undefined): OrderEventType | undefined =>
  part.status === 'IN_TRANSIT'
    ? earlier?.status === 'AUTHORIZED'
      ? 'TRACKING_UPDATED'
      : 'RETURN_AUTHORIZED'
    : EVENT_OF[part.status];

const RETURN_EVENTS: readonly OrderEventType[] = [
  'RETURN_REQUESTED',
  'RETURN_AUTHORIZED',
  'RETURN_DECLINED',
  'TRACKING_UPDATED',
  'RETURN_RECEIVED',
  'RETURN_INSPECTED',
  'RETURN_COMPLETED',
];

/** `received` is the step by which units came back, where some did: one event tells of the units and of their return. */
export const returnSteps = (previous: OrderFacts, next: OrderState, received: Step | null): readonly Step[] => {
  const regressed = new Set(regressedReturns(previous, next).keys);
  const advanced = next.returnRequests.filter(
    (part) => !regressed.has(part.key) && before(previous, part.key)?.status !== part.status,
  );
  const isPaidBack = (part: ReturnPart): boolean =>
    part.refund === 'ISSUED' && before(previous, part.key)?.refund !== 'ISSUED';
  const replace = (facts: OrderFacts, parts: readonly ReturnPart[]): OrderFacts => ({
    ...facts,
    returnRequests: [...facts.returnRequests.filter(({ key }) => !parts.some((part) => part.key === key)), ...parts],
  });
  const byType = Map.groupBy(advanced, (part) => eventOf(part, before(previous, part.key)) ?? 'RETURN_REQUESTED');

  const steps = RETURN_EVENTS.flatMap((type): readonly Step[] => {
    const parts = byType.get(type) ?? [];
    const units = type === 'RETURN_RECEIVED' ? received : null;
    if (parts.length === 0 && !units) return [];
    // The refund has a step of its own.
    const goods = parts.map((part) =>
      isPaidBack(part) ? { ...part, refund: before(previous, part.key)?.refund ?? 'PENDING' } : part,
    );
    return [
      {
        type,
        axes: ['RETURN'],
        evidence: [...(units?.evidence ?? []), ...parts.map(({ evidence }) => evidence)],
        units: units?.units ?? parts.flatMap(({ lines }) => lines),
        about: parts.map(({ key }) => key),
        change: (facts) => replace(units ? units.change(facts) : facts, goods),
      },
    ];
  });

  const told = new Set(advanced.map(({ key }) => key));
  const refundOnly = next.returnRequests.filter(
    (part) =>
      !regressed.has(part.key) &&
      !told.has(part.key) &&
      before(previous, part.key)?.refund !== part.refund &&
      !isPaidBack(part),
  );
  const paidBack = next.returnRequests.filter((part) => !regressed.has(part.key) && isPaidBack(part));
  const money = (type: OrderEventType, parts: readonly ReturnPart[]): readonly Step[] =>
    parts.length === 0
      ? []
      : [
          {
            type,
            axes: ['RETURN'],
            evidence: parts.map(({ evidence }) => evidence),
            about: parts.map(({ key }) => key),
            change: (facts) => replace(facts, parts),
          },
        ];
  const wholeOrderRefunded = previous.payment.value !== next.payment.value && next.payment.value.endsWith('REFUNDED');
  // One REFUNDED, not two, when the payment axis tells of the same money.
  return [
    ...steps,
    ...money('PAYMENT_CHANGED', refundOnly),
    ...(wholeOrderRefunded ? [] : money('REFUNDED', paidBack)),
  ];
};
