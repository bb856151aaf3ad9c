/** The governor over real sockets: what it knows of a request that failed, and whose connections share one. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { systemIds } from '#runtime/ids.ts';
import { openConnections } from '#runtime/inlet/connections.ts';
import { silentLog } from '#runtime/log.ts';
import { createGovernor } from '#runtime/resilience/governor.ts';
import type { Upstream } from '#runtime/resilience/upstream.ts';
import { createTestClock } from '#test/support/clock.ts';
import { call, limits, request } from './setup.ts';

const servers: Server[] = [];
const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};
const close = async (server: Server): Promise<void> => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
};
afterEach(async () => {
  await Promise.all(servers.splice(0).map(close));
});

const deps = () => ({ clock: createTestClock(), ids: { ...systemIds, random: () => 0 }, log: silentLog });
const governor = () => createGovernor({ connection: 'pos-main', limits: limits() }, deps());
const write = { method: 'POST', body: '{"a":1}', idempotent: false } as const;

test('sends method, headers and body, and reads status, headers and text', async () => {
  const url = await serve(async (incoming, response) => {
    const body = (await incoming.toArray()).join('');
    response.writeHead(201, { 'X-Seen': `${incoming.method} ${incoming.headers['x-key']}` }).end(body);
  });
  const answer = await governor().send(request('write', { ...write, url, headers: { 'x-key': 'k' } }), call());
  expect(answer).toMatchObject({ status: 201, text: '{"a":1}', headers: { 'x-seen': 'POST k' } });
});

test('a refused connection was never sent; one that broke may have been; a redirect is not followed', async () => {
  const url = await serve((_incoming, response) => response.socket?.destroy());
  await expect(governor().send(request('write', { ...write, url }), call())).rejects.toMatchObject({
    details: { sent: true },
  });
  await Promise.all(servers.splice(0).map(close));
  await expect(governor().send(request('write', { ...write, url }), call())).rejects.toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    details: { sent: false },
  });
  const elsewhere = await serve((_incoming, response) => response.writeHead(302, { location: '/other' }).end());
  await expect(governor().send(request('write', { ...write, url: elsewhere }), call())).rejects.toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
  });
});

test('connections to one account share a governor, each under its own name', async () => {
  const upstreams: Upstream[] = [];
  const adapter = {
    vendor: 'acme',
    options: z.unknown(),
    credentials: ['secret'],
    limits: limits(),
    open: (_account: unknown, { upstream }: { readonly upstream: Upstream }) => {
      upstreams.push(upstream);
      return { streams: [] };
    },
  };
  const account = (id: string, secret: string) =>
    ({
      id,
      system: 'pos',
      vendor: 'acme',
      baseUrl: 'http://vendor.test',
      credentials: { secret },
      options: {},
    }) as const;
  const sent: string[] = [];
  const fetch = async (url: string) => {
    sent.push(url);
    return { status: 429, headers: [['retry-after', '60'] as const], text: async () => '' };
  };
  const connections = openConnections(
    [account('pos-a', 'one'), account('pos-b', 'one'), account('pos-c', 'two')],
    [adapter],
    { ...deps(), fetch },
  );
  for (const [place, name] of ['pos-a', 'pos-b', 'pos-c'].entries()) {
    await expect(upstreams[place]?.send(request('slow'), call())).rejects.toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      details: { system: name },
    });
  }
  expect(sent).toHaveLength(2);
  expect(connections.map(({ connection, vendor }) => [connection, vendor])).toEqual([
    ['pos-a', 'acme'],
    ['pos-b', 'acme'],
    ['pos-c', 'acme'],
  ]);
  expect(connections.map(({ report }) => report().sent)).toEqual([1, 1, 1]);
});
