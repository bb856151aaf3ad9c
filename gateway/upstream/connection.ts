/** One connection to a subgraph: requests go out in order, several in one write, and answers come back in that order. */
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { Exchange } from './exchange.ts';
import { createResponseParser, type ResponseParserLimits, type WireResponse } from './response-parser.ts';

/** Why a connection is over. Only `refused` and `no-connection` say for certain that nothing was sent. */
export type Ending = 'refused' | 'no-connection' | 'closed' | 'last-answer' | 'malformed' | 'too-large' | 'given-up';

export type ConnectionEvents = {
  opened(connection: Connection): void;
  /** `servedMs`: how long it was the next to be answered. */
  answered(connection: Connection, exchange: Exchange, response: WireResponse, servedMs: number): void;
  /** Called once, with what had no answer, in order. `isHeadBegun`: bytes of the first one's answer had come. */
  over(connection: Connection, ending: Ending, unanswered: readonly Exchange[], isHeadBegun: boolean): void;
};

export type Connection = {
  /** Requests without an answer, the next to be answered first. */
  readonly slots: readonly Exchange[];
  readonly isOpen: boolean;
  readonly isOver: boolean;
  /** Answers that came over it. */
  readonly answers: number;
  readonly createdMs: number;
  /** Since when the first slot has been the first, or since when there is none. */
  readonly turnedMs: number;
  /** For how long the other side said it keeps an idle connection. */
  readonly keepAliveMs: number | null;
  /** Carries one request alone, and takes no other until that is answered. */
  isExclusive: boolean;
  /** Its first request takes too long: it takes no new ones until that is answered. */
  isStalled: boolean;
  /** Adds a request to what the next flush sends. */
  put(exchange: Exchange, text: string, nowMs: number): void;
  flush(): void;
  end(ending: Ending): void;
};

export type ConnectionOptions = {
  readonly target: URL;
  readonly limits: ResponseParserLimits;
  /** Where arriving bytes are put, for all connections alike: they are read before any others arrive. */
  readonly readBuffer: Uint8Array;
  now(): number;
};

const openSocket = (target: URL, readBuffer: Uint8Array, onBytes: (count: number) => void): Socket => {
  const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
  const onread = {
    buffer: readBuffer,
    callback: (count: number): boolean => {
      onBytes(count);
      return true;
    },
  };
  const port = Number(target.port);
  const common = { host, onread };
  if (target.protocol === 'https:')
    return connectSecure({
      ...common,
      port: port || 443,
      // An address has no name that a certificate could be chosen by.
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ALPNProtocols: ['http/1.1'],
    }).setNoDelay();
  return connectPlain({ ...common, port: port || 80, noDelay: true, keepAlive: true });
};

export const openConnection = (options: ConnectionOptions, events: ConnectionEvents): Connection => {
  const { now, readBuffer, target } = options;
  const bytes = Buffer.from(readBuffer.buffer, readBuffer.byteOffset, readBuffer.byteLength);
  const createdMs = now();
  let slots: Exchange[] = [];
  let outbox = '';
  /** All that waits to be sent is ASCII, and so the same bytes in latin1, which are written without encoding. */
  let isAscii = true;
  let isOpen = false;
  let isOver = false;
  let answers = 0;
  let turnedMs = createdMs;
  let keepAliveMs: number | null = null;

  const end = (ending: Ending): void => {
    if (isOver) return;
    isOver = true;
    const isHeadBegun = !parser.isBetween();
    const unanswered = slots;
    slots = [];
    socket.destroy();
    events.over(connection, ending, unanswered, isHeadBegun);
  };

  const parser = createResponseParser(options.limits, (response) => {
    const exchange = slots.shift();
    // An answer that nobody asked for: whatever comes after it would be given to the wrong caller.
    if (!exchange) return end('malformed');
    answers += 1;
    const servedMs = now() - turnedMs;
    turnedMs += servedMs;
    if (response.keepAliveMs !== null) keepAliveMs = response.keepAliveMs;
    events.answered(connection, exchange, response, servedMs);
    if (response.isLast) end('last-answer');
  });

  const socket = openSocket(target, readBuffer, (count) => {
    if (isOver) return;
    const problem = parser.push(bytes.subarray(0, count));
    if (problem) end(problem);
  });
  socket.once(target.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
    if (isOver) return;
    isOpen = true;
    turnedMs = now();
    if (outbox !== '') connection.flush();
    events.opened(connection);
  });
  socket.on('end', () => {
    if (isOver) return;
    const isWhole = parser.end();
    // Between two answers an end is what a kept-alive connection comes to; in the middle of one it is half a body.
    end(isWhole ? 'closed' : 'malformed');
  });
  socket.on('error', () => end(isOpen ? 'closed' : 'refused'));
  socket.on('close', () => end('closed'));

  const connection: Connection = {
    get slots() {
      return slots;
    },
    get isOpen() {
      return isOpen;
    },
    get isOver() {
      return isOver;
    },
    get answers() {
      return answers;
    },
    get turnedMs() {
      return turnedMs;
    },
    get keepAliveMs() {
      return keepAliveMs;
    },
    createdMs,
    isExclusive: false,
    isStalled: false,
    put: (exchange, text, nowMs) => {
      if (slots.length === 0) turnedMs = nowMs;
      slots.push(exchange);
      outbox += text;
      isAscii &&= exchange.isAscii;
    },
    flush: () => {
      if (!isOpen || isOver || outbox === '') return;
      socket.write(outbox, isAscii ? 'latin1' : 'utf8');
      outbox = '';
      isAscii = true;
    },
    end,
  };
  return connection;
};
