import type { UpstreamLimits } from '#runtime/resilience/upstream.ts';

/** Seconds or HTTP date, as any HTTP server may send it. */
const retryAfterMs = (headers: Readonly<Record<string, string>>, nowMs: number): number | null => {
  const value = headers['retry-after'];
  if (value === undefined) return null;
  if (/^\d+$/.test(value.trim())) return Number(value.trim()) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
};

/**
 * Tryton publishes no limits. Measured on PostgreSQL: about 30 calls a second altogether, no more with 8 callers than
 * with 4, so further concurrency would only lengthen everyone's wait. The only 429 is the login's brute-force guard.
 */
export const trytonLimits: UpstreamLimits = {
  maxConcurrent: 4,
  timeoutMs: 15_000,
  operations: {},
  retryAfterMs,
};
