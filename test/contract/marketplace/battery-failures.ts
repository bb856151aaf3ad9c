/** How every marketplace must fail. */
import { describe, expect, it } from '@jest/globals';
import { BACKGROUND, CALL, streamOf } from '../marketplace-world.ts';
import { type Bench, failureOf, first } from './bench.ts';

export const failureBattery = (bench: Bench): void => {
  const { vendor, listed, merchantListed, keyOf, orders } = bench;

  describe('when things go wrong', () => {
    it('too many calls end as UPSTREAM_RATE_LIMITED', async () => {
      await bench.world.control.addFault({ kind: 'throttle', match: { operation: vendor.operations.oneOrder } });
      expect(await failureOf(bench.world.port.orders([vendor.unknownOrderId], CALL))).toMatch(/^UPSTREAM_RATE_LIMITED/);
    });

    it('a vendor that is down ends as UPSTREAM_UNAVAILABLE, then as CIRCUIT_OPEN', async () => {
      await bench.world.control.addFault({ kind: 'unavailable' });
      const failures: string[] = [];
      for (let turn = 0; turn < 4; turn++)
        failures.push(await failureOf(bench.world.port.listings([keyOf('X')], CALL)));
      expect(failures[0]).toMatch(/^UPSTREAM_UNAVAILABLE/);
      expect(failures.at(-1)).toMatch(/^CIRCUIT_OPEN/);
    });

    it('a broken connection is tried again', async () => {
      await bench.world.control.addFault({ kind: 'reset', match: { operation: vendor.operations.listings }, count: 1 });
      const { listing } = first(listed(), 'listing');
      expect(await bench.world.port.listings([keyOf(listing.sellerSku)], CALL)).toMatchObject([
        { listingId: listing.sellerSku },
      ]);
    });

    it('an answer of another shape ends as UPSTREAM_MALFORMED and names the field', async () => {
      const number = first(orders(), 'order').number;
      const { listing } = first(listed(), 'listing');
      await bench.world.control.addFault(vendor.drifts.order.fault);
      const orderFailure = await failureOf(bench.world.port.orders([number], CALL));
      expect(orderFailure).toMatch(/^UPSTREAM_MALFORMED/);
      expect(orderFailure).toMatch(vendor.drifts.order.names);
      await bench.world.control.clearFaults();
      await bench.world.control.addFault(vendor.drifts.listing.fault);
      const listingFailure = await failureOf(bench.world.port.listings([keyOf(listing.sellerSku)], CALL));
      expect(listingFailure).toMatch(/^UPSTREAM_MALFORMED/);
      expect(listingFailure).toMatch(vendor.drifts.listing.names);
    });

    it('a stream whose answers changed shape fails and does not move on', async () => {
      await bench.world.clock.advance(vendor.streamDelayMs);
      await bench.world.control.addFault(vendor.drifts.orderStream.fault);
      const said = await failureOf(streamOf(bench.world.port, 'orders').poll(null, BACKGROUND));
      expect(said).toMatch(/^UPSTREAM_MALFORMED/);
      expect(said).toMatch(vendor.drifts.orderStream.names);
    });

    it('wrong credentials end as UPSTREAM_REFUSED, and no secret is told', async () => {
      for (const name of Object.keys(vendor.credentials)) {
        if (name === 'destinationKey') continue;
        const port = bench.world.open({ ...vendor.credentials, [name]: 'not-the-secret' });
        const said = await failureOf(port.listings([keyOf('X')], CALL));
        expect(said).toMatch(/^UPSTREAM_REFUSED/);
        expect(said).not.toContain('not-the-secret');
      }
    });

    it('a caller who is gone is told so', async () => {
      const call = { ...CALL, signal: AbortSignal.abort(new Error('gone')) };
      expect(await failureOf(bench.world.port.listings([keyOf('X')], call))).toMatch(/^UPSTREAM_TIMEOUT/);
    });

    it('the vendor never sees more calls than it allows', async () => {
      const keys = listed().map(({ listing }) => keyOf(listing.sellerSku));
      for (let turn = 0; turn < 20; turn++) await bench.world.port.listings(keys.slice(turn, turn + 20), BACKGROUND);
      for (const { listing } of merchantListed().slice(0, 20)) {
        await bench.world.port.publishQuantities([{ ...keyOf(listing.sellerSku), quantity: 1 }], BACKGROUND);
      }
      const { calls, throttled } = await bench.world.control.ledger();
      expect(calls).toBeGreaterThan(60);
      expect(throttled).toBe(0);
    });
  });
};
