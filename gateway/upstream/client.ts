/**
 * The client of one subgraph: pipelined queries over kept-alive connections, mutations alone and once, a cap on what is
 * under way, a breaker, the caller's deadline, and trouble that names the subgraph and never its address.
 */
import type { Clock } from '#runtime/clock.ts';
import type { FailureCode } from '#runtime/failure.ts';
import type { Log } from '#runtime/log.ts';
import type { Hop, HopReply, HopRequest } from '../execution/hop.ts';
import { type BreakerState, createBreaker } from './breaker.ts';
import type { Connection, Ending } from './connection.ts';
import type { Exchange } from './exchange.ts';
import { CLOSED, FAULT_OF, type Fault, NO_TURN, PAUSED, SPENT, TOO_MANY, UNSAFE } from './faults.ts';
import { replyOf, troubleOf } from './graphql-answer.ts';
import { createPatience } from './patience.ts';
import { createPool } from './pool.ts';
import { createRequestHeads } from './request-head.ts';

export type UpstreamLimits = {
  readonly maxConnections: number;
  /** Queries sent on one connection before the first of them is answered; 1 turns pipelining off. */
  readonly maxPipelined: number;
  /** Requests under way at once; more wait their turn within their deadline. */
  readonly maxConcurrent: number;
  /** Requests waiting for their turn; more are refused at once. */
  readonly maxWaiting: number;
  /** Longest time one request may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Largest answer taken, in bytes. */
  readonly maxResponseBytes: number;
};

export const DEFAULT_UPSTREAM_LIMITS: UpstreamLimits = {
  maxConnections: 64,
  maxPipelined: 16,
  maxConcurrent: 256,
  maxWaiting: 4_096,
  timeoutMs: 15_000,
  maxResponseBytes: 16 * 1024 * 1024,
};

/** What became of one request: for metrics, and for whoever traces. */
export type UpstreamObservation = {
  readonly service: string;
  readonly outcome: 'ok' | 'abandoned' | FailureCode;
  readonly seconds: number;
  readonly correlationId: string;
  /** How many times it was given to a connection. */
  readonly sends: number;
  /** Whether it was sent again because an answer before it took too long. */
  readonly isRescued: boolean;
};

export type Upstream = Hop &
  AsyncDisposable & {
    /** What stands where at the moment of asking. */
    figures(): {
      readonly connections: number;
      readonly underWay: number;
      readonly waiting: number;
      readonly breaker: BreakerState;
    };
  };

export type UpstreamOptions = { readonly name: string; readonly url: string; readonly limits: UpstreamLimits };
export type UpstreamDeps = {
  readonly clock: Clock;
  readonly log: Log;
  observe(observation: UpstreamObservation): void;
};

/** How late a deadline, a caller's leaving or a slow answer may be noticed, in milliseconds. */
const LOOK_EVERY_MS = 5;
const LATE_LOOK_MS = 4 * LOOK_EVERY_MS;
const SWEEP_EVERY_MS = 1_000;
const QUIET_LOOKS_TO_REST = 20;
const MAX_HEAD_BYTES = 16 * 1024;
const LONGEST_CONNECT_MS = 5_000;
/** Queries sent a second time may add one to this many answered, so that a slow subgraph is not asked twice as much. */
const ANSWERS_PER_RESCUE = 10;
const MOST_RESCUES_SAVED = 64;
/** A wait this many times longer than any usual answer says something about the subgraph and not about the caller. */
const WAITS_TO_BLAME = 4;

