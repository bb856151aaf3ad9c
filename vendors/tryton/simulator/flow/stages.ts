/** Moving a sale to a stage, through every step that lies before it, as the company's people would. */

import { referenceOf } from '../orm/fields.ts';
import type { Row } from '../orm/model.ts';
import type { RpcContext } from '../orm/request.ts';
import { invoicesOfSale, movesOfShipment, shipmentsOfSale } from './documents.ts';
import { markPaid, postInvoice } from './invoices.ts';
import * as sales from './sales.ts';
import * as shipments from './shipments.ts';

/** In the order in which a sale passes through them. "assigned" to "shipped" exist only where Tryton ships. */
export const SALE_STAGES = [
  'draft',
  'quotation',
  'confirmed',
  'processing',
  'assigned',
  'picked',
  'packed',
  'shipped',
  'invoiced',
  'paid',
] as const;
export type SaleStage = (typeof SALE_STAGES)[number];

const eachShipment = (
  request: RpcContext,
  saleId: number,
  step: (request: RpcContext, shipmentId: number) => unknown,
): void => {
  for (const id of shipmentsOfSale(request, saleId, shipments.OUT)) step(request, id);
};

const eachInvoice = (request: RpcContext, saleId: number, step: (request: RpcContext, id: number) => void): void => {
  for (const id of invoicesOfSale(request, saleId)) step(request, id);
  sales.process(request, [saleId]);
};

const STEPS: Readonly<Record<SaleStage, (request: RpcContext, saleId: number) => void>> = {
  draft: () => undefined,
  quotation: (request, id) => sales.quote(request, [id]),
  confirmed: (request, id) => sales.markConfirmed(request, [id]),
  processing: (request, id) => sales.process(request, [id]),
  assigned: (request, id) => eachShipment(request, id, shipments.assignTry),
  picked: (request, id) => eachShipment(request, id, shipments.pick),
  packed: (request, id) => eachShipment(request, id, shipments.pack),
  shipped: (request, id) => {
    eachShipment(request, id, shipments.ship);
    sales.process(request, [id]);
  },
  invoiced: (request, id) => eachInvoice(request, id, postInvoice),
  paid: (request, id) => eachInvoice(request, id, markPaid),
};

export const advanceSale = (request: RpcContext, saleId: number, to: SaleStage): void => {
  for (const stage of SALE_STAGES.slice(0, SALE_STAGES.indexOf(to) + 1)) STEPS[stage](request, saleId);
};

const SHIPMENT_VALUES = ['customer', 'delivery_address', 'warehouse', 'company', 'planned_date', 'carrier'] as const;

/**
 * Ships a part: what is given by line leaves with the first shipment, the rest moves to a second one that stays
 * assigned. Expects the sale's only shipment in state "assigned".
 */
export const shipPartly = (
  request: RpcContext,
  saleId: number,
  quantityByProduct: ReadonlyMap<number, number>,
): void => {
  const { tables, nextNumber } = request.world;
  const [first] = shipmentsOfSale(request, saleId, shipments.OUT);
  if (first === undefined) return;
  const { values } = tables.get(shipments.OUT, first);
  const rest = tables.insert(shipments.OUT, {
    ...Object.fromEntries(SHIPMENT_VALUES.map((name) => [name, values[name] ?? null])),
    state: 'assigned',
    number: nextNumber('shipment'),
    reference: null,
    effective_date: null,
  });
  const restRef = referenceOf(shipments.OUT, rest.id);
  const outgoing = movesOfShipment(request, shipments.OUT, first, 'customer');
  const twins = new Map<string, string>();
  const split = (move: Row, origin: string | null): void => {
    const quantity = Number(move.values.quantity);
    const now = Math.min(quantity, quantityByProduct.get(Number(move.values.product)) ?? 0);
    if (now === 0) {
      tables.update('stock.move', move.id, { shipment: restRef });
      return;
    }
    if (now === quantity) return;
    tables.update('stock.move', move.id, { quantity: now });
    const twin = tables.insert('stock.move', {
      ...move.values,
      shipment: restRef,
      quantity: quantity - now,
      ...(origin === null ? {} : { origin }),
    });
    twins.set(referenceOf('stock.move', move.id), referenceOf('stock.move', twin.id));
  };
  for (const move of outgoing) split(move, null);
  for (const move of movesOfShipment(request, shipments.OUT, first, 'warehouse')) {
    split(move, twins.get(String(move.values.origin)) ?? String(move.values.origin));
  }
  shipments.pick(request, first);
  shipments.pack(request, first);
  shipments.ship(request, first);
  sales.process(request, [saleId]);
};
