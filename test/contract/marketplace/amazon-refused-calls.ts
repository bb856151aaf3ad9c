/** Calls that Amazon refuses, and the status it answers with. */
import { SIM_AMAZON } from '#subgraphs/marketplace/adapters/amazon/simulator/constants.ts';

const seller = `/listings/2021-08-01/items/${SIM_AMAZON.sellerId}`;
const here = `marketplaceIds=${SIM_AMAZON.marketplace.marketplaceId}`;
const fba =
  '/fba/inventory/v1/summaries?granularityType=Marketplace&granularityId=A1PA6795UKMFR9&marketplaceIds=A1PA6795UKMFR9';
const ids = Array.from({ length: 51 }, (_, index) => `302-0000000-${String(index).padStart(7, '0')}`).join(',');

export const REFUSED_CALLS: readonly (readonly [string, string, number])[] = [
  ['GET', '/orders/2026-01-01/orders', 400],
  ['GET', '/orders/2026-01-01/orders?createdAfter=2026-01-01T00:00:00Z&lastUpdatedAfter=2026-01-01T00:00:00Z', 400],
  ['GET', '/orders/2026-01-01/orders?lastUpdatedAfter=2026-01-01T00:00:00Z&createdBefore=2026-01-02T00:00:00Z', 400],
  ['GET', '/orders/2026-01-01/orders?createdAfter=2026-01-01T00:00:00Z&createdBefore=2026-12-31T00:00:00Z', 400],
  ['GET', '/orders/2026-01-01/orders?createdAfter=2026-01-01T00:00:00Z&maxResultsPerPage=101', 400],
  ['GET', '/orders/2026-01-01/orders?createdAfter=yesterday', 400],
  ['GET', '/orders/2026-01-01/orders?createdAfter=2026-01-01T00:00:00Z&paginationToken=x', 400],
  ['GET', '/orders/2026-01-01/orders/not-an-id', 400],
  ['GET', '/orders/2026-01-01/orders/999-9999999-9999999', 404],
  ['GET', '/orders/v0/orders?CreatedAfter=2026-01-01T00:00:00Z', 400],
  ['GET', '/orders/v0/orders?MarketplaceIds=A1PA6795UKMFR9', 400],
  [
    'GET',
    `/orders/v0/orders?MarketplaceIds=A1PA6795UKMFR9&CreatedAfter=2026-01-01T00:00:00Z&AmazonOrderIds=${ids}`,
    400,
  ],
  ['GET', '/orders/v0/orders/999-9999999-9999999', 404],
  ['GET', seller, 400],
  ['GET', `${seller}?${here}&identifiers=A`, 400],
  ['GET', `${seller}?${here}&pageSize=21`, 400],
  [
    'GET',
    `${seller}?${here}&identifiersType=SKU&identifiers=${Array.from({ length: 21 }, (_, index) => `S${index}`)}`,
    400,
  ],
  ['GET', `${seller}/NO-SUCH-SKU?${here}`, 404],
  ['GET', `/listings/2021-08-01/items/SOMEBODY-ELSE?${here}`, 403],
  ['GET', '/fba/inventory/v1/summaries?granularityType=Marketplace', 400],
  ['GET', `${fba}&sellerSkus=${Array.from({ length: 51 }, (_, index) => `S${index}`)}`, 400],
  ['GET', '/reports/2021-06-30/reports', 400],
  ['GET', '/reports/2021-06-30/reports/0', 404],
  ['GET', '/reports/2021-06-30/documents/0', 404],
];
