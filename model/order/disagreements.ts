/**
 * Systems that contradict each other. Knowing less is not contradicting: an ERP that has not heard of picking is behind,
 * as it always is, and one that has not heard of a payment yet is too. Contradicting is to differ on whether goods have
 * left, on whether they will come at all, or on what became of the money.
 */
import type { SystemKind } from '#model/identifiers.ts';
import { chooseReturnStatus, type PaymentWord, paymentWords } from '#model/order/axes.ts';
import { type Evidence, evidenceOf, type StoredClaim } from '#model/order/claims.ts';
import { type PlacedLine, placeUnits } from '#model/order/fulfilment.ts';
import type { DefinedLine } from '#model/order/lines.ts';
import type { OrderPolicy } from '#model/order/policy.ts';
import { IN_HOUSE, sumOf, totalOf } from '#model/order/quantities.ts';
import { settlementDisagreement } from '#model/order/settlement.ts';
import type { Assertion, Disagreement } from '#model/order/state.ts';
import type { FulfilmentStatus, PaymentStatus } from '#model/order/vocabulary.ts';
import { fulfilmentWord } from '#model/order/word.ts';

const assertion = (evidence: Evidence, value: string): Assertion => ({ ...evidence, value });

/** Two statements contradict each other from the moment when the later of them was made. */
const sinceOf = (chosen: Evidence, others: readonly Evidence[]): string => {
  const firstOther = others.map(({ effectiveAt }) => effectiveAt).sort()[0] ?? chosen.effectiveAt;
  return chosen.effectiveAt > firstOther ? chosen.effectiveAt : firstOther;
};

/** Booking follows payment: a system that has heard of less money coming in does not deny the rest. */
const isBehind = (value: PaymentStatus, chosen: PaymentStatus): boolean =>
  value === 'PENDING' ||
  ((value === 'AUTHORIZED' || value === 'PARTIALLY_AUTHORIZED') &&
    (chosen === 'AUTHORIZED' || chosen === 'PARTIALLY_PAID' || chosen === 'PAID'));

const paymentDisagreement = (
  claims: readonly StoredClaim[],
  chosen: PaymentStatus,
  policy: OrderPolicy,
): readonly Disagreement[] => {
  const words = paymentWords(claims, policy);
  const winner = words.find(({ value }) => value === chosen);
  const others = words.filter(({ value }) => value !== chosen && !isBehind(value, chosen));
  if (!winner || others.length === 0) return [];
  const toAssertion = ({ evidence, value }: PaymentWord): Assertion => assertion(evidence, value);
  return [
    {
      axis: 'PAYMENT',
      chosen: toAssertion(winner),
      others: others.map(toAssertion),
      since: sinceOf(
        winner.evidence,
        others.map(({ evidence }) => evidence),
      ),
      rule: `payment: ${policy.payment.join(' before ')}; a later one may add progress`,
    },
  ];
};

/** Units per SKU by the only differences that count as a contradiction. */
const coarse = (placed: readonly PlacedLine[]): string =>
  JSON.stringify(
    [...Map.groupBy(placed, ({ line }) => line.sku)].map(([sku, lines]) => {
      const total = totalOf(lines);
      return [sku, sumOf(total, IN_HOUSE), total.cancelled];
    }),
  );

const wordOf = (placed: readonly PlacedLine[]): FulfilmentStatus =>
  fulfilmentWord(totalOf(placed), false, placed.length > 0);

/** What the order would look like if one system were believed before all others. */
const asToldBy = (
  system: SystemKind,
  lines: readonly DefinedLine[],
  claims: readonly StoredClaim[],
  policy: OrderPolicy,
): readonly PlacedLine[] => {
  const first = (systems: readonly SystemKind[]): readonly SystemKind[] =>
    systems.includes(system) ? [system, ...systems.filter((other) => other !== system)] : systems;
  const { warehouse, pickup, marketplace } = policy.fulfilment;
  return placeUnits(lines, claims, {
    ...policy,
    fulfilment: {
      warehouse: first(warehouse),
      pickup: first(pickup),
      'store-shipping': first(policy.fulfilment['store-shipping']),
      marketplace,
    },
  });
};

