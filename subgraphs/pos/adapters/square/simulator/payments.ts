/** Payments that were taken outside of Square and are booked on an order. */
import { isoOf } from '#runtime/clock.ts';
import type { SimRequest, SimResponse, SimulatorDeps } from '#simulation/simulator.ts';
import { createIdempotency } from './idempotency.ts';
import type { OrderBook } from './order-book.ts';
import { dueMinorOf } from './order-wire.ts';
import {
  bodyOf,
  invalid,
  knownMembers,
  notFound,
  object,
  optionalInteger,
  optionalText,
  text,
  uidOf,
} from './protocol.ts';
import type { Webhooks } from './webhooks.ts';

const MEMBERS = ['source_id', 'idempotency_key', 'amount_money', 'order_id', 'location_id', 'external_details'];

export type Payments = { create(request: SimRequest): SimResponse };

export const createPayments = (
  shop: { readonly orders: OrderBook; readonly webhooks: Webhooks; readonly currency: string },
  deps: SimulatorDeps,
): Payments => {
  const once = createIdempotency();
  return {
    create: (request) => {
      const body = bodyOf(request, MEMBERS);
      const key = text(body, 'idempotency_key', { min: 1, max: 45 });
      if (text(body, 'source_id') !== 'EXTERNAL') {
        throw invalid('INVALID_VALUE', 'The simulator knows external payments only.', 'source_id');
      }
      const details = object(body, 'external_details');
      knownMembers(details, ['type', 'source', 'source_id'], 'external_details.');
      text(details, 'type', { max: 50 }, 'external_details.');
      text(details, 'source', { max: 255 }, 'external_details.');
      const money = object(body, 'amount_money');
      const currency = text(money, 'currency', {}, 'amount_money.');
      const amountMinor = optionalInteger(money, 'amount', { min: 1 }, 'amount_money.');
      if (amountMinor === undefined) {
        throw invalid('MISSING_REQUIRED_PARAMETER', 'The parameter is required.', 'amount_money.amount');
      }
      if (currency !== shop.currency)
        throw invalid('INVALID_VALUE', `The location takes ${shop.currency}.`, 'amount_money');
      return once(key, body, () => {
        const order = shop.orders.get(text(body, 'order_id'));
        if (!order) throw notFound('The order was not found.', 'order_id');
        if ((optionalText(body, 'location_id') ?? order.locationId) !== order.locationId) {
          throw invalid('INVALID_VALUE', 'The order is of another location.', 'location_id');
        }
        if (order.state !== 'OPEN') throw invalid('BAD_REQUEST', `The order is ${order.state}.`, 'order_id');
        if (amountMinor > dueMinorOf(order)) {
          throw invalid('INVALID_VALUE', `Only ${dueMinorOf(order)} are due.`, 'amount_money.amount');
        }
        const id = uidOf(deps.ids.uuid());
        const next = shop.orders.update(order, { tenders: [...order.tenders, { id, type: 'OTHER', amountMinor }] });
        const payment = {
          id,
          created_at: isoOf(deps.clock.now()),
          amount_money: { amount: amountMinor, currency },
          status: 'COMPLETED',
          source_type: 'EXTERNAL',
          external_details: details,
          location_id: order.locationId,
          order_id: order.id,
        };
        shop.webhooks.emit('payment.created', { type: 'payment', id, object: { payment } });
        deps.recordWrite(`payment:${next.referenceId ?? next.id}`, { paymentId: id, amountMinor });
        return { status: 200, body: { payment } };
      });
    },
  };
};
