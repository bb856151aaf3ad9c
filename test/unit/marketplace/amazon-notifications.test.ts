import { describe, expect, it } from '@jest/globals';
import type { CallOptions } from '#model/call.ts';
import type { PushedDelivery } from '#model/inlet.ts';
import { silentLog } from '#runtime/log.ts';
import { type AmazonMarketplace, toListing } from '#subgraphs/marketplace/adapters/amazon/mapping.ts';
import { createNotifications } from '#subgraphs/marketplace/adapters/amazon/notifications.ts';
import { createTestClock } from '#test/support/clock.ts';

const CALL: CallOptions = { signal: new AbortController().signal, callClass: 'BACKGROUND', correlationId: 'c' };
const DE: AmazonMarketplace = { name: 'AMAZON_DE', marketplaceId: 'DE1', channel: 'amazon' };
const FR: AmazonMarketplace = { name: 'AMAZON_FR', marketplaceId: 'FR1', channel: 'amazon' };
const SELLER = 'A1SELLER';

const setup = (keys: readonly string[] = ['old-key', 'new-key']) => {
  const reads: string[] = [];
  const push = createNotifications(
    { connection: 'amazon-main', sellerId: SELLER, marketplaces: [DE, FR], destinationKeys: keys },
    {
      orders: {
        claimsOf: async (orderId) => {
          reads.push(`order ${orderId}`);
          return { claims: [], rejected: [] };
        },
      },
      listings: {
        read: async (marketplace, sku) => {
          reads.push(`listing ${marketplace.name} ${sku}`);
          if (sku === 'GONE' || marketplace === FR) return null;
          const summary = {
            marketplaceId: 'DE1',
            productType: 'SHIRT',
            status: ['BUYABLE'],
            lastUpdatedDate: '2026-01-01T00:00:00Z',
          };
          const fulfillmentAvailability = [{ fulfillmentChannelCode: 'DEFAULT', quantity: 9 }];
          return toListing(DE, { sku, summaries: [summary], fulfillmentAvailability }, '2026-03-02T09:00:00.000Z');
        },
      },
      clock: createTestClock(),
      log: silentLog,
    },
  );
  return { push, reads };
};

const notification = (type: string, payload: unknown) => ({
  NotificationVersion: '1.0',
  NotificationType: type,
  PayloadVersion: '1.0',
  EventTime: '2026-03-02T08:59:30Z',
  Payload: payload,
  NotificationMetadata: {
    ApplicationId: 'a',
    SubscriptionId: 's',
    PublishTime: '2026-03-02T08:59:31Z',
    NotificationId: 'n-1',
  },
});

const delivery = (detail: unknown, key: string | undefined = 'old-key', body?: string): PushedDelivery => ({
  headers: key === undefined ? {} : { 'x-api-key': key },
  rawBody: Buffer.from(body ?? JSON.stringify({ version: '0', id: 'e-1', 'detail-type': 'x', source: 'y', detail })),
  url: '/webhooks/amazon-main',
});

const ORDER = notification('ORDER_CHANGE', {
  OrderChangeNotification: {
    SellerId: SELLER,
    AmazonOrderId: '302-1234567-1234567',
    Summary: { OrderStatus: 'Canceled' },
  },
});
const quantity = (sku: string, sellerId = SELLER) =>
  notification('LISTINGS_ITEM_MFN_QUANTITY_CHANGE', {
    SellerId: sellerId,
    FulfillmentChannelCode: 'DEFAULT',
    Sku: sku,
    Quantity: 4,
  });

