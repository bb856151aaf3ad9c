/** One vendor's simulator with its faults, limits, ledger and webhooks: decides what a call gets, knows no socket. */
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import type { Company } from '#simulation/company/company.ts';
import { createDeliverer } from '#simulation/host/deliverer.ts';
import { toDriftedResponse } from '#simulation/host/drift.ts';
import { createFaultBoard, type EndingFault, type FaultBoard } from '#simulation/host/fault-board.ts';
import { type ToldWait, toldWait } from '#simulation/host/faults.ts';
import { createGate } from '#simulation/host/gate.ts';
import { createLedger, type Ledger } from '#simulation/host/ledger.ts';
import { pathPatternOf } from '#simulation/host/patterns.ts';
import type { SimRequest, SimResponse, Simulator, SimulatorFactory } from '#simulation/simulator.ts';

/** What goes back to the caller: an answer, nothing ("drop": the connection is closed), or a broken connection. */
export type Outcome =
  | { readonly kind: 'answer'; readonly response: SimResponse }
  | { readonly kind: 'drop' }
  | { readonly kind: 'reset' };

export type CallSignals = {
  /** Aborts when the host stops. */
  readonly stopping: AbortSignal;
  /** Aborts when the caller hangs up. */
  readonly callerGone: AbortSignal;
};

export type VendorHost = AsyncDisposable & {
  readonly vendor: string;
  readonly faults: FaultBoard;
  readonly ledger: Ledger;
  readonly simulator: Simulator;
  call(request: SimRequest, signals: CallSignals): Promise<Outcome>;
};

export type VendorHostDeps = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly fetch: typeof globalThis.fetch;
};

/** `told`: what a refusal for rate said about coming back; undefined for everything that is no such refusal. */
type Judged = { readonly outcome: Outcome; readonly told?: ToldWait | null };

const answer = (response: SimResponse): Judged => ({ outcome: { kind: 'answer', response } });
const DROP: Judged = { outcome: { kind: 'drop' } };

const DEFAULT_RETRY_AFTER_MS = 1_000;

const throttleWaitMs = (fault: EndingFault & { readonly kind: 'throttle' }, nowMs: number): number =>
  fault.retryAfterMs ?? (fault.endsAtMs === null ? DEFAULT_RETRY_AFTER_MS : fault.endsAtMs - nowMs);

export const createVendorHost = (factory: SimulatorFactory, company: Company, deps: VendorHostDeps): VendorHost => {
  const { clock, ids } = deps;
  const log = deps.log.child({ vendor: factory.vendor });
  const ledger = createLedger(factory.vendor, { clock });
  const faults = createFaultBoard({ clock, ids }, ledger.faultApplied);
  const gate = createGate({ clock, faults, ledger });
  const deliverer = createDeliverer({ clock, log, fetch: deps.fetch, faults, ledger });
  const simulator = factory.create(company, {
    clock,
    ids,
    log,
    deliver: deliverer.deliver,
    recordWrite: ledger.written,
  });

  const refuse = (request: SimRequest, told: ToldWait | null): Judged => ({
    ...answer(simulator.throttled(request, told?.value ?? null)),
    told,
  });

  const end = async (fault: EndingFault, request: SimRequest, signals: CallSignals): Promise<Judged> => {
    switch (fault.kind) {
      case 'throttle': {
        const nowMs = clock.now();
        return refuse(request, toldWait(fault.retryAfter, throttleWaitMs(fault, nowMs), nowMs));
      }
      case 'unavailable':
        return answer(simulator.unavailable(request));
      case 'reset':
        return { outcome: { kind: 'reset' } };
      case 'hang':
        // Nobody is left to answer once the caller has gone; the delay's rejection says only that.
        await clock.delay(fault.hangMs, AbortSignal.any([signals.stopping, signals.callerGone])).catch(() => undefined);
        return DROP;
    }
  };

  const perform = async (request: SimRequest): Promise<SimResponse> => {
    try {
      return await simulator.handle(request);
    } catch (error) {
      log.error({ err: error, method: request.method, path: request.path }, 'the simulator failed');
      return { status: 500, body: { error: `simulator of ${factory.vendor} failed: ${String(error)}` } };
    }
  };

  const judge = async (request: SimRequest, operation: string, signals: CallSignals): Promise<Judged> => {
    const { delayMs, ending, limits } = faults.planCall(request, operation);
    const slowly = (): Promise<void> => (delayMs > 0 ? clock.delay(delayMs, signals.stopping) : Promise.resolve());
    if (ending) {
      await slowly();
      return end(ending, request, signals);
    }
    // A limit counts calls when they come in, however slowly they are then answered.
    const entrance = gate.enter(limits, simulator.limitOf?.(request) ?? null);
    if (!entrance.admitted) {
      await slowly();
      return refuse(request, entrance.tell());
    }
    const { drifts, loseReply } = faults.planAnswer(request, operation);
    try {
      await slowly();
      const response = await perform(request);
      return loseReply ? DROP : answer(toDriftedResponse(response, drifts));
    } finally {
      entrance.leave();
    }
  };

  return {
    vendor: factory.vendor,
    faults,
    ledger,
    simulator,
    call: async (request, signals) => {
      const operation = simulator.operationOf?.(request) ?? `${request.method} ${pathPatternOf(request.path)}`;
      const entry = ledger.callStarted(operation);
      let judged: Judged = DROP;
      try {
        judged = await judge(request, operation, signals);
        return judged.outcome;
      } finally {
        const { outcome, told } = judged;
        if (told) entry.told(told.untilMs);
        entry.ended(outcome.kind === 'answer' ? outcome.response.status : null, told !== undefined);
        log.debug({ operation, outcome: outcome.kind }, 'call');
      }
    },
    [Symbol.asyncDispose]: () => deliverer[Symbol.asyncDispose](),
  };
};
