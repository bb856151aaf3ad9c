/** The settlement reports that Amazon would have made for the seeded orders: flat file V2, in German notation. */
import { isoOf } from '#runtime/clock.ts';
import { DAY_MS, SIM_AMAZON } from './constants.ts';
import type { SimOrder, World } from './world.ts';

export type SettlementFile = {
  readonly reportId: string;
  readonly documentId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly createdMs: number;
  readonly text: string;
};

const COLUMNS = [
  'settlement-id',
  'settlement-start-date',
  'settlement-end-date',
  'deposit-date',
  'total-amount',
  'currency',
  'transaction-type',
  'order-id',
  'merchant-order-id',
  'adjustment-id',
  'shipment-id',
  'marketplace-name',
  'amount-type',
  'amount-description',
  'amount',
  'fulfillment-id',
  'posted-date',
  'posted-date-time',
  'order-item-code',
  'merchant-order-item-id',
  'merchant-adjustment-item-id',
  'sku',
  'quantity-purchased',
  'promotion-id',
] as const;
type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], string>>>;

const VAT_PERCENT = 19;
const COMMISSION_PERCENT = 15;
/** Of the commission given back on a refund, Amazon keeps a fifth, at most five euros. */
const REFUND_SHARE = 5;
const REFUND_FEE_MOST_MINOR = 500;
const SUBSCRIPTION_MINOR = 3_900;
const RESERVE_PERCENT = 10;
const PERIOD_MS = 7 * DAY_MS;

/** 1.234,56 */
export const germanAmount = (amountMinor: number): string => {
  const digits = String(Math.abs(amountMinor)).padStart(3, '0');
  const whole = digits.slice(0, -2).replaceAll(/\B(?=(\d{3})+$)/g, '.');
  return `${amountMinor < 0 ? '-' : ''}${whole},${digits.slice(-2)}`;
};

/** 20.11.2026 14:30:00 UTC */
const germanTime = (epochMs: number): string => {
  const [, year, month, day, time] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)/.exec(isoOf(epochMs)) ?? [];
  return `${day}.${month}.${year} ${time} UTC`;
};

type Entry = { readonly row: Row; readonly amountMinor: number };

export const netOf = (grossMinor: number): number => Math.round((grossMinor * 100) / (100 + VAT_PERCENT));

const entriesOf = (order: SimOrder, atMs: number): readonly Entry[] =>
  order.items.flatMap((item) => {
    const gross = item.shipped * item.unitPriceMinor;
    const net = netOf(gross);
    const commission = Math.round((gross * COMMISSION_PERCENT) / 100);
    const entry = (transaction: string, type: string, description: string, amountMinor: number): Entry => ({
      amountMinor,
      row: {
        'transaction-type': transaction,
        'order-id': order.number,
        'merchant-order-id': order.number,
        ...(transaction === 'Refund'
          ? { 'adjustment-id': `ADJ-${item.orderItemId}` }
          : { 'shipment-id': `S${item.orderItemId}` }),
        'marketplace-name': SIM_AMAZON.marketplace.storeName,
        'amount-type': type,
        'amount-description': description,
        'fulfillment-id': 'MFN',
        'posted-date': germanTime(atMs).slice(0, 10),
        'posted-date-time': germanTime(atMs),
        'order-item-code': item.orderItemId,
        sku: item.sellerSku,
        'quantity-purchased': String(item.shipped),
      },
    });
    const sale = [
      entry('Order', 'ItemPrice', 'Principal', net),
      entry('Order', 'ItemPrice', 'Tax', gross - net),
      entry('Order', 'ItemFees', 'Commission', -commission),
    ];
    if (!order.returned) return sale;
    return [
      ...sale,
      entry('Refund', 'ItemPrice', 'Principal', -net),
      entry('Refund', 'ItemPrice', 'Tax', net - gross),
      entry('Refund', 'ItemFees', 'Commission', commission),
      entry(
        'Refund',
        'ItemFees',
        'RefundCommission',
        -Math.min(Math.round(commission / REFUND_SHARE), REFUND_FEE_MOST_MINOR),
      ),
    ];
  });

