/**
 * Available to promise, day by day: what may be promised for a day is the least that the projection comes to from that
 * day to the end of the horizon, so that a promise of today never eats what is needed later. Pure.
 */

/** What comes and what is due on one day. */
export type DayFlow = { readonly supply: number; readonly demand: number };

export type PhasedDay = DayFlow & { readonly projected: number; readonly availableToPromise: number };

/** One entry per flow, in order. `start` is what there is before the first day. */
export const timePhased = (start: number, flows: readonly DayFlow[]): readonly PhasedDay[] => {
  let projected = start;
  const projections = flows.map(({ supply, demand }) => {
    projected += supply - demand;
    return projected;
  });
  let least = Number.POSITIVE_INFINITY;
  const promises = projections.toReversed().map((projection) => {
    least = Math.min(least, projection);
    return least;
  });
  promises.reverse();
  return flows.map((flow, day) => ({
    ...flow,
    projected: projections[day] ?? start,
    availableToPromise: promises[day] ?? start,
  }));
};

/** The first day on which so many can be promised, as an index; null when there is none. */
export const firstDayWith = (days: readonly PhasedDay[], quantity: number): number | null => {
  const found = days.findIndex(({ availableToPromise }) => availableToPromise >= quantity);
  return found === -1 ? null : found;
};
