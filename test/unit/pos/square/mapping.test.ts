import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OrderClaim } from '#model/change.ts';
import { buildItemIndex, toVariation, type Variation } from '#subgraphs/pos/adapters/square/items.ts';
import {
  FULFILLMENT_STATES,
  ORDER_STATES,
  STATES_OF_TASK,
  toOrderClaim,
  toPickupTask,
  toTransaction,
} from '#subgraphs/pos/adapters/square/mapping.ts';
import { buildStoreDirectory } from '#subgraphs/pos/adapters/square/stores.ts';
import { location, order, pickup, variation } from './wire-objects.ts';

const stores = buildStoreDirectory([location('L1', 'Berlin (ST-1)')], { field: 'name', pattern: '\\(([^)]+)\\)$' });
const items = buildItemIndex(
  [variation('V1', { sku: 'P1-S' }), variation('V2', { sku: 'P2-S' })]
    .map(toVariation)
    .filter((entry): entry is Variation => entry !== null),
);
const claimOf = (rest: Parameters<typeof order>[0]) => toOrderClaim(order(rest), items, stores);
const claim = (rest: Parameters<typeof order>[0]): OrderClaim => {
  const result = claimOf(rest);
  if (!result.claim) throw new Error('no claim was made');
  return result.claim;
};

describe('states of a pickup', () => {
  it.each([
    ['PROPOSED', 'REQUESTED', 'REQUESTED', 'open'],
    ['RESERVED', 'PICKING', 'PREPARING', 'picking'],
    ['PREPARED', 'READY', 'READY', 'readyForPickup'],
    ['COMPLETED', 'COLLECTED', 'COLLECTED', 'collected'],
    ['CANCELED', 'CANCELLED', 'CANCELLED', 'cancelled'],
    ['FAILED', 'SHORT', 'SHORT', 'open'],
  ])('%s', (state, task, pickupState, bucket) => {
    const told = claim({ fulfillments: [pickup(state)] });
    expect(toPickupTask(order({ fulfillments: [pickup(state)] }), items, stores)?.state).toBe(task);
    expect(told.pickup?.state).toBe(pickupState);
    expect(told.progress).toEqual([{ items: [{ scheme: 'sku', value: 'P1-S' }], quantities: { [bucket]: 2 } }]);
    expect(told.rawStatus).toBe(`OPEN/${state}`);
  });

  it('the reservation that the order takes over stands in its metadata', () => {
    const cites = (metadata: Record<string, string> | null) =>
      claim({ fulfillments: [pickup('PROPOSED')], metadata }).reservationIds;
    expect(cites({ reservation_id: 'res_1', basket: 'b-1' })).toEqual(['res_1']);
    expect([cites({ basket: 'b-1' }), cites(null)]).toEqual([undefined, undefined]);
  });

  it('the tables hold the whole vocabulary of the API version, and every task state can be asked for', () => {
    expect(Object.keys(FULFILLMENT_STATES).toSorted()).toEqual([
      'CANCELED',
      'COMPLETED',
      'FAILED',
      'PREPARED',
      'PROPOSED',
      'RESERVED',
    ]);
    expect(Object.keys(ORDER_STATES).toSorted()).toEqual(['CANCELED', 'COMPLETED', 'DRAFT', 'OPEN']);
    for (const [state, { task }] of Object.entries(FULFILLMENT_STATES)) expect(STATES_OF_TASK[task]).toContain(state);
  });

  it('a state that nobody knows is said to be unknown and reported, never guessed', () => {
    const result = claimOf({ fulfillments: [pickup('TELEPORTED')] });
    expect(toPickupTask(order({ fulfillments: [pickup('TELEPORTED')] }), items, stores)?.state).toBe('UNKNOWN');
    expect(result.claim?.pickup).toBeUndefined();
    expect(result.claim?.progress).toEqual([]);
    expect(result.claim?.rawStatus).toBe('OPEN/TELEPORTED');
    expect(result.rejected).toEqual([
      expect.objectContaining({ kind: 'SCHEMA_MISMATCH', message: expect.stringContaining('TELEPORTED') }),
    ]);
  });

  it('an order state that nobody knows counts as open and is reported', () => {
    const result = claimOf({ state: 'LIMBO' });
    expect(result.claim?.cancelled).toBe(false);
    expect(result.rejected).toEqual([expect.objectContaining({ kind: 'SCHEMA_MISMATCH' })]);
  });

  it('timestamps tell apart how a pickup ended', () => {
    const ended = (state: string, name: 'expired_at' | 'rejected_at') => {
      const base = pickup(state);
      const fulfillments = [
        { ...base, pickup_details: base.pickup_details && { ...base.pickup_details, [name]: '2026-03-02T09:00:00Z' } },
      ];
      return [toPickupTask(order({ fulfillments }), items, stores)?.state, claim({ fulfillments }).pickup?.state];
    };
    expect(ended('CANCELED', 'expired_at')).toEqual(['EXPIRED', 'EXPIRED']);
    expect(ended('FAILED', 'expired_at')).toEqual(['EXPIRED', 'EXPIRED']);
    expect(ended('CANCELED', 'rejected_at')).toEqual(['REJECTED', 'CANCELLED']);
    expect(ended('PREPARED', 'expired_at')).toEqual(['READY', 'READY']);
  });

  it('of several pickups the least advanced speaks, and each places its own lines', () => {
    const fulfillments = [
      pickup('COMPLETED', {
        uid: 'F1',
        line_item_application: 'ENTRY_LIST',
        entries: [{ line_item_uid: 'U1', quantity: '1' }],
      }),
      pickup('PREPARED', {
        uid: 'F2',
        line_item_application: 'ENTRY_LIST',
        entries: [{ line_item_uid: 'U1', quantity: '1' }],
      }),
    ];
    const told = claim({ fulfillments });
    expect(told.pickup?.state).toBe('READY');
    expect(told.progress?.[0]?.quantities).toEqual({ collected: 1, readyForPickup: 1 });
  });
});

