/** What every marketplace must tell of settlements and of the stock that it keeps. */
import { describe, expect, it } from '@jest/globals';
import { CALL } from '../marketplace-world.ts';
import { type Bench, first } from './bench.ts';

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
