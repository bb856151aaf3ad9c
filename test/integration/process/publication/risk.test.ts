/** What goes first, what waits, and what is shown while stock is doubtful: the real intake, a marketplace that throttles. */
import { describe, expect, test } from '@jest/globals';
import { readExceptions } from '#subgraphs/process/exceptions/store.ts';
import type { ProcessPolicyInput } from '#subgraphs/process/policy/schema.ts';
import type { Publisher } from '#subgraphs/process/publication/publisher.ts';
import type { PublishedListing } from '#subgraphs/process/publication/sending.ts';
import type { ListingQuantityResult, PublishQuantities } from '#subgraphs/process/systems/marketplace.ts';
import { location, openProcess, stock, type TestProcess, variant } from '#test/integration/process/intake/process.ts';
import {
  ACCEPTED,
  createMarketplace,
  listing,
  openPublication,
  standings,
} from '#test/integration/process/publication/shop.ts';
import { type TestDatabaseKind, testDatabases } from '#test/support/databases.ts';

const policyOf = (publication: ProcessPolicyInput['publication'] = {}): ProcessPolicyInput => ({
  channels: {
    amazon: {
      marketplace: 'AMAZON_DE',
      publish: true,
      locations: { kinds: ['WAREHOUSE', 'STORE'] },
      unseenSales: { quantile: 0.5 },
      publishing: { belowConfidence: { level: 'MEDIUM', share: 0.5 } },
    },
  },
  velocity: { WAREHOUSE: 0.01, DISTRIBUTION_CENTER: 2, STORE: 0.001 },
  publication: { itemsPerCall: 1, callsInFlight: 1, ...publication },
});

const TOLD_TO_WAIT: ListingQuantityResult = {
  outcome: 'FAILED',
  code: 'UPSTREAM_RATE_LIMITED',
  message: 'too many calls',
  retryAfterMs: 30_000,
};
const later = (second: number) => ({ asOf: `2026-03-02T08:10:${String(second).padStart(2, '0')}.000Z` });

/** Items ... with these units in the warehouse, all of them published as they are. */
const openShop = async (
  kind: TestDatabaseKind,
  units: readonly number[],
  policy: ProcessPolicyInput = policyOf(),
): Promise<TestProcess> => {
  const process = await openProcess(kind, { policy });
  const skus = units.map((_, index) => `A-${index + 1}`);
  await process.poll('erp', [...skus.map((sku) => variant(sku)), location('WH-NORD'), location('ST-BERLIN')]);
  await process.poll(
    'marketplace',
    skus.map((sku, index) => listing(`L-${index + 1}`, sku, units[index] ?? 0)),
  );
  await process.poll('pos', [stock('A-1', 'ST-BERLIN', 0)]);
  await process.poll(
    'wms',
    skus.map((sku, index) => stock(sku, 'WH-NORD', units[index] ?? 0)),
  );
  await process.caughtUp();
  return process;
};
const inTouch = async (process: TestProcess, publisher: Publisher): Promise<void> => {
  await process.poll('wms', []);
  await process.poll('pos', []);
  await process.caughtUp();
  await publisher.round();
};
const recount = (process: TestProcess, second: number, units: Readonly<Record<string, number>>) =>
  process.poll(
    'wms',
    Object.entries(units).map(([sku, onHand]) => stock(sku, 'WH-NORD', onHand, later(second))),
  );
const sentBy = (market: ReturnType<typeof createMarketplace>) =>
  market.calls.flat().map(({ listingId, quantity }) => `${listingId}=${quantity}`);
const statesOf = async (process: TestProcess, publisher: Publisher) =>
  Object.fromEntries((await standings(process, publisher)).map(({ listingId, state }) => [listingId, state]));

