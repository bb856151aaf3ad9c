/**
 * Whether the marketplace's money agrees with the order. Pure.
 *
 * A settlement report tells, order by order, what was taken in and what was kept back. What it took in (price, tax,
 * shipping) has to be what the shopper was charged; what is paid out has to be that less fees and refunds. An order may be
 * settled by several reports (a parcel each, a refund later, a correction), so all of them together are compared.
 */
import type { Money } from '#model/money.ts';
import { evidenceOf, type StoredClaim } from '#model/order/claims.ts';
import type { OrderPolicy } from '#model/order/policy.ts';
import { IN_HOUSE, sumOf, totalOf } from '#model/order/quantities.ts';
import type { Disagreement, LineStateOfOrder, SettlementState } from '#model/order/state.ts';

/** What an amount in a settlement is. The names are the contract's. */
export const SETTLEMENT_COMPONENTS = [
  'GROSS_SALE',
  'TAX',
  'SHIPPING',
  'COMMISSION',
  'FULFILMENT_FEE',
  'OTHER_FEE',
  'REFUND',
  'REFUND_COMMISSION',
  'ADJUSTMENT',
  'RESERVE',
] as const;
export type SettlementComponent = (typeof SETTLEMENT_COMPONENTS)[number];

/** Minor units by component, seen from us: positive is paid to us, negative is kept or taken back. */
export type SettledAmounts = Readonly<Partial<Record<SettlementComponent, number>>>;

/** What one report says of one order. */
export type ClaimedSettlement = {
  readonly reportId: string;
  readonly currency: string;
  readonly amounts: SettledAmounts;
  /** What the source itself says is paid for the order, in minor units. */
  readonly netMinor: number;
  /** End of the period that the report covers: what left the house later is settled by a later one. */
  readonly periodEnd: string;
};

/** What the shopper was charged, part by part, where the channel tells it. Minor units of the order's currency. */
export type ChargedAmounts = { readonly gross?: number; readonly tax?: number; readonly shipping?: number };

/** What does not agree. SALE is price, tax and shipping together, where the channel tells only their sum. */
export type SettlementDifference = 'GROSS_SALE' | 'TAX' | 'SHIPPING' | 'SALE' | 'REFUND' | 'NET' | 'CURRENCY';

type Speaker = StoredClaim & { readonly settlement: ClaimedSettlement };
const speaks = (claim: StoredClaim): claim is Speaker => claim.settlement !== undefined && !claim.cancelled;

type Totals = {
  readonly currency: string;
  readonly amounts: Record<SettlementComponent, number>;
  readonly net: number;
};

const totalsOf = (speakers: readonly Speaker[]): Totals => {
  const amounts = Object.fromEntries(SETTLEMENT_COMPONENTS.map((name) => [name, 0])) as Record<
    SettlementComponent,
    number
  >;
  for (const { settlement } of speakers)
    for (const name of SETTLEMENT_COMPONENTS) amounts[name] += settlement.amounts[name] ?? 0;
  return {
    currency: speakers[0]?.settlement.currency ?? '',
    amounts,
    net: speakers.reduce((sum, { settlement }) => sum + settlement.netMinor, 0),
  };
};

type Found = { readonly component: SettlementDifference; readonly expected: number; readonly settled: number };

const sumOfAmounts = (amounts: Totals['amounts'], names: readonly SettlementComponent[]): number =>
  names.reduce((sum, name) => sum + amounts[name], 0);

const SALE: readonly SettlementComponent[] = ['GROSS_SALE', 'TAX', 'SHIPPING'];

/** The first part of the sale that was not settled as it was charged; null when all of it was. */
const saleDifference = (
  amounts: Totals['amounts'],
  charged: ChargedAmounts,
  total: number | null,
  toleranceMinor: number,
): Found | null => {
  const differs = (expected: number, settled: number): boolean => Math.abs(expected - settled) > toleranceMinor;
  const parts = (
    [
      ['GROSS_SALE', charged.gross],
      ['SHIPPING', charged.shipping],
      ['TAX', charged.tax],
    ] as const
  ).flatMap(([component, expected]) =>
    expected === undefined ? [] : [{ component, expected, settled: amounts[component] }],
  );
  const wrong = parts.find(
    ({ component, expected, settled }) =>
      // A marketplace that pays the tax itself settles none.
      differs(expected, settled) && !(component === 'TAX' && !differs(0, settled)),
  );
  if (wrong) return wrong;
  if (total === null || (charged.gross !== undefined && charged.tax !== undefined)) return null;
  const settled = sumOfAmounts(amounts, SALE);
  // Promotions are charged less and settled as an adjustment of the full price.
  const agrees = !differs(total, settled) || !differs(total, settled + amounts.ADJUSTMENT);
  return agrees ? null : { component: 'SALE', expected: total, settled };
};