describe('verifying', () => {
  it('accepts either of two keys, and names the event by the notification', () => {
    const { push } = setup();
    const genuine = { verdict: 'genuine', eventId: 'n-1' };
    expect(push.verify(delivery(ORDER, 'old-key'))).toEqual(genuine);
    expect(push.verify(delivery(ORDER, 'new-key'))).toEqual(genuine);
  });

  it.each([undefined, '', 'old-ke', 'old-keyy', 'OLD-KEY', 'old-key,new-key'])('refuses the key %j', (key) => {
    expect(
      setup().push.verify({ ...delivery(ORDER), headers: key === undefined ? {} : { 'x-api-key': key } }),
    ).toMatchObject({
      verdict: 'refused',
      status: 401,
    });
  });

  it('refuses everything when no key is configured', () => {
    expect(setup([]).push.verify(delivery(ORDER, ''))).toMatchObject({ verdict: 'refused', status: 401 });
  });

  it.each(['', '{', '[]', '{"detail":{}}', '{"detail":{"NotificationType":"ORDER_CHANGE"}}', '\uFFFD'])(
    'refuses the body %j',
    (body) => {
      expect(setup().push.verify(delivery(null, 'old-key', body))).toMatchObject({ verdict: 'refused', status: 400 });
    },
  );

  it('refuses bytes that are not text', () => {
    const given = { ...delivery(ORDER), rawBody: new Uint8Array([0x7b, 0xff, 0xfe]) };
    expect(setup().push.verify(given)).toMatchObject({ verdict: 'refused', status: 400 });
  });
});

describe('reading', () => {
  it('an order change reads the order, whatever the notification says of it', async () => {
    const { push, reads } = setup();
    await push.read(delivery(ORDER), CALL);
    expect(reads).toEqual(['order 302-1234567-1234567']);
  });

  it("a quantity change tells the notification's quantity and time, and the listing's state, where it is listed", async () => {
    const { push, reads } = setup();
    const { changes } = await push.read(delivery(quantity('P1000-S')), CALL);
    expect(reads).toEqual(['listing AMAZON_DE P1000-S', 'listing AMAZON_FR P1000-S']);
    expect(changes).toMatchObject([
      {
        kind: 'listing',
        marketplace: 'AMAZON_DE',
        publishedQuantity: 4,
        state: 'ACTIVE',
        asOf: '2026-03-02T08:59:30.000Z',
      },
    ]);
  });

  it('a status change of a listing that is gone makes it inactive', async () => {
    const { push, reads } = setup();
    const payload = { SellerId: SELLER, MarketplaceId: 'DE1', Sku: 'GONE', Status: [] };
    const { changes } = await push.read(delivery(notification('LISTINGS_ITEM_STATUS_CHANGE', payload)), CALL);
    expect(reads).toEqual(['listing AMAZON_DE GONE']);
    expect(changes).toMatchObject([
      { marketplace: 'AMAZON_DE', listingId: 'GONE', state: 'INACTIVE', publishedQuantity: null },
    ]);
  });

  it('an issues change reads the listing', async () => {
    const { push } = setup();
    const payload = { SellerId: SELLER, MarketplaceId: 'DE1', Sku: 'P1000-S', Severities: ['ERROR'] };
    const { changes } = await push.read(delivery(notification('LISTINGS_ITEM_ISSUES_CHANGE', payload)), CALL);
    expect(changes).toMatchObject([{ listingId: 'P1000-S', publishedQuantity: 9 }]);
  });

  it("another seller's notification is none of ours", async () => {
    const { push, reads } = setup();
    expect(await push.read(delivery(quantity('P1000-S', 'A2OTHER')), CALL)).toEqual({ changes: [], rejected: [] });
    expect(reads).toEqual([]);
  });

  it('notifications of other types, in either spelling, are accepted and change nothing', async () => {
    const { push, reads } = setup();
    const camel = {
      notificationType: 'REPORT_PROCESSING_FINISHED',
      payload: {},
      notificationMetadata: { notificationId: 'n-2' },
    };
    expect(push.verify(delivery(camel))).toEqual({ verdict: 'genuine', eventId: 'n-2' });
    for (const detail of [
      camel,
      notification('ANY_OFFER_CHANGED', {}),
      notification('FBA_INVENTORY_AVAILABILITY_CHANGES', {}),
      notification('toString', {}),
    ]) {
      expect(await push.read(delivery(detail), CALL)).toEqual({ changes: [], rejected: [] });
    }
    expect(reads).toEqual([]);
  });

  it('a payload of another shape names the field', async () => {
    const broken = notification('ORDER_CHANGE', { OrderChangeNotification: { SellerId: SELLER } });
    await expect(setup().push.read(delivery(broken), CALL)).rejects.toMatchObject({
      code: 'UPSTREAM_MALFORMED',
      details: { field: 'OrderChangeNotification.AmazonOrderId', system: 'amazon-main' },
    });
  });
});
