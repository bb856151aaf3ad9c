/** Federated subscriptions: Apollo plans them, its gateway refuses to run them, and this runs them. */
import { createHash } from 'node:crypto';
import type { FormattedExecutionResult } from 'graphql';
import type { Clock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import {
  checkVariables,
  type OpenSubscription,
  type ResultStream,
  type Subscriber,
  type SubscriptionRequest,
} from '#runtime/graphql/subscriptions.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import { createDelivery, type Delivery, type Group } from './delivery.ts';
import { type FeedEvent, type FeedSource, openFeed } from './feed.ts';
import { createFeeds, type Feeds } from './feeds.ts';
import {
  forStreams,
  type PreparedStream,
  type StreamGeneration,
  type StreamSource,
  type StreamUse,
} from './generation.ts';
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
  readonly limits: SubscriptionLimits;
  /** Most entities asked for in one request to a subgraph. */
  readonly maxEntities: number;
};

export type FederatedSubscriptionsDeps = {
  readonly observe: SubscriptionObserver;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

export type FederatedSubscriptions = AsyncDisposable & {
  /** Streams that begin from now on use this supergraph; running ones keep theirs. */
  load(source: StreamSource): void;
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
  use: StreamUse | undefined,
): ResultStream => {
  let unfollow = (): void => undefined;
  let release = (): void => undefined;
  const leave = (): void => {
    unfollow();
    release();
  };
  const queue = createEventQueue<FeedEvent>(capacity, slowConsumer, () => {
    leave();
    onOverflow();
  });
  const end = (errors: readonly unknown[]): void => {
    release();
    queue.end(errors.length === 0 ? undefined : new AggregateError(errors, 'The stream ended.'));
  };
  release =
    use?.follow((error) => {
      unfollow();
      end([error]);
    }) ?? release;
  unfollow = feeds.follow(source, { next: queue.push, end });
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
      target: { url: current.socketUrl(plan.service), ...credentials },
      operation: plan.upstream,
      positionAlias: plan.positionAlias,
      variables: pick(variables, plan.upstream.variableNames),
      start: plan.startOf(coerced),
      callerAddress: subscriber.callerAddress,
      correlationId: subscriber.correlationId,
    };
    const group: Group = {
      key: hash([
        current.generation.number,
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
    return createStream(source, group, feeds, delivery, limits.queuedEvents, deps.observe.overflowed, current.use);
  };

  const planned = async (current: StreamGeneration, request: SubscriptionRequest): Promise<PreparedStream> => {
    const { query } = request;
    const operationName = request.operationName ?? null;
    const told = await current.generation.plan({ kind: 'stream', query, operationName });
    if (told.kind === 'refused') return told;
    return {
      kind: 'prepared',
      plan: planSubscription(current.generation, query, operationName, told, options, current.preparation),
    };
  };

  /** Once per text and generation; who asks for it meanwhile waits for the same plan. */
  const prepare = async (current: StreamGeneration, request: SubscriptionRequest): Promise<PreparedStream> => {
    const key = hash([request.operationName ?? null, request.query]);
    const known = current.plans.get(key);
    if (known) return known;
    const coming = planned(current, request);
    current.plans.set(key, coming);
    const forget = (): void => {
      if (current.plans.get(key) === coming) current.plans.delete(key);
    };
    const prepared = await coming.catch((error: unknown): never => {
      forget();
      throw error;
    });
    if (prepared.kind === 'refused') forget();
    return prepared;
  };

  return {
    load: (source) => {
      generation = forStreams(source);
    },
    open: async (request, subscriber) => {
      if (!generation || isStopping) {
        return {
          kind: 'refused',
          errors: [new Failure('UPSTREAM_UNAVAILABLE', 'The gateway is not ready: try again in a moment.')],
        };
      }
      const current = generation;
      const prepared = await prepare(current, request);
      if (prepared.kind === 'refused') return prepared;
      const { plan } = prepared;
      const { api } = current.generation;
      const checked = checkVariables(api, plan.operation, request.variables);
      if (checked.kind === 'refused') return checked;
      const stream = start(current, plan, request.variables, checked.coerced, subscriber);
      return { kind: 'opened', schema: api, document: plan.document, stream };
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
