/** A shop with a marketplace of its own: what is published, and a marketplace that can be told to refuse or to be slow. */
import type { Change } from '#model/change.ts';
import { Failure } from '#runtime/failure.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { standingContext } from '#subgraphs/process/publication/figures.ts';
import { openPublisher, type Publisher } from '#subgraphs/process/publication/publisher.ts';
import type { PublishedListing } from '#subgraphs/process/publication/sending.ts';
import { type ListingStanding, readStandings } from '#subgraphs/process/publication/standing.ts';
import type {
  ListingQuantity,
  ListingQuantityResult,
  PublishQuantities,
} from '#subgraphs/process/systems/marketplace.ts';
import { STOCK_CONNECTIONS, type TestProcess } from '#test/integration/process/intake/process.ts';

export const ACCEPTED: ListingQuantityResult = { outcome: 'ACCEPTED', code: null, message: null, retryAfterMs: null };

/** A marketplace that keeps what it is told, and can be told to refuse. */
export const createMarketplace = () => {
  const quantities = new Map<string, number>();
  const calls: (readonly ListingQuantity[])[] = [];
  let answer: (listing: ListingQuantity) => ListingQuantityResult | Failure = () => ACCEPTED;
  const publish: PublishQuantities = async (_marketplace, listings) => {
    calls.push(listings.map(({ listingId, sku, quantity }) => ({ listingId, sku, quantity })));
    return listings.map((listing) => {
      const result = answer(listing);
      if (result instanceof Failure) throw result;
      if (result.outcome === 'ACCEPTED') quantities.set(listing.listingId, listing.quantity);
      return result;
    });
  };
  return {
    publish,
    quantities,
    calls,
    answers: (next: typeof answer) => {
      answer = next;
    },
  };
};

export const listing = (
  listingId: string,
  sku: string,
  publishedQuantity: number | null,
  asOf = '2026-03-02T08:00:00.000Z',
): Change => ({
  kind: 'listing',
  marketplace: 'AMAZON_DE',
  listingId,
  items: [{ scheme: 'sku', value: sku }],
  publishedQuantity,
  state: 'ACTIVE',
  asOf,
});

export const openPublication = (
  process: TestProcess,
  publish: PublishQuantities,
  observe?: (published: PublishedListing) => void,
): Publisher => {
  const { database, journal, projection, service, clock, policy } = process;
  return openPublisher(
    { policy, stockConnections: STOCK_CONNECTIONS.filter(({ system }) => system !== 'erp'), lookEveryMs: 3_600_000 },
    {
      database,
      journal,
      projection,
      service,
      publish,
      clock,
      ids: systemIds,
      log: silentLog,
      ...(observe ? { observe } : {}),
    },
  );
};

/** How listings stand, as operators are told. */
export const standings = (process: TestProcess, publisher: Publisher): Promise<readonly ListingStanding[]> => {
  const { database, clock, policy } = process;
  const context = standingContext(policy, { database, publisher, clock });
  return readStandings(database, context, { filter: {}, after: null, limit: 1_000 });
};
