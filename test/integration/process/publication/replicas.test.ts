/** Several replicas of the process layer publish side by side over one database. */
import { describe, expect, test } from '@jest/globals';
import { Failure } from '#runtime/failure.ts';
import type { ProcessPolicyInput } from '#subgraphs/process/policy/schema.ts';
import type { PublishQuantities } from '#subgraphs/process/systems/marketplace.ts';
import { location, openProcess, stock, type TestProcess, variant } from '#test/integration/process/intake/process.ts';
import { createMarketplace, listing, openPublication, standings } from '#test/integration/process/publication/shop.ts';
import { type TestDatabaseKind, testDatabases } from '#test/support/databases.ts';

const POLICY: ProcessPolicyInput = {
  channels: {
    amazon: {
      marketplace: 'AMAZON_DE',
      publish: true,
      locations: { kinds: ['WAREHOUSE'] },
      unseenSales: { quantile: 0.5 },
    },
  },
  publication: { itemsPerCall: 3, callsInFlight: 2 },
};

const LATER = '2026-03-02T08:10:00.000Z';

const openShop = async (kind: TestDatabaseKind, items: number, shown = 50): Promise<TestProcess> => {
  const process = await openProcess(kind, { policy: POLICY });
  const skus = Array.from({ length: items }, (_, index) => `A-${index + 1}`);
  await process.poll('erp', [...skus.map((sku) => variant(sku)), location('WH-NORD'), location('ST-BERLIN')]);
  await process.poll(
    'marketplace',
    skus.map((sku, index) => listing(`L-${index + 1}`, sku, shown)),
  );
  await process.poll('pos', [stock('A-1', 'ST-BERLIN', 0)]);
  await process.poll(
    'wms',
    skus.map((sku) => stock(sku, 'WH-NORD', 20)),
  );
  await process.caughtUp();
  return process;
};
const inTouch = async (process: TestProcess): Promise<void> => {
  await process.poll('wms', []);
  await process.poll('pos', []);
  await process.caughtUp();
};
const recount = async (process: TestProcess, sku: string, onHand: number, second: number): Promise<void> => {
  await process.poll('wms', [stock(sku, 'WH-NORD', onHand, { asOf: `2026-03-02T08:10:0${second}.000Z` })]);
  await process.caughtUp();
};

/** Resolves what waits at it once `count` have come. */
const createGate = (count: number) => {
  const waiting: (() => void)[] = [];
  let open = false;
  return {
    pass: (): Promise<void> =>
      new Promise((resolve) => {
        waiting.push(resolve);
        open ||= waiting.length >= count;
        if (open) for (const go of waiting.splice(0)) go();
      }),
  };
};

