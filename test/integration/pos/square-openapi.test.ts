/**
 * Adapter and simulator against the vendor's own OpenAPI description: every request that goes out, every answer that
 * comes back and every webhook is validated, with members that the description does not know refused.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CallOptions } from '#model/call.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createGovernor } from '#runtime/resilience/governor.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { createSimulatorControl, type SimulatorControl } from '#simulation/control.ts';
import { openSimulatorHost, type SimulatorHost } from '#simulation/host/host.ts';
import { squareAdapter } from '#subgraphs/pos/adapters/square/adapter.ts';
import { SIM_SQUARE_ACCESS_TOKEN, squareSimulator } from '#subgraphs/pos/adapters/square/simulator/simulator.ts';
import type { PosPort } from '#subgraphs/pos/port.ts';
import { createTestClock } from '#test/support/clock.ts';
import { openWebhookTarget, type WebhookTarget } from '#test/support/webhook-target.ts';
import { SPECS_DIRECTORY, suiteWhen } from '#test/unit/pos/square/specs.ts';
import { createOpenApi, type OpenApi } from './openapi.ts';

const SPEC = path.join(SPECS_DIRECTORY, 'square', 'api.json');
const CALL: CallOptions = { signal: new AbortController().signal, callClass: 'DETAIL', correlationId: 'openapi' };

type Exchange = {
  readonly method: string;
  readonly path: string;
  readonly request: unknown;
  readonly status: number;
  readonly response: unknown;
};

suiteWhen(existsSync(SPEC), 'Square as its OpenAPI description says')('as the vendor describes it', () => {
  const clock = createTestClock();
  const exchanges: Exchange[] = [];
  let openApi: OpenApi;
  let host: SimulatorHost;
  let target: WebhookTarget;
  let control: SimulatorControl;
  let port: PosPort;

  /** Everything that passes is written down as it went over the wire. */
  const recordingFetch: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    const text = await response.clone().text();
    exchanges.push({
      method: init?.method ?? 'GET',
      path: new URL(String(input)).pathname.replace('/square', ''),
      request: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
      status: response.status,
      response: JSON.parse(text),
    });
    return response;
  };

  const vendor = async (method: string, below: string, body?: unknown): Promise<Exchange> => {
    await recordingFetch(`${host.url}/square${below}`, {
      method,
      headers: { authorization: `Bearer ${SIM_SQUARE_ACCESS_TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const last = exchanges.at(-1);
    if (!last) throw new Error('nothing was exchanged');
    return last;
  };

  const problemsOf = (exchange: Exchange): readonly string[] => [
    ...(exchange.request === undefined
      ? []
      : openApi.requestProblems(exchange.method, exchange.path, exchange.request)),
    ...openApi.responseProblems(exchange.method, exchange.path, exchange.response),
  ];

  beforeAll(async () => {
    openApi = createOpenApi(JSON.parse(readFileSync(SPEC, 'utf8')));
    host = await openSimulatorHost(
      { port: 0, host: '127.0.0.1', size: 'small' },
      { clock, ids: systemIds, log: silentLog, factories: [squareSimulator] },
    );
    target = await openWebhookTarget();
    control = createSimulatorControl({ url: host.url, vendor: 'square' }, { fetch });
    const connection = 'pos-openapi';
    const upstream = createGovernor(
      { connection, limits: squareAdapter.limits },
      { clock, ids: systemIds, log: silentLog, fetch: recordingFetch },
    );
    port = squareAdapter.open(
      {
        connection,
        baseUrl: `${host.url}/square`,
        credentials: { accessToken: SIM_SQUARE_ACCESS_TOKEN, signatureKey: 'unused' },
        options: squareAdapter.options.parse({ pickupsPaidInShop: true }),
      },
      { upstream, clock, ids: systemIds, log: silentLog },
    );
  });
  afterAll(async () => {
    await host[Symbol.asyncDispose]();
    await target[Symbol.asyncDispose]();
  });

  it('the validator finds what is wrong', () => {
    expect(openApi.requestProblems('POST', '/v2/orders/batch-retrieve', {})).not.toEqual([]);
    expect(openApi.requestProblems('POST', '/v2/orders/batch-retrieve', { order_ids: ['a'], extra: 1 })).not.toEqual(
      [],
    );
    expect(openApi.responseProblems('GET', '/v2/locations', { locations: [{ id: 1 }] })).not.toEqual([]);
    expect(openApi.responseProblems('GET', '/v2/locations', { locations: [{ status: 'MOVED' }] })).not.toEqual([]);
  });

  it('what the adapter asks, and what it is answered', async () => {
    const company = drawCompany({ size: 'small', nowMs: clock.now() });
    const skus = company.items.map(({ sku }) => sku);
    await control.act({ kind: 'sale', locationCode: 'ST-BERLIN', sku: 'P1000-S' });
    await port.stock(skus, null, CALL);
    await port.aliases(skus, CALL);
    await port.stores(['ST-BERLIN'], CALL);
    const tasks = await port.storePickupTasks('ST-BERLIN', null, CALL);
    await port.storePickupTasks('ST-BERLIN', ['READY', 'EXPIRED'], CALL);
    await port.pickupTasks(
      tasks.map(({ id }) => id),
      CALL,
    );
    for (const stream of port.streams) {
      let watermark: string | null = null;
      for (let polls = 0; polls < 20; polls++) {
        const polled = await stream.poll(watermark, CALL);
        watermark = polled.watermark;
      }
    }
    const asked = new Set(exchanges.map(({ method, path: below }) => `${method} ${below}`));
    expect([...asked].toSorted()).toEqual([
      'GET /v2/locations',
      'POST /v2/catalog/search',
      'POST /v2/inventory/changes/batch-retrieve',
      'POST /v2/inventory/counts/batch-retrieve',
      'POST /v2/orders/batch-retrieve',
      'POST /v2/orders/search',
    ]);
    expect(exchanges.flatMap(problemsOf)).toEqual([]);
  });

  it('what the adapter writes, and what it is answered', async () => {
    const before = exchanges.length;
    const order = { kind: 'pickupOrder', locationCode: 'ST-BERLIN', sku: 'P1000-S', quantity: 2 };
    for (const reference of ['WEB-5', 'WEB-6']) await control.act({ ...order, reference });
    const tasks = await port.storePickupTasks('ST-BERLIN', ['REQUESTED'], CALL);
    const idOf = (reference: string) => tasks.find(({ orderReference }) => orderReference === reference)?.id ?? '';
    const [lineId = ''] = tasks.flatMap(({ id, lines }) => (id === idOf('WEB-6') ? lines.map((line) => line.id) : []));
    const outcomes = [
      await port.markReady?.({ taskId: idOf('WEB-5'), idempotencyKey: 'a' }, CALL),
      await port.confirmCollected?.({ taskId: idOf('WEB-5'), idempotencyKey: 'b' }, CALL),
      await port.reportShort?.({ taskId: idOf('WEB-6'), lineId, foundQuantity: 0, idempotencyKey: 'c' }, CALL),
    ];
    expect(outcomes.map((outcome) => outcome?.task?.state)).toEqual(['READY', 'COLLECTED', 'SHORT']);
    const written = exchanges.slice(before);
    const called = new Set(written.map(({ method, path: below }) => `${method} ${below.replace(/\w{28}Y$/, '{id}')}`));
    expect([...called].toSorted()).toEqual([
      'POST /v2/inventory/changes/batch-create',
      'POST /v2/inventory/changes/batch-retrieve',
      'POST /v2/orders/batch-retrieve',
      'POST /v2/orders/search',
      'POST /v2/payments',
      'PUT /v2/orders/{id}',
    ]);
    expect(written.flatMap(problemsOf)).toEqual([]);
  });

  it("the simulator's other operations, and its refusals", async () => {
    const locations = (await vendor('GET', '/v2/locations')).response as {
      readonly locations: readonly { readonly id: string }[];
    };
    const locationId = locations.locations[0]?.id ?? '';
    const listed = await vendor('GET', '/v2/catalog/list?types=ITEM,ITEM_VARIATION');
    const objects = (listed.response as { readonly objects: readonly { readonly id: string; readonly type: string }[] })
      .objects;
    const variationId = objects.find(({ type }) => type === 'ITEM_VARIATION')?.id ?? '';
    const created = await vendor('POST', '/v2/orders', {
      idempotency_key: 'k1',
      order: {
        location_id: locationId,
        reference_id: 'WEB-7',
        line_items: [{ catalog_object_id: variationId, quantity: '2' }],
        fulfillments: [
          {
            type: 'PICKUP',
            pickup_details: { recipient: { display_name: 'Erika' }, pickup_at: '2026-03-02T12:00:00Z' },
          },
        ],
      },
    });
    const { order } = created.response as {
      readonly order: {
        readonly id: string;
        readonly version: number;
        readonly fulfillments: readonly { readonly uid: string }[];
      };
    };
    const update = (version: number, state: string) => ({
      idempotency_key: `${version} ${state}`,
      order: { location_id: locationId, version, fulfillments: [{ uid: order.fulfillments[0]?.uid, state }] },
    });
    const change = {
      type: 'PHYSICAL_COUNT',
      physical_count: {
        catalog_object_id: variationId,
        location_id: locationId,
        state: 'IN_STOCK',
        quantity: '7.5',
        occurred_at: '2026-03-02T08:59:00Z',
      },
    };
    const adjustment = {
      type: 'ADJUSTMENT',
      adjustment: {
        catalog_object_id: variationId,
        location_id: locationId,
        from_state: 'IN_STOCK',
        to_state: 'WASTE',
        quantity: '1',
        occurred_at: '2026-03-02T08:59:30Z',
      },
    };
    const more = [
      created,
      listed,
      await vendor('GET', `/v2/locations/${locationId}`),
      await vendor('GET', `/v2/orders/${order.id}`),
      await vendor('PUT', `/v2/orders/${order.id}`, update(1, 'PREPARED')),
      await vendor('PUT', `/v2/orders/${order.id}`, update(1, 'COMPLETED')),
      await vendor('POST', '/v2/catalog/batch-retrieve', { object_ids: [variationId] }),
      await vendor('POST', '/v2/inventory/changes/batch-create', {
        idempotency_key: 'c1',
        changes: [change, adjustment],
      }),
      await vendor('POST', '/v2/inventory/changes/batch-retrieve', { catalog_object_ids: [variationId] }),
      await vendor('POST', '/v2/inventory/counts/batch-retrieve', { catalog_object_ids: [variationId], limit: 1001 }),
      await vendor('POST', '/v2/orders/search', { location_ids: [locationId], return_entries: true, limit: 2 }),
      await vendor('POST', '/v2/webhooks/subscriptions', {
        subscription: { name: 'all', notification_url: target.url, event_types: ['order.created'] },
      }),
      await vendor('GET', '/v2/webhooks/subscriptions'),
      await vendor('GET', '/v2/orders/no-such-order'),
    ];
    expect(more.map(({ status }) => status)).toEqual([
      200, 200, 200, 200, 200, 409, 200, 200, 200, 400, 200, 200, 200, 404,
    ]);
    // The one request that is too large on purpose is against the description as well.
    const problems = more.flatMap(problemsOf);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.filter((problem) => !problem.includes('counts/batch-retrieve: /limit '))).toEqual([]);
  });

  it('webhooks', async () => {
    await control.act({ kind: 'subscribe', url: `${target.url}/hooks` });
    const sku = 'P1001-S';
    await control.act({ kind: 'sale', locationCode: 'ST-BERLIN', sku });
    await control.act({
      kind: 'pickupOrder',
      locationCode: 'ST-BERLIN',
      reference: 'WEB-8',
      lines: [{ sku, quantity: 1 }],
    });
    await control.act({ kind: 'prepare', reference: 'WEB-8' });
    await control.act({ kind: 'addItem', locationCode: 'ST-BERLIN', sku: 'NEU-8' });
    await control.act({ kind: 'addLocation', name: 'Pop-up' });
    // Eight here, and order.created once more for the subscription made above.
    await target.arrived(9);
    const events = target.received
      .filter(({ path: below }) => below === '/hooks')
      .map(({ body }) => JSON.parse(body) as unknown);
    const schemas: Readonly<Record<string, string>> = {
      'inventory.count.updated': 'InventoryCountUpdatedEvent',
      'order.created': 'OrderCreatedEvent',
      'order.updated': 'OrderUpdatedEvent',
      'order.fulfillment.updated': 'OrderFulfillmentUpdatedEvent',
      'catalog.version.updated': 'CatalogVersionUpdatedEvent',
      'location.created': 'LocationCreatedEvent',
      'payment.created': 'PaymentCreatedEvent',
    };
    const types = events.map((event) => String((event as { readonly type: unknown }).type));
    expect(new Set(types)).toEqual(new Set(Object.keys(schemas)));
    const problems = events.flatMap((event, place) => openApi.schemaProblems(schemas[types[place] ?? ''] ?? '', event));
    // The vendor's own example of this event carries data.id, its schema forgot it.
    expect(problems.filter((problem) => !problem.startsWith('CatalogVersionUpdatedEvent: /data '))).toEqual([]);
  });
});
