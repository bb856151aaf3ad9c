/** Between node:http and the simulators' own terms. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Outcome } from '#simulation/host/vendor-host.ts';
import type { SimRequest, SimResponse } from '#simulation/simulator.ts';

const MOST_BYTES = 16 * 1024 * 1024;

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

const readBody = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += buffer.byteLength;
    // Read on to the end: a caller that still sends would see a broken connection instead of the answer.
    if (bytes <= MOST_BYTES) chunks.push(buffer);
  }
  if (bytes > MOST_BYTES) throw new BodyTooLarge(`body: at most ${MOST_BYTES} bytes`);
  return Buffer.concat(chunks).toString('utf8');
};

export const readRequest = async (message: IncomingMessage): Promise<SimRequest> => {
  const url = new URL(`http://simulator.invalid${message.url ?? '/'}`);
  const headers = Object.entries(message.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return {
    method: (message.method ?? 'GET').toUpperCase(),
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(headers),
    rawBody: await readBody(message),
  };
};

export type WireAnswer = {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: no body at all. */
  readonly text?: string;
};

const contentOf = (response: SimResponse): { readonly text: string; readonly type: string } | null => {
  if (response.body === undefined) return null;
  if (typeof response.body === 'string') return { text: response.body, type: 'text/plain; charset=utf-8' };
  return { text: JSON.stringify(response.body), type: 'application/json; charset=utf-8' };
};

/** An answer as it goes over the wire. */
export const toWireAnswer = (response: SimResponse): WireAnswer => {
  const content = contentOf(response);
  const given = Object.entries(response.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    status: response.status,
    headers: {
      ...(content ? { 'content-type': content.type, 'content-length': String(Buffer.byteLength(content.text)) } : {}),
      ...Object.fromEntries(given),
    },
    ...(content ? { text: content.text } : {}),
  };
};

export const writeOutcome = (outcome: Outcome, response: ServerResponse): void => {
  if (response.destroyed || response.writableEnded) return;
  if (outcome.kind === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (outcome.kind === 'drop') {
    response.socket?.destroy();
    return;
  }
  const answer = toWireAnswer(outcome.response);
  response.writeHead(answer.status, answer.headers);
  response.end(answer.text);
};
