/** FBA Inventory API v1: what lies in Amazon's warehouses, in pages whose tokens end after 30 seconds. */
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { SimResponse } from '#simulation/simulator.ts';
import {
  filtersOf,
  instantOf,
  invalidInput,
  listOf,
  ok,
  onlyKnown,
  readToken,
  required,
  tokenOf,
  wordsOf,
} from './answers.ts';
import { SIM_AMAZON } from './constants.ts';
import type { SimListing, World } from './world.ts';

const TOKEN_LIFE_MS = 30_000;
const PAGE_SIZE = 50;

const summaryOf = (listing: SimListing, details: boolean) => {
  // The odd units are somewhere between the buyer, the shelf and the lorry: every bucket shows up in some listing.
  const reserved = listing.quantity % 5;
  const inbound = (listing.quantity % 3) * 10;
  const unfulfillable = listing.quantity % 2;
  return {
    asin: listing.asin,
    fnSku: `X0${listing.asin.slice(2)}`,
    sellerSku: listing.sellerSku,
    condition: 'NewItem',
    ...(details
      ? {
          inventoryDetails: {
            fulfillableQuantity: listing.quantity,
            inboundWorkingQuantity: 0,
            inboundShippedQuantity: inbound,
            inboundReceivingQuantity: 0,
            reservedQuantity: {
              totalReservedQuantity: reserved,
              pendingCustomerOrderQuantity: reserved,
              pendingTransshipmentQuantity: 0,
              fcProcessingQuantity: 0,
            },
            researchingQuantity: { totalResearchingQuantity: 0, researchingQuantityBreakdown: [] },
            unfulfillableQuantity: {
              totalUnfulfillableQuantity: unfulfillable,
              customerDamagedQuantity: unfulfillable,
              warehouseDamagedQuantity: 0,
              distributorDamagedQuantity: 0,
              carrierDamagedQuantity: 0,
              defectiveQuantity: 0,
              expiredQuantity: 0,
            },
          },
        }
      : {}),
    lastUpdatedTime: isoOf(listing.updatedMs),
    productName: listing.title,
    totalQuantity: listing.quantity + reserved + inbound + unfulfillable,
  };
};

export const createInventoryApi = (
  world: World,
  deps: { readonly clock: Clock },
): { summaries(query: URLSearchParams): SimResponse } => ({
  summaries: (query) => {
    onlyKnown(query, [
      'details',
      'granularityType',
      'granularityId',
      'startDateTime',
      'sellerSkus',
      'sellerSku',
      'nextToken',
      'marketplaceIds',
    ]);
    required(wordsOf(query, 'granularityType', ['Marketplace']), 'granularityType');
    const granularityId = required(query.get('granularityId'), 'granularityId');
    const marketplaces = required(listOf(query, 'marketplaceIds'), 'marketplaceIds');
    if (marketplaces.length !== 1) throw invalidInput('marketplaceIds takes exactly one value');
    const startMs = instantOf(query, 'startDateTime');
    const skus = listOf(query, 'sellerSkus', 50) ?? (query.has('sellerSku') ? [query.get('sellerSku') ?? ''] : null);
    const details = query.get('details') === 'true';
    const nowMs = deps.clock.now();
    const filters = filtersOf(query, ['nextToken']);
    const given = query.get('nextToken');
    const token = given === null ? null : readToken(given, filters);
    if (token !== null && nowMs - token.madeAtMs > TOKEN_LIFE_MS) throw invalidInput('nextToken has expired');
    const found = [...world.listings.values()]
      .filter(
        (listing) =>
          listing.fulfilment === 'FBA' &&
          marketplaces[0] === SIM_AMAZON.marketplace.marketplaceId &&
          (startMs !== null ? listing.updatedMs > startMs : (skus?.includes(listing.sellerSku) ?? true)),
      )
      .sort((a, b) => (a.sellerSku < b.sellerSku ? -1 : 1))
      .filter((listing) => token === null || listing.sellerSku > token.position);
    const page = found.slice(0, PAGE_SIZE);
    const last = page.at(-1);
    return ok({
      payload: {
        granularity: { granularityType: 'Marketplace', granularityId },
        inventorySummaries: page.map((listing) => summaryOf(listing, details)),
      },
      ...(last !== undefined && found.length > page.length
        ? { pagination: { nextToken: tokenOf({ position: last.sellerSku, filters, madeAtMs: nowMs }) } }
        : {}),
    });
  },
});