export const createUpstream = (options: UpstreamOptions, deps: UpstreamDeps): Upstream => {
  const { limits, name } = options;
  const { clock, log } = deps;
  const target = new URL(options.url);
  const heads = createRequestHeads(target);
  const breaker = createBreaker();
  const patience = createPatience();
  const waiting: Exchange[] = [];
  let underWay = 0;
  let rescues = MOST_RESCUES_SAVED;
  let isClosed = false;
  let stopLooking: (() => void) | null = null;
  let quietLooks = 0;
  let lookedMs = 0;

  const refusal = (fault: Fault): HopReply => ({
    kind: 'unanswered',
    trouble: troubleOf(name, fault.code, fault.what),
  });

  const textOf = ({ bodyBytes, dueMs, request }: Exchange, nowMs: number): string | null => {
    const head = heads.of(request.scope, Math.max(1, dueMs - nowMs), bodyBytes);
    return head === null ? null : head + request.body;
  };

  const finish = (
    exchange: Exchange,
    reply: HopReply,
    outcome: UpstreamObservation['outcome'],
    nowMs: number,
  ): void => {
    exchange.isSettled = true;
    if (exchange.sends > 0) underWay -= 1;
    deps.observe({
      service: name,
      outcome,
      seconds: (nowMs - exchange.startedMs) / 1000,
      correlationId: exchange.request.scope.correlationId,
      sends: exchange.sends,
      isRescued: exchange.isRescued,
    });
    exchange.settle(reply);
  };

  const told = (exchange: Exchange, code: FailureCode, what: string): void => {
    const { correlationId } = exchange.request.scope;
    // What was not even sent comes in thousands at once; that it is so has been told when it began.
    const isUnsent = code === 'CIRCUIT_OPEN' || code === 'LOAD_SHED';
    log[isUnsent ? 'debug' : 'warn']({ service: name, code, correlationId, what }, 'subgraph gave no answer');
  };

  const judge = (verdict: 'succeeded' | 'failed', { ticket }: Exchange, nowMs: number): void => {
    const before = breaker.state;
    breaker[verdict](ticket, nowMs);
    if (breaker.state !== before)
      log.warn({ service: name, before, now: breaker.state }, 'subgraph is asked differently');
  };

  const fail = (exchange: Exchange, fault: Fault, outcome: UpstreamObservation['outcome'] = fault.code): void => {
    if (exchange.isSettled) return;
    if (outcome !== 'abandoned') told(exchange, fault.code, fault.what);
    finish(exchange, refusal(fault), outcome, clock.now());
  };

  /** Gives it to a connection or lets it wait; a first sending counts against the cap. */
  const place = (exchange: Exchange, nowMs: number): void => {
    const isFirst = exchange.sends === 0;
    const text = textOf(exchange, nowMs);
    if (isClosed) fail(exchange, CLOSED);
    else if (text === null) {
      breaker.ended(exchange.ticket);
      fail(exchange, UNSAFE);
    } else if ((isFirst && underWay >= limits.maxConcurrent) || !pool.place(exchange, text, nowMs)) wait(exchange);
    else if (isFirst) underWay += 1;
  };

  const wait = (exchange: Exchange): void => {
    if (waiting.length < limits.maxWaiting) {
      waiting.push(exchange);
      return;
    }
    breaker.ended(exchange.ticket);
    fail(exchange, TOO_MANY);
  };

  const letNextIn = (nowMs: number): void => {
    // As many as wait now: whoever finds no room goes to the back and ends the round.
    for (let round = waiting.length; round > 0; round -= 1) {
      const next = waiting.shift();
      if (!next) return;
      const before = waiting.length;
      if (!next.isSettled) place(next, nowMs);
      if (waiting.length > before) {
        const unplaced = waiting.pop();
        if (unplaced) waiting.unshift(unplaced);
        return;
      }
    }
  };

  const settle = (exchange: Exchange, reply: HopReply, nowMs: number): void => {
    const isDown = reply.kind === 'unanswered' && reply.trouble.code === 'UPSTREAM_UNAVAILABLE';
    if (isDown) judge('failed', exchange, nowMs);
    else judge('succeeded', exchange, nowMs);
    if (reply.kind === 'unanswered') told(exchange, reply.trouble.code, reply.trouble.message);
    finish(exchange, reply, reply.kind === 'answered' ? 'ok' : reply.trouble.code, nowMs);
  };

  /** What lay on a connection that is over: given up, or sent again where that is harmless. */
  const resolveUnanswered = (exchange: Exchange, ending: Ending, isMaybeSeen: boolean, wasKeptAlive: boolean): void => {
    exchange.copies -= 1;
    if (exchange.isSettled || exchange.copies > 0) return;
    const isUnsent = ending === 'refused' || ending === 'no-connection';
    const { isQuery } = exchange.request;
    // Behind a last answer nothing is acted upon, says the protocol: it does not count as having been sent.
    const isUnread = ending === 'last-answer' && isQuery;
    if (isUnread) {
      exchange.sends -= 1;
      underWay -= exchange.sends === 0 ? 1 : 0;
    }
    const isHarmless = isUnsent
      ? pool.connections.some(({ isOpen }) => isOpen)
      : isQuery && wasKeptAlive && !isMaybeSeen && ending !== 'given-up';
    if (isUnread || (isHarmless && exchange.sends === 1)) place(exchange, clock.now());
    else {
      judge('failed', exchange, clock.now());
      fail(exchange, FAULT_OF[ending]);
    }
  };

  const pool = createPool(
    target,
    {
      maxConnections: limits.maxConnections,
      maxPipelined: limits.maxPipelined,
      connectTimeoutMs: Math.min(limits.timeoutMs, LONGEST_CONNECT_MS),
      maxHeadBytes: MAX_HEAD_BYTES,
      maxBodyBytes: limits.maxResponseBytes,
    },
    {
      now: clock.now,
      events: {
        opened: () => letNextIn(clock.now()),
        answered: (connection, exchange, response, servedMs) => {
          const nowMs = connection.turnedMs;
          patience.learn(servedMs);
          exchange.copies -= 1;
          connection.isStalled = false;
          connection.isExclusive = false;
          if (rescues < MOST_RESCUES_SAVED) rescues += 1 / ANSWERS_PER_RESCUE;
          if (response.isLast && connection.answers === 1) pool.doubtPipelining();
          // Whoever was served elsewhere in the meantime has no use for this one.
          if (!exchange.isSettled) settle(exchange, replyOf(name, response), nowMs);
          if (waiting.length > 0) letNextIn(nowMs);
        },
        over: (connection, ending, unanswered, isHeadBegun) => {
          for (const [index, exchange] of unanswered.entries())
            resolveUnanswered(
              exchange,
              ending,
              index === 0 && (isHeadBegun || ending === 'malformed' || ending === 'too-large'),
              connection.answers > 0 || index > 0,
            );
          if (waiting.length > 0) letNextIn(clock.now());
        },
      },
    },
  );

  const giveUp = (exchange: Exchange, nowMs: number): void => {
    const isLate = nowMs >= exchange.dueMs;
    const waitedMs = nowMs - exchange.startedMs;
    if (isLate && exchange.sends > 0 && waitedMs >= WAITS_TO_BLAME * patience.boundMs) judge('failed', exchange, nowMs);
    else breaker.ended(exchange.ticket);
    fail(exchange, exchange.sends > 0 ? SPENT : NO_TURN, isLate ? 'UPSTREAM_TIMEOUT' : 'abandoned');
  };

  const rescueBehind = (connection: Connection): void => {
    connection.isStalled = true;
    for (const exchange of connection.slots.slice(1)) {
      const isRescuable = !exchange.isSettled && exchange.request.isQuery && exchange.sends === 1;
      if (!isRescuable || rescues < 1 || !pool.hasRoomBeside(connection)) continue;
      rescues -= 1;
      exchange.isRescued = true;
      place(exchange, clock.now());
    }
  };

  const lookAt = (connection: Connection, nowMs: number, mayRescue: boolean): void => {
    if (connection.slots.length === 0) return;
    let isWanted = false;
    for (const exchange of connection.slots) {
      if (exchange.isSettled) continue;
      if (exchange.request.scope.isOver || nowMs >= exchange.dueMs) giveUp(exchange, nowMs);
      else isWanted = true;
    }
    // Hanging up tells the subgraph that it may stop working for nobody.
    if (!isWanted) connection.end('given-up');
    else if (mayRescue && !connection.isStalled && connection.isOpen && nowMs - connection.turnedMs > patience.boundMs)
      rescueBehind(connection);
  };

  const look = (): void => {
    const nowMs = clock.now();
    // A look that comes late was held up by ourselves, and so were the answers: they may lie here, not yet read.
    const isPunctual = nowMs - lookedMs < LATE_LOOK_MS;
    lookedMs = nowMs;
    for (const connection of [...pool.connections]) lookAt(connection, nowMs, isPunctual);
    for (const exchange of waiting)
      if (!exchange.isSettled && (exchange.request.scope.isOver || nowMs >= exchange.dueMs)) giveUp(exchange, nowMs);
    // Who no longer waits takes nobody's place.
    if (waiting.some(({ isSettled }) => isSettled)) {
      const stillWaiting = waiting.filter(({ isSettled }) => !isSettled);
      waiting.splice(0, waiting.length, ...stillWaiting);
    }
    if (waiting.length > 0) letNextIn(nowMs);
    pool.sweep();
    quietLooks = underWay + waiting.length > 0 ? 0 : quietLooks + 1;
    if (quietLooks < QUIET_LOOKS_TO_REST) return;
    stopLooking?.();
    stopLooking = null;
  };

  const stopSweeping = clock.every(SWEEP_EVERY_MS, () => pool.sweep());

  const send = (request: HopRequest): Promise<HopReply> => {
    const { scope } = request;
    const nowMs = clock.now();
    if (isClosed) return Promise.resolve(refusal(CLOSED));
    const ticket = breaker.admit(nowMs);
    return new Promise((resolve) => {
      const bodyBytes = Buffer.byteLength(request.body);
      const exchange: Exchange = {
        request,
        bodyBytes,
        isAscii: bodyBytes === request.body.length,
        startedMs: nowMs,
        dueMs: Math.min(scope.deadlineMs, nowMs + limits.timeoutMs),
        ticket,
        copies: 0,
        sends: 0,
        isRescued: false,
        isSettled: false,
        settle: resolve,
      };
      if (ticket === 0) return fail(exchange, PAUSED);
      if (scope.isOver || nowMs >= exchange.dueMs) return giveUp(exchange, nowMs);
      // Nobody overtakes those who wait.
      if (waiting.length > 0) wait(exchange);
      else place(exchange, nowMs);
      quietLooks = 0;
      if (stopLooking) return;
      lookedMs = nowMs;
      stopLooking = clock.every(LOOK_EVERY_MS, look);
    });
  };

  return {
    name,
    send,
    figures: () => ({
      connections: pool.connections.length,
      underWay,
      waiting: waiting.length,
      breaker: breaker.state,
    }),
    [Symbol.asyncDispose]: async () => {
      isClosed = true;
      stopLooking?.();
      stopSweeping();
      pool.end();
      for (const exchange of waiting.splice(0)) fail(exchange, CLOSED);
    },
  };
};
