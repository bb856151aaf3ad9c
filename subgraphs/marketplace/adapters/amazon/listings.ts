/** Listings: read by key, found by item, and published to. */
import type { CallOptions } from '#model/call.ts';
import { normalizeGtin } from '#model/identifiers.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import { isFailure } from '#runtime/failure.ts';
import type { Log } from '#runtime/log.ts';
import type {
  ListedItem,
  Listing,
  ListingKey,
  MarketplacePort,
  PublishQuantity,
  PublishResult,
} from '#subgraphs/marketplace/port.ts';
import { type AmazonClient, chunksOf, type ListingSearch } from './client.ts';
import { AMAZON_PAGE } from './limits.ts';
import { decodeListingPage } from './listing-page.ts';
import { type AmazonMarketplace, type ReadListing, toListing } from './mapping.ts';
import type { AmazonSubmission } from './wire.ts';

export type ListingsOptions = {
  readonly connection: string;
  readonly marketplaces: readonly AmazonMarketplace[];
};
export type ListingsDeps = { readonly client: AmazonClient; readonly clock: Clock; readonly log: Log };

export type Listings = Pick<MarketplacePort, 'listings' | 'listingsOf' | 'publishQuantities'> & {
  /** One listing, read now; null when Amazon does not know it. */
  read(marketplace: AmazonMarketplace, sku: string, call: CallOptions): Promise<ReadListing | null>;
};

/** How a GTIN of 14 digits is written for a search: as the shortest code it stands for. */
const searchedAs = (gtin14: string): { readonly type: 'UPC' | 'EAN' | 'GTIN'; readonly value: string } => {
  if (gtin14.startsWith('00')) return { type: 'UPC', value: gtin14.slice(2) };
  return gtin14.startsWith('0') ? { type: 'EAN', value: gtin14.slice(1) } : { type: 'GTIN', value: gtin14 };
};

const keyOf = (key: ListingKey): string => JSON.stringify([key.marketplace, key.listingId]);

/** The reason Amazon gives, errors first. */
const submissionMessage = (submission: AmazonSubmission): string => {
  const issues = submission.issues ?? [];
  const errors = issues.filter(({ severity }) => severity === 'ERROR');
  const said = (errors.length > 0 ? errors : issues).map(({ code, message }) => `${code}: ${message}`);
  return said.length > 0 ? said.join('; ') : `Amazon answered ${submission.status} and gave no reason.`;
};

