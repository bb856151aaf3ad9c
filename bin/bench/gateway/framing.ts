/**
 * HTTP/1.1 messages out of a stream of bytes, as cheaply as Node can: the subgraphs and the callers of this benchmark
 * share a core that must never be what a gateway waits for. Reads requests and responses alike.
 */

/** `head` is everything before the blank line. `body` is valid only until the callback returns. */
export type OnMessage = (head: string, body: Buffer) => void;

export type Framer = { feed(chunk: Buffer): void };

const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;

type Found = { readonly head: string; readonly body: Buffer; readonly end: number };

/** The body of a chunked message that begins at `from`; null when some of it is still to come. */
const readChunks = (bytes: Buffer, from: number): { readonly body: Buffer; readonly end: number } | null => {
  const parts: Buffer[] = [];
  for (let at = from; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (!Number.isInteger(size)) throw new Error('a chunk without its size');
    const start = lineEnd + 2;
    if (bytes.length < start + size + 2) return null;
    if (size === 0) return { body: Buffer.concat(parts), end: start + 2 };
    parts.push(bytes.subarray(start, start + size));
    at = start + size + 2;
  }
};

/** The message that begins at `from`, or how many bytes there must at least be before looking again pays. */
const readMessage = (bytes: Buffer, from: number): Found | number => {
  const headEnd = bytes.indexOf(HEAD_END, from);
  if (headEnd < 0) return bytes.length + 1;
  const head = bytes.toString('latin1', from, headEnd);
  const start = headEnd + HEAD_END.length;
  const length = LENGTH.exec(head);
  if (length) {
    const end = start + Number(length[1]);
    return bytes.length < end ? end : { head, body: bytes.subarray(start, end), end };
  }
  if (!CHUNKED.test(head)) return { head, body: bytes.subarray(start, start), end: start };
  const chunks = readChunks(bytes, start);
  return chunks === null ? bytes.length + 1 : { head, ...chunks };
};

export const createFramer = (onMessage: OnMessage): Framer => {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let needed = 0;
  return {
    feed: (chunk) => {
      if (waitingBytes + chunk.length < needed) {
        waiting.push(Buffer.from(chunk));
        waitingBytes += chunk.length;
        return;
      }
      const bytes = waiting.length === 0 ? chunk : Buffer.concat([...waiting, chunk]);
      let at = 0;
      needed = 0;
      while (at < bytes.length) {
        const found = readMessage(bytes, at);
        if (typeof found === 'number') {
          needed = found - at;
          break;
        }
        at = found.end;
        onMessage(found.head, found.body);
      }
      // A copy: whoever feeds may use its buffer again.
      waiting = at < bytes.length ? [Buffer.from(bytes.subarray(at))] : [];
      waitingBytes = bytes.length - at;
    },
  };
};
