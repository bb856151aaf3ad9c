/**
 * Which of the quantities that wait goes first. What may be sold too often comes before what could be sold and is not,
 * and within each of them what sells fast and is far off comes before what hardly sells.
 */
import type { LocationAssessment } from '#subgraphs/process/availability/assessment.ts';

/** What a listing shall show, and what it may show now. */
export type Difference = {
  readonly desired: number;
  /** Null where it is not known. */
  readonly published: number | null;
  /** The highest quantity of calls of which nobody knows whether the marketplace took them; null without one. */
  readonly sent: number | null;
  /** Expected sales of the item in all places that the channel sells from. */
  readonly salesPerMinute: number;
};

const OVERSELLS_NOW = 3;
const OVERSELLS = 2;
const SOLD_OUT_THOUGH_IN_STOCK = 1;
const SELLS_LESS = 0;
const NOBODY_KNOWS = 4;

/** From 0 to nearly 1, growing with the weight. */
const within = (weight: number): number => weight / (1 + weight);

/**
 * Larger is more urgent. The whole part is the kind of harm: too much is shown of what will be gone within a minute (0
 * units always are), too much is shown, nothing (or next to it) is shown of what is there, too little is shown. The
 * fraction grows with the expected loss: sales per minute times units by which the shown quantity is wrong.
 */
export const riskOf = ({ desired, published, sent, salesPerMinute }: Difference): number => {
  if (published === null) return NOBODY_KNOWS;
  const most = Math.max(published, sent ?? published);
  if (most > desired) {
    const kind = desired <= salesPerMinute ? OVERSELLS_NOW : OVERSELLS;
    return kind + within(salesPerMinute * (most - desired));
  }
  const least = Math.min(published, sent ?? published);
  const kind = least <= salesPerMinute ? SOLD_OUT_THOUGH_IN_STOCK : SELLS_LESS;
  return kind + within(salesPerMinute * (desired - least));
};

const NOT_SOLD_FROM: ReadonlySet<string> = new Set(['NOT_SOLD_FROM', 'NOT_ASKED', 'NO_MASTER_DATA']);

/** Sales per minute of the item where the channel sells from. A place whose system is silent goes on selling. */
export const salesPerMinuteOf = ({
  locations,
}: {
  readonly locations: readonly Pick<LocationAssessment, 'excluded' | 'salesPerMinute'>[];
}): number =>
  locations.reduce(
    (sum, { excluded, salesPerMinute }) =>
      excluded !== null && NOT_SOLD_FROM.has(excluded.code) ? sum : sum + salesPerMinute,
    0,
  );

const AGED_SHARE = 5;

/**
 * How many of a call's places go to what has waited longest, whatever its risk: every fifth place over all calls, so
 * that nothing starves and urgent quantities keep four fifths. `call` counts the calls from 0.
 */
export const agedPlaces = (call: number, places: number): number =>
  Math.floor(((call + 1) * places) / AGED_SHARE) - Math.floor((call * places) / AGED_SHARE);
