/**
 * Everything that goes out to a vendor passes its governor, so that the vendor's limits are never broken, the most
 * urgent calls are served first, and a failing vendor is left alone. docs/decisions/0017-governor.md says why it is so.
 */
import type { CallClass, CallOptions } from '#model/call.ts';
import type { Clock } from '#runtime/clock.ts';
import { Failure, isFailure } from '#runtime/failure.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import { attempt } from './attempt.ts';
import { createDispatcher } from './dispatcher.ts';
import { goneFailure, refusedFailure } from './failures.ts';
import { createLanes, type Lane, opensAtMs } from './lanes.ts';
import { createOutboundFetch, type OutboundFetch } from './outbound-fetch.ts';
import { createMemoryQuotaStore } from './quota/memory-store.ts';
import type { QuotaStore } from './quota/store.ts';
import { createQuotaAccount } from './quota-account.ts';
import { backOffMs, earned, FULL_BUDGET, MAX_ATTEMPTS, spent } from './repeating.ts';
import type { GovernorReport } from './report.ts';
import { createStatistics } from './statistics.ts';
import { createTeaching } from './teaching.ts';
import type { OutboundRequest, OutboundResponse, Upstream, UpstreamLimits } from './upstream.ts';
import { type Result, resultOf } from './verdicts.ts';
import { createVitals } from './vitals.ts';

/** One finished call, all its attempts in one, for metrics: `outcome` is "ok" or a failure code. */
export type CallObservation = {
  readonly connection: string;
  readonly operation: string;
  readonly callClass: CallClass;
  readonly outcome: string;
  readonly durationMs: number;
  /** Attempts after the first. */
  readonly retries: number;
  /** Attempts that the vendor refused for their rate. */
  readonly throttled: number;
};

export type GovernorOptions = {
  readonly connection: string;
  readonly limits: UpstreamLimits;
  /** Names the account in the quota store: governors with the same key keep its limits together. */
  readonly quotaKey?: string;
};

export type GovernorDeps = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly fetch?: OutboundFetch;
  readonly quotas?: QuotaStore;
  readonly observe?: (observation: CallObservation) => void;
};

export type Governor = Upstream & {
  /** The same governor for another connection to the same account: its failures and metrics carry that name. */
  named(connection: string): Upstream;
  report(): GovernorReport;
  /** Tells when the circuit has changed, and when a hold has begun or ended. The returned function ends it. */
  onChange(listener: () => void): () => void;
};

/** One call on its way, with what became of it so far. */
type Job = {
  readonly connection: string;
  readonly operation: string;
  readonly request: OutboundRequest;
  readonly call: CallOptions;
  readonly lane: Lane;
  readonly arrival: number;
  attempts: number;
  throttled: number;
};

