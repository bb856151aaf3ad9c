/** Sales and their lines. */
import { userError } from '../errors.ts';
import { idsOf, invoicesOfSale, movesOfLine, movesOfSale, saleLines, shipmentsOfSale } from '../flow/documents.ts';
import * as sales from '../flow/sales.ts';
import { OUT, OUT_RETURN } from '../flow/shipments.ts';
import { recNameOf, referenceOf } from '../orm/fields.ts';
import {
  type Compute,
  char,
  children,
  date,
  defineModel,
  type Field,
  float,
  integer,
  link,
  numeric,
  type Row,
  reference,
  selection,
} from '../orm/model.ts';
import type { RpcContext } from '../orm/request.ts';
import { decimalOfCents, decimalProduct } from '../orm/values.ts';

const SALE_STATES = ['draft', 'quotation', 'confirmed', 'processing', 'done', 'cancelled'];
const INVOICE_METHODS = { manual: 'Manual', order: 'On Order Processed', shipment: 'On Shipment Sent' } as const;
const SHIPMENT_METHODS = { manual: 'Manual', order: 'On Order Processed', invoice: 'On Invoice Paid' } as const;

const lineCents = (line: Row): number =>
  line.values.type === 'line'
    ? decimalProduct(String(line.values.unit_price ?? '0'), Number(line.values.quantity ?? 0))
    : 0;

const totalOf: Compute = (row, request) => {
  const lines = saleLines(request, row.id);
  return lines.length === 0 ? '0' : decimalOfCents(lines.reduce((sum, line) => sum + lineCents(line), 0));
};

const list = (target: string, compute: Compute): Field => ({ type: 'many2many', target, compute });

const newestFirst = (rows: readonly Row[]): readonly number[] => rows.map((row) => row.id).sort((a, b) => b - a);

export const saleName: Compute = (row) => {
  const { number, reference: channelNumber } = row.values;
  const bracketed = channelNumber ? `[${String(channelNumber)}]` : '';
  return [number, bracketed].filter(Boolean).join(' ') || `(${row.id})`;
};

const button =
  (act: (request: RpcContext, ids: readonly number[]) => null) =>
  (args: readonly unknown[], request: RpcContext): null =>
    act(request, idsOf(args));

export const sale = defineModel({
  name: 'sale.sale',
  label: 'Sale',
  companyRule: true,
  order: [['id', 'DESC']],
  searchedByName: ['number', 'reference'],
  indexed: ['number', 'reference', 'state'],
  fields: {
    number: char({ label: 'Number' }),
    reference: char({ label: 'Reference' }),
    description: char({ label: 'Description' }),
    comment: { type: 'text' },
    state: selection(SALE_STATES, 'draft', { label: 'State', required: true }),
    shipment_state: selection(['none', 'waiting', 'sent', 'exception'], 'none', {
      label: 'Shipment State',
      required: true,
    }),
    invoice_state: selection(['none', 'waiting', 'paid', 'exception'], 'none', {
      label: 'Invoice State',
      required: true,
    }),
    sale_date: date({ label: 'Sale Date' }),
    shipping_date: date({ label: 'Shipping Date' }),
    company: link('company.company', { label: 'Company', fallback: (request) => request.world.anchors.company }),
    currency: link('currency.currency', { label: 'Currency', fallback: (request) => request.world.anchors.currency }),
    party: link('party.party', { label: 'Party', required: true }),
    contact: link('party.contact_mechanism'),
    invoice_party: link('party.party'),
    shipment_party: link('party.party'),
    invoice_address: link('party.address'),
    shipment_address: link('party.address'),
    warehouse: link('stock.location', { label: 'Warehouse' }),
    payment_term: integer(),
    origin: reference({ label: 'Origin' }),
    invoice_method: selection(Object.keys(INVOICE_METHODS), 'order', { label: 'Invoice Method', required: true }),
    shipment_method: selection(Object.keys(SHIPMENT_METHODS), 'order', { label: 'Shipment Method', required: true }),
    carrier: link('carrier'),
    lines: children('sale.line', 'sale'),
    moves: list('stock.move', (row, request) => newestFirst(movesOfSale(request, row.id))),
    shipments: list(OUT, (row, request) => shipmentsOfSale(request, row.id, OUT)),
    shipment_returns: list(OUT_RETURN, (row, request) => shipmentsOfSale(request, row.id, OUT_RETURN)),
    invoices: list('account.invoice', (row, request) => invoicesOfSale(request, row.id)),
    untaxed_amount: numeric({ compute: totalOf }),
    tax_amount: numeric({ compute: () => '0' }),
    total_amount: numeric({ compute: totalOf }),
    web_id: char(),
  },
  recName: saleName,
  validate: (values) => {
    if (values.invoice_method !== 'shipment' || values.shipment_method !== 'manual') return;
    const name = values.reference ? `[${String(values.reference)}]` : '';
    throw userError(
      `You cannot use together invoice "${INVOICE_METHODS.shipment}" and shipment "${SHIPMENT_METHODS.manual}" on sale "${name}".`,
    );
  },
  beforeDelete: (row, request) => {
    if (row.values.state === 'draft' || row.values.state === 'cancelled') return;
    throw userError(`To delete sale "${recNameOf(request, sale, row)}" you must cancel it.`);
  },
  methods: {
    quote: button(sales.quote),
    draft: button(sales.backToDraft),
    confirm: button(sales.confirm),
    process: button(sales.process),
    cancel: button(sales.cancelSale),
  },
});

