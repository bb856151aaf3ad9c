/**
 * The connections to one subgraph and which of them carries which request. Queries that leave together travel together;
 * those that leave later take a connection that nobody waits on, as long as there is one.
 */
import { type Connection, type ConnectionEvents, openConnection } from './connection.ts';
import type { Exchange } from './exchange.ts';

export type PoolLimits = {
  readonly maxConnections: number;
  /** Queries on one connection without an answer. */
  readonly maxPipelined: number;
  readonly connectTimeoutMs: number;
  readonly maxHeadBytes: number;
  readonly maxBodyBytes: number;
};

export type Pool = {
  readonly connections: readonly Connection[];
  /** Gives the request to a connection; false when none may take it now. */
  place(exchange: Exchange, text: string, nowMs: number): boolean;
  /** Whether a query that waits behind a slow one would be better off elsewhere than there. */
  hasRoomBeside(connection: Connection): boolean;
  /** Ends connections that nobody uses any more or that never came to be. */
  sweep(): void;
  /** The other side ends connections after one answer: what is sent behind another request there is sent in vain. */
  doubtPipelining(): void;
  end(): void;
};

export type PoolDeps = {
  now(): number;
  readonly events: ConnectionEvents;
};

const MOST_OPENING_AT_ONCE = 4;
/** Without a word from the other side: less than the shortest that servers keep by default. */
const IDLE_MS = 4_000;
/** A mutation is never sent twice, so it does not go where the other side may be hanging up in this moment. */
const FRESH_MS = 1_000;
const DOUBT_MS = 10_000;

const idleLimitMs = ({ keepAliveMs }: Connection): number =>
  keepAliveMs === null ? IDLE_MS : Math.max(0, keepAliveMs - 1_000);

export const createPool = (target: URL, limits: PoolLimits, deps: PoolDeps): Pool => {
  const { now } = deps;
  const readBuffer = new Uint8Array(64 * 1024);
  const connections: Connection[] = [];
  /** Those with something to send, all in one write each, once everything that arrived with them has been looked at. */
  const unflushed: Connection[] = [];
  let isFlushing = false;
  /** Where this turn's queries go. */
  let batch: Connection | null = null;
  let doubtUntilMs = 0;

  const flush = (): void => {
    isFlushing = false;
    batch = null;
    for (const connection of unflushed.splice(0)) connection.flush();
  };

  const open = (): Connection => {
    const connection = openConnection(
      {
        target,
        limits: { maxHeadBytes: limits.maxHeadBytes, maxBodyBytes: limits.maxBodyBytes },
        readBuffer,
        now,
      },
      {
        ...deps.events,
        over: (over, ...rest) => {
          connections.splice(connections.indexOf(over), 1);
          if (batch === over) batch = null;
          deps.events.over(over, ...rest);
        },
      },
    );
    connections.push(connection);
    return connection;
  };

  const depthAt = (nowMs: number): number => (nowMs < doubtUntilMs ? 1 : limits.maxPipelined);

  const takesQueries = (connection: Connection, depth: number): boolean =>
    !connection.isExclusive && !connection.isStalled && connection.slots.length < depth;

  const idle = (nowMs: number, limitMs: (connection: Connection) => number): Connection | null => {
    for (const connection of connections) {
      if (!connection.isOpen || connection.slots.length > 0) continue;
      if (nowMs - connection.turnedMs < limitMs(connection)) return connection;
    }
    return null;
  };

  const canOpen = (): boolean => connections.length < limits.maxConnections;

  const forQuery = (nowMs: number): Connection | null => {
    const depth = depthAt(nowMs);
    if (batch && takesQueries(batch, depth)) return batch;
    const free = idle(nowMs, idleLimitMs);
    if (free) return free;
    let opening = 0;
    let least: Connection | null = null;
    for (const connection of connections) {
      if (!connection.isOpen) opening += 1;
      if (!takesQueries(connection, depth)) continue;
      if (!least || connection.slots.length < least.slots.length) least = connection;
    }
    if (canOpen() && (opening < MOST_OPENING_AT_ONCE || !least)) return open();
    return least;
  };

  const forMutation = (nowMs: number): Connection | null => {
    const free = idle(nowMs, (connection) => Math.min(FRESH_MS, idleLimitMs(connection)));
    if (free) return free;
    if (!canOpen()) connections.find(({ isOpen, slots }) => isOpen && slots.length === 0)?.end('given-up');
    return canOpen() ? open() : null;
  };

  return {
    connections,
    place: (exchange, text, nowMs) => {
      const { isQuery } = exchange.request;
      const connection = isQuery ? forQuery(nowMs) : forMutation(nowMs);
      if (!connection) return false;
      if (isQuery) batch = connection;
      else connection.isExclusive = true;
      exchange.copies += 1;
      exchange.sends += 1;
      connection.put(exchange, text, nowMs);
      unflushed.push(connection);
      if (!isFlushing) {
        isFlushing = true;
        setImmediate(flush);
      }
      return true;
    },
    hasRoomBeside: (slow) => {
      const depth = depthAt(now());
      return canOpen() || connections.some((other) => other !== slow && takesQueries(other, depth));
    },
    sweep: () => {
      const nowMs = now();
      for (const connection of [...connections]) {
        if (!connection.isOpen) {
          if (nowMs - connection.createdMs >= limits.connectTimeoutMs) connection.end('no-connection');
        } else if (connection.slots.length === 0 && nowMs - connection.turnedMs >= idleLimitMs(connection))
          connection.end('given-up');
      }
    },
    doubtPipelining: () => {
      doubtUntilMs = now() + DOUBT_MS;
    },
    end: () => {
      for (const connection of [...connections]) connection.end('given-up');
    },
  };
};