describe('claims', () => {
  it('names order, version, store, customer and lines', () => {
    expect(claim({})).toEqual({
      kind: 'order-claim',
      documentType: 'pickup',
      documentId: 'O1',
      references: [{ scheme: 'channel', value: 'WEB-1' }],
      sequence: '3',
      effectiveAt: '2026-03-02T09:00:00.000Z',
      rawStatus: 'OPEN/PROPOSED',
      placedAt: '2026-03-02T08:00:00.000Z',
      total: { amountMinor: 1980, currency: 'EUR' },
      customer: { email: 'erika@example.org' },
      lines: [
        {
          lineRef: 'U1',
          items: [{ scheme: 'sku', value: 'P1-S' }],
          ordered: 2,
          method: 'PICKUP_IN_STORE',
          locationCode: 'ST-1',
        },
      ],
      cancelled: false,
      released: true,
      progress: [{ items: [{ scheme: 'sku', value: 'P1-S' }], quantities: { open: 2 } }],
      pickup: { locationCode: 'ST-1', state: 'REQUESTED' },
    });
  });

  it('two lines of one item are one statement about it', () => {
    const line_items = [
      { uid: 'U1', catalog_object_id: 'V1', item_type: 'ITEM', quantity: '2' },
      { uid: 'U2', catalog_object_id: 'V1', item_type: 'ITEM', quantity: '1' },
      { uid: 'U3', catalog_object_id: 'V2', item_type: 'ITEM', quantity: '1' },
    ];
    const told = claim({ line_items });
    expect(told.progress?.map(({ quantities }) => quantities)).toEqual([{ open: 3 }, { open: 1 }]);
    expect(told.lines?.map(({ ordered }) => ordered)).toEqual([2, 1, 1]);
  });

  it('money is not goods: gift cards and free amounts are no lines', () => {
    const line_items = [
      { uid: 'U1', catalog_object_id: null, item_type: 'CUSTOM_AMOUNT', quantity: '1' },
      { uid: 'U2', catalog_object_id: 'V1', item_type: 'GIFT_CARD', quantity: '1' },
    ];
    expect(claimOf({ line_items })).toMatchObject({ claim: { lines: [], progress: [] }, rejected: [] });
  });

  it('an item that is not in the catalog is reported, the other lines stand', () => {
    const line_items = [
      { uid: 'U1', catalog_object_id: 'GONE', item_type: 'ITEM', quantity: '1' },
      { uid: 'U2', catalog_object_id: 'V1', item_type: null, quantity: '1' },
    ];
    const result = claimOf({ line_items });
    expect(result.claim?.lines?.map(({ lineRef }) => lineRef)).toEqual(['U2']);
    expect(result.rejected).toEqual([
      expect.objectContaining({ kind: 'IDENTIFIER_UNMAPPED', subject: 'variation:GONE' }),
    ]);
  });

  it('a till order has no version: its modification time grows instead', () => {
    expect(claim({ version: null }).sequence).toBe(String(Date.parse('2026-03-02T09:00:00Z')));
  });

  it('payment is claimed only where the till saw some', () => {
    const paid = (amount: number) => [{ type: 'OTHER', amount_money: { amount, currency: 'EUR' } }];
    expect(claim({}).payment).toBeUndefined();
    expect(claim({ tenders: paid(1980) }).payment).toBe('PAID');
    expect(claim({ tenders: paid(500) }).payment).toBe('PARTIALLY_PAID');
    expect(claim({ state: 'COMPLETED', tenders: paid(1980) }).payment).toBe('PAID');
  });

  it('what cannot be matched to an order is reported', () => {
    expect(claimOf({ reference_id: null })).toMatchObject({
      claim: null,
      rejected: [{ kind: 'IDENTIFIER_UNMAPPED', message: expect.stringContaining('reference_id') }],
    });
    expect(claimOf({ location_id: 'L9' })).toMatchObject({
      claim: null,
      rejected: [{ kind: 'IDENTIFIER_UNMAPPED', message: expect.stringContaining('L9') }],
    });
  });

  it('sales at the till and drafts claim nothing', () => {
    const nothing = { claim: null, rejected: [] };
    expect(claimOf({ fulfillments: [] })).toEqual(nothing);
    expect(claimOf({ fulfillments: [pickup('PROPOSED', { type: 'SHIPMENT' })] })).toEqual(nothing);
    expect(claimOf({ state: 'DRAFT' })).toEqual(nothing);
  });

  it('curbside is a method of its own', () => {
    const base = pickup('PROPOSED');
    const details = base.pickup_details && { ...base.pickup_details, is_curbside_pickup: true };
    expect(claim({ fulfillments: [{ ...base, pickup_details: details }] }).lines?.[0]?.method).toBe('CURBSIDE');
  });
});