const other = (description: string, amountMinor: number, atMs: number): Entry => ({
  amountMinor,
  row: {
    'transaction-type': 'other-transaction',
    'amount-type': 'other-transaction',
    'amount-description': description,
    'posted-date': germanTime(atMs).slice(0, 10),
    'posted-date-time': germanTime(atMs),
  },
});

const sumOf = (entries: readonly Entry[]): number => entries.reduce((sum, { amountMinor }) => sum + amountMinor, 0);

const lineOf = (row: Row): string => COLUMNS.map((column) => row[column] ?? '').join('\t');

const textOf = (id: string, startMs: number, endMs: number, entries: readonly Entry[]): string => {
  const summary: Row = {
    'settlement-id': id,
    'settlement-start-date': germanTime(startMs),
    'settlement-end-date': germanTime(endMs),
    'deposit-date': germanTime(endMs + 2 * DAY_MS),
    'total-amount': germanAmount(sumOf(entries)),
    currency: 'EUR',
  };
  const rows = entries.map(
    ({ amountMinor, row }): Row => ({ 'settlement-id': id, ...row, amount: germanAmount(amountMinor) }),
  );
  return `${[COLUMNS.join('\t'), lineOf(summary), ...rows.map(lineOf)].join('\r\n')}\r\n`;
};

/** What a report of one order alone says wrong or anew. Amounts in cents. */
export type Settling = {
  /** Taken off the price, as if a part of it had been forgotten. */
  readonly shortMinor: number;
  /** Only this is settled, as a late correction of the price. */
  readonly correctionMinor: number | null;
  /** The report's total is not the sum of its rows. */
  readonly broken: boolean;
};

/** The report that settles one order now. `serial` numbers the reports made by acts. */
export const settleOrder = (order: SimOrder, settling: Settling, serial: number, nowMs: number): SettlementFile => {
  const entries = entriesOf(order, nowMs);
  const [price] = entries;
  const adjusted = (amountMinor: number): readonly Entry[] => (price ? [{ row: price.row, amountMinor }] : []);
  const told =
    settling.correctionMinor === null
      ? [...adjusted((price?.amountMinor ?? 0) - settling.shortMinor), ...entries.slice(1)]
      : adjusted(settling.correctionMinor);
  const id = String(24_000_000_000 + serial);
  const startMs = nowMs - PERIOD_MS;
  const text = textOf(id, startMs, nowMs, told);
  return {
    reportId: `5${id}`,
    documentId: `amzn1.spdoc.1.4.eu.sim-${id}`,
    startMs,
    endMs: nowMs,
    createdMs: nowMs,
    text: settling.broken ? text.replace(germanAmount(sumOf(told)), germanAmount(sumOf(told) + 1)) : text,
  };
};

/** Two weekly reports; the second gives back what the first one held in reserve. */
export const drawSettlements = (world: World): readonly SettlementFile[] => {
  const nowMs = Date.parse(world.company.startedAt);
  const arrived = [...world.orders.values()].filter(({ packages }) =>
    packages.some(({ status }) => status === 'DELIVERED'),
  );
  let heldMinor = 0;
  return [2, 1].map((weeksAgo, index): SettlementFile => {
    // A day of slack, so that a finished report is never younger than what it settles.
    const startMs = nowMs - weeksAgo * PERIOD_MS - DAY_MS;
    const endMs = startMs + PERIOD_MS;
    const sold = arrived
      .filter(({ updatedMs }) => updatedMs >= startMs && updatedMs < endMs)
      .sort((a, b) => a.updatedMs - b.updatedMs)
      .flatMap((order) => entriesOf(order, order.updatedMs));
    const released = heldMinor === 0 ? [] : [other('Previous Reserve Amount Balance', heldMinor, startMs)];
    heldMinor = Math.max(0, Math.round((sumOf(sold) * RESERVE_PERCENT) / 100));
    const reserved = heldMinor === 0 ? [] : [other('Current Reserve Amount', -heldMinor, endMs)];
    const entries = [...released, ...sold, other('Subscription Fee', -SUBSCRIPTION_MINOR, endMs), ...reserved];
    const id = String(23_000_000_001 + index);
    return {
      reportId: `5${id}`,
      documentId: `amzn1.spdoc.1.4.eu.sim-${id}`,
      startMs,
      endMs,
      createdMs: endMs + 3_600_000,
      text: textOf(id, startMs, endMs, entries),
    };
  });
};
