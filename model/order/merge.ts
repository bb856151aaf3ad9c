/**
 * One order out of everything that every system says about it.
 *
 * Pure and confluent: the same claims give the same order, whatever the order and however often they arrived. Time
 * matters only through `now`: a promise can be missed without anybody saying anything.
 */
import {
  cancelledBySystem,
  choosePayment,
  paymentWords,
  postingOf,
  returnsWord,
  saidByAny,
} from '#model/order/axes.ts';
import { compareInstants, evidenceOf, isOrderDocument, latestClaims, type StoredClaim } from '#model/order/claims.ts';
import { detailOf } from '#model/order/detail.ts';
import { disagreementsOf } from '#model/order/disagreements.ts';
import { placeUnits } from '#model/order/fulfilment.ts';
import { defineLines, definingClaims } from '#model/order/lines.ts';
import { pickupsOf, promiseOf, returnsOf, shipmentsOf } from '#model/order/parts.ts';
import type { OrderPolicy } from '#model/order/policy.ts';
import { IN_HOUSE, leastState, sumOf, totalOf } from '#model/order/quantities.ts';
import { settlementOf } from '#model/order/settlement.ts';
import type { Disagreement, Known, OrderFacts, OrderState } from '#model/order/state.ts';
import { customerWord, fulfilmentWord, lineStateOf, progressOf } from '#model/order/word.ts';

const HANDED_TO_WORK = [
  'allocated',
  'picking',
  'packed',
  'readyForPickup',
  'shipped',
  'delivered',
  'collected',
] as const;

const promiseMissed = (facts: Pick<OrderFacts, 'lines' | 'promise'>, nowMs: number): boolean => {
  const missing = sumOf(totalOf(facts.lines), [...IN_HOUSE, 'shipped']) - totalOf(facts.lines).readyForPickup;
  return facts.promise !== null && missing > 0 && nowMs > Date.parse(facts.promise.latest);
};

const isExpiring = (pickup: OrderFacts['pickups'][number], nowMs: number, noticeMs: number): boolean =>
  pickup.state === 'EXPIRED' ||
  (pickup.state === 'READY' && pickup.expiresAt !== null && nowMs >= Date.parse(pickup.expiresAt) - noticeMs);

/** Instants after `nowMs` at which this state may change by itself. */
const nextReview = (
  facts: OrderFacts,
  disagreements: readonly Disagreement[],
  policy: OrderPolicy,
  nowMs: number,
): string | null => {
  const open = sumOf(totalOf(facts.lines), [...IN_HOUSE, 'shipped']) > 0;
  const instants = [
    ...(open && facts.promise ? [Date.parse(facts.promise.latest) + 1] : []),
    ...facts.pickups.flatMap(({ state, expiresAt }) =>
      state === 'READY' && expiresAt ? [Date.parse(expiresAt) - policy.pickupNoticeMs] : [],
    ),
    ...disagreements.map(({ since }) => Date.parse(since) + policy.graceMs),
  ].filter((instant) => instant > nowMs);
  return instants.length === 0 ? null : new Date(Math.min(...instants)).toISOString();
};

const numberOf = (ranked: readonly StoredClaim[]): string => {
  const references = ranked.flatMap((claim) => claim.references);
  const named =
    references.find(({ scheme }) => scheme === 'channel') ?? references.find(({ scheme }) => scheme === 'erp');
  return named?.value ?? ranked[0]?.documentId ?? '';
};

/** Claims by the authority of their system over what was ordered, defining documents first. */
const byDefinition = (
  claims: readonly StoredClaim[],
  defining: readonly StoredClaim[],
  policy: OrderPolicy,
): readonly StoredClaim[] => {
  const rank = ({ system }: StoredClaim): number => {
    const index = policy.definition.indexOf(system);
    return index === -1 ? policy.definition.length : index;
  };
  const others = claims.filter((claim) => !defining.includes(claim));
  return [
    ...defining,
    ...others.toSorted((a, b) => Number(isOrderDocument(b)) - Number(isOrderDocument(a)) || rank(a) - rank(b)),
  ];
};

/** Listings are named within a marketplace. */
const marketplaceOf = ({ lines }: StoredClaim): string | null => {
  for (const { items } of lines ?? []) {
    for (const item of items) if (item.scheme === 'listing') return item.scope;
  }
  return null;
};

const startOf = (claim: StoredClaim): string => claim.firstEffectiveAt ?? claim.effectiveAt;

/** The sales channel that the most authoritative document names, or null when none does. */
export const channelOfClaims = (all: readonly StoredClaim[], policy: OrderPolicy): string | null => {
  const claims = latestClaims(all);
  return channelOf(byDefinition(claims, definingClaims(claims, policy), policy));
};

const channelOf = (ranked: readonly StoredClaim[]): string | null =>
  ranked.find(({ channel }) => channel !== undefined)?.channel ?? null;

