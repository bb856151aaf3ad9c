/** A governor on virtual time before a vendor that a test plays by hand. */
import type { CallOptions } from '#model/call.ts';
import { isFailure } from '#runtime/failure.ts';
import type { Ids } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { createGovernor, type GovernorDeps, type GovernorOptions } from '#runtime/resilience/governor.ts';
import type { OutboundFetch } from '#runtime/resilience/outbound-fetch.ts';
import { perOperation } from '#runtime/resilience/quota/quota.ts';
import type { OutboundRequest, UpstreamLimits } from '#runtime/resilience/upstream.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';

export const ids: Ids = { uuid: () => 'u', random: () => 0.5, token: () => 't' };

export type Answer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
};

/** How the vendor answers the `count`-th call (from 1). */
export type Vendor = (
  call: { readonly operation: string; readonly count: number; readonly signal: AbortSignal },
  clock: TestClock,
) => Answer | Promise<Answer>;

export const ok: Answer = { text: 'fine' };
export const down: Answer = { status: 503 };
export const throttled = (retryAfterS?: number): Answer => ({
  status: 429,
  ...(retryAfterS === undefined ? {} : { headers: { 'retry-after': String(retryAfterS) } }),
});
export const reset = (): never => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
};
export const refuseConnection = (): never => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) });
};
/** Never answers, not even when told that nobody waits any more. */
export const hang = (): Promise<never> => new Promise(() => undefined);
export const slowly =
  (ms: number, answer: Answer = ok): Vendor =>
  async (_call, clock) => {
    await clock.delay(ms);
    return answer;
  };

export const limits = (over: Partial<UpstreamLimits> = {}): UpstreamLimits => ({
  maxConcurrent: 4,
  timeoutMs: 5_000,
  quotas: perOperation({ slow: { ratePerSecond: 1, burst: 2 } }),
  readSignals: ({ headers, status }) => {
    const told = headers['retry-after'];
    return { throttled: status === 429, ...(told === undefined ? {} : { holdMs: Number(told) * 1_000 }) };
  },
  ...over,
});

export const request = (operation = 'read', over: Partial<OutboundRequest> = {}): OutboundRequest => ({
  operation,
  method: 'GET',
  url: `http://vendor.test/${operation}`,
  headers: {},
  idempotent: true,
  ...over,
});

export const call = (over: Partial<CallOptions> = {}): CallOptions => ({
  signal: new AbortController().signal,
  callClass: 'DETAIL',
  correlationId: 'c',
  ...over,
});

export type Sent = { readonly operation: string; readonly atMs: number };

export const setUp = (
  vendor: Vendor,
  options: Partial<GovernorOptions> = {},
  deps: Partial<Pick<GovernorDeps, 'ids' | 'quotas' | 'observe' | 'log'>> & { readonly clock?: TestClock } = {},
) => {
  const clock = deps.clock ?? createTestClock();
  const sent: Sent[] = [];
  const fetch: OutboundFetch = async (url, { signal }) => {
    const operation = url.slice(url.lastIndexOf('/') + 1);
    sent.push({ operation, atMs: clock.now() });
    const { status = 200, headers = {}, text = '' } = await vendor({ operation, count: sent.length, signal }, clock);
    return { status, headers: Object.entries(headers), text: async () => text };
  };
  const governor = createGovernor(
    { connection: 'pos-main', limits: limits(), ...options },
    { ids, log: silentLog, ...deps, clock, fetch },
  );
  return { clock, sent, governor, startMs: clock.now() };
};

/** "ok" or the failure's code. */
export const outcomeOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'ok',
    (error: unknown) => (isFailure(error) ? error.code : String(error)),
  );
