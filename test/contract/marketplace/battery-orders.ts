/** What every marketplace must do with orders: read them, follow them, keep those that wait in view. */
import { describe, expect, it } from '@jest/globals';
import type { OrderClaim } from '#model/change.ts';
import type { CompanyOrder, CompanyOrderStage } from '#simulation/company/company.ts';
import { BACKGROUND, CALL, streamOf } from '../marketplace-world.ts';
import { type Bench, claimOf, failureOf, first, NUMBER, orderClaims } from './bench.ts';

/** What the channel says of an order in each stage: its money, and whether it goes on. */
const MEANING: Readonly<Record<CompanyOrderStage, Partial<OrderClaim>>> = {
  QUOTED: { confirmed: false, cancelled: false, payment: 'PENDING' },
  CONFIRMED: { confirmed: true, cancelled: false, payment: 'AUTHORIZED' },
  RELEASED: { confirmed: true, cancelled: false, payment: 'AUTHORIZED' },
  ALLOCATED: { confirmed: true, cancelled: false, payment: 'AUTHORIZED' },
  PICKING: { confirmed: true, cancelled: false, payment: 'AUTHORIZED' },
  PACKED: { confirmed: true, cancelled: false, payment: 'AUTHORIZED' },
  READY_FOR_PICKUP: { confirmed: true, cancelled: false, payment: 'AUTHORIZED' },
  PARTIALLY_SHIPPED: { confirmed: true, cancelled: false, payment: 'PARTIALLY_PAID' },
  SHIPPED: { confirmed: true, cancelled: false, payment: 'PAID' },
  DELIVERED: { confirmed: true, cancelled: false, payment: 'PAID' },
  COLLECTED: { confirmed: true, cancelled: false, payment: 'PAID' },
  RETURNED: { confirmed: true, cancelled: false, payment: 'PAID' },
  CANCELLED: { cancelled: true, payment: 'VOIDED' },
};