describe.each(testDatabases)('replicas that publish on $name', (kind) => {
  test('share the work: every listing is sent once', async () => {
    await using process = await openShop(kind, 40, 20);
    const market = createMarketplace();
    // No call answers before both lanes of both replicas have rows of their own in hand.
    const gate = createGate(4);
    const sentBy = new Map<string, string[]>();
    const replica =
      (name: string): PublishQuantities =>
      async (...given) => {
        sentBy.set(name, [...(sentBy.get(name) ?? []), ...given[1].map(({ listingId }) => listingId)]);
        await gate.pass();
        return market.publish(...given);
      };
    await using first = openPublication(process, replica('first'));
    await using second = openPublication(process, replica('second'));
    // All that was to be reviewed is in step; then everything sells at once.
    await first.round();
    await second.round();
    expect(market.calls).toEqual([]);
    await process.poll(
      'wms',
      Array.from({ length: 40 }, (_, index) => stock(`A-${index + 1}`, 'WH-NORD', 12, { asOf: LATER })),
    );
    await Promise.all([first.round(), second.round()]);
    expect(sentBy.get('first')?.length).toBeGreaterThanOrEqual(6);
    expect(sentBy.get('second')?.length).toBeGreaterThanOrEqual(6);
    const all = [...sentBy.values()].flat();
    expect(new Set(all).size).toBe(40);
    expect(all).toHaveLength(40);
    expect([...market.quantities.values()]).toEqual(Array.from({ length: 40 }, () => 12));
  });

  test('what one was told to wait for, the other waits for as well', async () => {
    await using process = await openShop(kind, 4);
    const market = createMarketplace();
    market.answers(() => new Failure('UPSTREAM_RATE_LIMITED', 'too many calls', { retryAfterMs: 60_000 }));
    await using first = openPublication(process, market.publish);
    await first.round();
    const calls = market.calls.length;
    await using second = openPublication(process, market.publish);
    await inTouch(process);
    await second.round();
    expect(market.calls).toHaveLength(calls);
    await process.clock.advance(60_000);
    await inTouch(process);
    await second.round();
    expect(market.calls.length).toBeGreaterThan(calls);
  });

  test('what one had in hand when it died, the other sends after the lease', async () => {
    await using process = await openShop(kind, 1);
    const market = createMarketplace();
    {
      let inHand = (): void => undefined;
      const taken = new Promise<void>((resolve) => {
        inHand = resolve;
      });
      await using dying = openPublication(process, (_marketplace, _listings, _key, { signal }) => {
        inHand();
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      });
      const round = dying.round().catch(() => undefined);
      await taken;
      await dying[Symbol.asyncDispose]();
      await round;
    }
    await using other = openPublication(process, market.publish);
    await process.clock.advance(59_000);
    await inTouch(process);
    await other.round();
    expect(market.calls).toEqual([]);
    await process.clock.advance(1_000);
    await inTouch(process);
    await other.round();
    expect(market.quantities.get('L-1')).toBe(20);
  });

  test('a call that comes back after its lease does not pass for the newer quantity', async () => {
    await using process = await openShop(kind, 1);
    const market = createMarketplace();
    let arrive = (): void => undefined;
    let inHand = (): void => undefined;
    const taken = new Promise<void>((resolve) => {
      inHand = resolve;
    });
    const arrival = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    let held = false;
    const slow: PublishQuantities = async (...given) => {
      if (!held) {
        held = true;
        inHand();
        await arrival;
      }
      return market.publish(...given);
    };
    await using first = openPublication(process, slow);
    const round = first.round();
    await taken;
    await process.clock.advance(61_000);
    await recount(process, 'A-1', 7, 1);
    await using second = openPublication(process, market.publish);
    await inTouch(process);
    await second.round();
    expect(market.quantities.get('L-1')).toBe(7);
    arrive();
    await round;
    await inTouch(process);
    await second.round();
    expect(market.quantities.get('L-1')).toBe(7);
    expect(market.calls.flat().map(({ quantity }) => quantity)).toEqual([7, 20, 7]);
    expect(await standings(process, second)).toMatchObject([{ state: 'IN_STEP', published: 7 }]);
  });

  test('a call of which nobody knows the outcome is repeated even when the old quantity is right again', async () => {
    await using process = await openShop(kind, 1);
    const market = createMarketplace();
    await using publisher = openPublication(process, market.publish);
    await publisher.round();
    await recount(process, 'A-1', 5, 1);
    const lost: PublishQuantities = async (...given) => {
      await market.publish(...given);
      throw new Failure('UPSTREAM_TIMEOUT', 'marketplace did not answer in time');
    };
    await using losing = openPublication(process, lost);
    await inTouch(process);
    await losing.round();
    expect(market.quantities.get('L-1')).toBe(5);
    await recount(process, 'A-1', 20, 2);
    expect(await standings(process, publisher)).toMatchObject([{ state: 'FAILED', desired: 20, published: 20 }]);
    await process.clock.advance(6_000);
    await publisher.round();
    expect(market.quantities.get('L-1')).toBe(20);
    expect(await standings(process, publisher)).toMatchObject([{ state: 'IN_STEP', desired: 20, published: 20 }]);
  });
});
