/**
 * From an event of a subgraph to the result a client sees: the rest of the plan is run once per event and group of
 * clients who must see the same, however many they are.
 */
import { buildOperationContext, executeQueryPlan, type GraphQLDataSource, type ServiceMap } from '@apollo/gateway';
import type { FormattedExecutionResult } from 'graphql';
import type { Clock } from '#runtime/clock.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import type { ErrorFormatter } from '#runtime/graphql/errors.ts';
import type { ServedContext } from '#runtime/graphql/http.ts';
import type { Subscriber } from '#runtime/graphql/subscriptions.ts';
import { openTimeBudget } from '#runtime/graphql/time-budget.ts';
import type { Log } from '#runtime/log.ts';
import { withMissingValuesAsErrors } from '../execution/promised-values.ts';
import type { FeedEvent } from './feed.ts';
import type { Generation } from './generation.ts';
import type { SubscriptionPlan } from './plan.ts';

/** Clients that must see the same of an event. */
export type Group = {
  readonly key: string;
  readonly generation: Generation;
  readonly plan: SubscriptionPlan;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly subscriber: Subscriber;
};

export type Delivery = { resultOf(event: FeedEvent, group: Group): Promise<FormattedExecutionResult> };

export type DeliveryOptions = {
  /** Longest time the rest of the plan may take for one event, in milliseconds; what is missing then is null. */
  readonly eventTimeLimitMs: number;
};

export type DeliveryDeps = {
  services(): ServiceMap;
  readonly formatError: ErrorFormatter;
  readonly clock: Clock;
  readonly log: Log;
};

type RequestContext = Parameters<typeof executeQueryPlan>[2];

/** Answers the plan's first fetch with the event, and passes everything else on, to the same subgraph too. */
const eventSource = (
  event: FeedEvent,
  plan: SubscriptionPlan,
  real: GraphQLDataSource | undefined,
): GraphQLDataSource => ({
  process: async (options) => {
    if (options.request.query !== plan.primary.operation) {
      if (!real) throw new Error(`There is no subgraph "${plan.service}".`);
      return real.process(options);
    }
    // A copy: the executor writes what other subgraphs add into what it is given, and the event is shared.
    return {
      data: structuredClone(event.result.data),
      ...(event.result.errors ? { errors: event.result.errors } : {}),
    } as Awaited<ReturnType<GraphQLDataSource['process']>>;
  },
});

/** A client whose event was nulled by a failing subgraph still learns where it stands. */
const withPosition = (result: FormattedExecutionResult, position: string | null): FormattedExecutionResult =>
  result.data === null && position !== null
    ? { ...result, extensions: { ...result.extensions, cursor: position } }
    : result;

export const createDelivery = (options: DeliveryOptions, deps: DeliveryDeps): Delivery => {
  const { clock, formatError, log } = deps;
  /** Kept as long as the event itself is kept by a queue, and no longer. */
  const results = new WeakMap<FeedEvent, Map<string, Promise<FormattedExecutionResult>>>();

  const run = async (event: FeedEvent, group: Group): Promise<FormattedExecutionResult> => {
    const { generation, plan, subscriber } = group;
    const format = (error: unknown) => formatError(error, subscriber.correlationId);
    using budget = openTimeBudget(options.eventTimeLimitMs, new AbortController().signal, clock);
    const context: ServedContext = {
      ...createRequestContext({
        identity: subscriber.identity,
        ...(subscriber.authorization === undefined ? {} : { authorization: subscriber.authorization }),
        correlationId: subscriber.correlationId,
        signal: budget.signal,
        ...(subscriber.freshness === undefined ? {} : { freshness: subscriber.freshness }),
      }),
      deadlineMs: budget.deadlineMs,
    };
    const services = deps.services();
    const requestContext = {
      request: { query: plan.query, variables: { ...group.variables } },
      document: plan.document,
      source: plan.query,
      operation: plan.operation,
      operationName: plan.operation.name?.value ?? null,
      context,
      schema: generation.api,
      logger: {
        debug: () => undefined,
        info: () => undefined,
        warn: (text?: unknown) => log.warn(String(text)),
        error: (text?: unknown) => log.error(String(text)),
      },
      // The executor notes failed fetches in here.
      metrics: {},
    } as unknown as RequestContext;
    try {
      const result = withMissingValuesAsErrors(
        await executeQueryPlan(
          plan.perEvent,
          { ...services, [plan.service]: eventSource(event, plan, services[plan.service]) },
          requestContext,
          buildOperationContext({
            schema: generation.api,
            operationDocument: plan.document,
            operationName: plan.operation.name?.value,
          }),
          generation.supergraph,
          generation.apiSchema,
        ),
      );
      const formatted: FormattedExecutionResult = {
        ...result,
        data: result.data ?? null,
        ...(result.errors ? { errors: result.errors.map(format) } : {}),
      } as FormattedExecutionResult;
      return withPosition(formatted, event.position);
    } catch (error) {
      return withPosition({ data: null, errors: [format(error)] }, event.position);
    }
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
