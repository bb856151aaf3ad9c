/**
 * Amazon's Selling Partner API over the simulated company, written from Amazon's published models: token service,
 * orders, listings, stock at Amazon, settlement reports and notifications.
 */
import type { Ids } from '#runtime/ids.ts';
import type { SimRequest, SimResponse, Simulator, SimulatorFactory } from '#simulation/simulator.ts';
import { createActs } from './acts.ts';
import { errorAnswer, Refusal } from './answers.ts';
import { createAuth } from './auth.ts';
import { VENDOR } from './constants.ts';
import { createEvents } from './events.ts';
import { createHappenings } from './happenings.ts';
import { createInventoryApi } from './inventory.ts';
import { operationOf } from './limits.ts';
import { createListingsApi } from './listings.ts';
import { createNotificationsApi } from './notifications.ts';
import { createOrdersApi } from './orders.ts';
import { createOrdersV0Api } from './orders-v0.ts';
import { createReportsApi } from './reports.ts';
import { createWorld } from './world.ts';

type Handler = (request: SimRequest, segments: readonly string[]) => SimResponse;

/** Operations about destinations and single subscriptions are called by the application, for no seller. */
const GRANTLESS: ReadonlySet<string> = new Set([
  'notifications.getDestinations',
  'notifications.createDestination',
  'notifications.getDestination',
  'notifications.getSubscriptionById',
]);

/** The rate, on answers that count as served; never on a refusal of access or on too many calls. */
const TOLD_ON: ReadonlySet<number> = new Set([200, 201, 202, 204, 400, 404]);

const segmentsOf = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(1)
    .map((segment) => {
      try {
        return decodeURIComponent(segment);
      } catch {
        return segment;
      }
    });

const withHeaders = (response: SimResponse, ids: Ids, ratePerSecond: number | undefined): SimResponse => ({
  ...response,
  headers: {
    ...response.headers,
    'x-amzn-RequestId': ids.uuid(),
    ...(ratePerSecond !== undefined && TOLD_ON.has(response.status)
      ? { 'x-amzn-RateLimit-Limit': String(ratePerSecond) }
      : {}),
  },
});

export const amazonSimulator: SimulatorFactory = {
  vendor: VENDOR,
  create: (company, deps): Simulator => {
    const { clock, ids } = deps;
    const world = createWorld(company);
    const events = createEvents({ clock, ids, deliver: deps.deliver });
    const happenings = createHappenings(world, { clock, events, recordWrite: deps.recordWrite });
    const auth = createAuth({ clock, ids });
    const orders = createOrdersApi(world, { clock });
    const ordersV0 = createOrdersV0Api(world, { clock, happenings });
    const listings = createListingsApi(world, { clock, ids, happenings });
    const inventory = createInventoryApi(world, { clock });
    const reports = createReportsApi(world, { clock, ids });
    const notifications = createNotificationsApi({ ids, events });

    /** `segments` are those of the whole path: for /orders/v0/orders/{id} the id is the fourth. */
    const handlers: Readonly<Record<string, Handler>> = {
      'orders.searchOrders': ({ query }) => orders.search(query),
      'orders.getOrder': ({ query }, [, , , id = '']) => orders.get(id, query),
      'ordersV0.getOrders': ({ query }) => ordersV0.list(query),
      'ordersV0.getOrder': (_request, [, , , id = '']) => ordersV0.get(id),
      'ordersV0.getOrderItems': ({ query }, [, , , id = '']) => ordersV0.items(id, query),
      'ordersV0.confirmShipment': (request, [, , , id = '']) => ordersV0.confirmShipment(id, request),
      'listings.searchListingsItems': ({ query }, [, , , seller = '']) => listings.search(seller, query),
      'listings.getListingsItem': ({ query }, [, , , seller = '', sku = '']) => listings.get(seller, sku, query),
      'listings.patchListingsItem': (request, [, , , seller = '', sku = '']) => listings.patch(seller, sku, request),
      'fbaInventory.getInventorySummaries': ({ query }) => inventory.summaries(query),
      'reports.getReports': ({ query }) => reports.list(query),
      'reports.getReport': (_request, [, , , id = '']) => reports.get(id),
      'reports.getReportDocument': (request, [, , , id = '']) => reports.document(id, request),
      'notifications.getDestinations': () => notifications.destinations(),
      'notifications.createDestination': (request) => notifications.createDestination(request),
      'notifications.getDestination': (_request, [, , , id = '']) => notifications.destination(id),
      'notifications.getSubscription': (_request, [, , , type = '']) => notifications.subscription(type),
      'notifications.getSubscriptionById': (_request, [, , , type = '', id = '']) =>
        notifications.subscriptionById(type, id),
      'notifications.createSubscription': (request, [, , , type = '']) =>
        notifications.createSubscription(type, request),
    };

    const answer = (request: SimRequest, operation: string): SimResponse => {
      try {
        auth.check(request, GRANTLESS.has(operation) ? 'grantless' : 'seller');
        const handler = Object.hasOwn(handlers, operation) ? handlers[operation] : undefined;
        if (handler === undefined) throw new Refusal(404, { code: 'NotFound', message: `there is no ${operation}` });
        return handler(request, segmentsOf(request.path));
      } catch (error) {
        if (error instanceof Refusal) return errorAnswer(error.status, error.error);
        throw error;
      }
    };

    return {
      handle: (request) => {
        const operation = operationOf(request);
        if (operation === null) {
          const message = `${request.method} ${request.path} is not an operation of this API`;
          return withHeaders(errorAnswer(404, { code: 'NotFound', message }), ids, undefined);
        }
        if (operation.name === 'lwa.token') return auth.token(request);
        if (operation.name === 'reports.download') return reports.download(request);
        return withHeaders(answer(request, operation.name), ids, operation.limit?.ratePerSecond);
      },
      act: createActs(world, { clock, events, happenings, reports }),
      limitOf: (request) => operationOf(request)?.limit ?? null,
      operationOf: (request) => operationOf(request)?.name ?? null,
      // Amazon's own refusal never says when to come back; with Retry-After it is the fault that speaks.
      throttled: (_request, retryAfter) => {
        const message = 'You exceeded your quota for the requested resource.';
        const refusal = withHeaders(errorAnswer(429, { code: 'QuotaExceeded', message, details: '' }), ids, undefined);
        return retryAfter === null
          ? refusal
          : { ...refusal, headers: { ...refusal.headers, 'Retry-After': retryAfter } };
      },
      unavailable: () =>
        withHeaders(
          errorAnswer(503, { code: 'ServiceUnavailable', message: 'Service is temporarily unavailable.' }),
          ids,
          undefined,
        ),
    };
  },
};
