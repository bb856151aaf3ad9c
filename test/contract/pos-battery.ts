/** What every point of sale must do behind the port, whoever made it. */
import { afterEach, beforeEach } from '@jest/globals';
import { deliveriesBattery } from './pos-battery-deliveries.ts';
import { failuresBattery } from './pos-battery-failures.ts';
import { readingBattery } from './pos-battery-reading.ts';
import { restateBattery } from './pos-battery-restate.ts';
import { streamsBattery } from './pos-battery-streams.ts';
import type { PosVendorUnderTest } from './pos-vendors.ts';
import { openPosWorld, type PosWorld } from './pos-world.ts';

/** Every test has a vendor of its own, fresh from the start of the simulated company. */
export const posBattery = (vendor: PosVendorUnderTest): void => {
  let world: PosWorld;
  beforeEach(async () => {
    world = await openPosWorld(vendor);
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  for (const part of [readingBattery, streamsBattery, restateBattery, deliveriesBattery, failuresBattery]) {
    part(vendor, () => world);
  }
};
