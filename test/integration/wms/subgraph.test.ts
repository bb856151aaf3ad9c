/** The subgraph as the gateway sees it: entities and queries over two warehouse systems, one of which may be down. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type GraphQLSchema, graphql } from 'graphql';
import { locationIdOf, variantIdOf } from '#model/identifiers.ts';
import { LIFETIMES } from '#model/lifetimes.ts';
import { enforceAccess, fieldsWithoutRule } from '#runtime/graphql/access.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import { expandScopes } from '#runtime/graphql/identity.ts';
import { type Ids, systemIds } from '#runtime/ids.ts';
import { openConnections } from '#runtime/inlet/connections.ts';
import { silentLog } from '#runtime/log.ts';
import type { Company } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { createSimulatorControl, type SimulatorControl } from '#simulation/control.ts';
import { openSimulatorHost, type SimulatorHost } from '#simulation/host/host.ts';
import { wmsAdapters } from '#subgraphs/wms/adapters/registry.ts';
import type { WmsPort } from '#subgraphs/wms/port.ts';
import { createWmsSubgraph } from '#subgraphs/wms/subgraph.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { eventually } from '#test/support/eventually.ts';
import { withShortWaits } from '#test/support/short-waits.ts';
import { trytonSimulator } from '#vendors/tryton/simulator/simulator.ts';

const hurriedIds: Ids = { ...systemIds, random: () => 0 };
/** Another warehouse system at the same vendor, under a name of its own. */
const secondSimulator = { ...trytonSimulator, vendor: 'second' };
const CUTOFF = { service: 'DHL Paket', cutoff: '16:30', transitDaysMin: 1, transitDaysMax: 2 };

let clock: TestClock;
let company: Company;
let host: SimulatorHost;
let first: SimulatorControl;
let second: SimulatorControl;
let schema: GraphQLSchema;

beforeEach(async () => {
  clock = withShortWaits(createTestClock());
  company = drawCompany({ size: 'small', nowMs: clock.now() });
  host = await openSimulatorHost(
    { port: 0, host: '127.0.0.1', size: 'small' },
    { clock, ids: systemIds, log: silentLog, factories: [trytonSimulator, secondSimulator] },
  );
  first = createSimulatorControl({ url: host.url, vendor: 'tryton' }, { fetch });
  second = createSimulatorControl({ url: host.url, vendor: 'second' }, { fetch });
  const account = (id: string, below: string, options: Readonly<Record<string, unknown>>) =>
    ({
      id,
      system: 'wms',
      vendor: 'tryton',
      baseUrl: `${host.url}/${below}`,
      credentials: { user: 'admin', password: 'admin' },
      options: { database: 'retail', damagedLocations: '-DMG$', ...options },
    }) as const;
  const connections = openConnections<WmsPort>(
    [
      account('wms-nord', 'tryton', { stockSites: '^WH-NORD$', carrierCutoffs: { 'WH-NORD': [CUTOFF] } }),
      account('wms-sued', 'second', { stockSites: '^WH-SUED$' }),
    ],
    wmsAdapters,
    { clock, ids: hurriedIds, log: silentLog },
  );
  const { typeDefs, resolvers } = createWmsSubgraph({ connections, log: silentLog });
  schema = enforceAccess(buildSubgraphSchema([{ typeDefs, resolvers: { ...resolvers } }]));
});
afterEach(async () => {
  await host[Symbol.asyncDispose]();
});

const ask = async (
  source: string,
  variableValues: Record<string, unknown> = {},
  scopes = ['ops:read', 'stock:raw'],
) => {
  const result = await graphql({
    schema,
    source,
    variableValues,
    contextValue: createRequestContext({
      identity: { channel: '*', scopes: expandScopes(scopes) },
      correlationId: 'test',
      signal: new AbortController().signal,
    }),
  });
  return JSON.parse(JSON.stringify(result)) as {
    readonly data: never;
    readonly errors?: readonly { readonly message: string }[];
  };
};

const ENTITIES = 'query ($of: [_Any!]!) { _entities(representations: $of) { ';

const shippedOrder = () => {
  const order = company.orders.find(
    ({ stage, method, siteCode, trackingNumber, erpNumber }) =>
      ['SHIPPED', 'DELIVERED'].includes(stage) &&
      method === 'SHIP_TO_HOME' &&
      siteCode.startsWith('WH-') &&
      trackingNumber !== undefined &&
      erpNumber !== undefined,
  );
  if (order === undefined) throw new Error('the small company has no shipped order');
  return order;
};

/** Ids of what the warehouse calls its documents are its own: found by asking for the first few. */
const documents = async (type: 'wmsShipment' | 'wmsReturnReceipt', prefix: string, fields: string) => {
  const names = Array.from({ length: 30 }, (_, place) => `${prefix}${10_001 + place}`);
  const source = `{ ${names.map((id, place) => `d${place}: ${type}(id: "${id}") { id ${fields} }`).join('\n')} }`;
  const result = await ask(source);
  expect(result.errors).toBeUndefined();
  return Object.values(result.data as Record<string, { id: string; orderReference: string } | null>).filter(
    (document) => document !== null,
  );
};

