/** listingPublication as operators ask it: over the wire, of a process subgraph as it runs. */
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Change } from '#model/change.ts';
import type { SystemKind } from '#model/identifiers.ts';
import { isoOf } from '#runtime/clock.ts';
import type { ProcessPolicyInput } from '#subgraphs/process/policy/schema.ts';
import { type ServedProcess, serveProcess } from '#test/integration/process/health/served.ts';
import { emptyDatabase, location, stock, variant } from '#test/integration/process/intake/process.ts';
import { listing } from '#test/integration/process/publication/shop.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { type TestDatabase, testDatabases } from '#test/support/databases.ts';

const POLICY: ProcessPolicyInput = {
  channels: {
    amazon: {
      marketplace: 'AMAZON_DE',
      publish: true,
      locations: { kinds: ['WAREHOUSE'] },
      unseenSales: { quantile: 0.5 },
    },
  },
};

const QUERY = `node {
  marketplace listingId channel variant { id } state sellableQuantity confidence desiredQuantity publishedQuantity shownQuantity
  lagSeconds laggingSince acknowledgedAt attempts nextAttempt lastError
}`;
type Node = Readonly<Record<string, unknown>>;
type Page = {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number | null;
};

const ask = async (served: ServedProcess, given: string): Promise<Page> => {
  const query = `{ listingPublication${given} { edges { cursor ${QUERY} } pageInfo { hasNextPage endCursor } totalCount } }`;
  const { data, errors } = await served.ask(query, 'ops:read');
  expect(errors).toBeUndefined();
  return (data as { readonly listingPublication: Page }).listingPublication;
};
const idsOf = ({ edges }: Page) => edges.map(({ node }) => node.listingId);

