import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toOrderClaims } from '#subgraphs/marketplace/adapters/amazon/claims.ts';
import {
  ORDER_STATUS,
  shipmentStateOf,
  toMarketplaceOrder,
  toMarketplaceOrderV0,
  V0_STATUS_WORDS,
  waitsForUs,
} from '#subgraphs/marketplace/adapters/amazon/mapping.ts';
import type { AmazonOrder } from '#subgraphs/marketplace/adapters/amazon/wire.ts';

const DE = { name: 'AMAZON_DE', marketplaceId: 'A1PA6795UKMFR9', channel: 'amazon' };
const FR = { name: 'AMAZON_FR', marketplaceId: 'A13V1IB3VIYZZH', channel: 'amazon-fr' };
const BOTH = [DE, FR];

const item = (over: Partial<AmazonOrder['orderItems'][number]> = {}): AmazonOrder['orderItems'][number] => ({
  orderItemId: '11111111111101',
  quantityOrdered: 2,
  product: { sellerSku: 'P1000-S' },
  fulfillment: { quantityFulfilled: 0, quantityUnfulfilled: 2 },
  ...over,
});

const order = (over: Partial<AmazonOrder> = {}, status = 'UNSHIPPED'): AmazonOrder => ({
  orderId: '302-1234567-1234567',
  createdTime: '2026-11-19T10:00:00Z',
  lastUpdatedTime: '2026-11-19T11:00:00Z',
  salesChannel: { channelName: 'AMAZON', marketplaceId: DE.marketplaceId },
  proceeds: { grandTotal: { amount: '49.80', currencyCode: 'EUR' } },
  fulfillment: {
    fulfillmentStatus: status,
    fulfilledBy: 'MERCHANT',
    shipByWindow: { earliestDateTime: '2026-11-19T10:00:00Z', latestDateTime: '2026-11-21T10:00:00Z' },
    deliverByWindow: { earliestDateTime: '2026-11-22T10:00:00Z', latestDateTime: '2026-11-24T10:00:00Z' },
  },
  orderItems: [item()],
  ...over,
});

const parcel = (packageReferenceId: string, status: string, quantity: number, detailedStatus?: string) => ({
  packageReferenceId,
  carrier: 'DHL',
  trackingNumber: `T${packageReferenceId}`,
  shipTime: '2026-11-19T18:00:00Z',
  packageStatus: { status, ...(detailedStatus === undefined ? {} : { detailedStatus }) },
  packageItems: [{ orderItemId: '11111111111101', quantity }],
});

describe('order statuses', () => {
  it.each([
    ['PENDING_AVAILABILITY', { payment: 'PENDING', confirmed: false, cancelled: false, onHold: false, open: false }],
    ['PENDING', { payment: 'PENDING', confirmed: false, cancelled: false, onHold: false, open: false }],
    ['UNSHIPPED', { payment: 'AUTHORIZED', confirmed: true, cancelled: false, onHold: false, open: true }],
    ['PARTIALLY_SHIPPED', { payment: 'PARTIALLY_PAID', confirmed: true, cancelled: false, onHold: false, open: true }],
    ['SHIPPED', { payment: 'PAID', confirmed: true, cancelled: false, onHold: false, open: false }],
    ['CANCELLED', { payment: 'VOIDED', confirmed: false, cancelled: true, onHold: false, open: false }],
    ['UNFULFILLABLE', { payment: 'UNKNOWN', confirmed: false, cancelled: false, onHold: true, open: false }],
  ])('%s', (status, meaning) => {
    expect(ORDER_STATUS[status]).toEqual(meaning);
    const { claims, rejected } = toOrderClaims(BOTH, order({}, status));
    expect(rejected).toEqual([]);
    expect(claims[0]).toMatchObject({
      rawStatus: status,
      payment: meaning.payment,
      confirmed: meaning.confirmed,
      cancelled: meaning.cancelled,
      onHold: meaning.onHold,
    });
  });

  it.each(['ON_THE_MOON', 'toString', '__proto__', 'constructor'])(
    '%s is kept as UNKNOWN and put on record',
    (status) => {
      const { claims, rejected } = toOrderClaims(BOTH, order({}, status));
      expect(claims).toMatchObject([{ rawStatus: status, payment: 'UNKNOWN', confirmed: false, cancelled: false }]);
      expect(rejected).toMatchObject([{ kind: 'SCHEMA_MISMATCH', subject: 'amazon-order:302-1234567-1234567' }]);
    },
  );

  it('the old words are respelled to the new ones, and every one of them is known', () => {
    expect(Object.values(V0_STATUS_WORDS).toSorted()).toEqual(Object.keys(ORDER_STATUS).toSorted());
    const v0 = {
      AmazonOrderId: '302-1234567-1234567',
      LastUpdateDate: '2026-11-19T11:00:00Z',
      OrderStatus: 'PartiallyShipped',
      FulfillmentChannel: 'AFN',
      MarketplaceId: DE.marketplaceId,
    };
    expect(toMarketplaceOrderV0(BOTH, v0)).toMatchObject({
      rawStatus: 'PARTIALLY_SHIPPED',
      fulfilledBy: 'MARKETPLACE',
    });
    expect(toMarketplaceOrderV0(BOTH, { ...v0, OrderStatus: 'InvoiceUnconfirmed' })?.rawStatus).toBe(
      'InvoiceUnconfirmed',
    );
  });
});

