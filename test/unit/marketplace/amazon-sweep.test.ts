import { describe, expect, it } from '@jest/globals';
import type { CallOptions } from '#model/call.ts';
import { isoOf } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import { silentLog } from '#runtime/log.ts';
import type { AmazonClient, ListingSearch } from '#subgraphs/marketplace/adapters/amazon/client.ts';
import { createListingSweep } from '#subgraphs/marketplace/adapters/amazon/listing-sweep.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';

const CALL: CallOptions = { signal: new AbortController().signal, callClass: 'BACKGROUND', correlationId: 'c' };
const DE = { name: 'AMAZON_DE', marketplaceId: 'DE1', channel: 'amazon' };
const FR = { name: 'AMAZON_FR', marketplaceId: 'FR1', channel: 'amazon' };

type Stored = { readonly sku: string; readonly marketplaceId: string; updatedMs: number };

/** A catalogue as Amazon searches it: by date of change, 20 to a page, 1,000 to a search. */
const catalogueOf = (stored: readonly Stored[]) => {
  const searches: ListingSearch[] = [];
  let tokensEnded = false;
  const searchListings: AmazonClient['searchListings'] = async (search) => {
    searches.push(search);
    if (search.pageToken !== undefined && tokensEnded) {
      tokensEnded = false;
      throw new Failure('UPSTREAM_REFUSED', 'the page token has ended');
    }
    const afterMs = search.lastUpdatedAfter === undefined ? 0 : Date.parse(search.lastUpdatedAfter);
    const found = stored
      .filter(({ marketplaceId, updatedMs }) => marketplaceId === search.marketplaceId && updatedMs >= afterMs)
      .sort((a, b) => a.updatedMs - b.updatedMs || (a.sku < b.sku ? -1 : 1));
    const from = Number(search.pageToken ?? 0);
    const entries = found.slice(from, Math.min(from + 20, 1_000));
    const next = from + entries.length;
    return {
      total: found.length,
      entries: entries.map(({ marketplaceId, sku, updatedMs }) => ({
        sku,
        summaries: [{ marketplaceId, productType: 'SHIRT', status: ['BUYABLE'], lastUpdatedDate: isoOf(updatedMs) }],
        fulfillmentAvailability: [{ fulfillmentChannelCode: 'DEFAULT', quantity: 1 }],
      })),
      ...(next < Math.min(found.length, 1_000) ? { nextToken: String(next) } : {}),
    };
  };
  return {
    searches,
    client: { searchListings },
    endTokens: () => {
      tokensEnded = true;
    },
  };
};

const listingsAt = (clock: TestClock, marketplaceId: string, count: number, spacingMs = 1_000): Stored[] =>
  Array.from({ length: count }, (_, index) => ({
    sku: `${marketplaceId}-${String(index).padStart(5, '0')}`,
    marketplaceId,
    updatedMs: clock.now() - 30 * 86_400_000 + index * spacingMs,
  }));

const setup = (stored: readonly Stored[], clock: TestClock, marketplaces = [DE]) => {
  const catalogue = catalogueOf(stored);
  const stream = createListingSweep(
    { connection: 'amazon-main', marketplaces, pollMs: 60_000 },
    { client: catalogue.client, clock, log: silentLog },
  );
  const drain = async (watermark: string | null) => {
    const skus: string[] = [];
    let place = watermark;
    for (let polls = 1; polls < 1_000; polls++) {
      const { changes, more, watermark: next } = await stream.poll(place, CALL);
      for (const change of changes) if (change.kind === 'listing') skus.push(change.listingId);
      place = next;
      if (!more) return { skus, watermark: place, polls };
    }
    throw new Error('the sweep never ends');
  };
  return { ...catalogue, stream, drain };
};

