/**
 * The retailer's rules as data: the `process` part of throughline.yaml. Everything has a default, so that a retailer
 * writes only what differs; every rule applied to an answer is named by its path here in explainAvailability.
 */
import { z } from 'zod';
import { Failure } from '#runtime/failure.ts';
import { durationMs } from './duration.ts';
import { holidays, promisePolicy, shippingPolicy } from './promises.ts';

export const LOCATION_KINDS = [
  'STORE',
  'WAREHOUSE',
  'DISTRIBUTION_CENTER',
  'THREE_PL',
  'MARKETPLACE_FC',
  'IN_TRANSIT',
  'VIRTUAL',
] as const;
const SYSTEMS = ['erp', 'pos', 'wms', 'marketplace'] as const;

const units = z.int().min(0).max(1_000_000);
const share = z.number().min(0).max(1);
const kind = z.enum(LOCATION_KINDS);
const unitsByKind = z.partialRecord(kind, units);

/** Durations are written as ISO 8601 ("PT5M") and held in milliseconds. */
const duration = z.string().transform((text, context) => {
  const ms = durationMs(text);
  if (ms !== null) return ms;
  context.addIssue({
    code: 'custom',
    message: `expected an ISO 8601 duration such as "PT5M", got ${JSON.stringify(text)}`,
  });
  return z.NEVER;
});

const display = z
  .strictObject({
    /**
     * EXACT tells every number. CAPPED tells numbers up to `cappedAt` and "10_PLUS" beyond. WORDS tells no number. Exact
     * stock is commercially sensitive, so the default is CAPPED.
     */
    mode: z.enum(['EXACT', 'CAPPED', 'WORDS']).default('CAPPED'),
    exactUpTo: units.default(5),
    cappedAt: units.default(10),
  })
  .refine((value) => value.cappedAt > value.exactUpTo, {
    path: ['cappedAt'],
    message: 'must be greater than exactUpTo',
  });

const HOUR_MS = 3_600_000;
/** What clients of a stream are promised: docs/reference/subscription-resume.md. */
const SHORTEST_RETENTION_MS = 72 * HOUR_MS;
const LONGEST_RETENTION_MS = 366 * 24 * HOUR_MS;

const sku = z.string().min(1);
const orderLimit = z.int().min(1).max(1_000_000);

const ringFence = z
  .strictObject({
    /** At all locations of these kinds and at these codes. */
    kinds: z.array(kind).default([]),
    codes: z.array(z.string().min(1)).default([]),
    /** Only these SKUs; all when left out. */
    skus: z.array(sku).optional(),
    /** Units of each SKU per location, or else a share of what is usable there, rounded up. */
    units: units.optional(),
    share: share.optional(),
  })
  .refine(({ units: fixed, share: part }) => (fixed === undefined) !== (part === undefined), {
    path: ['units'],
    message: 'give either units or share',
  })
  .refine(({ kinds, codes }) => kinds.length + codes.length > 0, {
    path: ['kinds'],
    message: 'name the places, by kinds or by codes',
  });

const component = z.strictObject({ sku, quantity: z.int().min(1).max(1_000) });
const components = z
  .array(component)
  .min(1)
  .refine((list) => new Set(list.map((entry) => entry.sku)).size === list.length, {
    message: 'names a SKU twice; add its quantities up',
  });

/** A list of components, which then must all be at one place; or an object that lets them come from several. */
const bundle = z
  .union([components, z.strictObject({ components, combine: z.boolean().default(false) })])
  .transform((given) => ('components' in given ? given : { components: given, combine: false }));

