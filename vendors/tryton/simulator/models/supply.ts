/** What brings goods in or corrects their count: purchases and inventories. */
import { idsOf } from '../flow/documents.ts';
import { referenceOf } from '../orm/fields.ts';
import {
  type Compute,
  char,
  children,
  date,
  defineModel,
  type Field,
  float,
  link,
  type Model,
  numeric,
  type Row,
  selection,
} from '../orm/model.ts';
import { type RpcContext, todayOf } from '../orm/request.ts';
import { decimalOfCents, decimalProduct } from '../orm/values.ts';

const rowsOf = (request: RpcContext, model: string, field: string, id: number): readonly Row[] => {
  const { tables } = request.world;
  return tables.byIndex(model, field, id).map((found) => tables.get(model, found));
};

const movesOfPurchaseLine = (request: RpcContext, lineId: number): readonly number[] =>
  request.world.tables.byIndex('stock.move', 'origin', referenceOf('purchase.line', lineId));

const moveList = (compute: Compute): Field => ({ type: 'many2many', target: 'stock.move', compute });

const lineCents = (line: Row): number =>
  decimalProduct(String(line.values.unit_price ?? '0'), Number(line.values.quantity ?? 0));

export const purchase: Model = defineModel({
  name: 'purchase.purchase',
  label: 'Purchase',
  companyRule: true,
  order: [['id', 'DESC']],
  searchedByName: ['number', 'reference'],
  indexed: ['number', 'state'],
  fields: {
    number: char({ label: 'Number' }),
    reference: char({ label: 'Reference' }),
    state: selection(['draft', 'quotation', 'confirmed', 'processing', 'done', 'cancelled'], 'draft', {
      label: 'State',
      required: true,
    }),
    shipment_state: selection(['none', 'waiting', 'received', 'exception'], 'none', { label: 'Shipment State' }),
    invoice_state: selection(['none', 'waiting', 'paid', 'exception'], 'none', { label: 'Invoice State' }),
    party: link('party.party', { label: 'Party', required: true }),
    warehouse: link('stock.location', { label: 'Warehouse' }),
    purchase_date: date({ label: 'Purchase Date' }),
    delivery_date: date({ label: 'Delivery Date' }),
    currency: link('currency.currency', { fallback: (request) => request.world.anchors.currency }),
    company: link('company.company', { fallback: (request) => request.world.anchors.company }),
    lines: children('purchase.line', 'purchase'),
    moves: moveList((row, request) =>
      rowsOf(request, 'purchase.line', 'purchase', row.id)
        .flatMap((line) => movesOfPurchaseLine(request, line.id))
        .sort((a, b) => b - a),
    ),
    total_amount: numeric({
      compute: (row, request) =>
        decimalOfCents(
          rowsOf(request, 'purchase.line', 'purchase', row.id).reduce((sum, line) => sum + lineCents(line), 0),
        ),
    }),
  },
  recName: (row) => row.values.number ?? `(${row.id})`,
});

export const purchaseLine: Model = defineModel({
  name: 'purchase.line',
  label: 'Purchase Line',
  companyRule: true,
  searchedByName: ['purchase.number'],
  indexed: ['purchase', 'product'],
  fields: {
    purchase: link('purchase.purchase', { label: 'Purchase' }),
    type: selection(['line', 'subtotal', 'title', 'comment'], 'line', { label: 'Type' }),
    product: link('product.product', { label: 'Product' }),
    quantity: float({ label: 'Quantity' }),
    unit: link('product.uom', { label: 'Unit' }),
    unit_price: numeric({ label: 'Unit Price' }),
    delivery_date: date({
      compute: (line, request) =>
        request.world.tables.find('purchase.purchase', Number(line.values.purchase))?.values.delivery_date ?? null,
    }),
    moves: moveList((line, request) => movesOfPurchaseLine(request, line.id)),
    move_done: {
      type: 'boolean',
      compute: (line, request) =>
        movesOfPurchaseLine(request, line.id).every(
          (id) => request.world.tables.get('stock.move', id).values.state === 'done',
        ),
    },
    actual_quantity: float({ compute: (line) => line.values.quantity ?? null }),
  },
});

/** Brings the place to what was counted: the difference comes from, or goes to, the lost-and-found location. */
export const confirmInventory = (request: RpcContext, id: number): void => {
  const { tables, ledger, anchors, clock } = request.world;
  const inventory = tables.get('stock.inventory', id);
  if (inventory.values.state !== 'draft') return;
  const place = Number(inventory.values.location);
  for (const line of rowsOf(request, 'stock.inventory.line', 'inventory', id)) {
    const product = Number(line.values.product);
    const expected = ledger.onHand(place, product);
    const difference = Number(line.values.quantity) - expected;
    tables.update('stock.inventory.line', line.id, { expected_quantity: expected });
    if (difference === 0) continue;
    tables.insert('stock.move', {
      product,
      quantity: Math.abs(difference),
      uom: anchors.unit,
      from_location: difference > 0 ? anchors.lostFoundLocation : place,
      to_location: difference > 0 ? place : anchors.lostFoundLocation,
      origin: referenceOf('stock.inventory.line', line.id),
      state: 'done',
      effective_date: todayOf(clock),
      company: anchors.company,
    });
  }
  tables.update('stock.inventory', id, { state: 'done' });
};

export const inventory: Model = defineModel({
  name: 'stock.inventory',
  label: 'Stock Inventory',
  companyRule: true,
  order: [['id', 'DESC']],
  searchedByName: ['number'],
  fields: {
    number: char({ label: 'Number', fallback: (request) => request.world.nextNumber('inventory') }),
    location: link('stock.location', { label: 'Location', required: true }),
    date: date({ label: 'Date', fallback: (request) => todayOf(request.world.clock) }),
    company: link('company.company', { fallback: (request) => request.world.anchors.company }),
    empty_quantity: selection(['keep', 'empty'], null, { label: 'Empty Quantity' }),
    state: selection(['draft', 'done', 'cancelled'], 'draft', { label: 'State' }),
    lines: children('stock.inventory.line', 'inventory'),
  },
  recName: (row) => row.values.number ?? null,
  methods: {
    confirm: (args, request) => {
      for (const id of idsOf(args)) confirmInventory(request, id);
      return null;
    },
  },
});

export const inventoryLine: Model = defineModel({
  name: 'stock.inventory.line',
  label: 'Stock Inventory Line',
  companyRule: true,
  searchedByName: ['product.code'],
  indexed: ['inventory'],
  fields: {
    inventory: link('stock.inventory', { label: 'Inventory' }),
    product: link('product.product', { label: 'Product', required: true }),
    quantity: float({ label: 'Quantity' }),
    expected_quantity: float({ label: 'Expected Quantity', fallback: 0 }),
    moves: moveList((line, request) =>
      request.world.tables.byIndex('stock.move', 'origin', referenceOf('stock.inventory.line', line.id)),
    ),
  },
});
