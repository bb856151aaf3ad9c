/**
 * WebSockets from the gateway to subgraphs: many streams over one socket per (subgraph, credentials), a further socket
 * when one is full, none when nobody needs it. Reconnecting is the feed's business: it alone knows where to resume.
 */

import type { ExecutionResult } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Clock } from '#runtime/clock.ts';

export type UpstreamPayload = {
  readonly query: string;
  readonly operationName?: string;
  /** Read again whenever the payload is sent, so a getter may answer with the position of the moment. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly extensions: Readonly<Record<string, unknown>>;
};

/** How one upstream subscription ended. */
export type UpstreamEnd =
  | { readonly kind: 'completed' }
  /** The subgraph refused the operation, or failed in it. */
  | { readonly kind: 'refused'; readonly errors: readonly UpstreamError[] }
  /** The subgraph did not accept the credentials. */
  | { readonly kind: 'forbidden'; readonly reason: string }
  /** `wasConnected`: the subgraph may have begun the stream, so events may have gone by. */
  | { readonly kind: 'lost'; readonly wasConnected: boolean };

export type UpstreamError = {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
};

export type UpstreamTarget = { readonly url: string; readonly authorization?: string };
export type UpstreamSink = { next(result: ExecutionResult): void; end(end: UpstreamEnd): void };

export type UpstreamSockets = {
  /** Starts a subscription; the returned function ends it at once and silences its sink. */
  subscribe(target: UpstreamTarget, payload: UpstreamPayload, sink: UpstreamSink): () => void;
  /** Sockets that are open or being opened. */
  count(): number;
  close(): Promise<void>;
};

export type UpstreamSocketLimits = {
  readonly streamsPerSocket: number;
  readonly pingEveryMs: number;
  /** A subgraph that has not answered a ping for so long is gone. */
  readonly pongWithinMs: number;
  readonly handshakeWithinMs: number;
  readonly maxMessageBytes: number;
};

const CLOSE_FORBIDDEN = 4403;
const CLOSE_UNAUTHORIZED = 4401;

type Slot = {
  readonly client: Client;
  streams: number;
  isConnected: boolean;
  /** How often it has connected. */
  connections: number;
};

const isCloseEvent = (value: unknown): value is { readonly code: number; readonly reason: string } =>
  typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'number' && 'reason' in value;

const isErrorList = (value: unknown): value is readonly UpstreamError[] => Array.isArray(value);

const endOf = (cause: unknown, wasConnected: boolean): UpstreamEnd => {
  if (isErrorList(cause)) return { kind: 'refused', errors: cause };
  if (isCloseEvent(cause) && (cause.code === CLOSE_FORBIDDEN || cause.code === CLOSE_UNAUTHORIZED)) {
    return { kind: 'forbidden', reason: cause.reason };
  }
  return { kind: 'lost', wasConnected };
};

export const createUpstreamSockets = (
  limits: UpstreamSocketLimits,
  deps: { readonly clock: Clock },
): UpstreamSockets => {
  const { clock } = deps;
  const slots = new Map<string, Set<Slot>>();

  class LimitedWebSocket extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol, {
        maxPayload: limits.maxMessageBytes,
        handshakeTimeout: limits.handshakeWithinMs,
        perMessageDeflate: false,
      });
    }
  }

  const openSlot = (target: UpstreamTarget, forget: (slot: Slot) => void): Slot => {
    let pinged: AbortController | null = null;
    const calm = (): void => {
      pinged?.abort();
      pinged = null;
    };
    const client = createClient({
      url: target.url,
      webSocketImpl: LimitedWebSocket,
      ...(target.authorization === undefined ? {} : { connectionParams: { authorization: target.authorization } }),
      lazy: true,
      connectionAckWaitTimeout: limits.handshakeWithinMs,
      keepAlive: limits.pingEveryMs,
      retryAttempts: 0,
      on: {
        connected: () => {
          slot.isConnected = true;
          slot.connections += 1;
        },
        closed: () => {
          slot.isConnected = false;
          calm();
          if (slot.streams === 0) forget(slot);
        },
        ping: (received) => {
          if (received) return;
          calm();
          const waiting = new AbortController();
          pinged = waiting;
          clock
            .delay(limits.pongWithinMs, waiting.signal)
            .then(() => client.terminate())
            .catch(() => undefined);
        },
        pong: (received) => {
          if (received) calm();
        },
      },
    });
    const slot: Slot = { client, streams: 0, isConnected: false, connections: 0 };
    return slot;
  };

  const slotFor = (target: UpstreamTarget): { readonly slot: Slot; readonly forget: (slot: Slot) => void } => {
    const key = JSON.stringify([target.url, target.authorization ?? null]);
    const group = slots.get(key) ?? new Set<Slot>();
    slots.set(key, group);
    const forget = (slot: Slot): void => {
      group.delete(slot);
      if (group.size === 0 && slots.get(key) === group) slots.delete(key);
    };
    const free = [...group].find(({ streams }) => streams < limits.streamsPerSocket);
    if (free) return { slot: free, forget };
    const slot = openSlot(target, forget);
    group.add(slot);
    return { slot, forget };
  };

  return {
    subscribe: (target, payload, sink) => {
      const { slot, forget } = slotFor(target);
      slot.streams += 1;
      const { isConnected, connections } = slot;
      let isOver = false;
      const release = (): boolean => {
        if (isOver) return false;
        isOver = true;
        slot.streams -= 1;
        if (slot.streams === 0 && !slot.isConnected) forget(slot);
        return true;
      };
      const end = (how: UpstreamEnd): void => {
        if (release()) sink.end(how);
      };
      const unsubscribe = slot.client.subscribe(
        payload as UpstreamPayload & { variables: Record<string, unknown>; extensions: Record<string, unknown> },
        {
          next: (result) => {
            if (!isOver) sink.next(result as ExecutionResult);
          },
          error: (cause) => end(endOf(cause, isConnected || slot.connections > connections)),
          complete: () => end({ kind: 'completed' }),
        },
      );
      return () => {
        release();
        unsubscribe();
      };
    },
    count: () => [...slots.values()].reduce((sum, group) => sum + group.size, 0),
    close: async () => {
      const clients = [...slots.values()].flatMap((group) => [...group].map(({ client }) => client));
      slots.clear();
      await Promise.allSettled(clients.map((client) => client.dispose()));
    },
  };
};
