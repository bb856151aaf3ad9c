/** What is kept of one marketplace account's answers, for how long, and which change drops it. Shared by all requests. */
import { LIFETIMES } from '#model/lifetimes.ts';
import { tags } from '#model/tags.ts';
import { inGroups } from '#runtime/inlet/in-groups.ts';
import type { Reader } from '#runtime/reading/reading.ts';
import type { MarketplaceConnection } from './connections.ts';
import type {
  ListedItem,
  Listing,
  ListingKey,
  MarketplaceOrder,
  OpenOrders,
  SettlementRange,
  SettlementReport,
} from './port.ts';

/** An item's listings on these marketplaces. */
export type ListingsKey = ListedItem & { readonly marketplaces: readonly string[] };

export type MarketplaceReadings = {
  readonly connection: string;
  readonly marketplaces: readonly string[];
  readonly listing: Reader<ListingKey, Listing>;
  readonly listingsOf: Reader<ListingsKey, readonly Listing[]>;
  /** By the marketplace's order id. */
  readonly order: Reader<string, MarketplaceOrder>;
  /** All of them: one key. Absent when the marketplace's quota does not allow it. */
  readonly openOrders?: Reader<null, OpenOrders>;
  readonly settlements?: Reader<SettlementRange, readonly SettlementReport[]>;
};

/** A call may use up its attempts within this; reports are downloaded one after the other. */
const FLIGHT_MS = 20_000;
const REPORTS_FLIGHT_MS = 60_000;
const ALONE = { maxKeys: 1, windowMs: 0 } as const;

const marketplacesOf = ({ marketplaces }: ListingsKey): string => JSON.stringify([...new Set(marketplaces)].sort());

export const nameOfListingKey = ({ listingId, marketplace }: ListingKey): string =>
  JSON.stringify([marketplace, listingId]);

export const nameOfListingsKey = (key: ListingsKey): string =>
  JSON.stringify([key.sku, key.gtin ?? null, marketplacesOf(key)]);

export const nameOfRange = ({ from, to }: SettlementRange): string => JSON.stringify([from ?? null, to ?? null]);

export const tagOfListing = ({ listingId, marketplace }: ListingKey): string => tags.listing(marketplace, listingId);

export const createMarketplaceReadings = ({ connection, port, shelf }: MarketplaceConnection): MarketplaceReadings => {
  const { openOrders, settlementReports } = port;
  const tagOfOrder = (externalId: string): string => tags.document(connection, 'marketplace-order', externalId);
  return {
    connection,
    marketplaces: port.marketplaces,
    listing: shelf.reader({
      name: 'listing',
      nameOf: nameOfListingKey,
      tagsOf: (key) => [tagOfListing(key)],
      scope: 'system',
      lifetime: LIFETIMES.listing,
      maxEntries: 20_000,
      batch: { maxKeys: 20, windowMs: 5 },
      flightMs: FLIGHT_MS,
      fetch: (keys, call) => port.listings(keys, call),
    }),
    listingsOf: shelf.reader({
      name: 'listings of an item',
      nameOf: nameOfListingsKey,
      tagsOf: ({ sku }, listings) => [tags.variant(sku), ...(listings ?? []).map(tagOfListing)],
      scope: 'system',
      lifetime: LIFETIMES.listing,
      maxEntries: 20_000,
      batch: { maxKeys: 20, windowMs: 5 },
      flightMs: FLIGHT_MS,
      fetch: (keys, call) =>
        inGroups(keys, marketplacesOf, (group) => port.listingsOf(group, group[0].marketplaces, call)),
    }),
    order: shelf.reader({
      name: 'order',
      nameOf: (externalId) => externalId,
      tagsOf: (externalId) => [tagOfOrder(externalId)],
      scope: 'system',
      lifetime: LIFETIMES.marketplaceOrder,
      maxEntries: 10_000,
      batch: { maxKeys: 50, windowMs: 5 },
      flightMs: FLIGHT_MS,
      fetch: (externalIds, call) => port.orders(externalIds, call),
    }),
    ...(openOrders === undefined
      ? {}
      : {
          openOrders: shelf.reader({
            name: 'open orders',
            nameOf: () => 'all',
            tagsOf: (_all, open) => (open?.orders ?? []).map(({ externalId }) => tagOfOrder(externalId)),
            scope: 'system',
            lifetime: LIFETIMES.workList,
            maxEntries: 1,
            batch: ALONE,
            flightMs: FLIGHT_MS,
            fetch: async (_all, call) => [await openOrders(call)],
          }),
        }),
    ...(settlementReports === undefined
      ? {}
      : {
          settlements: shelf.reader({
            name: 'settlement reports',
            nameOf: nameOfRange,
            scope: 'system',
            lifetime: LIFETIMES.settlement,
            maxEntries: 200,
            batch: ALONE,
            flightMs: REPORTS_FLIGHT_MS,
            fetch: (ranges, call) => Promise.all(ranges.map((range) => settlementReports(range, call))),
          }),
        }),
  };
};
