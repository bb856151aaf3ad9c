import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergeOrder } from '#model/order/merge.ts';
import { DEFAULT_ORDER_POLICY } from '#model/order/policy.ts';
import { demandOf } from '#subgraphs/process/order-status/demand.ts';
import { anyOrder, shuffled } from '../../model/order/arbitraries.ts';
import { at, channelOrder, erpOrder, line, progress, shipment } from '../../model/order/fixtures.ts';

const merged = (claims: Parameters<typeof mergeOrder>[0]) => mergeOrder(claims, DEFAULT_ORDER_POLICY, at(600));

describe('what an order still wants of stock', () => {
  test('is counted once, however many systems speak of it and in whatever order', () => {
    fc.assert(
      fc.property(
        anyOrder.chain((claims) => fc.tuple(fc.constant(claims), shuffled([...claims, ...claims]))),
        ([claims, again]) => {
          const state = merged(claims);
          const demand = demandOf(state);
          const ordered = new Map(state.lines.map((entry) => [entry.id, entry.ordered]));
          expect(new Set(demand.map(({ lineId }) => lineId)).size).toBe(demand.length);
          for (const row of demand)
            expect(row.unreleased + row.released).toBeLessThanOrEqual(ordered.get(row.lineId) ?? 0);
          expect(demandOf(merged(again))).toEqual(demand);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('the same three units in the channel, the ERP and the warehouse are three', () => {
    const lines = [line('TEE-1', 3, { locationCode: 'W1' })];
    const claims = [
      channelOrder({ lines, progress: [progress('TEE-1', { open: 3 })] }),
      erpOrder({ lines, released: true, progress: [progress('TEE-1', { allocated: 3 })] }),
      shipment('S-1', { progress: [progress('TEE-1', { picking: 3 })] }),
    ];
    for (const some of [claims, claims.toReversed(), claims.slice(0, 2), claims.slice(0, 1)]) {
      const units = demandOf(merged(some)).reduce((sum, row) => sum + row.unreleased + row.released, 0);
      expect(units).toBe(3);
    }
  });
});
