/**
 * What happened between two states of an order: each fact once, in the order goods move, with the customer word as it
 * stands after it. The words form a chain that ends at the new state's word.
 */

import { compareInstants } from '#model/order/claims.ts';
import { blankFacts, type Step } from '#model/order/difference.ts';
import type { OrderFacts, OrderState } from '#model/order/state.ts';
import { stepsBetween } from '#model/order/steps.ts';
import type { CustomerOrderStatus, OrderEventType, StatusAxis } from '#model/order/vocabulary.ts';
import { customerWord } from '#model/order/word.ts';

export type OrderEvent = {
  readonly type: OrderEventType;
  readonly previousStatus: CustomerOrderStatus;
  readonly status: CustomerOrderStatus;
  /** The axes the event belongs to. */
  readonly changedAxes: readonly StatusAxis[];
  /** The connection that said so; OWN_WORD where time alone did. */
  readonly system: string;
  readonly occurredAt: string;
  /** The lines concerned; none when it concerns the whole order. */
  readonly lineIds: readonly string[];
  readonly quantity: number | null;
  /** Keys of the parcels, pickups and returns concerned. */
  readonly about: readonly string[];
};

/** Where time alone changes something, nobody said it. */
export const OWN_WORD = 'throughline';

const eventOf = (
  step: Step,
  previousStatus: CustomerOrderStatus,
  status: CustomerOrderStatus,
  next: OrderState,
): OrderEvent => {
  const told = step.evidence
    .filter((evidence) => evidence !== null && evidence !== undefined)
    .toSorted((a, b) => compareInstants(a.effectiveAt, b.effectiveAt))
    .at(-1);
  return {
    type: step.type,
    previousStatus,
    status,
    changedAxes: step.axes,
    system: told?.system ?? (step.at === undefined ? (next.origin?.system ?? OWN_WORD) : OWN_WORD),
    occurredAt: step.at ?? told?.effectiveAt ?? next.placedAt,
    lineIds: step.units?.map(({ lineId }) => lineId) ?? [],
    quantity: step.units ? step.units.reduce((sum, { quantity }) => sum + quantity, 0) : null,
    about: step.about ?? [],
  };
};

/** `failedAttempts` is the policy's number of failed deliveries after which the shopper has to act. */
export const eventsBetween = (
  previous: OrderState | null,
  next: OrderState,
  failedAttempts: number,
): readonly OrderEvent[] => {
  const events: OrderEvent[] = [];
  let facts: OrderFacts = previous ?? blankFacts(next);
  let word: CustomerOrderStatus = previous?.status ?? 'RECEIVED';
  const take = (step: Step): void => {
    facts = step.change(facts);
    const after = customerWord(facts, failedAttempts);
    events.push(eventOf(step, word, after, next));
    word = after;
  };
  for (const step of stepsBetween(previous, next)) take(step);
  // Whatever no fact above explains is said openly rather than left to be noticed.
  if (word !== next.status) {
    take({ type: 'CORRECTED', axes: ['FULFILMENT'], evidence: [next.origin], change: () => next });
  }
  return events;
};
