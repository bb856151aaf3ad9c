/** The simulator's manners: what Square refuses, it refuses, in Square's words. */
import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import type { SimDelivery, SimRequest, SimResponse, Simulator } from '#simulation/simulator.ts';
import { squareSimulator } from '#subgraphs/pos/adapters/square/simulator/simulator.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';

type Body = Readonly<Record<string, unknown>>;

let clock: TestClock;
let simulator: Simulator;
let deliveries: SimDelivery[];
let writes: string[];

beforeEach(() => {
  clock = createTestClock();
  deliveries = [];
  writes = [];
  simulator = squareSimulator.create(drawCompany({ size: 'small', nowMs: clock.now() }), {
    clock,
    ids: systemIds,
    log: silentLog,
    deliver: (delivery) => deliveries.push(delivery),
    recordWrite: (key) => writes.push(key),
  });
});

const send = async (method: string, path: string, body?: unknown, headers: Body = {}): Promise<SimResponse> => {
  const [below = '', query = ''] = path.split('?');
  const request: SimRequest = {
    method,
    path: below,
    query: new URLSearchParams(query),
    headers: {
      authorization: 'Bearer sim-square-token',
      'content-type': 'application/json',
      'square-version': '2025-08-20',
      ...headers,
    } as SimRequest['headers'],
    rawBody: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
  };
  return simulator.handle(request);
};
const errorOf = (response: SimResponse): unknown => {
  const [error] = (response.body as { readonly errors: readonly { readonly code: string; readonly field?: string }[] })
    .errors;
  return [response.status, error?.code, error?.field];
};
const act = (command: Body): Body => simulator.act(command) as Body;

const locationId = async (code: string): Promise<string> => {
  const { body } = await send('GET', '/v2/locations');
  const { locations } = body as { readonly locations: readonly { readonly id: string; readonly name: string }[] };
  return locations.find(({ name }) => name.endsWith(`(${code})`))?.id ?? '';
};
const variationId = async (sku: string): Promise<string> => {
  const query = { exact_query: { attribute_name: 'sku', attribute_value: sku } };
  const { body } = await send('POST', '/v2/catalog/search', { object_types: ['ITEM_VARIATION'], query });
  return (body as { readonly objects: readonly { readonly id: string }[] }).objects[0]?.id ?? '';
};
const inStock = async (sku: string, code: string): Promise<readonly unknown[]> => {
  const { body } = await send('POST', '/v2/inventory/counts/batch-retrieve', {
    catalog_object_ids: [await variationId(sku)],
    location_ids: [await locationId(code)],
    states: ['IN_STOCK'],
  });
  return ((body as { readonly counts?: readonly { readonly quantity: string }[] }).counts ?? []).map(
    ({ quantity }) => quantity,
  );
};

const SKU = 'P1000-S';
const STORE = 'ST-BERLIN';

