/** The shape of a change batch as it arrives over HTTP. What it does not name is dropped; what it names must be right. */
import { z } from 'zod';
import type { Change, ChangeBatch } from '#model/change.ts';
import { SETTLEMENT_COMPONENTS } from '#model/order/settlement.ts';
import { LINE_BUCKETS } from '#model/order/vocabulary.ts';
import { LOCATION_KINDS } from '#subgraphs/process/policy/schema.ts';

const text = z.string().min(1).max(1_000);
const instant = z.iso.datetime({ offset: true });
const units = z.int().min(-10_000_000).max(10_000_000);
const natural = z.int().min(0).max(10_000_000);
const days = z.int().min(0).max(1_000);
/** Midnight at the end of a day is written 24:00 by some systems. */
const localTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'expected a local time HH:MM');
const money = z.object({ amountMinor: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) });

const itemReference = z.discriminatedUnion('scheme', [
  z.object({ scheme: z.literal('sku'), value: text }),
  z.object({ scheme: z.literal('gtin'), value: text }),
  z.object({ scheme: z.literal('pos-alias'), scope: text, value: text }),
  z.object({ scheme: z.literal('listing'), scope: text, value: text }),
]);
const items = z.array(itemReference).min(1).max(20);

const variant = z.object({
  kind: z.literal('variant'),
  asOf: instant,
  variant: z.object({
    sku: text,
    gtin: text.optional(),
    productCode: text,
    productTitle: z.string().max(1_000),
    title: z.string().max(1_000),
    lifecycle: z.enum(['DRAFT', 'ACTIVE', 'DISCONTINUED', 'BLOCKED']),
    unitOfMeasure: text,
    listPrice: money.optional(),
    aliases: z.array(itemReference).max(5_000),
  }),
});

const location = z.object({
  kind: z.literal('location'),
  code: text,
  asOf: instant,
  facts: z.object({
    name: text.optional(),
    kind: z.enum(LOCATION_KINDS).optional(),
    gln: text.optional(),
    address: z
      .object({
        lines: z.array(z.string().max(1_000)).max(10),
        city: text.optional(),
        region: text.optional(),
        postalCode: text.optional(),
        country: z.string().regex(/^[A-Z]{2}$/),
      })
      .optional(),
    position: z.object({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) }).optional(),
    timeZone: text.optional(),
    openingHours: z
      .array(z.object({ dayOfWeek: z.int().min(1).max(7), opens: localTime, closes: localTime }))
      .max(100)
      .optional(),
    closedDates: z.array(z.iso.date()).max(1_000).optional(),
    pickup: z
      .object({
        enabled: z.boolean(),
        curbside: z.boolean(),
        leadMinutes: z.int().min(0).max(100_000),
        cutoff: localTime.optional(),
        holdDays: z.int().min(0).max(1_000),
      })
      .optional(),
    carrierCutoffs: z
      .array(z.object({ service: text, cutoff: localTime, transitDaysMin: days, transitDaysMax: days }))
      .max(100)
      .optional(),
  }),
});

const stock = z.object({
  kind: z.literal('stock'),
  items,
  locationCode: text,
  countedAt: instant.optional(),
  reading: z.object({
    onHand: units,
    damaged: units,
    qualityHold: units,
    returnsPending: units,
    reservedHard: units,
    reservations: z.enum(['REPORTED', 'NOT_KEPT']),
    inTransit: units,
    basis: z.enum(['PHYSICAL', 'NET_OF_RESERVATIONS', 'SELLABLE']),
    asOf: instant,
    sequence: z
      .string()
      .regex(/^\d{1,30}$/, 'expected a whole number as text')
      .optional(),
  }),
});

const supply = z.object({
  kind: z.literal('supply'),
  items,
  locationCode: text,
  supplies: z
    .array(
      z.object({
        reference: text,
        quantity: natural,
        expectedAt: instant,
        kind: z.enum(['PURCHASE_ORDER', 'TRANSFER', 'RETURN']),
      }),
    )
    .max(1_000),
  asOf: instant,
});

const listing = z.object({
  kind: z.literal('listing'),
  marketplace: text,
  listingId: text,
  items,
  publishedQuantity: natural.nullable(),
  state: z.enum(['ACTIVE', 'INACTIVE', 'SUPPRESSED', 'THROTTLED']),
  asOf: instant,
});

const fulfilmentMethod = z.enum([
  'SHIP_TO_HOME',
  'PICKUP_IN_STORE',
  'CURBSIDE',
  'SHIP_TO_STORE',
  'SHIP_FROM_STORE',
  'SAME_DAY',
  'DIGITAL',
]);
const shipmentState = z.enum([
  'LABEL_CREATED',
  'INFO_RECEIVED',
  'IN_TRANSIT',
  'OUT_FOR_DELIVERY',
  'DELIVERY_ATTEMPTED',
  'AVAILABLE_FOR_PICKUP',
  'DELIVERED',
  'DELAYED',
  'EXCEPTION',
  'RETURNED_TO_SENDER',
  'EXPIRED',
  'CANCELLED',
]);
const window = z.object({ earliest: instant, latest: instant });

