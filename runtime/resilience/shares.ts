/**
 * Who is served next when not all can be: stride scheduling. Every class owns a share; what it does not use, the others
 * use. A class that was away starts at the present: it neither owes nor has saved up anything.
 */
import type { CallClass } from '#model/call.ts';

/** Most urgent first. */
export const CALL_CLASSES = ['CHECKOUT', 'DETAIL', 'BROWSE', 'BACKGROUND'] as const satisfies readonly CallClass[];

/** Parts of what there is, when every class has calls waiting. */
const SHARES: Readonly<Record<CallClass, number>> = { CHECKOUT: 50, DETAIL: 25, BROWSE: 15, BACKGROUND: 10 };

export type Turns = {
  /** The place in virtual time at which the last call was served. */
  readonly present: number;
  readonly passes: Readonly<Record<CallClass, number>>;
};

export const NO_TURNS: Turns = { present: 0, passes: { CHECKOUT: 0, DETAIL: 0, BROWSE: 0, BACKGROUND: 0 } };

const passOf = ({ present, passes }: Turns, callClass: CallClass): number => Math.max(present, passes[callClass]);

/** Which of the classes that have calls waiting is next; the more urgent one of equals; null when none waits. */
export const nextClass = (turns: Turns, waits: (callClass: CallClass) => boolean): CallClass | null =>
  CALL_CLASSES.filter(waits).reduce<CallClass | null>(
    (best, callClass) => (best !== null && passOf(turns, best) <= passOf(turns, callClass) ? best : callClass),
    null,
  );

/** The turns after a call of this class was served. */
export const afterServing = (turns: Turns, callClass: CallClass): Turns => {
  const present = passOf(turns, callClass);
  return { present, passes: { ...turns.passes, [callClass]: present + 1 / SHARES[callClass] } };
};

/** The part of what there is that a class gets beside the other classes that have calls waiting; from 0 to 1. */
export const shareOf = (callClass: CallClass, waits: (callClass: CallClass) => boolean): number => {
  const all = CALL_CLASSES.filter((other) => other === callClass || waits(other));
  return SHARES[callClass] / all.reduce((sum, other) => sum + SHARES[other], 0);
};
