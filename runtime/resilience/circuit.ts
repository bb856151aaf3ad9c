/**
 * The circuit of an upstream as a pure state machine. Failures open it; while it is open one single call at a time is
 * let through to try, and the first success closes it.
 */
import type { CircuitState } from './report.ts';

/** What an attempt says about the system's health; NOTHING when it was given up too early to say anything. */
export type Verdict = 'SUCCESS' | 'FAILURE' | 'NOTHING';

type Second = { readonly atMs: number; readonly attempts: number; readonly failures: number };

export type Circuit = {
  readonly state: CircuitState;
  /** When it became so; an open circuit stays as old as its outage, however many probes fail. */
  readonly sinceMs: number;
  /** Changes with the state: verdicts on attempts that began under an earlier one no longer count. */
  readonly generation: number;
  readonly failuresInRow: number;
  readonly seconds: readonly Second[];
  readonly openedAtMs: number;
  /** When the next probe may begin, while not closed. */
  readonly probeAtMs: number;
};

export type Admission =
  | { readonly admits: 'ALL' }
  | { readonly admits: 'PROBE' }
  | { readonly admits: 'NOTHING'; readonly retryAfterMs: number };

const FAILURES_IN_ROW_TO_OPEN = 5;
const FAILING_PART_TO_OPEN = 0.5;
const ATTEMPTS_TO_JUDGE = 20;
const WINDOW_MS = 10_000;

/** From the beginning of one probe to the next. Never more: a system that is back must be noticed within seconds. */
export const PROBE_EVERY_MS = 5_000;

export const closedCircuit = (nowMs: number, generation = 0): Circuit => ({
  state: 'CLOSED',
  sinceMs: nowMs,
  generation,
  failuresInRow: 0,
  seconds: [],
  openedAtMs: nowMs,
  probeAtMs: nowMs,
});

export const admission = (circuit: Circuit, nowMs: number): Admission => {
  if (circuit.state === 'CLOSED') return { admits: 'ALL' };
  if (circuit.state === 'OPEN' && nowMs >= circuit.probeAtMs) return { admits: 'PROBE' };
  return { admits: 'NOTHING', retryAfterMs: Math.max(1, circuit.probeAtMs - nowMs) };
};

/** A probe sets out: nobody else does until its verdict. */
export const probing = (circuit: Circuit, nowMs: number): Circuit => ({
  ...circuit,
  state: 'HALF_OPEN',
  sinceMs: nowMs,
  generation: circuit.generation + 1,
  probeAtMs: nowMs + PROBE_EVERY_MS,
});

const counted = (seconds: readonly Second[], failed: boolean, nowMs: number): readonly Second[] => {
  const atMs = Math.floor(nowMs / 1_000) * 1_000;
  const kept = seconds.filter((second) => second.atMs > nowMs - WINDOW_MS && second.atMs !== atMs);
  const current = seconds.find((second) => second.atMs === atMs) ?? { atMs, attempts: 0, failures: 0 };
  return [
    ...kept,
    { atMs, attempts: current.attempts + 1, failures: failed ? current.failures + 1 : current.failures },
  ];
};

const mustOpen = (failuresInRow: number, seconds: readonly Second[]): boolean => {
  const attempts = seconds.reduce((sum, second) => sum + second.attempts, 0);
  const failures = seconds.reduce((sum, second) => sum + second.failures, 0);
  return (
    failuresInRow >= FAILURES_IN_ROW_TO_OPEN ||
    (attempts >= ATTEMPTS_TO_JUDGE && failures >= attempts * FAILING_PART_TO_OPEN)
  );
};

/** The circuit after the verdict on an attempt that began in `generation`. */
export const judged = (circuit: Circuit, verdict: Verdict, generation: number, nowMs: number): Circuit => {
  if (generation !== circuit.generation) return circuit;
  if (circuit.state === 'HALF_OPEN') {
    if (verdict === 'SUCCESS') return closedCircuit(nowMs, generation + 1);
    return { ...circuit, state: 'OPEN', sinceMs: circuit.openedAtMs, generation: generation + 1 };
  }
  if (circuit.state === 'OPEN' || verdict === 'NOTHING') return circuit;
  const failed = verdict === 'FAILURE';
  const failuresInRow = failed ? circuit.failuresInRow + 1 : 0;
  const seconds = counted(circuit.seconds, failed, nowMs);
  if (!failed || !mustOpen(failuresInRow, seconds)) return { ...circuit, failuresInRow, seconds };
  return {
    state: 'OPEN',
    sinceMs: nowMs,
    generation: generation + 1,
    failuresInRow: 0,
    seconds: [],
    openedAtMs: nowMs,
    probeAtMs: nowMs + PROBE_EVERY_MS,
  };
};
