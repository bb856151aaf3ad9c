/** What a point of sale tells when it is polled. */
import { describe, expect, it } from '@jest/globals';
import { claimOf, claims, factsOf, keyOf, PICKUP_STATES, STORE, skuOf, stockChanges } from './pos-facts.ts';
import type { PosVendorUnderTest } from './pos-vendors.ts';
import { CALL, type PosWorld, streamOf } from './pos-world.ts';

export const streamsBattery = (vendor: PosVendorUnderTest, worldNow: () => PosWorld): void => {
  const { stores, shelf, pickups, plainSku } = factsOf(vendor, worldNow);

  describe('streams', () => {
    it('locations: what the till knows of its stores, told once', async () => {
      const world = worldNow();
      const first = await world.drain('locations', null);
      for (const site of stores()) {
        expect(first.changes).toContainEqual(
          expect.objectContaining({
            kind: 'location',
            code: site.code,
            facts: expect.objectContaining({ position: site.position, timeZone: site.timeZone }),
          }),
        );
      }
      const second = await world.drain('locations', first.watermark);
      expect(second).toMatchObject({ changes: [], rejected: [], watermark: first.watermark });
    });

    it('locations: with the hours and the terms of pickup that are told when asked', async () => {
      const world = worldNow();
      const { changes } = await world.drain('locations', null);
      const codes = stores().map(({ code }) => code);
      const profiles = await world.port.stores(codes, CALL);
      expect(profiles.every((profile) => profile !== null)).toBe(true);
      const told = codes.map((code) => {
        const facts = changes.flatMap((change) =>
          change.kind === 'location' && change.code === code ? [change.facts] : [],
        )[0];
        return [code, facts?.openingHours ?? [], facts?.pickup];
      });
      expect(told).toEqual(codes.map((code, index) => [code, profiles[index]?.openingHours, profiles[index]?.pickup]));
      expect(profiles.some((profile) => profile?.openingHours.length)).toBe(vendor.keeps.openingHours);
    });

    it('stock: everything at first, in parts, each item at each store once', async () => {
      const world = worldNow();
      const first = await world.drain('stock', null);
      expect(first.polls).toBeGreaterThan(1);
      const told = stockChanges(first.changes).map(
        (change) => [keyOf(skuOf(change) ?? '', change.locationCode), change.reading.onHand] as const,
      );
      expect(told).toHaveLength(shelf().size);
      expect(new Map(told)).toEqual(shelf());
      expect(first.rejected).toEqual([]);
    });

    it('stock: then only what changed', async () => {
      const world = worldNow();
      const first = await world.drain('stock', null);
      const sku = plainSku();
      const before = shelf().get(keyOf(sku, STORE)) ?? 0;
      await world.clock.advance(60_000);
      await world.control.act(vendor.acts.sale({ locationCode: STORE, sku, quantity: 2 }));
      const second = await world.drain('stock', first.watermark);
      const told = stockChanges(second.changes).filter((change) => skuOf(change) === sku);
      expect(told.map(({ locationCode, reading }) => [locationCode, reading.onHand])).toEqual([[STORE, before - 2]]);
      expect(second.changes.length).toBeLessThan(first.changes.length / 10);
      expect(second.watermark).not.toBe(first.watermark);
      // Nothing new: the place does not move, whatever is told again.
      expect((await world.drain('stock', second.watermark)).watermark).toBe(second.watermark);
    });

    it('stock: with when somebody counted it by hand, which a sale is not', async () => {
      const world = worldNow();
      const first = await world.drain('stock', null);
      const sku = plainSku();
      const told = async (watermark: string | null) => {
        const read = await world.drain('stock', watermark);
        const changes = stockChanges(read.changes).filter((change) => skuOf(change) === sku);
        const times = changes.map(({ countedAt, reading }) => [Date.parse(countedAt ?? ''), reading.onHand]);
        return { times, watermark: read.watermark };
      };
      await world.clock.advance(60_000);
      await world.control.act(vendor.acts.sale({ locationCode: STORE, sku, quantity: 1 }));
      const sold = await told(first.watermark);
      const left = (shelf().get(keyOf(sku, STORE)) ?? 0) - 1;
      expect(sold.times).toEqual([[Number.NaN, left]]);
      await world.clock.advance(60_000);
      const at = vendor.keeps.counts ? world.clock.now() : Number.NaN;
      await world.control.act(vendor.acts.count({ locationCode: STORE, sku, quantity: left + 5 }));
      expect((await told(sold.watermark)).times).toEqual([[at, left + 5]]);
    });

    it('a watermark does not move on failure, and nothing is lost', async () => {
      const world = worldNow();
      const first = await world.drain('stock', null);
      const sku = plainSku();
      await world.clock.advance(60_000);
      await world.control.act(vendor.acts.sale({ locationCode: STORE, sku, quantity: 1 }));
      await world.control.addFault({ kind: 'unavailable' });
      const poll = streamOf(world.port, 'stock').poll(first.watermark, { ...CALL, callClass: 'BACKGROUND' });
      await expect(poll).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
      await world.control.clearFaults();
      const again = await world.drain('stock', first.watermark);
      expect(stockChanges(again.changes).map(skuOf)).toContain(sku);
    });

    it('a reading in parts goes on where it stopped, in another process', async () => {
      const world = worldNow();
      const stream = streamOf(world.port, 'stock');
      const part = await stream.poll(null, CALL);
      expect(part.more).toBe(true);
      const rest = await world.drain('stock', part.watermark, world.open());
      const told = stockChanges([...part.changes, ...rest.changes]).map((change) =>
        keyOf(skuOf(change) ?? '', change.locationCode),
      );
      expect(told.toSorted()).toEqual([...shelf().keys()].toSorted());
    });

    it('orders: every pickup of the company as a claim, then only what changed', async () => {
      const world = worldNow();
      const first = await world.drain('orders', null);
      expect(claims(first.changes)).toHaveLength(pickups().length);
      for (const order of pickups()) {
        const claim = claimOf(first.changes, order.number);
        expect(claim).toMatchObject({
          documentType: 'pickup',
          references: [{ scheme: 'channel', value: order.number }],
          pickup: { locationCode: order.siteCode, state: PICKUP_STATES[order.stage] },
          customer: { email: order.customer.email },
        });
        expect(claim?.lines?.map((line) => [skuOf(line), line.ordered])).toEqual(
          order.lines.map((line) => [line.sku, line.quantity]),
        );
      }
      const ready = pickups().find(({ stage }) => stage === 'READY_FOR_PICKUP');
      await world.clock.advance(120_000);
      await world.control.act(vendor.acts.pickup(ready?.number ?? '', 'handOver'));
      const second = await world.drain('orders', first.watermark);
      // Some may be told again; only this one says something else than before.
      const before = claims(first.changes).map((claim) => JSON.stringify(claim));
      const news = claims(second.changes).filter((claim) => !before.includes(JSON.stringify(claim)));
      expect(news.map(({ references }) => references[0]?.value)).toEqual([ready?.number]);
      expect(claims(second.changes).length).toBeLessThan(claims(first.changes).length / 2);
      expect(claimOf(second.changes, ready?.number ?? '')?.pickup?.state).toBe('COLLECTED');
    });
  });
};
