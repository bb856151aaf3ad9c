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

const contentOf = (response: SimResponse): { readonly text: string; readonly type: string } | null => {
  if (response.body === undefined) return null;
  if (typeof response.body === 'string') return { text: response.body, type: 'text/plain; charset=utf-8' };
  return { text: JSON.stringify(response.body), type: 'application/json; charset=utf-8' };
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
  const content = contentOf(outcome.response);
  const given = Object.entries(outcome.response.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const headers: Record<string, string> = {
    ...(content ? { 'content-type': content.type, 'content-length': String(Buffer.byteLength(content.text)) } : {}),
    ...Object.fromEntries(given),
  };
  response.writeHead(outcome.response.status, headers);
  response.end(content?.text);
};
