/**
 * Sends a vendor's webhooks, at least once: each is repeated with growing pauses until the target answers 2xx, and
 * those for one target go out one after the other, unless a fault says otherwise.
 */
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import type { FaultBoard } from '#simulation/host/fault-board.ts';
import type { Ledger } from '#simulation/host/ledger.ts';
import type { SimDelivery } from '#simulation/simulator.ts';

export type Deliverer = AsyncDisposable & { deliver(delivery: SimDelivery): void };

export type DelivererDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly fetch: typeof globalThis.fetch;
  readonly faults: FaultBoard;
  readonly ledger: Ledger;
};

/** 1 s, 2 s, 4 s ... between attempts: the last one comes about four minutes after the first. */
const FIRST_PAUSE_MS = 1_000;
export const MOST_ATTEMPTS = 9;
const ANSWER_TIMEOUT_MS = 10_000;
/** More than this waiting for one target means that nobody listens there. */
const MOST_WAITING = 10_000;

/** Held back until enough later ones have gone. */
type Held = { readonly deliveries: readonly SimDelivery[]; overtakenBy: number };
type Target = { readonly waiting: SimDelivery[]; readonly held: Set<Held>; sending: boolean };

export const pauseMsAfter = (attempt: number): number => FIRST_PAUSE_MS * 2 ** (attempt - 1);

export const createDeliverer = (deps: DelivererDeps): Deliverer => {
  const { clock, log, faults, ledger } = deps;
  const stopping = new AbortController();
  const targets = new Map<string, Target>();
  const running = new Set<Promise<void>>();

  /** Runs in the background until done or stopped; a failure here is a bug of the host and must be seen. */
  const start = (task: () => Promise<void>): void => {
    const run = task()
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) log.error({ err: error }, 'webhook delivery broke');
      })
      .finally(() => running.delete(run));
    running.add(run);
  };

  const attempt = async (delivery: SimDelivery): Promise<number | 'failed'> => {
    const timer = new AbortController();
    const signal = AbortSignal.any([stopping.signal, timer.signal]);
    const answered = new AbortController();
    clock.delay(ANSWER_TIMEOUT_MS, answered.signal).then(
      () => timer.abort(new Error('no answer in time')),
      () => undefined,
    );
    try {
      const response = await deps.fetch(delivery.url, {
        method: 'POST',
        headers: { ...delivery.headers },
        body: delivery.body,
        signal,
        redirect: 'manual',
      });
      await response.arrayBuffer();
      return response.status;
    } catch (error) {
      stopping.signal.throwIfAborted();
      log.debug({ err: error, eventId: delivery.eventId }, 'webhook target unreachable');
      return 'failed';
    } finally {
      answered.abort();
    }
  };

  const send = async (delivery: SimDelivery): Promise<void> => {
    const sending = ledger.sendingStarted(delivery.eventId, delivery.url);
    for (let number = 1; number <= MOST_ATTEMPTS; number++) {
      const status = await attempt(delivery);
      sending.attempted(status);
      if (status !== 'failed' && status >= 200 && status < 300) return sending.ended('acknowledged');
      if (number < MOST_ATTEMPTS) await clock.delay(pauseMsAfter(number), stopping.signal);
    }
    log.warn({ eventId: delivery.eventId, url: delivery.url }, 'webhook given up');
    sending.ended('abandoned');
  };

  const targetOf = (url: string): Target => {
    const target = targets.get(url) ?? { waiting: [], held: new Set<Held>(), sending: false };
    targets.set(url, target);
    return target;
  };

  const release = (target: Target, held: Held): void => {
    if (!target.held.delete(held)) return;
    for (const delivery of held.deliveries) enqueue(target, delivery);
  };

  const drain = async (target: Target): Promise<void> => {
    target.sending = true;
    for (let next = target.waiting.shift(); next !== undefined; next = target.waiting.shift()) {
      const overtaking = [...target.held];
      await send(next);
      for (const held of overtaking) {
        held.overtakenBy -= 1;
        if (held.overtakenBy <= 0) release(target, held);
      }
    }
    target.sending = false;
  };

  const enqueue = (target: Target, delivery: SimDelivery): void => {
    if (target.waiting.length >= MOST_WAITING) {
      ledger.deliveryLost();
      log.warn({ eventId: delivery.eventId, url: delivery.url }, 'webhook dropped: too many waiting for this target');
      return;
    }
    target.waiting.push(delivery);
    if (!target.sending) start(() => drain(target));
  };

  const hold = (target: Target, held: Held, holdMs: number): void => {
    target.held.add(held);
    start(async () => {
      await clock.delay(holdMs, stopping.signal);
      release(target, held);
    });
  };

  const repeatLater = (target: Target, delivery: SimDelivery, delayMs: number): void =>
    start(async () => {
      await clock.delay(delayMs, stopping.signal);
      enqueue(target, delivery);
    });

  return {
    deliver: (delivery) => {
      if (stopping.signal.aborted) return;
      const plan = faults.planDelivery(delivery);
      if (plan.lost) return ledger.deliveryLost();
      const target = targetOf(delivery.url);
      const deliveries = Array.from({ length: 1 + plan.copies }, () => delivery);
      if (plan.reorder) hold(target, { deliveries, overtakenBy: plan.reorder.overtakenBy }, plan.reorder.holdMs);
      else for (const each of deliveries) enqueue(target, each);
      for (const delayMs of plan.repeatAfterMs) repeatLater(target, delivery, delayMs);
    },
    [Symbol.asyncDispose]: async () => {
      stopping.abort(new Error('the simulators stop'));
      await Promise.allSettled([...running]);
    },
  };
};
