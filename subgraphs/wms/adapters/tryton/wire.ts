/**
 * What we read of Tryton's stock, and nothing else: field lists and the rows they give (values already plain, see
 * vendors/tryton/values.ts). Fields of a related record are asked for as "product.code" and arrive below "product.".
 */
import { z } from 'zod';

const id = z.number().int();
const instant = z.string();
const stamps = { create_date: instant, write_date: instant.nullable() };

export const STAMP_FIELDS = ['create_date', 'write_date'] as const;

export const stampRow = z.object(stamps);

export const LOCATION_FIELDS = [
  'code',
  'name',
  'type',
  'parent',
  'input_location',
  'output_location',
  'storage_location',
] as const;
export const locationRow = z.object({
  id,
  code: z.string().nullable(),
  name: z.string(),
  type: z.string(),
  parent: id.nullable(),
  input_location: id.nullable(),
  output_location: id.nullable(),
  storage_location: id.nullable(),
});
export type LocationRow = z.infer<typeof locationRow>;

export const PRODUCT_FIELDS = ['code'] as const;
export const productRow = z.object({ id, code: z.string().nullable() });
export type ProductRow = z.infer<typeof productRow>;

/** `quantity` is computed for the locations named in the call's context; several locations would be summed. */
export const QUANTITY_FIELDS = ['quantity'] as const;
export const quantityRow = z.object({ id, quantity: z.number() });

const namedDocument = z.object({ id, number: z.string().nullable() });

export const OPEN_MOVE_FIELDS = [
  'product',
  'state',
  'internal_quantity',
  'from_location',
  'to_location',
  'planned_date',
  'shipment',
  'shipment.number',
  'shipment.state',
  'purchase',
  'purchase.number',
] as const;
export const openMoveRow = z.object({
  id,
  product: id,
  state: z.enum(['draft', 'assigned']),
  internal_quantity: z.number(),
  from_location: id,
  to_location: id,
  planned_date: z.string().nullable(),
  /** "model,id" of the shipment it belongs to. */
  shipment: z.string().nullable(),
  'shipment.': z.object({ number: z.string().nullable(), state: z.string().nullable() }).nullable(),
  'purchase.': namedDocument.nullable(),
});
export type OpenMoveRow = z.infer<typeof openMoveRow>;

export const CHANGED_MOVE_FIELDS = [
  ...STAMP_FIELDS,
  'product',
  'product.code',
  'state',
  'internal_quantity',
  'from_location',
  'to_location',
  'planned_date',
] as const;
export const changedMoveRow = z.object({
  id,
  ...stamps,
  product: id,
  'product.': productRow,
  state: z.string(),
  internal_quantity: z.number(),
  from_location: id,
  to_location: id,
  planned_date: z.string().nullable(),
});
export type ChangedMoveRow = z.infer<typeof changedMoveRow>;

export const SHIPMENT_FIELDS = [
  ...STAMP_FIELDS,
  'number',
  'state',
  'warehouse',
  'partially_assigned',
  'carrier',
  'carrier.party.name',
] as const;
export const shipmentRow = z.object({
  id,
  ...stamps,
  number: z.string().nullable(),
  state: z.enum(['draft', 'waiting', 'assigned', 'picked', 'packed', 'done', 'cancelled']),
  warehouse: id.nullable(),
  partially_assigned: z.boolean().nullable(),
  /** A carrier is a party with a service product; the party bears the name people know. */
  'carrier.': z.object({ 'party.': z.object({ name: z.string().nullable() }) }).nullable(),
});
export type ShipmentRow = z.infer<typeof shipmentRow>;

export const RETURN_FIELDS = [...STAMP_FIELDS, 'number', 'state', 'reference', 'warehouse'] as const;
export const returnRow = z.object({
  id,
  ...stamps,
  number: z.string().nullable(),
  state: z.enum(['draft', 'received', 'done', 'cancelled']),
  reference: z.string().nullable(),
  warehouse: id.nullable(),
});
export type ReturnRow = z.infer<typeof returnRow>;

export const DOCUMENT_MOVE_FIELDS = [
  ...CHANGED_MOVE_FIELDS,
  'shipment',
  'origin',
  'sale',
  'sale.number',
  'sale.reference',
  'sale.origin',
  'sale.create_date',
  'sale.write_date',
  'sale_exception_state',
] as const;
export const documentMoveRow = changedMoveRow.extend({
  shipment: z.string().nullable(),
  /** "sale.line,7" for goods to a customer, "stock.move,8" for the walk from the shelf that serves such a move. */
  origin: z.string().nullable(),
  'sale.': z
    .object({
      id,
      ...stamps,
      number: z.string().nullable(),
      reference: z.string().nullable(),
      origin: z.string().nullable(),
    })
    .nullable(),
  sale_exception_state: z.string().nullable(),
});
export type DocumentMoveRow = z.infer<typeof documentMoveRow>;

export const SALE_FIELDS = ['number', 'reference'] as const;
export const saleRow = z.object({ id, number: z.string().nullable(), reference: z.string().nullable() });
export type SaleRow = z.infer<typeof saleRow>;

export const PACKAGE_FIELDS = ['code', 'shipment', 'shipping_reference', 'shipping_tracking_url'] as const;
export const packageRow = z.object({
  id,
  code: z.string().nullable(),
  shipment: z.string().nullable(),
  shipping_reference: z.string().nullable(),
  shipping_tracking_url: z.string().nullable(),
});
export type PackageRow = z.infer<typeof packageRow>;

/** The id behind a reference value of the given model ("stock.shipment.out,19" -> 19), or null for another model. */
export const referencedId = (model: string, reference: string | null): number | null => {
  const comma = reference?.lastIndexOf(',') ?? -1;
  if (reference === null || comma < 0 || reference.slice(0, comma) !== model) return null;
  const value = Number(reference.slice(comma + 1));
  return Number.isInteger(value) && value > 0 ? value : null;
};
