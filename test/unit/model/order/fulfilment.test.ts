import { describe, expect, test } from '@jest/globals';
import type { StoredClaim } from '#model/order/claims.ts';
import { lastingDisagreements } from '#model/order/disagreements.ts';
import { mergeOrder } from '#model/order/merge.ts';
import { DEFAULT_ORDER_POLICY as policy } from '#model/order/policy.ts';
import type { OrderState } from '#model/order/state.ts';
import { at, channelOrder, erpOrder, line, pickup, progress, shipment } from './fixtures.ts';

const merged = (claims: readonly StoredClaim[], now = at(120)): OrderState => mergeOrder(claims, policy, now);
const placed = channelOrder({ lines: [line('TEE-1', 3)], confirmed: true, payment: 'PAID' });

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

  test.each([
    ['PENDING', 'PAID', 0],
    ['AUTHORIZED', 'PAID', 0],
    ['PENDING', 'VOIDED', 0],
    ['PARTIALLY_PAID', 'PAID', 1],
    ['FAILED', 'PAID', 1],
    ['REFUNDED', 'PAID', 1],
  ] as const)('an ERP that says %s contradicts a channel that says %s %d times', (erp, channel, times) => {
    const state = merged([
      channelOrder({ lines: [line('TEE-1', 1)], payment: channel }),
      erpOrder({ payment: erp, lines: [line('TEE-1', 1)] }),
    ]);
    expect(state.disagreements).toHaveLength(times);
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
