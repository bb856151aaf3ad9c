import { describe, expect, test } from '@jest/globals';
import { mergeOrder } from '#model/order/merge.ts';
import { DEFAULT_ORDER_POLICY } from '#model/order/policy.ts';
import { demandDifference, demandOf } from '#subgraphs/process/order-status/demand.ts';
import { freshnessOf } from '#subgraphs/process/order-status/freshness.ts';
import { channelNamer } from '#subgraphs/process/order-status/open.ts';
import { systemsOf } from '#subgraphs/process/order-status/systems.ts';
import { HIDDEN_FROM, titleOf } from '#subgraphs/process/order-status/timeline.ts';
import { parseProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { at, channelOrder, erpOrder, line, progress, shipment } from '#test/unit/model/order/fixtures.ts';

const merge = (...claims: Parameters<typeof mergeOrder>[0]) => mergeOrder(claims, DEFAULT_ORDER_POLICY, at(60));
const order = channelOrder({ lines: [line('TEE-1', 3, { locationCode: 'S1' }), line('MUG-2', 2)] });
const work = shipment('S', {
  progress: [progress('TEE-1', { picking: 1, shipped: 1 }), progress('MUG-2', { shipped: 2 })],
});

describe('demand', () => {
  test('counts units that have not left, apart by whether somebody has them in hand', () => {
    expect(demandOf(merge(order, work))).toEqual([
      { lineId: 'line_TEE-1_1', sku: 'TEE-1', locationCode: 'S1', unreleased: 1, released: 1 },
    ]);
    expect(demandOf(null)).toEqual([]);
  });

  test('differs only for SKUs whose units have moved', () => {
    const [before, after] = [demandOf(merge(order)), demandOf(merge(order, work))];
    expect(demandDifference(before, after).toSorted()).toEqual(['MUG-2', 'TEE-1']);
    expect(demandDifference(after, after)).toEqual([]);
    expect(demandDifference([], after)).toEqual(['TEE-1']);
  });
});

describe('freshness', () => {
  const policy = {
    liveWithinMs: 10_000,
    missingAfterMs: { erp: 60_000, pos: 60_000, wms: 60_000, marketplace: 60_000 },
  };
  const nowMs = Date.parse(at(60));
  const ageOf = (contacts: Record<string, number>) =>
    freshnessOf(
      merge(order, work),
      new Map(Object.entries(contacts).map(([connection, ageMs]) => [connection, nowMs - ageMs])),
      policy,
      nowMs,
    );

  test.each([
    [{ 'shop-main': 1_000, 'wms-main': 2_000 }, 'LIVE'],
    [{ 'shop-main': 1_000, 'wms-main': 20_000 }, 'FRESH'],
    [{ 'shop-main': 1_000, 'wms-main': 90_000 }, 'PARTIAL'],
    [{ 'shop-main': 1_000 }, 'PARTIAL'],
    [{ 'shop-main': 90_000, 'wms-main': 90_000 }, 'STALE'],
    [{ 'pos-main': 1 }, 'UNKNOWN'],
  ] as const)('%j is %s', (contacts, freshness) => {
    expect(ageOf(contacts).freshness).toBe(freshness);
  });

  test('asOf is the least recent contact', () => {
    expect(ageOf({ 'shop-main': 1_000, 'wms-main': 20_000 }).asOf).toBe(new Date(nowMs - 20_000).toISOString());
  });
});

describe('systems of an order', () => {
  test('a living sales order leads, and a marketplace is named by its listings', () => {
    const listed = channelOrder({
      lines: [
        {
          ...line('TEE-1', 1),
          items: [
            { scheme: 'sku', value: 'TEE-1' },
            { scheme: 'listing', scope: 'SHOP_DE', value: 'B0' },
          ],
        },
      ],
    });
    const off = erpOrder({ documentId: 'SO-1', lines: [line('TEE-1', 1)], cancelled: true });
    const on = erpOrder({ documentId: 'SO-2', lines: [line('TEE-1', 1)] });
    expect(systemsOf(merge(listed, off, on, work))).toEqual({
      erp: { number: 'SO-2' },
      pos: [],
      pickupTasks: [],
      wms: [{ id: 'S' }],
      marketplace: { marketplace: 'SHOP_DE', externalId: 'M-1' },
      returnReceipts: [],
    });
    expect(systemsOf(merge(order)).marketplace).toBeNull();
  });
});

describe('timeline', () => {
  test('titles count items, and shoppers are spared bookkeeping', () => {
    expect(titleOf({ type: 'SHIPPED', quantity: 2 })).toBe('Sent (2 items)');
    expect(titleOf({ type: 'SHIPPED', quantity: 1 })).toBe('Sent (1 item)');
    expect(titleOf({ type: 'CONFIRMED', quantity: null })).toBe('Order confirmed');
    expect(HIDDEN_FROM.CUSTOMER).toContain('POSTED');
    expect(HIDDEN_FROM.CHANNEL).not.toContain('SETTLED');
    expect(HIDDEN_FROM.OPERATIONS).toEqual([]);
  });
});

describe('channel names', () => {
  const named = channelNamer(
    parseProcessPolicy({ channels: { web: {}, amazon: { marketplace: 'AMAZON_DE', ordersFrom: ['amz'] } } }).channels,
  );
  test('documents may call a channel by any of its names; unnamed orders belong to the shop', () => {
    expect(['amazon', 'AMAZON_DE', 'amz', 'elsewhere', null].map(named)).toEqual([
      'amazon',
      'amazon',
      'amazon',
      'elsewhere',
      'web',
    ]);
  });
});
