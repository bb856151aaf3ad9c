/**
 * Stands where the vendors post to, takes every webhook as it was sent and signed, and lets somebody else deliver it: the
 * address it was posted to is part of a signature, so it is handed on with the body and the headers, as a proxy does.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Webhook = {
  /** The vendor's own id of the event, with the address, unique over all vendors. */
  readonly id: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

export type Capture = AsyncDisposable & { readonly url: string };

type Told = {
  readonly event_id?: string;
  readonly detail?: { readonly NotificationMetadata?: { readonly NotificationId?: string } };
};

const idOf = (path: string, body: Buffer): string => {
  const told = JSON.parse(body.toString('utf8')) as Told;
  const id = told.event_id ?? told.detail?.NotificationMetadata?.NotificationId;
  if (id === undefined) throw new Error(`a webhook to ${path} names no event`);
  return `${path} ${id}`;
};

/** What belongs to one connection is not handed on. */
const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect']);

const headersOf = (message: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(message.headers).flatMap(([name, value]) =>
      typeof value === 'string' && !OF_THE_CONNECTION.has(name) ? [[name, value]] : [],
    ),
  );

/** Every webhook is acknowledged once `take` has it. */
export const openCapture = async (take: (webhook: Webhook) => void): Promise<Capture> => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const path = request.url ?? '';
    take({ id: idOf(path, body), path, headers: headersOf(request), body });
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
};