const orderClaim = z.object({
  kind: z.literal('order-claim'),
  documentType: z.enum(['sales-order', 'shipment', 'pickup', 'marketplace-order', 'return-receipt', 'settlement']),
  documentId: text,
  references: z.array(z.object({ scheme: z.enum(['channel', 'erp']), value: text })).max(50),
  sequence: z.string().regex(/^\d{1,30}$/, 'expected a whole number as text'),
  effectiveAt: instant,
  rawStatus: z.string().max(1_000),
  channel: text.optional(),
  placedAt: instant.optional(),
  total: money.optional(),
  charged: z.object({ gross: z.int().optional(), tax: z.int().optional(), shipping: z.int().optional() }).optional(),
  customer: z
    .object({
      customerRef: text.optional(),
      email: text.optional(),
      phone: text.optional(),
      postalCode: text.optional(),
    })
    .optional(),
  reservationIds: z.array(text).max(100).optional(),
  lines: z
    .array(
      z.object({ lineRef: text, items, ordered: natural, method: fulfilmentMethod, locationCode: text.optional() }),
    )
    .max(1_000)
    .optional(),
  confirmed: z.boolean().optional(),
  onHold: z.boolean().optional(),
  cancelled: z.boolean().optional(),
  cancellationRequested: z.boolean().optional(),
  released: z.boolean().optional(),
  progress: z
    .array(z.object({ items, quantities: z.partialRecord(z.enum(LINE_BUCKETS), natural) }))
    .max(1_000)
    .optional(),
  shortages: z
    .array(z.object({ items, locationCode: text, noticedAt: instant }))
    .max(1_000)
    .optional(),
  payment: z
    .enum([
      'NOT_REQUIRED',
      'PENDING',
      'AUTHORIZED',
      'PARTIALLY_AUTHORIZED',
      'PARTIALLY_PAID',
      'PAID',
      'REQUIRES_ACTION',
      'FAILED',
      'VOIDED',
      'PARTIALLY_REFUNDED',
      'REFUNDED',
      'UNKNOWN',
    ])
    .optional(),
  posting: z.enum(['NOT_POSTED', 'STAGED', 'POSTED', 'FAILED']).optional(),
  shipment: z
    .object({
      originCode: text.optional(),
      state: shipmentState,
      carrier: text.optional(),
      trackingNumber: text.optional(),
      trackingUrl: text.optional(),
      estimatedDelivery: window.optional(),
      events: z.array(z.object({ at: instant, state: shipmentState, place: text.optional() })).max(1_000),
    })
    .optional(),
  pickup: z
    .object({
      locationCode: text,
      state: z.enum(['REQUESTED', 'PREPARING', 'READY', 'COLLECTED', 'SHORT', 'EXPIRED', 'CANCELLED']),
      readyAt: instant.optional(),
      collectedAt: instant.optional(),
      expiresAt: instant.optional(),
      code: text.optional(),
    })
    .optional(),
  return: z
    .object({
      rmaNumber: text.optional(),
      status: z.enum([
        'NONE',
        'REQUESTED',
        'AUTHORIZED',
        'DECLINED',
        'IN_TRANSIT',
        'PARTIALLY_RECEIVED',
        'RECEIVED',
        'INSPECTED',
        'COMPLETED',
        'CANCELLED',
      ]),
      refund: z.enum(['NOT_DUE', 'PENDING', 'APPROVED', 'ISSUED', 'FAILED', 'DECLINED']),
    })
    .optional(),
  promise: window.optional(),
  settlement: z
    .object({
      reportId: text,
      currency: z.string().regex(/^[A-Z]{3}$/),
      amounts: z.partialRecord(z.enum(SETTLEMENT_COMPONENTS), z.int()),
      netMinor: z.int(),
      periodEnd: instant,
    })
    .optional(),
});

/** Changes of one batch are applied in one transaction, so their number is bounded. */
export const MAX_CHANGES = 20_000;
/** In characters: a watermark may name what it has seen where a vendor's clock is too coarse to stand on alone. */
const MAX_WATERMARK = 500_000;

export const changeSchema: z.ZodType<Change> = z.discriminatedUnion('kind', [
  variant,
  location,
  stock,
  supply,
  listing,
  orderClaim,
]);

const envelope = {
  system: z.enum(['erp', 'pos', 'wms', 'marketplace']),
  connection: text,
  correlationId: text,
  observedAt: instant,
  delivery: z
    .object({ eventId: text, bodySha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in hex') })
    .optional(),
  watermark: z
    .object({
      stream: text,
      value: z.string().max(MAX_WATERMARK),
      complete: z.boolean(),
      streams: z.array(text).max(100).optional(),
    })
    .optional(),
  rejected: z
    .array(
      z.object({
        kind: z.enum(['IDENTIFIER_UNMAPPED', 'SCHEMA_MISMATCH']),
        subject: text,
        message: z.string().max(10_000),
      }),
    )
    .max(MAX_CHANGES),
};

/** A batch whose statements have not been looked at: each is judged by itself. */
export const batchEnvelopeSchema: z.ZodType<Omit<ChangeBatch, 'changes'> & { readonly changes: readonly unknown[] }> =
  z.object({ ...envelope, changes: z.array(z.unknown()).max(MAX_CHANGES) });

/** A batch as a whole in the form it should have: what adapters are held to. */
export const changeBatchSchema: z.ZodType<ChangeBatch> = z.object({
  ...envelope,
  changes: z.array(changeSchema).max(MAX_CHANGES),
});
