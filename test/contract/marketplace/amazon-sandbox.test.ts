/** Amazon's own sandbox answers and example notifications go through our decoders and mappings. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { toOrderClaims } from '#subgraphs/marketplace/adapters/amazon/claims.ts';
import { toListing, toMarketplaceOrderV0 } from '#subgraphs/marketplace/adapters/amazon/mapping.ts';
import {
  decode,
  errorListSchema,
  eventBridgeSchema,
  getOrderSchema,
  getOrdersV0Schema,
  listingSchema,
  mfnQuantityPayloadSchema,
  orderChangePayloadSchema,
  orderSchema,
  reportDocumentSchema,
  reportsSchema,
  searchListingsSchema,
  searchOrdersSchema,
  submissionSchema,
} from '#subgraphs/marketplace/adapters/amazon/wire.ts';
import {
  NOTIFICATION_SCHEMAS,
  type NotificationType,
  readNotificationSchema,
  SPECS,
  sandboxCases,
} from './amazon-models.ts';

const hasSpecs = existsSync(SPECS);
if (!hasSpecs) process.stderr.write("skipped: Amazon's models are not here (set THROUGHLINE_SPECS to their folder)\n");
const suite = hasSpecs ? describe : describe.skip;

const marketplace = (marketplaceId: string) => ({ name: 'AMAZON_XX', marketplaceId, channel: 'amazon' });

suite("Amazon's sandbox answers", () => {
  it('of orders are decoded and make claims', () => {
    const searches = sandboxCases('orders-api-model/orders_2026-01-01.json', '/orders/2026-01-01/orders', 'get');
    const gets = sandboxCases('orders-api-model/orders_2026-01-01.json', '/orders/2026-01-01/orders/{orderId}', 'get');
    expect(searches.length + gets.length).toBeGreaterThanOrEqual(6);
    const orders = [
      ...searches.flatMap(({ response }) =>
        decode(searchOrdersSchema, response, 'sandbox', 'orders.search').orders.map((order) =>
          decode(orderSchema, order, 'sandbox', 'orders.search'),
        ),
      ),
      ...gets.map(({ response }) => decode(getOrderSchema, response, 'sandbox', 'orders.get').order),
    ];
    for (const order of orders) {
      const { claims, rejected } = toOrderClaims([marketplace(order.salesChannel.marketplaceId ?? '')], order);
      expect(rejected).toEqual([]);
      expect(claims[0]).toMatchObject({ documentId: order.orderId, rawStatus: order.fulfillment.fulfillmentStatus });
      expect(claims[0]?.payment).not.toBe('UNKNOWN');
      expect(claims[0]?.lines).toHaveLength(order.orderItems.length);
    }
  });

  it('of Orders v0 are decoded', () => {
    const cases = sandboxCases('orders-api-model/ordersV0.json', '/orders/v0/orders', 'get');
    expect(cases.length).toBeGreaterThanOrEqual(2);
    for (const { response } of cases) {
      for (const order of decode(getOrdersV0Schema, response, 'sandbox', 'orders.v0.list').payload.Orders) {
        const mapped = toMarketplaceOrderV0([marketplace(order.MarketplaceId ?? '')], order);
        expect(mapped?.rawStatus).toMatch(/^[A-Z_]+$/);
      }
    }
  });

  it('of listings are decoded, their states and quantities read', () => {
    const model = 'listings-items-api-model/listingsItems_2021-08-01.json';
    const searches = sandboxCases(model, '/listings/2021-08-01/items/{sellerId}', 'get');
    const gets = sandboxCases(model, '/listings/2021-08-01/items/{sellerId}/{sku}', 'get');
    const listings = [
      ...searches.flatMap(({ response }) => decode(searchListingsSchema, response, 'sandbox', 'listings.search').items),
      ...gets.map(({ response }) => response),
    ].map((item) => decode(listingSchema, item, 'sandbox', 'listings'));
    expect(listings.length).toBeGreaterThanOrEqual(2);
    for (const listing of listings) {
      const us = toListing(marketplace('ATVPDKIKX0DER'), listing, '2026-11-20T12:00:00.000Z');
      expect(us?.listing).toMatchObject({ state: 'ACTIVE', publishedQuantity: 100, fulfilledBy: 'MERCHANT' });
      const canada = toListing(marketplace('A2EUQ1WTGCTBG2'), listing, '2026-11-20T12:00:00.000Z');
      expect(canada?.listing.state).toBe('SUPPRESSED');
    }
  });

  it('of submissions, reports and refusals are decoded', () => {
    const listingModel = 'listings-items-api-model/listingsItems_2021-08-01.json';
    const reportModel = 'reports-api-model/reports_2021-06-30.json';
    const submissions = sandboxCases(listingModel, '/listings/2021-08-01/items/{sellerId}/{sku}', 'patch').map(
      ({ response }) => decode(submissionSchema, response, 'sandbox', 'listings.patch'),
    );
    expect(submissions.map(({ status }) => status)).toEqual(['ACCEPTED', 'VALID', 'INVALID']);
    expect(submissions[2]?.issues).toMatchObject([{ severity: 'ERROR' }]);
    const reports = sandboxCases(reportModel, '/reports/2021-06-30/reports', 'get');
    expect(
      reports.map(({ response }) => decode(reportsSchema, response, 'sandbox', 'reports.list').reports.length),
    ).toEqual([1]);
    const documents = sandboxCases(reportModel, '/reports/2021-06-30/documents/{reportDocumentId}', 'get');
    for (const { response } of documents)
      expect(decode(reportDocumentSchema, response, 'sandbox', 'x').url).toMatch(/^https:/);
    const refusals = [
      ...sandboxCases('orders-api-model/orders_2026-01-01.json', '/orders/2026-01-01/orders', 'get', '400'),
      ...sandboxCases(listingModel, '/listings/2021-08-01/items/{sellerId}', 'get', '400'),
      ...sandboxCases(reportModel, '/reports/2021-06-30/reports', 'get', '400'),
    ];
    expect(refusals).toHaveLength(3);
    for (const { response } of refusals)
      expect(decode(errorListSchema, response, 'sandbox', 'x').errors).toHaveLength(1);
  });
});

suite("Amazon's example notifications", () => {
  it.each(Object.keys(NOTIFICATION_SCHEMAS) as NotificationType[])('%s is understood inside an event', (type) => {
    const examples = readNotificationSchema(type).examples;
    const [example] = Array.isArray(examples) ? examples : [];
    // Not every schema brings a whole example along.
    if (example === undefined) return;
    const { detail } = decode(eventBridgeSchema, { detail: example }, 'sandbox', type);
    expect(detail.NotificationType).toBe(type);
    if (type === 'ORDER_CHANGE') {
      const { OrderChangeNotification } = decode(orderChangePayloadSchema, detail.Payload, 'sandbox', type);
      expect(OrderChangeNotification.AmazonOrderId).toMatch(/^\d{3}-\d{7}-\d{7}$/);
    }
    if (type === 'LISTINGS_ITEM_MFN_QUANTITY_CHANGE') {
      expect(decode(mfnQuantityPayloadSchema, detail.Payload, 'sandbox', type).Quantity).toBe(99);
    }
  });
});
