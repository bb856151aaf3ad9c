import { describe, expect, test } from '@jest/globals';
import { actionsOf } from '#model/order/actions.ts';
import type { StoredClaim } from '#model/order/claims.ts';
import { eventsBetween } from '#model/order/events.ts';
import { mergeOrder } from '#model/order/merge.ts';
import { DEFAULT_ORDER_POLICY as policy } from '#model/order/policy.ts';
import type { OrderState } from '#model/order/state.ts';
import type { OrderEventType } from '#model/order/vocabulary.ts';
import { at, channelOrder, claim, erpOrder, line, pickup, progress, shipment } from './fixtures.ts';

const merged = (claims: readonly StoredClaim[], now = at(120)): OrderState => mergeOrder(claims, policy, now);
const placed = channelOrder({ lines: [line('TEE-1', 3)], confirmed: true, payment: 'PAID' });

/** The types of the events that each further claim gives, in order. */
const story = (claims: readonly StoredClaim[], now = at(120)): readonly (readonly OrderEventType[])[] => {
  let previous: OrderState | null = null;
  return claims.map((_, index) => {
    const next = merged(claims.slice(0, index + 1), now);
    const events = eventsBetween(previous, next, policy.failedAttempts);
    previous = next;
    return events.map(({ type }) => type);
  });
};

