/** The point-of-sale subgraph's readings: transactions by id, a store's work list, stock by item and store. */
import { describe, expect, it } from '@jest/globals';
import { locationIdOf, variantIdOf } from '#model/identifiers.ts';
import { LIFETIMES } from '#model/lifetimes.ts';
import { tags } from '#model/tags.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createShelf } from '#runtime/reading/shelf.ts';
import type { PickupTask, PosPort, PosStock, PosTransaction } from '#subgraphs/pos/port.ts';
import { createPosSubgraph } from '#subgraphs/pos/subgraph.ts';
import { askedSchema } from '#test/support/asked-schema.ts';
import { createTestClock } from '#test/support/clock.ts';
import { readingsBattery } from '#test/support/readings-battery.ts';
import { withShortWaits } from '#test/support/short-waits.ts';

const NOTHING: PosPort = {
  stores: async (codes) => codes.map(() => null),
  stock: async () => [],
  aliases: async () => [],
  transactions: async (ids) => ids.map(() => null),
  pickupTasks: async (ids) => ids.map(() => null),
  storePickupTasks: async () => [],
  streams: [],
};
const AS_OF = '2026-03-02T08:00:00.000Z';

readingsBattery({
  name: 'transactions',
  lifetime: LIFETIMES.document,
  maxKeys: 100,
  tagOf: (id) => tags.document('under-test', 'pickup', id),
  open: (lookup, shelf, clock) => {
    const transaction = (id: string, orderReference: string): PosTransaction => ({
      id,
      locationCode: 'ST-1',
      kind: 'SALE',
      occurredAt: AS_OF,
      orderReference,
      total: { amountMinor: 2_490, currency: 'EUR' },
      asOf: AS_OF,
    });
    const port: PosPort = {
      ...NOTHING,
      transactions: async (ids, call) =>
        (await lookup(ids, call)).map((status, place) =>
          status === null ? null : transaction(ids[place] ?? '', status),
        ),
    };
    return createPosSubgraph({ connections: [{ connection: 'under-test', port, shelf }], clock, log: silentLog });
  },
  field: (id) => `posTransaction(id: "${id}") { status: orderReference stamp { fetchedAt cache } }`,
});

const openTill = (port: Partial<PosPort>) => {
  const clock = withShortWaits(createTestClock());
  const ids = { ...systemIds, random: () => 0 };
  const shelf = createShelf({ connection: 'till' }, { clock, ids, log: silentLog });
  const connections = [{ connection: 'till', port: { ...NOTHING, ...port }, shelf }];
  return { clock, shelf, ask: askedSchema(createPosSubgraph({ connections, clock, log: silentLog })) };
};

const task = (id: string, state: PickupTask['state']): PickupTask => ({
  id,
  locationCode: 'ST-1',
  orderReference: `order ${id}`,
  state,
  lines: [],
  requestedAt: AS_OF,
  asOf: AS_OF,
});

describe('a till that is only read', () => {
  it.each([
    'markReadyForPickup(input: { taskId: "T-1", idempotencyKey: "k" })',
    'confirmCollected(input: { taskId: "T-1", idempotencyKey: "k" })',
    'reportShortPick(input: { taskId: "T-1", lineId: "1", foundQuantity: 0, idempotencyKey: "k" })',
  ])('%s', async (field) => {
    const { ask } = openTill({ pickupTasks: async (ids) => ids.map((id) => task(id, 'PICKING')) });
    const result = await ask(`mutation { done: ${field} { task { state } userErrors { code path } } }`);
    expect(result).toEqual({
      data: {
        done: { task: { state: 'PICKING' }, userErrors: [{ code: 'NOT_SUPPORTED', path: ['input', 'taskId'] }] },
      },
    });
  });
});

describe("a store's work list", () => {
  const WORK = `{ storePickupTasks(locationId: "${locationIdOf('ST-1')}", first: 10) { edges { node { id state stamp { cache } } } } }`;
  const openList = () => {
    const tasks = [task('T-1', 'REQUESTED')];
    const till = openTill({ storePickupTasks: async () => [...tasks] });
    const shown = async () =>
      (await till.ask(WORK)).data.storePickupTasks.edges.map(
        ({
          node,
        }: {
          readonly node: { readonly id: string; readonly state: string; readonly stamp: { cache: string } };
        }) => `${node.id} ${node.state} ${node.stamp.cache}`,
      );
    return { ...till, tasks, shown };
  };

  it('is read anew when one of its pickups changes', async () => {
    const { shelf, shown, tasks } = openList();
    expect(await shown()).toEqual(['T-1 REQUESTED MISS']);
    tasks[0] = task('T-1', 'READY');
    expect(await shown()).toEqual(['T-1 REQUESTED HIT']);
    shelf.drop([tags.document('till', 'pickup', 'T-1')]);
    expect(await shown()).toEqual(['T-1 READY MISS']);
  });

  it('shows a pickup that came in since, within seconds', async () => {
    const { clock, shown, tasks } = openList();
    await shown();
    tasks.push(task('T-2', 'REQUESTED'));
    await clock.advance(LIFETIMES.workList.freshMs);
    await shown();
    await clock.advance(1);
    expect(await shown()).toEqual(['T-1 REQUESTED HIT', 'T-2 REQUESTED HIT']);
  });
});

it('stock of many items at one store is one call, and is dropped item by item', async () => {
  const calls: (readonly string[])[] = [];
  const { ask, shelf } = openTill({
    stock: async (skus) => {
      calls.push(skus);
      return skus.map(
        (sku): PosStock => ({
          sku,
          locationCode: 'ST-1',
          onHand: 20,
          damaged: 0,
          soldSinceLastPosting: 0,
          asOf: AS_OF,
        }),
      );
    },
  });
  const of = ['A', 'B', 'C'].map((sku) => ({ __typename: 'Variant', id: variantIdOf(sku) }));
  const source = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Variant { posStock(locationIds: ["${locationIdOf('ST-1')}"]) { onHand } } } }`;
  await Promise.all([ask(source, { variables: { of } }), ask(source, { variables: { of: of.slice(1) } })]);
  shelf.drop([tags.stock('B')]);
  await ask(source, { variables: { of } });
  expect(calls).toEqual([['A', 'B', 'C'], ['B']]);
});
