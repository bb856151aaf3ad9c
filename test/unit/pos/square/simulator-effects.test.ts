/** What requests do to the simulated stock and orders. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Body, errorOf, openSimulatedShop, type SimulatedShop, SKU, STORE } from './simulated-shop.ts';

let shop: SimulatedShop;
beforeEach(() => {
  shop = openSimulatedShop();
});

describe('stock', () => {
  const counted = async (quantity: string, at = '2026-03-02T08:59:00Z') => ({
    type: 'PHYSICAL_COUNT',
    physical_count: {
      catalog_object_id: await shop.variationId(SKU),
      location_id: await shop.locationId(STORE),
      state: 'IN_STOCK',
      quantity,
      occurred_at: at,
    },
  });
  const moved = async (from: string, to: string, quantity: unknown = '1', at = '2026-03-02T08:59:30Z') => ({
    type: 'ADJUSTMENT',
    adjustment: {
      catalog_object_id: await shop.variationId(SKU),
      location_id: await shop.locationId(STORE),
      from_state: from,
      to_state: to,
      quantity,
      occurred_at: at,
    },
  });
  const change = (key: string, ...changes: unknown[]) =>
    shop.send('POST', '/v2/inventory/changes/batch-create', { idempotency_key: key, changes });

  it('counts and adjustments, by when they happened and not by when they were told', async () => {
    await change('a', await counted('20', '2026-03-02T08:30:00Z'));
    expect(await shop.inStock(SKU, STORE)).toEqual(['20']);
    await change('b', await moved('IN_STOCK', 'WASTE', '2.5', '2026-03-02T08:40:00Z'));
    expect(await shop.inStock(SKU, STORE)).toEqual(['17.5']);
    await change('c', await moved('IN_STOCK', 'SOLD', '3', '2026-03-02T08:20:00Z')); // before the count: counted already
    expect(await shop.inStock(SKU, STORE)).toEqual(['17.5']);
    await change('d', await counted('10', '2026-03-02T08:35:00Z')); // between: the waste came after it
    expect(await shop.inStock(SKU, STORE)).toEqual(['7.5']);
  });

  it('the same key does it once, another request under the same key is refused', async () => {
    const body = await moved('IN_STOCK', 'SOLD', '1');
    const [before] = await shop.inStock(SKU, STORE);
    const first = await change('k', body);
    expect(await change('k', body)).toEqual(first);
    expect(await shop.inStock(SKU, STORE)).toEqual([String(Number(before) - 1)]);
    expect(shop.writes).toEqual(['inventory:k']);
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
    expect(shop.writes).toEqual([]);
  });

  it('a batch is taken as a whole or not at all, and holds 100 changes', async () => {
    const before = await shop.inStock(SKU, STORE);
    const wrong = await moved('IN_STOCK', 'IN_STOCK');
    expect((await change('k', await moved('IN_STOCK', 'SOLD'), wrong)).status).toBe(400);
    expect(await shop.inStock(SKU, STORE)).toEqual(before);
    const one = await counted('1');
    expect(errorOf(await change('l', ...Array(101).fill(one)))).toEqual([400, 'ARRAY_LENGTH_TOO_LONG', 'changes']);
  });

  it('an unchanged count is ignored unless wanted', async () => {
    await change('a', await counted('20'));
    shop.act({ kind: 'subscribe', url: 'http://us.invalid/hooks' });
    await change('b', await counted('20', '2026-03-02T08:59:59Z'));
    expect(shop.deliveries).toHaveLength(0);
  });
});

describe('orders', () => {
  const create = async (key: string, rest: Body = {}) =>
    shop.send('POST', '/v2/orders', {
      idempotency_key: key,
      order: {
        location_id: await shop.locationId(STORE),
        reference_id: 'WEB-1',
        line_items: [{ catalog_object_id: await shop.variationId(SKU), quantity: '2' }],
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
    shop.send('PUT', `/v2/orders/${order.id}`, {
      order: { version, fulfillments: [{ uid: order.fulfillments?.[0]?.uid, state }] },
    });

  it('are made once per key and changed only at their version', async () => {
    const made = await create('k');
    expect(await create('k')).toEqual(made);
    expect(shop.writes).toEqual(['order:WEB-1']);
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
    const before = await shop.inStock(SKU, STORE);
    const { order } = (await create('k')).body as Order;
    expect((await update(order, 'COMPLETED')).body).toMatchObject({ order: { state: 'OPEN' } });
    expect(await shop.inStock(SKU, STORE)).toEqual(before);
  });

  const pay = (order: Order['order'], amount: number, rest: Body = {}) =>
    shop.send('POST', '/v2/payments', {
      idempotency_key: 'p',
      source_id: 'EXTERNAL',
      external_details: { type: 'EXTERNAL', source: 'Web shop' },
      order_id: order.id,
      amount_money: { amount, currency: 'EUR' },
      ...rest,
    });

  it('paid elsewhere and handed over, an order is complete and takes its stock, once', async () => {
    const [before] = await shop.inStock(SKU, STORE);
    const { order } = (await create('k')).body as Order;
    const paid = await pay(order, 1980);
    expect(paid).toMatchObject({ status: 200, body: { payment: { order_id: order.id, status: 'COMPLETED' } } });
    expect(await pay(order, 1980)).toEqual(paid);
    expect(shop.writes).toEqual(['order:WEB-1', 'payment:WEB-1']);
    expect((await update(order, 'COMPLETED', 2)).body).toMatchObject({
      order: { state: 'COMPLETED', net_amount_due_money: { amount: 0 } },
    });
    expect(await shop.inStock(SKU, STORE)).toEqual([String(Number(before) - 2)]);
  });

  it.each([
    ['more than is due', 1981, {}, [400, 'INVALID_VALUE', 'amount_money.amount']],
    ['nothing', 0, {}, [400, 'VALUE_TOO_LOW', 'amount_money.amount']],
    ['a card', 1980, { source_id: 'cnon:card' }, [400, 'INVALID_VALUE', 'source_id']],
    ['an unknown order', 1980, { order_id: 'no-such' }, [404, 'NOT_FOUND', 'order_id']],
    ['a key that is too long', 1980, { idempotency_key: 'k'.repeat(46) }, [400, 'VALUE_TOO_LONG', 'idempotency_key']],
  ])('refuses a payment: %s', async (_what, amount, rest, expected) => {
    const { order } = (await create('k')).body as Order;
    expect(errorOf(await pay(order, amount, rest))).toEqual(expected);
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
    const [before] = await shop.inStock(SKU, STORE);
    const { orderId } = shop.act({ kind: 'sale', locationCode: STORE, sku: SKU, quantity: 2 });
    expect(await shop.inStock(SKU, STORE)).toEqual([String(Number(before) - 2)]);
    const { body } = await shop.send('GET', `/v2/orders/${String(orderId)}`);
    expect(body).toMatchObject({ order: { state: 'COMPLETED', tenders: [{ type: 'CARD' }] } });
    expect((body as Order).order).not.toHaveProperty('version');
    expect(errorOf(await update((body as Order).order, 'COMPLETED', 1))).toEqual([400, 'BAD_REQUEST', 'order_id']);
  });
});