describe('who may call, and how', () => {
  it.each([
    ['no token', { authorization: undefined }, [401, 'UNAUTHORIZED', undefined]],
    ['another token', { authorization: 'Bearer nobody' }, [401, 'UNAUTHORIZED', undefined]],
    ['a version that is no date', { 'square-version': 'v2' }, [400, 'INVALID_SQUARE_VERSION_FORMAT', undefined]],
  ])('%s', async (_what, headers, expected) => {
    expect(errorOf(await send('GET', '/v2/locations', undefined, headers))).toEqual(expected);
  });

  it('the version may be left out', async () => {
    expect((await send('GET', '/v2/locations', undefined, { 'square-version': undefined })).status).toBe(200);
  });

  it.each([
    ['GET', '/v2/nowhere', undefined, [404, 'NOT_FOUND', undefined]],
    ['DELETE', '/v2/locations', undefined, [405, 'METHOD_NOT_ALLOWED', undefined]],
    ['POST', '/v2/orders/search', '{', [400, 'EXPECTED_JSON_BODY', undefined]],
    ['POST', '/v2/orders/search', [], [400, 'EXPECTED_OBJECT', undefined]],
    ['POST', '/v2/orders/search', {}, [400, 'MISSING_REQUIRED_PARAMETER', 'location_ids']],
    ['POST', '/v2/orders/search', { locations: [] }, [400, 'UNKNOWN_BODY_PARAMETER', 'locations']],
    ['POST', '/v2/orders/search', { location_ids: 'L' }, [400, 'EXPECTED_ARRAY', 'location_ids']],
    [
      'POST',
      '/v2/orders/search',
      { location_ids: Array(11).fill('L') },
      [400, 'ARRAY_LENGTH_TOO_LONG', 'location_ids'],
    ],
    ['POST', '/v2/orders/search', { location_ids: ['L'], limit: 1001 }, [400, 'VALUE_TOO_HIGH', 'limit']],
    ['POST', '/v2/orders/search', { location_ids: ['L'], cursor: 'x' }, [400, 'INVALID_CURSOR', 'cursor']],
    ['POST', '/v2/orders/batch-retrieve', {}, [400, 'MISSING_REQUIRED_PARAMETER', 'order_ids']],
    [
      'POST',
      '/v2/orders/batch-retrieve',
      { order_ids: Array(101).fill('O') },
      [400, 'ARRAY_LENGTH_TOO_LONG', 'order_ids'],
    ],
    [
      'POST',
      '/v2/catalog/batch-retrieve',
      { object_ids: Array(1001).fill('V') },
      [400, 'ARRAY_LENGTH_TOO_LONG', 'object_ids'],
    ],
    ['POST', '/v2/inventory/counts/batch-retrieve', { limit: 1001 }, [400, 'VALUE_TOO_HIGH', 'limit']],
    ['POST', '/v2/inventory/counts/batch-retrieve', { limit: 0 }, [400, 'VALUE_TOO_LOW', 'limit']],
    ['POST', '/v2/inventory/counts/batch-retrieve', { states: ['LOST'] }, [400, 'INVALID_ENUM_VALUE', 'states[0]']],
    ['POST', '/v2/inventory/counts/batch-retrieve', { updated_after: 'today' }, [400, 'INVALID_TIME', 'updated_after']],
    [
      'POST',
      '/v2/inventory/changes/batch-create',
      { changes: [] },
      [400, 'MISSING_REQUIRED_PARAMETER', 'idempotency_key'],
    ],
  ])('%s %s %j', async (method, path, body, expected) => {
    expect(errorOf(await send(method, path, body))).toEqual(expected);
  });

  it('a time range must be sorted by its own field', async () => {
    const query = { filter: { date_time_filter: { updated_at: {} } }, sort: { sort_field: 'CREATED_AT' } };
    const response = await send('POST', '/v2/orders/search', { location_ids: ['L'], query });
    expect(errorOf(response)).toEqual([400, 'CONFLICTING_PARAMETERS', 'query.sort.sort_field']);
  });

  it('throttled and down, as Square says it', () => {
    const request = {} as SimRequest;
    expect(simulator.throttled(request, '7')).toMatchObject({
      status: 429,
      headers: { 'Retry-After': '7' },
      body: { errors: [{ category: 'RATE_LIMIT_ERROR', code: 'RATE_LIMITED' }] },
    });
    expect(simulator.throttled(request, null).headers).toBeUndefined();
    expect(simulator.unavailable(request)).toMatchObject({
      status: 503,
      body: { errors: [{ code: 'SERVICE_UNAVAILABLE' }] },
    });
  });
});

