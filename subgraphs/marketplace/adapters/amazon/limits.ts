/** Amazon's published limits: requests per second and burst per operation, seller and application. */
import { perOperation } from '#runtime/resilience/quota/quota.ts';
import { retryAfterMs } from '#runtime/resilience/retry-after.ts';
import type { UpstreamLimits } from '#runtime/resilience/upstream.ts';

const PUBLISHED_RATES = {
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
} as const;

/** Operations with a published rate; tokens and presigned files have none. */
export type AmazonOperation = keyof typeof PUBLISHED_RATES;

/** The account's own rate of an operation, which the seller's usage plan may set above or below the published one. */
const RATE_HEADER = 'x-amzn-ratelimit-limit';

const rateIn = (value: string | undefined): number | null => {
  const rate = Number(value);
  return value !== undefined && Number.isFinite(rate) && rate > 0 ? rate : null;
};

export const amazonLimits: UpstreamLimits = {
  maxConcurrent: 10,
  timeoutMs: 15_000,
  quotas: perOperation(PUBLISHED_RATES),
  // A throttled answer carries neither header as documented; a proxy in between may tell a Retry-After all the same.
  readSignals: ({ status, headers }, nowMs, operation) => {
    if (status === 429) {
      const holdMs = retryAfterMs(headers['retry-after'], nowMs);
      return { throttled: true, ...(holdMs === null ? {} : { holdMs }) };
    }
    const ratePerSecond = rateIn(headers[RATE_HEADER]);
    return { throttled: false, ...(ratePerSecond === null ? {} : { limits: { [operation]: { ratePerSecond } } }) };
  },
};

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
