/** Random orders as several systems tell them: many documents, many versions, contradictions, gaps and nonsense. */
import fc from 'fast-check';
import type { SystemKind } from '#model/identifiers.ts';
import type { StoredClaim } from '#model/order/claims.ts';
import { LINE_BUCKETS, type LineBucket } from '#model/order/vocabulary.ts';
import { at, claim, line, progress } from './fixtures.ts';

const SKUS = ['TEE-1', 'MUG-2', 'CAP-3'] as const;
const sku = fc.constantFrom(...SKUS);
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const lines = fc.array(
  fc
    .record({
      sku,
      ordered: fc.integer({ min: 1, max: 5 }),
      method: fc.constantFrom('SHIP_TO_HOME', 'PICKUP_IN_STORE', 'SHIP_FROM_STORE', 'SHIP_TO_STORE'),
      locationCode: optional(fc.constantFrom('W1', 'S1', 'FC')),
    })
    .map((told) =>
      line(told.sku, told.ordered, {
        method: told.method,
        ...(told.locationCode ? { locationCode: told.locationCode } : {}),
      }),
    ),
  { minLength: 1, maxLength: 4 },
);

/** Goods on their way are likelier than cancelled or returned ones. */
const MOVING: readonly LineBucket[] = [
  'open',
  'backordered',
  'allocated',
  'picking',
  'packed',
  'readyForPickup',
  'shipped',
  'delivered',
];

const quantities = fc
  .array(fc.tuple(fc.constantFrom<LineBucket>(...LINE_BUCKETS, ...MOVING, ...MOVING), fc.integer({ min: 1, max: 4 })), {
    maxLength: 3,
  })
  .map((pairs) => Object.fromEntries(pairs));

const progresses = fc.array(
  fc.tuple(sku, quantities).map(([name, placed]) => progress(name, placed)),
  { maxLength: 3 },
);
const minutes = fc.integer({ min: 0, max: 600 });
const flag = optional(fc.boolean());

