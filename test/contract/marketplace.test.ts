import { describe, expect, it } from '@jest/globals';
import { marketplaceAdapters } from '#subgraphs/marketplace/adapters/registry.ts';
import { marketplaceBattery } from './marketplace-battery.ts';
import { marketplaceVendors } from './marketplace-vendors.ts';

it('every registered vendor is put through the battery', () => {
  expect(marketplaceVendors.map(({ vendor }) => vendor)).toEqual(marketplaceAdapters.map(({ vendor }) => vendor));
});

for (const vendor of marketplaceVendors) describe(vendor.vendor, () => marketplaceBattery(vendor));
