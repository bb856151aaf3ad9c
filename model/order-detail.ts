/** What the one word leaves out, in plain words, and what a shopper may ask for. */
import type { CustomerOrderStatus } from '#model/order.ts';
import type { OrderPolicy } from '#model/order-policy.ts';
import { ACTIVE_BUCKETS, IN_HOUSE, sumOf, totalOf } from '#model/order-quantities.ts';
import type { OrderFacts, OrderState, StatusDetail } from '#model/order-state.ts';
import { failedAttemptsOf } from '#model/order-word.ts';

type Words = {
  readonly code: string;
  readonly message: string;
  readonly next?: CustomerOrderStatus;
  readonly expectedNextAt?: string | null;
};

const items = (count: number): string => (count === 1 ? '1 item' : `${count} items`);
/** "1 of 3 items is ..." or "2 of 3 items are ...". */
const share = (count: number, of: number, rest: string): string =>
  `${count} of ${items(of)} ${count === 1 ? 'is' : 'are'} ${rest}`;
const day = (instant: string): string => instant.slice(0, 10);

const arrivalOf = (facts: OrderFacts): string | null => {
  const estimates = facts.shipments
    .filter(({ state }) => state !== 'DELIVERED' && state !== 'CANCELLED')
    .flatMap(({ estimatedDelivery }) => estimatedDelivery?.latest ?? []);
  return estimates.sort().at(-1) ?? facts.promise?.latest ?? null;
};

const isCollected = (facts: OrderFacts): boolean =>
  facts.lines.length > 0 && facts.lines.every(({ method }) => method === 'PICKUP_IN_STORE' || method === 'CURBSIDE');

const whatTheRestDoes = (facts: OrderFacts): string => {
  const total = totalOf(facts.lines);
  const troubled = facts.shipments.filter(({ state }) => state === 'DELAYED' || state === 'EXCEPTION').length;
  if (troubled > 0) return troubled === 1 ? 'one parcel is delayed.' : `${troubled} parcels are delayed.`;
  if (total.shipped > 0 && sumOf(total, IN_HOUSE) === 0) return 'the rest is on its way.';
  if (total.readyForPickup > 0) return 'the rest is ready to be collected.';
  return total.backordered > 0 && total.backordered + total.open === sumOf(total, IN_HOUSE)
    ? 'the rest waits for stock.'
    : 'the rest is being prepared.';
};

const actionWords = (facts: OrderFacts, policy: OrderPolicy): Words => {
  if (facts.payment.value === 'FAILED')
    return { code: 'PAYMENT_FAILED', message: 'The payment failed: please pay again.', next: 'CONFIRMED' };
  if (facts.payment.value === 'REQUIRES_ACTION') {
    return { code: 'PAYMENT_ACTION', message: 'The payment needs your confirmation.', next: 'CONFIRMED' };
  }
  const expiring = facts.pickups.find(({ state }) => state === 'READY' || state === 'EXPIRED');
  if (facts.pickupExpiring && expiring) {
    return expiring.state === 'EXPIRED'
      ? {
          code: 'PICKUP_EXPIRED',
          message: 'The goods were not collected in time: please ask the store.',
          next: 'COLLECTED',
        }
      : {
          code: 'PICKUP_EXPIRING',
          message: `The goods are kept until ${day(expiring.expiresAt ?? '')}: please collect them.`,
          next: 'COLLECTED',
        };
  }
  const attempts = Math.max(policy.failedAttempts, ...facts.shipments.map(failedAttemptsOf));
  return {
    code: 'DELIVERY_FAILED',
    message: `The carrier found nobody ${attempts === 2 ? 'twice' : `${attempts} times`}: please arrange the delivery.`,
    next: 'DELIVERED',
  };
};

const delayWords = (facts: OrderFacts): Words => {
  const inHouse = sumOf(totalOf(facts.lines), IN_HOUSE) > 0;
  const next = isCollected(facts) ? 'READY_FOR_PICKUP' : inHouse ? 'SHIPPED' : 'DELIVERED';
  const expected = arrivalOf(facts);
  if (facts.shipments.some(({ state }) => state === 'EXCEPTION')) {
    return {
      code: 'CARRIER_TROUBLE',
      message: 'The carrier reports trouble with a parcel.',
      next,
      expectedNextAt: null,
    };
  }
  if (facts.shipments.some(({ state }) => state === 'DELAYED')) {
    return {
      code: 'CARRIER_DELAY',
      message: expected ? `A parcel is delayed; it is now expected by ${day(expected)}.` : 'A parcel is delayed.',
      next,
      expectedNextAt: next === 'DELIVERED' ? expected : null,
    };
  }
  return {
    code: 'PROMISE_MISSED',
    message: `Later than promised (${day(facts.promise?.latest ?? '')}); we are on it.`,
    next,
  };
};

