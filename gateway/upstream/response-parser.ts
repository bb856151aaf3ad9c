/**
 * Reads HTTP/1.1 responses from a stream of bytes, strictly: what is not plainly a response is none, and nothing after
 * it on that connection is believed. Whole bodies only, up to a limit.
 */

export type WireResponse = {
  readonly status: number;
  readonly body: string;
  readonly bodyBytes: number;
  /** Whether the other side ends the connection after it. */
  readonly isLast: boolean;
  /** For how long the other side keeps an idle connection, where it says so, in milliseconds. */
  readonly keepAliveMs: number | null;
};

export type WireProblem = 'malformed' | 'too-large';

export type ResponseParserLimits = { readonly maxHeadBytes: number; readonly maxBodyBytes: number };

export type ResponseParser = {
  /** Takes the bytes; they are not kept. After a problem, or a response that is the last, nothing more is taken. */
  push(bytes: Buffer): WireProblem | null;
  /** The other side has sent all it will. False when that was in the middle of a response. */
  end(): boolean;
  /** Whether no byte of a further response has come. */
  isBetween(): boolean;
};

type State =
  | 'HEAD'
  | 'BODY_OF_LENGTH'
  | 'BODY_UNTIL_CLOSE'
  | 'CHUNK_SIZE'
  | 'CHUNK_DATA'
  | 'CHUNK_END'
  | 'TRAILERS'
  | 'OVER';

type Framing =
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' };

type Head = {
  readonly status: number;
  readonly framing: Framing;
  readonly isLast: boolean;
  readonly keepAliveMs: number | null;
};

const BEGINNING = Buffer.from('HTTP/1.', 'latin1');
/** Status line and header lines, without the empty line. No folded lines, no bare CR or LF, no control characters. */
const HEAD =
  /^HTTP\/1\.[01] [1-9]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*)*$/;
const LENGTH = /^\d{1,15}$/;
const CHUNK_SIZE = /^([0-9a-fA-F]{1,8})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/;
const KEEP_ALIVE = /(?:^|[,\s])timeout=(\d{1,6})/;
const MAX_CHUNK_LINE_BYTES = 256;

/** Null: this is no response whose end could be told. */
const readHead = (head: string): Head | null => {
  if (!HEAD.test(head)) return null;
  const status = Number(head.slice(9, 12));
  let length: number | null = null;
  let isChunked = false;
  let isLast = head.charCodeAt(7) === 0x30;
  let keepAliveMs: number | null = null;
  for (let at = head.indexOf('\r\n'); at >= 0; ) {
    const from = at + 2;
    at = head.indexOf('\r\n', from);
    const colon = head.indexOf(':', from);
    const nameLength = colon - from;
    // The names that matter are told apart by their lengths, so that most lines cost no more than that.
    if (nameLength !== 14 && nameLength !== 17 && nameLength !== 10 && nameLength !== 16) continue;
    const name = head.slice(from, colon).toLowerCase();
    const value = head.slice(colon + 1, at < 0 ? undefined : at).trim();
    if (name === 'content-length') {
      if (length !== null || !LENGTH.test(value)) return null;
      length = Number(value);
    } else if (name === 'transfer-encoding') {
      if (isChunked || value.toLowerCase() !== 'chunked') return null;
      isChunked = true;
    } else if (name === 'connection') {
      const options = value.toLowerCase();
      if (/(?:^|,)\s*close\s*(?:,|$)/.test(options)) isLast = true;
      else if (options === 'keep-alive') isLast = false;
    } else if (name === 'keep-alive') {
      const seconds = KEEP_ALIVE.exec(value)?.[1];
      if (seconds !== undefined) keepAliveMs = Number(seconds) * 1000;
    } else if (name === 'content-encoding' && value.toLowerCase() !== 'identity') return null;
  }
  // Both at once is how responses are smuggled past whoever believes the other of the two.
  if (isChunked && length !== null) return null;
  if (status === 204 || status === 304) return { status, framing: { kind: 'length', bytes: 0 }, isLast, keepAliveMs };
  if (isChunked) return { status, framing: { kind: 'chunked' }, isLast, keepAliveMs };
  if (length !== null) return { status, framing: { kind: 'length', bytes: length }, isLast, keepAliveMs };
  return { status, framing: { kind: 'until-close' }, isLast: true, keepAliveMs };
};

