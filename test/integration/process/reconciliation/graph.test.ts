/** Drifts through the graph: who sees them, filters and pages; and the process subgraph as it runs, from intake to answer. */
import { readFileSync } from 'node:fs';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { describe, expect, test } from '@jest/globals';
import { type GraphQLSchema, graphql, parse } from 'graphql';
import type { Change } from '#model/change.ts';
import { enforceAccess } from '#runtime/graphql/access.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import { expandScopes } from '#runtime/graphql/identity.ts';
import { scalars } from '#runtime/graphql/scalars.ts';
import { createReconciliationResolvers } from '#subgraphs/process/reconciliation/resolvers.ts';
import { serveProcess } from '#test/integration/process/health/served.ts';
import { location, stock, variant } from '#test/integration/process/intake/process.ts';
import { createTestClock } from '#test/support/clock.ts';
import { testDatabases } from '#test/support/databases.ts';
import { eventually } from '#test/support/eventually.ts';
import { openWorld, type World } from './world.ts';

const SDL = readFileSync(new URL('../../../../schema/process.graphql', import.meta.url), 'utf8');
const MINUTE_MS = 60_000;
const at = (time: string) => ({ asOf: `2026-03-02T${time}:00.000Z` });

const schemaOf = ({ process: { clock, database } }: World): GraphQLSchema => {
  const { DateTime, Decimal, Duration } = scalars;
  const resolvers = { DateTime, Decimal, Duration, ...createReconciliationResolvers({ database, clock }) };
  return enforceAccess(
    buildSubgraphSchema([{ typeDefs: parse(SDL), resolvers: resolvers as GraphQLResolverMap<unknown> }]),
  );
};

const ask = (schema: GraphQLSchema, source: string, scope = 'ops:read') =>
  graphql({
    schema,
    source,
    contextValue: createRequestContext({
      identity: { channel: '*', scopes: expandScopes([scope]) },
      correlationId: 'a-question-of-the-test',
      signal: AbortSignal.timeout(60_000),
    }),
  });

const skusOf = async (schema: GraphQLSchema, filter: string) => {
  const result = await ask(schema, `{ inventoryDrift(filter: { ${filter} }) { edges { node { variant { id } } } } }`);
  if (result.errors) throw result.errors[0]?.originalError ?? result.errors[0];
  const { edges } = JSON.parse(JSON.stringify(result.data)).inventoryDrift;
  return edges.map(({ node }: { node: { variant: { id: string } } }) => node.variant.id).sort();
};

