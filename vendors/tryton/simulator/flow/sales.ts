/** What happens to a sale: its states, and the shipments and invoices that processing makes. */
import { userError } from '../errors.ts';
import { recNameOf, referenceOf } from '../orm/fields.ts';
import type { Row } from '../orm/model.ts';
import { type RpcContext, todayOf } from '../orm/request.ts';
import { invoiceLinesOfSale, invoicesOfSale, movesOfLine, saleLines } from './documents.ts';
import { createInvoice, type InvoicedLine } from './invoices.ts';
import { createShipments } from './shipments.ts';

const stateOf = (row: Row): string => String(row.values.state);

const quantityOf = (row: Row): number => Number(row.values.quantity);

const checkForQuote = (request: RpcContext, sale: Row): void => {
  const { tables } = request.world;
  const missing =
    sale.values.invoice_address == null
      ? 'an invoice address'
      : sale.values.shipment_method === 'order' && sale.values.shipment_address == null
        ? 'a shipment address'
        : sale.values.warehouse == null
          ? 'a warehouse'
          : null;
  if (missing === null) return;
  const name = recNameOf(request, tables.model('sale.sale'), sale);
  throw userError(`To get a quote for sale "${name}" you must enter ${missing}.`);
};

/** A call that the sale's state does not allow does nothing: the server says nothing either. */
const transition = (
  request: RpcContext,
  ids: readonly number[],
  from: readonly string[],
  apply: (sale: Row) => void,
): null => {
  for (const id of ids) {
    const sale = request.world.tables.get('sale.sale', id);
    if (from.includes(stateOf(sale))) apply(sale);
  }
  return null;
};

export const quote = (request: RpcContext, ids: readonly number[]): null =>
  transition(request, ids, ['draft'], (sale) => {
    checkForQuote(request, sale);
    const number = sale.values.number ?? request.world.nextNumber('sale');
    request.world.tables.update('sale.sale', sale.id, { state: 'quotation', number });
  });

export const backToDraft = (request: RpcContext, ids: readonly number[]): null =>
  transition(request, ids, ['quotation', 'confirmed', 'cancelled'], (sale) => {
    request.world.tables.update('sale.sale', sale.id, { state: 'draft' });
  });

export const cancelSale = (request: RpcContext, ids: readonly number[]): null =>
  transition(request, ids, ['draft', 'quotation'], (sale) => {
    request.world.tables.update('sale.sale', sale.id, { state: 'cancelled' });
  });

/** Confirmation alone, as it stays while the company's processing delay runs. */
export const markConfirmed = (request: RpcContext, ids: readonly number[]): null =>
  transition(request, ids, ['quotation'], (sale) => {
    const { tables, clock } = request.world;
    tables.update('sale.sale', sale.id, { state: 'confirmed', sale_date: sale.values.sale_date ?? todayOf(clock) });
  });

export const confirm = (request: RpcContext, ids: readonly number[]): null => {
  markConfirmed(request, ids);
  return process(request, ids);
};

const doneQuantity = (request: RpcContext, line: Row): number => {
  const sign = quantityOf(line) < 0 ? -1 : 1;
  return movesOfLine(request, line.id)
    .filter((move) => stateOf(move) === 'done')
    .reduce((sum, move) => sum + sign * quantityOf(move), 0);
};

export const isMoved = (request: RpcContext, line: Row): boolean =>
  line.values.product == null || Math.abs(doneQuantity(request, line)) >= Math.abs(quantityOf(line));

export const hasMoveException = (request: RpcContext, line: Row): boolean =>
  movesOfLine(request, line.id).some((move) => stateOf(move) === 'cancelled');

/** What of each line is to be invoiced now: everything ordered, or what has been shipped. */
const dueForInvoice = (request: RpcContext, sale: Row): readonly InvoicedLine[] => {
  if (sale.values.invoice_method === 'manual') return [];
  const { tables } = request.world;
  return saleLines(request, sale.id).flatMap((line) => {
    const invoiced = tables
      .byIndex('account.invoice.line', 'origin', referenceOf('sale.line', line.id))
      .reduce((sum, id) => sum + quantityOf(tables.get('account.invoice.line', id)), 0);
    const due = sale.values.invoice_method === 'order' ? quantityOf(line) : doneQuantity(request, line);
    return due === invoiced ? [] : [{ line, quantity: due - invoiced }];
  });
};

const shipmentStateOf = (request: RpcContext, sale: Row): string => {
  const lines = saleLines(request, sale.id);
  if (lines.every((line) => movesOfLine(request, line.id).length === 0)) return 'none';
  if (lines.some((line) => hasMoveException(request, line))) return 'exception';
  return lines.every((line) => isMoved(request, line)) ? 'sent' : 'waiting';
};

const invoiceStateOf = (request: RpcContext, sale: Row): string => {
  const { tables } = request.world;
  const states = invoicesOfSale(request, sale.id).map((id) => stateOf(tables.get('account.invoice', id)));
  if (states.length === 0) return 'none';
  if (states.includes('cancelled')) return 'exception';
  return states.every((state) => state === 'paid') ? 'paid' : 'waiting';
};

/** Makes what is missing (shipments, invoices) and works out the sale's states again. Harmless to repeat. */
export const process = (request: RpcContext, ids: readonly number[]): null =>
  transition(request, ids, ['confirmed', 'processing', 'done'], (sale) => {
    const { tables } = request.world;
    if (sale.values.shipment_method === 'order') createShipments(request, sale);
    const due = dueForInvoice(request, sale);
    if (due.length > 0) createInvoice(request, sale, due);
    const shipmentState = shipmentStateOf(request, sale);
    const invoiceState = invoiceStateOf(request, sale);
    const paid = invoiceState === 'paid' || sale.values.invoice_method === 'manual';
    const sent = shipmentState === 'sent' || sale.values.shipment_method === 'manual';
    tables.update('sale.sale', sale.id, {
      state: paid && sent ? 'done' : 'processing',
      shipment_state: shipmentState,
      invoice_state: invoiceState,
    });
  });

export const isInvoiced = (request: RpcContext, saleId: number): boolean =>
  invoiceLinesOfSale(request, saleId).length > 0;