describe('transactions', () => {
  const kind = (rest: Parameters<typeof order>[0]) => toTransaction(order(rest), stores)?.kind;
  const returns = [{ source_order_id: 'O0' }];

  it.each([
    ['SALE', { fulfillments: [] }],
    ['PICKUP', {}],
    ['VOID', { state: 'CANCELED' }],
    ['RETURN', { fulfillments: [], line_items: [], returns }],
    ['EXCHANGE', { fulfillments: [], returns }],
  ] as const)('%s', (expected, rest) => {
    expect(kind(rest)).toBe(expected);
  });

  it('the total is what remains after what was given back', () => {
    const back = {
      net_amounts: { total_money: { amount: -500, currency: 'EUR' } },
      total_money: { amount: 0, currency: 'EUR' },
    };
    expect(toTransaction(order({ fulfillments: [], line_items: [], returns, ...back }), stores)?.total).toEqual({
      amountMinor: -500,
      currency: 'EUR',
    });
  });

  it('drafts and orders of other places are no transactions', () => {
    expect(toTransaction(order({ state: 'DRAFT' }), stores)).toBeNull();
    expect(toTransaction(order({ location_id: 'L9' }), stores)).toBeNull();
  });
});

/** Words that every object answers to, and whatever a vendor may come up with. */
const anyWord = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', '', 'OPEN', 'PREPARED'));

describe('words that nobody has told us of', () => {
  it('are survived, whatever they are: kept as the vendor wrote them, on record by field, and nothing is made of them', () => {
    fc.assert(
      fc.property(anyWord, anyWord, (state, pickupState) => {
        const { claim: told, rejected } = claimOf({ state, fulfillments: [pickup(pickupState)] });
        if (state === 'DRAFT') return;
        expect(told?.rawStatus).toBe(`${state}/${pickupState}`);
        expect(told?.cancelled).toBe(state === 'CANCELED');
        expect(told?.pickup === undefined).toBe(!Object.hasOwn(FULFILLMENT_STATES, pickupState));
        expect(rejected.flatMap(({ unknownField }) => unknownField ?? [])).toEqual([
          ...(Object.hasOwn(ORDER_STATES, state) ? [] : ['order.state']),
          ...(Object.hasOwn(FULFILLMENT_STATES, pickupState) ? [] : ['fulfillment.state']),
        ]);
      }),
    );
  });
});
