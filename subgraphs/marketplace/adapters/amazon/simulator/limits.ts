/** Which operation a request asks for, and the limit that Amazon publishes for it. */
import type { SimLimit } from '#simulation/simulator.ts';

type Published = {
  readonly operation: string;
  readonly method: string;
  readonly path: RegExp;
  readonly ratePerSecond: number;
  readonly burst: number;
};

const row = (operation: string, method: string, path: RegExp, ratePerSecond: number, burst: number): Published => ({
  operation,
  method,
  path,
  ratePerSecond,
  burst,
});

const PUBLISHED: readonly Published[] = [
  row('orders.searchOrders', 'GET', /^\/orders\/2026-01-01\/orders$/, 0.0056, 20),
  row('orders.getOrder', 'GET', /^\/orders\/2026-01-01\/orders\/[^/]+$/, 0.5, 30),
  row('ordersV0.getOrders', 'GET', /^\/orders\/v0\/orders$/, 0.0167, 20),
  row('ordersV0.getOrder', 'GET', /^\/orders\/v0\/orders\/[^/]+$/, 0.5, 30),
  row('ordersV0.getOrderItems', 'GET', /^\/orders\/v0\/orders\/[^/]+\/orderItems$/, 0.5, 30),
  row('ordersV0.confirmShipment', 'POST', /^\/orders\/v0\/orders\/[^/]+\/shipmentConfirmation$/, 2, 10),
  row('listings.searchListingsItems', 'GET', /^\/listings\/2021-08-01\/items\/[^/]+$/, 5, 5),
  row('listings.getListingsItem', 'GET', /^\/listings\/2021-08-01\/items\/[^/]+\/[^/]+$/, 5, 10),
  row('listings.patchListingsItem', 'PATCH', /^\/listings\/2021-08-01\/items\/[^/]+\/[^/]+$/, 5, 5),
  row('fbaInventory.getInventorySummaries', 'GET', /^\/fba\/inventory\/v1\/summaries$/, 2, 2),
  row('reports.getReports', 'GET', /^\/reports\/2021-06-30\/reports$/, 0.0222, 10),
  row('reports.getReport', 'GET', /^\/reports\/2021-06-30\/reports\/[^/]+$/, 2, 15),
  row('reports.getReportDocument', 'GET', /^\/reports\/2021-06-30\/documents\/[^/]+$/, 0.0167, 15),
  row('notifications.getDestinations', 'GET', /^\/notifications\/v1\/destinations$/, 1, 5),
  row('notifications.createDestination', 'POST', /^\/notifications\/v1\/destinations$/, 1, 5),
  row('notifications.getDestination', 'GET', /^\/notifications\/v1\/destinations\/[^/]+$/, 1, 5),
  row('notifications.getSubscription', 'GET', /^\/notifications\/v1\/subscriptions\/[^/]+$/, 1, 5),
  row('notifications.createSubscription', 'POST', /^\/notifications\/v1\/subscriptions\/[^/]+$/, 1, 5),
  row('notifications.getSubscriptionById', 'GET', /^\/notifications\/v1\/subscriptions\/[^/]+\/[^/]+$/, 1, 5),
];

export type Operation = { readonly name: string; readonly limit: SimLimit | null };

const UNLIMITED: Readonly<Record<string, string>> = { '/auth/o2/token': 'lwa.token' };

/** Null for a path that is not part of the API. Files and tokens have no published limit. */
export const operationOf = (request: { readonly method: string; readonly path: string }): Operation | null => {
  const published = PUBLISHED.find(({ method, path }) => method === request.method && path.test(request.path));
  if (published !== undefined) {
    const { burst, operation, ratePerSecond } = published;
    return { name: operation, limit: { name: operation, ratePerSecond, burst } };
  }
  if (request.path.startsWith('/report-files/')) return { name: 'reports.download', limit: null };
  const name = Object.hasOwn(UNLIMITED, request.path) ? UNLIMITED[request.path] : undefined;
  return name === undefined ? null : { name, limit: null };
};
