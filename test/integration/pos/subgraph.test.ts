/** The subgraph as the gateway sees it: entities and queries over two tills, one of which may be down. */
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
import { posAdapters } from '#subgraphs/pos/adapters/registry.ts';
import { createSquareSimulator } from '#subgraphs/pos/adapters/square/simulator/simulator.ts';
import type { PosPort } from '#subgraphs/pos/port.ts';
import { createPosSubgraph } from '#subgraphs/pos/subgraph.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { eventually } from '#test/support/eventually.ts';
import { withShortWaits } from '#test/support/short-waits.ts';

const hurriedIds: Ids = { ...systemIds, random: () => 0 };
const simulator = createSquareSimulator({ accessToken: 'token', signatureKey: 'key' });
/** A second account at the same vendor, under a name of its own. */
const secondSimulator = { ...simulator, vendor: 'second' };

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
    { clock, ids: systemIds, log: silentLog, factories: [simulator, secondSimulator] },
  );
  first = createSimulatorControl({ url: host.url, vendor: 'square' }, { fetch });
  second = createSimulatorControl({ url: host.url, vendor: 'second' }, { fetch });
  const account = (id: string, below: string) =>
    ({
      id,
      system: 'pos',
      vendor: 'square',
      baseUrl: `${host.url}/${below}`,
      credentials: { accessToken: 'token', signatureKey: 'key' },
      options: { pickupsPaidInShop: true },
    }) as const;
  const connections = openConnections<PosPort>(
    [account('pos-main', 'square'), account('pos-outlet', 'second')],
    posAdapters,
    {
      clock,
      ids: hurriedIds,
      log: silentLog,
    },
  );
  const { typeDefs, resolvers } = createPosSubgraph({ connections, clock, log: silentLog });
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

describe('access', () => {
  it('every field has a rule', () => {
    expect(fieldsWithoutRule(schema)).toEqual([]);
  });

  it('raw counts are not for channels', async () => {
    const of = [{ __typename: 'Variant', id: variantIdOf('P1000-S') }];
    const result = await ask(`${ENTITIES} ... on Variant { posStock { onHand } } } }`, { of }, ['storefront']);
    expect(result.errors?.[0]?.message).toContain('stock:raw');
  });
});

describe('stores', () => {
  it('a place with a till has a store; others have none', async () => {
    const of = ['ST-BERLIN', 'WH-NORD'].map((code) => ({ __typename: 'Location', id: locationIdOf(code) }));
    const fields =
      'phone openNow returnsAccepted openingHours { dayOfWeek opens closes } pickup { enabled leadMinutes cutoff holdDays }';
    const result = await ask(`${ENTITIES} ... on Location { id store { ${fields} } } } }`, { of }, ['storefront']);
    const site = company.sites.find(({ code }) => code === 'ST-BERLIN');
    expect(result).toEqual({
      data: {
        _entities: [
          {
            id: of[0]?.id,
            store: {
              phone: site?.phone,
              openNow: true, // Monday 10:00 in Berlin
              returnsAccepted: true,
              openingHours: site?.openingHours,
              pickup: { enabled: true, leadMinutes: 120, cutoff: null, holdDays: 7 },
            },
          },
          { id: of[1]?.id, store: null },
        ],
      },
    });
    await clock.advance(11 * 3_600_000);
    const late = await ask(`${ENTITIES} ... on Location { store { openNow } } } }`, { of: of.slice(0, 1) });
    expect(late.data).toEqual({ _entities: [{ store: { openNow: false } }] });
  });
});