describe('the customer word', () => {
  test('a cancelled order is cancelled at once where nobody holds goods, and pending where the warehouse still does', () => {
    const off = channelOrder({ minutes: 30, lines: [line('TEE-1', 3)], cancelled: true });
    expect(merged([placed, off]).status).toBe('CANCELLED');
    const held = shipment('S1', { minutes: 20, progress: [progress('TEE-1', { picking: 3 })] });
    expect(merged([placed, held, off]).status).toBe('CANCELLATION_REQUESTED');
    const released = shipment('S1', { minutes: 40, cancelled: true });
    expect(merged([placed, held, off, released]).status).toBe('CANCELLED');
    const tooLate = shipment('S1', { minutes: 40, progress: [progress('TEE-1', { shipped: 3 })] });
    expect(merged([placed, held, off, tooLate]).status).toBe('SHIPPED');
  });

  test('a promise is missed by time alone, and the state says when to look again', () => {
    const promised = channelOrder({
      lines: [line('TEE-1', 1)],
      confirmed: true,
      promise: { earliest: at(60), latest: at(100) },
    });
    const early = merged([promised], at(99));
    expect(early).toMatchObject({ status: 'CONFIRMED', promise: { original: at(100), changed: false } });
    expect(Date.parse(early.reviewAt ?? '')).toBe(Date.parse(at(100)) + 1);
    const late = merged([promised], at(101));
    expect(late).toMatchObject({ status: 'DELAYED', statusDetail: { code: 'PROMISE_MISSED' } });
    expect(eventsBetween(early, late, 2)).toMatchObject([
      { type: 'DELAYED', previousStatus: 'CONFIRMED', status: 'DELAYED', system: 'throughline', occurredAt: at(100) },
    ]);
  });

  test('goods to be collected are expected ready when it was promised; a promised arrival is not when goods leave', () => {
    const preparing = (method: 'PICKUP_IN_STORE' | 'SHIP_TO_HOME', promise?: { earliest: string; latest: string }) =>
      merged([
        channelOrder({ lines: [line('TEE-1', 1, { method })], confirmed: true, ...(promise ? { promise } : {}) }),
        shipment('S1', { minutes: 20, progress: [progress('TEE-1', { picking: 1 })] }),
      ]);
    const promise = { earliest: at(150), latest: at(200) };
    expect(preparing('PICKUP_IN_STORE', promise)).toMatchObject({
      status: 'PREPARING',
      statusDetail: { next: 'READY_FOR_PICKUP', expectedNextAt: at(200) },
    });
    expect(preparing('PICKUP_IN_STORE').statusDetail.expectedNextAt).toBeNull();
    expect(preparing('SHIP_TO_HOME', promise)).toMatchObject({
      status: 'PREPARING',
      statusDetail: { next: 'SHIPPED', expectedNextAt: null },
    });
  });

  test('the first promise is remembered although the document has been replaced', () => {
    const first = channelOrder({ lines: [line('TEE-1', 1)], promise: { earliest: at(60), latest: at(100) } });
    const moved = channelOrder({
      minutes: 10,
      lines: [line('TEE-1', 1)],
      promise: { earliest: at(160), latest: at(200) },
    });
    const state = merged([first, moved], at(120));
    expect(state.promise).toEqual({ earliest: at(160), latest: at(200), original: at(100), changed: true });
    expect(eventsBetween(merged([first], at(20)), merged([first, moved], at(20)), 2).map(({ type }) => type)).toEqual([
      'PROMISE_CHANGED',
    ]);
  });

  test('two failed deliveries and waiting goods about to go back ask the shopper to act', () => {
    const attempts = [1, 2].map((day) => ({ at: at(day * 10), state: 'DELIVERY_ATTEMPTED' as const }));
    const parcel = (count: number): StoredClaim =>
      shipment('S1', {
        minutes: count,
        shipment: { state: 'DELIVERY_ATTEMPTED', events: attempts.slice(0, count) },
        progress: [progress('TEE-1', { shipped: 3 })],
      });
    expect(merged([placed, parcel(1)]).status).toBe('SHIPPED');
    expect(merged([placed, parcel(2)])).toMatchObject({
      status: 'ACTION_REQUIRED',
      statusDetail: { code: 'DELIVERY_FAILED' },
    });

    const order = channelOrder({ lines: [line('TEE-1', 1, { method: 'PICKUP_IN_STORE' })], confirmed: true });
    const ready = pickup({
      pickup: { locationCode: 'S1', state: 'READY', expiresAt: at(3_000) },
      progress: [progress('TEE-1', { readyForPickup: 1 })],
    });
    const [calm, urgent] = [merged([order, ready], at(1_000)), merged([order, ready], at(2_000))];
    expect([calm.status, urgent.status]).toEqual(['READY_FOR_PICKUP', 'ACTION_REQUIRED']);
    expect(eventsBetween(calm, urgent, 2).map(({ type }) => type)).toEqual(['PICKUP_EXPIRING']);
  });

  test('a hold stops the order and its end lets it go on', () => {
    const work = shipment('S1', { minutes: 10, progress: [progress('TEE-1', { allocated: 3 })] });
    const held = channelOrder({
      minutes: 20,
      lines: [line('TEE-1', 3)],
      confirmed: true,
      onHold: true,
      payment: 'PAID',
    });
    const freed = channelOrder({ minutes: 30, lines: [line('TEE-1', 3)], confirmed: true, payment: 'PAID' });
    expect(merged([placed, work, held])).toMatchObject({
      status: 'CONFIRMED',
      fulfilment: 'ON_HOLD',
      statusDetail: { code: 'ON_HOLD' },
    });
    expect(story([placed, work, held, freed]).slice(2)).toEqual([['HELD'], ['RELEASED_FROM_HOLD']]);
  });

  test('goods out for delivery, missed, and delivered the next day', () => {
    const parcel = (
      minutes: number,
      state: 'IN_TRANSIT' | 'OUT_FOR_DELIVERY' | 'DELIVERY_ATTEMPTED' | 'DELIVERED',
    ): StoredClaim =>
      shipment('S1', {
        minutes,
        shipment: { state, trackingNumber: 'T1', events: [] },
        progress: [progress('TEE-1', { shipped: 3 })],
      });
    const claims = [
      placed,
      parcel(10, 'IN_TRANSIT'),
      parcel(20, 'OUT_FOR_DELIVERY'),
      parcel(30, 'DELIVERY_ATTEMPTED'),
      parcel(40, 'DELIVERED'),
    ];
    expect(story(claims).slice(1)).toEqual([['SHIPPED'], ['OUT_FOR_DELIVERY'], ['DELIVERY_ATTEMPTED'], ['DELIVERED']]);
    expect(merged(claims.slice(0, 3))).toMatchObject({
      status: 'OUT_FOR_DELIVERY',
      progress: { least: 'OUT_FOR_DELIVERY' },
      lines: [{ state: 'OUT_FOR_DELIVERY' }],
    });
  });

  test('a return runs from request to refund', () => {
    const arrived = shipment('S1', { minutes: 10, progress: [progress('TEE-1', { delivered: 3 })] });
    const back = (
      minutes: number,
      status: 'REQUESTED' | 'AUTHORIZED' | 'COMPLETED',
      refund: 'NOT_DUE' | 'ISSUED',
    ): StoredClaim =>
      claim('marketplace', {
        minutes,
        documentType: 'return-receipt',
        documentId: 'RET',
        lines: [line('TEE-1', 3)],
        return: { rmaNumber: 'R1', status, refund },
      });
    const dock = claim('wms', {
      minutes: 40,
      documentType: 'return-receipt',
      documentId: 'DOCK',
      progress: [progress('TEE-1', { returned: 3 })],
      return: { rmaNumber: 'R1', status: 'RECEIVED', refund: 'NOT_DUE' },
    });
    const claims = [
      placed,
      arrived,
      back(20, 'REQUESTED', 'NOT_DUE'),
      back(30, 'AUTHORIZED', 'NOT_DUE'),
      dock,
      back(50, 'COMPLETED', 'ISSUED'),
    ];
    expect(story(claims).slice(2)).toEqual([
      ['RETURN_REQUESTED'],
      ['RETURN_AUTHORIZED'],
      ['RETURN_RECEIVED'],
      ['RETURN_COMPLETED', 'REFUNDED'],
    ]);
    expect(merged(claims.slice(0, 4))).toMatchObject({ status: 'RETURN_IN_PROGRESS', returns: 'AUTHORIZED' });
    expect(merged(claims.slice(0, 5))).toMatchObject({
      status: 'RETURNED',
      returns: 'RECEIVED',
      returnRequests: [{ rmaNumber: 'R1', lines: [{ quantity: 3 }] }],
    });
    expect(merged(claims)).toMatchObject({
      status: 'REFUNDED',
      returns: 'COMPLETED',
      lines: [{ quantities: { returned: 3 }, state: 'RETURNED' }],
    });
  });

  test('a part that came back leaves the rest delivered', () => {
    const arrived = shipment('S1', { minutes: 10, progress: [progress('TEE-1', { delivered: 3 })] });
    const dock = claim('wms', {
      minutes: 40,
      documentType: 'return-receipt',
      documentId: 'DOCK',
      progress: [progress('TEE-1', { returned: 1 })],
      return: { status: 'COMPLETED', refund: 'ISSUED' },
    });
    expect(merged([placed, arrived, dock])).toMatchObject({
      status: 'DELIVERED',
      lines: [{ quantities: { delivered: 2, returned: 1 } }],
    });
  });

  test('a store that cannot find the goods gives SHORT_PICKED and the units are open again', () => {
    const order = channelOrder({ lines: [line('TEE-1', 2, { method: 'PICKUP_IN_STORE' })], confirmed: true });
    const task = (minutes: number, state: 'PREPARING' | 'SHORT', bucket: 'picking' | 'open'): StoredClaim =>
      pickup({ minutes, pickup: { locationCode: 'S1', state }, progress: [progress('TEE-1', { [bucket]: 2 })] });
    const claims = [order, task(10, 'PREPARING', 'picking'), task(20, 'SHORT', 'open')];
    expect(story(claims).at(-1)).toEqual(['SHORT_PICKED']);
    expect(merged(claims)).toMatchObject({ status: 'CONFIRMED', lines: [{ quantities: { open: 2 } }] });
  });
});

