/** How sales, their moves, shipments and invoices find each other: through the origin of the moves and invoice lines. */
import { parseReference, referenceOf } from '../orm/fields.ts';
import type { Row } from '../orm/model.ts';
import type { RpcContext } from '../orm/request.ts';

export const saleLines = (request: RpcContext, saleId: number): readonly Row[] => {
  const { tables } = request.world;
  return tables
    .byIndex('sale.line', 'sale', saleId)
    .map((id) => tables.get('sale.line', id))
    .filter((line) => line.values.type === 'line');
};

export const movesOfLine = (request: RpcContext, lineId: number): readonly Row[] => {
  const { tables } = request.world;
  return tables
    .byIndex('stock.move', 'origin', referenceOf('sale.line', lineId))
    .map((id) => tables.get('stock.move', id));
};

export const movesOfSale = (request: RpcContext, saleId: number): readonly Row[] =>
  saleLines(request, saleId).flatMap((line) => movesOfLine(request, line.id));

/** Ids of the sale's shipments of one kind, through their moves. */
export const shipmentsOfSale = (
  request: RpcContext,
  saleId: number,
  model: 'stock.shipment.out' | 'stock.shipment.out.return',
): readonly number[] => {
  const ids = new Set<number>();
  for (const move of movesOfSale(request, saleId)) {
    const shipment = parseReference(move.values.shipment ?? null);
    if (shipment?.model === model) ids.add(shipment.id);
  }
  return [...ids].sort((a, b) => a - b);
};

export const invoiceLinesOfSale = (request: RpcContext, saleId: number): readonly Row[] => {
  const { tables } = request.world;
  return saleLines(request, saleId).flatMap((line) =>
    tables
      .byIndex('account.invoice.line', 'origin', referenceOf('sale.line', line.id))
      .map((id) => tables.get('account.invoice.line', id)),
  );
};

export const invoicesOfSale = (request: RpcContext, saleId: number): readonly number[] =>
  [...new Set(invoiceLinesOfSale(request, saleId).map((line) => Number(line.values.invoice)))].sort((a, b) => a - b);

export const salesOfInvoice = (request: RpcContext, invoiceId: number): readonly number[] => {
  const { tables } = request.world;
  const sales = new Set<number>();
  for (const id of tables.byIndex('account.invoice.line', 'invoice', invoiceId)) {
    const origin = parseReference(tables.get('account.invoice.line', id).values.origin ?? null);
    if (origin?.model === 'sale.line') sales.add(Number(tables.get('sale.line', origin.id).values.sale));
  }
  return [...sales].sort((a, b) => a - b);
};

/** Moves of a shipment that begin or end at customers, or the ones inside the warehouse. */
export const movesOfShipment = (
  request: RpcContext,
  model: string,
  shipmentId: number,
  side: 'customer' | 'warehouse' | 'all',
): readonly Row[] => {
  const { tables, anchors } = request.world;
  return tables
    .byIndex('stock.move', 'shipment', referenceOf(model, shipmentId))
    .map((id) => tables.get('stock.move', id))
    .filter((move) => {
      const outside =
        move.values.from_location === anchors.customerLocation || move.values.to_location === anchors.customerLocation;
      return side === 'all' || (side === 'customer') === outside;
    });
};

export const salesOfShipment = (request: RpcContext, model: string, shipmentId: number): readonly number[] => {
  const { tables } = request.world;
  const sales = new Set<number>();
  for (const move of movesOfShipment(request, model, shipmentId, 'customer')) {
    const origin = parseReference(move.values.origin ?? null);
    if (origin?.model === 'sale.line') sales.add(Number(tables.get('sale.line', origin.id).values.sale));
  }
  return [...sales];
};

export const idsOf = (args: readonly unknown[]): readonly number[] =>
  Array.isArray(args[0]) ? args[0].map(Number) : [];