const fulfilmentDisagreement = (
  placed: readonly PlacedLine[],
  lines: readonly DefinedLine[],
  claims: readonly StoredClaim[],
  policy: OrderPolicy,
): readonly Disagreement[] => {
  const speakers = claims.filter((claim) => claim.cancelled || (claim.progress?.length ?? 0) > 0);
  const systems = [...new Set(speakers.map(({ system }) => system))];
  if (systems.length < 2) return [];
  const chosenShape = coarse(placed);
  const newest = (system: SystemKind): StoredClaim | undefined =>
    speakers.filter((claim) => claim.system === system).sort((a, b) => (a.effectiveAt < b.effectiveAt ? 1 : -1))[0];
  const others = systems.flatMap((system) => {
    const told = asToldBy(system, lines, claims, policy);
    const speaker = newest(system);
    return speaker && coarse(told) !== chosenShape
      ? [{ system, evidence: evidenceOf(speaker), value: wordOf(told) }]
      : [];
  });
  if (others.length === 0) return [];
  const believed = systems.find((system) => !others.some((other) => other.system === system));
  const speaker = believed && newest(believed);
  if (!speaker) return [];
  const chosen = evidenceOf(speaker);
  const scopes = [...new Set(lines.map(({ scope }) => scope))];
  return [
    {
      axis: 'FULFILMENT',
      chosen: assertion(chosen, wordOf(placed)),
      others: others.map(({ evidence, value }) => assertion(evidence, value)),
      since: sinceOf(
        chosen,
        others.map(({ evidence }) => evidence),
      ),
      rule: scopes.map((scope) => `${scope} lines: ${policy.fulfilment[scope].join(' before ')}`).join('; '),
    },
  ];
};

const returnDisagreements = (claims: readonly StoredClaim[], policy: OrderPolicy): readonly Disagreement[] => {
  const told = claims.filter((claim) => claim.return?.rmaNumber !== undefined);
  return [...Map.groupBy(told, (claim) => claim.return?.rmaNumber)].flatMap(
    ([rmaNumber, group]): readonly Disagreement[] => {
      const ranked = group.toSorted(
        (a, b) => policy.returnedGoods.indexOf(a.system) - policy.returnedGoods.indexOf(b.system),
      );
      const status = chooseReturnStatus(
        ranked.map((claim) => ({
          receipt: claim.documentType === 'return-receipt',
          status: claim.return?.status ?? 'NONE',
        })),
      );
      const ended = (value: string | undefined): boolean => value === 'DECLINED' || value === 'CANCELLED';
      const winner = ranked.find((claim) => claim.return?.status === status);
      const others = ranked.filter((claim) => ended(claim.return?.status) !== ended(status));
      if (!winner || others.length === 0) return [];
      return [
        {
          axis: 'RETURN',
          chosen: assertion(evidenceOf(winner), status),
          others: others.map((claim) => assertion(evidenceOf(claim), claim.return?.status ?? 'NONE')),
          since: sinceOf(evidenceOf(winner), others.map(evidenceOf)),
          rule: `return ${rmaNumber}: ${policy.returnedGoods.join(' before ')}`,
        },
      ];
    },
  );
};

export const disagreementsOf = (
  claims: readonly StoredClaim[],
  chosen: {
    readonly payment: PaymentStatus;
    readonly lines: readonly DefinedLine[];
    readonly placed: readonly PlacedLine[];
  },
  policy: OrderPolicy,
): readonly Disagreement[] => [
  ...paymentDisagreement(claims, chosen.payment, policy),
  ...fulfilmentDisagreement(chosen.placed, chosen.lines, claims, policy),
  ...returnDisagreements(claims, policy),
  ...settlementDisagreement(claims, policy),
];

/** Those that have lasted for the grace: what operators are shown. */
export const lastingDisagreements = (
  disagreements: readonly Disagreement[],
  graceMs: number,
  nowMs: number,
): readonly Disagreement[] => disagreements.filter(({ since }) => nowMs - Date.parse(since) >= graceMs);
