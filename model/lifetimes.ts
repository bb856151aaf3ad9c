/**
 * How long what a system said is believed, by the kind of thing. The change feed drops what it hears to have changed
 * long before; these figures bound the age of what it does not name, and of everything while it is away.
 * docs/reference/freshness.md shows them to app developers.
 */

export type LifetimeMs = {
  /** Younger than this it is answered without a second thought. */
  readonly freshMs: number;
  /** Older than this it is never answered, whatever fails. */
  readonly boundMs: number;
  /** How long "the system does not know it" is believed. */
  readonly absentMs: number;
};

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const LIFETIMES = {
  /** Items, products, places, stores: they change a few times a day, and yesterday's title is better than none. */
  masterData: { freshMs: 5 * MINUTE, boundMs: 24 * HOUR, absentMs: 30 * SECOND },
  /** A new item belongs on pages that do not name it yet, so no change drops them. */
  catalogPage: { freshMs: MINUTE, boundMs: 24 * HOUR, absentMs: 30 * SECOND },
  /** Cut-offs of carriers and what is left of a day's picking capacity. */
  workload: { freshMs: MINUTE, boundMs: HOUR, absentMs: 30 * SECOND },
  /** Numbers that every sale changes; an hour later they say nothing. */
  stock: { freshMs: 15 * SECOND, boundMs: HOUR, absentMs: 5 * SECOND },
  /** One order, shipment, pickup, receipt ... : asked for while somebody follows it. */
  document: { freshMs: 15 * SECOND, boundMs: HOUR, absentMs: 5 * SECOND },
  /** What waits to be worked on: whatever comes in new belongs on it, and nothing names it before. */
  workList: { freshMs: 5 * SECOND, boundMs: HOUR, absentMs: 5 * SECOND },
  /** Listings: reading one takes from a quota that publishing needs. */
  listing: { freshMs: MINUTE, boundMs: HOUR, absentMs: 30 * SECOND },
  /** Orders of a marketplace: reading them takes from the scarcest quotas there are. */
  marketplaceOrder: { freshMs: MINUTE, boundMs: HOUR, absentMs: 30 * SECOND },
  /** A settled report never changes, and a new one comes about every two weeks. */
  settlement: { freshMs: 5 * MINUTE, boundMs: 24 * HOUR, absentMs: 30 * SECOND },
} as const satisfies Record<string, LifetimeMs>;

/** At this many units or fewer the next shopper may be the last one. */
export const LOW_STOCK_UNITS = 5;
const LOW_STOCK_FRESH_MS = 5 * SECOND;

/** Fresh life of an item's numbers, shorter where any of its places is low. */
export const freshMsOfStock = (places: readonly { readonly onHand: number }[]): number =>
  places.some(({ onHand }) => onHand <= LOW_STOCK_UNITS) ? LOW_STOCK_FRESH_MS : LIFETIMES.stock.freshMs;
