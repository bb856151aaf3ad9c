/** The control endpoints: how tests, demos and people tell a simulator what to do and ask it what it saw. */
import { parseFault } from '#simulation/host/faults.ts';
import type { VendorHost } from '#simulation/host/vendor-host.ts';
import { SimActError, type SimRequest, type SimResponse } from '#simulation/simulator.ts';

export const CONTROL_PREFIX = '/_control/';

type Handler = (host: VendorHost, request: SimRequest, rest: string | undefined) => Promise<SimResponse> | SimResponse;

const failed = (status: number, message: string, headers: SimResponse['headers'] = {}): SimResponse => ({
  status,
  headers,
  body: { error: message },
});

const jsonObjectOf = (request: SimRequest): Readonly<Record<string, unknown>> => {
  let body: unknown;
  try {
    body = JSON.parse(request.rawBody);
  } catch {
    throw new SimActError('body: must be a JSON object');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new SimActError('body: must be a JSON object');
  }
  return { ...body };
};

const clearFaults: Handler = (host, _request, id) => {
  if (host.faults.clear(id) === 0 && id !== undefined) {
    return failed(404, `fault "${id}" is not in force: GET faults lists those that are`);
  }
  return { status: 204 };
};

const act: Handler = async (host, request) => {
  const command = jsonObjectOf(request);
  if (typeof command.kind !== 'string') throw new SimActError('kind: must name what is to happen');
  return { status: 200, body: (await host.simulator.act(command)) ?? {} };
};

const HANDLERS: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  faults: {
    GET: (host) => ({ status: 200, body: { faults: host.faults.list() } }),
    POST: (host, request) => ({ status: 201, body: host.faults.add(parseFault(jsonObjectOf(request))) }),
    DELETE: clearFaults,
  },
  ledger: {
    GET: (host) => ({ status: 200, body: host.ledger.report() }),
    DELETE: (host) => {
      host.ledger.reset();
      return { status: 204 };
    },
  },
  act: { POST: act },
};

/** `request.path` begins with CONTROL_PREFIX. */
export const answerControl = async (host: VendorHost, request: SimRequest): Promise<SimResponse> => {
  const [name = '', rest, ...more] = request.path.slice(CONTROL_PREFIX.length).split('/');
  const methods = Object.hasOwn(HANDLERS, name) ? HANDLERS[name] : undefined;
  if (!methods || more.length > 0) {
    return failed(404, `no control "${name}": there are ${Object.keys(HANDLERS).join(', ')}`);
  }
  const handler = methods[request.method];
  if (!handler) {
    const allow = Object.keys(methods).join(', ');
    return failed(405, `${name} answers ${allow}`, { allow });
  }
  try {
    return await handler(host, request, rest);
  } catch (error) {
    if (error instanceof SimActError) return failed(400, error.message);
    throw error;
  }
};
