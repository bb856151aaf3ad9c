/**
 * Tryton's shipments as documents of ONE order each, which is how everybody else speaks of them.
 *
 * Tryton may merge the goods of several sales into one shipment. The sale whose goods came first keeps the shipment's
 * number as its document id; every further one gets "<number>~<sale number>". A shipment without a sale (samples,
 * returns to suppliers by hand) belongs to no order and is no document.
 */
import { stampOf } from '#vendors/tryton/sweep.ts';
import {
  type DocumentMoveRow,
  type PackageRow,
  type ReturnRow,
  referencedId,
  type SaleRow,
  type ShipmentRow,
} from './wire.ts';

export type SaleName = { readonly number: string | null; readonly reference: string | null };

/** Goods of one sale in one shipment, with the walks from the shelf that serve them. */
export type GoodsMove = { readonly move: DocumentMoveRow; readonly walks: readonly DocumentMoveRow[] };

export type ShipmentDocument = {
  readonly id: string;
  readonly shipment: ShipmentRow;
  readonly sale: SaleName;
  readonly goods: readonly GoodsMove[];
  readonly packages: readonly PackageRow[];
  /** ISO instant of the last write to the shipment or any of its moves; of a cancelled one, also to its sale. */
  readonly stamp: string;
};

export type ReturnDocument = {
  readonly id: string;
  readonly receipt: ReturnRow;
  /** The sale that goods come back from; its own return sale when Tryton was not told. */
  readonly sale: SaleName;
  readonly isOriginKnown: boolean;
  readonly returnSale: SaleName;
  readonly goods: readonly GoodsMove[];
  readonly stamp: string;
};

const SEPARATOR = '~';

/** The shipment number within a document id. */
export const numberOfDocument = (id: string): string => id.split(SEPARATOR, 1)[0] ?? id;

type Sold = { readonly sale: NonNullable<DocumentMoveRow['sale.']>; readonly goods: readonly GoodsMove[] };

/** Moves that carry a sale, grouped by it, in the order in which they came to the shipment. */
export const goodsBySale = (moves: readonly DocumentMoveRow[]): readonly Sold[] => {
  const walks = Map.groupBy(moves, (move) => referencedId('stock.move', move.origin));
  const sold = new Map<number, { sale: Sold['sale']; goods: GoodsMove[] }>();
  for (const move of [...moves].sort((a, b) => a.id - b.id)) {
    const sale = move['sale.'];
    if (sale === null) continue;
    const entry = sold.get(sale.id) ?? { sale, goods: [] };
    entry.goods.push({ move, walks: walks.get(move.id) ?? [] });
    sold.set(sale.id, entry);
  }
  return [...sold.values()];
};

const documentId = (number: string, sale: SaleName, position: number): string =>
  position === 0 ? number : `${number}${SEPARATOR}${sale.number ?? position}`;

const later = (a: string, b: string): string => (a > b ? a : b);

/**
 * `stamp`: the last write to the shipment or its moves. Whether cancelled goods are given up or were made anew is decided
 * at the sale afterwards and leaves the shipment as it was, so a cancelled document is as new as its sale.
 */
export const shipmentDocuments = (
  shipment: ShipmentRow,
  moves: readonly DocumentMoveRow[],
  packages: readonly PackageRow[],
  stamp: string,
): readonly ShipmentDocument[] => {
  const { number } = shipment;
  if (number === null) return [];
  return goodsBySale(moves).map(({ sale, goods }, position) => ({
    id: documentId(number, sale, position),
    shipment,
    sale,
    goods,
    packages,
    stamp: shipment.state === 'cancelled' ? later(stamp, stampOf(sale)) : stamp,
  }));
};

/** `origins`: the sales that return sales name as theirs, by id. */
export const returnDocuments = (
  receipt: ReturnRow,
  moves: readonly DocumentMoveRow[],
  origins: ReadonlyMap<number, SaleRow>,
  stamp: string,
): readonly ReturnDocument[] => {
  const { number } = receipt;
  if (number === null) return [];
  return goodsBySale(moves).map(({ sale, goods }, position) => {
    const originId = referencedId('sale.sale', sale.origin);
    const origin = originId === null ? undefined : origins.get(originId);
    return {
      id: documentId(number, sale, position),
      receipt,
      sale: origin ?? sale,
      isOriginKnown: origin !== undefined,
      returnSale: sale,
      goods,
      stamp,
    };
  });
};
