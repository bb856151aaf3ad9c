/**
 * The settlement report "flat file V2": tab-delimited, one row per amount, the first row carrying period and total.
 * Amounts come in the marketplace's own notation (95,00 in Germany, 95.00 elsewhere) and dates in several forms.
 */
import { addMoney, type Money, money, moneyFromDecimal } from '#model/money.ts';
import type { SettlementComponent } from '#model/order/settlement.ts';
import type { SettlementLine } from '#subgraphs/marketplace/port.ts';

/** A report that cannot be read as it claims to be; `field` is the column. */
export type SettlementDefect = { readonly field: string; readonly message: string };

export type ParsedSettlement = {
  readonly id: string;
  /** YYYY-MM-DD; absent when the file writes a date that can be read in two ways (01/02/26). */
  readonly from?: string;
  readonly to?: string;
  readonly netTotal: Money;
  readonly lines: readonly SettlementLine[];
  /** Amazon's own name of the store, e.g. "Amazon.de", where a row tells it. */
  readonly storeName?: string;
  /** Kinds of amounts that have no entry in the table below: counted as ADJUSTMENT. */
  readonly unknownKinds: readonly string[];
};

export type SettlementOutcome =
  | { readonly ok: true; readonly settlement: ParsedSettlement }
  | { readonly ok: false; readonly defect: SettlementDefect };

type Rule = {
  readonly transaction?: RegExp;
  readonly amountType?: RegExp;
  readonly description?: RegExp;
  readonly component: SettlementComponent;
};

/**
 * First rule that fits decides. Money given back to a buyer comes first: inside a refund, the price, its tax and its
 * shipping are all refund, and every commission is a commission on a refund.
 */
export const COMPONENT_RULES: readonly Rule[] = [
  { description: /^(current reserve amount|previous reserve amount balance)$/i, component: 'RESERVE' },
  { description: /^(refundcommission|refund commission)$/i, component: 'REFUND_COMMISSION' },
  {
    transaction: /refund|chargeback|a-to-z/i,
    amountType: /^itemfees$/i,
    description: /commission/i,
    component: 'REFUND_COMMISSION',
  },
  {
    transaction: /refund|chargeback|a-to-z/i,
    amountType: /^(itemprice|promotion|itemwithheldtax)$/i,
    component: 'REFUND',
  },
  { amountType: /^itemwithheldtax$/i, component: 'TAX' },
  { amountType: /^itemprice$/i, description: /tax$/i, component: 'TAX' },
  { amountType: /^(itemprice|promotion)$/i, description: /^shipping$/i, component: 'SHIPPING' },
  { amountType: /^itemprice$/i, component: 'GROSS_SALE' },
  { amountType: /^promotion$/i, component: 'ADJUSTMENT' },
  { amountType: /^itemfees$/i, description: /^(commission|shippinghb)$/i, component: 'COMMISSION' },
  { amountType: /^(itemfees|shipmentfees)$/i, description: /^fba|fulfil+ment/i, component: 'FULFILMENT_FEE' },
  { amountType: /^(itemfees|shipmentfees|orderfees)$/i, component: 'OTHER_FEE' },
  { amountType: /^(cost of advertising|couponredemptionfee|lightningdealfee)$/i, component: 'OTHER_FEE' },
  { transaction: /^servicefee$/i, component: 'OTHER_FEE' },
  { amountType: /reimbursement|adjustment|refund for advertiser/i, component: 'ADJUSTMENT' },
  { description: /\bfee\b|fee$|\bstorage\b/i, component: 'OTHER_FEE' },
  { description: /reimbursement|adjustment/i, component: 'ADJUSTMENT' },
];

/** Null for a kind of amount that no rule knows. */
export const componentOf = (transaction: string, amountType: string, description: string): SettlementComponent | null =>
  COMPONENT_RULES.find(
    (rule) =>
      (rule.transaction?.test(transaction) ?? true) &&
      (rule.amountType?.test(amountType) ?? true) &&
      (rule.description?.test(description) ?? true),
  )?.component ?? null;

/**
 * "1.234,56", "1,234.56", "-12.4", "(55,00)" to plain decimal text; null for anything else. The last separator is the
 * decimal one when one or two digits follow it; three digits are a group of thousands.
 */
