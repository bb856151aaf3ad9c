/**
 * One stream from a subgraph, followed through interruptions: it knows the last cursor it saw and resumes after it, so
 * that those who listen notice a pause at most. Where it cannot resume it says so instead of hiding a gap.
 */
import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Clock } from '#runtime/clock.ts';
import type { Ids } from '#runtime/ids.ts';
import type { Log } from '#runtime/log.ts';
import type { UpstreamEnd, UpstreamSockets, UpstreamTarget } from './sockets.ts';
import type { UpstreamOperation } from './upstream-operation.ts';

/** One item of a stream. The object is shared by everyone who listens: nobody may change it. */
export type FeedEvent = {
  readonly result: ExecutionResult;
  /** Where the stream stands after it; null when it does not say. */
  readonly position: string | null;
};

export type FeedListener = {
  next(event: FeedEvent): void;
  /** No more events: with errors, or complete. */
  end(errors: readonly unknown[]): void;
};

export type FeedSource = {
  readonly service: string;
  readonly target: UpstreamTarget;
  readonly operation: UpstreamOperation;
  readonly positionAlias: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The cursor to start after; null starts where the subgraph starts. */
  readonly start: string | null;
  /** Where the first of its subscribers is. */
  readonly callerAddress?: string | undefined;
  readonly correlationId: string;
};

export type FeedLimits = {
  /** How long the first connection may take, in milliseconds. */
  readonly connectForMs: number;
  /** How long an interruption may last before listeners are told, in milliseconds. */
  readonly reconnectForMs: number;
};

export type Feed = {
  /** The last cursor seen, else the one it started after; null while it has none. */
  position(): string | null;
  /** Whether it has delivered anything: a newcomer would miss that. */
  hasDelivered(): boolean;
  close(): void;
};

export type FeedDeps = {
  readonly sockets: UpstreamSockets;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
};

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Doubling pauses, each shortened by up to half at random so that a restarted subgraph is not met by all at once. */
export const pauseMs = (attempt: number, random: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10)) * (1 - random / 2);

const failure = (code: string, message: string, service: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, serviceName: service } });

/** The position that an item tells, under the alias we asked for it. */
const positionIn = (result: ExecutionResult, source: FeedSource): string | null => {
  if (source.positionAlias === null) return null;
  const item = result.data?.[source.operation.responseName];
  if (typeof item !== 'object' || item === null) return null;
  const value = (item as Record<string, unknown>)[source.positionAlias];
  return typeof value === 'string' ? value : null;
};

export const openFeed = (source: FeedSource, limits: FeedLimits, deps: FeedDeps, listener: FeedListener): Feed => {
  const { clock, ids, log, sockets } = deps;
  const { operation, service } = source;
  const closed = new AbortController();
  let position = source.start;
  let hasDelivered = false;
  let wasEverConnected = false;

  const payload = {
    query: operation.query,
    ...(operation.operationName === undefined ? {} : { operationName: operation.operationName }),
    get variables() {
      return operation.resumeVariable !== null && position !== null
        ? { ...source.variables, [operation.resumeVariable]: position }
        : source.variables;
    },
    extensions: {
      correlationId: source.correlationId,
      ...(source.callerAddress === undefined ? {} : { callerAddress: source.callerAddress }),
    },
  };

  const follow = (onEvent: () => void): Promise<UpstreamEnd | null> =>
    new Promise((resolve) => {
      const stop = (): void => {
        unsubscribe();
        resolve(null);
      };
      const unsubscribe = sockets.subscribe(source.target, payload, {
        next: (result) => {
          if (closed.signal.aborted) return;
          const told = positionIn(result, source);
          if (told !== null) position = told;
          hasDelivered = true;
          onEvent();
          listener.next({ result, position: told });
        },
        end: (end) => {
          closed.signal.removeEventListener('abort', stop);
          resolve(end);
        },
      });
      closed.signal.addEventListener('abort', stop, { once: true });
    });

  /** Errors to end with, or null when the stream may be taken up again. */
  const verdict = (end: UpstreamEnd): readonly unknown[] | null => {
    switch (end.kind) {
      case 'completed':
        return [];
      case 'refused':
        return end.errors.map(
          ({ message, extensions }) =>
            new GraphQLError(message, { extensions: { ...extensions, serviceName: service } }),
        );
      case 'forbidden':
        return [failure('UNAUTHENTICATED', `The subgraph "${service}" no longer accepts these credentials.`, service)];
      case 'lost': {
        wasEverConnected ||= end.wasConnected;
        // Without a cursor, whatever happened since it was last connected would be lost without anybody knowing.
        if (!wasEverConnected || (operation.resumeVariable !== null && position !== null)) return null;
        const message = `The stream from "${service}" was interrupted and has no cursor to resume from: subscribe again.`;
        return [failure('UPSTREAM_UNAVAILABLE', message, service)];
      }
    }
  };

  const run = async (): Promise<void> => {
    let lostSinceMs: number | null = null;
    for (let attempt = 0; ; attempt += 1) {
      const end = await follow(() => {
        lostSinceMs = null;
        attempt = 0;
      });
      if (end === null) return;
      const errors = verdict(end);
      if (errors !== null) return listener.end(errors);
      lostSinceMs ??= clock.now();
      if (clock.now() - lostSinceMs >= (wasEverConnected ? limits.reconnectForMs : limits.connectForMs)) {
        const message = wasEverConnected
          ? `The stream from "${service}" is interrupted: subscribe again with the last cursor.`
          : `The subgraph "${service}" cannot be reached for subscriptions: try again later.`;
        return listener.end([failure('UPSTREAM_UNAVAILABLE', message, service)]);
      }
      log.info(
        { service, attempt, resumes: position !== null, correlationId: source.correlationId },
        'stream interrupted',
      );
      await clock.delay(pauseMs(attempt, ids.random()), closed.signal);
    }
  };
  run().catch((error: unknown) => {
    if (closed.signal.aborted) return;
    log.error({ err: error, service, correlationId: source.correlationId }, 'stream failed');
    listener.end([error]);
  });

  return {
    position: () => position,
    hasDelivered: () => hasDelivered,
    close: () => closed.abort(new Error('The feed is closed.')),
  };
};