export const createResponseParser = (
  limits: ResponseParserLimits,
  onResponse: (response: WireResponse) => void,
): ResponseParser => {
  let state: State = 'HEAD';
  let problem: WireProblem | null = null;
  let head: Head | null = null;
  /** The beginning of a head or line whose end has not come. */
  let rest: Buffer | null = null;
  let parts: Buffer[] = [];
  let bodyBytes = 0;
  /** Bytes still to come: of the body, of the chunk, or allowed for trailers. */
  let left = 0;
  let interimHeads = 0;

  const isOver = (): boolean => state === 'OVER';

  const failed = (what: WireProblem): WireProblem => {
    state = 'OVER';
    problem = what;
    rest = null;
    parts = [];
    return what;
  };

  const complete = (body: string): void => {
    if (!head) throw new Error('A response ended that had not begun.');
    const { status, isLast, keepAliveMs } = head;
    const response: WireResponse = { status, body, bodyBytes, isLast, keepAliveMs };
    state = isLast ? 'OVER' : 'HEAD';
    head = null;
    parts = [];
    bodyBytes = 0;
    interimHeads = 0;
    onResponse(response);
  };

  const completeParts = (): void => {
    const [only] = parts;
    complete(parts.length === 1 && only ? only.toString('utf8') : Buffer.concat(parts).toString('utf8'));
  };

  /** Takes a part of the body, which must be copied: the bytes belong to whoever gave them. */
  const keepPart = (data: Buffer, from: number, to: number): void => {
    if (to === from) return;
    parts.push(Buffer.from(data.subarray(from, to)));
    bodyBytes += to - from;
  };

  /** Where the line from `at` ends, -1 while its end has not come, -2 when it is too long or not a line. */
  const endOfLine = (data: Buffer, at: number, maxBytes: number): number => {
    const end = data.indexOf(0x0a, at);
    if (end < 0) return data.length - at > maxBytes ? -2 : -1;
    return end - at > maxBytes || end === at || data[end - 1] !== 0x0d ? -2 : end - 1;
  };

  const begin = (next: Head): WireProblem | null => {
    head = next;
    const { framing } = next;
    if (framing.kind === 'chunked') state = 'CHUNK_SIZE';
    else if (framing.kind === 'until-close') state = 'BODY_UNTIL_CLOSE';
    else if (framing.bytes > limits.maxBodyBytes) return failed('too-large');
    else {
      state = 'BODY_OF_LENGTH';
      left = framing.bytes;
    }
    return null;
  };

  const push = (bytes: Buffer): WireProblem | null => {
    if (isOver()) return problem;
    const data: Buffer = rest ? Buffer.concat([rest, bytes]) : bytes;
    rest = null;
    let at = 0;
    const size = data.length;
    while (at < size || (state === 'BODY_OF_LENGTH' && left === 0)) {
      if (state === 'HEAD') {
        const known = Math.min(BEGINNING.length, size - at);
        if (data.compare(BEGINNING, 0, known, at, at + known) !== 0) return failed('malformed');
        const end = data.indexOf('\r\n\r\n', at, 'latin1');
        if (end < 0 ? size - at > limits.maxHeadBytes : end - at > limits.maxHeadBytes) return failed('malformed');
        if (end < 0) {
          rest = Buffer.from(data.subarray(at));
          return null;
        }
        const next = readHead(data.toString('latin1', at, end));
        if (!next || next.status === 101) return failed('malformed');
        at = end + 4;
        if (next.status < 200) {
          interimHeads += 1;
          if (interimHeads > 8) return failed('malformed');
          continue;
        }
        const wrong = begin(next);
        if (wrong) return wrong;
      } else if (state === 'BODY_OF_LENGTH') {
        if (bodyBytes === 0 && size - at >= left) {
          // The usual case: all of it is here.
          bodyBytes = left;
          const body = data.toString('utf8', at, at + left);
          at += left;
          left = 0;
          complete(body);
        } else {
          const until = Math.min(size, at + left);
          left -= until - at;
          keepPart(data, at, until);
          at = until;
          if (left > 0) return null;
          completeParts();
        }
      } else if (state === 'BODY_UNTIL_CLOSE') {
        if (bodyBytes + size - at > limits.maxBodyBytes) return failed('too-large');
        keepPart(data, at, size);
        return null;
      } else if (state === 'CHUNK_DATA') {
        const until = Math.min(size, at + left);
        left -= until - at;
        keepPart(data, at, until);
        at = until;
        if (left === 0) state = 'CHUNK_END';
      } else if (isOver()) {
        // What follows a last response belongs to nothing.
        return problem;
      } else {
        const end = endOfLine(data, at, state === 'TRAILERS' ? left : MAX_CHUNK_LINE_BYTES);
        if (end === -2) return failed('malformed');
        if (end === -1) {
          rest = Buffer.from(data.subarray(at));
          return null;
        }
        const line = data.toString('latin1', at, end);
        at = end + 2;
        if (state === 'CHUNK_SIZE') {
          const digits = CHUNK_SIZE.exec(line)?.[1];
          if (digits === undefined) return failed('malformed');
          left = Number.parseInt(digits, 16);
          if (bodyBytes + left > limits.maxBodyBytes) return failed('too-large');
          state = left === 0 ? 'TRAILERS' : 'CHUNK_DATA';
          if (left === 0) left = limits.maxHeadBytes;
        } else if (state === 'CHUNK_END') {
          if (line !== '') return failed('malformed');
          state = 'CHUNK_SIZE';
        } else if (line === '') completeParts();
        else {
          left -= line.length + 2;
          if (left < 0) return failed('malformed');
        }
      }
    }
    return problem;
  };

  return {
    push,
    end: () => {
      if (state === 'BODY_UNTIL_CLOSE') completeParts();
      return problem === null && (state === 'OVER' || (state === 'HEAD' && rest === null && interimHeads === 0));
    },
    isBetween: () => state === 'HEAD' && rest === null && interimHeads === 0,
  };
};
