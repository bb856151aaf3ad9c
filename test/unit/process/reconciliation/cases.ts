/** Items at places as systems tell of them, for comparisons. Times are minutes before now. */
import type { SystemKind } from '#model/identifiers.ts';
import type { StockReading } from '#model/stock.ts';
import { isoOf } from '#runtime/clock.ts';
import type { ComparedPlace, Statement } from '#subgraphs/process/reconciliation/comparison.ts';

export const NOW_MS = Date.UTC(2026, 2, 2, 9);
export const MINUTE_MS = 60_000;
export const RULES = { tolerance: 0, graceMs: 15 * MINUTE_MS };

export const ago = (minutes: number): string => isoOf(NOW_MS - minutes * MINUTE_MS);

/** Stated an hour ago and read just now, unless told otherwise. */
export const statement = (
  system: SystemKind,
  onHand: number,
  more: Partial<StockReading> & { readonly readAgo?: number } = {},
): Statement => {
  const { readAgo = 0, ...reading } = more;
  return {
    system,
    provenMs: NOW_MS - readAgo * MINUTE_MS,
    reading: {
      onHand,
      damaged: 0,
      qualityHold: 0,
      returnsPending: 0,
      reservedHard: 0,
      reservations: 'REPORTED',
      inTransit: 0,
      basis: 'PHYSICAL',
      asOf: ago(60),
      ...reading,
    },
  };
};

export const placeWith = (statements: readonly Statement[], more: Partial<ComparedPlace> = {}): ComparedPlace => ({
  sku: 'P-1',
  locationCode: 'WH-NORD',
  statements,
  authority: ['wms', 'erp'],
  demand: { unreleased: 0, released: 0 },
  ...more,
});
