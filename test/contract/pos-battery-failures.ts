/** What is said when a point of sale does not answer as it should. */
import { describe, expect, it } from '@jest/globals';
import { factsOf } from './pos-facts.ts';
import type { PosVendorUnderTest } from './pos-vendors.ts';
import { CALL, type PosWorld } from './pos-world.ts';

export const failuresBattery = (vendor: PosVendorUnderTest, worldNow: () => PosWorld): void => {
  const { plainSku } = factsOf(vendor, worldNow);

  describe('when the vendor fails', () => {
    it('throttled: says for how long', async () => {
      const world = worldNow();
      await world.control.addFault({ kind: 'throttle', retryAfter: vendor.retryAfter, retryAfterMs: 60_000 });
      await expect(world.port.stock([plainSku()], null, CALL)).rejects.toMatchObject({
        code: 'UPSTREAM_RATE_LIMITED',
        details: { retryAfterMs: 60_000 },
      });
    });

    it('unavailable', async () => {
      const world = worldNow();
      await world.control.addFault({ kind: 'unavailable' });
      await expect(world.port.stock([plainSku()], null, CALL)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    });

    it('a wrong secret is refused, with the remedy', async () => {
      const world = worldNow();
      const wrong = Object.fromEntries(Object.keys(vendor.credentials).map((name) => [name, 'wrong']));
      await expect(world.open(wrong).stock([plainSku()], null, CALL)).rejects.toMatchObject({
        code: 'UPSTREAM_REFUSED',
        message: expect.stringContaining('Check'),
      });
    });

    it('an answer that is not as documented names its field', async () => {
      const world = worldNow();
      await world.control.addFault(vendor.stockDrift.fault);
      const reading = world.port.stock([plainSku()], null, CALL);
      await expect(reading).rejects.toMatchObject({
        code: 'UPSTREAM_MALFORMED',
        details: { field: expect.stringMatching(vendor.stockDrift.names) },
        message: expect.stringMatching(vendor.stockDrift.names),
      });
    });
  });
};
