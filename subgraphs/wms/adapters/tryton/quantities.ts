/**
 * Stock arithmetic: Tryton's zone quantities and open moves to what our model calls on hand, allocated and picked.
 * The table of real numbers behind these rules, step by step through a sale, is in README.md.
 */
import type { StockReading } from '#model/stock.ts';
import type { ExpectedSupply } from '#model/supply.ts';
import type { WmsStock } from '../../port.ts';
import type { Place, Site, Sites } from './sites.ts';
import { type OpenMoveRow, referencedId } from './wire.ts';

/** What Tryton counted for one product at one site, in the product's base unit. */
export type Counted = {
  /** Done moves into minus done moves out of the whole warehouse. */
  readonly inWarehouse: number;
  readonly inOutput: number;
  readonly damaged: number;
  readonly qualityHold: number;
};

/** Sums of binary fractions are off by less than this. */
const NOISE = 1e-6;

/** What is there is never rounded up, what is promised never down: a fraction of a unit must not be sold. */
const wholeDown = (quantity: number): number => Math.floor(quantity + NOISE) + 0;
const wholeUp = (quantity: number): number => Math.ceil(quantity - NOISE) + 0;

const isWithin = (site: Site, place: Place | null): place is Place => place?.site.warehouseId === site.warehouseId;

/** Goods on a shelf of the site that an assigned move will take to the output zone or out of the building. */
const isAllocation = (site: Site, move: OpenMoveRow, sites: Sites): boolean => {
  const from = sites.placeOf(move.from_location);
  const to = sites.placeOf(move.to_location);
  if (move.state !== 'assigned' || !isWithin(site, from)) return false;
  if (from.zone !== 'storage' && from.zone !== 'other') return false;
  return !isWithin(site, to) || (to.zone === 'output' && site.outputId !== null);
};

/** Goods of a customer return that are in the building and not put away yet: Tryton plans that walk when they come in. */
const isPendingReturn = (site: Site, move: OpenMoveRow, sites: Sites): boolean =>
  isWithin(site, sites.placeOf(move.from_location)) &&
  referencedId('stock.shipment.out.return', move.shipment) !== null;

/** Tryton plans in days; goods may come until the day is over. */
const endOfDay = (day: string): string => `${day}T23:59:59Z`;

/** A transfer that was only requested or drafted promises nothing. */
const UNCOMMITTED_TRANSFER = new Set(['request', 'draft']);

const inboundOf = (site: Site, move: OpenMoveRow, sites: Sites): ExpectedSupply | null => {
  if (!isWithin(site, sites.placeOf(move.to_location)) || isWithin(site, sites.placeOf(move.from_location)))
    return null;
  if (move.planned_date === null || move.internal_quantity <= 0) return null;
  const supply = (kind: ExpectedSupply['kind'], reference: string | null | undefined): ExpectedSupply => ({
    reference: reference ?? `move ${move.id}`,
    quantity: wholeDown(move.internal_quantity),
    expectedAt: endOfDay(move.planned_date ?? ''),
    kind,
  });
  const shipment = move['shipment.'];
  if (referencedId('stock.shipment.internal', move.shipment) !== null) {
    return UNCOMMITTED_TRANSFER.has(shipment?.state ?? 'draft') ? null : supply('TRANSFER', shipment?.number);
  }
  if (referencedId('stock.shipment.out.return', move.shipment) !== null) return supply('RETURN', shipment?.number);
  if (sites.typeOf(move.from_location) !== 'supplier') return null;
  return supply('PURCHASE_ORDER', move['purchase.']?.number ?? shipment?.number);
};

const sumOf = (moves: readonly OpenMoveRow[]): number => moves.reduce((sum, move) => sum + move.internal_quantity, 0);

/** One product at one site. `moves`: all its open (draft and assigned) moves, of whatever site. */
export const stockOf = (
  site: Site,
  sku: string,
  counted: Counted,
  moves: readonly OpenMoveRow[],
  sites: Sites,
  asOf: string,
): WmsStock => ({
  sku,
  locationCode: site.code,
  onHand: wholeDown(counted.inWarehouse),
  allocated: wholeUp(sumOf(moves.filter((move) => isAllocation(site, move, sites)))),
  // A negative zone means goods left that were never brought there: an error of the books, not fewer promises.
  picked: Math.max(0, wholeUp(counted.inOutput)),
  damaged: Math.max(0, wholeUp(counted.damaged)),
  qualityHold: Math.max(0, wholeUp(counted.qualityHold)),
  returnsPendingInspection: wholeUp(sumOf(moves.filter((move) => isPendingReturn(site, move, sites)))),
  inbound: moves
    .map((move) => inboundOf(site, move, sites))
    .filter((supply) => supply !== null)
    .filter((supply) => supply.quantity > 0)
    .sort((a, b) => a.expectedAt.localeCompare(b.expectedAt) || a.reference.localeCompare(b.reference)),
  asOf,
});

/** The warehouse knows what it promised: reservations are reported, and on hand is what is physically there. */
export const readingOf = (stock: WmsStock): StockReading => ({
  onHand: stock.onHand,
  damaged: stock.damaged,
  qualityHold: stock.qualityHold,
  returnsPending: stock.returnsPendingInspection,
  reservedHard: stock.allocated + stock.picked,
  reservations: 'REPORTED',
  inTransit: stock.inbound.reduce((sum, supply) => sum + supply.quantity, 0),
  basis: 'PHYSICAL',
  asOf: stock.asOf,
});