describe('items', () => {
  it('stock and aliases of many items take one call per connection', async () => {
    const items = company.items.slice(0, 30);
    const of = items.map(({ sku }) => ({ __typename: 'Variant', id: variantIdOf(sku) }));
    const source = `${ENTITIES} ... on Variant {
      id posAliases { alias location { id } }
      posStock(locationIds: ["${locationIdOf('ST-BERLIN')}"]) { onHand damaged location { id } stamp { system asOf fetchedAt cache } }
    } } }`;
    await ask(source, { of: of.slice(0, 1) }); // names are read once, before
    await first.resetLedger();
    const result = await ask(source, { of });
    expect(result.errors).toBeUndefined();
    const { _entities: entities } = result.data as {
      _entities: {
        id: string;
        posAliases: { alias: string }[];
        posStock: { onHand: string; stamp: { system: string } }[];
      }[];
    };
    for (const [place, item] of items.entries()) {
      const row = company.stock.find(({ sku, siteCode }) => sku === item.sku && siteCode === 'ST-BERLIN');
      const shown = entities[place]?.posStock.map(({ onHand, stamp }) => [stamp.system, onHand]);
      const expected = row
        ? ['pos-main', 'pos-outlet'].map((system) => [system, String(row.onHand - row.damaged)])
        : [];
      expect(shown).toEqual(expected);
    }
    expect(entities.some(({ posAliases }) => posAliases.length > 0)).toBe(true);
    const { operations } = await first.ledger();
    expect(Object.values(operations).map(({ calls }) => calls)).toEqual([1]);
  });

  it('a connection that is down does not silence the other', async () => {
    await second.addFault({ kind: 'unavailable' });
    const of = [{ __typename: 'Variant', id: variantIdOf('P1000-S') }];
    const result = await ask(`${ENTITIES} ... on Variant { posStock { stamp { system } } } } }`, { of });
    expect(result.errors).toBeUndefined();
    const { _entities: entities } = result.data as { _entities: { posStock: { stamp: { system: string } }[] }[] };
    expect(new Set(entities[0]?.posStock.map(({ stamp }) => stamp.system))).toEqual(new Set(['pos-main']));
  });

  it('what was read is shown through an outage, as what it is', async () => {
    const of = [{ __typename: 'Variant', id: variantIdOf('P1000-S') }];
    const at = locationIdOf('ST-BERLIN');
    const source = `${ENTITIES} ... on Variant { posStock(locationIds: ["${at}"]) { onHand stamp { fetchedAt cache } } } } }`;
    const shown = async () =>
      (
        (await ask(source, { of })).data as {
          _entities: { posStock: { onHand: string; stamp: { fetchedAt: string; cache: string } }[] }[];
        }
      )._entities[0]?.posStock;
    const read = await shown();
    expect(read?.map(({ stamp }) => stamp.cache)).toEqual(['MISS', 'MISS']);
    const kept = (cache: string) => read?.map((stock) => ({ ...stock, stamp: { ...stock.stamp, cache } }));
    expect(await shown()).toEqual(kept('HIT'));
    await first.addFault({ kind: 'unavailable' });
    await second.addFault({ kind: 'unavailable' });
    await clock.advance(LIFETIMES.stock.freshMs);
    expect(await shown()).toEqual(kept('STALE_WHILE_REVALIDATE'));
    const failed = await eventually(
      () => clock.advance(100).then(shown),
      (stock) =>
        stock?.[0]?.stamp.cache !== 'STALE_WHILE_REVALIDATE' && stock?.[1]?.stamp.cache !== 'STALE_WHILE_REVALIDATE',
    );
    expect(failed).toEqual(kept('STALE_ON_ERROR'));
  });

  it('when all are down, that is an error and not an empty shelf', async () => {
    await first.addFault({ kind: 'unavailable' });
    await second.addFault({ kind: 'unavailable' });
    const of = [{ __typename: 'Variant', id: variantIdOf('P1000-S') }];
    const result = await ask(`${ENTITIES} ... on Variant { posStock { onHand } } } }`, { of });
    expect(result.errors).toHaveLength(1);
  });

  it('refuses too many and malformed location ids', async () => {
    const of = [{ __typename: 'Variant', id: variantIdOf('P1000-S') }];
    const source =
      'query ($of: [_Any!]!, $at: [ID!]) { _entities(representations: $of) { ... on Variant { posStock(locationIds: $at) { onHand } } } }';
    const many = await ask(source, { of, at: Array.from({ length: 251 }, (_, place) => locationIdOf(String(place))) });
    expect(many.errors?.[0]?.message).toContain('at most 250');
    expect((await ask(source, { of, at: ['ST-BERLIN'] })).errors?.[0]?.message).toContain(
      '"ST-BERLIN" is not a location id',
    );
  });
});