const firstDifference = (
  totals: Totals,
  charged: ChargedAmounts,
  total: Money | null,
  toleranceMinor: number,
): Found | null => {
  const { amounts, currency, net } = totals;
  if (total !== null && total.currency !== currency)
    return { component: 'CURRENCY', expected: total.amountMinor, settled: sumOfAmounts(amounts, SALE) };
  const sale = sumOfAmounts(amounts, SALE);
  const found = saleDifference(amounts, charged, total?.amountMinor ?? null, toleranceMinor);
  if (found) return found;
  if (-amounts.REFUND > sale + Math.max(0, amounts.ADJUSTMENT) + toleranceMinor)
    return { component: 'REFUND', expected: -sale, settled: amounts.REFUND };
  const sum = sumOfAmounts(amounts, SETTLEMENT_COMPONENTS);
  return Math.abs(sum - net) > toleranceMinor ? { component: 'NET', expected: sum, settled: net } : null;
};

const LEFT = ['shipped', 'delivered', 'collected'] as const;

/** Whether more is to be settled: goods still in the house, or goods that left after the period of the newest report. */
const isMoreToCome = (lines: readonly LineStateOfOrder[], speakers: readonly Speaker[]): boolean => {
  if (sumOf(totalOf(lines), IN_HOUSE) > 0) return true;
  const ends = speakers.map(({ settlement }) => Date.parse(settlement.periodEnd));
  const moved = lines.flatMap(({ evidence }) => LEFT.flatMap((bucket) => evidence[bucket]?.effectiveAt ?? []));
  return moved.some((at) => Date.parse(at) > Math.max(...ends));
};

const ENDED: SettlementState = { status: 'NOT_APPLICABLE', difference: null, settled: null, evidence: null };

export const settlementOf = (
  claims: readonly StoredClaim[],
  order: { readonly lines: readonly LineStateOfOrder[]; readonly total: Money | null; readonly isCancelled: boolean },
  policy: Pick<OrderPolicy, 'settlement' | 'settlementToleranceMinor'>,
): SettlementState => {
  const sold = claims.find(({ documentType }) => documentType === 'marketplace-order');
  const system = policy.settlement.find((name) => claims.some((claim) => speaks(claim) && claim.system === name));
  const speakers = claims.filter((claim): claim is Speaker => speaks(claim) && claim.system === system);
  const [newest] = speakers.toSorted((a, b) => Date.parse(b.effectiveAt) - Date.parse(a.effectiveAt));
  if (!newest) return sold && !order.isCancelled ? { ...ENDED, status: 'PENDING' } : ENDED;
  const totals = totalsOf(speakers);
  const charged = sold?.charged ?? {};
  const found = firstDifference(totals, charged, order.total, policy.settlementToleranceMinor);
  const isShort =
    found !== null &&
    found.component !== 'NET' &&
    found.component !== 'CURRENCY' &&
    found.component !== 'REFUND' &&
    found.settled < found.expected;
  return {
    status:
      found === null ? 'SETTLED' : isShort && isMoreToCome(order.lines, speakers) ? 'PARTIALLY_SETTLED' : 'MISMATCH',
    difference: found,
    settled: {
      currency: totals.currency,
      netMinor: totals.net,
      amounts: Object.fromEntries(Object.entries(totals.amounts).filter(([, amount]) => amount !== 0)),
      reports: speakers.map(({ settlement }) => settlement.reportId).sort(),
    },
    evidence: evidenceOf(newest),
  };
};

const netWords = ({ currency, net }: Totals): string => `${net} minor units of ${currency} net`;

/** Two books that tell different nets for the same order. */
export const settlementDisagreement = (
  claims: readonly StoredClaim[],
  policy: Pick<OrderPolicy, 'settlement' | 'settlementToleranceMinor'>,
): readonly Disagreement[] => {
  const books = policy.settlement.flatMap((system) => {
    const own = claims.filter((claim): claim is Speaker => speaks(claim) && claim.system === system);
    const [newest] = own.toSorted((a, b) => Date.parse(b.effectiveAt) - Date.parse(a.effectiveAt));
    return newest ? [{ totals: totalsOf(own), evidence: evidenceOf(newest) }] : [];
  });
  const [chosen, ...rest] = books;
  const others = rest.filter(
    ({ totals }) =>
      chosen !== undefined &&
      (totals.currency !== chosen.totals.currency ||
        Math.abs(totals.net - chosen.totals.net) > policy.settlementToleranceMinor),
  );
  if (!chosen || others.length === 0) return [];
  const [since = chosen.evidence.effectiveAt] = [chosen, ...others]
    .map(({ evidence }) => evidence.effectiveAt)
    .sort()
    .reverse();
  return [
    {
      axis: 'SETTLEMENT',
      chosen: { ...chosen.evidence, value: netWords(chosen.totals) },
      others: others.map(({ totals, evidence }) => ({ ...evidence, value: netWords(totals) })),
      since,
      rule: `settlement: ${policy.settlement.join(' before ')}`,
    },
  ];
};
