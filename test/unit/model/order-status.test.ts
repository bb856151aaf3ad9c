import { describe, expect, test } from '@jest/globals';
import type { OrderEventType } from '#model/order.ts';
import type { StoredClaim } from '#model/order-claims.ts';
import { actionsOf } from '#model/order-detail.ts';
import { lastingDisagreements } from '#model/order-disagreements.ts';
import { eventsBetween } from '#model/order-events.ts';
import { mergeOrder } from '#model/order-merge.ts';
import { DEFAULT_ORDER_POLICY as policy } from '#model/order-policy.ts';
import type { OrderState } from '#model/order-state.ts';
import { at, channelOrder, claim, erpOrder, line, pickup, progress, shipment } from './order-fixtures.ts';

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

describe('split shipments', () => {
  const parcel = (id: string, state: 'LABEL_CREATED' | 'IN_TRANSIT' | 'DELIVERED', minutes: number): StoredClaim =>
    shipment(id, {
      minutes,
      shipment: { originCode: 'W1', state, events: [] },
      progress: [
        progress(
          'TEE-1',
          state === 'LABEL_CREATED' ? { packed: 1 } : state === 'IN_TRANSIT' ? { shipped: 1 } : { delivered: 1 },
        ),
      ],
    });

  test('one of three parcels shipped is PARTIALLY_SHIPPED, in the word and on the axis', () => {
    const state = merged([
      placed,
      parcel('S1', 'IN_TRANSIT', 30),
      parcel('S2', 'LABEL_CREATED', 20),
      parcel('S3', 'LABEL_CREATED', 20),
    ]);
    expect(state.status).toBe('PARTIALLY_SHIPPED');
    expect(state.fulfilment).toBe('PARTIALLY_SHIPPED');
    expect(state.statusDetail).toMatchObject({ code: 'PARTS_ON_THE_WAY', next: 'SHIPPED' });
    expect(state.statusDetail.message).toBe('1 of 3 items is on the way; the rest is being prepared.');
    expect(state.progress).toEqual({ least: 'PACKED', most: 'SHIPPED', percent: 66 });
  });

  test('a channel that calls the whole order shipped after its first parcel does not make it so', () => {
    const rolledUp = channelOrder({
      minutes: 40,
      lines: [line('TEE-1', 3)],
      confirmed: true,
      progress: [progress('TEE-1', { shipped: 3 })],
    });
    const state = merged([
      placed,
      rolledUp,
      parcel('S1', 'IN_TRANSIT', 30),
      parcel('S2', 'LABEL_CREATED', 20),
      parcel('S3', 'LABEL_CREATED', 20),
    ]);
    expect(state.status).toBe('PARTIALLY_SHIPPED');
    expect(state.lines[0]?.quantities).toMatchObject({ shipped: 1, packed: 2 });
    expect(state.disagreements).toMatchObject([
      {
        axis: 'FULFILMENT',
        chosen: { system: 'wms-main', value: 'PARTIALLY_SHIPPED' },
        others: [{ system: 'shop-main', value: 'SHIPPED' }],
        since: at(40),
      },
    ]);
    expect(lastingDisagreements(state.disagreements, policy.graceMs, Date.parse(at(50)))).toEqual([]);
    expect(lastingDisagreements(state.disagreements, policy.graceMs, Date.parse(at(55)))).toHaveLength(1);
  });

  test('the first delivered parcel does not deliver the order, the last one does', () => {
    const two = [parcel('S1', 'DELIVERED', 50), parcel('S2', 'IN_TRANSIT', 30), parcel('S3', 'IN_TRANSIT', 30)];
    expect(merged([placed, ...two]).status).toBe('PARTIALLY_DELIVERED');
    expect(merged([placed, ...two]).statusDetail.message).toBe('1 of 3 items has arrived; the rest is on its way.');
    expect(merged([placed, ...two, parcel('S2', 'DELIVERED', 60), parcel('S3', 'DELIVERED', 60)]).status).toBe(
      'DELIVERED',
    );
  });

  test('each parcel holds its own lines, and a delivered parcel stays delivered when another is cancelled', () => {
    const cancelled = shipment('S2', {
      minutes: 60,
      cancelled: true,
      shipment: { originCode: 'W1', state: 'CANCELLED', events: [] },
    });
    const state = merged([placed, parcel('S1', 'DELIVERED', 50), parcel('S2', 'LABEL_CREATED', 20), cancelled]);
    expect(state.shipments.map(({ key, state: parcelState, lines }) => [key, parcelState, lines])).toEqual([
      ['wms:wms-main:shipment:S1', 'DELIVERED', [{ lineId: 'line_TEE-1_1', quantity: 1 }]],
      ['wms:wms-main:shipment:S2', 'CANCELLED', []],
    ]);
    expect(state.lines[0]?.quantities).toMatchObject({ delivered: 1, open: 2, cancelled: 0 });
  });

  test('an older version of a shipment that arrives later changes nothing', () => {
    const states = [parcel('S1', 'DELIVERED', 50), parcel('S1', 'IN_TRANSIT', 30)];
    expect(merged([placed, ...states])).toEqual(merged([placed, ...states.toReversed()]));
    expect(merged([placed, ...states]).lines[0]?.quantities.delivered).toBe(1);
  });

  test('two lines of one SKU share progress in line order', () => {
    const two = channelOrder({ lines: [line('TEE-1', 1), line('TEE-1', 2)], confirmed: true });
    const state = merged([
      two,
      shipment('S1', { minutes: 9, progress: [progress('TEE-1', { shipped: 2, picking: 1 })] }),
    ]);
    expect(state.lines.map(({ id, quantities }) => [id, quantities.shipped, quantities.picking])).toEqual([
      ['line_TEE-1_1', 1, 0],
      ['line_TEE-1_2', 1, 1],
    ]);
  });
});

