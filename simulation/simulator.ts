/**
 * What a vendor's simulator is: the vendor's API over one simulated company, driven by a host that serves it over
 * HTTP, injects faults, keeps the ledger and delivers its webhooks. Written from the vendor's reference, never from our
 * own decoders.
 */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import type { Company } from '#simulation/company/company.ts';

export type SimRequest = {
  readonly method: string;
  /** Path below `/<vendor>`, e.g. "/v2/orders/search". */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawBody: string;
};

export type SimResponse = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is; anything else as JSON. */
  readonly body?: unknown;
};

/** A delivery the vendor wants to make. The host retries, duplicates, delays and reorders it as the faults say. */
export type SimDelivery = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly eventId: string;
};

export type SimulatorDeps = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  deliver(delivery: SimDelivery): void;
  /** Records a write under its business key, so that tests can count effects. */
  recordWrite(businessKey: string, detail: Readonly<Record<string, unknown>>): void;
};

/** One rate bucket of the vendor, enforced by the host: which calls it covers, and how it answers when empty. */
export type SimLimit = { readonly name: string; readonly ratePerSecond: number; readonly burst: number };

export type Simulator = {
  handle(request: SimRequest): Promise<SimResponse> | SimResponse;
  /**
   * Makes something happen in the simulated shop or warehouse: `{ "kind": "sale", ... }`. Every simulator knows
   * "subscribe" (`{ kind, url, secret? }`: where its webhooks go) if the vendor pushes. Throws SimActError on bad input.
   */
  act(command: Readonly<Record<string, unknown>>): Promise<unknown> | unknown;
  /** The vendor's published limit that a request falls under, or null. */
  limitOf?(request: SimRequest): SimLimit | null;
  /**
   * The vendor's name of the operation that a request asks for, e.g. "orders.search": the ledger counts by it and faults
   * can match it. Worth having where path and method do not tell (RPC, GraphQL); otherwise they are the name.
   */
  operationOf?(request: SimRequest): string | null;
  /**
   * The vendor's own answer to too many calls. `retryAfter` is a ready header value in the form that a fault asks for:
   * it is sent, even by a vendor that never sends one. Null when the fault asks for none, or when a limit of the
   * vendor's own was hit: then answer as the vendor would.
   */
  throttled(request: SimRequest, retryAfter: string | null): SimResponse;
  /** The vendor's own answer when it is down. */
  unavailable(request: SimRequest): SimResponse;
};

export type SimulatorFactory = {
  readonly vendor: string;
  create(company: Company, deps: SimulatorDeps): Simulator;
};

/** Bad input to `act`: answered with 400 and this message. */
export class SimActError extends Error {
  override readonly name = 'SimActError';
}
