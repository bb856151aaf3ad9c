/** Amazon's published limits: requests per second and burst per operation, seller and application. */
import type { UpstreamLimits } from '#runtime/resilience/upstream.ts';

export const amazonLimits = {
  maxConcurrent: 10,
  timeoutMs: 15_000,
  operations: {
    // One call in about three minutes: orders are followed by notifications, this is what finds the missed ones.
    'orders.search': { ratePerSecond: 0.0056, burst: 20 },
    'orders.get': { ratePerSecond: 0.5, burst: 30 },
    // Deprecated (until 2027-03-27), and the only read that takes many order ids.
    'orders.v0.list': { ratePerSecond: 0.0167, burst: 20 },
    'listings.get': { ratePerSecond: 5, burst: 10 },
    'listings.search': { ratePerSecond: 5, burst: 5 },
    'listings.patch': { ratePerSecond: 5, burst: 5 },
    'fba.summaries': { ratePerSecond: 2, burst: 2 },
    'reports.list': { ratePerSecond: 0.0222, burst: 10 },
    'reports.document': { ratePerSecond: 0.0167, burst: 15 },
    // Absent on purpose: lwa.token and reports.download (a presigned file) have no published limit.
  },
  // A throttled answer carries neither Retry-After nor the rate header; only our own bucket and back-off help.
  retryAfterMs: () => null,
} as const satisfies UpstreamLimits;

/** Most things one call may name or return. */
export const AMAZON_PAGE = {
  listingIdentifiers: 20,
  listings: 20,
  /** A listings search can be paged through this far and no further. */
  listingsInOneSearch: 1_000,
  orders: 100,
  orderIds: 50,
  fbaSkus: 50,
  reports: 100,
  /** More marketplaces than this cannot be filtered by. */
  reportMarketplaces: 10,
} as const;

/** Upper bounds of a time window must lie at least this far in the past. */
export const CLOSED_WINDOW_MS = 2 * 60_000;
