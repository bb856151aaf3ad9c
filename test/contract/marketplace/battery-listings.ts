/** What every marketplace must do with listings: read them, publish to them, follow them. */
import { describe, expect, it } from '@jest/globals';
import { BACKGROUND, CALL, streamOf } from '../marketplace-world.ts';
import { type Bench, first, listingChanges, NUMBER } from './bench.ts';

export const listingBattery = (bench: Bench): void => {
  const { vendor, listed, merchantListed, sellable, keyOf } = bench;

  describe('listings', () => {
    it('are what the company publishes, in the order of the question, null for others', async () => {
      const wanted = listed().slice(0, 5);
      const keys = [keyOf('NO-SUCH-LISTING'), ...wanted.map(({ listing }) => keyOf(listing.sellerSku))];
      const [unknown, ...found] = await bench.world.port.listings(keys, CALL);
      expect(unknown).toBeNull();
      expect(found.map((listing) => listing?.listingId)).toEqual(wanted.map(({ listing }) => listing.sellerSku));
      for (const [index, { listing }] of wanted.entries()) {
        const isOurs = listing.fulfilment === 'MFN';
        expect(found[index]).toMatchObject({
          marketplace: vendor.marketplace,
          fulfilledBy: isOurs ? 'MERCHANT' : 'MARKETPLACE',
          publishedQuantity: isOurs ? listing.quantity : null,
          state: listing.quantity > 0 ? 'ACTIVE' : 'INACTIVE',
        });
      }
    });

    it('name the item as a listing first, then as a SKU', async () => {
      const { listing } = first(listed(), 'listing');
      const [found] = await bench.world.port.listings([keyOf(listing.sellerSku)], CALL);
      expect(found?.items.slice(0, 2)).toEqual([
        { scheme: 'listing', scope: vendor.marketplace, value: listing.sellerSku },
        { scheme: 'sku', value: listing.sellerSku },
      ]);
    });

    it('of another marketplace are not found', async () => {
      const { listing } = first(listed(), 'listing');
      expect(
        await bench.world.port.listings([{ marketplace: 'ELSEWHERE', listingId: listing.sellerSku }], CALL),
      ).toEqual([null]);
    });

    it('of an item are found by its SKU, and by its GTIN where they have another name', async () => {
      const renamed = first(
        listed().filter(({ listing, sku }) => listing.sellerSku !== sku),
        'renamed listing',
      );
      const plain = first(
        listed().filter(({ listing, sku }) => listing.sellerSku === sku),
        'plain listing',
      );
      const unlisted = first(
        bench.world.company.items.filter(({ listing }) => listing === undefined),
        'unlisted item',
      );
      const items = [renamed, unlisted, plain].map(({ gtin13, sku }) => ({ sku, gtin: gtin13 }));
      const found = await bench.world.port.listingsOf(items, [vendor.marketplace], CALL);
      expect(found.map((listings) => listings.map(({ listingId }) => listingId))).toEqual([
        [renamed.listing.sellerSku],
        [],
        [plain.sku],
      ]);
    });

    it('are read in calls as large as the vendor allows', async () => {
      const keys = listed()
        .slice(0, 45)
        .map(({ listing }) => keyOf(listing.sellerSku));
      expect(keys.length).toBeGreaterThan(2 * vendor.perCall.listings);
      const found = await bench.world.port.listings(keys, CALL);
      expect(found.filter((listing) => listing !== null)).toHaveLength(keys.length);
      expect(await bench.world.callsOf(vendor.operations.listings)).toBe(
        Math.ceil(keys.length / vendor.perCall.listings),
      );
    });

    it('asking for nothing asks nobody', async () => {
      expect(await bench.world.port.listings([], CALL)).toEqual([]);
      expect(await bench.world.port.listingsOf([], [vendor.marketplace], CALL)).toEqual([]);
      expect(await bench.world.port.orders([], CALL)).toEqual([]);
      expect(await bench.world.port.publishQuantities([], CALL)).toEqual([]);
      expect((await bench.world.control.ledger()).calls).toBe(0);
    });
  });

  describe('publishing', () => {
    it('sets the quantity, which is then read back', async () => {
      const { listing } = sellable();
      const key = keyOf(listing.sellerSku);
      const [result] = await bench.world.port.publishQuantities([{ ...key, quantity: 3 }], CALL);
      expect(result).toMatchObject({ ...key, outcome: 'ACCEPTED' });
      expect(await bench.world.port.listings([key], CALL)).toMatchObject([{ publishedQuantity: 3, state: 'ACTIVE' }]);
      const { writes } = await bench.world.control.ledger();
      expect(writes[`listing:${listing.sellerSku}`]).toMatchObject({ count: 1, latest: [{ detail: { quantity: 3 } }] });
    });

    it('of zero ends the sale', async () => {
      const key = keyOf(sellable().listing.sellerSku);
      await bench.world.port.publishQuantities([{ ...key, quantity: 0 }], CALL);
      expect(await bench.world.port.listings([key], CALL)).toMatchObject([{ publishedQuantity: 0, state: 'INACTIVE' }]);
    });

    it('tells each listing by itself: accepted, unknown, kept by the marketplace', async () => {
      const ours = sellable().listing.sellerSku;
      const theirs = first(
        listed().filter(({ listing }) => listing.fulfilment === 'FBA'),
        'FBA listing',
      ).listing;
      const results = await bench.world.port.publishQuantities(
        [theirs.sellerSku, 'NO-SUCH-LISTING', ours].map((listingId) => ({ ...keyOf(listingId), quantity: 1 })),
        CALL,
      );
      expect(results).toMatchObject([
        { listingId: theirs.sellerSku, outcome: 'REFUSED', reason: 'NOT_MERCHANT_FULFILLED' },
        { listingId: 'NO-SUCH-LISTING', outcome: 'REFUSED', reason: 'UNKNOWN_LISTING' },
        { listingId: ours, outcome: 'ACCEPTED' },
      ]);
      // The marketplace's own stock is still the marketplace's.
      expect(await bench.world.port.listings([keyOf(theirs.sellerSku)], CALL)).toMatchObject([
        { fulfilledBy: 'MARKETPLACE' },
      ]);
      expect(await bench.world.callsOf(vendor.operations.publish)).toBe(1);
    });

    it('says FAILED, not REFUSED, where the vendor was down for one of them', async () => {
      const [one, two] = merchantListed();
      if (!one || !two) throw new Error('the small company has too few listings');
      await bench.world.control.addFault({
        kind: 'unavailable',
        match: { operation: vendor.operations.publish, pathPattern: `/**/${one.listing.sellerSku}` },
      });
      const results = await bench.world.port.publishQuantities(
        [one, two].map(({ listing }) => ({ ...keyOf(listing.sellerSku), quantity: 2 })),
        CALL,
      );
      expect(results).toMatchObject([{ outcome: 'FAILED', code: 'UPSTREAM_UNAVAILABLE' }, { outcome: 'ACCEPTED' }]);
    });

    it('an answer that gets lost is asked for again, and the quantity is what was wanted', async () => {
      const key = keyOf(sellable().listing.sellerSku);
      await bench.world.control.addFault({
        kind: 'lost-reply',
        match: { operation: vendor.operations.publish },
        count: 1,
      });
      const [result] = await bench.world.port.publishQuantities([{ ...key, quantity: 4 }], CALL);
      expect(result?.outcome).toBe('ACCEPTED');
      expect(await bench.world.port.listings([key], CALL)).toMatchObject([{ publishedQuantity: 4 }]);
    });
  });

  describe('the stream of listings', () => {
    it('begins with every listing, then tells only what changed', async () => {
      const all = await bench.world.drain('listings', null);
      expect(
        listingChanges(all.changes)
          .map(({ listingId }) => listingId)
          .toSorted(),
      ).toEqual(
        listed()
          .map(({ listing }) => listing.sellerSku)
          .toSorted(),
      );
      expect(all.rejected).toEqual([]);
      const { listing } = sellable();
      await bench.world.clock.advance(10 * 60_000);
      await bench.world.port.publishQuantities([{ ...keyOf(listing.sellerSku), quantity: 2 }], CALL);
      await bench.world.clock.advance(60_000);
      const next = await bench.world.drain('listings', all.watermark);
      expect(next.polls).toBe(1);
      expect(listingChanges(next.changes)).toContainEqual(
        expect.objectContaining({ listingId: listing.sellerSku, publishedQuantity: 2 }),
      );
      expect(next.changes.length).toBeLessThan(5);
    });

    it('goes on from any watermark, also in another process', async () => {
      const begun = await streamOf(bench.world.port, 'listings').poll(null, BACKGROUND);
      expect(begun.more).toBe(true);
      const rest = await bench.world.drain('listings', begun.watermark, bench.world.open());
      const told = listingChanges([...begun.changes, ...rest.changes]).map(({ listingId }) => listingId);
      expect(new Set(told)).toEqual(new Set(listed().map(({ listing }) => listing.sellerSku)));
    });

    it('reads everything again in time: sales change quantities without a trace in the dates', async () => {
      const all = await bench.world.drain('listings', null);
      const { listing } = sellable();
      await bench.world.control.act(
        vendor.acts.newOrder({ listingId: listing.sellerSku, quantity: 2, number: NUMBER }),
      );
      await bench.world.clock.advance(24 * 3_600_000);
      const again = await bench.world.drain('listings', all.watermark);
      expect(listingChanges(again.changes)).toHaveLength(listed().length);
      expect(listingChanges(again.changes)).toContainEqual(
        expect.objectContaining({ listingId: listing.sellerSku, publishedQuantity: listing.quantity - 2 }),
      );
    });
  });
};
