/** A server of raw TCP that says exactly what a test wants said, byte for byte, and remembers what it was asked. */

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

export type AskedRequest = {
  readonly head: string;
  readonly body: string;
  /** Which connection it came over, from 0 in the order of arrival. */
  readonly connection: number;
  readonly socket: Socket;
};

export type ScriptedServer = AsyncDisposable & {
  readonly port: number;
  readonly url: string;
  readonly asked: readonly AskedRequest[];
  /** Connections made so far, and those still open. */
  readonly connections: { readonly made: number; readonly open: number };
  /** Resolves once at least so many requests have been read. */
  askedAtLeast(count: number): Promise<void>;
  /** Resolves once exactly so many connections are open. */
  openConnections(count: number): Promise<void>;
  answerWith(script: Script): void;
};

export type Script = (request: AskedRequest) => void;

export const httpAnswer = (body: unknown, lines: readonly string[] = [], status = '200 OK'): string => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return [
    `HTTP/1.1 ${status}`,
    'content-type: application/json',
    ...lines,
    `content-length: ${Buffer.byteLength(text)}`,
    '',
    text,
  ].join('\r\n');
};

/** Answers every request with its own number, so that an answer given to the wrong caller is seen. */
export const echoing: Script = ({ body, socket }) => {
  const { query } = JSON.parse(body) as { readonly query: string };
  socket.write(httpAnswer({ data: { echo: query } }));
};

export const openScriptedServer = async (script: Script = echoing, port = 0): Promise<ScriptedServer> => {
  let current = script;
  const asked: AskedRequest[] = [];
  const open = new Set<Socket>();
  const waiting = new Set<() => void>();
  let made = 0;
  const wake = (): void => {
    for (const waiter of [...waiting]) waiter();
  };
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = made;
    made += 1;
    open.add(socket);
    let text = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      open.delete(socket);
      wake();
    });
    socket.on('data', (bytes) => {
      text = Buffer.concat([text, bytes]);
      for (;;) {
        const headEnd = text.indexOf('\r\n\r\n');
        if (headEnd < 0) break;
        const head = text.toString('latin1', 0, headEnd);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (text.length < headEnd + 4 + length) break;
        const request = { head, body: text.toString('utf8', headEnd + 4, headEnd + 4 + length), connection, socket };
        text = text.subarray(headEnd + 4 + length);
        asked.push(request);
        current(request);
      }
      wake();
    });
    wake();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}/graphql`,
    asked,
    get connections() {
      return { made, open: open.size };
    },
    askedAtLeast: (count) => until(() => asked.length >= count),
    openConnections: (count) => until(() => open.size === count),
    answerWith: (next) => {
      current = next;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
