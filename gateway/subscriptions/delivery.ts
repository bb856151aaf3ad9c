/**
 * From an event of a subgraph to the result a client sees: the rest of the plan is run once per event and group of
 * clients who must see the same, however many they are.
 */
import type { FormattedExecutionResult } from 'graphql';
import type { Clock } from '#runtime/clock.ts';
import { DEFAULT_FRESHNESS } from '#runtime/graphql/purpose.ts';
import type { Subscriber } from '#runtime/graphql/subscriptions.ts';
import type { HopScope } from '../execution/hop.ts';
import type { FeedEvent } from './feed.ts';
import type { SubscriptionPlan } from './plan.ts';

/** Clients that must see the same of an event. */
export type Group = {
  readonly key: string;
  readonly plan: SubscriptionPlan;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly subscriber: Subscriber;
};

export type Delivery = { resultOf(event: FeedEvent, group: Group): Promise<FormattedExecutionResult> };

export type DeliveryOptions = {
  /** Longest time the rest of the plan may take for one event, in milliseconds; what is missing then is null. */
  readonly eventTimeLimitMs: number;
};

export type DeliveryDeps = { readonly clock: Clock };

/** The event's own time limit and nothing else: one client that leaves does not end what others wait for. */
const scopeFor = (
  { authorization, correlationId, freshness }: Subscriber,
  deadlineMs: number,
  clock: Clock,
): HopScope => ({
  ...(authorization === undefined ? {} : { authorization }),
  freshness: freshness ?? DEFAULT_FRESHNESS,
  correlationId,
  deadlineMs,
  get isOver() {
    return clock.now() >= deadlineMs;
  },
  whenOver: (end) => {
    const done = new AbortController();
    clock
      .delay(Math.max(0, deadlineMs - clock.now()), done.signal)
      .then(end)
      .catch(() => undefined);
    return () => done.abort();
  },
});

/** A client whose event was nulled by a failing subgraph still learns where it stands. */
const withPosition = (result: FormattedExecutionResult, position: string | null): FormattedExecutionResult =>
  result.data === null && position !== null
    ? { ...result, extensions: { ...result.extensions, cursor: position } }
    : result;

export const createDelivery = (options: DeliveryOptions, { clock }: DeliveryDeps): Delivery => {
  /** Kept as long as the event itself is kept by a queue, and no longer. */
  const results = new WeakMap<FeedEvent, Map<string, Promise<FormattedExecutionResult>>>();

  const run = async (event: FeedEvent, { plan, subscriber, variables }: Group): Promise<FormattedExecutionResult> => {
    const scope = scopeFor(subscriber, clock.now() + options.eventTimeLimitMs, clock);
    const { body } = await plan.perEvent(event.result, variables, scope);
    return withPosition(JSON.parse(body) as FormattedExecutionResult, event.position);
  };

  return {
    resultOf: (event, group) => {
      const known = results.get(event) ?? new Map<string, Promise<FormattedExecutionResult>>();
      results.set(event, known);
      const result = known.get(group.key) ?? run(event, group);
      known.set(group.key, result);
      return result;
    },
  };
};
