/** The answer and how it came about: one shape that the public fields, the explanation and the streams all read. */
import type { SystemKind } from '#model/identifiers.ts';
import type { LocationKind } from '#model/location.ts';
import type { FulfilmentMethod } from '#model/order/vocabulary.ts';
import type { Purpose } from '#model/purpose.ts';
import type { StockPosition } from '#model/stock.ts';
import type { ChannelPolicy } from '#subgraphs/process/policy/schema.ts';
import type { ItemFacts, Place, SourceReading } from './facts.ts';

export type StockStatus = 'IN_STOCK' | 'LOW_STOCK' | 'OUT_OF_STOCK' | 'BACKORDER' | 'DISCONTINUED' | 'UNKNOWN';
export type Freshness = 'LIVE' | 'FRESH' | 'STALE' | 'PARTIAL' | 'UNKNOWN';
export type ConfidenceLevel = 'HIGH' | 'MEDIUM' | 'LOW' | 'NONE';

/** Expected sales per minute of one item at one place, as known at a moment (epoch milliseconds), or as known last. */
export type Velocity = (sku: string, place: Place, atMs?: number) => number;

/** What is asked, with everything that the caller or the policy decides already settled. */
export type Question = {
  readonly channel: string;
  readonly rules: ChannelPolicy;
  readonly purpose: Purpose;
  /** Oldest proof that the caller accepts, in milliseconds. */
  readonly maxAgeMs: number;
  /** Whether the caller named that age itself; only the policy's own is shortened for fast sellers and low stock. */
  readonly maxAgeAsked?: boolean;
  /** Longest wait for systems before the best known answer is given, in milliseconds. */
  readonly waitMs: number;
  readonly quantity: number;
  /** Only these location codes, or null for all that the channel sells from. */
  readonly onlyAt: ReadonlySet<string> | null;
  /** Only what can be handed over in one of these ways, or null for any. */
  readonly methods: readonly FulfilmentMethod[] | null;
  /** Places that serve one of the asked methods, or null for any. */
  readonly servableAt: ReadonlySet<string> | null;
  readonly destination: Destination | null;
};

/** Where parcels shall go. */
export type Destination = {
  /** ISO 3166-1 alpha-2 */
  readonly country: string;
  readonly postalCode?: string;
};

export type Confidence = {
  readonly level: ConfidenceLevel;
  readonly probability: number;
  readonly missingSystems: readonly SystemKind[];
};

export type ExclusionReason =
  | { readonly code: 'NOT_SOLD_FROM' }
  | { readonly code: 'NOT_ASKED' }
  /** It serves none of the asked methods. */
  | { readonly code: 'NOT_BY_METHOD' }
  | { readonly code: 'NO_MASTER_DATA' }
  /** Nobody whose word counts at such a place has said anything about the item. */
  | { readonly code: 'NO_AUTHORITY'; readonly systems: readonly SystemKind[] }
  | { readonly code: 'SYSTEM_NOT_LOADED'; readonly system: SystemKind }
  | {
      readonly code: 'SYSTEM_SILENT';
      readonly system: SystemKind;
      readonly silentMs: number;
      readonly limitMs: number;
    };

/** One place's part. `position` is present wherever some reading could be put into the ledger, counted or not. */
export type LocationAssessment = {
  readonly place: Place;
  readonly excluded: ExclusionReason | null;
  readonly source: SourceReading | null;
  readonly position: StockPosition | null;
  /** When the number was last proven, epoch milliseconds. */
  readonly proofMs: number | null;
  readonly ageMs: number;
  readonly salesPerMinute: number;
  /** How often such a count is right, 0 to 1. */
  readonly accuracy: number;
  /** Units that caution would hold back beyond what the channel's bufferCap allows. */
  readonly cappedBuffer: number;
  /** Systems whose word should have come first but is missing or too old. */
  readonly missing: readonly SystemKind[];
};

export type Assessment = {
  readonly item: ItemFacts;
  readonly question: Question;
  readonly nowMs: number;
  readonly status: StockStatus;
  /** Null when unknown. */
  readonly sellable: number | null;
  /** Promised to orders but to no location yet: taken off the sum. */
  readonly unallocated: number;
  /** Units that the places, or the parts of a bundle, allow, before quotas and whether the item is for sale at all. */
  readonly offered: number;
  /** What the channel's quotas leave, null where none applies. */
  readonly quotaLeft: number | null;
  /** Units of the item that one order may have, null without a limit. */
  readonly limitPerOrder: number | null;
  /** The oldest proof with which the answer counts as fresh, in milliseconds. */
  readonly acceptedAgeMs: number;
  readonly freshness: Freshness;
  readonly asOfMs: number | null;
  readonly confidence: Confidence;
  readonly canFulfil: boolean | null;
  readonly locations: readonly LocationAssessment[];
  /** What a bundle consists of, with the same question answered for each part; null for a single item. */
  readonly components: readonly BundleComponent[] | null;
};

/** One part of a bundle. `quantity`: units of it in one bundle. */
export type BundleComponent = {
  readonly sku: string;
  readonly quantity: number;
  /** Null when the item master does not have it. */
  readonly answer: Assessment | null;
};

/** Places a channel sells from; worked out once per change of places, not per item. */
export type Scope = {
  readonly includes: (code: string) => boolean;
  readonly kinds: ReadonlySet<LocationKind>;
};

const DEFAULT_KINDS: readonly LocationKind[] = ['STORE', 'WAREHOUSE', 'DISTRIBUTION_CENTER', 'THREE_PL'];

export const scopeOf = (places: ReadonlyMap<string, Place>, rules: ChannelPolicy): Scope => {
  const { exclude } = rules.locations;
  const codes =
    rules.locations.codes ??
    (rules.locations.kinds === undefined && rules.marketplace && rules.shipsFrom ? [rules.shipsFrom] : undefined);
  const kinds = new Set(rules.locations.kinds ?? (codes ? undefined : DEFAULT_KINDS));
  const included = new Set<string>();
  const present = new Set<LocationKind>();
  for (const place of places.values()) {
    if (exclude.includes(place.code) || place.kind === null) continue;
    if (!codes?.includes(place.code) && !kinds.has(place.kind)) continue;
    included.add(place.code);
    present.add(place.kind);
  }
  return { includes: (code) => included.has(code), kinds: present };
};
