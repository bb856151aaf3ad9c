/**
 * Do the systems say the same of an item at a place? Numbers of different bases are first put into one measure, and only
 * statements that have had the time to follow each other are held against each other.
 */
import type { SystemKind } from '#model/identifiers.ts';
import type { StockReading } from '#model/stock.ts';
import { isoOf } from '#runtime/clock.ts';
import { likelyCause } from './cause.ts';
import type { Drift, DriftSubject, Verdict } from './drift.ts';

export type Statement = {
  readonly system: SystemKind;
  readonly reading: StockReading;
  /** Until when the system is known to have stood by it, epoch milliseconds: never before its own time. */
  readonly provenMs: number;
};

/** Everything that systems say of one item at one place. */
export type ComparedPlace = {
  readonly sku: string;
  readonly locationCode: string;
  readonly statements: readonly Statement[];
  /** Whose number is sold from, first to last; empty for a place that nothing is sold from. */
  readonly authority: readonly SystemKind[];
  /** What orders of ours still want of the place. */
  readonly demand: { readonly unreleased: number; readonly released: number };
};

/** A reading that was wrong in our hands until the system was read anew, although the event was long past. */
export type Correction = {
  readonly sku: string;
  readonly locationCode: string;
  readonly system: SystemKind;
  /** Usable units: what we held, and what the system really said. */
  readonly held: number;
  readonly stated: number;
  /** ISO instants of the two statements. */
  readonly heldAsOf: string;
  readonly asOf: string;
};

export type ComparisonRules = {
  /** Units by which systems may differ. */
  readonly tolerance: number;
  /** How long a statement is given to be followed, in milliseconds. */
  readonly graceMs: number;
};

/** Units on the shelf that are fit for sale, reserved or not; what a sellable number has left out is left out. */
export const usableUnits = (reading: StockReading): number =>
  reading.basis === 'SELLABLE'
    ? reading.onHand
    : reading.onHand - reading.damaged - reading.qualityHold - reading.returnsPending;

/** Usable units that nobody has reserved. A till that keeps no reservations lets our own order book say them. */
const freeUnits = (reading: StockReading, demand: ComparedPlace['demand']): number => {
  if (reading.basis !== 'PHYSICAL') return usableUnits(reading);
  const unkept = reading.reservations === 'NOT_KEPT' ? demand.released : 0;
  return usableUnits(reading) - reading.reservedHard - unkept;
};

type Measure = (reading: StockReading) => number;

/** Two physical numbers are compared as such: who reserves when is each system's own affair. */
const measureFor = (a: StockReading, b: StockReading, demand: ComparedPlace['demand']): Measure =>
  a.basis === 'PHYSICAL' && b.basis === 'PHYSICAL' ? usableUnits : (reading) => freeUnits(reading, demand);

type Pair = {
  readonly first: Statement;
  readonly second: Statement;
  readonly measure: Measure;
  /** The first one's number less the second one's. */
  readonly difference: number;
  /** Since when both could have been equal, epoch milliseconds. */
  readonly sinceMs: number;
};

const byAuthority = ({ authority, statements }: ComparedPlace): readonly Statement[] => {
  const rank = (system: SystemKind): number => {
    const place = authority.indexOf(system);
    return place < 0 ? authority.length : place;
  };
  return statements.toSorted((a, b) => rank(a.system) - rank(b.system) || (a.system < b.system ? -1 : 1));
};

const pairsOf = (place: ComparedPlace): readonly Pair[] =>
  byAuthority(place).flatMap((first, index, ordered) =>
    ordered.slice(index + 1).map((second) => {
      const measure = measureFor(first.reading, second.reading, place.demand);
      return {
        first,
        second,
        measure,
        difference: measure(first.reading) - measure(second.reading),
        sinceMs: Math.max(Date.parse(first.reading.asOf), Date.parse(second.reading.asOf)),
      };
    }),
  );

/** Differences of the number that is sold from come first, then the greatest. */
const worst = (pairs: readonly Pair[], soldFrom: Statement | undefined): Pair | undefined =>
  pairs.toSorted(
    (a, b) =>
      Number(b.first === soldFrom) - Number(a.first === soldFrom) || Math.abs(b.difference) - Math.abs(a.difference),
  )[0];

const driftOf = (
  place: ComparedPlace,
  subject: DriftSubject,
  pairs: readonly Pair[],
  corrections: readonly Correction[],
): Drift | null => {
  const ordered = byAuthority(place);
  const soldFrom = place.authority.length === 0 ? undefined : ordered[0];
  const pair = worst(pairs, soldFrom);
  if (!pair) return null;
  const { first, second, measure, difference, sinceMs } = pair;
  return {
    subject,
    readings: ordered.map(({ system, reading }) => ({ system, quantity: measure(reading), asOf: reading.asOf })),
    difference,
    cause: likelyCause({ first, second, difference }, place.demand, corrections),
    oversellRisk: pairs.some((other) => other.first === soldFrom && other.difference > 0),
    since: isoOf(sinceMs),
    against: second.system,
  };
};

/** `corrections` are those of this item at this place, found by the reading that the statements come from. */
export const comparePlace = (
  place: ComparedPlace,
  rules: ComparisonRules,
  corrections: readonly Correction[],
  nowMs: number,
): Verdict => {
  const subject: DriftSubject = { kind: 'stock', sku: place.sku, locationCode: place.locationCode };
  const differing = pairsOf(place).filter(({ difference }) => Math.abs(difference) > rules.tolerance);
  const settled = differing.filter(({ sinceMs }) => sinceMs <= nowMs - rules.graceMs);
  const drift = driftOf(place, subject, settled, corrections);
  if (drift) return { kind: 'DRIFT', subject, drift };
  return { kind: differing.length > 0 ? 'UNSETTLED' : 'AGREE', subject };
};
