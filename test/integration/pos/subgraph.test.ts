/** The subgraph as the gateway sees it: entities and queries over two tills, one of which may be down. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { locationIdOf, variantIdOf } from '#model/identifiers.ts';
import { LIFETIMES } from '#model/lifetimes.ts';
import { fieldsWithoutRule } from '#runtime/graphql/access.ts';
import type { Company } from '#simulation/company/company.ts';
import type { SimulatorControl } from '#simulation/control.ts';
import type { TestClock } from '#test/support/clock.ts';
import { eventually } from '#test/support/eventually.ts';
import { openTwoTills, type TwoTills } from './two-tills.ts';

let tills: TwoTills;
let clock: TestClock;
let company: Company;
let first: SimulatorControl;
let second: SimulatorControl;
let ask: TwoTills['ask'];

beforeEach(async () => {
  tills = await openTwoTills();
  ({ ask, clock, company, first, second } = tills);
});
afterEach(async () => {
  await tills[Symbol.asyncDispose]();
});

const ENTITIES = 'query ($of: [_Any!]!) { _entities(representations: $of) { ';

describe('access', () => {
  it('every field has a rule', () => {
    expect(fieldsWithoutRule(tills.schema)).toEqual([]);
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
