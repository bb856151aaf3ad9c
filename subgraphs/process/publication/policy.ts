/** The decisions of publication: what a listing shall show, when a difference counts, when to try again, when to be quiet. */

import type { Assessment, ConfidenceLevel } from '#subgraphs/process/availability/assessment.ts';
import type { Contacts, StockConnection } from '#subgraphs/process/availability/facts.ts';
import type { ChannelPolicy, ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import { salesPerMinuteOf } from './risk.ts';

export type PublishedChannel = {
  readonly channel: string;
  readonly marketplace: string;
  readonly rules: ChannelPolicy;
};

/** Channels whose listings we keep, each with its marketplace. */
export const publishedChannels = (policy: ProcessPolicy): readonly PublishedChannel[] =>
  Object.entries(policy.channels).flatMap(([channel, rules]) =>
    rules.publish && rules.marketplace !== undefined ? [{ channel, marketplace: rules.marketplace, rules }] : [],
  );

/** What a channel wants a listing to show, and what that comes from. */
export type Wanted = {
  /** What the channel may sell; null when that is not known. */
  readonly sellable: number | null;
  readonly confidence: ConfidenceLevel;
  readonly salesPerMinute: number;
  /** Null: leave the listing as it is. */
  readonly desired: number | null;
};

const LEVELS: readonly ConfidenceLevel[] = ['NONE', 'LOW', 'MEDIUM', 'HIGH'];

/** Guards whole results against the last bit of a fraction: a tenth of 30 is 3. */
const wholeUnits = (units: number): number => Math.floor(units + 1e-9);

/**
 * The quantity a listing shall show, or null to leave it as it is. The less sure we are of the stock, the less of it is
 * published; the whole quantity comes back with the confidence.
 */
export const desiredQuantity = (
  { sellable, confidence }: { readonly sellable: number | null; readonly confidence: ConfidenceLevel },
  { publishing, whenUnknown }: ChannelPolicy,
): number | null => {
  if (sellable === null) return whenUnknown === 'ZERO' ? 0 : null;
  const { level, share } = publishing.belowConfidence;
  return LEVELS.indexOf(confidence) < LEVELS.indexOf(level) ? wholeUnits(sellable * share) : sellable;
};

export const wantedOf = (
  answer: Pick<Assessment, 'sellable' | 'confidence' | 'locations'>,
  rules: ChannelPolicy,
): Wanted => {
  const { sellable } = answer;
  const confidence = answer.confidence.level;
  const desired = desiredQuantity({ sellable, confidence }, rules);
  return { sellable, confidence, salesPerMinute: salesPerMinuteOf(answer), desired };
};

/** Doubling, with up to a third of jitter so that failed listings do not come back in step. */
export const retryDelayMs = (attempts: number, policy: ProcessPolicy['publication'], random: number): number => {
  const doubled = Math.min(policy.retryLongestMs, policy.retryFirstMs * 2 ** Math.max(0, attempts - 1));
  return Math.round(doubled * (1 - random / 3));
};

export type Shown = {
  readonly published: number | null;
  /** The quantity of a call whose outcome is not known. */
  readonly sent: number | null;
  readonly shown: number | null;
  readonly driftSinceMs: number | null;
};

/**
 * Whether the marketplace's own number shall be believed over what we published. More than we published can be sold too
 * often, so it counts at once. Less is mostly a sale whose order has not reached us: putting the old number back at once
 * would sell the same unit twice. What shows the quantity of a call that was given up has taken that call.
 */
export const believesMarketplace = (
  { published, sent, shown, driftSinceMs }: Shown,
  nowMs: number,
  settleMs: number,
): boolean => {
  if (shown === null || shown === published) return false;
  if (published === null || shown > published || shown === sent) return true;
  return driftSinceMs !== null && nowMs - driftSinceMs >= settleMs;
};

export type Readiness =
  | { readonly state: 'ready' }
  /** Some of the retailer's stock has never been read through: what we know is not what there is. */
  | { readonly state: 'loading'; readonly connections: readonly string[] }
  /** Loaded long ago, but not heard since this start: silence may be ours. */
  | { readonly state: 'listening'; readonly connections: readonly string[] };

/**
 * Whether what channels may sell is known well enough to tell a marketplace. After a start nothing is published until all
 * stock has been read through once and every connection has spoken again; a connection that stays silent beyond the
 * grace time is really silent, and then its stock must stop being sold.
 */
export const readinessOf = (
  contacts: Contacts,
  expected: readonly StockConnection[],
  start: { readonly startedAtMs: number; readonly nowMs: number; readonly graceMs: number },
): Readiness => {
  const names = expected.length > 0 ? expected.map(({ connection }) => connection) : [...contacts.keys()];
  const loading = names.filter((name) => contacts.get(name)?.loaded !== true);
  if (names.length === 0 || loading.length > 0) return { state: 'loading', connections: loading };
  const unheard = names.filter((name) => (contacts.get(name)?.lastContactMs ?? 0) < start.startedAtMs);
  const waits = unheard.length > 0 && start.nowMs - start.startedAtMs < start.graceMs;
  return waits ? { state: 'listening', connections: unheard } : { state: 'ready' };
};
