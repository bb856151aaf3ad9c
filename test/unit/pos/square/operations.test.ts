/** Operations against a vendor that follows a script: what is decided, and what is sent. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CallOptions } from '#model/call.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import type { OutboundRequest, Upstream } from '#runtime/resilience/upstream.ts';
import { squareAdapter } from '#subgraphs/pos/adapters/square/adapter.ts';
import { buildItemIndex } from '#subgraphs/pos/adapters/square/items.ts';
import { FULFILLMENT_STATES, toPickupTask } from '#subgraphs/pos/adapters/square/mapping.ts';
import { standingOf } from '#subgraphs/pos/adapters/square/operations.ts';
import { setAsideIn } from '#subgraphs/pos/adapters/square/shelf-count.ts';
import { buildStoreDirectory } from '#subgraphs/pos/adapters/square/stores.ts';
import type { WireOrder } from '#subgraphs/pos/adapters/square/wire.ts';
import type { PosPort } from '#subgraphs/pos/port.ts';
import { createTestClock } from '#test/support/clock.ts';
import { location, order, pickup } from './wire-objects.ts';

const CALL: CallOptions = { signal: new AbortController().signal, callClass: 'CHECKOUT', correlationId: 'c' };
const stores = buildStoreDirectory([location('L1', 'Berlin (ST-1)')], { field: 'name', pattern: '\\(([^)]+)\\)$' });
const items = buildItemIndex([]);

type Answer = { readonly status: number; readonly body: unknown };
const ok = (body: unknown): Answer => ({ status: 200, body });
const error = (status: number, code: string): Answer => ({
  status,
  body: { errors: [{ category: 'INVALID_REQUEST_ERROR', code, detail: 'no', field: 'order.version' }] },
});

/** `orders` are what the readings find, one after the other, the last one again and again. */
const open = (
  orders: readonly [WireOrder, ...WireOrder[]],
  updates: readonly Answer[],
  options: unknown = {},
): { readonly port: PosPort; readonly updated: { readonly version: number; readonly key: string }[] } => {
  const updated: { readonly version: number; readonly key: string }[] = [];
  let reading = 0;
  const answerTo = ({ body, operation }: OutboundRequest): Answer => {
    switch (operation) {
      case 'ListLocations':
        return ok({ locations: [location('L1', 'Berlin (ST-1)')] });
      case 'SearchCatalogObjects':
        return ok({ objects: [{ type: 'ITEM_VARIATION', id: 'V1', item_variation_data: { sku: 'P1' } }] });
      case 'BatchRetrieveOrders':
        return ok({ orders: [orders[Math.min(reading++, orders.length - 1)]] });
      case 'UpdateOrder': {
        const sent = JSON.parse(body ?? '');
        updated.push({ version: sent.order.version, key: sent.idempotency_key });
        return updates[updated.length - 1] ?? error(500, 'NO_MORE');
      }
      default:
        throw new Error(`not in the script: ${operation}`);
    }
  };
  const upstream: Upstream = {
    send: async (request) => {
      const { body, status } = answerTo(request);
      return { status, headers: {}, text: JSON.stringify(body) };
    },
  };
  const port = squareAdapter.open(
    {
      connection: 'pos-test',
      baseUrl: 'https://vendor.invalid',
      credentials: { accessToken: 'secret', signatureKey: 'k' },
      options: squareAdapter.options.parse(options),
    },
    { upstream, clock: createTestClock(), ids: systemIds, log: silentLog },
  );
  return { port, updated };
};

const ready = (port: PosPort) => port.markReady?.({ taskId: 'O1', idempotencyKey: 'k' }, CALL);
const collect = (port: PosPort) => port.confirmCollected?.({ taskId: 'O1', idempotencyKey: 'k' }, CALL);
const prepared = (version: number): WireOrder => order({ version, fulfillments: [pickup('PREPARED')] });