export const orderBattery = (bench: Bench): void => {
  const { vendor, merchantListed, sellable, orders } = bench;

  describe('orders', () => {
    it('are what the company has, null for others', async () => {
      const order = first(
        orders().filter(({ stage }) => stage === 'PACKED'),
        'packed order',
      );
      const [unknown, found] = await bench.world.port.orders([vendor.unknownOrderId, order.number], CALL);
      expect(unknown).toBeNull();
      const totalMinor = order.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
      expect(found).toMatchObject({
        marketplace: vendor.marketplace,
        externalId: order.number,
        fulfilledBy: 'MERCHANT',
        total: { amountMinor: totalMinor, currency: 'EUR' },
        asOf: order.stageAt,
      });
      expect(Date.parse(found?.shipBy ?? '')).toBeGreaterThan(Date.parse(order.placedAt));
      expect(Date.parse(found?.deliverBy ?? '')).toBeGreaterThan(Date.parse(found?.shipBy ?? ''));
    });

    it('one is read by itself, many in calls as large as the vendor allows, and both say the same', async () => {
      const numbers = orders().map(({ number }) => number);
      const [alone] = await bench.world.port.orders(numbers.slice(0, 1), CALL);
      expect(await bench.world.callsOf(vendor.operations.oneOrder)).toBe(1);
      expect(await bench.world.callsOf(vendor.operations.manyOrders)).toBe(0);
      // More than one call can hold; the ones nobody has are null.
      const nobodys = Array.from(
        { length: vendor.perCall.orders },
        (_, index) => `998-0000000-${String(index).padStart(7, '0')}`,
      );
      const many = await bench.world.port.orders([...numbers, ...nobodys], CALL);
      expect(many.slice(0, numbers.length).map((order) => order?.externalId)).toEqual(numbers);
      expect(many.slice(numbers.length).every((order) => order === null)).toBe(true);
      expect(await bench.world.callsOf(vendor.operations.oneOrder)).toBe(1);
      expect(await bench.world.callsOf(vendor.operations.manyOrders)).toBe(
        Math.ceil((numbers.length + nobodys.length) / vendor.perCall.orders),
      );
      expect({ ...many[0], asOf: '', version: '' }).toEqual({ ...alone, asOf: '', version: '' });
      expect(Math.abs(Date.parse(many[0]?.asOf ?? '') - Date.parse(alone?.asOf ?? ''))).toBeLessThan(1_000);
    });

    it('that wait for us are known without asking each time', async () => {
      const waiting = ['CONFIRMED', 'RELEASED', 'ALLOCATED', 'PICKING', 'PACKED', 'PARTIALLY_SHIPPED'];
      await bench.world.clock.advance(vendor.streamDelayMs);
      const open = await bench.world.port.openOrders?.(CALL);
      const expected = orders().filter(({ stage }) => waiting.includes(stage));
      expect(expected.length).toBeGreaterThan(0);
      expect(open?.complete).toBe(true);
      expect(open?.orders.map(({ externalId }) => externalId).toSorted()).toEqual(
        expected.map(({ number }) => number).toSorted(),
      );
      const calls = (await bench.world.control.ledger()).calls;
      await bench.world.port.openOrders?.(CALL);
      expect((await bench.world.control.ledger()).calls).toBe(calls);
    });

    it('leave the waiting ones once the stream has seen them shipped, and join them when new', async () => {
      await bench.world.clock.advance(vendor.streamDelayMs);
      const { watermark } = await bench.world.drain('orders', null);
      const before = await bench.world.port.openOrders?.(CALL);
      const gone = first(before?.orders ?? [], 'open order').externalId;
      await bench.world.control.act(vendor.acts.ship(gone));
      await bench.world.control.act(
        vendor.acts.newOrder({ listingId: sellable().listing.sellerSku, quantity: 1, number: NUMBER }),
      );
      await bench.world.clock.advance(vendor.streamDelayMs);
      await bench.world.drain('orders', watermark);
      const searched = await bench.world.callsOf(vendor.operations.orderStream);
      const after = await bench.world.port.openOrders?.(CALL);
      const ids = after?.orders.map(({ externalId }) => externalId) ?? [];
      expect(ids).toContain(NUMBER);
      expect(ids).not.toContain(gone);
      expect(Date.parse(after?.asOf ?? '')).toBeGreaterThan(Date.parse(before?.asOf ?? ''));
      expect(await bench.world.callsOf(vendor.operations.orderStream)).toBe(searched);
    });
  });

  describe('the stream of orders', () => {
    it('begins with every order, each with its lines, money and progress', async () => {
      await bench.world.clock.advance(vendor.streamDelayMs);
      const { changes, rejected } = await bench.world.drain('orders', null);
      expect(rejected).toEqual([]);
      expect(
        orderClaims(changes)
          .map(({ documentId }) => documentId)
          .toSorted(),
      ).toEqual(
        orders()
          .map(({ number }) => number)
          .toSorted(),
      );
      for (const order of orders()) {
        const claim = claimOf(changes, order.number);
        expect(claim).toMatchObject({
          ...MEANING[order.stage],
          documentType: 'marketplace-order',
          channel: 'amazon',
          references: [{ scheme: 'channel', value: order.number }],
          placedAt: order.placedAt,
          effectiveAt: order.stageAt,
          sequence: String(Date.parse(order.stageAt)),
        });
        expect(claim?.lines?.map(({ ordered }) => ordered)).toEqual(order.lines.map(({ quantity }) => quantity));
        const gone = claim?.progress?.reduce(
          (sum, { quantities }) => sum + (quantities.shipped ?? 0) + (quantities.delivered ?? 0),
          0,
        );
        const shipped =
          order.stage === 'CANCELLED' ? 0 : order.lines.reduce((sum, line) => sum + line.shippedQuantity, 0);
        expect(gone ?? 0).toBe(shipped);
        if (order.trackingNumber !== undefined && order.stage !== 'CANCELLED') {
          expect(claim?.shipment).toMatchObject({ trackingNumber: order.trackingNumber, carrier: order.carrier });
        }
      }
    });

    it('tells delivered units as delivered, cancelled ones as cancelled', async () => {
      await bench.world.clock.advance(vendor.streamDelayMs);
      const { changes } = await bench.world.drain('orders', null);
      const delivered = first(
        orders().filter(({ stage }) => stage === 'DELIVERED'),
        'delivered order',
      );
      const cancelled = first(
        orders().filter(({ stage }) => stage === 'CANCELLED'),
        'cancelled order',
      );
      const units = (order: CompanyOrder): number => order.lines.reduce((sum, { quantity }) => sum + quantity, 0);
      const sumOf = (number: string, bucket: 'delivered' | 'cancelled'): number =>
        claimOf(changes, number)?.progress?.reduce((sum, { quantities }) => sum + (quantities[bucket] ?? 0), 0) ?? 0;
      expect(sumOf(delivered.number, 'delivered')).toBe(units(delivered));
      expect(claimOf(changes, delivered.number)?.shipment?.state).toBe('DELIVERED');
      expect(sumOf(cancelled.number, 'cancelled')).toBe(units(cancelled));
    });

    it('then tells only what changed, and the newest state of it', async () => {
      await bench.world.clock.advance(vendor.streamDelayMs);
      const { watermark } = await bench.world.drain('orders', null);
      await bench.world.clock.advance(vendor.streamDelayMs);
      const quiet = await bench.world.drain('orders', watermark);
      expect(quiet.changes).toEqual([]);
      await bench.world.control.act(
        vendor.acts.newOrder({ listingId: sellable().listing.sellerSku, quantity: 2, number: NUMBER }),
      );
      await bench.world.control.act(vendor.acts.ship(NUMBER));
      await bench.world.clock.advance(vendor.streamDelayMs);
      const next = await bench.world.drain('orders', quiet.watermark);
      expect(orderClaims(next.changes)).toHaveLength(1);
      expect(claimOf(next.changes, NUMBER)).toMatchObject({
        payment: 'PAID',
        progress: [{ quantities: { shipped: 2 } }],
        shipment: { state: 'IN_TRANSIT' },
      });
    });

    it('loses nothing that happens while it is not polled, nor between two windows', async () => {
      const { watermark } = await bench.world.drain('orders', null);
      const { listing } = first(
        merchantListed().filter(({ listing }) => listing.quantity >= 12),
        'plentiful listing',
      );
      const made: string[] = [];
      let place = watermark;
      const seen = new Set<string>();
      for (let turn = 0; turn < 12; turn++) {
        const number = `306-0000000-${String(turn).padStart(7, '0')}`;
        made.push(number);
        await bench.world.control.act(vendor.acts.newOrder({ listingId: listing.sellerSku, quantity: 1, number }));
        await bench.world.clock.advance(50_000);
        if (turn % 3 !== 2) continue;
        const next = await bench.world.drain('orders', place);
        place = next.watermark;
        for (const { documentId } of orderClaims(next.changes)) seen.add(documentId);
      }
      await bench.world.clock.advance(vendor.streamDelayMs);
      for (const { documentId } of orderClaims((await bench.world.drain('orders', place)).changes))
        seen.add(documentId);
      expect(made.filter((number) => !seen.has(number))).toEqual([]);
    });

    it('does not move on when the vendor fails', async () => {
      await bench.world.clock.advance(vendor.streamDelayMs);
      const { watermark } = await bench.world.drain('orders', null);
      await bench.world.control.act(
        vendor.acts.newOrder({ listingId: sellable().listing.sellerSku, quantity: 1, number: NUMBER }),
      );
      await bench.world.clock.advance(vendor.streamDelayMs);
      await bench.world.control.addFault({ kind: 'unavailable', match: { operation: vendor.operations.orderStream } });
      expect(await failureOf(streamOf(bench.world.port, 'orders').poll(watermark, BACKGROUND))).toMatch(
        /^UPSTREAM_UNAVAILABLE/,
      );
      await bench.world.control.clearFaults();
      const port = bench.world.open();
      expect(claimOf((await bench.world.drain('orders', watermark, port)).changes, NUMBER)).toBeDefined();
    });

    it('a watermark it cannot read starts it from the beginning', async () => {
      await bench.world.clock.advance(vendor.streamDelayMs);
      const { changes } = await bench.world.drain('orders', 'not a watermark');
      expect(orderClaims(changes)).toHaveLength(orders().length);
    });
  });
};