describe('a sale as the ERP and its warehouse tell it, step by step', () => {
  const sale = (minutes: number, told: Parameters<typeof erpOrder>[0]): StoredClaim =>
    erpOrder({
      minutes,
      documentId: 'SO-7',
      references: [{ scheme: 'erp', value: 'SO-7' }],
      lines: [line('TEE-1', 2)],
      payment: 'PENDING',
      ...told,
    });
  const task = (minutes: number, bucket: 'open' | 'allocated' | 'picking' | 'packed' | 'shipped'): StoredClaim =>
    shipment('S-7', {
      minutes,
      references: [{ scheme: 'erp', value: 'SO-7' }],
      released: true,
      shipment: { originCode: 'W1', state: bucket === 'shipped' ? 'IN_TRANSIT' : 'LABEL_CREATED', events: [] },
      progress: [progress('TEE-1', { [bucket]: 2 })],
    });
  const claims = [
    sale(0, {}),
    sale(10, { confirmed: true, released: true }),
    task(11, 'open'),
    task(20, 'allocated'),
    task(30, 'picking'),
    task(40, 'packed'),
    task(50, 'shipped'),
  ];

  test('each step gives exactly one kind of event of its own', () => {
    expect(story(claims)).toEqual([
      ['PLACED'],
      ['CONFIRMED', 'RELEASED'],
      [],
      ['ALLOCATED'],
      ['PICKING_STARTED'],
      ['PACKED'],
      ['SHIPPED'],
    ]);
  });

  test('first seen at its end, only what is known is told', () => {
    const events = eventsBetween(null, merged(claims), 2);
    expect(events.map(({ type, status }) => [type, status])).toEqual([
      ['PLACED', 'RECEIVED'],
      ['CONFIRMED', 'CONFIRMED'],
      ['RELEASED', 'CONFIRMED'],
      ['SHIPPED', 'SHIPPED'],
    ]);
    expect(events.at(-1)).toMatchObject({
      system: 'wms-main',
      occurredAt: at(50),
      lineIds: ['line_TEE-1_1'],
      quantity: 2,
      changedAxes: ['FULFILMENT'],
    });
  });

  test('a step taken back is CORRECTED', () => {
    expect(story([...claims, task(60, 'packed')]).at(-1)).toEqual(['CORRECTED']);
  });
});

