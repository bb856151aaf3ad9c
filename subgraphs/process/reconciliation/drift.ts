/** What a comparison finds, and what is kept of it. */
import type { SystemKind } from '#model/identifiers.ts';
import type { Money } from '#model/money.ts';

export type DriftCause =
  /** One side was last heard before the other changed. */
  | 'TIMING'
  /** The difference is what we have sold and not all of them have booked. */
  | 'UNPOSTED_SALES'
  /** The difference is what is reserved: a number's basis is declared wrongly. */
  | 'RESERVATION_COUNTED_TWICE'
  /** Reading a system anew corrected what we held of it by this difference. */
  | 'MISSED_EVENT'
  | 'RETURN_NOT_BOOKED'
  | 'DAMAGE_NOT_BOOKED'
  | 'LISTING_NOT_UPDATED'
  | 'UNKNOWN';

/** Differences that are explained by what we know, and that we do not sell from. */
const EXPLAINED: ReadonlySet<DriftCause> = new Set(['TIMING', 'UNPOSTED_SALES']);
export const isExplained = (cause: DriftCause): boolean => EXPLAINED.has(cause);

/** One side's number, put into the measure in which the sides were compared. */
export type DriftReading = {
  /** A kind of system, or "process" for what we hold or want ourselves. */
  readonly system: SystemKind | 'process';
  readonly quantity: number;
  /** The side's own time of the number, ISO. */
  readonly asOf: string;
};

/** What the drift is about: stock of an item at a place, or an item's listing. */
export type DriftSubject =
  | { readonly kind: 'stock'; readonly sku: string; readonly locationCode: string }
  | { readonly kind: 'listing'; readonly sku: string; readonly marketplace: string; readonly listingId: string };

export type Drift = {
  readonly subject: DriftSubject;
  readonly readings: readonly DriftReading[];
  /** The number that is sold from, less the other; positive: too much may be sold. */
  readonly difference: number;
  readonly cause: DriftCause;
  readonly oversellRisk: boolean;
  /** Since when all sides could have been equal, ISO. */
  readonly since: string;
  /** The system whose number differs from the one that is sold from. */
  readonly against: SystemKind;
};

export type Verdict =
  | { readonly kind: 'AGREE'; readonly subject: DriftSubject }
  /** They differ, but one of them spoke so recently that the others may still follow. */
  | { readonly kind: 'UNSETTLED'; readonly subject: DriftSubject }
  | { readonly kind: 'DRIFT'; readonly subject: DriftSubject; readonly drift: Drift };

export const keyOf = (subject: DriftSubject): string =>
  JSON.stringify(
    subject.kind === 'stock'
      ? [subject.kind, subject.sku, subject.locationCode]
      : [subject.kind, subject.marketplace, subject.listingId],
  );

/** In words, and the subject of its exception. */
export const nameOf = (subject: DriftSubject): string =>
  subject.kind === 'stock'
    ? `drift of ${subject.sku} at ${subject.locationCode}`
    : `drift of listing ${subject.listingId} on ${subject.marketplace}`;

export type DriftState = 'OPEN' | 'RESOLVED';

/** A drift on record. One row per subject: when systems disagree again after they agreed, it is its next episode. */
export type StoredDrift = Omit<Drift, 'against'> & {
  readonly key: string;
  readonly state: DriftState;
  readonly value: Money | null;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly resolvedAt: string | null;
  readonly episodes: number;
};
