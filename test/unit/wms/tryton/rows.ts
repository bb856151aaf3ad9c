/** Rows as Tryton gives them, with everything a test does not care for filled in. */
import type {
  ChangedMoveRow,
  DocumentMoveRow,
  LocationRow,
  OpenMoveRow,
  ReturnRow,
  ShipmentRow,
} from '#subgraphs/wms/adapters/tryton/wire.ts';

export const T0 = '2026-11-20T16:45:54.000Z';
export const T1 = '2026-11-20T16:45:55.000Z';
export const T2 = '2026-11-20T16:45:56.000Z';

const location = (id: number, code: string | null, type: string, parent: number | null = null): LocationRow => ({
  id,
  code,
  name: code ?? 'no name',
  type,
  parent,
  input_location: null,
  output_location: null,
  storage_location: null,
});

/**
 * NORD (1) with input 2, output 3, storage 4 with a shelf 5 in it, damaged 6; SUED (11) whose three zones are one (12);
 * supplier 90, customer 91, transit 92, lost and found 93, and a warehouse without a code (80) with a zone 81.
 */
export const LOCATIONS: readonly LocationRow[] = [
  { ...location(1, 'WH-NORD', 'warehouse'), input_location: 2, output_location: 3, storage_location: 4 },
  location(2, 'NORD-IN', 'storage', 1),
  location(3, 'NORD-OUT', 'storage', 1),
  location(4, 'NORD-STO', 'storage', 1),
  location(5, 'NORD-A1', 'storage', 4),
  location(6, 'NORD-DMG', 'storage', 1),
  location(7, 'NORD-DMG-WET', 'storage', 6),
  { ...location(11, 'WH-SUED', 'warehouse'), input_location: 12, output_location: 12, storage_location: 12 },
  location(12, 'SUED-ALL', 'storage', 11),
  { ...location(80, null, 'warehouse'), input_location: 81, output_location: 81, storage_location: 81 },
  location(81, 'GHOST', 'storage', 80),
  location(90, 'SUP', 'supplier'),
  location(91, 'CUS', 'customer'),
  location(92, 'TRANSIT', 'storage'),
  location(93, 'LOST', 'lost_found'),
];

export const openMove = (move: Partial<OpenMoveRow>): OpenMoveRow => ({
  id: 1,
  product: 1,
  state: 'assigned',
  internal_quantity: 1,
  from_location: 5,
  to_location: 3,
  planned_date: null,
  shipment: null,
  'shipment.': null,
  'purchase.': null,
  ...move,
});

const changedMove: ChangedMoveRow = {
  id: 1,
  create_date: T0,
  write_date: null,
  product: 1,
  'product.': { id: 1, code: 'P1000-S' },
  state: 'draft',
  internal_quantity: 1,
  from_location: 3,
  to_location: 91,
  planned_date: null,
};

export const SALE = {
  id: 25,
  create_date: T0,
  write_date: T0,
  number: 'SO25',
  reference: 'WEB-1',
  origin: null,
} as const;

/** Goods of a sale on their way to the customer. */
export const goodsMove = (move: Partial<DocumentMoveRow>): DocumentMoveRow => ({
  ...changedMove,
  shipment: 'stock.shipment.out,19',
  origin: 'sale.line,61',
  'sale.': SALE,
  sale_exception_state: '',
  ...move,
});

/** The walk from the shelf that serves the goods move with this id. */
export const walkOf = (goodsId: number, move: Partial<DocumentMoveRow>): DocumentMoveRow => ({
  ...goodsMove({ from_location: 4, to_location: 3, origin: `stock.move,${goodsId}` }),
  'sale.': null,
  ...move,
});

export const shipmentRow = (shipment: Partial<ShipmentRow>): ShipmentRow => ({
  id: 19,
  create_date: T0,
  write_date: T1,
  number: 'SH19',
  state: 'waiting',
  warehouse: 1,
  partially_assigned: false,
  'carrier.': null,
  ...shipment,
});

export const returnRow = (receipt: Partial<ReturnRow>): ReturnRow => ({
  id: 4,
  create_date: T0,
  write_date: T1,
  number: 'RS4',
  state: 'draft',
  reference: null,
  warehouse: 1,
  ...receipt,
});
