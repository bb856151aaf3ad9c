/** The whole product over simulated systems: the saved operations answer, changes travel, and bad input is told apart. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphClient } from '#bin/demo/graph-client.ts';
import { locationIdOf } from '#model/identifiers.ts';
import type { Company, CompanyOrder } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { createSimulatorControl, type SimulatorControl } from '#simulation/control.ts';
import { ROOT } from '#test/architecture/sources.ts';
import { collect } from '#test/support/collector.ts';
import { eventually } from '#test/support/eventually.ts';
import { type RunningGraph, startGraph } from '#test/support/running-graph.ts';

const OPERATIONS = path.join(ROOT, 'schema', 'operations');
const operation = (name: string): string => readFileSync(path.join(OPERATIONS, `${name}.graphql`), 'utf8');

describe('one graph over four systems', () => {
  let graph: RunningGraph;
  let operator: GraphClient;
  let company: Company;
  let square: SimulatorControl;
  let amazon: SimulatorControl;
  let tryton: SimulatorControl;

  beforeAll(async () => {
    graph = await startGraph({ SIMULATOR_SIZE: 'small' });
    operator = await graph.withScopes(['orders:read', 'orders:systems', 'ops:read', 'stock:raw', 'finance:read']);
    company = drawCompany({ size: 'small', nowMs: Date.now() });
    const control = (vendor: string): SimulatorControl =>
      createSimulatorControl({ url: graph.started.urls.simulator ?? '', vendor }, { fetch });
    square = control('square');
    amazon = control('amazon');
    tryton = control('tryton');
  }, 120_000);
  afterAll(async () => {
    await graph?.[Symbol.asyncDispose]();
  }, 60_000);

  const orderIn = (fits: (order: CompanyOrder) => boolean): CompanyOrder => {
    const found = company.orders.find(fits);
    if (!found) throw new Error('the small company has no such order');
    return found;
  };
  const idOf = async (number: string): Promise<string> => {
    const { orders } = await operator.ask<{
      readonly orders: {
        readonly edges: readonly { readonly node: { readonly id: string; readonly number: string } }[];
      };
    }>('{ orders(first: 100) { edges { node { id number } } } }');
    const found = orders.edges.find(({ node }) => node.number === number);
    if (!found) throw new Error(`the graph has no order ${number}`);
    return found.node.id;
  };
  test('every saved operation is run by a test of this file', () => {
    const names = readdirSync(OPERATIONS)
      .map((name) => path.basename(name, '.graphql'))
      .sort();
    const tested = ['availability-stream', 'drill', 'explain', 'orderpage', 'ordersub', 'plp', 'product-page'];
    expect(names).toEqual([...tested, 'store-pickups']);
  });

  test('the product list has stock, prices and ages for every item', async () => {
    const skus = company.items.slice(0, 50).map(({ sku }) => sku);
    const { availability } = await graph.anybody.ask<{
      readonly availability: readonly {
        readonly status: string;
        readonly freshness: string;
        readonly variant: { readonly sku: string; readonly listPrice: { readonly amount: string } };
      }[];
    }>(operation('plp'), { skus });
    expect(availability.map(({ variant }) => variant.sku)).toEqual(skus);
    for (const [place, answer] of availability.entries()) {
      expect(['IN_STOCK', 'LOW_STOCK', 'OUT_OF_STOCK']).toContain(answer.status);
      expect(['LIVE', 'FRESH']).toContain(answer.freshness);
      expect(Number(answer.variant.listPrice.amount) * 100).toBeCloseTo(company.items[place]?.priceMinor ?? -1, 5);
    }
  });

  test('the product page has the nearest stores, with opening hours from the tills', async () => {
    const { variant } = await graph.anybody.ask<{
      readonly variant: {
        readonly availability: {
          readonly byLocation: {
            readonly edges: readonly {
              readonly node: {
                readonly distanceKm: number;
                readonly location: { readonly store: { readonly openingHours: readonly unknown[] } | null };
              };
            }[];
          };
        };
      };
    }>(operation('product-page'), { sku: 'P1000-S', near: { position: { latitude: 52.52, longitude: 13.405 } } });
    const distances = variant.availability.byLocation.edges.map(({ node }) => node.distanceKm);
    expect(distances.length).toBeGreaterThan(0);
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
  });

  test('the order page of a guest needs the right proof', async () => {
    const order = orderIn(({ channel, stage }) => channel === 'web' && stage === 'SHIPPED');
    const right = await graph.anybody.ask<{
      readonly guestOrder: {
        readonly status: string;
        readonly lines: readonly { readonly ordered: number; readonly variant: { readonly title: string } }[];
      } | null;
    }>(operation('orderpage'), { number: order.number, email: order.customer.email });
    expect(right.guestOrder).toMatchObject({ status: 'SHIPPED' });
    expect(right.guestOrder?.lines.map(({ ordered }) => ordered).toSorted()).toEqual(
      order.lines.map(({ quantity }) => quantity).toSorted(),
    );
    expect(right.guestOrder?.lines.every(({ variant }) => variant.title.length > 0)).toBe(true);
    const wrong = await graph.anybody.ask(operation('orderpage'), {
      number: order.number,
      email: 'someone@example.invalid',
    });
    expect(wrong).toEqual({ guestOrder: null });
  });

  test('one order is shown as ERP, warehouse and marketplace each know it', async () => {
    const order = orderIn(({ channel, stage }) => channel === 'amazon' && stage === 'SHIPPED');
    const { order: drilled } = await operator.ask<{
      readonly order: {
        readonly status: string;
        readonly systems: {
          readonly erp: { readonly number: string };
          readonly wms: readonly { readonly state: string }[];
          readonly marketplace: { readonly externalId: string; readonly rawStatus: string };
        };
      };
    }>(operation('drill'), { id: await idOf(order.number) });
    expect(drilled).toMatchObject({
      status: 'SHIPPED',
      systems: {
        erp: { number: order.erpNumber },
        wms: [{ state: 'SHIPPED' }],
        marketplace: { externalId: order.number, rawStatus: 'SHIPPED' },
      },
    });
  });

  test('an answer is explained, and its numbers add up', async () => {
    const { explainAvailability } = await operator.ask<{
      readonly explainAvailability: {
        readonly text: string;
        readonly positions: readonly {
          readonly position: Readonly<Record<'net' | 'withheld' | 'shortage' | 'sellable', number>>;
        }[];
      };
    }>(operation('explain'), { sku: 'P1000-S' });
    expect(explainAvailability.text).toContain('P1000-S for amazon');
    expect(explainAvailability.positions.length).toBeGreaterThan(2);
    for (const { position } of explainAvailability.positions) {
      expect(position.sellable + position.withheld - position.shortage).toBe(position.net);
    }
  });

  test('a sale at the till reaches the subscriber, and the marketplace listing follows', async () => {
    const stocked = Map.groupBy(
      company.stock.filter(({ onHand }) => onHand > 0),
      ({ sku }) => sku,
    );
    const item = company.items.find(
      ({ sku, listing }) =>
        listing?.fulfilment === 'MFN' && stocked.get(sku)?.length === 1 && stocked.get(sku)?.[0]?.onHand === 1,
    );
    const [only] = stocked.get(item?.sku ?? '') ?? [];
    if (!item?.listing || !only) throw new Error('the small company has no last unit');
    const stream = collect(
      graph.anybody.follow<{
        readonly availabilityChanged: {
          readonly __typename: string;
          readonly availability?: { readonly status: string };
        };
      }>(
        'subscription($sku: String!) { availabilityChanged(skus: [$sku], only: QUANTITY) { __typename ... on AvailabilityChanged { availability { status } } } }',
        { sku: item.sku },
      ),
    );
    await stream.until(
      ({ availabilityChanged }) => availabilityChanged.availability?.status === 'LOW_STOCK',
      'the state at the start',
    );
    await square.act({ kind: 'sale', locationCode: only.siteCode, sku: item.sku, quantity: 1 });
    await stream.until(
      ({ availabilityChanged }) => availabilityChanged.availability?.status === 'OUT_OF_STOCK',
      'the badge',
    );
    await stream.stop();
    const key = `listing:${item.listing.sellerSku}`;
    const { writes } = await eventually(
      () => amazon.ledger(),
      ({ writes: seen }) => seen[key]?.latest.at(-1)?.detail.quantity === 0,
    );
    expect(writes[key]?.latest.at(-1)?.detail).toMatchObject({ quantity: 0 });
  }, 60_000);

  test('a short pick reported through the graph takes what is not there out of availability', async () => {
    const staff = await graph.withScopes(['store:operate', 'ops:read']);
    const stores = company.sites.filter(({ kind }) => kind === 'STORE').map(({ code }) => code);
    const shelf = company.stock.find(({ onHand, siteCode }) => onHand > 3 && stores.includes(siteCode));
    if (!shelf) throw new Error('the small company has no such shelf');
    const { sku, siteCode } = shelf;
    type Explained = {
      readonly explainAvailability: {
        readonly positions: readonly {
          readonly location: { readonly id: string };
          readonly position: { readonly onHand: number; readonly sellable: number };
        }[];
      };
    };
    const counted = async () => {
      const { explainAvailability } = await operator.ask<Explained>(
        `query ($sku: String!) { explainAvailability(sku: $sku, context: { channel: "web", purpose: DETAIL }) {
          positions { location { id } position { onHand sellable } }
        } }`,
        { sku },
      );
      return explainAvailability.positions.find(({ location }) => location.id === locationIdOf(siteCode))?.position;
    };
    expect((await counted())?.onHand).toBeGreaterThan(3);
    const { orderId } = (await square.act({
      kind: 'pickupOrder',
      locationCode: siteCode,
      sku,
      quantity: 2,
      reference: 'WEB-SHORT-1',
    })) as { readonly orderId: string };
    const { pickupTask } = await staff.ask<{
      readonly pickupTask: { readonly lines: readonly { readonly id: string }[] };
    }>('query ($id: ID!) { pickupTask(id: $id) { lines { id } } }', { id: orderId });
    const { reportShortPick } = await staff.ask<{ readonly reportShortPick: unknown }>(
      `mutation ($input: ShortPickInput!) {
        reportShortPick(input: $input) { task { state lines { variant { sku title } } } userErrors { code } }
      }`,
      {
        input: { taskId: orderId, lineId: pickupTask.lines[0]?.id, foundQuantity: 0, idempotencyKey: 'short-1' },
      },
    );
    expect(reportShortPick).toEqual({
      task: { state: 'SHORT', lines: [{ variant: { sku, title: expect.any(String) } }] },
      userErrors: [],
    });
    const emptied = await eventually(counted, (position) => position !== undefined && position.onHand < 3);
    expect(emptied?.sellable).toBe(0);
  }, 60_000);

  test('an order placed on the marketplace appears, and is followed by its subscription', async () => {
    const item = company.items.find(({ listing }) => listing?.fulfilment === 'MFN' && listing.quantity > 5);
    if (!item?.listing) throw new Error('the small company has no listing with stock');
    const feed = collect(
      operator.follow<{
        readonly channelOrders: {
          readonly __typename: string;
          readonly type?: string;
          readonly order?: { readonly id: string; readonly number: string; readonly channel: string };
        };
      }>(
        `subscription { channelOrders(filter: { channels: ["amazon"] }) { __typename ... on OrderStatusChanged { type order { id number channel } } } }`,
      ),
    );
    await feed.until(({ channelOrders }) => channelOrders.__typename === 'Heartbeat', 'the feed');
    const number = '302-5550001-5550001';
    await amazon.act({ kind: 'newOrder', sellerSku: item.listing.sellerSku, quantity: 1, number });
    const { channelOrders: placed } = await feed.until(
      ({ channelOrders }) => channelOrders.order?.number === number,
      'the order',
    );
    await feed.stop();
    expect(placed).toMatchObject({ order: { channel: 'amazon' } });
    const follower = collect(
      graph.anybody.follow<{
        readonly orderStatus: { readonly __typename: string; readonly order?: { readonly status: string } };
      }>(operation('ordersub'), { id: placed.order?.id }),
    );
    const { orderStatus } = await follower.until(
      (item2) => item2.orderStatus.__typename === 'OrderSnapshot',
      'the snapshot',
    );
    expect(orderStatus.order?.status).toMatch(/RECEIVED|CONFIRMED/);
    await follower.stop();
  }, 60_000);

  test('a store hears what it has to hand out', async () => {
    const { number, siteCode } = orderIn(({ stage }) => stage === 'READY_FOR_PICKUP');
    const staff = await graph.withScopes(['store:operate', 'storefront']);
    type Item = { readonly storePickups: { readonly order?: { readonly number: string; readonly status: string } } };
    const feed = collect(staff.follow<Item>(operation('store-pickups'), { location: locationIdOf(siteCode) }));
    const { storePickups } = await feed.until(({ storePickups: item }) => item.order?.number === number, number);
    expect(storePickups.order?.status).toMatch(/READY_FOR_PICKUP|ACTION_REQUIRED/);
    await feed.stop();
  }, 60_000);

  test('the process subgraph is killed: it comes back with all it knew, and a follower misses nothing', async () => {
    const order = orderIn(({ channel, stage }) => channel === 'web' && stage === 'PACKED');
    type Item = {
      readonly orderStatus: { readonly __typename: string; readonly type?: string; readonly sequence?: number };
    };
    const follower = collect(graph.anybody.follow<Item>(operation('ordersub'), { id: await idOf(order.number) }));
    await follower.until(({ orderStatus }) => orderStatus.__typename === 'OrderSnapshot', 'the snapshot');
    const before = graph.started.pids().process;
    if (before === undefined) throw new Error('the process subgraph does not run');
    process.kill(before, 'SIGKILL');
    await tryton.act({ kind: 'advance', reference: order.number, to: 'shipped' });
    await follower.until(({ orderStatus }) => orderStatus.type === 'SHIPPED', 'what happened meanwhile');
    expect(graph.started.pids().process).not.toBe(before);
    const sequences = follower.items.flatMap(({ orderStatus }) =>
      orderStatus.__typename === 'OrderStatusChanged' ? [orderStatus.sequence ?? 0] : [],
    );
    expect(sequences).toEqual(sequences.map((_, place) => (sequences[0] ?? 0) + place));
    await follower.stop();
    const { orders } = await operator.ask<{ readonly orders: { readonly totalCount: number } }>(
      '{ orders(first: 1) { totalCount } }',
    );
    expect(orders.totalCount).toBeGreaterThanOrEqual(company.orders.length);
  }, 60_000);

  describe('bad input', () => {
    const errorsOf = async (
      query: string,
      variables: Readonly<Record<string, unknown>> = {},
      authorization?: string,
    ) => {
      const response = await fetch(`${graph.started.urls.gateway}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
        body: JSON.stringify({ query, variables }),
      });
      const { errors } = (await response.json()) as {
        readonly errors?: readonly {
          readonly message: string;
          readonly extensions: Readonly<Record<string, unknown>>;
        }[];
      };
      return errors ?? [];
    };

    test('an unknown SKU is named, with what to do', async () => {
      expect(await errorsOf('{ availability(skus: ["NO-SUCH"]) { status } }')).toEqual([
        expect.objectContaining({
          message: expect.stringContaining('NO-SUCH'),
          extensions: expect.objectContaining({ code: 'NOT_MAPPED', serviceName: 'process' }),
        }),
      ]);
    });

    test('a malformed cursor ends the stream with its code', async () => {
      const id = await idOf(orderIn(({ channel }) => channel === 'web').number);
      const follower = collect(graph.anybody.follow(operation('ordersub'), { id, after: 'made.up' }));
      await expect(follower.until(() => true, 'nothing')).rejects.toThrow(/cursor/i);
    });

    test('a token that is none is refused', async () => {
      expect(await errorsOf('{ __typename }', {}, 'Bearer a.b.c')).toEqual([
        expect.objectContaining({ extensions: expect.objectContaining({ code: 'UNAUTHENTICATED' }) }),
      ]);
    });

    test('a field beyond the caller is refused by name, and the rest of the page is not', async () => {
      const errors = await errorsOf(
        '{ variant(by: { sku: "P1000-S" }) { title erpStock { onHand } } orders { totalCount } }',
      );
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(expect.arrayContaining(['FORBIDDEN']));
    });

    test('a webhook with a wrong signature is refused and leaves nothing', async () => {
      const response = await fetch(`${graph.started.urls.pos}/webhooks/pos-main`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-square-hmacsha256-signature': 'AAAA' },
        body: '{}',
      });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ error: expect.stringMatching(/signature/i) });
    });

    test('an item that nobody mapped is an exception on record, and its stock is not guessed at', async () => {
      await square.act({ kind: 'addItem', sku: 'STRANGE-1', locationCode: 'ST-BERLIN' });
      await square.act({ kind: 'count', locationCode: 'ST-BERLIN', sku: 'STRANGE-1', quantity: 4 });
      type Exceptions = {
        readonly exceptions: {
          readonly edges: readonly { readonly node: { readonly kind: string; readonly message: string } }[];
        };
      };
      const { exceptions } = await eventually(
        () =>
          operator.ask<Exceptions>(
            '{ exceptions(filter: { kinds: [IDENTIFIER_UNMAPPED], states: [OPEN] }) { edges { node { kind message } } } }',
          ),
        ({ exceptions: seen }) => seen.edges.some(({ node }) => node.message.includes('STRANGE-1')),
      );
      expect(exceptions.edges.length).toBeGreaterThan(0);
      expect(await errorsOf('{ availability(skus: ["STRANGE-1"]) { status } }')).toEqual([
        expect.objectContaining({ extensions: expect.objectContaining({ code: 'NOT_MAPPED' }) }),
      ]);
    });
  });
});
