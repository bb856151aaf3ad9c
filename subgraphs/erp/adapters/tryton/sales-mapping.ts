/**
 * Sales: Tryton's rows to order claims and sales orders. Pure.
 *
 * What counts as an order: a sale with a number and with goods going out. A draft that was never quoted has no number
 * and is nobody's order yet. A sale of negative quantities is how Tryton takes goods back; the warehouse system reports
 * that as a return. An exchange counts with what goes out.
 */
import type { ClaimedLine, CustomerProofs, OrderClaim, OrderReference, RejectedInput } from '#model/change.ts';
import type { LocationKind } from '#model/location.ts';
import type { FulfilmentMethod, PaymentStatus, PostingStatus } from '#model/order/vocabulary.ts';
import type { ErpInvoice, ErpPosting, ErpSalesOrder } from '../../port.ts';
import { amountOf, newestOf } from './mapping.ts';
import type { InvoiceRow, SaleLineRow, SaleRow } from './wire.ts';

export type SaleRules = {
  readonly channelOf: (reference: string) => string | undefined;
  readonly kindOf: (siteCode: string) => LocationKind | undefined;
  /** The company's time zone: Tryton keeps the day of an invoice, not the hour. */
  readonly timeZone: string;
};

export const stampOfSale = (row: SaleRow): string => newestOf([row, ...row['lines.'], ...row['invoices.']]);

export const rawStatusOf = (row: Pick<SaleRow, 'state' | 'shipment_state' | 'invoice_state'>): string =>
  `${row.state}/${row.shipment_state}/${row.invoice_state}`;

const isGoods = (line: SaleLineRow): boolean =>
  line.type === 'line' && line['product.'] !== null && line['product.'].type !== 'service';

const goingOut = (row: SaleRow): readonly SaleLineRow[] =>
  row['lines.'].filter((line) => isGoods(line) && (line.quantity ?? 0) > 0);

export const isOrder = (row: SaleRow): boolean => row.number !== null && goingOut(row).length > 0;

/** An "exception" is a cancelled invoice that nobody has decided about: about money it says nothing. */
const PAYMENT: Readonly<Record<SaleRow['invoice_state'], PaymentStatus>> = {
  none: 'PENDING',
  waiting: 'PENDING',
  'partially paid': 'PARTIALLY_PAID',
  paid: 'PAID',
  exception: 'UNKNOWN',
};

const INVOICE_STATUS: Readonly<Record<InvoiceRow['state'], ErpPosting>> = {
  draft: 'STAGED',
  validated: 'STAGED',
  posted: 'POSTED',
  paid: 'POSTED',
  cancelled: 'REVERSED',
};

export const postingOf = (row: Pick<SaleRow, 'invoice_state' | 'invoices.'>): PostingStatus => {
  if (row.invoice_state === 'exception') return 'FAILED';
  const live = row['invoices.'].filter((invoice) => invoice.state !== 'cancelled');
  if (live.length === 0) return 'NOT_POSTED';
  return live.every((invoice) => INVOICE_STATUS[invoice.state] === 'POSTED') ? 'POSTED' : 'STAGED';
};

const filled = (value: string | null | undefined): string | undefined => value?.trim() || undefined;

const proofsOf = (row: SaleRow): CustomerProofs => {
  const email = filled(row['party.'].email);
  const phone = filled(row['party.'].phone) ?? filled(row['party.'].mobile);
  const postalCode = filled(row['shipment_address.']?.postal_code) ?? filled(row['invoice_address.']?.postal_code);
  return {
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
    ...(postalCode === undefined ? {} : { postalCode }),
  };
};

/** Goods that Tryton does not ship are fetched where they lie, if that is a place customers come to. */
const methodOf = (row: SaleRow, rules: SaleRules): FulfilmentMethod => {
  const site = row['warehouse.']?.code ?? '';
  return row.shipment_method === 'manual' && rules.kindOf(site) === 'STORE' ? 'PICKUP_IN_STORE' : 'SHIP_TO_HOME';
};

const isInHand = (row: SaleRow): boolean => row.state === 'processing' || row.state === 'done';

/** Handed to the warehouse once it is a shipment; to a store, which ships nothing, once the sale is processed. */
const isReleased = (row: SaleRow, method: FulfilmentMethod): boolean =>
  row.shipments.length > 0 || (method === 'PICKUP_IN_STORE' && isInHand(row));

const referencesOf = (row: SaleRow, number: string): readonly OrderReference[] => {
  const channelNumber = filled(row.reference);
  return [
    ...(channelNumber === undefined ? [] : [{ scheme: 'channel', value: channelNumber } as const]),
    { scheme: 'erp', value: number },
  ];
};

