/**
 * What a statement tells of sales. A number that fell was mostly sold, unless the same source shows the units elsewhere
 * (a transfer), as damaged, or they are the ones that an order of ours had already been counted for. Pure.
 */
import type { StockReading } from '#model/stock.ts';
import { type SalesRate, withSale } from './rates.ts';

export type Movement = {
  readonly sku: string;
  readonly locationCode: string;
  readonly before: StockReading;
  readonly after: StockReading;
};

const unusable = (reading: StockReading): number => reading.damaged + reading.qualityHold + reading.returnsPending;

/** Units that left the shelf for good: what was written off had been taken out of the usable ones before. */
const leftShelf = ({ before, after }: Movement): number => {
  const fell = before.onHand - after.onHand;
  const usableFell = fell - (unusable(before) - unusable(after));
  return Math.max(0, Math.min(fell, usableFell));
};

const appeared = ({ before, after }: Movement): number =>
  Math.max(0, after.onHand + after.inTransit - before.onHand - before.inTransit);

export const placeKey = ({ sku, locationCode }: { readonly sku: string; readonly locationCode: string }): string =>
  `${locationCode}|${sku}`;

/** Units sold per SKU and place (see placeKey), out of what one source said at once. */
export const soldIn = (movements: readonly Movement[]): ReadonlyMap<string, number> => {
  const sold = new Map<string, number>();
  for (const group of Map.groupBy(movements, ({ sku }) => sku).values()) {
    // A source that changes what its numbers contain has not sold the difference.
    const comparable = group.filter(({ before, after }) => before.basis === after.basis);
    let moved = comparable.reduce((sum, movement) => sum + appeared(movement), 0);
    const losers = comparable
      .map((movement) => ({ key: placeKey(movement), units: leftShelf(movement) }))
      .filter(({ units }) => units > 0)
      .toSorted((a, b) => b.units - a.units || (a.key < b.key ? -1 : 1));
    for (const { key, units } of losers) {
      const elsewhere = Math.min(units, moved);
      moved -= elsewhere;
      if (units > elsewhere) sold.set(key, units - elsewhere);
    }
  }
  return sold;
};

/** What has been learnt of one SKU at one place, with what is needed to learn on. */
export type Lesson = {
  readonly rate: SalesRate;
  /** Units promised there to our own orders when last looked at. */
  readonly openDemand: number;
  /** Units counted as sold when they were ordered, whose leaving the shelf has not been seen. */
  readonly countedAhead: number;
};

export type Observation = {
  readonly atMs: number;
  readonly leftShelf: number;
  readonly openDemand: number;
};

export const firstLesson = (atMs: number, openDemand: number): Lesson => ({
  rate: { soldUnits: 0, observedMinutes: 0, atMs },
  openDemand,
  countedAhead: openDemand,
});

/**
 * An order of ours counts when it is placed, and not again when its units leave. One that is called off leaves its units
 * counted ahead: the next sale of them is then the one that was counted already.
 */
export const learn = (lesson: Lesson, { atMs, leftShelf, openDemand }: Observation, halfLifeMs: number): Lesson => {
  const ordered = Math.max(0, openDemand - lesson.openDemand);
  const ahead = lesson.countedAhead + ordered;
  const known = Math.min(ahead, leftShelf);
  return {
    rate: withSale(lesson.rate, ordered + leftShelf - known, atMs, halfLifeMs),
    openDemand,
    countedAhead: ahead - known,
  };
};