describe('the sweep of listings', () => {
  it('gets past the thousand listings at which a search ends', async () => {
    const clock = createTestClock();
    const stored = listingsAt(clock, 'DE1', 2_345);
    const { drain, searches } = setup(stored, clock);
    const { skus } = await drain(null);
    expect(new Set(skus).size).toBe(2_345);
    // Each further search begins at the newest change met, so that hardly anything is read twice.
    expect(skus.length).toBeLessThan(2_345 + 10);
    expect(searches.filter(({ pageToken }) => pageToken === undefined)).toHaveLength(3);
  });

  it('ends even where a thousand listings changed in the same instant', async () => {
    const clock = createTestClock();
    const { drain } = setup(listingsAt(clock, 'DE1', 1_500, 0), clock);
    expect((await drain(null)).skus.length).toBeGreaterThanOrEqual(1_000);
  });

  it('reads each marketplace in turn, and asks again only for what changed since', async () => {
    const clock = createTestClock();
    const stored = [...listingsAt(clock, 'DE1', 30), ...listingsAt(clock, 'FR1', 50)];
    const { drain, searches } = setup(stored, clock, [DE, FR]);
    const first = await drain(null);
    expect(new Set(first.skus).size).toBe(80);
    const changed = stored[5];
    if (changed === undefined) throw new Error('nothing stored');
    await clock.advance(600_000);
    changed.updatedMs = clock.now() - 300_000;
    searches.length = 0;
    const second = await drain(first.watermark);
    expect(second.skus).toContain(changed.sku);
    expect(searches.map(({ marketplaceId }) => marketplaceId)).toEqual(['DE1', 'FR1']);
    expect(searches.every(({ lastUpdatedAfter }) => lastUpdatedAfter !== undefined)).toBe(true);
    expect(second.skus.length).toBe(3);
  });

  it('finds changes that are indexed late', async () => {
    const clock = createTestClock();
    const stored = listingsAt(clock, 'DE1', 10);
    stored.push({ sku: 'NEWEST', marketplaceId: 'DE1', updatedMs: clock.now() - 5_000 });
    const { drain } = setup(stored, clock);
    const { watermark } = await drain(null);
    stored.push({ sku: 'LATE', marketplaceId: 'DE1', updatedMs: clock.now() - 60_000 });
    const next = await drain(watermark);
    expect(next.skus).toEqual(['LATE', 'NEWEST']);
    // Once they are old enough, only the newest one is read again.
    await clock.advance(600_000);
    expect((await drain((await drain(next.watermark)).watermark)).skus).toEqual(['NEWEST']);
  });

  it('begins the search again when a page token has ended, and skips nothing', async () => {
    const clock = createTestClock();
    const { drain, endTokens, stream } = setup(listingsAt(clock, 'DE1', 60), clock);
    const begun = await stream.poll(null, CALL);
    endTokens();
    const rest = await drain(begun.watermark);
    expect(new Set(rest.skus).size).toBe(60);
  });

  it('reads everything again after some hours, and goes on with changes after that', async () => {
    const clock = createTestClock();
    const { drain } = setup(listingsAt(clock, 'DE1', 25, 300_000), clock);
    const first = await drain(null);
    await clock.advance(5 * 3_600_000);
    const quiet = await drain(first.watermark);
    expect(quiet.skus.length).toBeLessThan(5);
    await clock.advance(3_600_000);
    const full = await drain(quiet.watermark);
    expect(full.skus).toHaveLength(25);
    expect((await drain(full.watermark)).skus.length).toBeLessThan(5);
  });

  it('leaves out one malformed listing, and fails when all of them are', async () => {
    const clock = createTestClock();
    const good = {
      sku: 'GOOD',
      summaries: [{ marketplaceId: 'DE1', productType: 'SHIRT', status: [], lastUpdatedDate: isoOf(clock.now()) }],
    };
    const page = (entries: readonly unknown[]) =>
      createListingSweep(
        { connection: 'amazon-main', marketplaces: [DE], pollMs: 60_000 },
        { client: { searchListings: async () => ({ total: entries.length, entries }) }, clock, log: silentLog },
      ).poll(null, CALL);
    const mixed = await page([{ sku: 'BAD', summaries: 'none' }, good]);
    expect(mixed.changes).toMatchObject([{ listingId: 'GOOD' }]);
    expect(mixed.rejected).toMatchObject([{ kind: 'SCHEMA_MISMATCH', subject: 'amazon-listing:BAD' }]);
    await expect(page([{ sku: 'BAD', summaries: 'none' }])).rejects.toMatchObject({
      code: 'UPSTREAM_MALFORMED',
      details: { field: 'items.summaries', system: 'amazon-main' },
    });
  });
});
