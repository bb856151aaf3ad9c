/** The part of the rules that promises are made by: when parcels leave and arrive, on which days nothing happens. */
import { z } from 'zod';

const days = z.int().min(0).max(365);
const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a local time HH:MM, e.g. "14:00"');
const country = z.string().regex(/^[A-Z]{2}$/, 'must be a country code of ISO 3166, e.g. "DE"');
const share = z.number().min(0).max(1);

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/** Days on which nothing is open, packed or delivered; with `locations` only there. */
export const holidays = z
  .array(z.strictObject({ date: z.iso.date(), locations: z.array(z.string().min(1)).min(1).optional() }))
  .default([]);

const transit = z
  .strictObject({
    country,
    /** Only postal codes that begin with one of these. The longest beginning that fits decides. */
    postalCodes: z.array(z.string().min(1)).min(1).optional(),
    /** Working days on the road. */
    minDays: days,
    maxDays: days,
  })
  .refine(({ minDays, maxDays }) => minDays <= maxDays, {
    path: ['maxDays'],
    message: 'must not be less than minDays',
  });

const shippingService = z.strictObject({
  service: z.string().min(1),
  /** Local time of the place by which an order leaves on the same day, unless its warehouse system tells another one. */
  cutoff: localTime,
  /** Working days between the order's day and the one on which the parcel leaves. */
  handlingDays: days.default(0),
  /** ISO weekdays on which parcels are packed and carried. */
  workingDays: z.array(z.int().min(1).max(7)).min(1).default([1, 2, 3, 4, 5]),
  /** Where it goes and how long that takes. Other destinations are not served. */
  transit: z.array(transit).min(1),
});

/** What leaves from where. A store ships only where it is named here. */
export const shippingPolicy = <Kind extends z.ZodType>(kind: Kind) =>
  z.strictObject({
    origins: z
      .array(
        z
          .strictObject({
            /** All locations of these kinds, and these codes. What is said of a code comes before what is said of its kind. */
            kinds: z.array(kind).default([]),
            codes: z.array(z.string().min(1)).default([]),
            services: z.array(shippingService).min(1),
          })
          .refine(({ kinds, codes }) => kinds.length + codes.length > 0, {
            path: ['kinds'],
            message: 'name the places, by kinds or by codes',
          }),
      )
      .default([]),
  });

export const promisePolicy = (duration: z.ZodType<number, string>) =>
  z.strictObject({
    /** Whose calendar days promises of supply are told in, and the time of places that tell none. */
    timeZone: z.string().refine(isTimeZone, { message: 'must be a time zone such as "Europe/Berlin"' }).default('UTC'),
    /** How far ahead supply is believed. */
    horizonDays: z.int().min(1).max(365).default(90),
    /** Share of what is announced that is counted on. Returned goods need not come, nor be sellable. */
    reliability: z
      .strictObject({
        PURCHASE_ORDER: share.default(1),
        TRANSFER: share.default(1),
        RETURN: share.default(0),
      })
      .prefault({}),
    /** Working days by which a delivery may be late whose stock is not sure (confidence below HIGH). */
    riskDays: days.default(1),
    /** How long a delivery promise binds. */
    validFor: duration.prefault('PT15M'),
  });
