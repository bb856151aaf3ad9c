/** A system that hangs, seen from the app: what it is not needed for is answered, in the caller's time, and says why. */
import { readFileSync } from 'node:fs';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DocumentNode } from 'graphql';
import { openGateway } from '#gateway/server.ts';
import { locationIdOf } from '#model/identifiers.ts';
import { systemClock } from '#runtime/clock.ts';
import { enforceAccess } from '#runtime/graphql/access.ts';
import { createIdentityVerifier, mintToken } from '#runtime/graphql/identity.ts';
import { openGraphQLServer } from '#runtime/graphql/serve.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createShelf } from '#runtime/reading/shelf.ts';
import type { ErpPort } from '#subgraphs/erp/port.ts';
import { createErpSubgraph } from '#subgraphs/erp/subgraph.ts';
import type { PosPort } from '#subgraphs/pos/port.ts';
import { createPosSubgraph } from '#subgraphs/pos/subgraph.ts';
import { postGraphQL } from '#test/support/graphql-client.ts';

const SUPERGRAPH = readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8');
const IDENTITY = { secret: 'a-secret-for-tests-that-is-long-enough', issuer: 'tests', audience: 'tests' };
const clock = systemClock;
const deps = { clock, ids: systemIds, log: silentLog };
const identity = createIdentityVerifier(
  { ...IDENTITY, anonymousScopes: ['storefront'], anonymousChannel: 'web' },
  { clock },
);
const shelfOf = (connection: string) => createShelf({ connection }, deps);

const erpPort: ErpPort = {
  variants: async (references) =>
    references.map(({ value }) => ({
      sku: value,
      productCode: 'P1',
      productTitle: 'Product 1',
      title: `Title of ${value}`,
      lifecycle: 'ACTIVE',
      unitOfMeasure: 'u',
      aliases: [],
    })),
  products: async (codes) => codes.map(() => null),
  catalog: async () => ({ items: [], nextOffset: null, total: 0 }),
  locations: async () =>
    ['1', '2'].map((which) => ({
      code: `ST-${which}`,
      name: `Store ${which}`,
      kind: 'STORE',
      timeZone: 'Europe/Berlin',
    })),
  stock: async () => [],
  salesOrders: async (numbers) => numbers.map(() => null),
  streams: [],
};

/** While set, whoever asks the till waits for it. */
let silence: PromiseWithResolvers<void> | null;
const posPort: PosPort = {
  transactions: async (ids) => {
    await silence?.promise;
    return ids.map((id) => ({
      id,
      locationCode: 'ST-1',
      kind: 'SALE',
      occurredAt: '2026-03-02T08:00:00.000Z',
      total: { amountMinor: 2_490, currency: 'EUR' },
      asOf: '2026-03-02T08:00:00.000Z',
    }));
  },
  stores: async (codes) => {
    await silence?.promise;
    return codes.map(() => null);
  },
  stock: async () => [],
  aliases: async () => [],
  pickupTasks: async (ids) => ids.map(() => null),
  storePickupTasks: async () => [],
  streams: [],
};

const serve = (
  name: string,
  { resolvers, typeDefs }: { readonly typeDefs: DocumentNode; readonly resolvers: object },
) =>
  openGraphQLServer(
    {
      name,
      host: '127.0.0.1',
      port: 0,
      portVariable: 'PORT',
      engine: {
        kind: 'schema',
        schema: enforceAccess(buildSubgraphSchema([{ typeDefs, resolvers: resolvers as GraphQLResolverMap<unknown> }])),
      },
      introspection: false,
    },
    { ...deps, identity },
  );

let servers: readonly AsyncDisposable[];
let url: string;

beforeEach(async () => {
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  silence = null;
  const erp = await serve(
    'erp',
    createErpSubgraph({
      connections: [{ connection: 'erp-main', port: erpPort, shelf: shelfOf('erp-main') }],
      log: silentLog,
    }),
  );
  const pos = await serve(
    'pos',
    createPosSubgraph({
      connections: [{ connection: 'pos-main', port: posPort, shelf: shelfOf('pos-main') }],
      clock,
      log: silentLog,
    }),
  );
  const gateway = await openGateway(
    {
      host: '127.0.0.1',
      port: 0,
      portVariable: 'PORT',
      supergraphSdl: SUPERGRAPH,
      subgraphUrls: { erp: erp.graphqlUrl, pos: pos.graphqlUrl },
      development: false,
    },
    { ...deps, identity },
  );
  servers = [gateway, pos, erp];
  url = gateway.graphqlUrl;
});
afterEach(async () => {
  silence?.resolve();
  for (const server of servers) await server[Symbol.asyncDispose]();
});

const ask = async (headers: Record<string, string> = {}, which = '1') =>
  postGraphQL(
    url,
    `query ($at: ID!, $id: ID!) {
      location(id: $at) { name store { phone } }
      posTransaction(id: $id) { total { amount } stamp { cache } }
      variant(by: { sku: "A" }) { title }
    }`,
    {
      variables: { at: locationIdOf(`ST-${which}`), id: `T-${which}` },
      headers,
      token: await mintToken(IDENTITY, { channel: '*', scopes: ['ops:read'], lifetimeSeconds: 60 }, { clock }),
    },
  );

describe('a till that hangs', () => {
  test('costs its own fields, each of which says which connection did not answer', async () => {
    await ask();
    silence = Promise.withResolvers();
    const { body, status } = await ask({ 'x-time-budget-ms': '2000' }, '2');
    expect(status).toBe(200);
    expect(body.data).toEqual({
      location: { name: 'Store 2', store: null },
      posTransaction: null,
      variant: { title: 'Title of A' },
    });
    // The subgraph itself says so: its answer was back before the gateway's own time was up.
    const missing = (path: readonly string[]) => ({
      path,
      message: expect.stringMatching(/^pos-main: no answer/),
      extensions: expect.objectContaining({ code: 'UPSTREAM_TIMEOUT', system: 'pos-main', serviceName: 'pos' }),
    });
    expect(body.errors).toHaveLength(2);
    expect(body.errors).toEqual(expect.arrayContaining([missing(['location', 'store']), missing(['posTransaction'])]));
  });

  test('is answered for by what was read before, when the time is up', async () => {
    const data = (cache: string) => ({
      location: { name: 'Store 1', store: null },
      posTransaction: { total: { amount: '24.90' }, stamp: { cache } },
      variant: { title: 'Title of A' },
    });
    expect((await ask()).body).toEqual({ data: data('MISS') });
    silence = Promise.withResolvers();
    const { body } = await ask({ 'x-time-budget-ms': '2000', 'x-max-age-ms': '0', 'x-purpose': 'CHECKOUT' });
    expect(body).toEqual({ data: data('STALE_WHILE_REVALIDATE') });
  });
});