describe('an order', () => {
  it('is read with its clocks and total, and needs no acknowledgement', () => {
    expect(toMarketplaceOrder(BOTH, order())).toEqual({
      marketplace: 'AMAZON_DE',
      externalId: '302-1234567-1234567',
      rawStatus: 'UNSHIPPED',
      fulfilledBy: 'MERCHANT',
      acknowledgement: 'NOT_REQUIRED',
      shipBy: '2026-11-21T10:00:00.000Z',
      deliverBy: '2026-11-24T10:00:00.000Z',
      total: { amountMinor: 4980, currency: 'EUR' },
      asOf: '2026-11-19T11:00:00.000Z',
      version: '2026-11-19T11:00:00Z',
    });
  });

  it('has no total while Amazon does not tell prices', () => {
    const pending = toMarketplaceOrder(BOTH, order({ proceeds: undefined }, 'PENDING'));
    expect(pending).not.toHaveProperty('total');
  });

  it('of a marketplace that is not configured is none of ours', () => {
    const elsewhere = order({ salesChannel: { channelName: 'AMAZON', marketplaceId: 'ATVPDKIKX0DER' } });
    expect(toMarketplaceOrder(BOTH, elsewhere)).toBeNull();
    expect(toOrderClaims(BOTH, elsewhere)).toEqual({ claims: [], rejected: [] });
  });

  it('belongs to the channel of its marketplace', () => {
    const french = order({ salesChannel: { channelName: 'AMAZON', marketplaceId: FR.marketplaceId } });
    expect(toOrderClaims(BOTH, french).claims[0]?.channel).toBe('amazon-fr');
  });

  it('waits for us only while we have something to ship', () => {
    const waits = (over: Partial<AmazonOrder>, status?: string): boolean => {
      const known = toMarketplaceOrder(BOTH, order(over, status));
      return known !== null && waitsForUs(known);
    };
    expect(waits({})).toBe(true);
    expect(waits({}, 'PARTIALLY_SHIPPED')).toBe(true);
    expect(waits({}, 'SHIPPED')).toBe(false);
    expect(waits({}, 'PENDING')).toBe(false);
    expect(waits({ fulfillment: { fulfillmentStatus: 'UNSHIPPED', fulfilledBy: 'AMAZON' } })).toBe(false);
  });

  it('promises what the delivery window says, and nothing without one', () => {
    expect(toOrderClaims(BOTH, order()).claims[0]?.promise).toEqual({
      earliest: '2026-11-22T10:00:00.000Z',
      latest: '2026-11-24T10:00:00.000Z',
    });
    const [claim] = toOrderClaims(BOTH, order({ fulfillment: { fulfillmentStatus: 'UNSHIPPED' } })).claims;
    expect(claim).not.toHaveProperty('promise');
  });

  it('adds up two lines of one SKU, and leaves out what has not happened', () => {
    const shipped = { quantityFulfilled: 1, quantityUnfulfilled: 1 };
    const [claim] = toOrderClaims(
      BOTH,
      order({
        orderItems: [
          item({ fulfillment: shipped }),
          item({ orderItemId: '11111111111102', fulfillment: shipped }),
          item({ orderItemId: '11111111111103', product: { sellerSku: 'LEG-70007' } }),
        ],
      }),
    ).claims;
    expect(claim?.lines?.map(({ lineRef }) => lineRef)).toEqual(['11111111111101', '11111111111102', '11111111111103']);
    expect(claim?.progress).toEqual([
      {
        items: [
          { scheme: 'listing', scope: 'AMAZON_DE', value: 'P1000-S' },
          { scheme: 'sku', value: 'P1000-S' },
        ],
        quantities: { shipped: 2 },
      },
    ]);
  });

  it('counts units of a parcel that arrived as delivered, the others as shipped', () => {
    const two = order({
      orderItems: [item({ quantityOrdered: 3, fulfillment: { quantityFulfilled: 3 } })],
      packages: [parcel('1', 'DELIVERED', 1), parcel('2', 'SHIPPED', 2)],
    });
    expect(toOrderClaims(BOTH, two).claims[0]?.progress).toMatchObject([{ quantities: { shipped: 2, delivered: 1 } }]);
  });

  it('never puts more units into buckets than were ordered', () => {
    const odd = order({
      orderItems: [item({ fulfillment: { quantityFulfilled: 5 } })],
      packages: [parcel('1', 'DELIVERED', 9)],
    });
    expect(toOrderClaims(BOTH, odd).claims[0]?.progress).toMatchObject([{ quantities: { delivered: 2 } }]);
  });

  it('that was cancelled after a part was shipped keeps the part', () => {
    const [claim] = toOrderClaims(
      BOTH,
      order({ orderItems: [item({ quantityOrdered: 3, fulfillment: { quantityFulfilled: 1 } })] }, 'CANCELLED'),
    ).claims;
    expect(claim?.progress).toMatchObject([{ quantities: { shipped: 1, cancelled: 2 } }]);
  });

  it('tells a wish to cancel until it was granted', () => {
    const wish = { cancellationRequest: { requester: 'BUYER' } };
    const asked = order({ orderItems: [item({ cancellation: wish })] });
    expect(toOrderClaims(BOTH, asked).claims[0]).toMatchObject({ cancellationRequested: true, cancelled: false });
    const granted = order(
      { orderItems: [item({ cancellation: { ...wish, cancellationExecution: {} } })] },
      'CANCELLED',
    );
    expect(toOrderClaims(BOTH, granted).claims[0]).toMatchObject({ cancellationRequested: false, cancelled: true });
  });

  it('carries its only parcel in its own claim', () => {
    const { claims } = toOrderClaims(BOTH, order({ packages: [parcel('1', 'SHIPPED', 1)] }, 'PARTIALLY_SHIPPED'));
    expect(claims).toHaveLength(1);
    expect(claims[0]?.shipment).toEqual({
      state: 'IN_TRANSIT',
      carrier: 'DHL',
      trackingNumber: 'T1',
      events: [{ at: '2026-11-19T18:00:00.000Z', state: 'IN_TRANSIT' }],
    });
  });

  it('makes documents of several parcels, which repeat no quantities', () => {
    const packages = [parcel('1', 'SHIPPED', 1), parcel('2', 'SHIPPED', 1, 'OUT_FOR_DELIVERY')];
    const { claims } = toOrderClaims(BOTH, order({ packages }, 'SHIPPED'));
    expect(claims.map(({ documentId, documentType }) => [documentType, documentId])).toEqual([
      ['marketplace-order', '302-1234567-1234567'],
      ['shipment', '302-1234567-1234567/1'],
      ['shipment', '302-1234567-1234567/2'],
    ]);
    expect(claims[0]).not.toHaveProperty('shipment');
    expect(claims[2]).toMatchObject({
      rawStatus: 'OUT_FOR_DELIVERY',
      shipment: { state: 'OUT_FOR_DELIVERY', trackingNumber: 'T2' },
    });
    expect(claims.slice(1).every((claim) => claim.progress === undefined && claim.lines === undefined)).toBe(true);
  });

  it('with a parcel in an unknown state keeps the rest and says so', () => {
    const { claims, rejected } = toOrderClaims(BOTH, order({ packages: [parcel('1', 'TELEPORTED', 1)] }));
    expect(claims).toHaveLength(1);
    expect(claims[0]).not.toHaveProperty('shipment');
    expect(rejected).toMatchObject([{ kind: 'SCHEMA_MISMATCH' }]);
  });

  it('with an item that has no seller SKU is put on record instead of being taken over in part', () => {
    const { claims, rejected } = toOrderClaims(BOTH, order({ orderItems: [item(), item({ product: {} })] }));
    expect(claims).toEqual([]);
    expect(rejected).toMatchObject([{ kind: 'IDENTIFIER_UNMAPPED', subject: 'amazon-order:302-1234567-1234567' }]);
  });

  it('that Amazon ships leaves from its warehouses, where they have a code', () => {
    const theirs = order({ fulfillment: { fulfillmentStatus: 'UNSHIPPED', fulfilledBy: 'AMAZON' } });
    const withCode = [{ ...DE, warehouse: 'FBA-DE' }];
    expect(toOrderClaims(withCode, theirs).claims[0]?.lines?.[0]?.locationCode).toBe('FBA-DE');
    expect(toOrderClaims(withCode, order()).claims[0]?.lines?.[0]).not.toHaveProperty('locationCode');
    expect(toOrderClaims(BOTH, theirs).claims[0]?.lines?.[0]).not.toHaveProperty('locationCode');
  });

  it('to be collected in a store is a pickup', () => {
    const [claim] = toOrderClaims(BOTH, order({ programs: ['IN_STORE_PICK_UP'] })).claims;
    expect(claim?.lines?.[0]?.method).toBe('PICKUP_IN_STORE');
  });
});

