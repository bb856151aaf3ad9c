/**
 * Stock and its ledger identity.
 *
 * Per SKU, location and channel: `net` is what is physically there and not spoken for; `withheld` is held back by
 * rule; `shortage` is promised but not there; what is left may be sold. Invariant, tested over random histories:
 * sellable + withheld - shortage = net. Every quantity is in whole units.
 */

/** What a source's on-hand number already contains; decides whether reservations may be subtracted again. */
export type StockBasis = 'PHYSICAL' | 'NET_OF_RESERVATIONS' | 'SELLABLE';

/** One source's statement about one SKU at one location. Times are ISO instants of the SOURCE, not of our reading. */
export type StockReading = {
  readonly onHand: number;
  readonly damaged: number;
  readonly qualityHold: number;
  readonly returnsPending: number;
  readonly reservedHard: number;
  /** NOT_KEPT: the source does not know which units are promised to orders (many tills), so our own demand counts. */
  readonly reservations: 'REPORTED' | 'NOT_KEPT';
  readonly inTransit: number;
  readonly basis: StockBasis;
  readonly asOf: string;
  /** Grows with every change of the source's number; compared numerically when both sides have one. */
  readonly sequence?: string;
};

/** Demand and policy that our own side adds to a source's reading. */
export type LedgerTerms = {
  readonly reservedSoft: number;
  /** Accepted demand that the source's number does not contain yet. */
  readonly unpostedDemand: number;
  readonly safetyStock: number;
  readonly channelBuffer: number;
  readonly stalenessBuffer: number;
  readonly ringFencedForOthers: number;
};

export type StockPosition = Omit<StockReading, 'basis' | 'reservations' | 'asOf' | 'sequence'> &
  LedgerTerms & {
    readonly net: number;
    readonly withheld: number;
    readonly shortage: number;
    readonly sellable: number;
  };

/** Applies the identity. Terms that the reading's basis already contains are reported as 0, never subtracted twice. */
export const positionOf = (reading: StockReading, terms: LedgerTerms): StockPosition => {
  const physical = reading.basis === 'PHYSICAL';
  const sellableBasis = reading.basis === 'SELLABLE';
  const damaged = sellableBasis ? 0 : reading.damaged;
  const qualityHold = sellableBasis ? 0 : reading.qualityHold;
  const returnsPending = sellableBasis ? 0 : reading.returnsPending;
  const reservedHard = physical ? reading.reservedHard : 0;
  const net =
    reading.onHand - damaged - qualityHold - returnsPending - reservedHard - terms.reservedSoft - terms.unpostedDemand;
  const buffer = terms.safetyStock + terms.channelBuffer + terms.stalenessBuffer + terms.ringFencedForOthers;
  const withheld = Math.min(Math.max(0, net), buffer);
  return {
    onHand: reading.onHand,
    damaged,
    qualityHold,
    returnsPending,
    reservedHard,
    inTransit: reading.inTransit,
    ...terms,
    net,
    withheld,
    shortage: Math.max(0, -net),
    sellable: Math.max(0, net) - withheld,
  };
};

/** Whether `next` may replace `current` from the same source: by sequence when both have one, else by source time. */
export const supersedes = (next: StockReading, current: StockReading): boolean => {
  if (next.sequence !== undefined && current.sequence !== undefined) {
    return BigInt(next.sequence) > BigInt(current.sequence);
  }
  return Date.parse(next.asOf) >= Date.parse(current.asOf);
};
