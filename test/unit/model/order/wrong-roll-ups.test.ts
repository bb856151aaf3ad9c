/** Roll-ups that other shops published wrongly, each as the order it was wrong about. */
import { describe, expect, test } from '@jest/globals';
import type { StoredClaim } from '#model/order/claims.ts';
import { eventsBetween } from '#model/order/events.ts';
import { mergeOrder } from '#model/order/merge.ts';
import { DEFAULT_ORDER_POLICY as policy } from '#model/order/policy.ts';
import { at, channelOrder, line, progress, shipment } from './fixtures.ts';

const NOW = at(700);
const merged = (...claims: readonly StoredClaim[]) => mergeOrder(claims, policy, NOW);
const parcel = (
  id: string,
  minutes: number,
  sku: string,
  state: 'LABEL_CREATED' | 'IN_TRANSIT' | 'DELIVERED',
  units: number,
): StoredClaim =>
  shipment(id, {
    minutes,
    progress: [
      progress(sku, { [{ LABEL_CREATED: 'packed', IN_TRANSIT: 'shipped', DELIVERED: 'delivered' }[state]]: units }),
    ],
    shipment: { state, events: [], trackingNumber: id },
  });

describe('BigCommerce b2b-buyer-portal #923: any shipment made the whole order shipped', () => {
  const order = channelOrder({ confirmed: true, lines: [line('TEE-1', 1), line('MUG-2', 1), line('CAP-3', 1)] });
  const first = parcel('S1', 10, 'TEE-1', 'IN_TRANSIT', 1);
  const second = parcel('S2', 20, 'MUG-2', 'IN_TRANSIT', 1);
  const third = parcel('S3', 30, 'CAP-3', 'IN_TRANSIT', 1);

  test('one parcel of three is a part', () => {
    expect(merged(order, first)).toMatchObject({
      status: 'PARTIALLY_SHIPPED',
      fulfilment: 'PARTIALLY_SHIPPED',
      progress: { least: 'OPEN', most: 'SHIPPED' },
    });
    expect(merged(order, first).lines.map(({ state }) => state)).toEqual(['SHIPPED', 'OPEN', 'OPEN']);
  });

  test('and the order is shipped with the last of them, whichever that is', () => {
    expect(merged(order, second, third).status).toBe('PARTIALLY_SHIPPED');
    expect(merged(order, third, first, second)).toMatchObject({ status: 'SHIPPED', fulfilment: 'SHIPPED' });
  });
});

describe('Spree #12258: a line split over two shipments took the state of one of them', () => {
  const order = channelOrder({ confirmed: true, lines: [line('TEE-1', 3)] });
  const gone = parcel('S1', 10, 'TEE-1', 'IN_TRANSIT', 2);
  const waiting = parcel('S2', 11, 'TEE-1', 'LABEL_CREATED', 1);

  test('the line is as far as its last unit, the order partly shipped', () => {
    const state = merged(order, waiting, gone);
    expect(state).toMatchObject({ status: 'PARTIALLY_SHIPPED', progress: { least: 'PACKED', most: 'SHIPPED' } });
    expect(state.lines[0]).toMatchObject({ state: 'PACKED', quantities: { packed: 1, shipped: 2 } });
  });

  test('what arrives first does not make the order delivered', () => {
    const arrived = parcel('S1', 40, 'TEE-1', 'DELIVERED', 2);
    expect(merged(order, waiting, arrived)).toMatchObject({
      status: 'PARTIALLY_DELIVERED',
      fulfilment: 'PARTIALLY_DELIVERED',
      lines: [{ state: 'PACKED', quantities: { packed: 1, delivered: 2 } }],
    });
  });
});

describe('kommerce #15: the order moved on with its first parcel', () => {
  const order = channelOrder({ confirmed: true, lines: [line('TEE-1', 1), line('MUG-2', 2)] });
  const parcels = [
    parcel('S1', 10, 'TEE-1', 'IN_TRANSIT', 1),
    parcel('S1', 20, 'TEE-1', 'DELIVERED', 1),
    parcel('S2', 30, 'MUG-2', 'IN_TRANSIT', 2),
    parcel('S2', 40, 'MUG-2', 'DELIVERED', 2),
  ];

  test('every step says how far the whole is, and no event tells more than happened', () => {
    let known: readonly StoredClaim[] = [order];
    let state = merged(order);
    const story = parcels.map((told) => {
      known = [...known, told];
      const next = merged(...known);
      const events = eventsBetween(state, next, policy.failedAttempts).map(
        ({ type, quantity }) => `${type} ${quantity}`,
      );
      state = next;
      return [next.status, ...events];
    });
    expect(story).toEqual([
      ['PARTIALLY_SHIPPED', 'SHIPPED 1'],
      ['PARTIALLY_DELIVERED', 'DELIVERED 1'],
      ['PARTIALLY_DELIVERED', 'SHIPPED 2'],
      ['DELIVERED', 'DELIVERED 2'],
    ]);
  });

  test('units that will not come do not hold the rest back', () => {
    const cancelled = channelOrder({
      minutes: 50,
      confirmed: true,
      lines: [line('TEE-1', 1), line('MUG-2', 2)],
      progress: [progress('MUG-2', { cancelled: 2 })],
    });
    expect(merged(order, cancelled, parcel('S1', 10, 'TEE-1', 'IN_TRANSIT', 1))).toMatchObject({
      status: 'SHIPPED',
      lines: [{ state: 'SHIPPED' }, { state: 'CANCELLED' }],
    });
  });
});
