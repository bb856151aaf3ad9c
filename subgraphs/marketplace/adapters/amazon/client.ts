/** The operations we use of the Selling Partner API, each in Amazon's own terms and within its page limits. */
import type { CallOptions } from '#model/call.ts';
import { AMAZON_PAGE } from './limits.ts';
import type { Transport } from './transport.ts';
import {
  type AmazonInventorySummary,
  type AmazonListing,
  type AmazonOrder,
  type AmazonOrderV0,
  type AmazonReport,
  type AmazonSubmission,
  decode,
  getOrderSchema,
  getOrdersV0Schema,
  inventorySummariesSchema,
  listingSchema,
  reportDocumentSchema,
  reportsSchema,
  searchListingsSchema,
  searchOrdersSchema,
  submissionSchema,
} from './wire.ts';

/** Lines need no data set of their own; PROCEEDS carries the total, PACKAGES the parcels. No personal data is asked for. */
const ORDER_DATA = ['FULFILLMENT', 'PROCEEDS', 'PACKAGES', 'CANCELLATION'] as const;
const LISTING_DATA = ['summaries', 'fulfillmentAvailability', 'issues', 'attributes'] as const;

export const SETTLEMENT_REPORT_TYPE = 'GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2';

/** Exactly one kind of window, as Amazon wants it. Bounds are ISO instants. */
export type OrderWindow =
  | { readonly lastUpdatedAfter: string; readonly lastUpdatedBefore: string }
  | { readonly createdAfter: string };

export type OrderSearch = OrderWindow & {
  readonly fulfillmentStatuses?: readonly string[];
  readonly fulfilledBy?: readonly string[];
  readonly paginationToken?: string;
};

export type ListingSearch = {
  readonly marketplaceId: string;
  readonly identifiers?: { readonly type: 'SKU' | 'EAN' | 'UPC' | 'GTIN'; readonly values: readonly string[] };
  readonly lastUpdatedAfter?: string;
  readonly pageToken?: string;
};

/** A page of things that are decoded one by one, so that a malformed one spoils only itself. */
export type RawPage = { readonly entries: readonly unknown[]; readonly nextToken?: string };

export type AmazonClient = {
  searchOrders(search: OrderSearch, call: CallOptions): Promise<RawPage>;
  order(orderId: string, call: CallOptions): Promise<AmazonOrder | null>;
  /** Any number of ids, 50 to a call. */
  ordersV0(orderIds: readonly string[], createdAfter: string, call: CallOptions): Promise<readonly AmazonOrderV0[]>;
  searchListings(search: ListingSearch, call: CallOptions): Promise<RawPage & { readonly total: number }>;
  listing(sku: string, marketplaceId: string, call: CallOptions): Promise<AmazonListing | null>;
  setQuantity(
    target: { readonly sku: string; readonly marketplaceId: string; readonly productType: string },
    quantity: number,
    call: CallOptions,
  ): Promise<AmazonSubmission | null>;
  inventorySummaries(
    marketplaceId: string,
    sellerSkus: readonly string[],
    call: CallOptions,
  ): Promise<readonly AmazonInventorySummary[]>;
  settlementReports(
    marketplaceIds: readonly string[],
    createdSince: string,
    call: CallOptions,
  ): Promise<readonly AmazonReport[]>;
  reportText(reportDocumentId: string, call: CallOptions): Promise<string>;
};

export const chunksOf = <T>(values: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));

export type ClientOptions = {
  readonly connection: string;
  readonly sellerId: string;
  readonly marketplaceIds: readonly string[];
};

const tokenOf = (nextToken: string | undefined): { readonly nextToken?: string } =>
  nextToken === undefined || nextToken === '' ? {} : { nextToken };

