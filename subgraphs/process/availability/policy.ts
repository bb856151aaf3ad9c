/**
 * The decision: what may a channel sell of one item now, how old is that answer and how sure are we?
 *
 * Clamped per place before summing, so that a store that owes three does not eat the warehouse's five. Never in stock
 * from nothing; a missing system, an older number or a larger buffer never raises the answer (tested as properties).
 */
import type { SystemKind } from '#model/identifiers.ts';
import type { Assessment, Freshness, LocationAssessment, Question, Scope, StockStatus } from './assessment.ts';
import { confidenceIn } from './confidence.ts';
import { type Demand, heldAt, type ItemFacts, type SourceReading, type World } from './facts.ts';
import { assessLocation, authoritiesFor, type SourcingRules } from './sources.ts';

/** Items that exist but must not be offered, whatever is on the shelf. */
const NOT_FOR_SALE: ReadonlySet<string> = new Set(['DRAFT', 'BLOCKED']);

type Silence = {
  readonly missing: ReadonlySet<SystemKind>;
  readonly unheard: boolean;
  readonly proofMs: number | null;
};

/**
 * What a channel does not hear at all, whatever the item: per kind of place, the systems before the first one that is
 * loaded and in touch. `unheard`: some place could hold stock that nobody has told us of.
 */
const silenceOf = (scope: Scope, world: World, rules: SourcingRules, nowMs: number): Silence => {
  const missing = new Set<SystemKind>();
  let unheard = scope.kinds.size === 0;
  let proofMs: number | null = null;
  let anyAuthority = false;
  for (const kind of scope.kinds) {
    for (const [system, loaded] of authoritiesFor(kind, rules.policy, world)) {
      anyAuthority = true;
      let lastContactMs = Number.POSITIVE_INFINITY;
      for (const contact of world.contacts.values()) {
        if (contact.system === system) lastContactMs = Math.min(lastContactMs, contact.lastContactMs ?? 0);
      }
      if (loaded) proofMs = Math.min(proofMs ?? lastContactMs, lastContactMs);
      else unheard = true;
      if (loaded && nowMs - lastContactMs <= rules.policy.missingAfterMs[system]) break;
      missing.add(system);
    }
  }
  return { missing, unheard: unheard || !anyAuthority, proofMs };
};

const groupByLocation = (readings: readonly SourceReading[]): ReadonlyMap<string, SourceReading[]> => {
  const groups = new Map<string, SourceReading[]>();
  for (const reading of readings) {
    const group = groups.get(reading.locationCode);
    if (group) group.push(reading);
    else groups.set(reading.locationCode, [reading]);
  }
  return groups;
};

const locationsOf = (
  item: ItemFacts,
  question: Question,
  scope: Scope,
  world: World,
  rules: SourcingRules,
  nowMs: number,
): readonly LocationAssessment[] => {
  const demandAt = new Map<string, Demand>();
  for (const demand of item.demand) if (demand.locationCode !== null) demandAt.set(demand.locationCode, demand);
  const holdsAt = Map.groupBy(item.holds, ({ locationCode }) => locationCode);
  const readings = groupByLocation(item.readings);
  const codes = new Set([...readings.keys(), ...(question.onlyAt ?? [])]);
  return [...codes].map((code) => {
    const place = world.places.get(code) ?? { code, name: code, kind: null };
    const assessed = assessLocation(
      item.sku,
      place,
      readings.get(code) ?? [],
      { demand: demandAt.get(code), reservedSoft: heldAt(holdsAt.get(code) ?? [], nowMs) },
      question,
      world,
      rules,
      nowMs,
    );
    if (assessed.excluded?.code === 'NO_MASTER_DATA') return assessed;
    if (!scope.includes(code)) return { ...assessed, excluded: { code: 'NOT_SOLD_FROM' } };
    if (question.onlyAt !== null && !question.onlyAt.has(code)) return { ...assessed, excluded: { code: 'NOT_ASKED' } };
    return assessed;
  });
};

const isSilence = ({ excluded }: LocationAssessment): boolean =>
  excluded?.code === 'SYSTEM_SILENT' || excluded?.code === 'SYSTEM_NOT_LOADED';

const statusOf = (item: ItemFacts, sellable: number, unknown: boolean, lowStockAt: number): StockStatus => {
  if (NOT_FOR_SALE.has(item.lifecycle)) return 'OUT_OF_STOCK';
  if (sellable > 0) return sellable <= lowStockAt ? 'LOW_STOCK' : 'IN_STOCK';
  if (item.lifecycle === 'DISCONTINUED') return 'DISCONTINUED';
  return unknown ? 'UNKNOWN' : 'OUT_OF_STOCK';
};

/** The kinds of place the question is about: those of the asked locations, or all that the channel sells from. */
const narrowed = (scope: Scope, question: Question, world: World): Scope => {
  if (question.onlyAt === null) return scope;
  const kinds = [...question.onlyAt].filter(scope.includes).flatMap((code) => world.places.get(code)?.kind ?? []);
  return { ...scope, kinds: new Set(kinds) };
};

const freshnessOf = (status: StockStatus, missing: number, stale: boolean): Freshness => {
  if (status === 'UNKNOWN') return 'UNKNOWN';
  if (missing > 0) return 'PARTIAL';
  return stale ? 'STALE' : 'FRESH';
};

export const assess = (
  item: ItemFacts,
  question: Question,
  scope: Scope,
  world: World,
  rules: SourcingRules,
  nowMs: number,
): Assessment => {
  const locations = locationsOf(item, question, scope, world, rules, nowMs);
  const counted = locations.filter((location) => location.excluded === null);
  const silence = silenceOf(narrowed(scope, question, world), world, rules, nowMs);
  const missing = [
    ...new Set([
      ...silence.missing,
      ...counted.concat(locations.filter(isSilence)).flatMap((location) => location.missing),
    ]),
  ].sort();

  // Demand without a location weighs on the network; which single place will serve it nobody knows yet. What has been
  // released is in some location's hands, and its source's number: only where it was released to is not known here.
  const unallocated =
    question.onlyAt === null
      ? item.demand.reduce((sum, demand) => (demand.locationCode === null ? sum + demand.unreleased : sum), 0)
      : 0;
  const summed = counted.reduce((sum, { position }) => sum + (position?.sellable ?? 0), 0);
  const offered = NOT_FOR_SALE.has(item.lifecycle) ? 0 : Math.max(0, summed - unallocated);
  const status = statusOf(item, offered, silence.unheard || locations.some(isSilence), question.rules.lowStockAt);
  const sellable = status === 'UNKNOWN' ? null : offered;

  const proofs = counted.flatMap(({ proofMs }) => proofMs ?? []);
  const asOfMs = status === 'UNKNOWN' ? null : proofs.length > 0 ? Math.min(...proofs) : silence.proofMs;
  const freshness = freshnessOf(status, missing.length, asOfMs === null || nowMs - asOfMs > question.maxAgeMs);
  const confidence = confidenceIn(counted, { sellable, quantity: question.quantity, missing }, rules.policy);
  // At checkout an old "yes" is worth nothing: it is withheld, so that the caller asks for a hold instead.
  const unproven =
    sellable === null || (question.purpose === 'CHECKOUT' && sellable >= question.quantity && freshness !== 'FRESH');
  const canFulfil = unproven ? null : sellable >= question.quantity;
  return { item, question, nowMs, status, sellable, unallocated, freshness, asOfMs, confidence, canFulfil, locations };
};
