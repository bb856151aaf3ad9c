/** What a shopper may ask for, and where not, why not. */
import type { OrderPolicy } from '#model/order/policy.ts';
import { ACTIVE_BUCKETS, sumOf, totalOf } from '#model/order/quantities.ts';
import type { OrderState } from '#model/order/state.ts';

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