describe('pickups and transactions', () => {
  const TASKS = `query ($at: ID!, $states: [PickupTaskState!], $first: Int, $after: String) {
    storePickupTasks(locationId: $at, states: $states, first: $first, after: $after) {
      edges { cursor node { id orderReference state requestedAt readyAt location { id } stamp { system version } } }
      pageInfo { hasNextPage endCursor }
    }
  }`;
  type Page = {
    readonly storePickupTasks: {
      readonly edges: readonly {
        readonly node: { readonly id: string; readonly orderReference: string; readonly state: string };
      }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  };

  it('a work list, page by page', async () => {
    await second.addFault({ kind: 'unavailable' });
    const at = locationIdOf('ST-BERLIN');
    const expected = company.orders
      .filter((order) => order.method === 'PICKUP_IN_STORE' && order.siteCode === 'ST-BERLIN')
      .toSorted((a, b) => Date.parse(a.placedAt) - Date.parse(b.placedAt))
      .map(({ number }) => number);
    const seen: string[] = [];
    let after: string | null = null;
    for (;;) {
      const result: { readonly data: Page } = await ask(TASKS, { at, first: 1, after });
      seen.push(...result.data.storePickupTasks.edges.map(({ node }) => node.orderReference));
      if (!result.data.storePickupTasks.pageInfo.hasNextPage) break;
      after = result.data.storePickupTasks.pageInfo.endCursor;
    }
    expect(seen).toEqual(expected);
    expect(expected.length).toBeGreaterThan(1);
  });

  it('one pickup by id, as query, as entity and as transaction', async () => {
    const order = company.orders.find(
      ({ method, stage }) => method === 'PICKUP_IN_STORE' && stage === 'READY_FOR_PICKUP',
    );
    const list: { readonly data: Page } = await ask(TASKS, {
      at: locationIdOf(order?.siteCode ?? ''),
      states: ['READY'],
    });
    const task = list.data.storePickupTasks.edges.find(({ node }) => node.orderReference === order?.number)?.node;
    const id = task?.id;
    const result = await ask(
      `query ($id: ID!, $of: [_Any!]!) {
        pickupTask(id: $id) { id state orderReference }
        posTransaction(id: $id) { id kind orderReference total { amount currency } stamp { system version } }
        _entities(representations: $of) { ... on PickupTask { id state } ... on PosTransaction { kind } }
      }`,
      {
        id,
        of: [
          { __typename: 'PickupTask', id },
          { __typename: 'PosTransaction', id },
          { __typename: 'PickupTask', id: 'no-such' },
        ],
      },
    );
    const totalMinor = order?.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0) ?? 0;
    expect(result).toEqual({
      data: {
        pickupTask: { id, state: 'READY', orderReference: order?.number },
        posTransaction: {
          id,
          kind: 'PICKUP',
          orderReference: order?.number,
          total: { amount: (totalMinor / 100).toFixed(2), currency: 'EUR' },
          stamp: { system: 'pos-main', version: '3' },
        },
        _entities: [{ id, state: 'READY' }, { kind: 'PICKUP' }, null],
      },
    });
  });

  it('an id that nobody knows is null, unless somebody could not be asked', async () => {
    expect(await ask('{ pickupTask(id: "no-such") { id } }')).toEqual({ data: { pickupTask: null } });
    await second.addFault({ kind: 'unavailable' });
    await clock.advance(LIFETIMES.document.absentMs + 1);
    expect((await ask('{ pickupTask(id: "no-such") { id } }')).errors).toHaveLength(1);
  });

  it.each([
    [{ first: 0 }, 'first: 1 to 100'],
    [{ first: 101 }, 'first: 1 to 100'],
    [{ after: 'nonsense' }, 'after: not a cursor of this list'],
    [{ at: 'ST-BERLIN' }, 'is not a location id'],
  ])('refuses %j', async (changed, message) => {
    const result = await ask(TASKS, { at: locationIdOf('ST-BERLIN'), ...changed });
    expect(result.errors?.[0]?.message).toContain(message);
  });
});

