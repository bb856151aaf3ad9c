/** Does a listing offer what its channel may sell? Compared once publication has had its time. */
import type { DriftSubject, Verdict } from './drift.ts';

export type ComparedListing = {
  readonly marketplace: string;
  readonly listingId: string;
  readonly sku: string;
  /** What the listing shall show; null: nobody knows yet. */
  readonly desired: number | null;
  /** What the marketplace acknowledged last. */
  readonly published: number | null;
  readonly publishedAt: string | null;
  /** What the marketplace says it shows, where that is something else. */
  readonly shown: number | null;
  /** When the marketplace said so. */
  readonly shownAt: string;
  /** Since when something of this differs, ISO; null: nothing is known to. */
  readonly since: string | null;
};

export type ListingRules = {
  readonly tolerance: number;
  /** How long publication may take on purpose and on its way, in milliseconds. */
  readonly graceMs: number;
};

export const compareListing = (listing: ComparedListing, rules: ListingRules, nowMs: number): Verdict => {
  const { marketplace, listingId, sku, desired, since } = listing;
  const subject: DriftSubject = { kind: 'listing', sku, marketplace, listingId };
  const offered = listing.shown ?? listing.published;
  if (offered === null || desired === null || Math.abs(offered - desired) <= rules.tolerance)
    return { kind: 'AGREE', subject };
  if (since === null || Date.parse(since) > nowMs - rules.graceMs) return { kind: 'UNSETTLED', subject };
  const offeredAt = listing.shown === null ? (listing.publishedAt ?? listing.shownAt) : listing.shownAt;
  return {
    kind: 'DRIFT',
    subject,
    drift: {
      subject,
      readings: [
        { system: 'marketplace', quantity: offered, asOf: offeredAt },
        { system: 'process', quantity: desired, asOf: since },
      ],
      difference: offered - desired,
      cause: 'LISTING_NOT_UPDATED',
      oversellRisk: offered > desired,
      since,
      against: 'marketplace',
    },
  };
};
