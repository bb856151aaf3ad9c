/** The simulated server without a socket: RPC as a client sees it, and acts. */

import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import type { Company, CompanyOrder } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import type { SimRequest, SimResponse, Simulator } from '#simulation/simulator.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { trytonSimulator } from '#vendors/tryton/simulator/simulator.ts';

export type Answer = { readonly status: number; readonly body: unknown };

export type Bench = {
  readonly clock: TestClock;
  readonly company: Company;
  readonly writes: readonly string[];
  readonly simulator: Simulator;
  raw(request: Partial<SimRequest>): Promise<Answer>;
  /** The result of a model's method, with the session's context added to the given one. Throws on any error. */
  call(method: string, args: readonly unknown[], context?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** The error of a refused call. */
  refused(method: string, args: readonly unknown[]): Promise<unknown>;
  authorization(): Promise<string>;
};

/** A company with one warehouse and nothing in it: a fresh database. */
export const emptyCompany = (startedAt: string): Company => ({
  name: 'Kaufhaus Beispiel GmbH',
  currency: 'EUR',
  size: 'small',
  startedAt,
  sites: drawCompany({ size: 'small', nowMs: Date.parse(startedAt) }).sites.slice(0, 1),
  products: [],
  items: [],
  stock: [],
  orders: [],
});

export const createBench = (given?: Company): Bench => {
  const clock = createTestClock();
  const company = given ?? drawCompany({ size: 'small', nowMs: clock.now() });
  const writes: string[] = [];
  const simulator = trytonSimulator.create(company, {
    clock,
    ids: systemIds,
    log: silentLog,
    deliver: () => {
      throw new Error('Tryton pushes nothing');
    },
    recordWrite: (key) => {
      writes.push(key);
    },
  });

  const raw: Bench['raw'] = async (request) => {
    const response: SimResponse = await simulator.handle({
      method: 'POST',
      path: '/retail/',
      query: new URLSearchParams(),
      rawBody: '',
      ...request,
      headers: { 'content-type': 'application/json', ...request.headers },
    });
    const text = String(response.body ?? '');
    const isJson = response.headers?.['content-type'] === 'application/json';
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  };

  let token: { readonly value: string; readonly atMs: number } | null = null;
  const authorization = async (): Promise<string> => {
    if (token !== null && clock.now() - token.atMs < 300_000) return token.value;
    const answer = await raw({
      rawBody: JSON.stringify({ id: 1, method: 'common.db.login', params: ['admin', { password: 'admin' }] }),
    });
    const [userId, key] = (answer.body as { result: [number, string] }).result;
    const value = `Session ${Buffer.from(`admin:${userId}:${key}`).toString('base64')}`;
    token = { value, atMs: clock.now() };
    return value;
  };

  const exchange = async (method: string, params: readonly unknown[]): Promise<Readonly<Record<string, unknown>>> => {
    const answer = await raw({
      headers: { authorization: await authorization() },
      rawBody: JSON.stringify({ id: 7, method: `model.${method}`, params }),
    });
    if (answer.status !== 200) throw new Error(`${method}: HTTP ${answer.status}`);
    return answer.body as Readonly<Record<string, unknown>>;
  };

  return {
    clock,
    company,
    writes,
    simulator,
    raw,
    authorization,
    call: async (method, args, context) => {
      const body = await exchange(method, [...args, { company: 1, ...context }]);
      if ('error' in body) throw new Error(`${method}: ${JSON.stringify(body.error)}`);
      return body.result;
    },
    refused: async (method, args) => {
      const body = await exchange(method, [...args, { company: 1 }]);
      if (!('error' in body)) throw new Error(`${method} was not refused: ${JSON.stringify(body)}`);
      return body.error;
    },
  };
};

/** The first seeded order that stands in this stage and is shipped by a warehouse. */
export const shippedOrder = (company: Company, stage: CompanyOrder['stage']): CompanyOrder => {
  const found = company.orders.find(
    (order) => order.stage === stage && order.method === 'SHIP_TO_HOME' && order.erpNumber !== undefined,
  );
  if (found === undefined) throw new Error(`the small company has no shipped order in ${stage}`);
  return found;
};