export const mergeOrder = (all: readonly StoredClaim[], policy: OrderPolicy, now: string): OrderState => {
  const nowMs = Date.parse(now);
  const claims = latestClaims(all);
  const definitions = defineLines(claims, policy);
  const ranked = byDefinition(claims, definingClaims(claims, policy), policy);
  const live = claims.filter((claim) => !claim.cancelled);

  const placed = placeUnits(definitions, claims, policy);
  const shipments = shipmentsOf(claims, definitions, policy);
  const pickups = pickupsOf(claims, definitions);
  const returnRequests = returnsOf(claims, definitions, policy);
  const lines = placed.map(({ line: { scope: _scope, ...line }, quantities, evidence }) => ({
    ...line,
    state: leastState(quantities),
    quantities,
    evidence,
  }));
  const total = totalOf(lines);
  const orderTotal = ranked.find(({ total: amount }) => amount !== undefined)?.total ?? null;

  const cancelled = cancelledBySystem(claims);
  const requested = saidByAny(claims, (claim) => claim.cancellationRequested === true);
  const inWork =
    sumOf(total, HANDED_TO_WORK) > 0 ? saidByAny(claims, (claim) => (claim.progress?.length ?? 0) > 0) : null;
  const confirmed = saidByAny(claims, (claim) => claim.confirmed === true || claim.released === true);
  const pending: Known<boolean> = requested.value ? requested : cancelled;
  const facts: OrderFacts = {
    confirmed: confirmed.value ? confirmed : (inWork ?? confirmed),
    released: saidByAny(live, (claim) => claim.released === true),
    onHold: saidByAny(live, (claim) => claim.onHold === true),
    cancellationRequested:
      pending.value && (lines.length === 0 || sumOf(total, IN_HOUSE) > 0) ? pending : { value: false, evidence: null },
    cancelled,
    payment: choosePayment(paymentWords(claims, policy)),
    posting: postingOf(claims),
    settlement: settlementOf(
      claims,
      { lines, total: orderTotal, isCancelled: total.cancelled > 0 && total.cancelled === sumOf(total) },
      policy,
    ),
    lines: lines.map((line) => ({ ...line, state: lineStateOf(line, shipments) })),
    shipments,
    pickups,
    returnRequests,
    promise: promiseOf(claims, policy),
    late: false,
    pickupExpiring: false,
  };
  const timed: OrderFacts = {
    ...facts,
    late: promiseMissed(facts, nowMs),
    pickupExpiring:
      total.readyForPickup > 0 && pickups.some((pickup) => isExpiring(pickup, nowMs, policy.pickupNoticeMs)),
  };
  const status = customerWord(timed, policy.failedAttempts);
  const disagreements = disagreementsOf(claims, { payment: facts.payment.value, lines: definitions, placed }, policy);
  const latestAt =
    claims
      .map(({ effectiveAt }) => effectiveAt)
      .sort(compareInstants)
      .at(-1) ?? now;
  return {
    ...timed,
    number: numberOf(ranked),
    channel: channelOf(ranked),
    placedAt:
      ranked.find(({ placedAt }) => placedAt !== undefined)?.placedAt ??
      claims.map(startOf).sort(compareInstants)[0] ??
      now,
    origin: ranked[0] ? evidenceOf(ranked[0]) : null,
    total: orderTotal,
    status,
    statusDetail: detailOf(status, timed, policy, latestAt),
    fulfilment: fulfilmentWord(total, facts.onHold.value, lines.length > 0),
    returns: returnsWord(returnRequests),
    progress: progressOf(timed.lines, shipments),
    disagreements,
    documents: claims.map((claim) => ({
      system: claim.system,
      connection: claim.connection,
      documentType: claim.documentType,
      documentId: claim.documentId,
      marketplace: marketplaceOf(claim),
      cancelled: claim.cancelled === true,
    })),
    reviewAt: nextReview(timed, disagreements, policy, nowMs),
  };
};

/**
 * Carries over what only history knows: since when the present word and the present contradictions have stood. Without
 * it a source that re-sends an unchanged document would start their clocks anew. `wordSince` is when the word changed,
 * null when it did not.
 */
export const continueFrom = (
  previous: OrderState | null,
  next: OrderState,
  wordSince: string | null,
  now: string,
): OrderState => {
  const since = wordSince ?? previous?.statusDetail.since ?? next.statusDetail.since;
  const same = (a: Disagreement, b: Disagreement): boolean => wordsOf(a) === wordsOf(b);
  const disagreements = next.disagreements.map((item) => {
    const before = previous?.disagreements.find((candidate) => same(candidate, item));
    return before && before.since < item.since ? { ...item, since: before.since } : item;
  });
  const reviews = [previous?.reviewAt ?? null, next.reviewAt].filter((at) => at !== null && at > now);
  return {
    ...next,
    statusDetail: { ...next.statusDetail, since },
    disagreements,
    reviewAt: reviews.sort()[0] ?? null,
  };
};

const wordsOf = ({ axis, chosen, others, rule }: Disagreement): string =>
  JSON.stringify([axis, chosen.value, others.map(({ system, value }) => [system, value]), rule]);
