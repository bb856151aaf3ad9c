/** The axes that are not about units: payment, posting, returns, holds and cancellation, by authority. */
import type { SystemKind } from '#model/identifiers.ts';
import { compareInstants, type Evidence, evidenceOf, isOrderDocument, type StoredClaim } from '#model/order/claims.ts';
import type { OrderPolicy } from '#model/order/policy.ts';
import type { Known, ReturnPart } from '#model/order/state.ts';
import type { PaymentStatus, PostingStatus, RefundStatus, ReturnStatus } from '#model/order/vocabulary.ts';

const newest = (claims: readonly StoredClaim[]): StoredClaim | undefined =>
  claims.toSorted((a, b) => compareInstants(b.effectiveAt, a.effectiveAt))[0];
const oldest = (claims: readonly StoredClaim[]): StoredClaim | undefined =>
  claims.toSorted((a, b) => compareInstants(a.effectiveAt, b.effectiveAt))[0];

/** Documents that were called off say nothing any more, as long as one of their system is alive. */
const speaking = (claims: readonly StoredClaim[]): readonly StoredClaim[] => {
  const live = claims.filter((claim) => !claim.cancelled);
  return live.length > 0 ? live : claims;
};

/** How money comes in, step by step. Along it, and only along it, a lower authority may add progress. */
const PAYMENT_LADDER: readonly PaymentStatus[] = [
  'PENDING',
  'PARTIALLY_AUTHORIZED',
  'AUTHORIZED',
  'PARTIALLY_PAID',
  'PAID',
];

/** Several documents of one system, e.g. one sales order per warehouse, as one word. */
const combinedPayment = (values: readonly PaymentStatus[]): PaymentStatus => {
  const [first = 'UNKNOWN'] = values;
  if (values.every((value) => value === first)) return first;
  for (const trouble of ['REQUIRES_ACTION', 'FAILED'] as const) if (values.includes(trouble)) return trouble;
  if (values.some((value) => value === 'REFUNDED' || value === 'PARTIALLY_REFUNDED')) return 'PARTIALLY_REFUNDED';
  if (values.some((value) => value === 'PAID' || value === 'PARTIALLY_PAID')) return 'PARTIALLY_PAID';
  if (values.some((value) => value === 'AUTHORIZED' || value === 'PARTIALLY_AUTHORIZED')) return 'PARTIALLY_AUTHORIZED';
  return values.find((value) => value !== 'NOT_REQUIRED' && value !== 'UNKNOWN') ?? first;
};

export type PaymentWord = { readonly system: SystemKind; readonly value: PaymentStatus; readonly evidence: Evidence };

/** What each system says of the payment, the most authoritative first. */
export const paymentWords = (claims: readonly StoredClaim[], policy: OrderPolicy): readonly PaymentWord[] =>
  policy.payment.flatMap((system) => {
    const speakers = speaking(
      claims.filter((claim) => claim.system === system && claim.payment !== undefined && claim.payment !== 'UNKNOWN'),
    );
    const latest = newest(speakers);
    if (!latest) return [];
    return [
      {
        system,
        value: combinedPayment(speakers.map(({ payment }) => payment ?? 'UNKNOWN')),
        evidence: evidenceOf(latest),
      },
    ];
  });

/** PENDING means "nothing heard yet", so the next authority is asked; further along the ladder progress adds up. */
export const choosePayment = (words: readonly PaymentWord[]): Known<PaymentStatus> => {
  let chosen = words[0];
  if (!chosen) return { value: 'UNKNOWN', evidence: null };
  for (const word of words.slice(1)) {
    const [current, offered] = [PAYMENT_LADDER.indexOf(chosen.value), PAYMENT_LADDER.indexOf(word.value)];
    if (chosen.value === 'PENDING' ? word.value !== 'NOT_REQUIRED' && offered !== 0 : current >= 0 && offered > current)
      chosen = word;
  }
  return { value: chosen.value, evidence: chosen.evidence };
};

const POSTING_LADDER: readonly PostingStatus[] = ['FAILED', 'NOT_POSTED', 'STAGED', 'POSTED'];

