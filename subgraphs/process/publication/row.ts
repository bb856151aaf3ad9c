/**
 * One listing's publication as it moves on. Each step is a function of the row and what happened; whether the row waits
 * to be sent, how urgently and whether it can be put off follows from its quantities alone.
 */
import type { ConfidenceLevel } from '#subgraphs/process/availability/assessment.ts';
import { believesMarketplace, type Wanted } from './policy.ts';
import { riskOf } from './risk.ts';
import { isWorthACall, type WorthRules } from './worth.ts';

export type ListingKey = { readonly marketplace: string; readonly listingId: string };

export type PublicationRow = ListingKey & {
  readonly sku: string;
  /** What the channel may sell; null when that is not known. */
  readonly sellable: number | null;
  readonly confidence: ConfidenceLevel | null;
  readonly salesPerMinute: number;
  readonly desired: number | null;
  readonly published: number | null;
  /** When the marketplace last acknowledged a quantity. */
  readonly publishedAt: string | null;
  /** The highest quantity of calls whose outcome is not known (yet): what the listing may show at worst. */
  readonly sent: number | null;
  /** What the marketplace said last, where that is not what we published, and since when. */
  readonly shown: number | null;
  readonly driftSince: string | null;
  /** Since when the listing has not shown what it shall; null while it does. */
  readonly dirtySince: string | null;
  readonly risk: number;
  readonly worthACall: boolean;
  readonly attempts: number;
  readonly nextAttempt: string | null;
  readonly leasedUntil: string | null;
  readonly lastError: string | null;
};

/** A row taken for one call. */
export type ClaimedPublication = ListingKey & {
  readonly sku: string;
  readonly quantity: number;
  readonly attempts: number;
  readonly dirtySince: string;
  readonly claimedAt: string;
  readonly leasedUntil: string;
  /** What was `sent` before this call. */
  readonly sentBefore: number | null;
};

/**
 * Works out what follows from the quantities. After a call of which nobody knows the outcome only an acknowledged one
 * brings the listing in step. Without rules the channel is not published now: nothing is put off.
 */
const settled = (row: PublicationRow, rules: WorthRules | null, at: string): PublicationRow => {
  const { desired, published, sent } = row;
  if (desired === null || (desired === published && sent === null))
    return { ...row, dirtySince: null, risk: 0, worthACall: false };
  const difference = { ...row, desired };
  return {
    ...row,
    dirtySince: row.dirtySince ?? at,
    risk: riskOf(difference),
    worthACall: rules === null || isWorthACall(difference, rules),
  };
};

/** The channel may sell another quantity. One that shall be left as it is keeps what was wanted before. */
export const want = (row: PublicationRow, wanted: Wanted, rules: WorthRules | null, at: string): PublicationRow =>
  settled({ ...row, ...wanted, desired: wanted.desired ?? row.desired }, rules, at);

/** A look at a listing when nothing has happened: time may have changed what it shall show, or what is believed of it. */
export const review = (
  row: PublicationRow,
  wanted: Wanted,
  context: { readonly rules: WorthRules; readonly settleMs: number; readonly at: string },
): PublicationRow => {
  const { rules, settleMs, at } = context;
  const believed = believesMarketplace(
    { ...row, driftSinceMs: row.driftSince === null ? null : Date.parse(row.driftSince) },
    Date.parse(at),
    settleMs,
  );
  if (!believed) return want(row, wanted, rules, at);
  const sent = row.sent === row.shown ? null : row.sent;
  return want({ ...row, published: row.shown, sent, shown: null, driftSince: null }, wanted, rules, at);
};

/** Whether two states of a row differ in anything that is worth being stored for a listing that waits, or does not. */
export const differs = (a: PublicationRow, b: PublicationRow): boolean =>
  a.desired !== b.desired ||
  a.published !== b.published ||
  a.sent !== b.sent ||
  a.sellable !== b.sellable ||
  a.confidence !== b.confidence ||
  a.dirtySince !== b.dirtySince ||
  a.risk !== b.risk ||
  a.worthACall !== b.worthACall;

/**
 * The marketplace took the quantity. What is wanted may have moved on meanwhile: then the listing has been wrong since
 * the call was made, for all we know. A call that outlived its lease proves only that its quantity was sent.
 */
export const acknowledge = (
  row: PublicationRow,
  claim: ClaimedPublication,
  rules: WorthRules | null,
  at: string,
): PublicationRow => {
  if (row.leasedUntil !== claim.leasedUntil) {
    const overtaken = row.leasedUntil === null ? { ...row, sent: Math.max(row.sent ?? 0, claim.quantity) } : row;
    return settled(overtaken, rules, claim.claimedAt);
  }
  const taken: PublicationRow = {
    ...row,
    published: claim.quantity,
    publishedAt: at,
    sent: null,
    shown: null,
    driftSince: null,
    dirtySince: null,
    attempts: 0,
    nextAttempt: null,
    leasedUntil: null,
    lastError: null,
  };
  return settled(taken, rules, claim.claimedAt);
};

export type Setback = {
  /** FAILED: nobody knows whether it was taken. THROTTLED and REFUSED: it was not. */
  readonly kind: 'FAILED' | 'REFUSED' | 'THROTTLED';
  readonly error: string;
  readonly nextAttempt: string;
};

/** The quantity did not get through. Being told to wait is nobody's failure and counts as no attempt. */
export const setBack = (
  row: PublicationRow,
  claim: ClaimedPublication,
  { kind, error, nextAttempt }: Setback,
  rules: WorthRules | null,
  at: string,
): PublicationRow => {
  if (row.leasedUntil !== claim.leasedUntil) return row;
  const sent = kind === 'FAILED' ? row.sent : claim.sentBefore;
  const attempts = kind === 'THROTTLED' ? row.attempts : row.attempts + 1;
  return settled({ ...row, sent, attempts, nextAttempt, leasedUntil: null, lastError: error }, rules, at);
};
