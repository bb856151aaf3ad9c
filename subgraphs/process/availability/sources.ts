/**
 * Whose number counts at a place. Authority is a list per kind of place: the first system that keeps the item there
 * decides. A system that has gone silent is not simply skipped: a lower one may then only lower the answer, because
 * losing touch with somebody is no reason to sell more.
 */
import type { SystemKind } from '#model/identifiers.ts';
import type { LocationKind } from '#model/location.ts';
import { type LedgerTerms, positionOf, type StockPosition } from '#model/stock.ts';
import type { ProcessPolicy } from '#subgraphs/process/policy/schema.ts';
import type { ExclusionReason, LocationAssessment, Question, Velocity } from './assessment.ts';
import { systemLoaded } from './contacts.ts';
import type { Demand, Hold, ItemFacts, Learnt, Place, SourceReading, World } from './facts.ts';
import { poissonQuantile } from './poisson.ts';
import { type ForeignFences, ringFencedUnits } from './ring-fences.ts';

const MS_PER_MINUTE = 60_000;

export type SourcingRules = {
  readonly policy: ProcessPolicy;
  readonly velocity: Velocity;
  /** Other items that an answer depends on: parts of a bundle, bundles of a part, SKUs under one quota. */
  readonly related: (sku: string) => ItemFacts | undefined;
};

/** The last moment at which the number was proven: stated, read, or left unchanged by a feed that told all it had. */
export const proofMsOf = (source: SourceReading, world: World): number =>
  Math.max(source.provenMs, world.contacts.get(source.connection)?.lastContactMs ?? 0);

/** Systems of the authority list that are connected at all, with whether they are loaded. */
export const authoritiesFor = (
  kind: LocationKind,
  policy: ProcessPolicy,
  world: World,
): readonly (readonly [SystemKind, boolean])[] =>
  policy.authority.stock[kind].flatMap((system) => {
    const loaded = systemLoaded(world.contacts, system);
    return loaded === null ? [] : [[system, loaded] as const];
  });

/** What is known of one item at one place. */
export type PlaceFacts = {
  /** All systems' words. */
  readonly readings: readonly SourceReading[];
  /** Units promised to orders, per channel. */
  readonly demand: readonly Demand[];
  /** Holds that have not expired. */
  readonly holds: readonly Hold[];
  readonly learnt: Learnt | undefined;
};

type Caution = Pick<LedgerTerms, 'safetyStock' | 'channelBuffer' | 'stalenessBuffer'>;

/** Caution within the channel's cap: the newest and least certain part gives way first. */
const capped = (caution: Caution, cap: number): Caution => {
  const safetyStock = Math.min(caution.safetyStock, cap);
  const channelBuffer = Math.min(caution.channelBuffer, cap - safetyStock);
  const stalenessBuffer = Math.min(caution.stalenessBuffer, cap - safetyStock - channelBuffer);
  return { safetyStock, channelBuffer, stalenessBuffer };
};

const totalOf = ({ safetyStock, channelBuffer, stalenessBuffer }: Caution): number =>
  safetyStock + channelBuffer + stalenessBuffer;

const termsFor = (
  sku: string,
  source: SourceReading,
  { demand, holds }: PlaceFacts,
  place: Place & { readonly kind: LocationKind },
  question: Question,
  foreign: ForeignFences,
  unseenSalesMean: number,
): { readonly terms: LedgerTerms; readonly cappedBuffer: number } => {
  const { safetyStock, channelBuffer, unseenSales, bufferCap, items } = question.rules;
  const own = Object.hasOwn(items, sku) ? items[sku]?.safetyStock : undefined;
  const sumOf = (field: 'unreleased' | 'released'): number => demand.reduce((sum, entry) => sum + entry[field], 0);
  const caution: Caution = {
    safetyStock: own?.[place.kind] ?? safetyStock[place.kind] ?? 0,
    channelBuffer: channelBuffer[place.kind] ?? 0,
    stalenessBuffer: poissonQuantile(unseenSales.quantile, unseenSalesMean, unseenSales.cap),
  };
  const kept = capped(caution, bufferCap[place.kind] ?? Number.POSITIVE_INFINITY);
  const terms = {
    reservedSoft: holds.reduce((sum, { quantity }) => sum + quantity, 0),
    unpostedDemand: sumOf('unreleased') + (source.reading.reservations === 'NOT_KEPT' ? sumOf('released') : 0),
    ...kept,
    ringFencedForOthers: ringFencedUnits(sku, place, source.reading, { demand, holds }, foreign),
  };
  return { terms, cappedBuffer: totalOf(caution) - totalOf(kept) };
};

