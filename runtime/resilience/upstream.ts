/** The shape of a governed upstream: what adapters declare about a vendor, and the one way they may call it. */
import type { CallOptions } from '#model/call.ts';

export type OperationLimit = { readonly ratePerSecond: number; readonly burst: number };

/** A vendor's published limits, as data beside its adapter. */
export type UpstreamLimits = {
  readonly maxConcurrent: number;
  /** Longest time one attempt may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Limits per operation name; an operation without an entry is bound by concurrency, and by holds. */
  readonly operations: Readonly<Record<string, OperationLimit>>;
  /** Milliseconds to hold after a throttled answer, or null when the answer does not say. */
  retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | null;
};

export type OutboundRequest = {
  /** Name of the operation in the vendor's own terms: key of the limits, label of metrics. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether sending it twice is harmless. Only then may an attempt that got no answer be repeated. */
  readonly idempotent: boolean;
};

export type OutboundResponse = {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
};

/**
 * Sends a request within the vendor's limits and the caller's time. Answers below 500 other than 429 are returned for
 * the adapter to read; everything else becomes a Failure (UPSTREAM_TIMEOUT, UPSTREAM_RATE_LIMITED,
 * UPSTREAM_UNAVAILABLE, CIRCUIT_OPEN).
 */
export type Upstream = { send(request: OutboundRequest, call: CallOptions): Promise<OutboundResponse> };
