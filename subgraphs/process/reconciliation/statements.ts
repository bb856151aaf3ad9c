/** From what availability knows of an item to what can be compared, and to how hot it is. */
import type { Velocity } from '#subgraphs/process/availability/assessment.ts';
import type { ItemFacts, Place } from '#subgraphs/process/availability/facts.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { type ComparedPlace, usableUnits } from './comparison.ts';
import type { Heat } from './hot.ts';

type Places = ReadonlyMap<string, Place>;

/** Every place that some system has told stock of the item at. */
export const placesOf = (item: ItemFacts, places: Places, policy: ProcessPolicy): readonly ComparedPlace[] =>
  [...Map.groupBy(item.readings, ({ locationCode }) => locationCode)].map(([locationCode, statements]) => {
    const kind = places.get(locationCode)?.kind ?? null;
    const demand = item.demand.filter((entry) => entry.locationCode === locationCode);
    return {
      sku: item.sku,
      locationCode,
      statements,
      authority: kind === null ? [] : policy.authority.stock[kind],
      demand: {
        unreleased: demand.reduce((sum, { unreleased }) => sum + unreleased, 0),
        released: demand.reduce((sum, { released }) => sum + released, 0),
      },
    };
  });

export const heatOf = (item: ItemFacts, places: Places, velocity: Velocity): Heat => {
  const usableAt = new Map<string, number>();
  let changedMs = 0;
  for (const { locationCode, reading } of item.readings) {
    const units = usableUnits(reading);
    usableAt.set(locationCode, Math.min(usableAt.get(locationCode) ?? units, units));
    changedMs = Math.max(changedMs, Date.parse(reading.asOf));
  }
  let salesPerMinute = 0;
  let left = 0;
  for (const [code, units] of usableAt) {
    const place = places.get(code);
    if (place) salesPerMinute += velocity(item.sku, place);
    left += Math.max(0, units);
  }
  return { sku: item.sku, salesPerMinute, changedMs, left };
};