export const createListings = (options: ListingsOptions, deps: ListingsDeps): Listings => {
  const { connection, marketplaces } = options;
  const { client, clock, log } = deps;
  const byName = new Map(marketplaces.map((marketplace) => [marketplace.name, marketplace]));

  const found = async (
    search: ListingSearch,
    marketplace: AmazonMarketplace,
    call: CallOptions,
  ): Promise<readonly ReadListing[]> => {
    const all: ReadListing[] = [];
    let pageToken: string | undefined;
    do {
      const page = await client.searchListings({ ...search, ...(pageToken === undefined ? {} : { pageToken }) }, call);
      const { read, rejected } = decodeListingPage(connection, marketplace, page.entries, clock.now());
      for (const { message, subject } of rejected) log.warn({ subject, message }, 'listing not understood');
      all.push(...read);
      pageToken = page.nextToken;
    } while (pageToken !== undefined);
    return all;
  };

  const read = async (marketplace: AmazonMarketplace, sku: string, call: CallOptions): Promise<ReadListing | null> => {
    const wire = await client.listing(sku, marketplace.marketplaceId, call);
    return wire === null ? null : toListing(marketplace, wire, isoOf(clock.now()));
  };

  /** By seller SKU, 20 to a call; a SKU with a comma cannot be in a list and is read by itself. */
  const readMany = async (
    marketplace: AmazonMarketplace,
    skus: readonly string[],
    call: CallOptions,
  ): Promise<ReadonlyMap<string, ReadListing>> => {
    const wanted = [...new Set(skus)];
    const listed = wanted.filter((sku) => !sku.includes(','));
    const alone = wanted.filter((sku) => sku.includes(','));
    const [pages, singles] = await Promise.all([
      Promise.all(
        chunksOf(listed, AMAZON_PAGE.listingIdentifiers).map((values) =>
          found({ marketplaceId: marketplace.marketplaceId, identifiers: { type: 'SKU', values } }, marketplace, call),
        ),
      ),
      Promise.all(alone.map((sku) => read(marketplace, sku, call))),
    ]);
    const all = [...pages.flat(), ...singles.filter((listing) => listing !== null)];
    return new Map(all.map((listing) => [listing.listing.listingId, listing]));
  };

  const readKeys = async (
    keys: readonly ListingKey[],
    call: CallOptions,
  ): Promise<ReadonlyMap<string, ReadListing>> => {
    const groups = Map.groupBy(keys, ({ marketplace }) => marketplace);
    const maps = await Promise.all(
      [...groups].map(async ([name, group]) => {
        const marketplace = byName.get(name);
        if (marketplace === undefined) return new Map<string, ReadListing>();
        return readMany(
          marketplace,
          group.map(({ listingId }) => listingId),
          call,
        );
      }),
    );
    return new Map(maps.flatMap((map) => [...map.values()]).map((listing) => [keyOf(listing.listing), listing]));
  };

  const byGtin = async (
    marketplace: AmazonMarketplace,
    gtins: readonly string[],
    call: CallOptions,
  ): Promise<ReadonlyMap<string, readonly ReadListing[]>> => {
    const codes = Map.groupBy(gtins.map(searchedAs), ({ type }) => type);
    const searches = [...codes].flatMap(([type, group]) =>
      chunksOf(group, AMAZON_PAGE.listingIdentifiers).map((part) =>
        found(
          { marketplaceId: marketplace.marketplaceId, identifiers: { type, values: part.map(({ value }) => value) } },
          marketplace,
          call,
        ),
      ),
    );
    const listings = (await Promise.all(searches)).flat();
    // Only a listing that tells its GTIN can be told apart from the others of the same search.
    return Map.groupBy(
      listings.filter(({ gtin }) => gtin !== undefined),
      ({ gtin }) => gtin ?? '',
    );
  };

  const listingsOf = async (
    items: readonly ListedItem[],
    names: readonly string[],
    call: CallOptions,
  ): Promise<readonly (readonly Listing[])[]> => {
    const normalized = items.map(({ sku, gtin }) => ({ sku, gtin: gtin === undefined ? null : normalizeGtin(gtin) }));
    const gtins = [...new Set(normalized.flatMap(({ gtin }) => (gtin === null ? [] : [gtin])))];
    const perMarketplace = await Promise.all(
      marketplaces
        .filter(({ name }) => names.includes(name))
        .map(async (marketplace) => {
          const [bySku, withGtin] = await Promise.all([
            readMany(
              marketplace,
              normalized.map(({ sku }) => sku),
              call,
            ),
            byGtin(marketplace, gtins, call),
          ]);
          return normalized.map(({ sku, gtin }) => {
            const own = bySku.get(sku);
            // A seller SKU that is spelled like this SKU but carries another item's GTIN is not this item.
            const isOther = own?.gtin !== undefined && gtin !== null && own.gtin !== gtin;
            const others =
              gtin === null ? [] : (withGtin.get(gtin) ?? []).filter((listing) => listing.listing.listingId !== sku);
            return [...(own === undefined || isOther ? [] : [own]), ...others].map(({ listing }) => listing);
          });
        }),
    );
    return items.map((_, index) => perMarketplace.flatMap((listings) => listings[index] ?? []));
  };

  const publishOne = async (
    wanted: PublishQuantity,
    current: ReadListing | undefined,
    call: CallOptions,
  ): Promise<PublishResult> => {
    const key: ListingKey = { marketplace: wanted.marketplace, listingId: wanted.listingId };
    const marketplace = byName.get(wanted.marketplace);
    const unknown = { ...key, outcome: 'REFUSED', reason: 'UNKNOWN_LISTING' } as const;
    if (marketplace === undefined || current === undefined) {
      return { ...unknown, message: `${wanted.marketplace} has no listing "${wanted.listingId}".` };
    }
    if (current.listing.fulfilledBy === 'MARKETPLACE') {
      // Sending it anyway would turn the listing into one that we have to ship.
      const message = `Amazon keeps the stock of "${wanted.listingId}": its quantity cannot be published.`;
      return { ...key, outcome: 'REFUSED', reason: 'NOT_MERCHANT_FULFILLED', message };
    }
    try {
      const { productType } = current;
      const target = { sku: wanted.listingId, marketplaceId: marketplace.marketplaceId, productType };
      const submission = await client.setQuantity(target, wanted.quantity, call);
      if (submission === null) return { ...unknown, message: `Amazon no longer knows "${wanted.listingId}".` };
      return submission.status === 'ACCEPTED'
        ? { ...key, outcome: 'ACCEPTED', submissionId: submission.submissionId }
        : { ...key, outcome: 'REFUSED', reason: 'REJECTED', message: submissionMessage(submission) };
    } catch (error) {
      if (!isFailure(error)) throw error;
      if (error.code === 'UPSTREAM_REFUSED')
        return { ...key, outcome: 'REFUSED', reason: 'REJECTED', message: error.message };
      const { retryAfterMs } = error.details;
      return {
        ...key,
        outcome: 'FAILED',
        code: error.code,
        message: error.message,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      };
    }
  };

  return {
    read,
    listings: async (keys, call) => {
      const known = await readKeys(keys, call);
      return keys.map((key) => known.get(keyOf(key))?.listing ?? null);
    },
    listingsOf,
    publishQuantities: async (quantities, call) => {
      const current = await readKeys(quantities, call);
      return Promise.all(quantities.map((wanted) => publishOne(wanted, current.get(keyOf(wanted)), call)));
    },
  };
};
