/** Availability as a client sees it: the SDL, the resolvers and the access rules over a real database. */

import { readFileSync } from 'node:fs';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GraphQLSchema, graphql, parse, subscribe } from 'graphql';
import { enforceAccess } from '#runtime/graphql/access.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import { expandScopes } from '#runtime/graphql/identity.ts';
import { scalars } from '#runtime/graphql/scalars.ts';
import { silentLog } from '#runtime/log.ts';
import { createCurrentAnswers } from '#subgraphs/process/availability/current.ts';
import { createAvailabilityResolvers } from '#subgraphs/process/availability/resolvers.ts';
import { createRestating } from '#subgraphs/process/availability/restating.ts';
import { createAvailabilityStreams } from '#subgraphs/process/availability/streams.ts';
import { createExceptionResolvers } from '#subgraphs/process/exceptions/resolvers.ts';
import { createLivePolicy } from '#subgraphs/process/policy/live.ts';
import {
  loadBasics,
  location,
  openProcess,
  stock,
  type TestProcess,
} from '#test/integration/process/intake/process.ts';
import { testDatabases } from '#test/support/databases.ts';

const SDL = readFileSync(new URL('../../../../schema/process.graphql', import.meta.url), 'utf8');
const OPS = ['ops:read', 'stock:raw', 'storefront'];

const schemaOf = (process: TestProcess): GraphQLSchema => {
  const { policy, service, projection, journal, clock, database } = process;
  const streams = createAvailabilityStreams({}, { projection, service, journal, clock });
  const restating = createRestating({ systems: new Map(), renew: projection.renew, clock, log: silentLog });
  const current = createCurrentAnswers({ service, restating, clock });
  const availability = createAvailabilityResolvers({ live: createLivePolicy(policy), service, current, streams });
  const exceptions = createExceptionResolvers({ database });
  const { DateTime, Duration, EventCursor } = scalars;
  const Query = { ...availability.Query, ...exceptions.Query };
  const resolvers = { DateTime, Duration, EventCursor, ...availability, ...exceptions, Query };
  return enforceAccess(
    buildSubgraphSchema([{ typeDefs: parse(SDL), resolvers: resolvers as GraphQLResolverMap<unknown> }]),
  );
};

const contextFor = (scopes: readonly string[]) =>
  createRequestContext({
    identity: { channel: 'web', scopes: expandScopes(scopes) },
    correlationId: 'test',
    signal: AbortSignal.timeout(20_000),
  });

