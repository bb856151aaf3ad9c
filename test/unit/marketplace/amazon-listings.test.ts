import { describe, expect, it } from '@jest/globals';
import { toHeldStock, toListing } from '#subgraphs/marketplace/adapters/amazon/mapping.ts';
import type { AmazonListing } from '#subgraphs/marketplace/adapters/amazon/wire.ts';

const DE = { name: 'AMAZON_DE', marketplaceId: 'A1PA6795UKMFR9', channel: 'amazon' };
const FR = { name: 'AMAZON_FR', marketplaceId: 'A13V1IB3VIYZZH', channel: 'amazon-fr' };
const READ_AT = '2026-11-20T12:00:00.000Z';

describe('a listing', () => {
  const listing = (
    over: Partial<AmazonListing> = {},
    summary: Partial<AmazonListing['summaries'][number]> = {},
  ): AmazonListing => ({
    sku: 'P1000-S',
    summaries: [
      {
        marketplaceId: DE.marketplaceId,
        productType: 'SHIRT',
        status: ['BUYABLE', 'DISCOVERABLE'],
        lastUpdatedDate: '2026-11-01T10:00:00Z',
        ...summary,
      },
    ],
    fulfillmentAvailability: [{ fulfillmentChannelCode: 'DEFAULT', quantity: 7 }],
    ...over,
  });

  it('is read with its quantity, state and names', () => {
    const attributes = { externally_assigned_product_identifier: [{ type: 'ean', value: '4000000000013' }] };
    expect(toListing(DE, listing({ attributes }), READ_AT)).toEqual({
      listing: {
        marketplace: 'AMAZON_DE',
        listingId: 'P1000-S',
        items: [
          { scheme: 'listing', scope: 'AMAZON_DE', value: 'P1000-S' },
          { scheme: 'sku', value: 'P1000-S' },
          { scheme: 'gtin', value: '04000000000013' },
        ],
        fulfilledBy: 'MERCHANT',
        publishedQuantity: 7,
        publishedAt: '2026-11-01T10:00:00.000Z',
        state: 'ACTIVE',
        asOf: READ_AT,
      },
      productType: 'SHIRT',
      gtin: '04000000000013',
      rejected: [],
    });
  });

  it('with a wrong check digit names no GTIN', () => {
    const attributes = { externally_assigned_product_identifier: [{ type: 'ean', value: '4000000000014' }] };
    expect(toListing(DE, listing({ attributes }), READ_AT)).not.toHaveProperty('gtin');
  });

  it('of another marketplace of the account is not there', () => {
    expect(toListing(FR, listing(), READ_AT)).toBeNull();
  });

  it.each([
    [['DISCOVERABLE'], [], 'INACTIVE'],
    [[], [], 'INACTIVE'],
    [[], ['LISTING_SUPPRESSED'], 'SUPPRESSED'],
    [[], ['CATALOG_ITEM_REMOVED'], 'SUPPRESSED'],
    [['BUYABLE'], ['SEARCH_SUPPRESSED'], 'ACTIVE'],
    [[], ['SEARCH_SUPPRESSED'], 'INACTIVE'],
  ])('with the status %j and the enforcements %j is %s', (status, actions, state) => {
    const issues = actions.map((action) => ({
      code: '1',
      message: 'm',
      severity: 'ERROR',
      enforcements: { actions: [{ action }] },
      marketplaceIds: [DE.marketplaceId],
    }));
    expect(toListing(DE, listing({ issues }, { status }), READ_AT)?.listing.state).toBe(state);
  });

  it('is not suppressed here by an issue of another marketplace', () => {
    const enforcements = { actions: [{ action: 'LISTING_SUPPRESSED' }] };
    const issues = [{ code: '1', message: 'm', severity: 'ERROR', enforcements, marketplaceIds: [FR.marketplaceId] }];
    expect(toListing(DE, listing({ issues }, { status: [] }), READ_AT)?.listing.state).toBe('INACTIVE');
  });

  it('with an unknown status word ignores it and says so', () => {
    const read = toListing(DE, listing({}, { status: ['BUYABLE', 'SHINY'] }), READ_AT);
    expect(read?.listing.state).toBe('ACTIVE');
    expect(read?.rejected).toMatchObject([{ kind: 'SCHEMA_MISMATCH', subject: 'amazon-listing:P1000-S' }]);
  });

  it.each([
    [[{ fulfillmentChannelCode: 'AMAZON_EU' }], undefined, 'MARKETPLACE', null],
    [[{ fulfillmentChannelCode: 'AMAZON_EU', quantity: 9 }], undefined, 'MARKETPLACE', null],
    [[], 'X001', 'MARKETPLACE', null],
    [[], undefined, 'MERCHANT', null],
    [[{ fulfillmentChannelCode: 'DEFAULT' }], undefined, 'MERCHANT', null],
    [
      [{ fulfillmentChannelCode: 'AMAZON_EU' }, { fulfillmentChannelCode: 'DEFAULT', quantity: 2 }],
      'X001',
      'MERCHANT',
      2,
    ],
  ])(
    'with the channels %j and the warehouse SKU %s is kept by the %s',
    (fulfillmentAvailability, fnSku, fulfilledBy, quantity) => {
      const read = toListing(DE, listing({ fulfillmentAvailability }, fnSku === undefined ? {} : { fnSku }), READ_AT);
      expect(read?.listing).toMatchObject({ fulfilledBy, publishedQuantity: quantity });
    },
  );
});

describe('stock at Amazon', () => {
  it('is sorted into buckets; what is not told is none', () => {
    const summary = {
      sellerSku: 'P1000-S-FBA',
      lastUpdatedTime: '2026-11-18T10:00:00Z',
      inventoryDetails: {
        fulfillableQuantity: 10,
        inboundShippedQuantity: 4,
        inboundReceivingQuantity: 1,
        reservedQuantity: { totalReservedQuantity: 3 },
        unfulfillableQuantity: { totalUnfulfillableQuantity: 2 },
      },
    };
    expect(toHeldStock('AMAZON_DE', summary, READ_AT)).toMatchObject({
      fulfillable: 10,
      inbound: 5,
      reserved: 3,
      unfulfillable: 2,
      researching: 0,
      asOf: '2026-11-18T10:00:00.000Z',
    });
    expect(toHeldStock('AMAZON_DE', { ...summary, lastUpdatedTime: '' }, READ_AT).asOf).toBe(READ_AT);
  });
});