describe('store operations', () => {
  const STAFF = ['store:operate', 'ops:read'];
  const PAYLOAD = `{
    task { id state readyAt collectedAt lines { id quantity variant { id } } stamp { system cache version } }
    userErrors { code message path }
  }`;
  const READY = `mutation ($input: PickupTaskInput!) { done: markReadyForPickup(input: $input) ${PAYLOAD} }`;
  const COLLECTED = `mutation ($input: PickupTaskInput!) { done: confirmCollected(input: $input) ${PAYLOAD} }`;
  const SHORT = `mutation ($input: ShortPickInput!) { done: reportShortPick(input: $input) ${PAYLOAD} }`;
  type Done = {
    readonly data: {
      readonly done: {
        readonly task: {
          readonly state: string;
          readonly lines: readonly { readonly id: string; readonly quantity: number }[];
        } | null;
        readonly userErrors: readonly { readonly code: string; readonly path: readonly string[] }[];
      };
    } | null;
    readonly errors?: readonly { readonly message: string }[];
  };
  const operate = (mutation: string, input: Record<string, unknown>, scopes = STAFF): Promise<Done> =>
    ask(mutation, { input }, scopes);

  /** A pickup of three units at the second till. */
  const newTask = async (): Promise<string> => {
    const sold = { locationCode: 'ST-BERLIN', sku: 'P1000-S', quantity: 3 };
    const { orderId } = (await second.act({ kind: 'pickupOrder', reference: 'WEB-55', ...sold })) as {
      readonly orderId: string;
    };
    return orderId;
  };

  it.each([
    [['store:operate'], 'ops:read'],
    [['ops:read'], 'store:operate'],
    [['ops:write', 'orders:read'], 'store:operate'],
  ])('with the scopes %j it lacks "%s"', async (scopes, missing) => {
    const result = await operate(READY, { taskId: await newTask(), idempotencyKey: 'k' }, scopes);
    expect(result.errors?.[0]?.message).toContain(`"${missing}"`);
  });

  it('the till that knows the pickup does it, and what was read before is not shown again', async () => {
    const taskId = await newTask();
    const shown = async () => (await ask(`{ pickupTask(id: "${taskId}") { state } }`)).data;
    expect(await shown()).toEqual({ pickupTask: { state: 'REQUESTED' } });
    expect(await operate(READY, { taskId, idempotencyKey: 'a' })).toEqual({
      data: {
        done: {
          task: {
            id: taskId,
            state: 'READY',
            readyAt: new Date(clock.now()).toISOString(),
            collectedAt: null,
            lines: [{ id: expect.any(String), quantity: 3, variant: { id: variantIdOf('P1000-S') } }],
            stamp: { system: 'pos-outlet', cache: 'MISS', version: '2' },
          },
          userErrors: [],
        },
      },
    });
    expect(await shown()).toEqual({ pickupTask: { state: 'READY' } });
    expect((await operate(COLLECTED, { taskId, idempotencyKey: 'b' })).data?.done.task?.state).toBe('COLLECTED');
    expect(await shown()).toEqual({ pickupTask: { state: 'COLLECTED' } });
    expect((await first.ledger()).writes).toEqual({});
  });

  it('what cannot be done is said with the argument that it is about', async () => {
    const taskId = await newTask();
    const { data } = await operate(READY, { taskId, idempotencyKey: 'a' });
    const lineId = data?.done.task?.lines[0]?.id;
    const told = async (mutation: string, input: Record<string, unknown>) => {
      const { data: answer, errors } = await operate(mutation, input);
      expect(errors).toBeUndefined();
      return answer?.done.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`);
    };
    const short = { taskId, lineId, foundQuantity: 1, idempotencyKey: 's' };
    expect(await told(READY, { taskId: 'no-such', idempotencyKey: 'k' })).toEqual(['NOT_FOUND input.taskId']);
    expect(await told(READY, { taskId, idempotencyKey: '' })).toEqual(['BAD_INPUT input.idempotencyKey']);
    expect(await told(COLLECTED, { taskId, idempotencyKey: 'a' })).toEqual([
      'IDEMPOTENCY_CONFLICT input.idempotencyKey',
    ]);
    expect(await told(SHORT, { ...short, foundQuantity: -1 })).toEqual(['BAD_INPUT input.foundQuantity']);
    expect(await told(SHORT, { ...short, foundQuantity: 3 })).toEqual(['BAD_INPUT input.foundQuantity']);
    expect(await told(SHORT, { ...short, lineId: 'no-such' })).toEqual(['BAD_INPUT input.lineId']);
    expect(await told(SHORT, short)).toEqual([]);
    expect(await told(READY, { taskId, idempotencyKey: 'z' })).toEqual(['TASK_STATE input.taskId']);
  });

  it("after a short pick the item's count is read anew", async () => {
    const taskId = await newTask();
    const of = [{ __typename: 'Variant', id: variantIdOf('P1000-S') }];
    const at = locationIdOf('ST-BERLIN');
    const counted = async () => {
      const source = `${ENTITIES} ... on Variant { posStock(locationIds: ["${at}"]) { onHand stamp { system } } } } }`;
      const { data } = await ask(source, { of });
      const { _entities: entities } = data as {
        _entities: { posStock: { onHand: string; stamp: { system: string } }[] }[];
      };
      return entities[0]?.posStock.find(({ stamp }) => stamp.system === 'pos-outlet')?.onHand;
    };
    expect(Number(await counted())).toBeGreaterThan(1);
    const task: { readonly data: { readonly pickupTask: { readonly lines: readonly { readonly id: string }[] } } } =
      await ask(`{ pickupTask(id: "${taskId}") { lines { id } } }`);
    const lineId = task.data.pickupTask.lines[0]?.id;
    const { data } = await operate(SHORT, { taskId, lineId, foundQuantity: 1, idempotencyKey: 's' });
    expect(data?.done.task?.state).toBe('SHORT');
    expect(await counted()).toBe('1');
  });

  it('a till that does not answer is an error of the field', async () => {
    const taskId = await newTask();
    await ask(`{ pickupTask(id: "${taskId}") { state } }`); // which till it is
    await second.addFault({ kind: 'throttle', retryAfterMs: 60_000 });
    const { data, errors } = await operate(READY, { taskId, idempotencyKey: 'a' });
    expect(data).toBeNull();
    expect(errors?.map(({ message }) => message)).toEqual([expect.stringContaining('pos-outlet')]);
    expect((await second.ledger()).writes).toEqual({});
  });
});
