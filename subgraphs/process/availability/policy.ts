/**
 * The decision: what may a channel sell of one item now, how old is that answer and how sure are we?
 *
 * Clamped per place before summing, so that a store that owes three does not eat the warehouse's five. Never in stock
 * from nothing; a missing system, an older number or a larger buffer never raises the answer (tested as properties).
 */
import type { SystemKind } from '#model/identifiers.ts';
import type { Bundle } from '#subgraphs/process/policy/schema.ts';
import type { Assessment, BundleComponent, Confidence, LocationAssessment, Question, Scope } from './assessment.ts';
import { bundleOf, bundlePlaces, bundleProbability, demandWithBundles, sellableBundles } from './bundles.ts';
import { conclude } from './conclusion.ts';
import { confidenceIn } from './confidence.ts';
import type { ItemFacts, World } from './facts.ts';
import { quotaLeftOf } from './quotas.ts';
import { foreignFences } from './ring-fences.ts';
import { assessLocation, authoritiesFor, type SourcingRules } from './sources.ts';

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

const byPlace = <Entry extends { readonly locationCode: string | null }>(entries: readonly Entry[]) =>
  Map.groupBy(entries, ({ locationCode }) => locationCode);

const locationsOf = (
  item: ItemFacts,
  question: Question,
  scope: Scope,
  world: World,
  rules: SourcingRules,
  nowMs: number,
): readonly LocationAssessment[] => {
  const demand = byPlace(item.demand);
  const holds = byPlace(item.holds.filter(({ expiresAtMs }) => expiresAtMs > nowMs));
  const readings = byPlace(item.readings);
  const foreign = foreignFences(rules.policy, question.channel);
  const codes = new Set([...item.readings.map(({ locationCode }) => locationCode), ...(question.onlyAt ?? [])]);
  return [...codes].map((code) => {
    const place = world.places.get(code) ?? { code, name: code, kind: null };
    const facts = {
      readings: readings.get(code) ?? [],
      demand: demand.get(code) ?? [],
      holds: holds.get(code) ?? [],
      learnt: item.learnt?.get(code),
    };
    const assessed = assessLocation(item.sku, place, facts, question, foreign, world, rules, nowMs);
    if (assessed.excluded?.code === 'NO_MASTER_DATA') return assessed;
    if (!scope.includes(code)) return { ...assessed, excluded: { code: 'NOT_SOLD_FROM' } };
    if (question.onlyAt !== null && !question.onlyAt.has(code)) return { ...assessed, excluded: { code: 'NOT_ASKED' } };
    if (question.servableAt?.has(code) === false) return { ...assessed, excluded: { code: 'NOT_BY_METHOD' } };
    return assessed;
  });
};

const isSilence = ({ excluded }: LocationAssessment): boolean =>
  excluded?.code === 'SYSTEM_SILENT' || excluded?.code === 'SYSTEM_NOT_LOADED';

/** The kinds of place the question is about: those of the asked locations, or all that the channel sells from. */
const narrowed = (scope: Scope, question: Question, world: World): Scope => {
  const { onlyAt, servableAt } = question;
  const asked = onlyAt ?? servableAt;
  if (asked === null) return scope;
  const included = (code: string): boolean => scope.includes(code) && servableAt?.has(code) !== false;
  const kinds = [...asked].filter(included).flatMap((code) => world.places.get(code)?.kind ?? []);
  return { ...scope, kinds: new Set(kinds) };
};

const assessItem = (
  stated: ItemFacts,
  question: Question,
  scope: Scope,
  world: World,
  rules: SourcingRules,
  nowMs: number,
): Assessment => {
  const { bundles } = rules.policy;
  const item = { ...stated, demand: demandWithBundles(stated, bundles, rules.related) };
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
  const proofs = counted.flatMap(({ proofMs }) => proofMs ?? []);
  const { quantity, channel } = question;
  return conclude(
    stated,
    question,
    {
      offered: Math.max(0, summed - unallocated),
      unallocated,
      quotaLeft: quotaLeftOf(stated, channel, question.rules, bundles, rules.related, nowMs),
      unknown: silence.unheard || locations.some(isSilence),
      proofMs: proofs.length > 0 ? Math.min(...proofs) : silence.proofMs,
      confidence: (sellable) => confidenceIn(counted, { sellable, quantity, missing }, rules.policy),
      locations,
      components: null,
    },
    rules,
    nowMs,
  );
};

const assessBundle = (
  item: ItemFacts,
  { components: parts, combine }: Bundle,
  question: Question,
  scope: Scope,
  world: World,
  rules: SourcingRules,
  nowMs: number,
): Assessment => {
  const components = parts.map(({ sku, quantity }): BundleComponent => {
    const part = rules.related(sku);
    const asked = { ...question, quantity: question.quantity * quantity };
    return { sku, quantity, answer: part ? assessItem(part, asked, scope, world, rules, nowMs) : null };
  });
  const answers = components.flatMap(({ answer }) => answer ?? []);
  const missingSystems = [...new Set(answers.flatMap(({ confidence }) => confidence.missingSystems))].sort();
  const confidence = (sellable: number | null): Confidence => ({
    ...(sellable !== null && sellable >= question.quantity
      ? bundleProbability(components)
      : { level: 'NONE', probability: 0 }),
    missingSystems,
  });
  const locations = bundlePlaces(components);
  const proofs = answers.flatMap(({ asOfMs }) => asOfMs ?? []);
  return conclude(
    item,
    question,
    {
      offered: sellableBundles(components, locations, combine),
      unallocated: 0,
      quotaLeft: quotaLeftOf(item, question.channel, question.rules, rules.policy.bundles, rules.related, nowMs),
      unknown: components.some(({ answer }) => answer === null || answer.status === 'UNKNOWN'),
      proofMs: proofs.length === components.length ? Math.min(...proofs) : null,
      confidence,
      locations,
      components,
    },
    rules,
    nowMs,
  );
};

export const assess = (
  item: ItemFacts,
  question: Question,
  scope: Scope,
  world: World,
  rules: SourcingRules,
  nowMs: number,
): Assessment => {
  const bundle = bundleOf(rules.policy.bundles, item.sku);
  return bundle === null
    ? assessItem(item, question, scope, world, rules, nowMs)
    : assessBundle(item, bundle, question, scope, world, rules, nowMs);
};
