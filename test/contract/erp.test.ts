import { describe, expect, it } from '@jest/globals';
import { erpAdapters } from '#subgraphs/erp/adapters/registry.ts';
import { erpBattery } from './erp-battery.ts';
import { erpLive } from './erp-live.ts';
import { erpStreams } from './erp-streams.ts';
import { erpVendors } from './erp-vendors.ts';
import { openLivePort } from './erp-world.ts';

it('every registered vendor is put through the battery', () => {
  expect(erpVendors.map(({ vendor }) => vendor)).toEqual(erpAdapters.map(({ vendor }) => vendor));
});

for (const vendor of erpVendors) {
  describe(vendor.vendor, () => {
    describe('answers', () => erpBattery(vendor));
    describe('streams', () => erpStreams(vendor));
  });

  const variable = `${vendor.vendor.toUpperCase()}_URL`;
  const liveUrl = process.env[variable];
  if (liveUrl === undefined) process.stderr.write(`skipped: ${vendor.vendor} live (set ${variable} to run it)\n`);
  (liveUrl === undefined ? describe.skip : describe)(`${vendor.vendor}, live`, () => {
    erpLive(() => openLivePort(vendor, liveUrl ?? ''));
  });
}