const channel = z
  .strictObject({
    /** Where the channel sells from: all locations of these kinds, or exactly these codes, minus the excluded codes. */
    locations: z
      .strictObject({
        kinds: z.array(kind).optional(),
        codes: z.array(z.string().min(1)).optional(),
        exclude: z.array(z.string().min(1)).default([]),
      })
      .prefault({}),
    display: display.prefault({}),
    /** Units held back per location, whatever the channel's own rules. */
    safetyStock: unitsByKind.default({}),
    /** Further units held back per location for this channel. */
    channelBuffer: unitsByKind.default({}),
    /**
     * Most units that safetyStock, channelBuffer and unseenSales together hold back at one location, so that caution does
     * not empty the shop. What is set aside for other channels comes on top.
     */
    bufferCap: unitsByKind.default({}),
    /** Units of the channel's own at each of these places: other channels cannot sell them. Its own open orders use them up. */
    ringFences: z.array(ringFence).default([]),
    /** Units in total that the channel may sell of these SKUs together, less what its open orders already take. */
    quotas: z.array(z.strictObject({ skus: z.array(sku).min(1), units })).default([]),
    /** Units of one SKU that one order may have. */
    limitPerOrder: orderLimit.optional(),
    /** What differs for single SKUs. */
    items: z
      .record(sku, z.strictObject({ safetyStock: unitsByKind.optional(), limitPerOrder: orderLimit.optional() }))
      .default({}),
    /** At or below this many sellable units the channel says LOW_STOCK. */
    lowStockAt: units.default(3),
    /**
     * Buffer against sales we have not heard of yet: the smallest number of units that unseen sales stay within with
     * probability `quantile`, at most `cap` per location.
     */
    unseenSales: z.strictObject({ quantile: share.default(0.98), cap: units.default(50) }).prefault({}),
    /** Whether the channel may sell what is not there yet: BACKORDER instead of OUT_OF_STOCK, for supply within `maxDays`. */
    backorder: z
      .strictObject({ allowed: z.boolean().default(false), maxDays: z.int().min(1).max(365).default(30) })
      .prefault({}),
    /** Location whose stock the channel's orders take when the order names none. */
    shipsFrom: z.string().min(1).optional(),
    /** Names under which order documents mention this channel, beside the channel's own name. */
    ordersFrom: z.array(z.string().min(1)).default([]),
    /** The marketplace whose listings belong to this channel. */
    marketplace: z.string().min(1).optional(),
    /** Whether the listings' quantities are kept at what the channel may sell. */
    publish: z.boolean().default(false),
    /** What to publish when the sellable quantity is not known: stop selling, or leave the last quantity. */
    whenUnknown: z.enum(['ZERO', 'KEEP']).default('ZERO'),
    /** While an answer's confidence is lower than `level`, only this share of the sellable units is published, rounded down. */
    publishing: z
      .strictObject({
        belowConfidence: z
          .strictObject({ level: z.enum(['HIGH', 'MEDIUM', 'LOW']).default('LOW'), share: share.default(0.5) })
          .prefault({}),
      })
      .prefault({}),
  })
  .refine((value) => !value.publish || value.marketplace !== undefined, {
    path: ['marketplace'],
    message: 'is required when publish is true',
  });

const authorityList = z
  .array(z.enum(SYSTEMS))
  .min(1)
  .refine((list) => new Set(list).size === list.length, {
    message: 'names a system twice',
  });

const DEFAULT_AUTHORITY = {
  STORE: ['pos', 'wms', 'erp'],
  WAREHOUSE: ['wms', 'erp'],
  DISTRIBUTION_CENTER: ['wms', 'erp'],
  THREE_PL: ['wms', 'erp'],
  MARKETPLACE_FC: ['marketplace'],
  IN_TRANSIT: ['erp'],
  VIRTUAL: ['erp'],
} as const satisfies Record<(typeof LOCATION_KINDS)[number], readonly (typeof SYSTEMS)[number][]>;

/** Published background: distribution centres count right above 99.5 % of the time, stores 70 to 90 %. */
const DEFAULT_ACCURACY = {
  STORE: 0.9,
  WAREHOUSE: 0.995,
  DISTRIBUTION_CENTER: 0.995,
  THREE_PL: 0.99,
  MARKETPLACE_FC: 0.99,
  IN_TRANSIT: 0.8,
  VIRTUAL: 0.9,
} as const;

/** Sales per minute of one SKU at one location before anything is learnt: a few a day in a store, one in 50 minutes in a warehouse. */
const DEFAULT_VELOCITY = {
  STORE: 0.002,
  WAREHOUSE: 0.02,
  DISTRIBUTION_CENTER: 0.02,
  THREE_PL: 0.02,
  MARKETPLACE_FC: 0.02,
  IN_TRANSIT: 0,
  VIRTUAL: 0.002,
} as const;

const byKind = <T extends z.ZodType>(
  value: T,
  defaults: Readonly<Record<(typeof LOCATION_KINDS)[number], z.output<T>>>,
) =>
  z
    .partialRecord(kind, value)
    .default({})
    .transform((given) => ({ ...defaults, ...given }));

