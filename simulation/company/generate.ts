/** Draws the company that all simulators show. Pure: the same size gives the same company on every machine. */
import { isoOf } from '#runtime/clock.ts';
import type { Company, CompanyItem, CompanySize, CompanyStock } from '#simulation/company/company.ts';
import { drawItems } from '#simulation/company/items.ts';
import { createUnpromised, drawOrders, type Unpromised } from '#simulation/company/orders.ts';
import { drawSites } from '#simulation/company/sites.ts';
import { drawStock } from '#simulation/company/stock.ts';

/** One seed per part: a change in how one part is drawn leaves the others as they were. */
const SEEDS = { sites: 101, items: 202, stock: 303, orders: 404 } as const;

/** More than this is never published: a marketplace has no use for it, and a wrong figure does less harm. */
const PUBLISHED_AT_MOST = 500;

const withPublishedQuantity = (
  item: CompanyItem,
  stock: readonly CompanyStock[],
  unpromised: Unpromised,
): CompanyItem => {
  if (item.listing === undefined || item.listing.fulfilment === 'FBA') return item;
  const sellable = stock.reduce((sum, row) => sum + unpromised.of(row.siteCode, row.sku), 0);
  return { ...item, listing: { ...item.listing, quantity: Math.min(sellable, PUBLISHED_AT_MOST) } };
};

/** `nowMs` is what the orders' times count back from. */
export const drawCompany = (options: { readonly size: CompanySize; readonly nowMs: number }): Company => {
  const { size, nowMs } = options;
  const sites = drawSites(size, SEEDS.sites);
  const { products, items } = drawItems(size, SEEDS.items);
  const stock = drawStock(size, sites, items, SEEDS.stock);
  const unpromised = createUnpromised(stock);
  const orders = drawOrders(size, nowMs, sites, items, unpromised, SEEDS.orders);
  const stockBySku = Map.groupBy(stock, (row) => row.sku);
  return {
    name: 'Kaufhaus Beispiel GmbH',
    currency: 'EUR',
    size,
    startedAt: isoOf(nowMs),
    sites,
    products,
    items: items.map((item) => withPublishedQuantity(item, stockBySku.get(item.sku) ?? [], unpromised)),
    stock,
    orders,
  };
};
