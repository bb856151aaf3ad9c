/** The answers of one operation: from what is kept, from another caller's execution under way, or executed. */
import type { Clock } from '#runtime/clock.ts';
import type { Outcome, Refusal } from '../execution/engine.ts';
import type { HopScope } from '../execution/hop.ts';
import type { AskedBy, FetchShelf, Keeping, KeptAnswers } from '../execution/shelf.ts';
import type { Variables } from '../execution/variables.ts';
import type { Cache } from './cache.ts';
import { audienceFor, beginKeeping } from './keeping.ts';

export type KeptAnswersOptions = {
  /** Unlike that of every other operation. */
  readonly number: number;
  readonly variableNames: readonly string[];
  readonly shelves: readonly (FetchShelf | null)[];
};
export type KeptAnswersDeps = { readonly cache: Cache; readonly clock: Pick<Clock, 'now'> };

type Flight = {
  readonly answered: Promise<Outcome | Refusal>;
  /** What had been told by then: who asks after a change is not answered from before it. */
  readonly drops: number;
};

/** Whether everybody who asks the same may be told it: nothing in it speaks of one caller's time or trouble. */
const isForAll = (outcome: Outcome | Refusal): outcome is Outcome =>
  outcome.kind === 'executed' && outcome.data === 'whole' && outcome.errors.length === 0;

export const createKeptAnswers = (options: KeptAnswersOptions, deps: KeptAnswersDeps): KeptAnswers => {
  const { number, shelves, variableNames } = options;
  const { cache, clock } = deps;
  const isKept = shelves.length > 0 && shelves.every((shelf) => shelf !== null);
  const isPrivate = shelves.some((shelf) => shelf?.isPrivate);
  const flights = new Map<string, Flight>();
  const start = `answer ${number}\n`;

  /** Null when there is no way to be sure that whoever asks with this key may be told what is kept under it. */
  const keyOf = (audience: string, { authorization }: AskedBy, variables: Variables): string | null => {
    if (isPrivate && authorization === undefined) return null;
    let key = isPrivate ? `${start}${audience}\n${authorization}` : start + audience;
    for (const name of variableNames) {
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
      key += value === undefined ? '\n' : `\n${JSON.stringify(value)}`;
    }
    return key;
  };

  const keep = (key: string, outcome: Outcome, keeping: Keeping): void => {
    if (!keeping.isWhole) return;
    const { askedAtMs, endsAtMs, sentAtMs } = keeping;
    const bytes = outcome.body.length * 2;
    cache.keep(key, { value: outcome, askedAtMs, endsAtMs, tags: [...keeping.tags], bytes }, sentAtMs);
  };

  /** Another caller's execution, for as long as this caller has time; its trouble is not this one's. */
  const join = (flight: Flight, scope: HopScope, run: () => Promise<Outcome | Refusal>): Promise<Outcome | Refusal> =>
    new Promise((resolve) => {
      const forget = scope.whenOver(() => resolve(run()));
      void flight.answered.then((outcome) => {
        forget();
        resolve(isForAll(outcome) ? outcome : run());
      });
    });

  return {
    atHand: (variables, asked) => {
      if (!isKept || !cache.isOpen) return null;
      const audience = audienceFor(asked);
      const key = audience === null ? null : keyOf(audience, asked, variables);
      if (key === null) return null;
      return (cache.get('answer', key)?.value as Outcome | undefined) ?? null;
    },

    answer: (variables, scope, run) => {
      const audience = cache.isOpen ? audienceFor(scope) : null;
      if (audience === null) return run(null);
      const key = isKept ? keyOf(audience, scope, variables) : null;
      const own = (): Promise<Outcome | Refusal> => run(beginKeeping(audience, scope, clock.now()));
      if (key === null) return own();
      const kept = cache.peek(key)?.value as Outcome | undefined;
      if (kept) return Promise.resolve(kept);
      const before = flights.get(key);
      if (before?.drops === cache.drops) return join(before, scope, own);
      const keeping = beginKeeping(audience, scope, clock.now());
      const answered = run(keeping).then((outcome) => {
        if (flights.get(key) === flight) flights.delete(key);
        if (isForAll(outcome)) keep(key, outcome, keeping);
        return outcome;
      });
      const flight: Flight = { answered, drops: cache.drops };
      flights.set(key, flight);
      return answered;
    },
  };
};
