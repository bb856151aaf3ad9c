/** What a Tryton server bears. */
import { retryAfterMs } from '#runtime/resilience/retry-after.ts';
import type { UpstreamLimits } from '#runtime/resilience/upstream.ts';

/**
 * Tryton has no rate limit. Measured on PostgreSQL it answers about 30 calls a second altogether, no more with 8 callers
 * than with 4: that is its capacity and not a quota, kept by concurrency, and further concurrency would only lengthen
 * everyone's wait. What refuses for rate is the login's brute-force guard, without which nothing else can be called, or
 * a proxy in front of the whole server: either holds every call, which is what the one quota over all is for.
 */
export const trytonLimits: UpstreamLimits = {
  maxConcurrent: 4,
  timeoutMs: 15_000,
  quotas: [{ name: 'server', operations: 'all', shape: { kind: 'unpublished' } }],
  readSignals: ({ status, headers }, nowMs) => {
    if (status !== 429) return { throttled: false };
    const holdMs = retryAfterMs(headers['retry-after'], nowMs);
    return { throttled: true, ...(holdMs === null ? {} : { holdMs }) };
  },
};