const linesOf = (row: SaleRow, method: FulfilmentMethod): readonly ClaimedLine[] => {
  const locationCode = row['warehouse.']?.code;
  return goingOut(row).map((line) => ({
    lineRef: String(line.id),
    items: [{ scheme: 'sku', value: line['product.']?.code ?? '' }],
    ordered: line.quantity ?? 0,
    method,
    ...(locationCode == null ? {} : { locationCode }),
  }));
};

/** Why a sale cannot be used as it is, or null. */
export const objectionTo = (row: SaleRow): RejectedInput | null => {
  const subject = `sale ${row.number ?? row.id}`;
  for (const line of goingOut(row)) {
    if (line['product.']?.code == null) {
      const message = `${subject}, line ${line.id}: its product has no code, so the item cannot be named. Give the product its SKU as code and save the sale.`;
      return { kind: 'IDENTIFIER_UNMAPPED', subject, message };
    }
    if (!Number.isInteger(line.quantity)) {
      const message = `${subject}, line ${line.id}: ${line.quantity} is not a whole number of units.`;
      return { kind: 'SCHEMA_MISMATCH', subject, message };
    }
  }
  return null;
};

/** A shop that orders what it has reserved writes the reservation's id into the sale's comment, in this form. */
const RESERVATION = /\breservation:([\w-]{1,100})/g;

const reservationsOf = ({ comment }: Pick<SaleRow, 'comment'>): readonly string[] => [
  ...new Set([...(comment ?? '').matchAll(RESERVATION)].flatMap(([, id]) => id ?? [])),
];

/** The statement that a sale makes about its order. Only for rows that are orders and without objection. */
export const claimOfSale = (row: SaleRow, rules: SaleRules): OrderClaim => {
  const number = row.number ?? '';
  const stamp = stampOfSale(row);
  const method = methodOf(row, rules);
  const channel = rules.channelOf(row.reference ?? '');
  const reservationIds = reservationsOf(row);
  return {
    kind: 'order-claim',
    documentType: 'sales-order',
    documentId: number,
    references: referencesOf(row, number),
    sequence: String(Date.parse(stamp)),
    effectiveAt: stamp,
    rawStatus: rawStatusOf(row),
    ...(channel === undefined ? {} : { channel }),
    placedAt: row.create_date,
    total: amountOf(row.total_amount, row['currency.'].code),
    customer: proofsOf(row),
    ...(reservationIds.length === 0 ? {} : { reservationIds }),
    lines: linesOf(row, method),
    confirmed: row.state === 'confirmed' || isInHand(row),
    onHold: row.shipment_state === 'exception',
    cancelled: row.state === 'cancelled',
    released: isReleased(row, method),
    payment: PAYMENT[row.invoice_state],
    posting: postingOf(row),
  };
};

/** The instant at which a day begins in a time zone. */
export const startOfDay = (day: string, timeZone: string): string => {
  const utcMs = Date.parse(`${day}T00:00:00.000Z`);
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(utcMs);
  const aheadMs = Date.parse(`${local.replace(' ', 'T')}.000Z`) - utcMs;
  return new Date(utcMs - aheadMs).toISOString();
};

const invoiceOf = (row: InvoiceRow, timeZone: string): ErpInvoice => {
  const status = INVOICE_STATUS[row.state];
  return {
    number: row.number ?? `draft-${row.id}`,
    total: amountOf(row.total_amount, row['currency.'].code),
    ...(row.invoice_date === null || status === 'STAGED' ? {} : { postedAt: startOfDay(row.invoice_date, timeZone) }),
    status,
  };
};

const isReversed = (row: SaleRow): boolean =>
  row['invoices.'].length > 0 && row['invoices.'].every((invoice) => invoice.state === 'cancelled');

export const salesOrderOf = (row: SaleRow, connection: string, rules: SaleRules): ErpSalesOrder => {
  const stamp = stampOfSale(row);
  const reference = filled(row.reference);
  return {
    number: row.number ?? '',
    documentStatus: rawStatusOf(row),
    posting: isReversed(row) ? 'REVERSED' : postingOf(row),
    invoices: row['invoices.'].toSorted((a, b) => a.id - b.id).map((invoice) => invoiceOf(invoice, rules.timeZone)),
    total: amountOf(row.total_amount, row['currency.'].code),
    externalReferences:
      reference === undefined
        ? []
        : [{ system: rules.channelOf(reference) ?? connection, kind: 'order-number', value: reference }],
    asOf: stamp,
    version: String(Date.parse(stamp)),
  };
};
