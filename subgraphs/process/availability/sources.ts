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
import type { Demand, Place, SourceReading, World } from './facts.ts';
import { poissonQuantile } from './poisson.ts';

const MS_PER_MINUTE = 60_000;

export type SourcingRules = { readonly policy: ProcessPolicy; readonly velocity: Velocity };

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

/** What our own side has promised of one item at one place. */
export type SpokenFor = {
  readonly demand: Demand | undefined;
  /** Units of live holds. */
  readonly reservedSoft: number;
};

export const termsFor = (
  source: SourceReading,
  spokenFor: SpokenFor,
  place: Place & { readonly kind: LocationKind },
  question: Question,
  unseenSalesMean: number,
): LedgerTerms => {
  const { safetyStock, channelBuffer, unseenSales } = question.rules;
  const { demand, reservedSoft } = spokenFor;
  const released = source.reading.reservations === 'NOT_KEPT' ? (demand?.released ?? 0) : 0;
  return {
    reservedSoft,
    unpostedDemand: (demand?.unreleased ?? 0) + released,
    safetyStock: safetyStock[place.kind] ?? 0,
    channelBuffer: channelBuffer[place.kind] ?? 0,
    stalenessBuffer: poissonQuantile(unseenSales.quantile, unseenSalesMean, unseenSales.cap),
    ringFencedForOthers: 0,
  };
};

type Candidate = {
  readonly source: SourceReading;
  readonly position: StockPosition;
  readonly proofMs: number;
  readonly ageMs: number;
};

const lower = (a: Candidate | null, b: Candidate): Candidate =>
  a !== null && a.position.sellable < b.position.sellable ? a : b;

/** One item at one place. `readings` are all systems' words about it there. */
export const assessLocation = (
  sku: string,
  place: Place,
  readings: readonly SourceReading[],
  spokenFor: SpokenFor,
  question: Question,
  world: World,
  rules: SourcingRules,
  nowMs: number,
): LocationAssessment => {
  const nothing = { place, source: null, position: null, proofMs: null, ageMs: 0, salesPerMinute: 0, missing: [] };
  const { kind } = place;
  if (kind === null) return { ...nothing, excluded: { code: 'NO_MASTER_DATA' } };
  const salesPerMinute = rules.velocity(sku, place);
  const candidateOf = (source: SourceReading): Candidate => {
    const proofMs = proofMsOf(source, world);
    const ageMs = Math.max(0, nowMs - proofMs);
    const terms = termsFor(source, spokenFor, { ...place, kind }, question, (salesPerMinute * ageMs) / MS_PER_MINUTE);
    return { source, position: positionOf(source.reading, terms), proofMs, ageMs };
  };

  const missing: SystemKind[] = [];
  let chosen: Candidate | null = null;
  let problem: ExclusionReason | null = null;
  let heard = false;
  for (const system of rules.policy.authority.stock[kind]) {
    const source = readings.find((reading) => reading.system === system);
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
  const { source, position, proofMs, ageMs } = chosen;
  return { place, excluded: problem, source, position, proofMs, ageMs, salesPerMinute, missing };
};