/** What a retailer may write under `process:`. Durations are ISO 8601 there and milliseconds past this file. */
export const processPolicySchema = z
  .strictObject({
    channels: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), channel).prefault({ web: {} }),
    /** SKUs that are sold as several others: they have no stock of their own. */
    bundles: z.record(sku, bundle).default({}),
    authority: z
      .strictObject({
        /** Whose stock number counts at a location of this kind, first to last. */
        stock: byKind(authorityList.readonly(), DEFAULT_AUTHORITY),
      })
      .prefault({}),
    /** Oldest proof that still counts as FRESH, by what the caller wants the answer for. */
    freshness: z
      .strictObject({
        BROWSE: duration.prefault('PT5M'),
        DETAIL: duration.prefault('PT1M'),
        CART: duration.prefault('PT15S'),
        CHECKOUT: duration.prefault('PT2S'),
        STORE_ASSOCIATE: duration.prefault('PT10S'),
      })
      .prefault({}),
    /** When an answer must be newer than the above. A caller who names a maxAge gets that. */
    shorterAge: z
      .strictObject({
        /** Items that sell faster than this at some place, in units per minute. */
        fast: z
          .strictObject({
            abovePerMinute: z.number().min(0).max(10_000).default(0.5),
            BROWSE: duration.prefault('PT30S'),
            DETAIL: duration.prefault('PT10S'),
          })
          .prefault({}),
        /** Share of the age that is accepted while stock is low; never less than counts as LIVE. */
        lowStockShare: share.default(0.25),
      })
      .prefault({}),
    /** Silence after which a system counts as missing and its numbers are no longer sold from. */
    staleness: z
      .strictObject({
        erp: duration.prefault('PT30M'),
        pos: duration.prefault('PT15M'),
        wms: duration.prefault('PT15M'),
        marketplace: duration.prefault('PT1H'),
      })
      .prefault({}),
    confidence: z
      .strictObject({
        /** How often the recorded stock of such a location is really there. */
        accuracy: byKind(share, DEFAULT_ACCURACY),
        /** The same for one SKU right after units could not be found, until it is counted again. */
        afterShortPick: share.default(0.5),
        /** Without a count, half of the belief lost by a short pick is back after this time: not every source tells counts. */
        shortPickHalfLife: duration.prefault('P14D').refine((ms) => ms >= 60_000, { message: 'must be at least PT1M' }),
        /** The same for one SKU that was counted within `countHolds`. */
        afterCount: share.default(0.98),
        countHolds: duration.prefault('PT24H'),
        /** Factor on the probability for every system that is missing. */
        missingSystem: share.default(0.9),
      })
      .prefault({}),
    /** Sales per minute of one SKU at one location, as long as nothing has been learnt of it. */
    velocity: byKind(z.number().min(0).max(10_000), DEFAULT_VELOCITY),
    /** How sales per minute are learnt: as an average in which the past counts less and less. */
    learning: z
      .strictObject({
        /** After this time a sale counts half. */
        halfLife: duration.prefault('P7D').refine((ms) => ms >= 60_000, { message: 'must be at least PT1M' }),
        /** How much observed time the configured velocity is worth. */
        priorWorth: duration.prefault('P1D').refine((ms) => ms >= 60_000, { message: 'must be at least PT1M' }),
      })
      .prefault({}),
    shipping: shippingPolicy(kind).prefault({}),
    holidays,
    promises: promisePolicy(duration)
      .prefault({})
      .transform(({ validFor, ...rest }) => ({ ...rest, validForMs: validFor })),
    publication: z
      .strictObject({
        /** Few, so that an urgent quantity waits for few others where a marketplace takes them one by one. */
        itemsPerCall: z.int().min(1).max(250).default(5),
        callsInFlight: z.int().min(1).max(16).default(2),
        /** How often all listings are compared with what the channel may sell, to catch what time alone changes. */
        review: duration.prefault('PT15S'),
        /** How long a marketplace may show less than we published before it counts as drift: a sale may be under way. */
        settle: duration.prefault('PT2M'),
        retryFirst: duration.prefault('PT5S'),
        retryLongest: duration.prefault('PT15M'),
        /** Failures in a row after which a person is told. */
        exceptionAfter: z.int().min(1).max(100).default(5),
        /** How long after a start silent systems are waited for before their silence is believed. */
        startGrace: duration.prefault('PT10M'),
        /**
         * What waits while a marketplace's budget is short: a change of at most `share` of the published quantity that
         * leaves at least `floor` units, for at most `wait`. A fast seller's floor is what it sells in that time.
         */
        smallChange: z
          .strictObject({ share: share.default(0.1), floor: units.default(10), wait: duration.prefault('PT15M') })
          .prefault({}),
      })
      .prefault({})
      .transform(({ review, settle, retryFirst, retryLongest, startGrace, smallChange, ...rest }) => ({
        ...rest,
        smallChange: { share: smallChange.share, floor: smallChange.floor, waitMs: smallChange.wait },
        reviewMs: review,
        settleMs: settle,
        retryFirstMs: retryFirst,
        retryLongestMs: retryLongest,
        startGraceMs: startGrace,
      })),
    /** Streams of orders and stock. */
    streams: z
      .strictObject({
        /** How long events can be resumed from, at least: after a weekend's outage and a day to notice it. */
        retention: duration
          .prefault('P7D')
          .refine((ms) => ms >= SHORTEST_RETENTION_MS, {
            message: 'must be at least PT72H: clients may resume that long',
          })
          .refine((ms) => ms <= LONGEST_RETENTION_MS, { message: 'must be at most P366D' }),
      })
      .prefault({})
      .transform(({ retention }) => ({ retentionMs: retention })),
    /** Systems compared with each other, item by item, after reading them anew. */
    reconciliation: z
      .strictObject({
        /** Time over which one sweep of the hot items is spread, and of all items. */
        hotEvery: duration.prefault('PT15M'),
        allEvery: duration.prefault('P1D'),
        /** How many of the fastest sellers, latest changes and lowest stocks count as hot. */
        hotItems: z.int().min(0).max(5_000).default(500),
        /** Units by which systems may differ about an item at a place. */
        tolerance: units.default(0),
        /** How long a statement is given to be followed by the other systems before a difference counts. */
        grace: duration.prefault('PT15M'),
        /** Value at risk, in whole units of the item's currency, above which a drift becomes an exception. */
        exceptionAboveValue: z.int().min(0).max(1_000_000_000).default(250),
      })
      .prefault({})
      .transform(({ hotEvery, allEvery, grace, ...rest }) => ({
        ...rest,
        sweepEveryMs: { HOT: hotEvery, ALL: allEvery },
        graceMs: grace,
      })),
  })
  .superRefine((policy, context) => {
    const publishers = new Map<string, string>();
    for (const [name, { marketplace, publish }] of Object.entries(policy.channels)) {
      if (marketplace === undefined || !publish) continue;
      const other = publishers.get(marketplace);
      if (other !== undefined) {
        const message = `${marketplace} is already published by channel "${other}"; only one channel may own a listing's quantity`;
        context.addIssue({ code: 'custom', path: ['channels', name, 'marketplace'], message });
      }
      publishers.set(marketplace, name);
    }
    for (const [bundleSku, { components }] of Object.entries(policy.bundles)) {
      for (const part of components) {
        if (!Object.hasOwn(policy.bundles, part.sku)) continue;
        const message = `${part.sku} is a bundle itself; name its components instead`;
        context.addIssue({ code: 'custom', path: ['bundles', bundleSku], message });
      }
    }
  })
  .transform(({ freshness, staleness, velocity, learning, ...rest }) => ({
    ...rest,
    learning: { halfLifeMs: learning.halfLife, priorWorthMs: learning.priorWorth },
    maxAgeMs: freshness,
    missingAfterMs: staleness,
    salesPerMinute: velocity,
  }));

export type ProcessPolicy = z.output<typeof processPolicySchema>;
export type ProcessPolicyInput = z.input<typeof processPolicySchema>;
export type ChannelPolicy = ProcessPolicy['channels'][string];
export type RingFence = ChannelPolicy['ringFences'][number];
export type Bundle = ProcessPolicy['bundles'][string];
export type DisplayPolicy = ChannelPolicy['display'];

/** Reads the `process` part of throughline.yaml; throws CONFIG_INVALID naming every wrong path and what is allowed there. */
export const parseProcessPolicy = (input: unknown, at = 'process'): ProcessPolicy => {
  const result = processPolicySchema.safeParse(input ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${[at, ...issue.path.map(String)].join('.')}: ${issue.message}`);
  throw new Failure('CONFIG_INVALID', problems.join('\n'), { field: problems[0]?.split(':')[0] ?? at });
};
