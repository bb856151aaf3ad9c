/** The shape of a governed upstream: what adapters declare about a vendor, and the one way they may call it. */
import type { CallOptions } from '#model/call.ts';
import type { Quota } from './quota/quota.ts';

/** A vendor's published limits, as data beside its adapter. */
export type UpstreamLimits = {
  /** Most calls in the vendor's hands at once. The governor goes lower by itself when the vendor slows down. */
  readonly maxConcurrent: number;
  /** Longest time one attempt may take, in milliseconds. */
  readonly timeoutMs: number;
  /** An operation that none of them covers is bound by concurrency, and by a limit learnt from its refusals. */
  readonly quotas: readonly Quota[];
  /** What the vendor says about its limits in an answer to `operation`, throttled or not. */
  readSignals(answer: OutboundResponse, nowMs: number, operation: string): VendorSignals;
};

/** What one answer says about the quotas that its operation draws on. What it does not say is absent. */
export type VendorSignals = {
  /** The call was refused for its rate, whatever the HTTP status is. */
  readonly throttled: boolean;
  /** Send nothing of these quotas for this long, in milliseconds. */
  readonly holdMs?: number;
  /** The account's own limits, where they differ from the published ones; by quota name. */
  readonly limits?: Readonly<Record<string, { readonly ratePerSecond?: number; readonly burst?: number }>>;
  /** What is left in the vendor's own count, in calls or points; by quota name. */
  readonly available?: Readonly<Record<string, number>>;
  /** What the call really cost, where that is known only afterwards; by quota name. */
  readonly spent?: Readonly<Record<string, number>>;
};

export type OutboundRequest = {
  /** Name of the operation in the vendor's own terms: key of the quotas, label of metrics. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether sending it twice is harmless. Only then may an attempt that got no answer be repeated. */
  readonly idempotent: boolean;
  /** Expected cost by quota name, in that quota's calls or points; 1 where absent. */
  readonly cost?: Readonly<Record<string, number>>;
};

export type OutboundResponse = {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
};

/**
 * Sends a request within the vendor's limits and the caller's time. Answers below 500 that are not a refusal for rate
 * are returned for the adapter to read; everything else becomes a Failure:
 *
 * - UPSTREAM_TIMEOUT, UPSTREAM_UNAVAILABLE: `details.sent` tells whether the vendor may have acted on it;
 * - UPSTREAM_RATE_LIMITED: the quota stays used up beyond the caller's time; `details.retryAfterMs` says for how long;
 * - CIRCUIT_OPEN: calls are paused after repeated failures;
 * - LOAD_SHED: too many more urgent calls are waiting; nothing was sent.
 */
export type Upstream = { send(request: OutboundRequest, call: CallOptions): Promise<OutboundResponse> };