describe.each(testDatabases)('publication by risk on $name', (kind) => {
  test('what may be sold too often goes first, and what has waited longest is not forgotten', async () => {
    await using process = await openShop(kind, [20, 20, 20, 20, 0, 20]);
    const market = createMarketplace();
    const lags: PublishedListing[] = [];
    await using publisher = openPublication(process, market.publish, (published) => lags.push(published));
    await publisher.round();
    expect(market.calls).toEqual([]);
    // An increase is the oldest; it is the fifth place's, though a larger one would be more urgent.
    await recount(process, 1, { 'A-1': 21 });
    await process.clock.advance(2_000);
    await recount(process, 2, { 'A-2': 60, 'A-3': 15, 'A-4': 0, 'A-5': 9, 'A-6': 12 });
    await process.caughtUp();
    await publisher.round();
    expect(sentBy(market)).toEqual(['L-4=0', 'L-6=12', 'L-3=15', 'L-5=9', 'L-1=21', 'L-2=60']);
    expect(lags).toContainEqual({ marketplace: 'AMAZON_DE', lagMs: 2_000 });
    expect(lags).toHaveLength(6);
    expect(Object.values(await statesOf(process, publisher))).toEqual(Array.from({ length: 6 }, () => 'IN_STEP'));
  });

  test('told to wait, nothing is sent and no attempt counts; then small changes wait for the rest', async () => {
    await using process = await openShop(kind, [200, 200, 200, 5]);
    const market = createMarketplace();
    await using publisher = openPublication(process, market.publish);
    await publisher.round();
    market.answers(() => TOLD_TO_WAIT);
    await recount(process, 1, { 'A-1': 195, 'A-2': 20, 'A-3': 205, 'A-4': 4 });
    await process.caughtUp();
    await publisher.round();
    expect(sentBy(market)).toEqual(['L-2=20']);
    expect(await statesOf(process, publisher)).toEqual({
      'L-1': 'BUDGET',
      'L-2': 'BUDGET',
      'L-3': 'BUDGET',
      'L-4': 'BUDGET',
    });
    expect((await standings(process, publisher)).find(({ listingId }) => listingId === 'L-2')).toMatchObject({
      attempts: 0,
      published: 200,
      desired: 20,
      lastError: 'too many calls',
    });
    await process.clock.advance(29_000);
    await inTouch(process, publisher);
    expect(market.calls).toHaveLength(1);

    market.answers(() => ACCEPTED);
    await process.clock.advance(1_000);
    await inTouch(process, publisher);
    expect(sentBy(market).slice(1)).toEqual(['L-2=20', 'L-4=4']);
    expect(await statesOf(process, publisher)).toEqual({
      'L-1': 'BUDGET',
      'L-2': 'IN_STEP',
      'L-3': 'BUDGET',
      'L-4': 'IN_STEP',
    });
    // No longer short: what was put off is sent.
    await process.clock.advance(15_000);
    await inTouch(process, publisher);
    expect(sentBy(market).slice(3)).toEqual(['L-1=195', 'L-3=205']);
    expect(await readExceptions(process.database, { filter: {}, after: null, limit: 10 })).toEqual([]);
  });

  test('a marketplace that never has room for all still gets the small changes in time', async () => {
    const policy = policyOf({ smallChange: { wait: 'PT5M' } });
    await using process = await openShop(kind, [200, 200], policy);
    const market = createMarketplace();
    await using publisher = openPublication(process, market.publish);
    await publisher.round();
    market.answers(() => TOLD_TO_WAIT);
    await recount(process, 1, { 'A-1': 199 });
    await process.caughtUp();
    await publisher.round();
    // Every larger change finds the marketplace busy again, which keeps calls short.
    for (let half = 0; half < 9; half += 1) {
      await process.clock.advance(31_000);
      await recount(process, 2 + half, { 'A-2': half % 2 === 0 ? 100 : 150 });
      await inTouch(process, publisher);
    }
    expect(sentBy(market).filter((sent) => sent.startsWith('L-1'))).toHaveLength(1);
    market.answers(({ listingId }) => (listingId === 'L-1' ? ACCEPTED : TOLD_TO_WAIT));
    // By now it is late, and every fifth place is for what has waited longest.
    for (let call = 0; call < 5; call += 1) {
      await process.clock.advance(31_000);
      await inTouch(process, publisher);
    }
    expect(market.quantities.get('L-1')).toBe(199);
    expect((await statesOf(process, publisher))['L-2']).toBe('BUDGET');
  });

  test('a slow marketplace is short by itself: small changes wait for those that matter', async () => {
    await using process = await openShop(kind, [200, ...Array.from({ length: 30 }, () => 20)]);
    const market = createMarketplace();
    // A second for each listing: fifteen until the next review.
    const publish: PublishQuantities = async (...given) => {
      await process.clock.advance(1_000);
      return market.publish(...given);
    };
    await using publisher = openPublication(process, publish);
    await publisher.round();
    const decreases = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`A-${index + 2}`, 10]));
    await recount(process, 1, { 'A-1': 199, ...decreases });
    await process.caughtUp();
    await publisher.round();
    expect(sentBy(market).length).toBeGreaterThan(5);
    expect(sentBy(market)).not.toContain('L-1=199');
    expect((await statesOf(process, publisher))['L-1']).toBe('BUDGET');
    for (let round = 0; round < 5; round += 1) await inTouch(process, publisher);
    expect(sentBy(market)).toHaveLength(31);
    expect(market.quantities.get('L-1')).toBe(199);
  });

  test('while a system is missing only a share is shown; all of it returns with the system', async () => {
    await using process = await openShop(kind, [10, 1]);
    const market = createMarketplace();
    await using publisher = openPublication(process, market.publish);
    await publisher.round();
    await process.clock.advance(16 * 60_000);
    await process.poll('wms', []);
    await process.caughtUp();
    await publisher.round();
    expect(Object.fromEntries(market.quantities)).toEqual({ 'L-1': 5, 'L-2': 0 });
    expect(await standings(process, publisher)).toMatchObject([
      { state: 'THROTTLED_CONFIDENCE', sellable: 10, desired: 5, shown: 5, confidence: 'LOW' },
      { state: 'THROTTLED_CONFIDENCE', sellable: 1, desired: 0, shown: 0 },
    ]);
    // What changes meanwhile is throttled in the transaction that takes it in.
    await recount(process, 5, { 'A-1': 30 });
    await process.caughtUp();
    await publisher.round();
    expect(market.quantities.get('L-1')).toBe(15);
    await process.clock.advance(15_000);
    await inTouch(process, publisher);
    expect(Object.fromEntries(market.quantities)).toEqual({ 'L-1': 30, 'L-2': 1 });
    expect(await statesOf(process, publisher)).toEqual({ 'L-1': 'IN_STEP', 'L-2': 'IN_STEP' });
  });
});
