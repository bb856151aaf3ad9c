/** Serves every vendor's simulator from one HTTP server: `/<vendor>/...`, and its controls at `/<vendor>/_control/`. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import type { CompanySize } from '#simulation/company/company.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import { answerControl, CONTROL_PREFIX } from '#simulation/host/control.ts';
import { BodyTooLarge, readRequest, writeOutcome } from '#simulation/host/http.ts';
import { createVendorHost, type Outcome, type VendorHost } from '#simulation/host/vendor-host.ts';
import type { SimRequest, SimulatorFactory } from '#simulation/simulator.ts';

export type SimulatorHostOptions = {
  /** 0 picks a free one. */
  readonly port: number;
  readonly host: string;
  readonly size: CompanySize;
};

export type SimulatorHostDeps = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly factories: readonly SimulatorFactory[];
  /** How webhooks are sent; the platform's own when absent. */
  readonly fetch?: typeof globalThis.fetch;
};

export type SimulatorHost = AsyncDisposable & { readonly url: string; readonly port: number };

/** Longer than the idle time of any client's connection pool: the client, not the server, ends a connection. */
const KEEP_ALIVE_MS = 120_000;

const answered = (status: number, body: unknown): Outcome => ({ kind: 'answer', response: { status, body } });

const listen = (server: ReturnType<typeof createServer>, options: SimulatorHostOptions): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(
        new Failure(
          'PORT_IN_USE',
          `Port ${options.port} for the simulators is taken: stop the other process, or set SIMULATOR_PORT to another port (0 picks a free one).`,
          { field: 'SIMULATOR_PORT', cause: error },
        ),
      );
    });
    server.listen(options.port, options.host, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });

const urlOf = (host: string, port: number): string => {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
};

export const openSimulatorHost = async (
  options: SimulatorHostOptions,
  deps: SimulatorHostDeps,
): Promise<SimulatorHost> => {
  const { clock, ids, log } = deps;
  const company = drawCompany({ size: options.size, nowMs: clock.now() });
  const fetch = deps.fetch ?? globalThis.fetch;
  const vendors = new Map<string, VendorHost>(
    deps.factories.map((factory) => [factory.vendor, createVendorHost(factory, company, { clock, ids, log, fetch })]),
  );
  const stopping = new AbortController();

  const route = async (request: SimRequest, callerGone: AbortSignal): Promise<Outcome> => {
    if (request.path === '/livez') return answered(200, { status: 'ok' });
    const [, name = '', ...rest] = request.path.split('/');
    const vendor = vendors.get(name);
    if (!vendor) return answered(404, { error: `no simulator "${name}": there are ${[...vendors.keys()].join(', ')}` });
    const below: SimRequest = { ...request, path: `/${rest.join('/')}` };
    if (below.path.startsWith(CONTROL_PREFIX)) {
      return { kind: 'answer', response: await answerControl(vendor, below) };
    }
    return vendor.call(below, { stopping: stopping.signal, callerGone });
  };

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const caller = new AbortController();
    response.once('close', () => caller.abort());
    try {
      writeOutcome(await route(await readRequest(message), caller.signal), response);
    } catch (error) {
      if (error instanceof BodyTooLarge) return writeOutcome(answered(413, { error: error.message }), response);
      if (!stopping.signal.aborted && !caller.signal.aborted) {
        log.error({ err: error, method: message.method, url: message.url }, 'request broke');
      }
      writeOutcome(answered(500, { error: `simulator host failed: ${String(error)}` }), response);
    }
  };

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (message, response) => {
    void serve(message, response);
  });
  const port = await listen(server, options);
  log.info({ port, size: options.size, vendors: [...vendors.keys()] }, 'simulators listen');

  return {
    port,
    url: urlOf(options.host, port),
    [Symbol.asyncDispose]: async () => {
      stopping.abort(new Error('the simulators stop'));
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all([...vendors.values()].map((vendor) => vendor[Symbol.asyncDispose]()));
      server.closeAllConnections();
      await closed;
    },
  };
};