describe('what a shopper may ask for', () => {
  const actions = (claims: readonly StoredClaim[], now: string) =>
    Object.fromEntries(
      actionsOf(merged(claims, now), policy, Date.parse(now)).map(({ kind, availableUntil, reasonIfUnavailable }) => [
        kind,
        reasonIfUnavailable ?? availableUntil ?? 'yes',
      ]),
    );

  test('an open order may be cancelled, one in the warehouse or on its way may not', () => {
    expect(actions([placed], at(20))).toMatchObject({
      CANCEL: 'yes',
      RETURN: 'Nothing has arrived yet.',
      PAY: 'Nothing is left to pay.',
    });
    expect(actions([placed, shipment('S1', { progress: [progress('TEE-1', { picking: 3 })] })], at(20)).CANCEL).toBe(
      'The goods are already being prepared.',
    );
    expect(actions([placed, shipment('S1', { progress: [progress('TEE-1', { shipped: 1 })] })], at(20)).CANCEL).toBe(
      'Goods have already left: they can be returned instead.',
    );
  });

  test('goods may be returned for thirty days after they arrived', () => {
    const arrived = [placed, shipment('S1', { minutes: 60, progress: [progress('TEE-1', { delivered: 3 })] })];
    const day = 24 * 60;
    expect(actions(arrived, at(100)).RETURN).toBe(at(60 + 30 * day));
    expect(actions(arrived, at(61 + 30 * day)).RETURN).toBe('The time for returns is over.');
  });

  test('goods waiting in a store may wait longer until they expire', () => {
    const order = channelOrder({ lines: [line('TEE-1', 1, { method: 'PICKUP_IN_STORE' })], confirmed: true });
    const ready = pickup({
      pickup: { locationCode: 'S1', state: 'READY', expiresAt: at(300) },
      progress: [progress('TEE-1', { readyForPickup: 1 })],
    });
    expect(actions([order], at(20))).toMatchObject({
      CHANGE_PICKUP_STORE: 'yes',
      EXTEND_PICKUP: 'No goods are waiting in the store.',
    });
    expect(actions([order, ready], at(200)).EXTEND_PICKUP).toBe(at(300));
    expect(actions([order, ready], at(301)).EXTEND_PICKUP).toBe('The waiting time is over.');
  });
});