export const createGovernor = (options: GovernorOptions, deps: GovernorDeps): Governor => {
  const { limits } = options;
  const { clock, ids } = deps;
  const log = deps.log.child({ connection: options.connection });
  const send = deps.fetch ?? createOutboundFetch(limits);
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  const statistics = createStatistics({ clock });
  const lanes = createLanes(limits.quotas);
  const account = createQuotaAccount(
    { key: options.quotaKey ?? options.connection },
    { store: deps.quotas ?? createMemoryQuotaStore({ clock }), clock, log },
  );
  const vitals = createVitals(limits, {
    clock,
    log,
    changed: () => {
      refuseWhilePaused();
      changed();
    },
  });
  const dispatcher = createDispatcher(lanes, {
    clock,
    account,
    slots: (out) => {
      const { admits } = vitals.admission();
      if (admits === 'NOTHING') return 0;
      return admits === 'PROBE' ? Math.min(limits.maxConcurrent, out + 1) : vitals.slots();
    },
    urgentOnly: () => vitals.admission().admits === 'PROBE',
    servedPerSecond: vitals.servedPerSecond,
  });
  const teaching = createTeaching(lanes, { clock, ids, account, dispatcher, changed });
  let budget = FULL_BUDGET;
  let arrivals = 0;

  /** While calls are paused nobody waits: the pause may be longer than anybody's time. */
  const refuseWhilePaused = (): void => {
    const admission = vitals.admission();
    if (admission.admits !== 'NOTHING') return;
    const refusal = { code: 'CIRCUIT_OPEN', retryAfterMs: admission.retryAfterMs } as const;
    for (const waiter of dispatcher.clear()) waiter.refuse(refusal);
  };

  const timeIsUpAtMs = ({ deadlineMs, callClass }: CallOptions): number =>
    deadlineMs ?? (callClass === 'BACKGROUND' ? Number.POSITIVE_INFINITY : clock.now() + limits.timeoutMs);

  const trySend = async (job: Job): Promise<Result> => {
    const { call, connection, lane, operation, request } = job;
    const leftMs = (call.deadlineMs ?? Number.POSITIVE_INFINITY) - clock.now();
    const kind = { operation, isBackground: call.callClass === 'BACKGROUND', idempotent: request.idempotent };
    const begun = vitals.began(kind, dispatcher.out, leftMs);
    const timeoutMs = begun.givenMs;
    statistics.count('sent');
    if (job.attempts > 0) statistics.count('retried');
    else budget = earned(budget);
    job.attempts += 1;
    const outcome = await attempt(request, { timeoutMs, signal: call.signal }, { send, clock });
    const nowMs = clock.now();
    const elapsedMs = nowMs - begun.sentAtMs;
    let throttledForMs: number | null = null;
    if (outcome.kind === 'ANSWERED') {
      statistics.took(elapsedMs);
      const signals = limits.readSignals(outcome.answer, nowMs, operation);
      teaching.heard(lane, request.cost ?? {}, signals, begun.sentAtMs);
      if (signals.throttled) {
        throttledForMs = Math.max(0, opensAtMs(lane) - nowMs);
        job.throttled += 1;
        statistics.count('throttled');
      }
    }
    const result = resultOf(outcome, {
      connection,
      operation,
      idempotent: request.idempotent,
      throttledForMs,
      timeoutMs,
      longestMs: limits.timeoutMs,
      elapsedMs,
      timeWasUp: call.deadlineMs !== undefined && nowMs >= call.deadlineMs,
    });
    if (result.verdict === 'FAILURE') statistics.count('failed');
    vitals.ended(begun, result.verdict, result.load);
    dispatcher.left();
    return result;
  };

  /** Waits for its turn and sends, or tells why not. */
  const takeTurn = (job: Job): Promise<Result | Failure> =>
    new Promise((resolve) => {
      const { call, lane, request, arrival } = job;
      const { signal } = call;
      const onAbort = (): void => {
        leave();
        resolve(goneFailure(job, false, signal.reason));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const leave = dispatcher.enter({
        lane,
        arrival,
        again: job.attempts > 0,
        callClass: call.callClass,
        cost: request.cost ?? {},
        limitAtMs: timeIsUpAtMs(call),
        start: () => {
          signal.removeEventListener('abort', onAbort);
          resolve(trySend(job));
        },
        refuse: (refusal) => {
          signal.removeEventListener('abort', onAbort);
          if (refusal.code === 'LOAD_SHED') statistics.count('shed');
          resolve(refusedFailure(job, refusal));
        },
      });
    });

  /** Whether a call that failed is sent again; resolves when it may. */
  const mayRepeat = async (job: Job, repeat: 'NEVER' | 'AFTER_PAUSE' | 'AFTER_HOLD'): Promise<boolean> => {
    const timeUpAtMs = timeIsUpAtMs(job.call);
    if (repeat === 'NEVER' || job.attempts >= MAX_ATTEMPTS) return false;
    if (repeat === 'AFTER_HOLD') return opensAtMs(job.lane) < timeUpAtMs;
    const pauseMs = backOffMs(job.attempts, ids.random());
    const rest = spent(budget);
    if (rest === null || vitals.admission().admits !== 'ALL' || clock.now() + pauseMs >= timeUpAtMs) return false;
    budget = rest;
    await clock.delay(pauseMs, job.call.signal).catch(() => undefined);
    return true;
  };

  const run = async (job: Job): Promise<OutboundResponse> => {
    const { signal } = job.call;
    // What became of an attempt that may have had an effect is worth more than why there was no other one.
    let effect: Failure | null = null;
    for (;;) {
      if (signal.aborted) throw goneFailure(job, effect !== null, signal.reason);
      const admission = vitals.admission();
      if (admission.admits === 'NOTHING')
        throw effect ?? refusedFailure(job, { code: 'CIRCUIT_OPEN', retryAfterMs: admission.retryAfterMs });
      const result = await takeTurn(job);
      if (result instanceof Failure) throw effect ?? result;
      if ('answer' in result) return result.answer;
      if (result.failure.details.sent === true) effect = result.failure;
      if (!(await mayRepeat(job, result.repeat))) throw effect ?? result.failure;
    }
  };

  const sendAs = async (connection: string, request: OutboundRequest, call: CallOptions): Promise<OutboundResponse> => {
    const { operation } = request;
    const startedMs = clock.now();
    const lane = lanes.of(operation);
    const job: Job = { connection, operation, request, call, lane, arrival: ++arrivals, attempts: 0, throttled: 0 };
    let outcome = 'ok';
    try {
      return await run(job);
    } catch (error) {
      outcome = isFailure(error) ? error.code : 'INTERNAL';
      throw error;
    } finally {
      deps.observe?.({
        connection,
        operation,
        callClass: call.callClass,
        outcome,
        durationMs: clock.now() - startedMs,
        retries: Math.max(0, job.attempts - 1),
        throttled: job.throttled,
      });
    }
  };

  const named = (connection: string): Upstream => ({ send: (request, call) => sendAs(connection, request, call) });

  return {
    ...named(options.connection),
    named,
    report: () => {
      const { state, since } = vitals.circuit();
      return {
        circuit: state,
        since,
        quotas: lanes.quotas().map((quota) => ({ name: quota.name, ...account.view(quota) })),
        inFlight: dispatcher.out,
        concurrency: vitals.slots(),
        waiting: dispatcher.waiting,
        ...statistics.read(),
      };
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
};