/** How often the count of this item at this place is right: what people found there last says more than the kind of place. */
export const accuracyAt = (
  kind: LocationKind,
  learnt: Pick<Learnt, 'shortPickAtMs' | 'countedAtMs'> | undefined,
  { accuracy, afterShortPick, shortPickHalfLife, afterCount, countHolds }: ProcessPolicy['confidence'],
  nowMs: number,
): number => {
  const usual = accuracy[kind];
  const countedAtMs = learnt?.countedAtMs ?? Number.NEGATIVE_INFINITY;
  const shortPickAtMs = learnt?.shortPickAtMs ?? Number.NEGATIVE_INFINITY;
  if (shortPickAtMs > countedAtMs) {
    const lost = usual - Math.min(usual, afterShortPick);
    return usual - lost * 2 ** (-Math.max(0, nowMs - shortPickAtMs) / shortPickHalfLife);
  }
  return nowMs - countedAtMs <= countHolds ? Math.max(usual, afterCount) : usual;
};

type Candidate = {
  readonly source: SourceReading;
  readonly position: StockPosition;
  readonly proofMs: number;
  readonly ageMs: number;
  readonly salesPerMinute: number;
  readonly cappedBuffer: number;
};

const lower = (a: Candidate | null, b: Candidate): Candidate =>
  a !== null && a.position.sellable < b.position.sellable ? a : b;

/** One item at one place. */
export const assessLocation = (
  sku: string,
  place: Place,
  facts: PlaceFacts,
  question: Question,
  foreign: ForeignFences,
  world: World,
  rules: SourcingRules,
  nowMs: number,
): LocationAssessment => {
  const { kind } = place;
  const unread = { place, source: null, position: null, proofMs: null, ageMs: 0, salesPerMinute: 0, cappedBuffer: 0 };
  if (kind === null) return { ...unread, accuracy: 0, missing: [], excluded: { code: 'NO_MASTER_DATA' } };
  const accuracy = accuracyAt(kind, facts.learnt, rules.policy.confidence, nowMs);
  const nothing = { ...unread, accuracy };
  const candidateOf = (source: SourceReading): Candidate => {
    const proofMs = proofMsOf(source, world);
    const ageMs = Math.max(0, nowMs - proofMs);
    const salesPerMinute = rules.velocity(sku, place, proofMs);
    const mean = (salesPerMinute * ageMs) / MS_PER_MINUTE;
    const { terms, cappedBuffer } = termsFor(sku, source, facts, { ...place, kind }, question, foreign, mean);
    return { source, position: positionOf(source.reading, terms), proofMs, ageMs, salesPerMinute, cappedBuffer };
  };

  const missing: SystemKind[] = [];
  let chosen: Candidate | null = null;
  let problem: ExclusionReason | null = null;
  let heard = false;
  for (const system of rules.policy.authority.stock[kind]) {
    const source = facts.readings.find((reading) => reading.system === system);
    if (source === undefined) {
      const loaded = systemLoaded(world.contacts, system);
      heard ||= loaded === true;
      if (loaded !== false) continue; // not connected, or it does not keep the item here
      missing.push(system);
      problem = { code: 'SYSTEM_NOT_LOADED', system };
      break;
    }
    const candidate = candidateOf(source);
    chosen = chosen === null ? candidate : lower(chosen, candidate);
    const limitMs = rules.policy.missingAfterMs[system];
    if (candidate.ageMs <= limitMs) {
      problem = null;
      break;
    }
    missing.push(system);
    problem ??= { code: 'SYSTEM_SILENT', system, silentMs: candidate.ageMs, limitMs };
  }
  if (chosen === null) {
    const systems = rules.policy.authority.stock[kind];
    const unheard: ExclusionReason = { code: 'SYSTEM_NOT_LOADED', system: systems[0] ?? 'erp' };
    return { ...nothing, missing, excluded: problem ?? (heard ? { code: 'NO_AUTHORITY', systems } : unheard) };
  }
  return { place, excluded: problem, ...chosen, accuracy, missing };
};