const saleOf = (line: Row, request: RpcContext): Row | undefined =>
  request.world.tables.find('sale.sale', Number(line.values.sale));

const fromSale =
  (field: string): Compute =>
  (line, request) =>
    saleOf(line, request)?.values[field] ?? null;

/** Goods leave through the output zone and come back through the input zone. */
const locationOf =
  (end: 'from' | 'to'): Compute =>
  (line, request) => {
    const { tables, anchors } = request.world;
    const warehouse = tables.find('stock.location', Number(saleOf(line, request)?.values.warehouse));
    const leaves = Number(line.values.quantity) >= 0;
    if ((end === 'from') !== leaves) return anchors.customerLocation;
    return warehouse?.values[leaves ? 'output_location' : 'input_location'] ?? null;
  };

export const saleLine = defineModel({
  name: 'sale.line',
  label: 'Sale Line',
  companyRule: true,
  searchedByName: ['sale.number', 'product.code'],
  indexed: ['sale', 'product'],
  fields: {
    sale: link('sale.sale', { label: 'Sale' }),
    type: selection(['line', 'subtotal', 'title', 'comment'], 'line', { label: 'Type', required: true }),
    sequence: integer(),
    product: link('product.product', { label: 'Product' }),
    quantity: float({ label: 'Quantity' }),
    unit: link('product.uom', { label: 'Unit' }),
    unit_price: numeric({ label: 'Unit Price' }),
    description: { type: 'text' },
    note: { type: 'text' },
    taxes: { type: 'many2many', target: 'account.tax' },
    amount: numeric({ compute: (line) => decimalOfCents(lineCents(line)) }),
    currency: link('currency.currency', { compute: fromSale('currency') }),
    warehouse: link('stock.location', { compute: fromSale('warehouse') }),
    sale_state: selection(SALE_STATES, null, { compute: fromSale('state') }),
    shipping_date: date({ compute: fromSale('sale_date') }),
    from_location: link('stock.location', { compute: locationOf('from') }),
    to_location: link('stock.location', { compute: locationOf('to') }),
    moves: list('stock.move', (line, request) => newestFirst(movesOfLine(request, line.id))),
    move_done: { type: 'boolean', compute: (line, request) => sales.isMoved(request, line) },
    move_exception: { type: 'boolean', compute: (line, request) => sales.hasMoveException(request, line) },
    actual_quantity: float({ compute: (line) => line.values.quantity ?? null }),
    invoice_lines: list('account.invoice.line', (line, request) =>
      request.world.tables.byIndex('account.invoice.line', 'origin', referenceOf('sale.line', line.id)),
    ),
    summary: char({ compute: (line) => String(line.values.description ?? '').split('\n')[0] ?? '' }),
  },
  recName: (line, request) => {
    const { tables } = request.world;
    const product = tables.find('product.product', Number(line.values.product));
    const item = product === undefined ? '' : recNameOf(request, tables.model('product.product'), product);
    const owner = saleOf(line, request);
    return `${String(line.values.quantity)}u ${item} @ ${owner === undefined ? '' : String(saleName(owner, request))}`;
  },
  validate: (values) => {
    if (values.type !== 'line' || values.unit_price != null) return;
    throw userError('A value is required for field "Unit Price" in "Sale Line".');
  },
});