/** The ERP alone knows; of several sales orders the one that is furthest behind counts. */
export const postingOf = (claims: readonly StoredClaim[]): Known<PostingStatus> => {
  const speakers = speaking(claims.filter(({ system, posting }) => system === 'erp' && posting !== undefined));
  const value = POSTING_LADDER.find((status) => speakers.some(({ posting }) => posting === status));
  const speaker = newest(speakers.filter(({ posting }) => posting === value));
  return value && speaker ? { value, evidence: evidenceOf(speaker) } : { value: 'NOT_POSTED', evidence: null };
};

/** True from the first statement that says so. */
export const saidByAny = (claims: readonly StoredClaim[], says: (claim: StoredClaim) => boolean): Known<boolean> => {
  const first = oldest(claims.filter(says));
  return first ? { value: true, evidence: evidenceOf(first) } : { value: false, evidence: null };
};

/** A system has called the order off when every one of its order documents is called off. */
export const cancelledBySystem = (claims: readonly StoredClaim[]): Known<boolean> => {
  const documents = claims.filter(isOrderDocument);
  const cancelled = [...Map.groupBy(documents, ({ system }) => system).values()].filter((own) =>
    own.every((claim) => claim.cancelled),
  );
  return saidByAny(cancelled.flat(), () => true);
};

const RETURN_LADDER: readonly ReturnStatus[] = [
  'NONE',
  'REQUESTED',
  'AUTHORIZED',
  'IN_TRANSIT',
  'PARTIALLY_RECEIVED',
  'RECEIVED',
  'INSPECTED',
  'COMPLETED',
];
/** What only somebody who has the goods in hand can know. */
const GOODS_IN_HAND: readonly ReturnStatus[] = ['PARTIALLY_RECEIVED', 'RECEIVED', 'INSPECTED'];

/** One return as several systems tell it, the most authoritative about the goods first. */
export const chooseReturnStatus = (
  words: readonly { readonly receipt: boolean; readonly status: ReturnStatus }[],
): ReturnStatus => {
  const [first, ...others] = words;
  if (!first) return 'NONE';
  let chosen = first.status;
  for (const { receipt, status } of others) {
    const ahead = RETURN_LADDER.indexOf(status) > RETURN_LADDER.indexOf(chosen) && RETURN_LADDER.includes(chosen);
    if (ahead && (receipt || !first.receipt || !GOODS_IN_HAND.includes(status))) chosen = status;
  }
  return chosen;
};

export const chooseRefund = (words: readonly RefundStatus[]): RefundStatus =>
  words.find((word) => word !== 'NOT_DUE') ?? 'NOT_DUE';

const OPEN_RETURNS: readonly ReturnStatus[] = [
  'REQUESTED',
  'AUTHORIZED',
  'IN_TRANSIT',
  'PARTIALLY_RECEIVED',
  'RECEIVED',
  'INSPECTED',
];
export const isOpenReturn = ({ status }: Pick<ReturnPart, 'status'>): boolean => OPEN_RETURNS.includes(status);

/** All returns of an order as one word: the least advanced open one; ended ones only when none is open. */
export const returnsWord = (returns: readonly Pick<ReturnPart, 'status'>[]): ReturnStatus => {
  const open = returns.filter(isOpenReturn).map(({ status }) => status);
  if (open.length > 0) {
    const someBack = open.some(
      (status) => RETURN_LADDER.indexOf(status) >= RETURN_LADDER.indexOf('PARTIALLY_RECEIVED'),
    );
    const [least = 'NONE'] = open.toSorted((a, b) => RETURN_LADDER.indexOf(a) - RETURN_LADDER.indexOf(b));
    return someBack && RETURN_LADDER.indexOf(least) < RETURN_LADDER.indexOf('PARTIALLY_RECEIVED')
      ? 'PARTIALLY_RECEIVED'
      : least;
  }
  for (const ended of ['COMPLETED', 'DECLINED', 'CANCELLED'] as const)
    if (returns.some(({ status }) => status === ended)) return ended;
  return 'NONE';
};
