/** What the one word leaves out, in plain words. */

import type { OrderPolicy } from '#model/order/policy.ts';
import { ACTIVE_BUCKETS, IN_HOUSE, sumOf, totalOf } from '#model/order/quantities.ts';
import type { OrderFacts, StatusDetail } from '#model/order/state.ts';
import type { CustomerOrderStatus } from '#model/order/vocabulary.ts';
import { failedAttemptsOf } from '#model/order/word.ts';

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
  const inHouse = sumOf(total, IN_HOUSE);
  if (inHouse === 0) return 'the rest is on its way.';
  if (total.readyForPickup === inHouse) return 'the rest is ready to be collected.';
  if (total.backordered + total.open < inHouse) return 'the rest is being prepared.';
  return total.backordered > 0 ? 'the rest waits for stock.' : 'the rest is still to be prepared.';
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
        // What is promised of goods to be collected is when they are ready; of goods to be sent, when they arrive.
        ...(isCollected(facts)
          ? { next: 'READY_FOR_PICKUP', expectedNextAt: facts.promise?.latest ?? null }
          : { next: 'SHIPPED' }),
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