const wordsOf = (word: CustomerOrderStatus, facts: OrderFacts, policy: OrderPolicy): Words => {
  const total = totalOf(facts.lines);
  const active = sumOf(total, ACTIVE_BUCKETS);
  const cancelledNote = total.cancelled > 0 ? ` ${items(total.cancelled)} cancelled.` : '';
  switch (word) {
    case 'RECEIVED':
      return facts.onHold.value
        ? { code: 'ON_HOLD', message: 'The order is being checked before it goes on.', next: 'CONFIRMED' }
        : { code: 'ORDER_RECEIVED', message: 'We have received the order.', next: 'CONFIRMED' };
    case 'CONFIRMED':
      if (facts.onHold.value)
        return { code: 'ON_HOLD', message: 'The order is being checked before it goes on.', next: 'PREPARING' };
      return total.backordered > 0
        ? {
            code: 'BACKORDERED',
            message: `${share(total.backordered, active, 'waiting for stock.')}${cancelledNote}`,
            next: 'PREPARING',
          }
        : { code: 'ORDER_CONFIRMED', message: `The order is confirmed.${cancelledNote}`, next: 'PREPARING' };
    case 'PREPARING':
      return {
        code: 'BEING_PREPARED',
        message: `${total.backordered > 0 ? `${share(total.backordered, active, 'waiting for stock; the rest is being prepared.')}` : 'The goods are being prepared.'}${cancelledNote}`,
        next: isCollected(facts) ? 'READY_FOR_PICKUP' : 'SHIPPED',
      };
    case 'READY_FOR_PICKUP': {
      const until = facts.pickups.find(({ state, expiresAt }) => state === 'READY' && expiresAt)?.expiresAt;
      const what =
        total.readyForPickup === active
          ? 'The goods are ready in the store'
          : share(total.readyForPickup, active, 'ready in the store');
      return {
        code: 'READY_IN_STORE',
        message: `${what}${until ? `, kept until ${day(until)}` : ''}.${cancelledNote}`,
        next: 'COLLECTED',
      };
    }
    case 'PARTIALLY_SHIPPED':
      return {
        code: 'PARTS_ON_THE_WAY',
        message: `${share(total.shipped, active, 'on the way;')} ${whatTheRestDoes(facts)}${cancelledNote}`,
        next: 'SHIPPED',
      };
    case 'SHIPPED':
      return {
        code: 'ON_THE_WAY',
        message: `The goods are on their way.${cancelledNote}`,
        next: 'OUT_FOR_DELIVERY',
        expectedNextAt: arrivalOf(facts),
      };
    case 'OUT_FOR_DELIVERY':
      return {
        code: 'COMES_TODAY',
        message: 'A parcel comes today.',
        next: 'DELIVERED',
        expectedNextAt: arrivalOf(facts),
      };
    case 'PARTIALLY_DELIVERED': {
      const there = total.delivered + total.collected;
      return {
        code: 'PARTS_DELIVERED',
        message: `${there} of ${items(active)} ${there === 1 ? 'has' : 'have'} arrived; ${whatTheRestDoes(facts)}${cancelledNote}`,
        next: 'DELIVERED',
        expectedNextAt: arrivalOf(facts),
      };
    }
    case 'DELIVERED':
      return { code: 'ALL_DELIVERED', message: `Everything has arrived.${cancelledNote}` };
    case 'COLLECTED':
      return { code: 'ALL_COLLECTED', message: `Everything has been collected.${cancelledNote}` };
    case 'DELAYED':
      return delayWords(facts);
    case 'ACTION_REQUIRED':
      return actionWords(facts, policy);
    case 'CANCELLATION_REQUESTED':
      return {
        code: 'CANCELLATION_PENDING',
        message: 'Cancellation was asked for; goods may still be on their way out.',
        next: 'CANCELLED',
      };
    case 'CANCELLED':
      return { code: 'ALL_CANCELLED', message: 'The order is cancelled.' };
    case 'RETURN_IN_PROGRESS':
      return { code: 'RETURN_OPEN', message: 'A return is under way.', next: 'RETURNED' };
    case 'RETURNED':
      return {
        code: 'ALL_RETURNED',
        message: 'Everything has come back; the refund is being worked on.',
        next: 'REFUNDED',
      };
    case 'REFUNDED':
      return { code: 'PAID_BACK', message: 'Everything has come back and the money has been paid back.' };
  }
};

