/**
 * A simulated Tryton 6.0 server with one company in its database: both the ERP and the warehouse system of it. Written
 * from what a real server answers (see docs/reference/simulators.md), never from our own decoders.
 */
import type { Company } from '#simulation/company/company.ts';
import type { SimRequest, SimulatorDeps, SimulatorFactory } from '#simulation/simulator.ts';
import { performAct } from './acts.ts';
import { seedBase, seedCarriers, seedSites } from './seed/base.ts';
import { seedOrders } from './seed/orders.ts';
import { seedProducts } from './seed/products.ts';
import { type SeededCompany, seedOpeningStock, seedPurchases } from './seed/stock.ts';
import { handleHttp, page } from './server.ts';
import { createSessionStore } from './sessions.ts';
import { createWorld } from './world.ts';

/** Who may log in to the simulated server. */
export const SIMULATED_ACCOUNT = { userId: 1, login: 'admin', password: 'admin' } as const;

/** Master data was entered this long before the company's start. */
const FOUNDED_DAYS_AGO = 60;
const DAY_MS = 86_400_000;

const firstFreeSaleNumber = (company: Company): number =>
  company.orders.reduce((next, order) => {
    const digits = /(\d+)$/.exec(order.erpNumber ?? '')?.[1];
    return digits === undefined ? next : Math.max(next, Number(digits) + 1);
  }, 30_001);

const methodOf = (request: SimRequest): string | null => {
  try {
    const body: unknown = JSON.parse(request.rawBody);
    const method = typeof body === 'object' && body !== null && 'method' in body ? body.method : null;
    return typeof method === 'string' ? method.replace(/^model\./, '') : null;
  } catch {
    return null;
  }
};

const openDatabase = (company: Company, deps: SimulatorDeps) => {
  const { world, time } = createWorld({ firstSaleNumber: firstFreeSaleNumber(company) }, deps);
  const startMs = Date.parse(company.startedAt);
  time.setMs(startMs - FOUNDED_DAYS_AGO * DAY_MS);
  seedBase(world, company);
  const sites = seedSites(world, company);
  const carriers = seedCarriers(world, company);
  const products = seedProducts(world, company);
  const seeded: SeededCompany = { company, sites, products, carriers };
  seedOpeningStock(world, seeded);
  time.setMs(startMs - 3 * DAY_MS);
  seedPurchases(world, seeded);
  seedOrders(world, seeded, time);
  return { world, seeded };
};

export const trytonSimulator: SimulatorFactory = {
  vendor: 'tryton',
  create: (company, deps) => {
    const { world, seeded } = openDatabase(company, deps);
    const sessions = createSessionStore([SIMULATED_ACCOUNT], deps);
    return {
      handle: (request) => handleHttp(request, { world, sessions }),
      act: (command) => performAct(command, { world, seeded, sessions }),
      operationOf: methodOf,
      throttled: (_request, retryAfter) => page(429, retryAfter === null ? {} : { 'retry-after': retryAfter }),
      unavailable: () => page(503),
    };
  },
};
