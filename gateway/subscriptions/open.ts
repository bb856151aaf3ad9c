/** Federated subscriptions: Apollo plans them, its gateway refuses to run them, and this runs them. */
import { createHash } from 'node:crypto';
import type { FormattedExecutionResult } from 'graphql';
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import {
  checkVariables,
  type OpenSubscription,
  prepareSubscription,
  type ResultStream,
  type Subscriber,
} from '#runtime/graphql/subscriptions.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import type { Generation } from '../execution/generation.ts';
import type { PreparationDeps } from '../execution/operation.ts';
import { createDelivery, type Delivery, type Group } from './delivery.ts';
import { type FeedEvent, type FeedSource, openFeed } from './feed.ts';
import { createFeeds, type Feeds } from './feeds.ts';
import { forStreams, type StreamGeneration } from './generation.ts';
import { planSubscription, type SubscriptionPlan } from './plan.ts';
import { createEventQueue } from './queue.ts';
import { createUpstreamSockets, type UpstreamSocketLimits } from './sockets.ts';

export type SubscriptionLimits = UpstreamSocketLimits & {
  /** Events kept for a client that is slower than its stream; one more and it is told SLOW_CONSUMER. */
  readonly queuedEvents: number;
  readonly eventTimeLimitMs: number;
  readonly connectForMs: number;
  readonly reconnectForMs: number;
};

export const DEFAULT_SUBSCRIPTION_LIMITS: SubscriptionLimits = {
  queuedEvents: 256,
  eventTimeLimitMs: 5_000,
  connectForMs: 10_000,
  reconnectForMs: 60_000,
  streamsPerSocket: 50,
  pingEveryMs: 10_000,
  pongWithinMs: 5_000,
  handshakeWithinMs: 5_000,
  maxMessageBytes: 4 * 1024 * 1024,
};

export type SubscriptionObserver = { overflowed(): void };

export type FederatedSubscriptionsOptions = {
  /** WebSocket URL of a subgraph's /graphql. */
  socketUrl(service: string): string;
  readonly limits: SubscriptionLimits;
  /** Longest document taken, in lexical tokens. */
  readonly maxTokens: number;
  /** Most entities asked for in one request to a subgraph. */
  readonly maxEntities: number;
};

export type FederatedSubscriptionsDeps = PreparationDeps & {
  readonly observe: SubscriptionObserver;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

export type FederatedSubscriptions = AsyncDisposable & {
  /** Streams that begin from now on use this supergraph; running ones keep theirs. */
  load(generation: Generation): void;
  readonly open: OpenSubscription;
  /** Streams and sockets open to subgraphs. */
  upstream(): { readonly streams: number; readonly sockets: number };
};

/** Keys hold whole documents and credentials; what is kept per client is their hash. */
const hash = (parts: readonly unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64');

const pick = (from: Readonly<Record<string, unknown>>, names: readonly string[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(from, name) && from[name] !== undefined ? [[name, from[name]]] : [])),
  );

const slowConsumer = (): Failure =>
  new Failure(
    'SLOW_CONSUMER',
    'Events came faster than they were read and the queue is full: subscribe again with the last cursor received.',
  );

const createStream = (
  source: FeedSource,
  group: Group,
  feeds: Feeds,
  delivery: Delivery,
  capacity: number,
  onOverflow: () => void,
): ResultStream => {
  let leave = (): void => undefined;
  const queue = createEventQueue<FeedEvent>(capacity, slowConsumer, () => {
    leave();
    onOverflow();
  });
  leave = feeds.follow(source, {
    next: queue.push,
    end: (errors) => queue.end(errors.length === 0 ? undefined : new AggregateError(errors, 'The stream ended.')),
  });
  const finish = (): void => {
    leave();
    queue.cancel();
  };
  const done: IteratorResult<FormattedExecutionResult, void> = { done: true, value: undefined };
  let isFinished = false;
  group.subscriber.signal.addEventListener('abort', finish, { once: true });
  const stream: ResultStream = {
    next: async () => {
      if (isFinished) return done;
      const event = await queue.take();
      if (event === null) {
        isFinished = true;
        return done;
      }
      const value = await delivery.resultOf(event, group);
      return isFinished ? done : { done: false, value };
    },
    return: async () => {
      isFinished = true;
      finish();
      return done;
    },
    throw: async (error) => {
      isFinished = true;
      finish();
      throw error;
    },
    [Symbol.asyncIterator]: () => stream,
    [Symbol.asyncDispose]: async () => finish(),
  };
  return stream;
};

export const openFederatedSubscriptions = (
  options: FederatedSubscriptionsOptions,
  deps: FederatedSubscriptionsDeps,
): FederatedSubscriptions => {
  const { limits } = options;
  const sockets = createUpstreamSockets(limits, deps);
  const feeds = createFeeds((source, listener) => openFeed(source, limits, { ...deps, sockets }, listener));
  const delivery = createDelivery(limits, deps);
  let generation: StreamGeneration | null = null;
  let isStopping = false;

  const start = (
    current: StreamGeneration,
    plan: SubscriptionPlan,
    variables: Readonly<Record<string, unknown>>,
    coerced: Readonly<Record<string, unknown>>,
    subscriber: Subscriber,
  ): ResultStream => {
    const credentials = subscriber.authorization === undefined ? {} : { authorization: subscriber.authorization };
    const source: FeedSource = {
      service: plan.service,
      target: { url: options.socketUrl(plan.service), ...credentials },
      operation: plan.upstream,
      positionAlias: plan.positionAlias,
      variables: pick(variables, plan.upstream.variableNames),
      start: plan.startOf(coerced),
      callerAddress: subscriber.callerAddress,
      correlationId: subscriber.correlationId,
    };
    const group: Group = {
      key: hash([
        current.number,
        plan.query,
        plan.operation.name?.value ?? null,
        Object.entries(pick(variables, plan.resultVariables)),
        subscriber.authorization ?? null,
        subscriber.freshness?.purpose ?? null,
        subscriber.freshness?.maxAgeMs ?? null,
      ]),
      plan,
      variables,
      subscriber,
    };
    return createStream(source, group, feeds, delivery, limits.queuedEvents, deps.observe.overflowed);
  };

  return {
    load: (next) => {
      generation = forStreams(next);
    },
    open: async (request, subscriber) => {
      if (!generation || isStopping) {
        return {
          kind: 'refused',
          errors: [new Failure('UPSTREAM_UNAVAILABLE', 'The gateway is not ready: try again in a moment.')],
        };
      }
      const current = generation;
      const key = hash([request.operationName ?? null, request.query]);
      let plan = current.plans.get(key);
      if (!plan) {
        const preparation = prepareSubscription(current.api, request, options.maxTokens);
        if (preparation.kind === 'refused') return preparation;
        plan = planSubscription(current, request.query, preparation, options, deps);
        current.plans.set(key, plan);
      }
      const checked = checkVariables(current.api, plan.operation, request.variables);
      if (checked.kind === 'refused') return checked;
      const stream = start(current, plan, request.variables, checked.coerced, subscriber);
      return { kind: 'opened', schema: current.api, document: plan.document, stream };
    },
    upstream: () => ({ streams: feeds.count(), sockets: sockets.count() }),
    [Symbol.asyncDispose]: async () => {
      isStopping = true;
      feeds.close(
        new Failure('UPSTREAM_UNAVAILABLE', 'The gateway is stopping: connect again and resume with the last cursor.'),
      );
      await sockets.close();
    },
  };
};
