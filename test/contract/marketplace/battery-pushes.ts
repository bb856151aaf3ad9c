/** What every marketplace must make of pushed deliveries. */
import { describe, expect, it } from '@jest/globals';
import { CALL } from '../marketplace-world.ts';
import { type Bench, claimOf, first, listingChanges, NUMBER } from './bench.ts';

export const pushBattery = (bench: Bench): void => {
  const { vendor, sellable, orders } = bench;

  describe('pushed deliveries', () => {
    it('of a new order make its claim', async () => {
      const { listing, sku } = sellable();
      const { changes } = await bench.world.pushed(
        vendor.acts.newOrder({ listingId: listing.sellerSku, quantity: 2, number: NUMBER }),
        (told) => claimOf(told, NUMBER) !== undefined,
      );
      expect(claimOf(changes, NUMBER)).toMatchObject({
        confirmed: true,
        payment: 'AUTHORIZED',
        lines: [
          {
            ordered: 2,
            method: 'SHIP_TO_HOME',
            items: [
              { scheme: 'listing', value: listing.sellerSku },
              { scheme: 'sku', value: sku },
            ],
          },
        ],
      });
    });

    it('tell what is true now, however late they are read', async () => {
      const listingId = sellable().listing.sellerSku;
      const { deliveries } = await bench.world.pushed(
        vendor.acts.newOrder({ listingId, quantity: 1, number: NUMBER }),
        (told) => claimOf(told, NUMBER) !== undefined,
      );
      await bench.world.clock.advance(60_000);
      await bench.world.control.act(vendor.acts.cancel(NUMBER));
      const again = await Promise.all(deliveries.map((delivery) => bench.world.port.push?.read(delivery, CALL)));
      expect(
        claimOf(
          again.flatMap((read) => read?.changes ?? []),
          NUMBER,
        ),
      ).toMatchObject({ cancelled: true, payment: 'VOIDED' });
    });

    it("of a buyer's wish to cancel are told as such", async () => {
      const order = first(
        orders().filter(({ stage }) => stage === 'RELEASED'),
        'released order',
      );
      const { changes } = await bench.world.pushed(
        vendor.acts.requestCancellation(order.number),
        (told) => claimOf(told, order.number) !== undefined,
      );
      expect(claimOf(changes, order.number)).toMatchObject({ cancellationRequested: true, cancelled: false });
    });

    it('of a shipment move the order on', async () => {
      const order = first(
        orders().filter(({ stage }) => stage === 'PACKED'),
        'packed order',
      );
      const { changes } = await bench.world.pushed(
        vendor.acts.ship(order.number),
        (told) => claimOf(told, order.number) !== undefined,
      );
      const claim = claimOf(changes, order.number);
      expect(claim?.payment).toBe('PAID');
      expect(Number(claim?.sequence)).toBeGreaterThan(Date.parse(order.stageAt));
    });

    it('of a quantity make a listing change', async () => {
      const { listing } = sellable();
      const { changes } = await bench.world.pushed(
        vendor.acts.newOrder({ listingId: listing.sellerSku, quantity: 1, number: NUMBER }),
        (told) => listingChanges(told).length > 0,
      );
      expect(listingChanges(changes)).toMatchObject([
        {
          marketplace: vendor.marketplace,
          listingId: listing.sellerSku,
          publishedQuantity: listing.quantity - 1,
          state: 'ACTIVE',
        },
      ]);
    });

    it('of a state make a listing change', async () => {
      const { listing } = sellable();
      const { changes } = await bench.world.pushed(
        vendor.acts.listingState(listing.sellerSku, 'SUPPRESSED'),
        (told) => listingChanges(told).length > 0,
      );
      expect(listingChanges(changes)).toMatchObject([{ listingId: listing.sellerSku, state: 'SUPPRESSED' }]);
    });

    it('are refused when forged, and keep their event id when repeated', async () => {
      const { deliveries } = await bench.world.pushed(
        vendor.acts.newOrder({ listingId: sellable().listing.sellerSku, quantity: 1, number: NUMBER }),
        (told) => claimOf(told, NUMBER) !== undefined,
      );
      const delivery = first(deliveries, 'delivery');
      const { push } = bench.world.port;
      expect(push?.verify(delivery)).toEqual(push?.verify({ ...delivery, headers: { ...delivery.headers } }));
      expect(push?.verify({ ...delivery, headers: vendor.forge(delivery.headers) })).toMatchObject({
        verdict: 'refused',
        status: 401,
      });
      expect(push?.verify({ ...delivery, rawBody: Buffer.from('{') })).toMatchObject({ verdict: 'refused' });
    });
  });
};
