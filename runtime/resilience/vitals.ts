/** How an upstream is: its circuit, and how many calls it bears at once. Kept up to date by every attempt. */
import { type Clock, isoOf } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import {
  type Admission,
  admission,
  type Circuit,
  closedCircuit,
  judged,
  PROBE_EVERY_MS,
  probing,
  type Verdict,
} from './circuit.ts';
import {
  afterAnswer,
  afterOutage,
  afterOverload,
  afterSilence,
  type Concurrency,
  fullConcurrency,
  patienceMs,
  slotsOf,
  usualMs,
} from './concurrency.ts';
import type { CircuitState } from './report.ts';

/** An attempt under way, as `began` saw it. */
export type Attempt = {
  readonly operation: string;
  readonly generation: number;
  readonly sentAtMs: number;
  readonly full: boolean;
  /** What it was given, in milliseconds. */
  readonly givenMs: number;
};

/** Calls of one kind, whose times are alike: an operation, by itself where nobody waits for it, since sweeps ask for more. */
export type Kind = { readonly operation: string; readonly isBackground: boolean; readonly idempotent: boolean };

/** What an attempt says about how busy the vendor is. */
export type Load = 'NORMAL' | 'OVERLOAD' | 'SILENCE' | 'UNKNOWN';

export type Vitals = {
  admission(): Admission;
  slots(): number;
  /** A call goes out; it is the probe when the circuit waits for one. `out` counts it too. `leftMs`: the caller's time. */
  began(kind: Kind, out: number, leftMs: number): Attempt;
  ended(attempt: Attempt, verdict: Verdict, load: Load): void;
  /** Calls answered in a second with all slots in use; null before the first. */
  servedPerSecond(): number | null;
  circuit(): { readonly state: CircuitState; readonly since: string };
};

const MEAN_OF_NEW = 0.1;

/** A probe may take this many times what its operation usually takes, if that is more than the time between probes. */
const PROBE_SLOWNESS = 3;

export const createVitals = (
  limits: { readonly maxConcurrent: number; readonly timeoutMs: number },
  deps: { readonly clock: Clock; readonly log: Log; readonly changed: () => void },
): Vitals => {
  const { clock, log } = deps;
  let circuit: Circuit = closedCircuit(clock.now());
  let concurrency: Concurrency = fullConcurrency(limits.maxConcurrent);
  let meanMs: number | null = null;

  const turn = (next: Circuit): void => {
    const before = circuit;
    circuit = next;
    if (before.state === next.state) return;
    if (before.state === 'CLOSED') log.warn({ circuit: next.state }, 'circuit opened');
    if (next.state === 'CLOSED') {
      concurrency = afterOutage(concurrency, clock.now());
      log.info({ outageMs: clock.now() - before.openedAtMs }, 'circuit closed');
    }
    deps.changed();
  };

  /** Most milliseconds that an attempt may take: a probe must not hold up the one after it, nor a hanging call the others. */
  const longestMs = (operation: string, idempotent: boolean): number => {
    if (circuit.state === 'CLOSED')
      return idempotent ? patienceMs(concurrency, operation, limits.timeoutMs) : limits.timeoutMs;
    const usual = usualMs(concurrency, operation) ?? 0;
    return Math.min(limits.timeoutMs, Math.max(PROBE_EVERY_MS, Math.ceil(PROBE_SLOWNESS * usual)));
  };

  return {
    admission: () => admission(circuit, clock.now()),
    slots: () => slotsOf(concurrency),
    began: ({ idempotent, isBackground, operation: name }, out, leftMs) => {
      const sentAtMs = clock.now();
      const operation = isBackground ? `${name} in the background` : name;
      const mostMs = longestMs(operation, idempotent);
      if (circuit.state !== 'CLOSED') turn(probing(circuit, sentAtMs));
      return {
        operation,
        generation: circuit.generation,
        sentAtMs,
        full: out >= slotsOf(concurrency),
        givenMs: Math.min(mostMs, leftMs),
      };
    },
    ended: ({ full, generation, givenMs, operation, sentAtMs }, verdict, load) => {
      const nowMs = clock.now();
      const durationMs = nowMs - sentAtMs;
      if (load === 'OVERLOAD') concurrency = afterOverload(concurrency, sentAtMs, nowMs);
      if (load === 'SILENCE') concurrency = afterSilence(concurrency, operation, { givenMs, sentAtMs }, nowMs);
      if (load === 'NORMAL') {
        const answered = { operation, sentAtMs, durationMs, full };
        concurrency = afterAnswer(concurrency, answered, limits.maxConcurrent, nowMs);
      }
      if (verdict !== 'NOTHING') meanMs = meanMs === null ? durationMs : meanMs + (durationMs - meanMs) * MEAN_OF_NEW;
      turn(judged(circuit, verdict, generation, nowMs));
    },
    servedPerSecond: () => (meanMs === null ? null : (slotsOf(concurrency) * 1_000) / Math.max(1, meanMs)),
    circuit: () => ({ state: circuit.state, since: isoOf(circuit.sinceMs) }),
  };
};
