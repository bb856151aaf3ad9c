/**
 * Square's API over the simulated company: locations, catalog, inventory, orders and webhooks, Square-Version
 * 2025-08-20, written from Square's published OpenAPI description. Square publishes no rates, so none are enforced.
 */
import { SimActError, type SimRequest, type SimResponse, type SimulatorFactory } from '#simulation/simulator.ts';
import { createActs } from './acts.ts';
import { createCatalog } from './catalog.ts';
import { createInventory } from './inventory.ts';
import { createLocations } from './locations.ts';
import { createOrderBook } from './order-book.ts';
import { searchOrders } from './order-search.ts';
import { createOrders } from './orders.ts';
import { createPayments } from './payments.ts';
import { invalid, merchantIdOf, notFound, SquareError } from './protocol.ts';
import { seedShop } from './seed.ts';
import { createWebhooks } from './webhooks.ts';

export type SquareSimulatorOptions = {
  readonly accessToken: string;
  /** Signs the webhooks of subscriptions made by `act`; those made through the API get keys of their own. */
  readonly signatureKey: string;
};

export const SIM_SQUARE_ACCESS_TOKEN = 'sim-square-token';
export const SIM_SQUARE_SIGNATURE_KEY = 'sim-square-signature-key';

type Handler = (request: SimRequest, id: string) => SimResponse;
type Route = { readonly method: string; readonly path: RegExp; readonly handle: Handler };

const checkCaller = (request: SimRequest, accessToken: string): void => {
  if (request.headers.authorization !== `Bearer ${accessToken}`) {
    throw new SquareError(401, 'AUTHENTICATION_ERROR', 'UNAUTHORIZED', 'This request could not be authorized.');
  }
  const version = request.headers['square-version'];
  if (version !== undefined && !/^\d{4}-\d\d-\d\d$/.test(version)) {
    throw invalid('INVALID_SQUARE_VERSION_FORMAT', 'Square-Version is a date, e.g. 2025-08-20.');
  }
  if (request.rawBody !== '' && !(request.headers['content-type'] ?? '').startsWith('application/json')) {
    throw new SquareError(
      415,
      'INVALID_REQUEST_ERROR',
      'UNSUPPORTED_MEDIA_TYPE',
      'Content-Type must be application/json.',
    );
  }
};

export const createSquareSimulator = (options: SquareSimulatorOptions): SimulatorFactory => ({
  vendor: 'square',
  create: (company, deps) => {
    const merchantId = merchantIdOf(company.name);
    const webhooks = createWebhooks(merchantId, deps);
    const locations = createLocations(company, merchantId);
    const catalog = createCatalog(company, (code) => locations.ofCode(code)?.id ?? null);
    const inventory = createInventory({ catalog, locations }, webhooks, deps);
    const book = createOrderBook({ inventory, webhooks }, deps);
    const orders = createOrders({ catalog, locations, orders: book, currency: company.currency }, deps);
    const payments = createPayments({ orders: book, webhooks, currency: company.currency }, deps);
    seedShop(company, { catalog, locations, inventory, orders: book });
    const act = createActs(
      {
        currency: company.currency,
        catalog,
        locations,
        inventory,
        orders: book,
        webhooks,
        signatureKey: options.signatureKey,
      },
      deps,
    );

    const routes: readonly Route[] = [
      { method: 'GET', path: /^\/v2\/locations$/, handle: () => locations.list() },
      { method: 'GET', path: /^\/v2\/locations\/([^/]+)$/, handle: (_request, id) => locations.retrieve(id) },
      { method: 'GET', path: /^\/v2\/catalog\/list$/, handle: catalog.list },
      { method: 'POST', path: /^\/v2\/catalog\/search$/, handle: catalog.search },
      { method: 'POST', path: /^\/v2\/catalog\/batch-retrieve$/, handle: catalog.batchRetrieve },
      { method: 'POST', path: /^\/v2\/inventory\/counts\/batch-retrieve$/, handle: inventory.counts },
      { method: 'POST', path: /^\/v2\/inventory\/changes\/batch-retrieve$/, handle: inventory.changes },
      { method: 'POST', path: /^\/v2\/inventory\/changes\/batch-create$/, handle: inventory.batchChange },
      { method: 'POST', path: /^\/v2\/orders$/, handle: orders.create },
      { method: 'POST', path: /^\/v2\/orders\/batch-retrieve$/, handle: orders.batchRetrieve },
      {
        method: 'POST',
        path: /^\/v2\/orders\/search$/,
        handle: (request) => searchOrders({ orders: book, currency: company.currency }, request),
      },
      { method: 'GET', path: /^\/v2\/orders\/([^/]+)$/, handle: (_request, id) => orders.retrieve(id) },
      { method: 'PUT', path: /^\/v2\/orders\/([^/]+)$/, handle: orders.update },
      { method: 'POST', path: /^\/v2\/payments$/, handle: payments.create },
      { method: 'POST', path: /^\/v2\/webhooks\/subscriptions$/, handle: webhooks.create },
      { method: 'GET', path: /^\/v2\/webhooks\/subscriptions$/, handle: () => webhooks.list() },
    ];

    const route = (request: SimRequest): SimResponse => {
      checkCaller(request, options.accessToken);
      const here = routes.filter(({ path }) => path.test(request.path));
      const found = here.find(({ method }) => method === request.method);
      if (found) return found.handle(request, decodeURIComponent(found.path.exec(request.path)?.[1] ?? ''));
      if (here.length === 0) throw notFound('Resource not found.');
      throw new SquareError(405, 'INVALID_REQUEST_ERROR', 'METHOD_NOT_ALLOWED', 'The method is not known here.');
    };

    return {
      handle: (request) => {
        try {
          return route(request);
        } catch (error) {
          if (error instanceof SquareError) return error.response;
          throw error;
        }
      },
      act: (command) => {
        if (typeof command.kind !== 'string') throw new SimActError('kind: must name what is to happen');
        return act(command);
      },
      throttled: (_request, retryAfter) => ({
        ...new SquareError(429, 'RATE_LIMIT_ERROR', 'RATE_LIMITED', 'Too many requests.').response,
        ...(retryAfter === null ? {} : { headers: { 'Retry-After': retryAfter } }),
      }),
      unavailable: () =>
        new SquareError(503, 'API_ERROR', 'SERVICE_UNAVAILABLE', 'The service is unavailable. Please try again.')
          .response,
    };
  },
});

export const squareSimulator: SimulatorFactory = createSquareSimulator({
  accessToken: SIM_SQUARE_ACCESS_TOKEN,
  signatureKey: SIM_SQUARE_SIGNATURE_KEY,
});
