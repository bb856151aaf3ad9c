/** Promises as a client sees them: from what systems say, through the real intake, to the graph. */
import { readFileSync } from 'node:fs';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GraphQLSchema, graphql, parse } from 'graphql';
import type { Change, LocationChange, SupplyChange } from '#model/change.ts';
import { enforceAccess } from '#runtime/graphql/access.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import { expandScopes } from '#runtime/graphql/identity.ts';
import { scalars } from '#runtime/graphql/scalars.ts';
import { silentLog } from '#runtime/log.ts';
import { createCurrentAnswers } from '#subgraphs/process/availability/current.ts';
import { createAvailabilityResolvers } from '#subgraphs/process/availability/resolvers.ts';
import { createRestating } from '#subgraphs/process/availability/restating.ts';
import { createAvailabilityStreams } from '#subgraphs/process/availability/streams.ts';
import { createLivePolicy } from '#subgraphs/process/policy/live.ts';
import type { ProcessPolicyInput } from '#subgraphs/process/policy/schema.ts';
import { createPromiseResolvers } from '#subgraphs/process/promise/resolvers.ts';
import { verifyPromiseToken } from '#subgraphs/process/promise/token.ts';
import { loadBasics, openProcess, stock, type TestProcess } from '#test/integration/process/intake/process.ts';
import { testDatabases } from '#test/support/databases.ts';

const SDL = readFileSync(new URL('../../../../schema/process.graphql', import.meta.url), 'utf8');
const SECRET = 'signs promises';
const AS_OF = '2026-03-02T08:00:00.000Z';

const POLICY: ProcessPolicyInput = {
  channels: {
    web: { backorder: { allowed: true }, unseenSales: { cap: 0 }, display: { mode: 'EXACT' } },
    capped: { unseenSales: { cap: 0 } },
    worded: { unseenSales: { cap: 0 }, display: { mode: 'WORDS' } },
  },
  promises: { timeZone: 'Europe/Berlin' },
  shipping: {
    origins: [
      {
        kinds: ['WAREHOUSE'],
        services: [{ service: 'standard', cutoff: '14:00', transit: [{ country: 'DE', minDays: 1, maxDays: 2 }] }],
      },
    ],
  },
};

const place = (code: string, facts: LocationChange['facts'], asOf = AS_OF): LocationChange => ({
  kind: 'location',
  code,
  facts,
  asOf,
});
const supply = (
  locationCode: string,
  expected: readonly (readonly [quantity: number, expectedAt: string])[],
  asOf = AS_OF,
  value = 'P1000-S',
): SupplyChange => ({
  kind: 'supply',
  items: [{ scheme: 'sku', value }],
  locationCode,
  supplies: expected.map(([quantity, expectedAt], index) => ({
    reference: `PO${index}`,
    quantity,
    expectedAt,
    kind: 'PURCHASE_ORDER',
  })),
  asOf,
});
const HOURS = [1, 2, 3, 4, 5, 6].map((dayOfWeek) => ({ dayOfWeek, opens: '09:00', closes: '20:00' }));
const PICKUP = { enabled: true, curbside: false, leadMinutes: 60, holdDays: 2 };

const schemaOf = (process: TestProcess): GraphQLSchema => {
  const { policy, service, projection, journal, clock } = process;
  const streams = createAvailabilityStreams({}, { projection, service, journal, clock });
  const restating = createRestating({ systems: new Map(), renew: projection.renew, clock, log: silentLog });
  const current = createCurrentAnswers({ service, restating, clock });
  const availability = createAvailabilityResolvers({ live: createLivePolicy(policy), service, current, streams });
  const promises = createPromiseResolvers({ policy, current, clock, secret: SECRET });
  const { DateTime, Duration, EventCursor, Date: CalendarDate } = scalars;
  const resolvers = {
    DateTime,
    Duration,
    EventCursor,
    Date: CalendarDate,
    ...availability,
    ...promises,
    Query: { ...availability.Query, ...promises.Query },
    Availability: { ...availability.Availability, ...promises.Availability },
    LocationAvailability: { ...availability.LocationAvailability, ...promises.LocationAvailability },
  };
  return enforceAccess(
    buildSubgraphSchema([{ typeDefs: parse(SDL), resolvers: resolvers as GraphQLResolverMap<unknown> }]),
  );
};

