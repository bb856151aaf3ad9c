/**
 * When a call is sent again. Only the governor repeats calls, so that one request never becomes many: few attempts, a
 * small part of all calls, never while the circuit is open, and never a write that the vendor may have acted on.
 */

/** Attempts of one call at most, whatever the reason for the next one is. */
export const MAX_ATTEMPTS = 3;

const BACK_OFF_BASE_MS = 100;
const BACK_OFF_CAP_MS = 2_000;
const HOLD_BASE_MS = 1_000;
const HOLD_CAP_MS = 60_000;
const HOLD_SPREAD = 0.2;

/** In tenths of a repetition: every call earns one, a repetition costs ten. */
export type RepeatBudget = { readonly tenths: number };

const REPETITION = 10;
const BUDGET_CAP = 10 * REPETITION;

export const FULL_BUDGET: RepeatBudget = { tenths: BUDGET_CAP };

export const earned = ({ tenths }: RepeatBudget): RepeatBudget => ({ tenths: Math.min(BUDGET_CAP, tenths + 1) });

/** Null when it is used up. */
export const spent = ({ tenths }: RepeatBudget): RepeatBudget | null =>
  tenths < REPETITION ? null : { tenths: tenths - REPETITION };

/** Pause before the attempt after `attempt` (from 1), with full jitter; `random` from 0 to 1. */
export const backOffMs = (attempt: number, random: number): number =>
  Math.round(random * Math.min(BACK_OFF_CAP_MS, BACK_OFF_BASE_MS * 2 ** (attempt - 1)));

/** How long to hold after the `inRow`-th refusal for rate (from 1) that does not say for how long. */
export const untoldHoldMs = (inRow: number, random: number): number =>
  Math.round(Math.min(HOLD_CAP_MS, HOLD_BASE_MS * 2 ** Math.min(inRow - 1, 16) * (1 + HOLD_SPREAD * random)));