describe('access', () => {
  it('every field has a rule', () => {
    expect(fieldsWithoutRule(schema)).toEqual([]);
  });

  it.each([
    ['Variant', variantIdOf('P1000-S'), 'wmsStock { onHand }', 'stock:raw'],
    ['Location', locationIdOf('WH-NORD'), 'warehouse { carrierCutoffs { service } }', 'ops:read'],
    ['WmsShipment', 'SH10001', 'orderReference', 'ops:read'],
  ])('%s is not for shoppers', async (type, id, fields, scope) => {
    const source = `${ENTITIES} ... on ${type} { ${fields} } } }`;
    const result = await ask(source, { of: [{ __typename: type, id }] }, ['storefront']);
    expect(result.errors?.[0]?.message).toContain(scope);
  });
});

describe('stock of items', () => {
  const FIELDS = `onHand allocated picked damaged qualityHold returnsPendingInspection sequence
    inbound { reference quantity expectedAt kind } location { id } stamp { system asOf fetchedAt cache version }`;

  it('comes from all systems, many items in few calls', async () => {
    const skus = company.items.slice(0, 40).map(({ sku }) => sku);
    const of = skus.map((sku) => ({ __typename: 'Variant', id: variantIdOf(sku) }));
    const source = `${ENTITIES} ... on Variant { id wmsStock { ${FIELDS} } } } }`;
    await ask(source, { of: of.slice(0, 1) }); // sessions and places are read once, before
    await first.resetLedger();
    const result = await ask(source, { of });
    expect(result.errors).toBeUndefined();
    expect((await first.ledger()).calls).toBeLessThanOrEqual(5);

    const { _entities: entities } = result.data as {
      _entities: {
        wmsStock: { onHand: string; damaged: string; location: { id: string }; stamp: { system: string } }[];
      }[];
    };
    expect(entities).toHaveLength(skus.length);
    for (const [place, { wmsStock }] of entities.entries()) {
      const told = wmsStock.map(({ onHand, damaged, location, stamp }) => [onHand, damaged, location.id, stamp.system]);
      const expected = ['WH-NORD', 'WH-SUED'].map((code) => {
        const row = company.stock.find(({ sku, siteCode }) => sku === skus[place] && siteCode === code);
        const system = code === 'WH-NORD' ? 'wms-nord' : 'wms-sued';
        return [String(row?.onHand ?? 0), String(row?.damaged ?? 0), locationIdOf(code), system];
      });
      expect(told).toEqual(expected);
    }
  });

  it('names the moment for which it holds, and when it was read', async () => {
    const of = [{ __typename: 'Variant', id: variantIdOf('P1000-S') }];
    const ids = [locationIdOf('WH-NORD')];
    const source = `query ($of: [_Any!]!, $ids: [ID!]) { _entities(representations: $of) { ... on Variant {
      wmsStock(locationIds: $ids) { stamp { system asOf fetchedAt cache version } } } } }`;
    const result = await ask(source, { of, ids });
    const now = new Date(clock.now()).toISOString();
    expect(result.data).toEqual({
      _entities: [
        { wmsStock: [{ stamp: { system: 'wms-nord', asOf: now, fetchedAt: now, cache: 'MISS', version: null } }] },
      ],
    });
  });

  it('that was read is shown through an outage, as what it is', async () => {
    const of = [{ __typename: 'Variant', id: variantIdOf('P1000-S') }];
    const ids = [locationIdOf('WH-NORD')];
    const source = `query ($of: [_Any!]!, $ids: [ID!]) { _entities(representations: $of) { ... on Variant {
      wmsStock(locationIds: $ids) { onHand stamp { fetchedAt cache } } } } }`;
    const shown = async () =>
      (
        (await ask(source, { of, ids })).data as {
          _entities: { wmsStock: { stamp: { cache: string } }[] }[];
        }
      )._entities[0]?.wmsStock[0];
    const read = await shown();
    const kept = (cache: string) => ({ ...read, stamp: { ...read?.stamp, cache } });
    expect(read).toEqual(kept('MISS'));
    expect(await shown()).toEqual(kept('HIT'));
    await first.addFault({ kind: 'unavailable' });
    await clock.advance(LIFETIMES.stock.freshMs);
    expect(await shown()).toEqual(kept('STALE_WHILE_REVALIDATE'));
    const failed = await eventually(
      () => clock.advance(100).then(shown),
      (stock) => stock?.stamp.cache !== 'STALE_WHILE_REVALIDATE',
    );
    expect(failed).toEqual(kept('STALE_ON_ERROR'));
  });

  it('of one system is told while the other is down; when all are down, it is a failure', async () => {
    const of = [{ __typename: 'Variant', id: variantIdOf('P1000-S') }];
    const source = `${ENTITIES} ... on Variant { wmsStock { location { id } } } } }`;
    await second.addFault({ kind: 'unavailable' });
    const partial = await ask(source, { of });
    expect(partial).toEqual({ data: { _entities: [{ wmsStock: [{ location: { id: locationIdOf('WH-NORD') } }] }] } });
    await first.addFault({ kind: 'unavailable' });
    await clock.advance(LIFETIMES.stock.boundMs + 1);
    expect((await ask(source, { of })).errors).toHaveLength(1);
  });

  it('of an item nobody knows is none, and a malformed location id is named', async () => {
    const of = [
      { __typename: 'Variant', id: variantIdOf('NO-SUCH-SKU') },
      { __typename: 'Variant', id: 'nonsense' },
    ];
    const source = `${ENTITIES} ... on Variant { wmsStock { onHand } } } }`;
    expect((await ask(source, { of })).data).toEqual({ _entities: [{ wmsStock: [] }, { wmsStock: [] }] });
    const wrong = `${ENTITIES} ... on Variant { wmsStock(locationIds: ["WH-NORD"]) { onHand } } } }`;
    expect((await ask(wrong, { of })).errors?.[0]?.message).toBe('locationIds: "WH-NORD" is not a location id.');
    const many = JSON.stringify(Array.from({ length: 251 }, (_, place) => locationIdOf(`L${place}`)));
    const tooMany = `${ENTITIES} ... on Variant { wmsStock(locationIds: ${many}) { onHand } } } }`;
    expect((await ask(tooMany, { of })).errors?.[0]?.message).toContain('at most 250');
  });
});