describe('a version that is out of date', () => {
  it.each([
    [400, 'VERSION_MISMATCH'],
    [409, 'CONFLICT'],
  ])('%i %s: read again, and sent at the new version under a key of its own', async (status, code) => {
    const { port, updated } = open(
      [order({ version: 3 }), order({ version: 4 })],
      [error(status, code), ok({ order: prepared(5) })],
    );
    expect(await ready(port)).toMatchObject({ outcome: 'DONE', task: { state: 'READY', version: '5' } });
    expect(updated.map(({ version }) => version)).toEqual([3, 4]);
    expect(new Set(updated.map(({ key }) => key)).size).toBe(2);
  });

  it('others who never stop are left alone', async () => {
    const { port, updated } = open([order()], Array(20).fill(error(409, 'CONFLICT')));
    expect(await ready(port)).toMatchObject({ outcome: 'REFUSED', reason: 'WRONG_STATE' });
    expect(updated.length).toBeLessThan(10);
  });
});

describe('what cannot be done from outside', () => {
  it('any other refusal is a failure that names it', async () => {
    const { port } = open([order()], [error(403, 'INSUFFICIENT_SCOPES')]);
    await expect(ready(port)).rejects.toMatchObject({
      code: 'UPSTREAM_REFUSED',
      message: expect.stringMatching(/UpdateOrder.*INSUFFICIENT_SCOPES.*WRITE/),
    });
  });

  it('an order that the till made has no version to be changed at', async () => {
    const { port, updated } = open([order({ version: null })], []);
    expect(await ready(port)).toMatchObject({ outcome: 'REFUSED', reason: 'NOT_OPERABLE' });
    expect(updated).toEqual([]);
  });

  it('what is not paid is not handed over, unless the web shop was paid', async () => {
    const due = order({ net_amount_due_money: { amount: 1980, currency: 'EUR' } });
    const { port, updated } = open([due], []);
    expect(await collect(port)).toMatchObject({
      outcome: 'REFUSED',
      reason: 'PAYMENT_DUE',
      message: expect.stringContaining('19.80 EUR'),
    });
    expect(updated).toEqual([]);
  });
});

describe('where an order stands', () => {
  const states = fc.constantFrom(...Object.keys(FULFILLMENT_STATES), 'TELEPORTED');
  const orders = fc
    .array(states, { minLength: 1, maxLength: 4 })
    .map((drawn) => order({ fulfillments: drawn.map((state, place) => pickup(state, { uid: `F${place}` })) }));
  const targets = fc.constantFrom('READY', 'COLLECTED', 'SHORT');

  it('what is moved leads to the target, and what has ended is never moved', () => {
    fc.assert(
      fc.property(orders, targets, (drawn, target) => {
        const task = toPickupTask(drawn, items, stores);
        if (!task) throw new Error('no task');
        const standing = standingOf(drawn, task, target);
        expect(standing === 'REACHED').toBe(task.state === target);
        if (typeof standing === 'string') return;
        const moved = new Set(standing.pickups.map(({ uid }) => uid));
        expect(moved.size).toBeGreaterThan(0);
        const word = { READY: 'PREPARED', COLLECTED: 'COMPLETED', SHORT: 'FAILED' }[target];
        for (const { state, uid } of drawn.fulfillments) {
          if (moved.has(uid)) expect(['PROPOSED', 'RESERVED', 'PREPARED']).toContain(state);
        }
        const after = drawn.fulfillments.map((each) => (moved.has(each.uid) ? { ...each, state: word } : each));
        expect(toPickupTask({ ...drawn, fulfillments: after }, items, stores)?.state).toBe(target);
      }),
    );
  });
});

describe('what is set aside', () => {
  it('are the units of the same item, under whatever name', () => {
    const variations = ['V1', 'V2'].map((id) => ({
      id,
      sku: id === 'V1' ? 'P1' : 'LOCAL',
      gtin: '04006381333931',
      presentAt: id === 'V1' ? null : new Set(['L1']),
      absentAt: new Set<string>(),
      deleted: false,
    }));
    const index = buildItemIndex(variations);
    const group = index.ofSku('P1');
    if (!group) throw new Error('no such item');
    const line = (id: string, quantity: string) => ({ uid: id, catalog_object_id: id, item_type: 'ITEM', quantity });
    const waiting = [
      order({ line_items: [line('V1', '2'), line('OTHER', '5')] }),
      order({ line_items: [line('V2', '1.5')] }),
      order({ line_items: [{ ...line('V1', '9'), item_type: 'GIFT_CARD' }] }),
    ];
    expect(setAsideIn(waiting, group, index)).toBe(4);
    expect(setAsideIn([], group, index)).toBe(0);
  });
});
