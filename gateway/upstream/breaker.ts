/**
 * Stops asking a subgraph that does not answer, and begins again gently: one request, then two, four and so on while
 * they succeed. Counted are whole failures of the connection or of time; what GraphQL reports as an error is an answer.
 */

export type BreakerState = 'CLOSED' | 'OPEN' | 'RAMP';

export type Breaker = {
  readonly state: BreakerState;
  /** A ticket for a request that may go now, to be handed back with its verdict; 0 when it may not. */
  admit(nowMs: number): number;
  /** Tickets from before the last change of state say nothing any more. */
  succeeded(ticket: number, nowMs: number): void;
  failed(ticket: number, nowMs: number): void;
  /** It ended without telling anything about the subgraph: its caller left. */
  ended(ticket: number): void;
};

const FAILURES_IN_ROW_TO_OPEN = 5;
const FAILING_PART_TO_OPEN = 0.5;
const ENDED_TO_JUDGE = 20;
const WINDOW_MS = 5_000;
const FIRST_PAUSE_MS = 500;
/** A subgraph that is back must be noticed within seconds. */
const LONGEST_PAUSE_MS = 4_000;
/** With so many at once and all well, it is as good as it ever was. */
const RAMP_ENDS_AT = 64;

type Window = { ended: number; failed: number };

const empty = (): Window => ({ ended: 0, failed: 0 });

export const createBreaker = (): Breaker => {
  let state: BreakerState = 'CLOSED';
  let generation = 1;
  let failuresInRow = 0;
  let pauseMs = FIRST_PAUSE_MS;
  let openUntilMs = 0;
  /** While ramping: how many may be on their way at once, how many are, how many came back well since the last step. */
  let allowed = 1;
  let onTheirWay = 0;
  let wellSinceStep = 0;
  /** Two neighbouring windows, so that a count does not begin from nothing in the middle of an outage. */
  let windowEndsMs = 0;
  let current = empty();
  let before = empty();

  const enter = (next: BreakerState): void => {
    state = next;
    generation += 1;
    failuresInRow = 0;
    allowed = 1;
    onTheirWay = 0;
    wellSinceStep = 0;
    windowEndsMs = 0;
  };

  const open = (nowMs: number): void => {
    enter('OPEN');
    openUntilMs = nowMs + pauseMs;
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
  };

  const count = (nowMs: number): void => {
    if (nowMs >= windowEndsMs) {
      before = nowMs < windowEndsMs + WINDOW_MS ? current : empty();
      current = empty();
      windowEndsMs = nowMs + WINDOW_MS;
    }
    current.ended += 1;
  };

  return {
    get state() {
      return state;
    },
    admit: (nowMs) => {
      if (state === 'CLOSED') return generation;
      if (state === 'OPEN') {
        if (nowMs < openUntilMs) return 0;
        enter('RAMP');
      }
      if (onTheirWay >= allowed) return 0;
      onTheirWay += 1;
      return generation;
    },
    succeeded: (ticket, nowMs) => {
      if (ticket !== generation) return;
      if (state === 'CLOSED') {
        failuresInRow = 0;
        return count(nowMs);
      }
      onTheirWay -= 1;
      wellSinceStep += 1;
      if (wellSinceStep < allowed) return;
      wellSinceStep = 0;
      allowed *= 2;
      if (allowed <= RAMP_ENDS_AT) return;
      enter('CLOSED');
      pauseMs = FIRST_PAUSE_MS;
    },
    failed: (ticket, nowMs) => {
      if (ticket !== generation) return;
      if (state !== 'CLOSED') return open(nowMs);
      failuresInRow += 1;
      count(nowMs);
      current.failed += 1;
      const ended = current.ended + before.ended;
      const isMostlyFailing = ended >= ENDED_TO_JUDGE && current.failed + before.failed >= ended * FAILING_PART_TO_OPEN;
      if (failuresInRow >= FAILURES_IN_ROW_TO_OPEN || isMostlyFailing) open(nowMs);
    },
    ended: (ticket) => {
      if (ticket === generation && state === 'RAMP') onTheirWay -= 1;
    },
  };
};
