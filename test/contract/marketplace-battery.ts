/** What every marketplace must do behind the port, whoever made it. */
import { failureBattery } from './marketplace/battery-failures.ts';
import { listingBattery } from './marketplace/battery-listings.ts';
import { moneyBattery } from './marketplace/battery-money.ts';
import { orderBattery } from './marketplace/battery-orders.ts';
import { pushBattery } from './marketplace/battery-pushes.ts';
import { createBench } from './marketplace/bench.ts';
import type { MarketplaceVendorUnderTest } from './marketplace-vendors.ts';

export const marketplaceBattery = (vendor: MarketplaceVendorUnderTest): void => {
  const bench = createBench(vendor);
  listingBattery(bench);
  orderBattery(bench);
  pushBattery(bench);
  moneyBattery(bench);
  failureBattery(bench);
};
