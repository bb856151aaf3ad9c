/** Reads shipments and customer returns with everything their mapping needs, many at a time. */
import type { ZodType } from 'zod';
import type { CallOptions } from '#model/call.ts';
import type { TrytonClient } from '#vendors/tryton/client.ts';
import { stampOf } from '#vendors/tryton/sweep.ts';
import { type ReturnDocument, returnDocuments, type ShipmentDocument, shipmentDocuments } from './documents.ts';
import {
  DOCUMENT_MOVE_FIELDS,
  type DocumentMoveRow,
  documentMoveRow,
  PACKAGE_FIELDS,
  type PackageRow,
  packageRow,
  RETURN_FIELDS,
  type ReturnRow,
  referencedId,
  returnRow,
  SALE_FIELDS,
  type SaleRow,
  SHIPMENT_FIELDS,
  type ShipmentRow,
  saleRow,
  shipmentRow,
} from './wire.ts';

const SHIPMENT = 'stock.shipment.out';
const RETURN = 'stock.shipment.out.return';

/** A shipment or return as Tryton has it: still without regard to orders. */
export type ReadDocument<Row, Document> = {
  readonly row: Row;
  readonly moves: readonly DocumentMoveRow[];
  readonly stamp: string;
  readonly documents: readonly Document[];
};

export type ReadShipment = ReadDocument<ShipmentRow, ShipmentDocument>;
export type ReadReturn = ReadDocument<ReturnRow, ReturnDocument>;

export type DocumentReader = {
  shipments(query: DocumentQuery, call: CallOptions): Promise<readonly ReadShipment[]>;
  /** Cancelled shipments of these sales: what they say changes when their goods are put into a new shipment. */
  cancelledOf(saleIds: readonly number[], call: CallOptions): Promise<readonly ReadShipment[]>;
  returns(query: DocumentQuery, call: CallOptions): Promise<readonly ReadReturn[]>;
};

/** In order of id, at most `limit` of them. */
export type DocumentQuery = { readonly domain: readonly unknown[]; readonly limit?: number };

type Stamped = { readonly id: number; readonly create_date: string; readonly write_date: string | null };

const SHIPPED_WITH_PARCELS = new Set(['packed', 'done']);

export const createDocumentReader = (
  options: { readonly packages: boolean },
  deps: { readonly client: TrytonClient },
): DocumentReader => {
  const { client } = deps;

  const rowsOf = <Row>(
    model: string,
    query: DocumentQuery,
    fields: readonly string[],
    row: ZodType<Row>,
    call: CallOptions,
  ): Promise<readonly Row[]> => client.searchRead(model, { ...query, order: [['id', 'ASC']] }, fields, row, { call });

  const movesOf = async (
    model: string,
    ids: readonly number[],
    call: CallOptions,
  ): Promise<ReadonlyMap<number | null, readonly DocumentMoveRow[]>> => {
    if (ids.length === 0) return new Map();
    const domain = [['shipment', 'in', ids.map((id) => `${model},${id}`)]];
    const moves = await rowsOf('stock.move', { domain }, DOCUMENT_MOVE_FIELDS, documentMoveRow, call);
    return Map.groupBy(moves, (move) => referencedId(model, move.shipment));
  };

  const packagesOf = async (
    shipments: readonly ShipmentRow[],
    call: CallOptions,
  ): Promise<ReadonlyMap<number | null, readonly PackageRow[]>> => {
    const packed = shipments.filter((shipment) => SHIPPED_WITH_PARCELS.has(shipment.state));
    if (!options.packages || packed.length === 0) return new Map();
    const domain = [['shipment', 'in', packed.map(({ id }) => `${SHIPMENT},${id}`)]];
    const packages = await rowsOf('stock.package', { domain }, PACKAGE_FIELDS, packageRow, call);
    return Map.groupBy(packages, (parcel) => referencedId(SHIPMENT, parcel.shipment));
  };

  /** The newest stamp of the record and its moves: goods move without the shipment itself being written. */
  const newestStamp = (row: Stamped, moves: readonly DocumentMoveRow[]): string =>
    moves.map(stampOf).reduce((newest, stamp) => (stamp > newest ? stamp : newest), stampOf(row));

  const originSales = async (
    moves: Iterable<readonly DocumentMoveRow[]>,
    call: CallOptions,
  ): Promise<ReadonlyMap<number, SaleRow>> => {
    const ids = [...moves].flat().map((move) => referencedId('sale.sale', move['sale.']?.origin ?? null));
    const wanted = [...new Set(ids.filter((id) => id !== null))];
    if (wanted.length === 0) return new Map();
    const sales = await rowsOf('sale.sale', { domain: [['id', 'in', wanted]] }, SALE_FIELDS, saleRow, call);
    return new Map(sales.map((sale) => [sale.id, sale]));
  };

  const shipments = async (query: DocumentQuery, call: CallOptions): Promise<readonly ReadShipment[]> => {
    const rows = await rowsOf(SHIPMENT, query, SHIPMENT_FIELDS, shipmentRow, call);
    const ids = rows.map((row) => row.id);
    const [moves, packages] = await Promise.all([movesOf(SHIPMENT, ids, call), packagesOf(rows, call)]);
    return rows.map((row) => {
      const own = moves.get(row.id) ?? [];
      const stamp = newestStamp(row, own);
      return { row, moves: own, stamp, documents: shipmentDocuments(row, own, packages.get(row.id) ?? [], stamp) };
    });
  };

  return {
    shipments,
    cancelledOf: async (saleIds, call) => {
      if (saleIds.length === 0) return [];
      const domain = [
        ['sale', 'in', saleIds],
        ['state', '=', 'cancelled'],
      ];
      const moves = await rowsOf('stock.move', { domain }, DOCUMENT_MOVE_FIELDS, documentMoveRow, call);
      const ids = new Set(moves.map((move) => referencedId(SHIPMENT, move.shipment)).filter((id) => id !== null));
      return ids.size === 0 ? [] : shipments({ domain: [['id', 'in', [...ids]]] }, call);
    },
    returns: async (query, call) => {
      const rows = await rowsOf(RETURN, query, RETURN_FIELDS, returnRow, call);
      const moves = await movesOf(
        RETURN,
        rows.map((row) => row.id),
        call,
      );
      const origins = await originSales(moves.values(), call);
      return rows.map((row) => {
        const own = moves.get(row.id) ?? [];
        const stamp = newestStamp(row, own);
        return { row, moves: own, stamp, documents: returnDocuments(row, own, origins, stamp) };
      });
    },
  };
};