export const plainDecimal = (text: string): string | null => {
  const bracketed = /^\((.*)\)$/.exec(text.trim());
  const match = /^([-−]?)(\d[\d.,\s\u00a0']*)$/u.exec((bracketed?.[1] ?? text).trim());
  if (!match?.[2]) return null;
  const digits = match[2].replaceAll(/[\s\u00a0']/gu, '');
  const parts = /^(.*?)(?:[.,](\d{1,2}))?$/.exec(digits);
  const whole = parts?.[1] ?? '';
  const grouped = /^\d{1,3}(?:([.,])\d{3}(?:\1\d{3})*)?$/;
  if (!/^\d+$/.test(whole) && !grouped.test(whole)) return null;
  const negative = bracketed !== null || match[1] !== '';
  return `${negative ? '-' : ''}${whole.replaceAll(/[.,]/g, '')}${parts?.[2] === undefined ? '' : `.${parts[2]}`}`;
};

/** The date part of "2026-10-01T08:12:33+00:00", "2026-10-01 08:12:33 UTC" or "01.10.2026 08:12:33 UTC". */
export const dateOf = (text: string): string | undefined => {
  const iso = /^(\d{4}-\d\d-\d\d)(?:[T ]|$)/.exec(text.trim());
  if (iso) return iso[1];
  const dotted = /^(\d\d)\.(\d\d)\.(\d{4})(?: |$)/.exec(text.trim());
  return dotted ? `${dotted[3]}-${dotted[2]}-${dotted[1]}` : undefined;
};

const NEEDED = [
  'settlement-id',
  'total-amount',
  'currency',
  'transaction-type',
  'order-id',
  'amount-type',
  'amount-description',
  'amount',
] as const;

type Cells = (column: string) => string;

const rowsOf = (text: string): { readonly header: readonly string[]; readonly rows: readonly Cells[] } => {
  const [head = '', ...body] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const header = head.split('\t').map((name) => name.trim());
  const position = new Map(header.map((name, index) => [name, index]));
  const rows = body
    .filter((line) => line.trim() !== '')
    .map((line): Cells => {
      const cells = line.split('\t');
      return (column) => cells[position.get(column) ?? -1]?.trim() ?? '';
    });
  return { header, rows };
};

const defect = (field: string, message: string): SettlementOutcome => ({ ok: false, defect: { field, message } });

export const parseSettlement = (text: string): SettlementOutcome => {
  const { header, rows } = rowsOf(text);
  const missing = NEEDED.find((column) => !header.includes(column));
  if (missing !== undefined) return defect(missing, 'is not a column of the report');
  const [summary, ...amounts] = rows;
  if (summary === undefined) return defect('settlement-id', 'the report has no rows');
  const id = summary('settlement-id');
  const currency = summary('currency');
  if (id === '') return defect('settlement-id', 'is empty in the first row');
  if (!/^[A-Z]{3}$/.test(currency)) return defect('currency', 'is not an ISO 4217 code in the first row');
  const total = plainDecimal(summary('total-amount'));
  if (total === null) return defect('total-amount', `"${summary('total-amount')}" is not an amount`);

  const lines: SettlementLine[] = [];
  const unknownKinds = new Set<string>();
  let sum = money(0, currency);
  for (const row of amounts) {
    const amount = plainDecimal(row('amount'));
    if (amount === null) return defect('amount', `"${row('amount')}" is not an amount`);
    const kind = [row('transaction-type'), row('amount-type'), row('amount-description')] as const;
    const component = componentOf(...kind);
    if (component === null) unknownKinds.add(kind.join(' / '));
    const value = moneyFromDecimal(amount, currency);
    sum = addMoney(sum, value);
    const orderId = row('order-id');
    lines.push({
      ...(orderId === '' ? {} : { orderExternalId: orderId }),
      component: component ?? 'ADJUSTMENT',
      amount: value,
    });
  }

  const netTotal = moneyFromDecimal(total, currency);
  if (sum.amountMinor !== netTotal.amountMinor) {
    return defect('total-amount', `says ${netTotal.amountMinor} minor units, but the rows sum to ${sum.amountMinor}`);
  }
  const from = dateOf(summary('settlement-start-date'));
  const to = dateOf(summary('settlement-end-date'));
  const storeName = amounts.map((row) => row('marketplace-name')).find((name) => name !== '');
  return {
    ok: true,
    settlement: {
      id,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      netTotal,
      lines,
      ...(storeName === undefined ? {} : { storeName }),
      unknownKinds: [...unknownKinds],
    },
  };
};
