/** What clients ask of orders, and the order they ask about: partly delivered, partly waiting in a store, partly returned. */
import type { StoredClaim } from '#model/order/claims.ts';
import {
  at,
  channelOrder,
  claim,
  erpOrder,
  line,
  pickup,
  progress,
  shipment,
} from '#test/unit/model/order/fixtures.ts';

export const ORDER_PAGE = `query OrderPage($number: String!, $email: String!) {
  guestOrder(input: { number: $number, email: $email }) {
    __typename id number channel placedAt status statusDetail { code since message next expectedNextAt } payment fulfilment returns
    progress { least most percent } sequence cursor freshness asOf
    promise { earliest latest original changed }
    lines { id ordered state method location { id } variant { id } quantities { open backordered allocated picking packed readyForPickup shipped delivered collected cancelled returned } }
    shipments { id state carrier trackingNumber trackingUrl origin { id } lines { orderLineId quantity } estimatedDelivery { earliest latest original changed } events { at state place } }
    pickups { location { id } state readyAt expiresAt code lines { orderLineId quantity } }
    returnRequests { id rmaNumber status method refund lines { orderLineId quantity } timeline { edges { node { type title } } } }
    timeline(first: 20) { edges { cursor node { cursor sequence at type status title lineIds quantity } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
    actions { kind availableUntil reasonIfUnavailable }
  }
}`;

export const DRILL = `query Drill($id: ID!) {
  order(id: $id) {
    settlement posting correlationId
    disagreements { axis rule since chosen { system value effectiveAt observedAt sequence } others { system value } }
    systems { erp { number } wms { id } marketplace { marketplace externalId } pickupTasks { id } pos { id } returnReceipts { id } }
    timeline(audience: OPERATIONS, first: 2) { edges { node { type system } } pageInfo { hasNextPage endCursor } }
  }
}`;

export const STORY: readonly StoredClaim[] = [
  channelOrder({
    lines: [line('TEE-1', 3), line('MUG-2', 1, { method: 'PICKUP_IN_STORE' })].map((told) => ({
      ...told,
      items: [...told.items, { scheme: 'listing' as const, scope: 'SHOP_DE', value: 'B0' }],
    })),
    confirmed: true,
    payment: 'PAID',
    customer: { email: 'ada@example.org' },
    promise: { earliest: at(2_000), latest: at(3_000) },
  }),
  erpOrder({
    minutes: 5,
    references: [
      { scheme: 'channel', value: '1001' },
      { scheme: 'erp', value: 'SO-1' },
    ],
    lines: [line('TEE-1', 3), line('MUG-2', 1)],
    posting: 'POSTED',
    payment: 'FAILED',
  }),
  erpOrder({
    minutes: 6,
    references: [{ scheme: 'erp', value: 'SO-1' }],
    lines: [line('TEE-1', 3), line('MUG-2', 1)],
    posting: 'POSTED',
    payment: 'PARTIALLY_PAID',
  }),
  shipment('S1', {
    minutes: 30,
    references: [{ scheme: 'erp', value: 'SO-1' }],
    progress: [progress('TEE-1', { delivered: 2 })],
    shipment: {
      originCode: 'W1',
      state: 'DELIVERED',
      carrier: 'DHL',
      trackingNumber: 'T1',
      estimatedDelivery: { earliest: at(40), latest: at(50) },
      events: [{ at: at(35), state: 'DELIVERED' }],
    },
  }),
  pickup({
    minutes: 31,
    pickup: { locationCode: 'S1', state: 'READY', readyAt: at(31), expiresAt: at(9_000), code: 'XY' },
    progress: [progress('MUG-2', { readyForPickup: 1 })],
  }),
  claim('wms', {
    minutes: 60,
    documentType: 'return-receipt',
    documentId: 'R-1',
    progress: [progress('TEE-1', { returned: 1 })],
    return: { rmaNumber: 'RMA-1', status: 'COMPLETED', refund: 'PENDING' },
  }),
];
