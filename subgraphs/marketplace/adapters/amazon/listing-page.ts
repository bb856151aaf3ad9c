/** A page of listings, decoded one by one: a malformed listing spoils only itself. Pure. */
import type { RejectedInput } from '#model/change.ts';
import { isoOf } from '#runtime/clock.ts';
import { type AmazonMarketplace, type ReadListing, toListing } from './mapping.ts';
import { listingIdentitySchema, listingSchema, malformed, tryDecode } from './wire.ts';

export type ListingPage = {
  readonly read: readonly ReadListing[];
  readonly rejected: readonly RejectedInput[];
  /** The newest change in the page. */
  readonly high?: string;
};

export const latestOf = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && Date.parse(b) > Date.parse(a)) ? b : a;

/** Throws UPSTREAM_MALFORMED for a page in which nothing can be read: that is a changed API, not a bad listing. */
export const decodeListingPage = (
  connection: string,
  marketplace: AmazonMarketplace,
  entries: readonly unknown[],
  nowMs: number,
): ListingPage => {
  const read: ReadListing[] = [];
  const rejected: RejectedInput[] = [];
  let high: string | undefined;
  let malformedCount = 0;
  for (const entry of entries) {
    const decoded = tryDecode(listingSchema, entry);
    if (!decoded.ok) {
      malformedCount += 1;
      if (malformedCount === entries.length) {
        throw malformed(connection, 'listings.search', `items.${decoded.field}`, decoded.message);
      }
      const identity = tryDecode(listingIdentitySchema, entry);
      rejected.push({
        kind: 'SCHEMA_MISMATCH',
        subject: `amazon-listing:${identity.ok ? identity.value.sku : '?'}`,
        message: `Field "${decoded.field}": ${decoded.message}; the listing was left out.`,
      });
      continue;
    }
    const listing = toListing(marketplace, decoded.value, isoOf(nowMs));
    if (listing === null) continue;
    read.push(listing);
    rejected.push(...listing.rejected);
    high = latestOf(high, listing.listing.publishedAt);
  }
  return { read, rejected, ...(high === undefined ? {} : { high }) };
};
