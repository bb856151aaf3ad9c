/** Why two systems differ, as far as the numbers themselves tell. A likely cause saves the search; it is no proof. */
import type { StockReading } from '#model/stock.ts';
import type { ComparedPlace, Correction, Statement } from './comparison.ts';
import type { DriftCause } from './drift.ts';

export type DifferingPair = {
  readonly first: Statement;
  readonly second: Statement;
  /** The first one's number less the second one's; not 0. */
  readonly difference: number;
};

/** What was believed about a side before it was read again is what the other one still says. */
const isCorrected = ({ first, second, difference }: DifferingPair, corrections: readonly Correction[]): boolean =>
  corrections.some(({ system, held, stated }) => {
    if (system === first.system) return stated - held === difference;
    return system === second.system && held - stated === difference;
  });

const isUnproven = ({ first, second }: DifferingPair): boolean =>
  first.provenMs < Date.parse(second.reading.asOf) || second.provenMs < Date.parse(first.reading.asOf);

export const likelyCause = (
  pair: DifferingPair,
  demand: ComparedPlace['demand'],
  corrections: readonly Correction[],
): DriftCause => {
  const units = Math.abs(pair.difference);
  const readings = [pair.first.reading, pair.second.reading];
  const someSays = (quantityOf: (reading: StockReading) => number): boolean =>
    readings.some((reading) => quantityOf(reading) === units);

  if (isUnproven(pair)) return 'TIMING';
  if (isCorrected(pair, corrections)) return 'MISSED_EVENT';
  if (units === demand.unreleased || units === demand.unreleased + demand.released) return 'UNPOSTED_SALES';
  if (someSays(({ reservedHard }) => reservedHard)) return 'RESERVATION_COUNTED_TWICE';
  if (someSays(({ returnsPending }) => returnsPending)) return 'RETURN_NOT_BOOKED';
  const damage = [
    ({ damaged }: StockReading) => damaged,
    ({ qualityHold }: StockReading) => qualityHold,
    ({ damaged, qualityHold }: StockReading) => damaged + qualityHold,
  ];
  return damage.some(someSays) ? 'DAMAGE_NOT_BOOKED' : 'UNKNOWN';
};
