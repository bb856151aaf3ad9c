/** Contradictions between systems as exceptions: raised once they have lasted for the grace, resolved when they are over. */
import type { Disagreement, OrderState } from '#model/order/state.ts';
import type { ExceptionKey, RaisedException } from '#subgraphs/process/exceptions/store.ts';

/** No one system is to blame for a contradiction. */
const SYSTEM = 'throughline';

const keyOf = (orderId: string, { axis }: Pick<Disagreement, 'axis'>): ExceptionKey => ({
  kind: 'STATUS_DISAGREEMENT',
  system: SYSTEM,
  subject: `${axis} of ${orderId}`,
});

const said = ({ system, value }: Disagreement['chosen']): string => `${system} says ${value}`;

export const exceptionOf = (
  orderId: string,
  state: OrderState,
  disagreement: Disagreement,
  correlationId: string,
): RaisedException => ({
  ...keyOf(orderId, disagreement),
  nature: 'BUSINESS',
  message: `Order ${state.number}, ${disagreement.axis.toLowerCase()}: ${[disagreement.chosen, ...disagreement.others].map(said).join(', ')}. ${said(disagreement.chosen)} counts (${disagreement.rule}). Correct the others in their systems.`,
  orderId,
  correlationId,
});

/** Contradictions that were there before and are over. */
export const endedDisagreements = (
  orderId: string,
  previous: OrderState | null,
  next: OrderState,
): readonly ExceptionKey[] =>
  (previous?.disagreements ?? [])
    .filter(({ axis }) => !next.disagreements.some((item) => item.axis === axis))
    .map((item) => keyOf(orderId, item));