describe.each(testDatabases)('promises on $name', (kind) => {
  let process: TestProcess;
  let schema: GraphQLSchema;

  const ask = async (source: string, variableValues: Record<string, unknown> = {}) => {
    const contextValue = createRequestContext({
      identity: { channel: '*', scopes: expandScopes(['storefront']) },
      correlationId: 'test',
      signal: AbortSignal.timeout(20_000),
    });
    const { data, errors } = await graphql({ schema, source, contextValue, variableValues });
    return {
      data: JSON.parse(JSON.stringify(data ?? null)),
      errors: (errors ?? []).map((error) => error.originalError ?? error),
    };
  };
  const answer = async (fields: string, context = '') => {
    const { data, errors } = await ask(`{ availability(skus: ["P1000-S"], context: { ${context} }) { ${fields} } }`);
    expect(errors).toEqual([]);
    return data.availability[0];
  };
  const tell = async (system: 'erp' | 'pos' | 'wms', changes: readonly Change[]) => {
    await process.poll(system, changes);
    await process.caughtUp();
  };

  beforeEach(async () => {
    process = await openProcess(kind, { policy: POLICY });
    await loadBasics(process);
    schema = schemaOf(process);
  });
  afterEach(async () => {
    await process[Symbol.asyncDispose]();
  });

  test('supply is told, replaced by what is newer, not by what is older, and withdrawn', async () => {
    await tell('wms', [stock('P1000-S', 'WH-NORD', 0), stock('P1000-S', 'ST-BERLIN', 0)]);
    await tell('pos', [stock('P1000-S', 'ST-BERLIN', 0)]);
    const fields = 'status nextAvailable { quantity expectedAt confidence }';
    expect(await answer(fields)).toEqual({ status: 'OUT_OF_STOCK', nextAvailable: null });

    const earlier = process.projection.position;
    await tell('wms', [supply('WH-NORD', [[7, '2026-03-10T22:00:00.000Z']], '2026-03-02T08:30:00.000Z')]);
    expect(process.projection.position).toBe(earlier + 1);
    expect(await answer(fields)).toEqual({
      status: 'BACKORDER',
      nextAvailable: { quantity: 7, expectedAt: '2026-03-10T22:00:00.000Z', confidence: 'HIGH' },
    });

    await tell('wms', [supply('WH-NORD', [[99, '2026-03-05T12:00:00.000Z']], '2026-03-02T08:29:00.000Z')]);
    expect(await answer('nextAvailable { quantity }')).toEqual({ nextAvailable: { quantity: 7 } });
    await tell('wms', [supply('WH-NORD', [], '2026-03-02T08:31:00.000Z')]);
    expect(await answer(fields)).toEqual({ status: 'OUT_OF_STOCK', nextAvailable: null });
    await tell('wms', [supply('WH-NORD', [[99, '2026-03-05T12:00:00.000Z']], '2026-03-02T08:29:00.000Z')]);
    expect(await answer('nextAvailable { quantity }')).toEqual({ nextAvailable: null });
  });

  test('a repeated statement announces nothing', async () => {
    const said = supply('WH-NORD', [[7, '2026-03-10T22:00:00.000Z']]);
    await tell('wms', [stock('P1000-S', 'WH-NORD', 0), said]);
    const { position } = process.projection;
    await tell('wms', [said]);
    await tell('wms', [{ ...said, asOf: '2026-03-02T08:59:00.000Z' }]);
    expect(process.projection.position).toBe(position);
  });

  test('supply of an item that nobody knows waits until it is mapped', async () => {
    await tell('wms', [supply('WH-NORD', [[5, '2026-03-10T22:00:00.000Z']], AS_OF, 'NEW-1')]);
    const rows = await process.database.query('select key from process.parked_change');
    expect(rows).toHaveLength(1);
    await tell('erp', [
      {
        kind: 'variant',
        asOf: AS_OF,
        variant: {
          sku: 'NEW-1',
          productCode: 'NEW',
          productTitle: 'New',
          title: 'New',
          lifecycle: 'ACTIVE',
          unitOfMeasure: 'pcs',
          aliases: [],
        },
      },
    ]);
    expect(process.projection.item('NEW-1')?.supplies).toMatchObject([
      { system: 'wms', locationCode: 'WH-NORD', supplies: [{ quantity: 5 }] },
    ]);
    expect(await process.database.query('select key from process.parked_change')).toEqual([]);
  });

  test('the calendar is told as far as the channel shows numbers', async () => {
    await tell('pos', [stock('P1000-S', 'ST-BERLIN', 0)]);
    await tell('wms', [stock('P1000-S', 'WH-NORD', 4), supply('WH-NORD', [[20, '2026-03-03T22:30:00.000Z']])]);
    const fields = 'promiseCalendar(days: 3) { date scheduledSupply scheduledDemand projected availableToPromise }';
    const day = (date: string, scheduledSupply: number, projected: number) => ({
      date,
      scheduledSupply,
      scheduledDemand: 0,
      projected,
      availableToPromise: projected,
    });
    expect(await answer(fields)).toEqual({
      promiseCalendar: [day('2026-03-02', 0, 4), day('2026-03-03', 20, 24), day('2026-03-04', 0, 24)],
    });
    expect(await answer(fields, 'channel: "capped"')).toEqual({
      promiseCalendar: [day('2026-03-02', 0, 4), day('2026-03-03', 10, 10), day('2026-03-04', 0, 10)],
    });
    expect(await answer(fields, 'channel: "worded"')).toEqual({ promiseCalendar: [] });
    expect(await answer('nextAvailable { quantity }', 'channel: "worded", quantity: 6')).toEqual({
      nextAvailable: { quantity: 6 },
    });
    const { errors } = await ask('{ availability(skus: ["P1000-S"]) { promiseCalendar(days: 0) { date } } }');
    expect(errors).toMatchObject([{ code: 'BAD_INPUT', details: { field: 'days' } }]);
  });

  test('what tills and warehouses say of their places decides on pickups and parcels', async () => {
    await tell('pos', [
      place('ST-BERLIN', { timeZone: 'Europe/Berlin', openingHours: HOURS, pickup: PICKUP }),
      stock('P1000-S', 'ST-BERLIN', 2),
    ]);
    await tell('wms', [
      stock('P1000-S', 'WH-NORD', 3),
      place('WH-NORD', {
        timeZone: 'Europe/Berlin',
        address: { lines: [], country: 'DE' },
        carrierCutoffs: [{ service: 'express', cutoff: '12:00', transitDaysMin: 1, transitDaysMax: 1 }],
      }),
    ]);
    const fields = `byMethod { method available quantity earliest latest orderWithinSeconds }
      byLocation { edges { node { location { id } pickup { readyFrom readyUntil orderWithinSeconds holdUntil } } } }`;
    const found = await answer(fields, 'destination: { country: "DE" }, methods: [SHIP_TO_HOME, PICKUP_IN_STORE]');
    expect(found.byMethod).toEqual([
      {
        method: 'SHIP_TO_HOME',
        available: true,
        quantity: 3,
        earliest: '2026-03-02T23:00:00.000Z',
        latest: '2026-03-03T22:59:59.999Z',
        orderWithinSeconds: 7_200,
      },
      {
        method: 'PICKUP_IN_STORE',
        available: true,
        quantity: 2,
        earliest: '2026-03-02T10:00:00.000Z',
        latest: '2026-03-04T19:00:00.000Z',
        orderWithinSeconds: 32_400,
      },
    ]);
    const nodes = found.byLocation.edges.map(
      (edge: { node: { location: { id: string }; pickup: unknown } }) => edge.node,
    );
    expect(nodes).toEqual([
      {
        location: { id: 'loc_ST-BERLIN' },
        pickup: {
          readyFrom: '2026-03-02T10:00:00.000Z',
          readyUntil: '2026-03-04T19:00:00.000Z',
          orderWithinSeconds: 32_400,
          holdUntil: '2026-03-04T23:00:00.000Z',
        },
      },
      { location: { id: 'loc_WH-NORD' }, pickup: null },
    ]);

    await tell('pos', [
      place('ST-BERLIN', { openingHours: HOURS, pickup: { ...PICKUP, enabled: false } }, '2026-03-02T08:30:00.000Z'),
    ]);
    expect(await answer('sellableQuantity', 'methods: [PICKUP_IN_STORE]')).toEqual({ sellableQuantity: null });
    expect(await answer('sellableQuantity')).toEqual({ sellableQuantity: 5 });
  });

  test('the answer of an id is about the same methods and destination', async () => {
    await tell('wms', [stock('P1000-S', 'WH-NORD', 3)]);
    const { id } = await answer('id', 'methods: [SHIP_TO_HOME], destination: { country: "DE", postalCode: "10115" }');
    const { data, errors } = await ask(
      'query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Availability { id byMethod { method earliest } } } }',
      { refs: [{ __typename: 'Availability', id }] },
    );
    expect(errors).toEqual([]);
    expect(data._entities).toEqual([
      { id, byMethod: [{ method: 'SHIP_TO_HOME', earliest: '2026-03-02T23:00:00.000Z' }] },
    ]);
  });

  test('a basket is promised with a token that can be checked', async () => {
    await tell('wms', [stock('P1000-S', 'WH-NORD', 3)]);
    const query = `query ($items: [BasketItemInput!]!, $destination: DestinationInput!) {
      deliveryPromise(items: $items, destination: $destination) {
        options { method service earliest latest orderWithinSeconds splitInto confidence { level } } validUntil promiseToken
      }
    }`;
    const given = await ask(query, { items: [{ sku: 'P1000-S', quantity: 3 }], destination: { country: 'DE' } });
    expect(given.errors).toEqual([]);
    const { promiseToken, ...promise } = given.data.deliveryPromise;
    expect(promise).toEqual({
      options: [
        {
          method: 'SHIP_TO_HOME',
          service: 'standard',
          earliest: '2026-03-03',
          latest: '2026-03-04',
          orderWithinSeconds: 14_400,
          splitInto: 1,
          confidence: { level: 'HIGH' },
        },
      ],
      validUntil: '2026-03-02T09:15:00.000Z',
    });
    const verified = verifyPromiseToken(promiseToken, SECRET, process.clock.now());
    expect(verified).toMatchObject({
      verdict: 'VALID',
      promised: { channel: 'web', items: [{ sku: 'P1000-S', quantity: 3 }], destination: { country: 'DE' } },
    });

    const tooMuch = await ask(query, { items: [{ sku: 'P1000-S', quantity: 4 }], destination: { country: 'DE' } });
    expect(tooMuch.data.deliveryPromise).toMatchObject({ options: [], promiseToken: null });
    const nowhere = await ask(query, { items: [{ sku: 'P1000-S', quantity: 1 }], destination: { country: 'de' } });
    expect(nowhere.errors).toMatchObject([{ code: 'BAD_INPUT' }]);
    const unknown = await ask(query, { items: [{ sku: 'NO-SUCH', quantity: 1 }], destination: { country: 'DE' } });
    expect(unknown.errors).toMatchObject([{ code: 'NOT_MAPPED' }]);
  });
});
