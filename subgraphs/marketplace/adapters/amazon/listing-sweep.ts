/**
 * The stream of listings: every listing once, then those that changed, and everything again now and then. One page of one
 * marketplace per poll; the watermark says where the sweep of each marketplace stands.
 */
import { z } from 'zod';
import type { CallOptions } from '#model/call.ts';
import type { PolledChanges, PolledStream } from '#model/inlet.ts';
import { type Clock, isoOf } from '#runtime/clock.ts';
import { isFailure } from '#runtime/failure.ts';
import type { Log } from '#runtime/log.ts';
import type { AmazonClient, ListingSearch, RawPage } from './client.ts';
import { AMAZON_PAGE } from './limits.ts';
import { decodeListingPage, latestOf } from './listing-page.ts';
import { type AmazonMarketplace, toListingChange } from './mapping.ts';

export type ListingSweepOptions = {
  readonly connection: string;
  readonly marketplaces: readonly AmazonMarketplace[];
  readonly pollMs: number;
};

/**
 * Where the sweep of one marketplace stands. `after` bounds what is read (absent: everything); `high` is the newest
 * change met; `page` continues a search; `sweptAt` is when everything was last read.
 */
const turnSchema = z.object({
  after: z.string().optional(),
  high: z.string().optional(),
  page: z.string().optional(),
  full: z.boolean(),
  sweptAt: z.string().optional(),
});
const markSchema = z.object({ turn: z.number().int().min(0), marketplaces: z.record(z.string(), turnSchema) });
type Turn = z.infer<typeof turnSchema>;
type Mark = z.infer<typeof markSchema>;

/** Sales change quantities without touching the date of last change: now and then everything is read. */
const FULL_SWEEP_EVERY_MS = 6 * 3_600_000;
/** Changes may be found a little late: what is younger than this is searched again. */
const INDEXED_WITHIN_MS = 2 * 60_000;

const beginTurn = (turn: Turn | undefined, nowMs: number): Turn => {
  if (turn?.page !== undefined) return turn;
  const sweptMs = turn?.sweptAt === undefined ? Number.NEGATIVE_INFINITY : Date.parse(turn.sweptAt);
  // Inside a sweep that had to start a new search, `full` is still set and `after` is where it goes on.
  if (turn?.full) return turn;
  if (nowMs - sweptMs >= FULL_SWEEP_EVERY_MS)
    return { full: true, ...(turn?.sweptAt === undefined ? {} : { sweptAt: turn.sweptAt }) };
  return { ...turn, full: false };
};

const endPage = (
  turn: Turn,
  page: RawPage & { readonly total: number },
  high: string | undefined,
  nowMs: number,
): { readonly turn: Turn; readonly finished: boolean } => {
  const kept = {
    ...(high === undefined ? {} : { high }),
    ...(turn.sweptAt === undefined ? {} : { sweptAt: turn.sweptAt }),
  };
  if (page.nextToken !== undefined) {
    return { turn: { ...turn, ...kept, page: page.nextToken }, finished: false };
  }
  // A search ends after 1,000 listings, whatever it found: the next one begins where this one stopped.
  const cutOff = page.total > AMAZON_PAGE.listingsInOneSearch && high !== undefined && high !== turn.after;
  if (cutOff) return { turn: { ...kept, after: high, full: turn.full }, finished: false };
  const after = high === undefined ? turn.after : isoOf(Math.min(Date.parse(high), nowMs - INDEXED_WITHIN_MS));
  return {
    turn: {
      ...(after === undefined ? {} : { after }),
      full: false,
      ...(turn.full ? { sweptAt: isoOf(nowMs) } : kept.sweptAt === undefined ? {} : { sweptAt: kept.sweptAt }),
    },
    finished: true,
  };
};

export const createListingSweep = (
  options: ListingSweepOptions,
  deps: { readonly client: Pick<AmazonClient, 'searchListings'>; readonly clock: Clock; readonly log: Log },
): PolledStream => {
  const { connection, marketplaces } = options;
  const { client, clock, log } = deps;

  const restore = (watermark: string | null): Mark => {
    const fresh: Mark = { turn: 0, marketplaces: {} };
    if (watermark === null) return fresh;
    try {
      const mark = markSchema.safeParse(JSON.parse(watermark));
      if (mark.success) return mark.data;
    } catch {
      // Handled below: whatever the text is, it is not one of our watermarks.
    }
    log.warn({ stream: 'listings' }, 'watermark cannot be read; starting from the beginning');
    return fresh;
  };

  const poll = async (watermark: string | null, call: CallOptions): Promise<PolledChanges> => {
    const mark = restore(watermark);
    const index = mark.turn < marketplaces.length ? mark.turn : 0;
    const marketplace = marketplaces[index];
    if (marketplace === undefined) return { changes: [], rejected: [], watermark: watermark ?? '', more: false };
    const turn = beginTurn(mark.marketplaces[marketplace.name], clock.now());
    const search: ListingSearch = {
      marketplaceId: marketplace.marketplaceId,
      ...(turn.after === undefined ? {} : { lastUpdatedAfter: turn.after }),
    };
    const page = await client
      .searchListings({ ...search, ...(turn.page === undefined ? {} : { pageToken: turn.page }) }, call)
      .catch((error: unknown) => {
        // A page token that survived a restart may have ended meanwhile: the search begins again, nothing is skipped.
        if (turn.page === undefined || !isFailure(error, 'UPSTREAM_REFUSED')) throw error;
        return client.searchListings(search, call);
      });
    const { high, read: listings, rejected } = decodeListingPage(connection, marketplace, page.entries, clock.now());
    const next = endPage(turn, page, latestOf(turn.high, high), clock.now());
    const isLast = index === marketplaces.length - 1;
    return {
      changes: listings.map(({ listing }) => toListingChange(listing)),
      rejected,
      watermark: JSON.stringify({
        turn: next.finished ? (index + 1) % marketplaces.length : index,
        marketplaces: { ...mark.marketplaces, [marketplace.name]: next.turn },
      } satisfies Mark),
      more: !next.finished || !isLast,
    };
  };

  return { name: 'listings', intervalMs: options.pollMs, poll };
};