describe.each(testDatabases)('listingPublication on $name', (kind) => {
  let opened: Promise<TestDatabase> | null = null;
  afterAll(async () => (await opened)?.[Symbol.asyncDispose]());

  /** Three listings that wait and one that is in step; nothing is published, since the marketplace cannot be reached. */
  const serve = async (clock: TestClock) => {
    opened ??= kind.open();
    const { database } = await opened;
    const served = await serveProcess(database, clock, POLICY);
    const poll = (system: SystemKind, changes: readonly Change[], complete = true) =>
      served.accept({
        system,
        connection: `${system}-main`,
        changes,
        watermark: { stream: 'all', value: isoOf(clock.now()), complete },
      });
    const skus = ['A-1', 'A-2', 'A-3', 'A-4'];
    await poll('erp', [...skus.map((sku) => variant(sku)), location('WH-NORD')]);
    await poll(
      'marketplace',
      skus.map((sku, index) => listing(`L-${index + 1}`, sku, 10)),
    );
    await poll('wms', [stock('A-1', 'WH-NORD', 12), stock('A-4', 'WH-NORD', 10)], false);
    await clock.advance(60_000);
    await poll('wms', [stock('A-2', 'WH-NORD', 2), stock('A-3', 'WH-NORD', 3)], false);
    await clock.advance(30_000);
    return {
      served,
      poll,
      [Symbol.asyncDispose]: async () => {
        await served[Symbol.asyncDispose]();
        await emptyDatabase(database);
      },
    };
  };

  test('tells what each listing shall show, what it shows and since when, those that lag first', async () => {
    await using world = await serve(createTestClock());
    const page = await ask(world.served, '');
    expect(page.edges.map(({ node }) => [node.listingId, node.state, node.lagSeconds])).toEqual([
      ['L-1', 'STARTING', 90],
      ['L-2', 'STARTING', 30],
      ['L-3', 'STARTING', 30],
      ['L-4', 'IN_STEP', null],
    ]);
    expect(page.edges[1]?.node).toEqual({
      marketplace: 'AMAZON_DE',
      listingId: 'L-2',
      channel: 'amazon',
      variant: { id: expect.any(String) },
      state: 'STARTING',
      sellableQuantity: 2,
      // The warehouse has not told all it has.
      confidence: 'LOW',
      desiredQuantity: 2,
      publishedQuantity: 10,
      shownQuantity: 10,
      lagSeconds: 30,
      laggingSince: '2026-03-02T09:01:00.000Z',
      acknowledgedAt: null,
      attempts: 0,
      nextAttempt: null,
      lastError: null,
    });
    expect(page).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: false } });
  });

  test('pages go on where the last one ended, also when listings fall into step between them', async () => {
    await using world = await serve(createTestClock());
    const first = await ask(world.served, '(first: 2)');
    expect(idsOf(first)).toEqual(['L-1', 'L-2']);
    expect(first.pageInfo.hasNextPage).toBe(true);
    // L-2 may sell what it shows again: the page's last entry has left its place.
    const asOf = '2026-03-02T09:01:30.000Z';
    await world.poll('wms', [stock('A-2', 'WH-NORD', 10, { asOf })], false);
    const second = await ask(world.served, `(first: 2, after: "${first.pageInfo.endCursor}")`);
    expect(idsOf(second)).toEqual(['L-3', 'L-2']);
    const third = await ask(world.served, `(first: 2, after: "${second.pageInfo.endCursor}")`);
    expect(idsOf(third)).toEqual(['L-4']);
    expect(third.pageInfo.hasNextPage).toBe(false);
  });

  test('a failing marketplace is told as such, with its reason', async () => {
    const clock = createTestClock();
    await using world = await serve(clock);
    await world.poll('wms', []);
    let page = await ask(world.served, '(filter: { states: [FAILED] })');
    // The projection hears of the contact within a second, and publication looks twice a second.
    for (let look = 0; look < 40 && page.edges.length < 3; look += 1) {
      await clock.advance(500);
      page = await ask(world.served, '(filter: { states: [FAILED] })');
    }
    expect(page.edges.map(({ node }) => node.listingId).toSorted()).toEqual(['L-1', 'L-2', 'L-3']);
    expect(page.edges[0]?.node).toMatchObject({
      state: 'FAILED',
      publishedQuantity: 10,
      lastError: 'nothing is published here',
    });
    expect(page.edges[0]?.node.attempts).toBeGreaterThan(0);
  });

  test('the list can be narrowed by place, item, state and lag', async () => {
    await using world = await serve(createTestClock());
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ['sku: "A-3"', ['L-3']],
      ['listingId: "L-4"', ['L-4']],
      ['laggingOnly: true', ['L-1', 'L-2', 'L-3']],
      ['laggingOnly: false', ['L-1', 'L-2', 'L-3', 'L-4']],
      ['lagAtLeast: "PT1M"', ['L-1']],
      ['lagAtLeast: "P99999999D"', []],
      ['states: [IN_STEP, WAITING]', ['L-4']],
      ['marketplace: "AMAZON_DE", laggingOnly: true, sku: "A-4"', []],
    ];
    for (const [filter, expected] of cases) {
      const page = await ask(world.served, `(filter: { ${filter} })`);
      expect([filter, idsOf(page), page.totalCount]).toEqual([filter, expected, expected.length]);
    }
  });

  test('is for operators only, and names what is wrong with a question', async () => {
    await using world = await serve(createTestClock());
    const codeOf = async (given: string, ...scopes: readonly string[]) => {
      const { errors } = await world.served.ask(`{ listingPublication${given} { totalCount } }`, ...scopes);
      return [errors?.[0]?.extensions?.code, errors?.[0]?.message];
    };
    expect((await codeOf('', 'storefront', 'orders:read'))[0]).toBe('FORBIDDEN');
    expect(await codeOf('(first: 0)', 'ops:read')).toEqual(['BAD_INPUT', expect.stringContaining('first')]);
    expect(await codeOf('(filter: { marketplace: "OTTO" })', 'ops:read')).toEqual([
      'BAD_INPUT',
      expect.stringContaining('published are AMAZON_DE'),
    ]);
    expect((await codeOf('(after: "bm8")', 'ops:read'))[0]).toBe('CURSOR_INVALID');
  });
});
