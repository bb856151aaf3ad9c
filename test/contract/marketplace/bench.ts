/** What the parts of the battery share: a fresh world for every test, and how the company is looked up in it. */
import { afterEach, beforeEach } from '@jest/globals';
import type { Change, ListingChange, OrderClaim } from '#model/change.ts';
import { isFailure } from '#runtime/failure.ts';
import type { CompanyItem, CompanyListing, CompanyOrder } from '#simulation/company/company.ts';
import type { ListingKey } from '#subgraphs/marketplace/port.ts';
import type { MarketplaceVendorUnderTest } from '../marketplace-vendors.ts';
import { type MarketplaceWorld, openMarketplaceWorld } from '../marketplace-world.ts';

export type Listed = CompanyItem & { readonly listing: CompanyListing };

export const listingChanges = (changes: readonly Change[]): readonly ListingChange[] =>
  changes.filter((change) => change.kind === 'listing');
export const orderClaims = (changes: readonly Change[]): readonly OrderClaim[] =>
  changes
    .filter((change) => change.kind === 'order-claim')
    .filter(({ documentType }) => documentType === 'marketplace-order');
export const claimOf = (changes: readonly Change[], number: string): OrderClaim | undefined =>
  orderClaims(changes).findLast((claim) => claim.references.some(({ value }) => value === number));

/** The number of an order that a test places. */
export const NUMBER = '305-1111111-2222222';

export const first = <T>(values: readonly T[], what: string): T => {
  const [value] = values;
  if (value === undefined) throw new Error(`the small company has no ${what}`);
  return value;
};

/** Code, message and field of the failure that some work ends in. */
export const failureOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (isFailure(error)) return `${error.code} ${error.message} ${error.details.field ?? ''}`;
    throw error;
  }
  throw new Error('it did not fail');
};

export type Bench = {
  readonly vendor: MarketplaceVendorUnderTest;
  /** This test's own. */
  readonly world: MarketplaceWorld;
  listed(): readonly Listed[];
  merchantListed(): readonly Listed[];
  /** A listing of ours with some units left. */
  sellable(): Listed;
  keyOf(listingId: string): ListingKey;
  /** The company's orders on this marketplace. */
  orders(): readonly CompanyOrder[];
};

/** Call inside a describe: it opens and closes a world around every test. */
export const createBench = (vendor: MarketplaceVendorUnderTest): Bench => {
  let current: MarketplaceWorld | undefined;
  beforeEach(async () => {
    current = await openMarketplaceWorld(vendor);
  });
  afterEach(async () => {
    await current?.[Symbol.asyncDispose]();
    current = undefined;
  });
  const world = (): MarketplaceWorld => {
    if (current === undefined) throw new Error('there is a world only while a test runs');
    return current;
  };
  const listed = (): readonly Listed[] =>
    world().company.items.filter((item): item is Listed => item.listing?.marketplace === vendor.marketplace);
  const merchantListed = (): readonly Listed[] => listed().filter(({ listing }) => listing.fulfilment === 'MFN');
  return {
    vendor,
    get world() {
      return world();
    },
    listed,
    merchantListed,
    sellable: () =>
      first(
        merchantListed().filter(({ listing }) => listing.quantity >= 5),
        'such listing',
      ),
    keyOf: (listingId) => ({ marketplace: vendor.marketplace, listingId }),
    orders: () => world().company.orders.filter(({ channel }) => channel === 'amazon'),
  };
};