describe('who is believed', () => {
  test('a lower authority may add units that no higher one speaks of', () => {
    const state = merged([
      placed,
      shipment('S1', { progress: [progress('TEE-1', { picking: 1 })] }),
      erpOrder({ minutes: 5, lines: [line('TEE-1', 3)], progress: [progress('TEE-1', { shipped: 2 })] }),
    ]);
    expect(state.lines[0]?.quantities).toMatchObject({ picking: 1, shipped: 1, open: 1 });
  });

  test('goods that left may be told delivered by the marketplace; goods still in the house may not', () => {
    const told = channelOrder({
      minutes: 90,
      lines: [line('TEE-1', 3)],
      confirmed: true,
      progress: [progress('TEE-1', { delivered: 3 })],
    });
    const left = merged([told, shipment('S1', { progress: [progress('TEE-1', { shipped: 3 })] })]);
    expect(left.status).toBe('DELIVERED');
    expect(left.disagreements).toEqual([]);
    expect(merged([told, shipment('S1', { progress: [progress('TEE-1', { packed: 3 })] })]).status).toBe('PREPARING');
  });

  test('pickup lines belong to the store, whatever the ERP books', () => {
    const order = channelOrder({
      lines: [line('TEE-1', 1, { method: 'PICKUP_IN_STORE', locationCode: 'S1' })],
      confirmed: true,
    });
    const task = pickup({
      minutes: 30,
      pickup: { locationCode: 'S1', state: 'READY', readyAt: at(30), expiresAt: at(9_000) },
      progress: [progress('TEE-1', { readyForPickup: 1 })],
    });
    const booked = erpOrder({ minutes: 60, lines: [line('TEE-1', 1)], progress: [progress('TEE-1', { shipped: 1 })] });
    expect(merged([order, task, booked]).status).toBe('READY_FOR_PICKUP');
  });

  test('marketplace-fulfilled lines listen to the marketplace only', () => {
    const own = { ...policy, marketplaceLocations: ['FC'] };
    const order = channelOrder({ lines: [line('TEE-1', 1, { locationCode: 'FC' })], confirmed: true });
    const booked = erpOrder({ minutes: 60, lines: [line('TEE-1', 1)], progress: [progress('TEE-1', { shipped: 1 })] });
    expect(mergeOrder([order, booked], own, at(90)).status).toBe('CONFIRMED');
    const sent = channelOrder({ ...order, sequence: '99', progress: [progress('TEE-1', { shipped: 1 })] });
    expect(mergeOrder([sent, booked], own, at(90)).status).toBe('SHIPPED');
  });

  test.each([
    ['PENDING', 'PAID', 'PAID'],
    ['AUTHORIZED', 'PAID', 'PAID'],
    ['PAID', 'PENDING', 'PAID'],
    ['FAILED', 'PAID', 'FAILED'],
    ['REFUNDED', 'PAID', 'REFUNDED'],
    ['PAID', 'VOIDED', 'PAID'],
    ['PENDING', 'VOIDED', 'VOIDED'],
  ] as const)('payment: the ERP says %s and the channel %s: %s', (erp, channel, expected) => {
    const state = merged([
      channelOrder({ lines: [line('TEE-1', 1)], payment: channel }),
      erpOrder({ payment: erp, lines: [line('TEE-1', 1)] }),
    ]);
    expect(state.payment.value).toBe(expected);
  });

  test('a sales order cancelled and entered anew does not cancel the order', () => {
    const state = merged([
      placed,
      erpOrder({ documentId: 'SO-1', lines: [line('TEE-1', 3)], cancelled: true }),
      erpOrder({ documentId: 'SO-2', lines: [line('TEE-1', 3)], confirmed: true }),
    ]);
    expect(state.status).toBe('CONFIRMED');
    expect(state.lines[0]?.quantities).toMatchObject({ open: 3, cancelled: 0 });
  });
});

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

describe('units that a warehouse gives up', () => {
  const givenUp = shipment('S1', {
    minutes: 30,
    shipment: { state: 'CANCELLED', events: [] },
    progress: [progress('TEE-1', { cancelled: 3 })],
  });

  test('will not come, once nobody has to decide about them any more', () => {
    const undecided = erpOrder({ minutes: 31, lines: [line('TEE-1', 3)], confirmed: true, onHold: true });
    const decided = erpOrder({ minutes: 60, lines: [line('TEE-1', 3)], confirmed: true });
    expect(merged([undecided, givenUp]).lines[0]?.quantities).toMatchObject({ open: 3, cancelled: 0 });
    expect(merged([undecided, decided, givenUp]).status).toBe('CANCELLED');
  });

  test('come all the same when another shipment holds them', () => {
    const again = shipment('S2', { minutes: 40, progress: [progress('TEE-1', { picking: 2 })] });
    expect(merged([placed, givenUp, again]).lines[0]?.quantities).toMatchObject({ picking: 2, cancelled: 1 });
  });
});
