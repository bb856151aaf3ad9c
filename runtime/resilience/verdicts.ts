/** What an attempt's outcome means: for the caller, for the upstream's health, and for whether it is sent again. */
import type { Failure } from '#runtime/failure.ts';
import type { Outcome } from './attempt.ts';
import type { Verdict } from './circuit.ts';
import {
  brokenFailure,
  goneFailure,
  type Subject,
  throttledFailure,
  timeoutFailure,
  unreachedFailure,
} from './failures.ts';
import type { OutboundResponse } from './upstream.ts';
import type { Load } from './vitals.ts';

export type Result = {
  readonly verdict: Verdict;
  readonly load: Load;
} & (
  | { readonly answer: OutboundResponse }
  | { readonly failure: Failure; readonly repeat: 'NEVER' | 'AFTER_PAUSE' | 'AFTER_HOLD' }
);

export type Circumstances = Subject & {
  readonly idempotent: boolean;
  /** The vendor refused it for its rate: for how long, in milliseconds. Null when it did not. */
  readonly throttledForMs: number | null;
  /** What the attempt was given, what any attempt may take at most, and what it took, in milliseconds. */
  readonly timeoutMs: number;
  readonly longestMs: number;
  readonly elapsedMs: number;
  /** The caller has gone because its time was up, and not for reasons of its own. */
  readonly timeWasUp: boolean;
};

/** An attempt that was given up before this time says nothing about the system, in milliseconds. */
const TELLING_MS = 1_000;

/** Answers of a system, or of a proxy before it, that has more to do than it can. */
const OVERLOADED = new Set([503, 504]);

export const resultOf = (outcome: Outcome, about: Circumstances): Result => {
  const repeat = about.idempotent ? 'AFTER_PAUSE' : 'NEVER';
  switch (outcome.kind) {
    case 'ANSWERED': {
      const { answer } = outcome;
      if (about.throttledForMs !== null) {
        const failure = throttledFailure(about, about.throttledForMs);
        return { verdict: 'SUCCESS', load: 'UNKNOWN', failure, repeat: 'AFTER_HOLD' };
      }
      if (answer.status < 500) return { verdict: 'SUCCESS', load: 'NORMAL', answer };
      const load = OVERLOADED.has(answer.status) ? 'OVERLOAD' : 'UNKNOWN';
      return { verdict: 'FAILURE', load, failure: brokenFailure(about, answer.status), repeat };
    }
    case 'TIMED_OUT': {
      const failure = timeoutFailure(about, about.timeoutMs);
      const telling = about.timeoutMs >= Math.min(TELLING_MS, about.longestMs);
      if (!telling) return { verdict: 'NOTHING', load: 'UNKNOWN', failure, repeat };
      return { verdict: 'FAILURE', load: 'SILENCE', failure, repeat };
    }
    case 'UNREACHED': {
      const failure = unreachedFailure(about, outcome.sent, outcome.cause);
      return { verdict: 'FAILURE', load: 'UNKNOWN', failure, repeat: outcome.sent ? repeat : 'AFTER_PAUSE' };
    }
    case 'ABANDONED': {
      const failure = goneFailure(about, true, outcome.cause);
      if (!about.timeWasUp || about.elapsedMs < TELLING_MS)
        return { verdict: 'NOTHING', load: 'UNKNOWN', failure, repeat: 'NEVER' };
      return { verdict: 'FAILURE', load: 'SILENCE', failure, repeat: 'NEVER' };
    }
  }
};
