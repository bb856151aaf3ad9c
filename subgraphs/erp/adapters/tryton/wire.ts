/**
 * What we read of Tryton as an ERP, and nothing else: field lists and the rows they give (values already plain, see
 * vendors/tryton/values.ts). Fields of a related record are asked for as "template.code" and arrive below "template.".
 */
import { z } from 'zod';

const id = z.number().int();
const text = z.string().nullable();
/** PostgreSQL gives true and false, SQLite 1 and 0. */
const flag = z.union([z.boolean(), z.literal(0), z.literal(1)]).transform(Boolean);
/** A Decimal; a sum of nothing comes as the plain number 0. */
const decimal = z.union([z.string(), z.number().transform(String)]);
const stamps = { create_date: z.string(), write_date: z.string().nullable() };

const STAMPS = ['create_date', 'write_date'] as const;
export const STAMP_FIELDS = STAMPS;
export const stampRow = z.object(stamps);
export type Stamps = z.infer<typeof stampRow>;

const below = (relation: string, fields: readonly string[]): readonly string[] =>
  fields.map((field) => `${relation}.${field}`);

export const COMPANY_FIELDS = ['currency.code', 'timezone'] as const;
export const companyRow = z.object({ id, timezone: text, 'currency.': z.object({ code: z.string() }) });

export const LOCATION_FIELDS = [
  ...STAMPS,
  'code',
  'name',
  'type',
  'parent',
  ...below('address', [...STAMPS, 'street', 'city', 'postal_code', 'country.code', 'subdivision.name']),
] as const;
export const locationRow = z.object({
  id,
  ...stamps,
  code: text,
  name: z.string(),
  type: z.string(),
  parent: id.nullable(),
  'address.': z
    .object({
      ...stamps,
      street: text,
      city: text,
      postal_code: text,
      'country.': z.object({ code: text }).nullable(),
      'subdivision.': z.object({ name: text }).nullable(),
    })
    .nullable(),
});
export type LocationRow = z.infer<typeof locationRow>;

export const PRODUCT_FIELDS = [
  ...STAMPS,
  'code',
  'suffix_code',
  'active',
  'salable',
  'list_price',
  'default_uom.symbol',
  ...below('template', [...STAMPS, 'code', 'name', 'active']),
  ...below('identifiers', [...STAMPS, 'type', 'code']),
] as const;
export const productRow = z.object({
  id,
  ...stamps,
  code: text,
  suffix_code: text,
  active: flag,
  salable: flag,
  list_price: decimal.nullable(),
  'default_uom.': z.object({ symbol: z.string() }),
  'template.': z.object({ ...stamps, code: text, name: z.string(), active: flag }),
  'identifiers.': z.array(z.object({ id, ...stamps, type: text, code: z.string() })),
});
export type ProductRow = z.infer<typeof productRow>;

export const TEMPLATE_FIELDS = ['code', 'name', 'products.code'] as const;
export const templateRow = z.object({
  id,
  code: text,
  name: z.string(),
  'products.': z.array(z.object({ id, code: text })),
});

export const IDENTIFIER_FIELDS = ['type', 'code', 'product'] as const;
export const identifierRow = z.object({ id, type: text, code: z.string(), product: id });
export type IdentifierRow = z.infer<typeof identifierRow>;

export const CODE_FIELDS = ['code', 'active'] as const;
export const codeRow = z.object({ id, code: text, active: flag });

/** Of a product: over the locations that the context names. Of a location: of the one product that the context names. */
export const QUANTITY_FIELDS = ['quantity'] as const;
export const quantityRow = z.object({ id, quantity: z.number().nullable() });

export const OPEN_MOVE_FIELDS = [
  'product',
  'state',
  'internal_quantity',
  'from_location',
  'to_location',
  'shipment.state',
] as const;
export const openMoveRow = z.object({
  id,
  product: id,
  state: z.enum(['draft', 'assigned']),
  internal_quantity: z.number(),
  from_location: id,
  to_location: id,
  'shipment.': z.object({ state: text }).nullable(),
});
export type OpenMoveRow = z.infer<typeof openMoveRow>;

const INVOICE_STATES = ['draft', 'validated', 'posted', 'paid', 'cancelled'] as const;

export const SALE_FIELDS = [
  ...STAMPS,
  'number',
  'reference',
  'comment',
  'state',
  'shipment_state',
  'invoice_state',
  'shipment_method',
  'shipments',
  'total_amount',
  'currency.code',
  'warehouse.code',
  'party.email',
  'party.phone',
  'party.mobile',
  'shipment_address.postal_code',
  'invoice_address.postal_code',
  ...below('lines', [...STAMPS, 'type', 'quantity', 'product.code', 'product.type']),
  ...below('invoices', [...STAMPS, 'number', 'state', 'invoice_date', 'total_amount', 'currency.code']),
] as const;

const contactable = z.object({ email: text, phone: text, mobile: text });
const addressee = z.object({ postal_code: text }).nullable();

export const saleRow = z.object({
  id,
  ...stamps,
  number: text,
  reference: text,
  comment: text,
  state: z.enum(['draft', 'quotation', 'confirmed', 'processing', 'done', 'cancelled']),
  shipment_state: z.enum(['none', 'waiting', 'partially shipped', 'sent', 'exception']),
  invoice_state: z.enum(['none', 'waiting', 'partially paid', 'paid', 'exception']),
  shipment_method: z.string(),
  shipments: z.array(id),
  total_amount: decimal,
  'currency.': z.object({ code: z.string() }),
  'warehouse.': z.object({ code: text }).nullable(),
  'party.': contactable,
  'shipment_address.': addressee,
  'invoice_address.': addressee,
  'lines.': z.array(
    z.object({
      id,
      ...stamps,
      type: z.string(),
      quantity: z.number().nullable(),
      'product.': z.object({ code: text, type: z.string() }).nullable(),
    }),
  ),
  'invoices.': z.array(
    z.object({
      id,
      ...stamps,
      number: text,
      state: z.enum(INVOICE_STATES),
      invoice_date: text,
      total_amount: decimal,
      'currency.': z.object({ code: z.string() }),
    }),
  ),
});
export type SaleRow = z.infer<typeof saleRow>;
export type SaleLineRow = SaleRow['lines.'][number];
export type InvoiceRow = SaleRow['invoices.'][number];
