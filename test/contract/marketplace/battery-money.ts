/** What every marketplace must tell of settlements and of the stock that it keeps. */
import { describe, expect, it } from '@jest/globals';
import type { Change, OrderClaim } from '#model/change.ts';
import { mergeOrder } from '#model/order/merge.ts';
import { DEFAULT_ORDER_POLICY } from '#model/order/policy.ts';
import { isoOf } from '#runtime/clock.ts';
import { claim, line } from '#test/unit/model/order/fixtures.ts';
import { CALL } from '../marketplace-world.ts';
import { type Bench, claimOf, first } from './bench.ts';

export const moneyBattery = (bench: Bench): void => {
  const { vendor, listed, sellable, orders } = bench;

  describe('settlements', () => {
    it('sum to their net total, and settle the orders that arrived', async () => {
      const reports = (await bench.world.port.settlementReports?.({}, CALL)) ?? [];
      expect(reports.length).toBeGreaterThan(0);
      const settled = new Set<string>();
      for (const report of reports) {
        expect(report.marketplace).toBe(vendor.marketplace);
        expect(report.lines.reduce((sum, { amount }) => sum + amount.amountMinor, 0)).toBe(report.netTotal.amountMinor);
        for (const { orderExternalId } of report.lines) if (orderExternalId) settled.add(orderExternalId);
      }
      const arrived = orders()
        .filter(({ stage }) => stage === 'DELIVERED' || stage === 'RETURNED')
        .map(({ number }) => number);
      expect(settled.size).toBeGreaterThan(0);
      expect([...settled].filter((number) => !arrived.includes(number))).toEqual([]);
    });

    it('tell a sale as gross and tax, and a refund by its own words', async () => {
      const reports = (await bench.world.port.settlementReports?.({}, CALL)) ?? [];
      const lines = reports.flatMap((report) => report.lines);
      for (const order of orders()) {
        const own = lines.filter(({ orderExternalId }) => orderExternalId === order.number);
        if (own.length === 0) continue;
        const sumOf = (...components: readonly string[]): number =>
          own
            .filter(({ component }) => components.includes(component))
            .reduce((sum, { amount }) => sum + amount.amountMinor, 0);
        const gross = order.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
        expect(sumOf('GROSS_SALE', 'TAX')).toBe(gross);
        expect(sumOf('COMMISSION')).toBeLessThan(0);
        expect(sumOf('REFUND')).toBe(order.stage === 'RETURNED' ? -gross : 0);
      }
    });

    it('are found by the days that their period touches', async () => {
      const reports = (await bench.world.port.settlementReports?.({}, CALL)) ?? [];
      const newest = first(reports, 'report');
      const only = await bench.world.port.settlementReports?.({ from: newest.to }, CALL);
      expect(only?.map(({ id }) => id)).toEqual([newest.id]);
      expect(await bench.world.port.settlementReports?.({ to: '2020-01-01' }, CALL)).toEqual([]);
    });
  });

  describe('settlements as they come', () => {
    const settlementsIn = (changes: readonly Change[]): readonly OrderClaim[] =>
      changes
        .filter((change) => change.kind === 'order-claim')
        .filter(({ documentType }) => documentType === 'settlement');
    const latest = (change: readonly Change[], claim: OrderClaim): OrderClaim | undefined =>
      claimOf(change, claim.references[0]?.value ?? '');

    it('are told once, report by report, and agree with what the orders say', async () => {
      await bench.world.clock.advance(vendor.streamDelayMs);
      const orders = await bench.world.drain('orders', null);
      const told = await bench.world.drain('settlements', null);
      const settlements = settlementsIn(told.changes);
      expect(settlements.length).toBeGreaterThan(0);
      expect(new Set(settlements.map(({ documentId }) => documentId)).size).toBe(settlements.length);
      expect(told.rejected).toEqual([]);
      const lines = [line('P1', 1)];
      for (const settlement of settlements) {
        const order = latest(orders.changes, settlement);
        const asMerged = mergeOrder(
          [
            { ...claim('marketplace', { ...order, lines }), system: 'marketplace', connection: 'm' },
            { ...claim('marketplace', settlement), system: 'marketplace', connection: 'm' },
          ],
          DEFAULT_ORDER_POLICY,
          isoOf(bench.world.clock.now()),
        );
        expect([settlement.documentId, asMerged.settlement.status, asMerged.settlement.difference]).toEqual([
          settlement.documentId,
          'SETTLED',
          null,
        ]);
      }
      expect((await bench.world.drain('settlements', told.watermark)).changes).toEqual([]);
      // Another process goes on where this one was.
      expect((await bench.world.drain('settlements', told.watermark, bench.world.open())).changes).toEqual([]);
    });

    it('a report that cannot be read is put on record, and those behind it are told', async () => {
      const { watermark } = await bench.world.drain('settlements', null);
      const arrived = orders().filter(({ stage }) => ['SHIPPED', 'DELIVERED', 'RETURNED'].includes(stage));
      const [broken, sound] = [first(arrived, 'order that has left'), first(arrived.slice(1), 'second one')];
      await bench.world.control.act(vendor.acts.settle(broken.number, { broken: true }));
      await bench.world.clock.advance(600_000);
      await bench.world.control.act(vendor.acts.settle(sound.number, { short: 250 }));
      await bench.world.clock.advance(600_000);
      const told = await bench.world.drain('settlements', watermark);
      expect(told.rejected).toMatchObject([{ kind: 'SCHEMA_MISMATCH' }]);
      expect(settlementsIn(told.changes).map(({ references }) => references[0]?.value)).toEqual([sound.number]);
      expect((await bench.world.drain('settlements', told.watermark)).rejected).toEqual([]);
    });
  });

  describe('stock that the marketplace keeps', () => {
    it('is what the company keeps there, null for what it does not', async () => {
      const theirs = listed().filter(({ listing }) => listing.fulfilment === 'FBA');
      const ours = sellable().listing.sellerSku;
      expect(theirs.length).toBeGreaterThan(0);
      const held = await bench.world.port.heldStock?.(
        vendor.marketplace,
        [ours, ...theirs.map(({ listing }) => listing.sellerSku)],
        CALL,
      );
      expect(held?.[0]).toBeNull();
      expect(held?.slice(1).map((entry) => [entry?.sellerSku, entry?.fulfillable])).toEqual(
        theirs.map(({ listing }) => [listing.sellerSku, listing.quantity]),
      );
    });
  });
};
