/** Customer invoices. */
import { idsOf, salesOfInvoice } from '../flow/documents.ts';
import { postInvoice } from '../flow/invoices.ts';
import { process } from '../flow/sales.ts';
import {
  type Compute,
  char,
  children,
  date,
  defineModel,
  float,
  link,
  type Model,
  numeric,
  type Row,
  reference,
  selection,
} from '../orm/model.ts';
import type { RpcContext } from '../orm/request.ts';
import { decimalOfCents, decimalProduct } from '../orm/values.ts';
import { saleName } from './sale.ts';

const linesOf = (row: Row, request: RpcContext): readonly Row[] => {
  const { tables } = request.world;
  return tables.byIndex('account.invoice.line', 'invoice', row.id).map((id) => tables.get('account.invoice.line', id));
};

const centsOf = (line: Row): number =>
  decimalProduct(String(line.values.unit_price ?? '0'), Number(line.values.quantity ?? 0));

const totalOf: Compute = (row, request) =>
  decimalOfCents(linesOf(row, request).reduce((sum, line) => sum + centsOf(line), 0));

export const invoice: Model = defineModel({
  name: 'account.invoice',
  label: 'Invoice',
  companyRule: true,
  order: [['id', 'DESC']],
  searchedByName: ['number', 'reference'],
  indexed: ['number', 'state'],
  fields: {
    number: char({ label: 'Number' }),
    reference: char({ label: 'Reference' }),
    description: char(),
    type: selection(['out', 'in'], 'out', { label: 'Type', required: true }),
    state: selection(['draft', 'validated', 'posted', 'paid', 'cancelled'], 'draft', { label: 'State' }),
    invoice_date: date({ label: 'Invoice Date' }),
    accounting_date: date({ label: 'Accounting Date' }),
    reconciled: date({ label: 'Reconciled' }),
    party: link('party.party', { label: 'Party', required: true }),
    invoice_address: link('party.address'),
    currency: link('currency.currency', { fallback: (request) => request.world.anchors.currency }),
    company: link('company.company', { fallback: (request) => request.world.anchors.company }),
    move: link('account.move'),
    lines: children('account.invoice.line', 'invoice'),
    sales: {
      type: 'many2many',
      target: 'sale.sale',
      compute: (row, request) => salesOfInvoice(request, row.id),
    },
    origins: char({
      compute: (row, request) =>
        salesOfInvoice(request, row.id)
          .map((id) => String(saleName(request.world.tables.get('sale.sale', id), request)))
          .join(', '),
    }),
    untaxed_amount: numeric({ compute: totalOf }),
    tax_amount: numeric({ compute: () => '0' }),
    total_amount: numeric({ compute: totalOf }),
    amount_to_pay: numeric({
      compute: (row, request) => (row.values.state === 'posted' ? totalOf(row, request) : '0'),
    }),
  },
  recName: (row) => row.values.number ?? `(${row.id})`,
  methods: {
    post: (args, request) => {
      for (const id of idsOf(args)) {
        postInvoice(request, id);
        process(request, salesOfInvoice(request, id));
      }
      return null;
    },
    cancel: (args, request) => {
      const { tables } = request.world;
      for (const id of idsOf(args)) {
        if (tables.get('account.invoice', id).values.state === 'paid') continue;
        tables.update('account.invoice', id, { state: 'cancelled' });
        process(request, salesOfInvoice(request, id));
      }
      return null;
    },
  },
});

export const invoiceLine: Model = defineModel({
  name: 'account.invoice.line',
  label: 'Invoice Line',
  companyRule: true,
  searchedByName: [],
  indexed: ['invoice', 'origin'],
  fields: {
    invoice: link('account.invoice', { label: 'Invoice' }),
    type: selection(['line', 'subtotal', 'title', 'comment'], 'line', { label: 'Type' }),
    origin: reference({ label: 'Origin' }),
    product: link('product.product'),
    quantity: float({ label: 'Quantity' }),
    unit_price: numeric({ label: 'Unit Price' }),
    amount: numeric({ compute: (line) => decimalOfCents(centsOf(line)) }),
  },
});
