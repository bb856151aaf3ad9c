/** How reads ended, counted over the last 60 seconds in a ring of seconds. */
import type { Clock } from '#runtime/clock.ts';

export type Tally<Outcome extends string> = {
  add(outcome: Outcome): void;
  count(outcome: Outcome): number;
};

const SECONDS = 60;

export const createTally = <Outcome extends string>(clock: Pick<Clock, 'now'>): Tally<Outcome> => {
  const ring: { second: number; counts: Map<Outcome, number> }[] = [];
  const secondNow = (): number => Math.floor(clock.now() / 1000);
  return {
    add: (outcome) => {
      const second = secondNow();
      const slot = ring[second % SECONDS];
      const current = slot?.second === second ? slot : { second, counts: new Map<Outcome, number>() };
      ring[second % SECONDS] = current;
      current.counts.set(outcome, (current.counts.get(outcome) ?? 0) + 1);
    },
    count: (outcome) => {
      const oldest = secondNow() - SECONDS;
      return ring.reduce((sum, slot) => (slot.second > oldest ? sum + (slot.counts.get(outcome) ?? 0) : sum), 0);
    },
  };
};
