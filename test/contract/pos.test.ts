import { describe, expect, it } from '@jest/globals';
import { posAdapters } from '#subgraphs/pos/adapters/registry.ts';
import { posBattery } from './pos-battery.ts';
import { operationsBattery } from './pos-battery-operations.ts';
import { posVendors } from './pos-vendors.ts';

it('every registered vendor is put through the battery', () => {
  expect(posVendors.map(({ vendor }) => vendor)).toEqual(posAdapters.map(({ vendor }) => vendor));
});

for (const vendor of posVendors) {
  describe(vendor.vendor, () => posBattery(vendor));
  describe(`${vendor.vendor}, operated by stores`, () => operationsBattery(vendor));
}