describe('pages', () => {
  it('turn through everything once, and belong to their query', async () => {
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const query: Body = { limit: 100, ...(cursor === undefined ? {} : { cursor }) };
      const { body } = await send('POST', '/v2/inventory/counts/batch-retrieve', query);
      const page = body as { readonly counts: readonly Body[]; readonly cursor?: string };
      seen.push(...page.counts.map(({ catalog_object_id: id, location_id: at, state }) => `${id} ${at} ${state}`));
      cursor = page.cursor;
      if (cursor !== undefined) {
        const other = await send('POST', '/v2/inventory/counts/batch-retrieve', { limit: 99, cursor });
        expect(errorOf(other)).toEqual([400, 'INVALID_CURSOR', 'cursor']);
      }
    } while (cursor !== undefined);
    expect(seen.length).toBeGreaterThan(300);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('the catalog lists 100 at a time, deleted ones only when searched for', async () => {
    act({ kind: 'removeItem', sku: SKU });
    const ids: string[] = [];
    let cursor = '';
    do {
      const { body } = await send('GET', `/v2/catalog/list?types=ITEM_VARIATION${cursor}`);
      const page = body as { readonly objects: readonly { readonly id: string }[]; readonly cursor?: string };
      expect(page.objects.length).toBeLessThanOrEqual(100);
      ids.push(...page.objects.map(({ id }) => id));
      cursor = page.cursor === undefined ? '' : `&cursor=${page.cursor}`;
    } while (cursor !== '');
    expect(ids).toHaveLength(200 + 4 - 1); // SKUs and aliases, one gone
    const since = { object_types: ['ITEM_VARIATION'], begin_time: '2026-03-01T00:00:00Z' };
    expect((await send('POST', '/v2/catalog/search', since)).body).not.toHaveProperty('objects');
    const { body } = await send('POST', '/v2/catalog/search', { ...since, include_deleted_objects: true });
    expect(body).toMatchObject({ objects: [{ is_deleted: true, item_variation_data: { sku: SKU } }] });
  });
});

describe('stock', () => {
  const counted = async (quantity: string, at = '2026-03-02T08:59:00Z') => ({
    type: 'PHYSICAL_COUNT',
    physical_count: {
      catalog_object_id: await variationId(SKU),
      location_id: await locationId(STORE),
      state: 'IN_STOCK',
      quantity,
      occurred_at: at,
    },
  });
  const moved = async (from: string, to: string, quantity: unknown = '1', at = '2026-03-02T08:59:30Z') => ({
    type: 'ADJUSTMENT',
    adjustment: {
      catalog_object_id: await variationId(SKU),
      location_id: await locationId(STORE),
      from_state: from,
      to_state: to,
      quantity,
      occurred_at: at,
    },
  });
  const change = (key: string, ...changes: unknown[]) =>
    send('POST', '/v2/inventory/changes/batch-create', { idempotency_key: key, changes });

  it('counts and adjustments, by when they happened and not by when they were told', async () => {
    await change('a', await counted('20', '2026-03-02T08:30:00Z'));
    expect(await inStock(SKU, STORE)).toEqual(['20']);
    await change('b', await moved('IN_STOCK', 'WASTE', '2.5', '2026-03-02T08:40:00Z'));
    expect(await inStock(SKU, STORE)).toEqual(['17.5']);
    await change('c', await moved('IN_STOCK', 'SOLD', '3', '2026-03-02T08:20:00Z')); // before the count: counted already
    expect(await inStock(SKU, STORE)).toEqual(['17.5']);
    await change('d', await counted('10', '2026-03-02T08:35:00Z')); // between: the waste came after it
    expect(await inStock(SKU, STORE)).toEqual(['7.5']);
  });

  it('the same key does it once, another request under the same key is refused', async () => {
    const body = await moved('IN_STOCK', 'SOLD', '1');
    const [before] = await inStock(SKU, STORE);
    const first = await change('k', body);
    expect(await change('k', body)).toEqual(first);
    expect(await inStock(SKU, STORE)).toEqual([String(Number(before) - 1)]);
    expect(writes).toEqual(['inventory:k']);
    expect(errorOf(await change('k', await moved('IN_STOCK', 'SOLD', '2')))).toEqual([
      400,
      'IDEMPOTENCY_KEY_REUSED',
      'idempotency_key',
    ]);
  });

  it.each([
    [
      'a number instead of text',
      () => moved('IN_STOCK', 'SOLD', 1),
      'EXPECTED_STRING',
      'changes[0].adjustment.quantity',
    ],
    [
      'too many fraction digits',
      () => moved('IN_STOCK', 'SOLD', '0.000001'),
      'INVALID_VALUE',
      'changes[0].adjustment.quantity',
    ],
    [
      'a state only Square sets',
      () => moved('IN_STOCK', 'RESERVED_FOR_SALE'),
      'INVALID_ENUM_VALUE',
      'changes[0].adjustment.to_state',
    ],
    ['no movement', () => moved('IN_STOCK', 'IN_STOCK'), 'INVALID_VALUE', 'changes[0].adjustment.to_state'],
    [
      'a day and more ago',
      () => counted('1', '2026-03-01T08:00:00Z'),
      'INVALID_TIME',
      'changes[0].physical_count.occurred_at',
    ],
    [
      'in the future',
      () => counted('1', '2026-03-02T10:00:00Z'),
      'INVALID_TIME',
      'changes[0].physical_count.occurred_at',
    ],
  ])('refuses %s', async (_what, make, code, field) => {
    expect(errorOf(await change('k', await make()))).toEqual([400, code, field]);
    expect(writes).toEqual([]);
  });

  it('a batch is taken as a whole or not at all, and holds 100 changes', async () => {
    const before = await inStock(SKU, STORE);
    const wrong = await moved('IN_STOCK', 'IN_STOCK');
    expect((await change('k', await moved('IN_STOCK', 'SOLD'), wrong)).status).toBe(400);
    expect(await inStock(SKU, STORE)).toEqual(before);
    const one = await counted('1');
    expect(errorOf(await change('l', ...Array(101).fill(one)))).toEqual([400, 'ARRAY_LENGTH_TOO_LONG', 'changes']);
  });

  it('an unchanged count is ignored unless wanted', async () => {
    await change('a', await counted('20'));
    act({ kind: 'subscribe', url: 'http://us.invalid/hooks' });
    await change('b', await counted('20', '2026-03-02T08:59:59Z'));
    expect(deliveries).toHaveLength(0);
  });
});

describe('orders', () => {
  const create = async (key: string, rest: Body = {}) =>
    send('POST', '/v2/orders', {
      idempotency_key: key,
      order: {
        location_id: await locationId(STORE),
        reference_id: 'WEB-1',
        line_items: [{ catalog_object_id: await variationId(SKU), quantity: '2' }],
        fulfillments: [
          {
            type: 'PICKUP',
            pickup_details: { recipient: { display_name: 'Erika' }, pickup_at: '2026-03-02T12:00:00Z' },
          },
        ],
        ...rest,
      },
    });
  type Order = {
    readonly order: {
      readonly id: string;
      readonly version: number;
      readonly state: string;
      readonly fulfillments?: readonly { readonly uid: string; readonly state: string }[];
    };
  };
  const update = (order: Order['order'], state: string, version = order.version) =>
    send('PUT', `/v2/orders/${order.id}`, {
      order: { version, fulfillments: [{ uid: order.fulfillments?.[0]?.uid, state }] },
    });

  it('are made once per key and changed only at their version', async () => {
    const made = await create('k');
    expect(await create('k')).toEqual(made);
    expect(writes).toEqual(['order:WEB-1']);
    const { order } = made.body as Order;
    expect(order).toMatchObject({ version: 1, state: 'OPEN', total_money: { amount: 1980, currency: 'EUR' } });
    expect(await update(order, 'PREPARED')).toMatchObject({
      status: 200,
      body: {
        order: { version: 2, fulfillments: [{ state: 'PREPARED', pickup_details: { ready_at: expect.any(String) } }] },
      },
    });
    expect(errorOf(await update(order, 'COMPLETED'))).toEqual([409, 'CONFLICT', 'order.version']);
    expect(errorOf(await update(order, 'RESERVED', 2))).toEqual([400, 'INVALID_VALUE', 'order.fulfillments[0].state']);
  });

  it('a pickup that is called off ends its order, and the order changes no more', async () => {
    const { order } = (await create('k')).body as Order;
    expect((await update(order, 'CANCELED')).body).toMatchObject({ order: { state: 'CANCELED' } });
    expect(errorOf(await update(order, 'FAILED', 2))).toEqual([400, 'BAD_REQUEST', 'order_id']);
  });

  it('handed over but not paid stays open, and takes no stock', async () => {
    const before = await inStock(SKU, STORE);
    const { order } = (await create('k')).body as Order;
    expect((await update(order, 'COMPLETED')).body).toMatchObject({ order: { state: 'OPEN' } });
    expect(await inStock(SKU, STORE)).toEqual(before);
  });

  it.each([
    ['two pickups', { fulfillments: [{}, {}] }, 'ARRAY_LENGTH_TOO_LONG', 'order.fulfillments'],
    [
      'a pickup without a name',
      { fulfillments: [{ type: 'PICKUP', pickup_details: { pickup_at: '2026-03-02T12:00:00Z' } }] },
      'MISSING_REQUIRED_PARAMETER',
      'order.fulfillments[0].pickup_details.recipient',
    ],
    [
      'a pickup without a time',
      { fulfillments: [{ type: 'PICKUP', pickup_details: { recipient: { display_name: 'E' } } }] },
      'MISSING_REQUIRED_PARAMETER',
      'order.fulfillments[0].pickup_details.pickup_at',
    ],
    [
      'a line without a price',
      { line_items: [{ name: 'x', quantity: '1' }] },
      'MISSING_REQUIRED_PARAMETER',
      'order.line_items[0].base_price_money',
    ],
    [
      'a number as quantity',
      { line_items: [{ name: 'x', quantity: 1 }] },
      'EXPECTED_STRING',
      'order.line_items[0].quantity',
    ],
    ['a reference that is too long', { reference_id: 'x'.repeat(41) }, 'VALUE_TOO_LONG', 'order.reference_id'],
  ])('refuses %s', async (_what, rest, code, field) => {
    expect(errorOf(await create('k', rest))).toEqual([400, code, field]);
  });

  it('a sale at the till takes stock at once and has no version', async () => {
    const [before] = await inStock(SKU, STORE);
    const { orderId } = act({ kind: 'sale', locationCode: STORE, sku: SKU, quantity: 2 });
    expect(await inStock(SKU, STORE)).toEqual([String(Number(before) - 2)]);
    const { body } = await send('GET', `/v2/orders/${String(orderId)}`);
    expect(body).toMatchObject({ order: { state: 'COMPLETED', tenders: [{ type: 'CARD' }] } });
    expect((body as Order).order).not.toHaveProperty('version');
    expect(errorOf(await update((body as Order).order, 'COMPLETED', 1))).toEqual([400, 'BAD_REQUEST', 'order_id']);
  });
});

describe('webhooks', () => {
  it('go to those who asked for their type, signed with their key', async () => {
    const made = await send('POST', '/v2/webhooks/subscriptions', {
      subscription: {
        name: 'counts',
        notification_url: 'https://a.invalid/x',
        event_types: ['inventory.count.updated'],
      },
    });
    const { signature_key: key } = (made.body as { readonly subscription: { readonly signature_key: string } })
      .subscription;
    act({ kind: 'subscribe', url: 'https://b.invalid/y', signatureKey: 'secret', eventTypes: ['payment.created'] });
    act({ kind: 'sale', locationCode: STORE, sku: SKU });
    expect(deliveries.map(({ url, body }) => [url, JSON.parse(body).type])).toEqual([
      ['https://a.invalid/x', 'inventory.count.updated'],
      ['https://b.invalid/y', 'payment.created'],
    ]);
    for (const [place, secret] of [key, 'secret'].entries()) {
      const delivery = deliveries[place];
      const expected = createHmac('sha256', secret).update(`${delivery?.url}${delivery?.body}`).digest('base64');
      expect(delivery?.headers['x-square-hmacsha256-signature']).toBe(expected);
    }
    expect(JSON.stringify((await send('GET', '/v2/webhooks/subscriptions')).body)).not.toContain('signature_key');
  });

  it('subscribing an address again replaces its subscription', () => {
    act({ kind: 'subscribe', url: 'https://a.invalid/x' });
    act({ kind: 'subscribe', url: 'https://a.invalid/x' });
    act({ kind: 'count', locationCode: STORE, sku: SKU, quantity: 3 });
    expect(deliveries).toHaveLength(1);
  });

  it('waste tells both states', () => {
    act({ kind: 'subscribe', url: 'https://a.invalid/x' });
    act({ kind: 'damage', locationCode: STORE, sku: SKU });
    const { data } = JSON.parse(deliveries[0]?.body ?? '') as {
      readonly data: { readonly object: { readonly inventory_counts: readonly Body[] } };
    };
    expect(data.object.inventory_counts.map(({ state }) => state)).toEqual(['IN_STOCK', 'WASTE']);
  });
});

describe('acts', () => {
  it.each([
    [{ kind: 'dance' }, 'kind: "dance" is not known; known are subscribe, sale'],
    [{ kind: 'sale', sku: SKU }, 'locationCode: is needed'],
    [
      { kind: 'sale', locationCode: 'WH-NORD', sku: SKU },
      'locationCode: there is no store "WH-NORD"; there are ST-BERLIN',
    ],
    [{ kind: 'sale', locationCode: STORE, sku: 'X' }, 'sku: the till of ST-BERLIN does not know "X"'],
    [{ kind: 'sale', locationCode: STORE, sku: SKU, quantity: 0 }, 'quantity: must be a whole number of at least 1'],
    [{ kind: 'sale', locationCode: STORE, sku: SKU, amount: 1 }, 'amount: not known to "sale"; known are locationCode'],
    [{ kind: 'collect', reference: 'WEB-0' }, 'reference: there is no pickup order "WEB-0"'],
    [{ kind: 'addItem', locationCode: STORE, sku: SKU }, `sku: "${SKU}" is sold at ST-BERLIN already`],
    [{ kind: 'addItem', locationCode: STORE, sku: 'N', gtin: '4000000000000' }, 'gtin: must be 12 to 14 digits'],
    [{ kind: 'subscribe', url: 'here' }, 'url: must be a URL'],
  ])('%j is refused with a reason', (command, message) => {
    expect(() => act(command)).toThrow(
      expect.objectContaining({ name: 'SimActError', message: expect.stringContaining(message) }),
    );
  });

  it('a return brings back what a sale took', async () => {
    const before = await inStock(SKU, STORE);
    act({ kind: 'sale', locationCode: STORE, sku: SKU, quantity: 2 });
    act({ kind: 'return', locationCode: STORE, sku: SKU, quantity: 2 });
    expect(await inStock(SKU, STORE)).toEqual(before);
  });

  it('a pickup goes through its steps once', () => {
    act({ kind: 'pickupOrder', locationCode: STORE, reference: 'WEB-1', lines: [{ sku: SKU, quantity: 1 }] });
    expect(() => act({ kind: 'pickupOrder', locationCode: STORE, reference: 'WEB-1', sku: SKU })).toThrow('already');
    expect(act({ kind: 'prepare', reference: 'WEB-1' })).toMatchObject({ state: 'PREPARED', version: 2 });
    expect(act({ kind: 'collect', reference: 'WEB-1' })).toMatchObject({ state: 'COMPLETED', version: 3 });
    expect(() => act({ kind: 'cancel', reference: 'WEB-1' })).toThrow('is COMPLETED and cannot become CANCELED');
  });
});
