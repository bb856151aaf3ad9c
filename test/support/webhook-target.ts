/** Somebody who listens for webhooks on a real socket, writes down what comes, and answers as the test says. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ReceivedWebhook = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type WebhookTarget = AsyncDisposable & {
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
  /** Resolves once `count` webhooks have come in all. */
  arrived(count: number): Promise<void>;
  /** The statuses of the next answers; then 200 again. "close" breaks the connection instead. */
  answerNext(...statuses: readonly (number | 'close')[]): void;
};

export const openWebhookTarget = async (): Promise<WebhookTarget> => {
  const received: ReceivedWebhook[] = [];
  const script: (number | 'close')[] = [];
  const watchers = new Set<{ readonly count: number; readonly resolve: () => void }>();

  const wakeWatchers = (): void => {
    for (const watcher of [...watchers]) {
      if (received.length < watcher.count) continue;
      watchers.delete(watcher);
      watcher.resolve();
    }
  };

  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    received.push({ path: request.url ?? '', headers: request.headers, body });
    const next = script.shift() ?? 200;
    if (next === 'close') request.socket.destroy();
    // A redirect leads somewhere, so that a sender who follows it is seen to.
    else response.writeHead(next, next >= 300 && next < 400 ? { location: '/elsewhere' } : {}).end();
    wakeWatchers();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    arrived: (count) =>
      new Promise((resolve) => {
        watchers.add({ count, resolve });
        wakeWatchers();
      }),
    answerNext: (...statuses) => {
      script.push(...statuses);
    },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
};
