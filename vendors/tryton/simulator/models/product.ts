/** Products: a template holds what its variants share; a variant's code is the template's code and its own suffix. */
import { gtinCheckDigit } from '#model/identifiers.ts';
import { userError } from '../errors.ts';
import { recNameOf } from '../orm/fields.ts';
import {
  type Compute,
  char,
  children,
  defineModel,
  flag,
  float,
  integer,
  link,
  numeric,
  type Row,
  selection,
} from '../orm/model.ts';
import { type RpcContext, todayOf } from '../orm/request.ts';
import { fromWire } from '../orm/values.ts';

const PRODUCT_TYPES = ['goods', 'assets', 'service'];

const templateOf = (row: Row, request: RpcContext): Row =>
  request.world.tables.get('product.template', Number(row.values.template));

const fromTemplate =
  (field: string): Compute =>
  (row, request) =>
    templateOf(row, request).values[field] ?? null;

export const codeOf: Compute = (row, request) =>
  [templateOf(row, request).values.code, row.values.suffix_code].filter((part) => typeof part === 'string').join('') ||
  null;

/** The locations a quantity is asked for: warehouses count with everything below them only when the context says so. */
const locationsIn = (request: RpcContext): readonly number[] => {
  const { context, world } = request;
  const named = Array.isArray(context.locations) ? context.locations.map(Number) : [];
  const storageOf = (id: number): number => {
    const row = world.tables.find('stock.location', id);
    return row?.values.type === 'warehouse' ? Number(row.values.storage_location) : id;
  };
  const roots = context.stock_skip_warehouse === true ? named.map(storageOf) : named;
  if (context.with_childs !== true) return roots;
  const below = (id: number): readonly number[] => [
    id,
    ...world.tables.byIndex('stock.location', 'parent', id).flatMap(below),
  ];
  return [...new Set(roots.flatMap(below))];
};

/** Quantities exist only through the context: without locations every product has none. */
const quantity =
  (forecast: boolean): Compute =>
  (row, request) => {
    const balances = request.memo(`quantities:${forecast}`, () => {
      const { context, world } = request;
      const until = fromWire(context.stock_date_end);
      return world.ledger.balances({
        locations: locationsIn(request),
        until: typeof until === 'string' ? until : null,
        today: todayOf(world.clock),
        assignedAsGone: context.stock_assign === true,
        forecast,
      });
    });
    return balances.get(row.id) ?? 0;
  };

const shared = {
  type: selection(PRODUCT_TYPES, 'goods', { label: 'Type', required: true }),
  salable: flag(false),
  purchasable: flag(false),
  list_price: numeric({ label: 'List Price' }),
  default_uom: link('product.uom', { label: 'Default UOM', required: true }),
  sale_uom: link('product.uom', { label: 'Sale UOM' }),
  purchase_uom: link('product.uom', { label: 'Purchase UOM' }),
  account_category: link('product.category', { label: 'Account Category' }),
  categories: { type: 'many2many', target: 'product.category', label: 'Categories' },
  cost_price_method: selection(['fixed', 'average', 'fifo'], 'fixed', { label: 'Cost Price Method' }),
} as const;

export const productTemplate = defineModel({
  name: 'product.template',
  label: 'Product Template',
  order: [
    ['code', 'ASC'],
    ['name', 'ASC'],
  ],
  searchedByName: ['name', 'code', 'products.code', 'products.identifiers.code'],
  fields: {
    ...shared,
    name: char({ label: 'Name', required: true }),
    code: char({ label: 'Code' }),
    active: flag(true),
    products: children('product.product', 'template'),
  },
  recName: (row) => (row.values.code ? `[${row.values.code}] ${row.values.name}` : (row.values.name ?? null)),
});

const inherited = Object.fromEntries(
  Object.entries(shared).map(([name, field]) => [name, { ...field, required: false, compute: fromTemplate(name) }]),
);

export const productProduct = defineModel({
  name: 'product.product',
  label: 'Product Variant',
  order: [
    ['code', 'ASC'],
    ['id', 'ASC'],
  ],
  searchedByName: ['code', 'template.name', 'identifiers.code'],
  indexed: ['template'],
  fields: {
    ...inherited,
    template: link('product.template', { label: 'Product Template', required: true }),
    suffix_code: char({ label: 'Suffix Code' }),
    active: flag(true),
    description: char({ label: 'Description' }),
    cost_price: numeric({ label: 'Cost Price' }),
    lot_required: { type: 'many2many' },
    code: char({ label: 'Code', compute: codeOf }),
    prefix_code: char({ compute: fromTemplate('code') }),
    name: char({ label: 'Name', compute: fromTemplate('name') }),
    identifiers: children('product.identifier', 'product'),
    quantity: float({ label: 'Quantity', compute: quantity(false) }),
    forecast_quantity: float({ label: 'Forecast Quantity', compute: quantity(true) }),
  },
  recName: (row, request) => {
    const code = codeOf(row, request);
    const name = String(templateOf(row, request).values.name);
    return code === null ? name : `[${String(code)}] ${name}`;
  },
});

const isEan = (code: string): boolean =>
  /^(\d{8}|\d{12,14})$/.test(code) && gtinCheckDigit(code.slice(0, -1)) === Number(code.at(-1));

export const productIdentifier = defineModel({
  name: 'product.identifier',
  label: 'Product Identifier',
  order: [
    ['sequence', 'ASC'],
    ['id', 'ASC'],
  ],
  searchedByName: ['code'],
  indexed: ['product', 'code', 'type'],
  fields: {
    product: link('product.product', { label: 'Product', required: true }),
    type: selection(['ean', 'isan', 'isbn', 'isil', 'isin', 'ismn'], null, { label: 'Type' }),
    code: char({ label: 'Code', required: true }),
    sequence: integer({ label: 'Sequence' }),
  },
  recName: (row) => row.values.code ?? null,
  validate: (values, request) => {
    if (values.type !== 'ean' || isEan(String(values.code))) return;
    const { tables } = request.world;
    const product = tables.find('product.product', Number(values.product));
    const name = product === undefined ? '' : recNameOf(request, productProduct, product);
    throw userError(`The International Article Number "${String(values.code)}" for product "${name}" is not valid.`);
  },
});

export const productUom = defineModel({
  name: 'product.uom',
  label: 'Unit of Measure',
  order: [['name', 'ASC']],
  fields: {
    name: char({ label: 'Name', required: true }),
    symbol: char({ label: 'Symbol', required: true }),
    category: integer({ label: 'Category' }),
    rate: float(),
    factor: float(),
    rounding: float(),
    digits: integer(),
    active: flag(true),
  },
});

export const productCategory = defineModel({
  name: 'product.category',
  label: 'Category',
  order: [['name', 'ASC']],
  indexed: ['parent'],
  fields: {
    name: char({ label: 'Name', required: true }),
    parent: link('product.category', { label: 'Parent' }),
    childs: children('product.category', 'parent'),
    accounting: flag(false),
  },
});
