/** The warehouse subgraph's readings: shipments by id, stock by item and site, profiles where a vendor keeps them. */
import { expect, it } from '@jest/globals';
import { locationIdOf, variantIdOf } from '#model/identifiers.ts';
import { LIFETIMES } from '#model/lifetimes.ts';
import { tags } from '#model/tags.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createShelf } from '#runtime/reading/shelf.ts';
import type { WmsPort, WmsShipment, WmsStock } from '#subgraphs/wms/port.ts';
import { createWmsSubgraph } from '#subgraphs/wms/subgraph.ts';
import { askedSchema } from '#test/support/asked-schema.ts';
import { createTestClock } from '#test/support/clock.ts';
import { readingsBattery } from '#test/support/readings-battery.ts';
import { withShortWaits } from '#test/support/short-waits.ts';

const NOTHING: WmsPort = {
  stock: async () => [],
  shipments: async (ids) => ids.map(() => null),
  returnReceipts: async (ids) => ids.map(() => null),
  streams: [],
};
const AS_OF = '2026-03-02T08:00:00.000Z';

readingsBattery({
  name: 'shipments',
  lifetime: LIFETIMES.document,
  maxKeys: 100,
  tagOf: (id) => tags.document('under-test', 'shipment', id),
  open: (lookup, shelf) => {
    const shipment = (id: string, orderReference: string): WmsShipment => ({
      id,
      orderReference,
      originCode: 'WH-1',
      state: 'RELEASED',
      lines: [],
      parcels: [],
      asOf: AS_OF,
    });
    const port: WmsPort = {
      ...NOTHING,
      shipments: async (ids, call) =>
        (await lookup(ids, call)).map((status, place) => (status === null ? null : shipment(ids[place] ?? '', status))),
    };
    return createWmsSubgraph({ connections: [{ connection: 'under-test', port, shelf }], log: silentLog });
  },
  field: (id) => `wmsShipment(id: "${id}") { status: orderReference stamp { fetchedAt cache } }`,
});

/** Two systems: the first keeps no profiles. */
const openSystems = (...ports: readonly Partial<WmsPort>[]) => {
  const clock = withShortWaits(createTestClock());
  const ids = { ...systemIds, random: () => 0 };
  const connections = ports.map((port, place) => ({
    connection: `wms-${place + 1}`,
    port: { ...NOTHING, ...port },
    shelf: createShelf({ connection: `wms-${place + 1}` }, { clock, ids, log: silentLog }),
  }));
  return { clock, connections, ask: askedSchema(createWmsSubgraph({ connections, log: silentLog })) };
};

it('a profile is asked of those that keep profiles, and dropped with its place', async () => {
  let asked = 0;
  const { ask, connections } = openSystems(
    {},
    {
      warehouses: async (codes) => {
        asked += 1;
        return codes.map((locationCode) => ({ locationCode, carrierCutoffs: [], remainingPickCapacity: asked }));
      },
    },
  );
  const of = [{ __typename: 'Location', id: locationIdOf('WH-1') }];
  const capacity = async () =>
    (
      await ask(
        'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Location { warehouse { remainingPickCapacity } } } }',
        { variables: { of } },
      )
    ).data._entities[0].warehouse.remainingPickCapacity;
  expect([await capacity(), await capacity()]).toEqual([1, 1]);
  for (const { shelf } of connections) shelf.drop([tags.location('WH-1')]);
  expect(await capacity()).toBe(2);
});

it('stock of one system is told while the other hangs, once the time is up', async () => {
  const { ask, clock } = openSystems(
    {
      stock: async (skus) =>
        skus.map(
          (sku): WmsStock => ({
            sku,
            locationCode: 'WH-1',
            onHand: 20,
            allocated: 0,
            picked: 0,
            damaged: 0,
            qualityHold: 0,
            returnsPendingInspection: 0,
            inbound: [],
            asOf: AS_OF,
          }),
        ),
    },
    { stock: () => new Promise(() => {}) },
  );
  const source =
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Variant { wmsStock { stamp { system } } } } }';
  const of = [{ __typename: 'Variant', id: variantIdOf('A') }];
  const answer = ask(source, { variables: { of }, deadlineMs: clock.now() + 500 });
  await clock.sleeping(2);
  await clock.advance(500);
  expect(await answer).toEqual({ data: { _entities: [{ wmsStock: [{ stamp: { system: 'wms-1' } }] }] } });
});
