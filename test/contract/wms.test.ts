import { describe, expect, it } from '@jest/globals';
import { wmsAdapters } from '#subgraphs/wms/adapters/registry.ts';
import { wmsBattery } from './wms-battery.ts';
import { wmsLifecycle } from './wms-lifecycle.ts';
import { wmsVendors } from './wms-vendors.ts';
import { openLiveSystem, openWmsWorld } from './wms-world.ts';

it('every registered vendor is put through the battery', () => {
  expect(wmsVendors.map(({ vendor }) => vendor)).toEqual(wmsAdapters.map(({ vendor }) => vendor));
});

for (const vendor of wmsVendors) {
  describe(vendor.vendor, () => {
    wmsBattery(vendor);
    describe('step by step', () => wmsLifecycle(() => openWmsWorld(vendor)));
  });

  const liveUrl = process.env[`${vendor.vendor.toUpperCase()}_URL`];
  if (liveUrl === undefined) {
    process.stderr.write(`skipped: ${vendor.vendor} live (set ${vendor.vendor.toUpperCase()}_URL to run it)\n`);
  }
  (liveUrl === undefined ? describe.skip : describe)(`${vendor.vendor}, live`, () => {
    wmsLifecycle(() => Promise.resolve(openLiveSystem(vendor, liveUrl ?? '')));
  });
}
