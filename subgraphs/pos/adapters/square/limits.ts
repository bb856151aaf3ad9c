/** What Square allows. It publishes no rates: a refusal is what teaches them. */
import { retryAfterMs } from '#runtime/resilience/retry-after.ts';
import type { UpstreamLimits } from '#runtime/resilience/upstream.ts';

export const squareLimits: UpstreamLimits = {
  maxConcurrent: 10,
  timeoutMs: 10_000,
  quotas: [{ name: 'account', operations: 'all', shape: { kind: 'unpublished' } }],
  // Retry-After comes first; X-RateLimit-Reset is the moment at which the limit opens again.
  readSignals: ({ status, headers }, nowMs) => {
    if (status !== 429) return { throttled: false };
    const holdMs = retryAfterMs(headers['retry-after'], nowMs) ?? retryAfterMs(headers['x-ratelimit-reset'], nowMs);
    return { throttled: true, ...(holdMs === null ? {} : { holdMs }) };
  },
};