describe('inventoryDrift', () => {
  const [kind] = testDatabases;
  if (!kind) throw new Error('no database');
  const SKUS = ['P-1', 'P-2', 'P-3', 'P-4', 'P-5'];

  /** Differences 1 to 5 in the warehouse, found at half past nine; those of P-4 and P-5 are the wrong way round. */
  const openDrifts = async (): Promise<World> => {
    const world = await openWorld(kind, { skus: SKUS, policy: { reconciliation: { hotItems: 5 } } });
    for (const [index, sku] of SKUS.entries()) {
      const sign = index < 3 ? 1 : -1;
      await world.tells('erp', [sku, 'WH-NORD', 40 - sign * (index + 1), at('08:00')]);
      await world.tells('wms', [sku, 'WH-NORD', 40, at(index % 2 === 0 ? '08:00' : '08:40')]);
    }
    await using reconciler = world.reconciler();
    await reconciler.round();
    await world.process.clock.advance(30 * MINUTE_MS);
    await reconciler.round();
    return world;
  };

  test('tells each drift in the words of the contract', async () => {
    await using world = await openDrifts();
    const result = await ask(
      schemaOf(world),
      `{ inventoryDrift(filter: { sku: "P-3" }) { edges { node {
        location { id } listing { listingId } systems { system quantity asOf } difference since
        valueAtRisk { amount currency } likelyCause oversellRisk state firstSeen lastSeen resolvedAt episodes } } } }`,
    );
    expect(JSON.parse(JSON.stringify(result))).toEqual({
      data: {
        inventoryDrift: {
          edges: [
            {
              node: {
                location: { id: 'loc_WH-NORD' },
                listing: null,
                systems: [
                  { system: 'wms', quantity: 40, asOf: '2026-03-02T08:00:00.000Z' },
                  { system: 'erp', quantity: 37, asOf: '2026-03-02T08:00:00.000Z' },
                ],
                difference: 3,
                since: '2026-03-02T08:00:00.000Z',
                valueAtRisk: { amount: '74.70', currency: 'EUR' },
                likelyCause: 'UNKNOWN',
                oversellRisk: true,
                state: 'OPEN',
                firstSeen: '2026-03-02T09:30:00.000Z',
                lastSeen: '2026-03-02T09:30:00.000Z',
                resolvedAt: null,
                episodes: 1,
              },
            },
          ],
        },
      },
    });
  });

  test('filters, each and together', async () => {
    await using world = await openDrifts();
    const schema = schemaOf(world);
    expect(await skusOf(schema, '')).toEqual(['var_P-1', 'var_P-2', 'var_P-3', 'var_P-4', 'var_P-5']);
    expect(await skusOf(schema, 'minDifference: 4')).toEqual(['var_P-4', 'var_P-5']);
    expect(await skusOf(schema, 'oversellRisk: true')).toEqual(['var_P-1', 'var_P-2', 'var_P-3']);
    expect(await skusOf(schema, 'olderThan: "PT1H"')).toEqual(['var_P-1', 'var_P-3', 'var_P-5']);
    expect(await skusOf(schema, 'locationId: "loc_WH-NORD", sku: "P-2"')).toEqual(['var_P-2']);
    expect(await skusOf(schema, 'locationId: "loc_ST-BERLIN"')).toEqual([]);
    expect(await skusOf(schema, 'state: RESOLVED')).toEqual([]);
    await expect(skusOf(schema, 'locationId: "WH-NORD"')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(skusOf(schema, 'minDifference: -1')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('pages without a gap or a repetition, also when a drift of the page before has ended', async () => {
    await using world = await openDrifts();
    const schema = schemaOf(world);
    const pageAfter = async (cursor: string | null) => {
      const after = cursor === null ? '' : `, after: ${JSON.stringify(cursor)}`;
      const result = await ask(
        schema,
        `{ inventoryDrift(first: 2${after}) {
          edges { node { variant { id } } } pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
      );
      return JSON.parse(JSON.stringify(result.data)).inventoryDrift;
    };
    const first = await pageAfter(null);
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const [{ node }] = first.edges.slice(-1);
    const ended = node.variant.id.slice('var_'.length);
    await world.tells('wms', [ended, 'WH-NORD', 1, at('09:30')]);
    await world.tells('erp', [ended, 'WH-NORD', 1, at('09:30')]);
    await using reconciler = world.reconciler();
    await reconciler.round();
    const second = await pageAfter(first.pageInfo.endCursor);
    const third = await pageAfter(second.pageInfo.endCursor);
    expect(third.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const ids = [first, second, third].flatMap(({ edges }) =>
      edges.map((edge: { node: { variant: { id: string } } }) => edge.node.variant.id),
    );
    expect(ids.sort()).toEqual(SKUS.map((sku) => `var_${sku}`));
  });

  test('refuses callers without ops:read, and pages and cursors that are none', async () => {
    await using world = await openWorld(kind, { skus: ['P-1'] });
    const schema = schemaOf(world);
    const codeOf = async (source: string, scope?: string) =>
      (await ask(schema, source, scope)).errors?.[0]?.originalError;
    const source = '{ inventoryDrift { pageInfo { hasNextPage } } }';
    expect(await codeOf(source, 'orders:read')).toMatchObject({ code: 'FORBIDDEN' });
    expect(await codeOf(source)).toBeUndefined();
    const page = (given: string) => `{ inventoryDrift(${given}) { pageInfo { hasNextPage } } }`;
    expect(await codeOf(page('first: 0'))).toMatchObject({ code: 'BAD_INPUT' });
    expect(await codeOf(page('first: 251'))).toMatchObject({ code: 'BAD_INPUT' });
    expect(await codeOf(page('after: "bm9uZQ"'))).toMatchObject({ code: 'CURSOR_INVALID' });
  });
});

describe.each(testDatabases)('the process subgraph on $name', (kind) => {
  test('finds a drift by itself and tells it, its exception, and the item it belongs to', async () => {
    await using opened = await kind.open();
    const { database } = opened;
    const clock = createTestClock();
    await using served = await serveProcess(database, clock);
    const poll = (system: 'erp' | 'wms', changes: readonly Change[]) =>
      served.accept({
        system,
        connection: `${system}-main`,
        changes,
        watermark: { stream: 'all', value: '1', complete: true },
      });
    await poll('erp', [variant('P-1'), location('WH-NORD'), stock('P-1', 'WH-NORD', 35)]);
    await poll('wms', [stock('P-1', 'WH-NORD', 40)]);
    const sweeps = async () => {
      await clock.advance(30_000);
      return database.query('select kind from process.sweep');
    };
    await eventually(sweeps, (rows) => rows.length === 2);
    await clock.advance(15 * MINUTE_MS);
    const look = async () => {
      await clock.advance(30_000);
      const { data, errors } = await served.ask(
        `{ inventoryDrift { edges { node { difference likelyCause } } }
           exceptions { edges { node { kind sku message } } }
           explainAvailability(sku: "P-1") { drifts { difference systems { system quantity } } } }`,
        'ops:read',
      );
      if (errors) throw new Error(JSON.stringify(errors));
      return JSON.parse(JSON.stringify(data));
    };
    const found = await eventually(look, ({ inventoryDrift }) => inventoryDrift.edges.length > 0);
    expect(found).toMatchObject({
      inventoryDrift: { edges: [{ node: { difference: 5, likelyCause: 'UNKNOWN' } }] },
      exceptions: { edges: [{ node: { kind: 'INVENTORY_EVENT', sku: 'P-1' } }] },
      explainAvailability: {
        drifts: [
          {
            difference: 5,
            systems: [
              { system: 'wms', quantity: 40 },
              { system: 'erp', quantity: 35 },
            ],
          },
        ],
      },
    });
  });
});
