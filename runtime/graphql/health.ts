/**
 * /livez, /readyz and /metrics. Live: the process turns. Ready: it can do its own work and is not stopping. An outage of
 * a vendor's system fails neither: restarting us would not mend it.
 */
import type { Clock } from '#runtime/clock.ts';
import { jsonResponse } from '#runtime/http/responses.ts';
import type { Route } from '#runtime/http/routes.ts';
import type { Log } from '#runtime/log.ts';
import type { ServerMetrics } from '#runtime/telemetry/metrics.ts';
import { openTimeBudget } from './time-budget.ts';

/** Resolves when this part works; rejects with the reason when it does not. */
export type ReadinessCheck = { readonly name: string; check(signal: AbortSignal): Promise<void> };

export type HealthOptions = {
  readonly checks: readonly ReadinessCheck[];
  /** Longest time a check may take, in milliseconds; a slower one counts as failed. */
  readonly checkTimeoutMs: number;
  isStopping(): boolean;
};

type CheckResult = { readonly name: string; readonly ok: boolean };

export const healthRoutes = (
  options: HealthOptions,
  deps: { readonly metrics: ServerMetrics; readonly clock: Clock; readonly log: Log },
): readonly Route[] => {
  const run = async (entry: ReadinessCheck): Promise<CheckResult> => {
    using budget = openTimeBudget(options.checkTimeoutMs, new AbortController().signal, deps.clock);
    const late = new Promise<never>((_, reject) => {
      budget.signal.addEventListener('abort', () => reject(budget.signal.reason), { once: true });
    });
    try {
      await Promise.race([entry.check(budget.signal), late]);
      return { name: entry.name, ok: true };
    } catch (error) {
      // The reason may name hosts or files: it goes to the log, not to whoever asks.
      deps.log.warn({ err: error, check: entry.name }, 'not ready');
      return { name: entry.name, ok: false };
    }
  };
  return [
    { method: 'GET', path: '/livez', handle: () => jsonResponse(200, { status: 'live' }) },
    {
      method: 'GET',
      path: '/readyz',
      handle: async () => {
        if (options.isStopping()) return jsonResponse(503, { status: 'stopping', checks: [] });
        const checks = await Promise.all(options.checks.map(run));
        const isReady = checks.every((check) => check.ok);
        return jsonResponse(isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready', checks });
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      handle: async () => ({
        status: 200,
        headers: { 'content-type': deps.metrics.registry.contentType },
        body: await deps.metrics.text(),
      }),
    },
  ];
};