describe.each(testDatabases)('the graph on $name', (kind) => {
  let process: TestProcess;
  let schema: GraphQLSchema;
  const ask = async (
    source: string,
    scopes: readonly string[] = ['storefront'],
    variableValues: Record<string, unknown> = {},
  ) => {
    const { data, errors } = await graphql({ schema, source, contextValue: contextFor(scopes), variableValues });
    return {
      data: JSON.parse(JSON.stringify(data ?? null)),
      errors: (errors ?? []).map((error) => error.originalError ?? error),
    };
  };

  beforeAll(async () => {
    process = await openProcess(kind, {
      policy: { channels: { web: { safetyStock: { WAREHOUSE: 3 } }, staff: { display: { mode: 'EXACT' } } } },
    });
    const berlin = { latitude: 52.52, longitude: 13.4 };
    const hamburg = { latitude: 53.55, longitude: 10 };
    await loadBasics(process);
    await process.poll('erp', [location('ST-HAMBURG'), location('ST-LEER')]);
    await process.poll('pos', [
      {
        kind: 'location',
        code: 'ST-BERLIN',
        facts: { position: berlin, timeZone: 'Europe/Berlin' },
        asOf: '2026-03-02T08:00:00.000Z',
      },
      { kind: 'location', code: 'ST-HAMBURG', facts: { position: hamburg }, asOf: '2026-03-02T08:00:00.000Z' },
      stock('P1000-S', 'ST-HAMBURG', 8, { reservations: 'NOT_KEPT', sequence: '41' }),
      stock('P1000-S', 'ST-LEER', 0),
      stock([{ scheme: 'gtin', value: '4012345678901' }], 'ST-LEER', 1),
    ]);
    await process.caughtUp();
    schema = schemaOf(process);
  });
  afterAll(async () => {
    await process[Symbol.asyncDispose]();
  });

  test('a list page in one question, in the order of its SKUs', async () => {
    const { data, errors } = await ask(`{ availability(skus: ["P1000-M", "P1000-S", "P1000-M"]) {
      variant { id } channel status sellableQuantity display { code quantity } canFulfil freshness asOf confidence { level missingSystems } notices { code } } }`);
    expect(errors).toEqual([]);
    const medium = {
      variant: { id: 'var_P1000-M' },
      channel: 'web',
      status: 'OUT_OF_STOCK',
      sellableQuantity: 0,
      display: { code: 'OUT_OF_STOCK', quantity: null },
      canFulfil: false,
      freshness: 'LIVE',
      asOf: '2026-03-02T09:00:00.000Z',
      confidence: { level: 'NONE', missingSystems: [] },
      notices: [],
    };
    expect(data.availability).toEqual([
      medium,
      {
        ...medium,
        variant: { id: 'var_P1000-S' },
        status: 'IN_STOCK',
        sellableQuantity: null,
        display: { code: '10_PLUS', quantity: 10 },
        canFulfil: true,
        confidence: { level: 'HIGH', missingSystems: [] },
      },
      medium,
    ]);
  });

  test('channels differ by their rules alone, and a caller sees only its own', async () => {
    const source = '{ availability(skus: ["P1000-S"], context: { channel: "staff" }) { id sellableQuantity } }';
    const { data } = await ask(source, OPS);
    expect(data.availability).toMatchObject([{ sellableQuantity: 51 }]);
    expect((await ask(source)).errors).toMatchObject([{ code: 'FORBIDDEN', details: { field: 'context.channel' } }]);
    const entity =
      'query ($id: ID!) { _entities(representations: [{ __typename: "Availability", id: $id }]) { ... on Availability { sellableQuantity } } }';
    const id = data.availability[0].id;
    expect((await ask(entity, ['storefront'], { id })).data._entities).toEqual([null]);
    expect((await ask(entity, OPS, { id })).data._entities).toEqual([{ sellableQuantity: 51 }]);
  });

  test('a SKU that does not exist is named, and is not out of stock', async () => {
    const { data, errors } = await ask('{ availability(skus: ["P1000-S", "P9-X"]) { status } }');
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ code: 'NOT_MAPPED', message: expect.stringContaining('P9-X') }]);
    expect(
      (await ask('{ availability(skus: ["P1000-S"], context: { channel: "tv" }) { status } }', OPS)).errors,
    ).toMatchObject([{ code: 'BAD_INPUT', details: { field: 'context.channel' } }]);
  });

  test('by location: nearest first, in pages, positions of unknown places last', async () => {
    const page = `query ($after: String) { availability(skus: ["P1000-S"]) { byLocation(near: { locationId: "loc_ST-HAMBURG" }, first: 2, after: $after) {
      edges { cursor node { location { id } status sellableQuantity distanceKm freshness confidence { level } } } pageInfo { hasNextPage hasPreviousPage endCursor } } } }`;
    const first = (await ask(page)).data.availability[0].byLocation;
    expect(
      first.edges.map(({ node }: { node: { location: { id: string }; distanceKm: number; status: string } }) => [
        node.location.id,
        node.status,
        Math.round(node.distanceKm),
      ]),
    ).toEqual([
      ['loc_ST-HAMBURG', 'IN_STOCK', 0],
      ['loc_ST-BERLIN', 'LOW_STOCK', 255],
    ]);
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const second = (await ask(page, ['storefront'], { after: first.pageInfo.endCursor })).data.availability[0]
      .byLocation;
    expect(
      second.edges.map(
        ({ node }: { node: { location: { id: string }; distanceKm: null; sellableQuantity: number } }) => [
          node.location.id,
          node.distanceKm,
          node.sellableQuantity,
        ],
      ),
    ).toEqual([
      ['loc_ST-LEER', null, 0],
      ['loc_WH-NORD', null, null],
    ]);
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  test.each([
    ['near: {}', 'near'],
    ['near: { locationId: "loc_ST-LEER" }', 'near.locationId'],
    ['near: { locationId: "loc_X" }', 'near.locationId'],
    ['near: { position: { latitude: 91, longitude: 0 } }', 'near.position'],
    ['first: 0', 'first'],
    ['first: 101', 'first'],
  ])('byLocation(%s) is refused by naming %s', async (argument, field) => {
    const { errors } = await ask(
      `{ availability(skus: ["P1000-S"]) { byLocation(${argument}) { edges { cursor } } } }`,
    );
    expect(errors).toMatchObject([{ code: 'BAD_INPUT', details: { field } }]);
  });

  test('a cursor of another list is refused', async () => {
    const { errors } = await ask(
      '{ availability(skus: ["P1000-S"]) { byLocation(after: "e30") { edges { cursor } } } }',
    );
    expect(errors).toMatchObject([{ code: 'CURSOR_INVALID' }]);
  });

  test('the ledger line with its stamp is for those who may see raw stock', async () => {
    const source = `{ availability(skus: ["P1000-S"]) { byLocation(near: { locationId: "loc_ST-HAMBURG" }, first: 1) { edges { node { position {
      onHand net sellable withheld shortage stamps { system asOf fetchedAt cache version } } } } } } }`;
    const refused = await ask(source);
    expect(refused.data.availability[0].byLocation.edges[0].node.position).toBeNull();
    expect(refused.errors).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect((await ask(source, OPS)).data.availability[0].byLocation.edges[0].node.position).toEqual({
      onHand: 8,
      net: 8,
      sellable: 8,
      withheld: 0,
      shortage: 0,
      stamps: [
        {
          system: 'pos-main',
          asOf: '2026-03-02T08:00:00.000Z',
          fetchedAt: '2026-03-02T09:00:00.000Z',
          cache: 'HIT',
          version: '41',
        },
      ],
    });
  });

  test('explained to operators, and to nobody else', async () => {
    const source = `{ explainAvailability(sku: "P1000-S") { text rules { id kind effect source } variant { id } channel result { status }
      positions { included reason location { id } position { onHand sellable } } } }`;
    expect((await ask(source)).errors).toMatchObject([{ code: 'FORBIDDEN' }]);
    const { data, errors } = await ask(source, ['ops:read']);
    expect(errors).toEqual([]);
    expect(data.explainAvailability.text).toMatch(
      /^P1000-S for web: 48 sellable, shown as IN_STOCK\. WH-NORD has 40 on hand \(wms, 0 s ago\), 3 held as safety stock: 37 sellable\./,
    );
    expect(data.explainAvailability.rules).toContainEqual({
      id: 'safetyStock:WAREHOUSE',
      kind: 'SAFETY_STOCK',
      effect: -3,
      source: 'process.channels.web.safetyStock.WAREHOUSE',
    });
    expect(data.explainAvailability.positions).toHaveLength(4);
    const one = await ask(
      '{ explainAvailability(sku: "P1000-S", locationId: "loc_ST-BERLIN") { result { sellableQuantity } positions { location { id } } } }',
      OPS,
    );
    expect(one.data.explainAvailability).toEqual({
      result: { sellableQuantity: 3 },
      positions: [{ location: { id: 'loc_ST-BERLIN' } }],
    });
  });

  test('as entities: from the item, and again from the id of an answer', async () => {
    const source =
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Variant { availability(context: { locationIds: ["loc_ST-BERLIN"], quantity: 3 }) { id status canFulfil } } ... on Availability { sellableQuantity status canFulfil } } }';
    const first = await ask(source, ['storefront'], {
      representations: [{ __typename: 'Variant', id: 'var_P1000-S' }],
    });
    const { id, ...answer } = first.data._entities[0].availability;
    expect(answer).toEqual({ status: 'LOW_STOCK', canFulfil: true });
    const again = await ask(source, ['storefront'], {
      representations: [
        { __typename: 'Availability', id },
        { __typename: 'Availability', id: 'avl_garbage' },
      ],
    });
    expect(again.data._entities).toEqual([{ sellableQuantity: 3, ...answer }, null]);
    expect(
      (await ask(source, ['storefront'], { representations: [{ __typename: 'Variant', id: 'var_NOPE' }] })).errors,
    ).toMatchObject([{ code: 'NOT_MAPPED' }]);
  });

  test('exceptions in pages, filtered, counted only when asked', async () => {
    await process.poll(
      'wms',
      Array.from({ length: 4 }, (_, index) => stock(`GHOST-${index}`, 'WH-NORD', 1)),
    );
    const source = `query ($first: Int, $after: String) { exceptions(filter: { systems: ["wms"], states: [OPEN], kinds: [IDENTIFIER_UNMAPPED] }, first: $first, after: $after) {
      totalCount edges { node { id kind nature system sku message attempts state firstSeen } } pageInfo { hasNextPage endCursor } } }`;
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { data, errors } = await ask(source, ['ops:read'], { first: 3, after });
      expect(errors).toEqual([]);
      expect(data.exceptions.totalCount).toBe(4);
      seen.push(...data.exceptions.edges.map(({ node }: { node: { id: string } }) => node.id));
      after = data.exceptions.pageInfo.hasNextPage ? data.exceptions.pageInfo.endCursor : null;
    } while (after !== null);
    expect(new Set(seen).size).toBe(4);
    expect((await ask('{ exceptions(first: 251) { edges { cursor } } }', ['ops:read'])).errors).toMatchObject([
      { code: 'BAD_INPUT' },
    ]);
    expect((await ask('{ exceptions { edges { cursor } } }')).errors).toMatchObject([{ code: 'FORBIDDEN' }]);
  });

  test('a subscription over the schema: state, then a change', async () => {
    const document = parse(
      'subscription { availabilityChanged(skus: ["P1000-M"]) { __typename ... on AvailabilityChanged { cursor previousStatus availability { status sellableQuantity } } } }',
    );
    const result = await subscribe({ schema, document, contextValue: contextFor(['storefront']) });
    if (!(Symbol.asyncIterator in result)) throw new Error(JSON.stringify(result.errors));
    const next = async (): Promise<unknown> => (await result.next()).value?.data?.availabilityChanged;
    expect(await next()).toMatchObject({
      __typename: 'AvailabilityChanged',
      previousStatus: 'OUT_OF_STOCK',
      availability: { status: 'OUT_OF_STOCK' },
    });
    await process.poll('wms', [stock('P1000-M', 'WH-NORD', 9, { asOf: '2026-03-02T08:50:00.000Z' })]);
    expect(await next()).toMatchObject({
      previousStatus: 'OUT_OF_STOCK',
      availability: { status: 'IN_STOCK', sellableQuantity: 6 },
    });
    await result.return(undefined);
  });
});