describe('shipments', () => {
  it('are found by number, with their goods, parcels and origin', async () => {
    const order = shippedOrder();
    const fields = `orderReference state origin { id } lines { sku ordered picked shipped short }
      parcels { sscc carrier trackingNumber trackingUrl shippedAt } stamp { system version }`;
    const shipments = await documents('wmsShipment', 'SH', fields);
    const shipment = shipments.find(({ orderReference }) => orderReference === order.number);
    expect(shipment).toMatchObject({
      state: 'SHIPPED',
      origin: { id: locationIdOf(order.siteCode) },
      parcels: [{ sscc: null, carrier: order.carrier, trackingNumber: order.trackingNumber }],
      stamp: { system: 'wms-nord', version: expect.stringMatching(/^\d+$/) },
    });
    const quantities = new Map<string, number>();
    for (const line of order.lines) quantities.set(line.sku, (quantities.get(line.sku) ?? 0) + line.quantity);
    expect(shipment).toMatchObject({
      lines: expect.arrayContaining(
        [...quantities].map(([sku, count]) => ({
          sku,
          ordered: String(count),
          picked: String(count),
          shipped: String(count),
          short: '0',
        })),
      ),
    });

    const of = [shipment?.id, 'NO-SUCH'].map((id) => ({ __typename: 'WmsShipment', id }));
    const entities = await ask(`${ENTITIES} ... on WmsShipment { id orderReference } } }`, { of });
    expect(entities.data).toEqual({ _entities: [{ id: shipment?.id, orderReference: order.number }, null] });
  });

  it('nobody knows are null, unless somebody could not be asked', async () => {
    const source = '{ wmsShipment(id: "NO-SUCH") { id } }';
    expect(await ask(source)).toEqual({ data: { wmsShipment: null } });
    await second.addFault({ kind: 'unavailable' });
    await clock.advance(LIFETIMES.document.absentMs + 1);
    const result = await ask(source);
    expect(result.data).toEqual({ wmsShipment: null });
    expect(result.errors).toHaveLength(1);
  });
});

describe('returns', () => {
  it('are found by number, with what became of the goods', async () => {
    const fields = 'rmaNumber orderReference receivedAt lines { sku quantity disposition } stamp { system }';
    const receipts = await documents('wmsReturnReceipt', 'RS', fields);
    const order = company.orders.find(({ number }) => number === receipts[0]?.orderReference);
    expect(order?.stage).toBe('RETURNED');
    expect(receipts[0]).toMatchObject({
      rmaNumber: `RMA-${order?.number}`,
      receivedAt: expect.stringMatching(/Z$/),
      lines: expect.arrayContaining(
        (order?.lines ?? []).map(({ sku, quantity }) => ({
          sku,
          quantity: String(quantity),
          disposition: 'RESTOCKED',
        })),
      ),
    });
    const of = [{ __typename: 'WmsReturnReceipt', id: receipts[0]?.id }];
    const entities = await ask(`${ENTITIES} ... on WmsReturnReceipt { orderReference } } }`, { of });
    expect(entities.data).toEqual({ _entities: [{ orderReference: order?.number }] });
  });
});

describe('warehouses', () => {
  it('say until when goods leave, where it was configured', async () => {
    const of = ['WH-NORD', 'WH-SUED', 'ST-BERLIN'].map((code) => ({ __typename: 'Location', id: locationIdOf(code) }));
    const fields =
      'carrierCutoffs { service cutoff transitDaysMin transitDaysMax } dailyPickCapacity remainingPickCapacity';
    const result = await ask(`${ENTITIES} ... on Location { warehouse { ${fields} } } } }`, { of });
    expect(result).toEqual({
      data: {
        _entities: [
          { warehouse: { carrierCutoffs: [CUTOFF], dailyPickCapacity: null, remainingPickCapacity: null } },
          { warehouse: null },
          { warehouse: null },
        ],
      },
    });
  });
});