export const createAmazonClient = (options: ClientOptions, transport: Transport): AmazonClient => {
  const { connection, marketplaceIds, sellerId } = options;
  const listings = ['listings', '2021-08-01', 'items', sellerId];

  const ordersV0Page = async (
    orderIds: readonly string[],
    createdAfter: string,
    call: CallOptions,
  ): Promise<readonly AmazonOrderV0[]> => {
    const body = await transport.send(
      {
        operation: 'orders.v0.list',
        method: 'GET',
        path: ['orders', 'v0', 'orders'],
        query: { MarketplaceIds: marketplaceIds, AmazonOrderIds: orderIds, CreatedAfter: createdAfter },
      },
      call,
    );
    return body === null ? [] : decode(getOrdersV0Schema, body, connection, 'orders.v0.list').payload.Orders;
  };

  const summariesOf = async (
    marketplaceId: string,
    skus: { readonly sellerSkus: readonly string[] } | { readonly sellerSku: string },
    call: CallOptions,
  ): Promise<readonly AmazonInventorySummary[]> => {
    const found: AmazonInventorySummary[] = [];
    let nextToken: string | undefined;
    do {
      // Tokens live 30 seconds: the pages are read in one go, never kept.
      const body = await transport.send(
        {
          operation: 'fba.summaries',
          method: 'GET',
          path: ['fba', 'inventory', 'v1', 'summaries'],
          query: {
            granularityType: 'Marketplace',
            granularityId: marketplaceId,
            marketplaceIds: [marketplaceId],
            details: 'true',
            ...skus,
            nextToken,
          },
        },
        call,
      );
      if (body === null) break;
      const page = decode(inventorySummariesSchema, body, connection, 'fba.summaries');
      found.push(...page.payload.inventorySummaries);
      nextToken = page.pagination?.nextToken || undefined;
    } while (nextToken !== undefined);
    return found;
  };

  return {
    searchOrders: async (search, call) => {
      const { fulfilledBy, fulfillmentStatuses, paginationToken, ...window } = search;
      const body = await transport.send(
        {
          operation: 'orders.search',
          method: 'GET',
          path: ['orders', '2026-01-01', 'orders'],
          query: {
            ...window,
            marketplaceIds,
            fulfillmentStatuses,
            fulfilledBy,
            includedData: ORDER_DATA,
            maxResultsPerPage: String(AMAZON_PAGE.orders),
            paginationToken,
          },
        },
        call,
      );
      const page = decode(searchOrdersSchema, body ?? { orders: [] }, connection, 'orders.search');
      return { entries: page.orders, ...tokenOf(page.pagination?.nextToken) };
    },

    order: async (orderId, call) => {
      const body = await transport.send(
        {
          operation: 'orders.get',
          method: 'GET',
          path: ['orders', '2026-01-01', 'orders', orderId],
          query: { includedData: ORDER_DATA },
        },
        call,
      );
      return body === null ? null : decode(getOrderSchema, body, connection, 'orders.get').order;
    },

    ordersV0: async (orderIds, createdAfter, call) => {
      const pages = await Promise.all(
        chunksOf(orderIds, AMAZON_PAGE.orderIds).map((ids) => ordersV0Page(ids, createdAfter, call)),
      );
      return pages.flat();
    },

    searchListings: async (search, call) => {
      const body = await transport.send(
        {
          operation: 'listings.search',
          method: 'GET',
          path: listings,
          query: {
            marketplaceIds: [search.marketplaceId],
            includedData: LISTING_DATA,
            identifiers: search.identifiers?.values,
            identifiersType: search.identifiers?.type,
            lastUpdatedAfter: search.lastUpdatedAfter,
            // Oldest change first: what changes while we page moves to the end and is met there.
            sortBy: 'lastUpdatedDate',
            sortOrder: 'ASC',
            pageSize: String(AMAZON_PAGE.listings),
            pageToken: search.pageToken,
          },
        },
        call,
      );
      const page = decode(
        searchListingsSchema,
        body ?? { numberOfResults: 0, items: [] },
        connection,
        'listings.search',
      );
      return { entries: page.items, total: page.numberOfResults, ...tokenOf(page.pagination?.nextToken) };
    },

    listing: async (sku, marketplaceId, call) => {
      const body = await transport.send(
        {
          operation: 'listings.get',
          method: 'GET',
          path: [...listings, sku],
          query: { marketplaceIds: [marketplaceId], includedData: LISTING_DATA },
        },
        call,
      );
      return body === null ? null : decode(listingSchema, body, connection, 'listings.get');
    },

    setQuantity: async (target, quantity, call) => {
      const body = await transport.send(
        {
          operation: 'listings.patch',
          method: 'PATCH',
          path: [...listings, target.sku],
          query: { marketplaceIds: [target.marketplaceId], includedData: ['issues'] },
          body: {
            productType: target.productType,
            patches: [
              {
                // Not "replace": that would also wipe the seller's handling time and restock date.
                op: 'merge',
                path: '/attributes/fulfillment_availability',
                value: [{ fulfillment_channel_code: 'DEFAULT', quantity }],
              },
            ],
          },
        },
        call,
      );
      return body === null ? null : decode(submissionSchema, body, connection, 'listings.patch');
    },

    inventorySummaries: async (marketplaceId, sellerSkus, call) => {
      // A list is joined by commas, so a SKU that contains one is asked for by itself.
      const alone = sellerSkus.filter((sku) => sku.includes(','));
      const together = sellerSkus.filter((sku) => !sku.includes(','));
      const pages = await Promise.all([
        ...chunksOf(together, AMAZON_PAGE.fbaSkus).map((skus) =>
          summariesOf(marketplaceId, { sellerSkus: skus }, call),
        ),
        ...alone.map((sellerSku) => summariesOf(marketplaceId, { sellerSku }, call)),
      ]);
      return pages.flat();
    },

    settlementReports: async (wanted, createdSince, call) => {
      const found: AmazonReport[] = [];
      let nextToken: string | undefined;
      do {
        const body = await transport.send(
          {
            operation: 'reports.list',
            method: 'GET',
            path: ['reports', '2021-06-30', 'reports'],
            // A next page is asked for by its token alone.
            query:
              nextToken === undefined
                ? {
                    reportTypes: [SETTLEMENT_REPORT_TYPE],
                    processingStatuses: ['DONE'],
                    marketplaceIds: wanted.length > AMAZON_PAGE.reportMarketplaces ? undefined : wanted,
                    pageSize: String(AMAZON_PAGE.reports),
                    createdSince,
                  }
                : { nextToken },
          },
          call,
        );
        if (body === null) break;
        const page = decode(reportsSchema, body, connection, 'reports.list');
        found.push(...page.reports);
        nextToken = page.nextToken || undefined;
      } while (nextToken !== undefined);
      return found;
    },

    reportText: async (reportDocumentId, call) => {
      const body = await transport.send(
        {
          operation: 'reports.document',
          method: 'GET',
          path: ['reports', '2021-06-30', 'documents', reportDocumentId],
          // Has the file server declare its compression, so that HTTP undoes it.
          query: { enableContentEncodingUrlHeader: 'true' },
        },
        call,
      );
      const document = decode(reportDocumentSchema, body, connection, 'reports.document');
      return transport.download(document.url, call);
    },
  };
};
