/** What stands before several replicas in production, at its simplest: each new connection goes to the next one that lives. */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export type Balancer = AsyncDisposable & { readonly url: string };

type Target = { readonly host: string; readonly port: number };

const reach = ({ host, port }: Target): Promise<Socket | null> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true });
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });

/** `targets` is asked for each connection, so that a replica may come back anywhere. */
export const openBalancer = async (targets: () => readonly string[]): Promise<Balancer> => {
  let turn = 0;
  const open = new Set<Socket>();

  const join = (client: Socket, server: Socket): void => {
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.once('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  };

  const serve = async (client: Socket): Promise<void> => {
    client.on('error', () => client.destroy());
    const urls = targets().map((url) => new URL(url));
    turn += 1;
    for (let tries = 0; tries < urls.length; tries += 1) {
      const { hostname, port } = urls[(turn + tries) % urls.length] ?? new URL('http://127.0.0.1');
      const server = await reach({ host: hostname, port: Number(port) });
      if (!server) continue;
      if (client.destroyed) server.destroy();
      else join(client, server);
      return;
    }
    client.destroy();
  };

  const listener = createServer({ noDelay: true }, (client) => void serve(client));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
};
