/** The simulator's manners: what Square refuses, it refuses, in Square's words. */
import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SimRequest } from '#simulation/simulator.ts';
import { type Body, errorOf, openSimulatedShop, type SimulatedShop, SKU, STORE } from './simulated-shop.ts';

let shop: SimulatedShop;
beforeEach(() => {
  shop = openSimulatedShop();
});

describe('who may call, and how', () => {
  it.each([
    ['no token', { authorization: undefined }, [401, 'UNAUTHORIZED', undefined]],
    ['another token', { authorization: 'Bearer nobody' }, [401, 'UNAUTHORIZED', undefined]],
    ['a version that is no date', { 'square-version': 'v2' }, [400, 'INVALID_SQUARE_VERSION_FORMAT', undefined]],
  ])('%s', async (_what, headers, expected) => {
    expect(errorOf(await shop.send('GET', '/v2/locations', undefined, headers))).toEqual(expected);
  });

  it('the version may be left out', async () => {
    expect((await shop.send('GET', '/v2/locations', undefined, { 'square-version': undefined })).status).toBe(200);
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
    expect(errorOf(await shop.send(method, path, body))).toEqual(expected);
  });

  it('a time range must be sorted by its own field', async () => {
    const query = { filter: { date_time_filter: { updated_at: {} } }, sort: { sort_field: 'CREATED_AT' } };
    const response = await shop.send('POST', '/v2/orders/search', { location_ids: ['L'], query });
    expect(errorOf(response)).toEqual([400, 'CONFLICTING_PARAMETERS', 'query.sort.sort_field']);
  });

  it('throttled and down, as Square says it', () => {
    const request = {} as SimRequest;
    expect(shop.simulator.throttled(request, '7')).toMatchObject({
      status: 429,
      headers: { 'Retry-After': '7' },
      body: { errors: [{ category: 'RATE_LIMIT_ERROR', code: 'RATE_LIMITED' }] },
    });
    expect(shop.simulator.throttled(request, null).headers).toBeUndefined();
    expect(shop.simulator.unavailable(request)).toMatchObject({
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
      const { body } = await shop.send('POST', '/v2/inventory/counts/batch-retrieve', query);
      const page = body as { readonly counts: readonly Body[]; readonly cursor?: string };
      seen.push(...page.counts.map(({ catalog_object_id: id, location_id: at, state }) => `${id} ${at} ${state}`));
      cursor = page.cursor;
      if (cursor !== undefined) {
        const other = await shop.send('POST', '/v2/inventory/counts/batch-retrieve', { limit: 99, cursor });
        expect(errorOf(other)).toEqual([400, 'INVALID_CURSOR', 'cursor']);
      }
    } while (cursor !== undefined);
    expect(seen.length).toBeGreaterThan(300);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('the catalog lists 100 at a time, deleted ones only when searched for', async () => {
    shop.act({ kind: 'removeItem', sku: SKU });
    const ids: string[] = [];
    let cursor = '';
    do {
      const { body } = await shop.send('GET', `/v2/catalog/list?types=ITEM_VARIATION${cursor}`);
      const page = body as { readonly objects: readonly { readonly id: string }[]; readonly cursor?: string };
      expect(page.objects.length).toBeLessThanOrEqual(100);
      ids.push(...page.objects.map(({ id }) => id));
      cursor = page.cursor === undefined ? '' : `&cursor=${page.cursor}`;
    } while (cursor !== '');
    expect(ids).toHaveLength(200 + 4 - 1); // SKUs and aliases, one gone
    const since = { object_types: ['ITEM_VARIATION'], begin_time: '2026-03-01T00:00:00Z' };
    expect((await shop.send('POST', '/v2/catalog/search', since)).body).not.toHaveProperty('objects');
    const { body } = await shop.send('POST', '/v2/catalog/search', { ...since, include_deleted_objects: true });
    expect(body).toMatchObject({ objects: [{ is_deleted: true, item_variation_data: { sku: SKU } }] });
  });
});

describe('webhooks', () => {
  it('go to those who asked for their type, signed with their key', async () => {
    const made = await shop.send('POST', '/v2/webhooks/subscriptions', {
      subscription: {
        name: 'counts',
        notification_url: 'https://a.invalid/x',
        event_types: ['inventory.count.updated'],
      },
    });
    const { signature_key: key } = (made.body as { readonly subscription: { readonly signature_key: string } })
      .subscription;
    shop.act({
      kind: 'subscribe',
      url: 'https://b.invalid/y',
      signatureKey: 'secret',
      eventTypes: ['payment.created'],
    });
    shop.act({ kind: 'sale', locationCode: STORE, sku: SKU });
    expect(shop.deliveries.map(({ url, body }) => [url, JSON.parse(body).type])).toEqual([
      ['https://a.invalid/x', 'inventory.count.updated'],
      ['https://b.invalid/y', 'payment.created'],
    ]);
    for (const [place, secret] of [key, 'secret'].entries()) {
      const delivery = shop.deliveries[place];
      const expected = createHmac('sha256', secret).update(`${delivery?.url}${delivery?.body}`).digest('base64');
      expect(delivery?.headers['x-square-hmacsha256-signature']).toBe(expected);
    }
    expect(JSON.stringify((await shop.send('GET', '/v2/webhooks/subscriptions')).body)).not.toContain('signature_key');
  });

  it('subscribing an address again replaces its subscription', () => {
    shop.act({ kind: 'subscribe', url: 'https://a.invalid/x' });
    shop.act({ kind: 'subscribe', url: 'https://a.invalid/x' });
    shop.act({ kind: 'count', locationCode: STORE, sku: SKU, quantity: 3 });
    expect(shop.deliveries).toHaveLength(1);
  });

  it('waste tells both states', () => {
    shop.act({ kind: 'subscribe', url: 'https://a.invalid/x' });
    shop.act({ kind: 'damage', locationCode: STORE, sku: SKU });
    const { data } = JSON.parse(shop.deliveries[0]?.body ?? '') as {
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
    expect(() => shop.act(command)).toThrow(
      expect.objectContaining({ name: 'SimActError', message: expect.stringContaining(message) }),
    );
  });

  it('a return brings back what a sale took', async () => {
    const before = await shop.inStock(SKU, STORE);
    shop.act({ kind: 'sale', locationCode: STORE, sku: SKU, quantity: 2 });
    shop.act({ kind: 'return', locationCode: STORE, sku: SKU, quantity: 2 });
    expect(await shop.inStock(SKU, STORE)).toEqual(before);
  });

  it('a pickup goes through its steps once', () => {
    shop.act({ kind: 'pickupOrder', locationCode: STORE, reference: 'WEB-1', lines: [{ sku: SKU, quantity: 1 }] });
    expect(() => shop.act({ kind: 'pickupOrder', locationCode: STORE, reference: 'WEB-1', sku: SKU })).toThrow(
      'already',
    );
    expect(shop.act({ kind: 'prepare', reference: 'WEB-1' })).toMatchObject({ state: 'PREPARED', version: 2 });
    expect(shop.act({ kind: 'collect', reference: 'WEB-1' })).toMatchObject({ state: 'COMPLETED', version: 3 });
    expect(() => shop.act({ kind: 'cancel', reference: 'WEB-1' })).toThrow('is COMPLETED and cannot become CANCELED');
  });
});
