/** Money that does not agree with its order, as exceptions: raised when it is found, resolved when a report puts it right. */
import { decimalOf, money } from '#model/money.ts';
import { SETTLEMENT_COMPONENTS } from '#model/order/settlement.ts';
import type { OrderState, SettlementState } from '#model/order/state.ts';
import type { ExceptionKey } from '#subgraphs/process/exceptions/store.ts';
import type { NewException } from '#subgraphs/process/intake/applier.ts';

const KIND = 'SETTLEMENT_MATCH';
const subjectOf = (orderId: string): string => `settlement of ${orderId}`;

type Mismatch = NonNullable<SettlementState['difference']> & NonNullable<SettlementState['settled']>;

const mismatchOf = (state: OrderState | null): Mismatch | null => {
  const { status, difference, settled } = state?.settlement ?? {};
  return status === 'MISMATCH' && difference && settled ? { ...difference, ...settled } : null;
};

const sameMismatch = (a: Mismatch | null, b: Mismatch | null): boolean =>
  a?.component === b?.component && a?.expected === b?.expected && a?.settled === b?.settled;

/** Null where nothing new is wrong. */
export const newMismatch = (orderId: string, previous: OrderState | null, next: OrderState): NewException | null => {
  const found = mismatchOf(next);
  if (!found || sameMismatch(found, mismatchOf(previous))) return null;
  const amount = (minor: number): string => decimalOf(money(minor, found.currency));
  return {
    kind: KIND,
    nature: 'BUSINESS',
    subject: subjectOf(orderId),
    message: `Order ${next.number}: ${found.component} is settled as ${amount(found.settled)} ${found.currency}, expected ${amount(found.expected)} (report ${found.reports.join(', ')}; ${amount(found.netMinor)} net). Claim the difference from the marketplace or correct the order.`,
    orderId,
  };
};

/** The exception is the marketplace's whichever system's word brought it to light. */
const SYSTEMS = ['marketplace', 'erp', 'wms', 'pos'] as const;

export const endedMismatch = (
  orderId: string,
  previous: OrderState | null,
  next: OrderState,
): readonly ExceptionKey[] =>
  mismatchOf(previous) && !mismatchOf(next)
    ? SYSTEMS.map((system) => ({ kind: KIND, system, subject: subjectOf(orderId) }))
    : [];

/** The money behind the word, as the graph shows it. */
export const settlementDetailOf = ({ settled, difference }: SettlementState) => {
  if (!settled) return null;
  const { currency, reports, netMinor, amounts } = settled;
  const shown = (minor: number) => ({ amount: decimalOf(money(minor, currency)), currency });
  return {
    reports,
    net: shown(netMinor),
    amounts: SETTLEMENT_COMPONENTS.flatMap((component) => {
      const minor = amounts[component];
      return minor === undefined ? [] : [{ component, amount: shown(minor) }];
    }),
    difference: difference && {
      component: difference.component,
      expected: shown(difference.expected),
      settled: shown(difference.settled),
    },
  };
};