/** Leaves out what was not told: absent and undefined are the same to a reader but not to a comparison. */
const compact = <T extends Record<string, unknown>>(told: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as never;

const common = {
  minutes,
  progress: progresses,
  payment: optional(
    fc.constantFrom(
      'PENDING',
      'AUTHORIZED',
      'PARTIALLY_PAID',
      'PAID',
      'FAILED',
      'REQUIRES_ACTION',
      'PARTIALLY_REFUNDED',
      'REFUNDED',
      'UNKNOWN',
    ),
  ),
  onHold: flag,
  released: flag,
  promise: optional(minutes.map((minute) => ({ earliest: at(minute), latest: at(minute + 60) }))),
};

const orderDocument = (
  system: SystemKind,
  documentType: 'sales-order' | 'marketplace-order',
): fc.Arbitrary<StoredClaim> =>
  fc
    .record({
      ...common,
      documentId: fc.constantFrom('A', 'B'),
      lines: optional(lines),
      confirmed: flag,
      cancelled: fc.option(fc.constant(true), { nil: undefined, freq: 14 }),
      cancellationRequested: fc.option(fc.constant(true), { nil: undefined, freq: 14 }),
      posting: optional(fc.constantFrom('NOT_POSTED', 'STAGED', 'POSTED', 'FAILED')),
      channel: optional(fc.constantFrom('shop', 'web')),
      total: optional(fc.constant({ amountMinor: 1_000, currency: 'EUR' })),
    })
    .map((told) => claim(system, compact({ ...told, documentType })));

const parcelState = fc.constantFrom(
  'LABEL_CREATED',
  'IN_TRANSIT',
  'OUT_FOR_DELIVERY',
  'DELIVERY_ATTEMPTED',
  'DELIVERED',
  'DELAYED',
  'EXCEPTION',
  'CANCELLED',
  'RETURNED_TO_SENDER',
);

const parcel = (system: SystemKind): fc.Arbitrary<StoredClaim> =>
  fc
    .record({
      ...common,
      documentId: fc.constantFrom('S1', 'S2', 'S3'),
      shipment: fc.record({
        originCode: fc.constantFrom('W1', 'W2'),
        state: parcelState,
        trackingNumber: fc.constantFrom('T1', 'T2', 'T3'),
        events: fc.array(fc.record({ at: minutes.map(at), state: parcelState }), { maxLength: 3 }),
      }),
    })
    .map((told) => claim(system, compact({ ...told, documentType: 'shipment' as const })));

const collection: fc.Arbitrary<StoredClaim> = fc
  .record({
    ...common,
    documentId: fc.constantFrom('P1', 'P2'),
    pickup: fc.record({
      locationCode: fc.constantFrom('S1', 'S2'),
      state: fc.constantFrom('REQUESTED', 'PREPARING', 'READY', 'COLLECTED', 'SHORT', 'EXPIRED', 'CANCELLED'),
      expiresAt: minutes.map((minute) => at(minute + 1_000)),
    }),
  })
  .map((told) => claim('pos', { ...compact(told), documentType: 'pickup' }));

const receipt: fc.Arbitrary<StoredClaim> = fc
  .record({
    minutes,
    system: fc.constantFrom<SystemKind>('wms', 'pos', 'marketplace'),
    documentId: fc.constantFrom('R1', 'R2'),
    progress: fc.array(
      fc.tuple(sku, fc.integer({ min: 1, max: 3 })).map(([name, returned]) => progress(name, { returned })),
      { maxLength: 2 },
    ),
    return: fc.record({
      rmaNumber: fc.constantFrom('RMA-1', 'RMA-2'),
      status: fc.constantFrom(
        'REQUESTED',
        'AUTHORIZED',
        'IN_TRANSIT',
        'PARTIALLY_RECEIVED',
        'RECEIVED',
        'INSPECTED',
        'COMPLETED',
        'DECLINED',
        'CANCELLED',
      ),
      refund: fc.constantFrom('NOT_DUE', 'PENDING', 'APPROVED', 'ISSUED', 'FAILED'),
    }),
  })
  .map(({ system, ...told }) => claim(system, { ...told, documentType: 'return-receipt' }));

/** Reports that agree, fall short, correct and contradict. */
const settlement: fc.Arbitrary<StoredClaim> = fc
  .record({
    minutes,
    system: fc.constantFrom<SystemKind>('marketplace', 'erp'),
    documentId: fc.constantFrom('REP-1', 'REP-2'),
    gross: fc.constantFrom(0, 400, 1_000, 1_500),
    refund: fc.constantFrom(0, -1_000),
    netOff: fc.constantFrom(0, 0, 50),
  })
  .map(({ system, documentId, gross, refund, netOff, ...told }) =>
    claim(system, {
      ...told,
      documentType: 'settlement',
      documentId,
      settlement: {
        reportId: documentId,
        currency: 'EUR',
        amounts: { GROSS_SALE: gross, COMMISSION: -100, REFUND: refund },
        netMinor: gross - 100 + refund + netOff,
        periodEnd: at(told.minutes),
      },
    }),
  );

export const anyClaim: fc.Arbitrary<StoredClaim> = fc.oneof(
  { weight: 1, arbitrary: settlement },
  { weight: 3, arbitrary: orderDocument('erp', 'sales-order') },
  { weight: 3, arbitrary: orderDocument('marketplace', 'marketplace-order') },
  { weight: 1, arbitrary: orderDocument('pos', 'sales-order') },
  { weight: 4, arbitrary: parcel('wms') },
  { weight: 1, arbitrary: parcel('erp') },
  { weight: 2, arbitrary: collection },
  { weight: 2, arbitrary: receipt },
);

/** An order that somebody has defined, and whatever else is said of it. */
export const anyOrder: fc.Arbitrary<readonly StoredClaim[]> = fc
  .tuple(orderDocument('erp', 'sales-order'), lines, fc.array(anyClaim, { maxLength: 8 }))
  .map(([first, defined, others]) => [{ ...first, lines: defined }, ...others]);

/** The same claims in another order, some of them several times. */
export const shuffled = (claims: readonly StoredClaim[]): fc.Arbitrary<readonly StoredClaim[]> =>
  fc
    .tuple(fc.array(fc.nat({ max: Math.max(0, claims.length - 1) }), { maxLength: 4 }), fc.constant(null))
    .chain(([repeats]) => {
      const all = [...claims, ...repeats.flatMap((index) => claims[index] ?? [])];
      return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
    });