describe('parcels', () => {
  it.each([
    ['PENDING', undefined, 'LABEL_CREATED'],
    ['PENDING', 'PENDING_PICK_UP', 'LABEL_CREATED'],
    ['CANCELLED', undefined, 'CANCELLED'],
    ['CANCELLED', 'LABEL_CANCELLED', 'CANCELLED'],
    ['SHIPPED', undefined, 'IN_TRANSIT'],
    ['IN_TRANSIT', 'AT_ORIGIN_FC', 'IN_TRANSIT'],
    ['IN_TRANSIT', 'OUT_FOR_DELIVERY', 'OUT_FOR_DELIVERY'],
    ['DELIVERED', 'DELIVERED', 'DELIVERED'],
    ['UNDELIVERABLE', undefined, 'EXCEPTION'],
    ['UNDELIVERABLE', 'LOST', 'EXCEPTION'],
    ['UNDELIVERABLE', 'REJECTED_BY_BUYER', 'EXCEPTION'],
    ['UNDELIVERABLE', 'RETURNING_TO_SELLER', 'RETURNED_TO_SENDER'],
    // An unknown detail leaves the main word to decide.
    ['SHIPPED', 'ON_A_CAMEL', 'IN_TRANSIT'],
    ['ON_A_CAMEL', undefined, undefined],
  ])('%s %s', (status, detail, state) => {
    expect(shipmentStateOf(status, detail)).toBe(state);
  });
});

describe('words that nobody has told us of', () => {
  const anyWord = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', '', 'SHIPPED'));

  it('are survived, whatever they are: the order is kept with its payment UNKNOWN, and the fields are on record', () => {
    fc.assert(
      fc.property(anyWord, anyWord, (status, packageStatus) => {
        const { claims, rejected } = toOrderClaims(BOTH, order({ packages: [parcel('1', packageStatus, 1)] }, status));
        const isKnown = Object.hasOwn(ORDER_STATUS, status);
        expect(claims[0]).toMatchObject({
          rawStatus: status,
          ...(isKnown ? {} : { payment: 'UNKNOWN', cancelled: false }),
        });
        const known = shipmentStateOf(packageStatus, undefined);
        expect(claims[0]?.shipment?.state).toBe(known);
        expect(rejected.flatMap(({ unknownField }) => unknownField ?? [])).toEqual([
          ...(isKnown ? [] : ['order.fulfillmentStatus']),
          ...(known === undefined ? ['package.status'] : []),
        ]);
      }),
    );
  });
});
