/** Customer invoices: made by sales as drafts, posted and paid by the accountants. */
import { referenceOf } from '../orm/fields.ts';
import type { Row } from '../orm/model.ts';
import { type RpcContext, todayOf } from '../orm/request.ts';

export type InvoicedLine = { readonly line: Row; readonly quantity: number };

export const createInvoice = (request: RpcContext, sale: Row, lines: readonly InvoicedLine[]): Row => {
  const { tables, anchors } = request.world;
  const invoice = tables.insert('account.invoice', {
    type: 'out',
    state: 'draft',
    party: sale.values.party ?? null,
    invoice_address: sale.values.invoice_address ?? null,
    currency: sale.values.currency ?? anchors.currency,
    company: anchors.company,
    reference: null,
  });
  for (const { line, quantity } of lines) {
    tables.insert('account.invoice.line', {
      invoice: invoice.id,
      origin: referenceOf('sale.line', line.id),
      product: line.values.product ?? null,
      quantity,
      unit_price: line.values.unit_price ?? null,
      type: 'line',
    });
  }
  return invoice;
};

export const postInvoice = (request: RpcContext, id: number): void => {
  const { tables, clock } = request.world;
  const invoice = tables.get('account.invoice', id);
  if (invoice.values.state !== 'draft' && invoice.values.state !== 'validated') return;
  tables.update('account.invoice', id, {
    state: 'posted',
    number: invoice.values.number ?? request.world.nextNumber('invoice'),
    invoice_date: invoice.values.invoice_date ?? todayOf(clock),
  });
};

export const markPaid = (request: RpcContext, id: number): void => {
  const { tables, clock } = request.world;
  if (tables.get('account.invoice', id).values.state !== 'posted') return;
  tables.update('account.invoice', id, { state: 'paid', reconciled: todayOf(clock) });
};
