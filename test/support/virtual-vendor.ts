/**
 * A vendor's real simulator behind an in-process `fetch`: its faults, limits, ledger and webhooks as in the simulator
 * process, without a socket, on a test's clock. What goes wrong comes to the caller as it would from the platform.
 */
import type { Clock } from '#runtime/clock.ts';
import { type Ids, systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { drawCompany } from '#simulation/company/generate.ts';
import type { Fault } from '#simulation/host/fault-board.ts';
import { type FaultInput, parseFault } from '#simulation/host/faults.ts';
import { toWireAnswer } from '#simulation/host/http.ts';
import type { LedgerReport } from '#simulation/host/ledger.ts';
import { createVendorHost, type Outcome, type VendorHost } from '#simulation/host/vendor-host.ts';
import type { SimRequest, SimulatorFactory } from '#simulation/simulator.ts';

export type VirtualVendorDeps = {
  readonly clock: Clock;
  readonly ids?: Ids;
  /** Where webhooks go; the vendor reaches nobody without it. */
  readonly deliverTo?: typeof globalThis.fetch;
  /** Milliseconds that a call is on its way, and its answer on the way back; drawn for each, 0 when absent. */
  readonly travelMs?: () => number;
};

export type VirtualVendor = AsyncDisposable & {
  /** Base URL of the vendor's API for `fetch`. */
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly host: VendorHost;
  addFault(fault: FaultInput): Fault;
  ledger(): LedgerReport;
};

const URL_BASE = 'http://vendor.test';

/** As undici fails: a TypeError whose cause has a code. */
const connectionBroke = (code: string): TypeError =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });

const unreachable: typeof globalThis.fetch = () => Promise.reject(connectionBroke('ECONNREFUSED'));

const readRequest = async (input: string | URL | Request, init: RequestInit | undefined): Promise<SimRequest> => {
  const request = new Request(input, { ...init, signal: null });
  const url = new URL(request.url);
  return {
    method: request.method,
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(request.headers),
    rawBody: await request.text(),
  };
};

const responseOf = (outcome: Outcome): Response => {
  if (outcome.kind === 'reset') throw connectionBroke('ECONNRESET');
  if (outcome.kind === 'drop') throw connectionBroke('UND_ERR_SOCKET');
  const { status, headers, text } = toWireAnswer(outcome.response);
  return new Response(text ?? null, { status, headers });
};

/** Rejects with the signal's reason when it aborts first; what becomes of the work then, nobody asks. */
const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
};

export const createVirtualVendor = (factory: SimulatorFactory, deps: VirtualVendorDeps): VirtualVendor => {
  const { clock } = deps;
  const company = drawCompany({ size: 'small', nowMs: clock.now() });
  const stopping = new AbortController();
  const host = createVendorHost(factory, company, {
    clock,
    ids: deps.ids ?? systemIds,
    log: silentLog,
    fetch: deps.deliverTo ?? unreachable,
  });
  const travel = async (signal?: AbortSignal): Promise<void> => {
    if (deps.travelMs) await clock.delay(deps.travelMs(), signal);
  };

  const exchange = async (input: string | URL | Request, init: RequestInit | undefined): Promise<Response> => {
    const signal = init?.signal ?? undefined;
    const request = await readRequest(input, init);
    await travel(signal);
    const callerGone = signal ?? new AbortController().signal;
    const outcome = await host.call(request, { stopping: stopping.signal, callerGone });
    await travel(signal);
    return responseOf(outcome);
  };

  return {
    url: URL_BASE,
    fetch: async (input, init) => {
      init?.signal?.throwIfAborted();
      return unlessAborted(exchange(input, init), init?.signal ?? undefined);
    },
    host,
    addFault: (fault) => host.faults.add(parseFault(fault)),
    ledger: host.ledger.report,
    [Symbol.asyncDispose]: async () => {
      stopping.abort(new Error('the vendor stops'));
      await host[Symbol.asyncDispose]();
    },
  };
};