export const detailOf = (
  word: CustomerOrderStatus,
  facts: OrderFacts,
  policy: OrderPolicy,
  since: string,
): StatusDetail => {
  const { code, message, next, expectedNextAt } = wordsOf(word, facts, policy);
  return { code, since, message, next: next ?? null, expectedNextAt: expectedNextAt ?? null };
};

export type OrderActionKind = 'CANCEL' | 'RETURN' | 'CHANGE_PICKUP_STORE' | 'EXTEND_PICKUP' | 'PAY';
export type OrderAction = {
  readonly kind: OrderActionKind;
  readonly availableUntil: string | null;
  readonly reasonIfUnavailable: string | null;
};

const possible = (kind: OrderActionKind, availableUntil: string | null = null): OrderAction => ({
  kind,
  availableUntil,
  reasonIfUnavailable: null,
});
const refused = (kind: OrderActionKind, reasonIfUnavailable: string): OrderAction => ({
  kind,
  availableUntil: null,
  reasonIfUnavailable,
});

const cancelAction = (state: OrderState): OrderAction => {
  const total = totalOf(state.lines);
  if (state.status === 'CANCELLED') return refused('CANCEL', 'The order is already cancelled.');
  if (state.status === 'CANCELLATION_REQUESTED') return refused('CANCEL', 'Cancellation has already been asked for.');
  if (sumOf(total, ['shipped', 'delivered', 'collected', 'returned']) > 0)
    return refused('CANCEL', 'Goods have already left: they can be returned instead.');
  if (sumOf(total, ['picking', 'packed', 'readyForPickup']) > 0)
    return refused('CANCEL', 'The goods are already being prepared.');
  return possible('CANCEL');
};

/** The last moment at which goods arrived, by whoever told of it. */
const arrivedAt = (state: OrderState): string | null =>
  state.lines
    .flatMap(({ evidence }) => [evidence.delivered?.effectiveAt ?? [], evidence.collected?.effectiveAt ?? []].flat())
    .sort()
    .at(-1) ?? null;

const returnAction = (state: OrderState, policy: OrderPolicy, nowMs: number): OrderAction => {
  const total = totalOf(state.lines);
  const arrived = arrivedAt(state);
  if (total.delivered + total.collected === 0 || arrived === null) {
    return refused(
      'RETURN',
      total.returned > 0 ? 'Everything that arrived has come back.' : 'Nothing has arrived yet.',
    );
  }
  const untilMs = Date.parse(arrived) + policy.returnWindowMs;
  return nowMs > untilMs
    ? refused('RETURN', 'The time for returns is over.')
    : possible('RETURN', new Date(untilMs).toISOString());
};

const pickupActions = (state: OrderState, nowMs: number): readonly OrderAction[] => {
  if (!state.lines.some(({ method }) => method === 'PICKUP_IN_STORE' || method === 'CURBSIDE')) return [];
  const total = totalOf(state.lines.filter(({ method }) => method === 'PICKUP_IN_STORE' || method === 'CURBSIDE'));
  const waiting = state.pickups.find((pickup) => pickup.state === 'READY');
  const expired = waiting?.expiresAt ? Date.parse(waiting.expiresAt) <= nowMs : false;
  return [
    total.open + total.backordered === sumOf(total, ACTIVE_BUCKETS) && total.open + total.backordered > 0
      ? possible('CHANGE_PICKUP_STORE')
      : refused('CHANGE_PICKUP_STORE', 'The store already has the goods in hand.'),
    !waiting
      ? refused('EXTEND_PICKUP', 'No goods are waiting in the store.')
      : expired
        ? refused('EXTEND_PICKUP', 'The waiting time is over.')
        : possible('EXTEND_PICKUP', waiting.expiresAt),
  ];
};

const payAction = (state: OrderState): OrderAction => {
  const { value } = state.payment;
  const open = value === 'PENDING' || value === 'REQUIRES_ACTION' || value === 'FAILED' || value === 'PARTIALLY_PAID';
  if (state.status === 'CANCELLED') return refused('PAY', 'The order is cancelled.');
  return open
    ? possible('PAY')
    : refused('PAY', value === 'UNKNOWN' ? 'The payment is handled elsewhere.' : 'Nothing is left to pay.');
};

/** What the shopper may ask for at `nowMs`, and where not, why not. */
export const actionsOf = (state: OrderState, policy: OrderPolicy, nowMs: number): readonly OrderAction[] => [
  cancelAction(state),
  returnAction(state, policy, nowMs),
  ...pickupActions(state, nowMs),
  payAction(state),
];
