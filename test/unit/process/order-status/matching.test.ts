import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OrderReference } from '#model/change.ts';
import { documentKeyOf } from '#model/order/claims.ts';
import {
  canonicalReference,
  clusterClaims,
  contradicting,
  survivorOf,
} from '#subgraphs/process/order-status/matching.ts';
import { channelOrder, shipment } from '#test/unit/model/order/fixtures.ts';

const channel = (value: string): OrderReference => ({ scheme: 'channel', value });
const erp = (value: string): OrderReference => ({ scheme: 'erp', value });
const document = (id: string, ...references: OrderReference[]) => shipment(id, { references });
const nothing = { orderOfReference: new Map<string, string>(), orderOfDocument: new Map<string, string>() };

describe('which documents belong together', () => {
  test('those that share a reference, directly or through others', () => {
    const claims = [
      document('a', channel('1')),
      document('b', erp('S1')),
      document('c', channel('1'), erp('S1')),
      document('d', channel('2')),
    ];
    const clusters = clusterClaims(claims, nothing).map((cluster) =>
      cluster.claims.map(({ documentId }) => documentId),
    );
    expect(clusters).toEqual([['a', 'b', 'c'], ['d']]);
  });

  test('a number of the channel and the same number of the ERP are two references', () => {
    expect(clusterClaims([document('a', channel('1')), document('b', erp('1'))], nothing)).toHaveLength(2);
  });

  test('what is tied to an order brings the order along, several where they meet', () => {
    const [cluster] = clusterClaims([document('a', channel('1'), erp('S1'))], {
      orderOfReference: new Map([
        ['channel:1', 'ord_b'],
        ['erp:S1', 'ord_a'],
      ]),
      orderOfDocument: new Map([['wms:wms-main:shipment:a', 'ord_c']]),
    });
    expect(cluster?.orderIds).toEqual(['ord_a', 'ord_b', 'ord_c']);
  });

  test('the order of claims decides nothing', () => {
    const reference = fc.record({
      scheme: fc.constantFrom('channel' as const, 'erp' as const),
      value: fc.constantFrom('1', '2', '3', '4', '5'),
    });
    const claims = fc
      .array(fc.array(reference, { minLength: 1, maxLength: 2 }), { maxLength: 8 })
      .map((all) => all.map((references, index) => document(String(index), ...references)));
    const shape = (clusters: ReturnType<typeof clusterClaims>) =>
      clusters.map((cluster) => cluster.claims.map(documentKeyOf).sort().join()).sort();
    fc.assert(
      fc.property(
        claims.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(shape(clusterClaims(shuffled, nothing))).toEqual(shape(clusterClaims(all, nothing)));
        },
      ),
    );
  });

  test("an order's id is made of the channel's number where there is one", () => {
    expect(canonicalReference([document('a', erp('S1')), document('b', channel('9'), channel('8'))])).toEqual(
      channel('8'),
    );
    expect(canonicalReference([document('a', erp('S1'))])).toEqual(erp('S1'));
    expect(canonicalReference([document('a')])).toBeNull();
  });

  test('a second marketplace order under the same number contradicts the first, its new version does not', () => {
    const [first, second] = [channelOrder({ documentId: 'M1' }), channelOrder({ documentId: 'M2' })];
    expect(contradicting([first], [second, channelOrder({ documentId: 'M1', sequence: '9' })])).toEqual([second]);
    expect(contradicting([], [first, document('a', channel('1'))])).toEqual([]);
  });

  test('of several orders the one with a channel number stays, then the older, then the smaller id', () => {
    const order = (id: string, hasChannelNumber: boolean, placedAt: string) => ({ id, hasChannelNumber, placedAt });
    expect(survivorOf([order('a', false, '2026-01-01T00:00:00Z'), order('b', true, '2026-01-02T00:00:00Z')])).toBe('b');
    expect(survivorOf([order('a', true, '2026-01-03T00:00:00Z'), order('b', true, '2026-01-02T00:00:00Z')])).toBe('b');
    expect(survivorOf([order('b', true, '2026-01-02T00:00:00Z'), order('a', true, '2026-01-02T00:00:00+00:00')])).toBe(
      'a',
    );
    expect(survivorOf([])).toBeUndefined();
  });
});
