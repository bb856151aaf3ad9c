import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '#runtime/clock.ts';
import { Failure } from '#runtime/failure.ts';
import type { Route, RouteRequest } from '#runtime/http/routes.ts';
import { type HttpServer, type HttpServerOptions, openHttpServer } from '#runtime/http/server.ts';
import { systemIds } from '#runtime/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { eventually } from '#test/support/eventually.ts';

const deps = { log: silentLog, ids: systemIds, clock: systemClock };
const open: HttpServer[] = [];
const serve = async (routes: readonly Route[], options: Partial<HttpServerOptions> = {}): Promise<HttpServer> => {
  const server = await openHttpServer(
    { host: '127.0.0.1', port: 0, name: 'erp', portVariable: 'ERP_PORT', ...options },
    deps,
    routes,
  );
  open.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.stop()));
});

const echo: Route = {
  method: 'POST',
  path: '/echo',
  handle: ({ rawBody, headers, query }) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ length: rawBody.length, type: headers['content-type'], q: query.get('q') }),
  }),
};

describe('routes', () => {
  test('a whole path, or a pattern that matches the whole path', async () => {
    const { url } = await serve([
      echo,
      { method: 'GET', path: /\/webhooks\/[a-z-]+/, handle: ({ path }) => ({ status: 200, body: path }) },
    ]);
    const answer = await fetch(`${url}/echo?q=a%20b`, {
      method: 'POST',
      body: 'abc',
      headers: { 'content-type': 'text/plain' },
    });
    expect(await answer.json()).toEqual({ length: 3, type: 'text/plain', q: 'a b' });
    expect(await (await fetch(`${url}/webhooks/pos-main`)).text()).toBe('/webhooks/pos-main');
    expect((await fetch(`${url}/webhooks/pos-main/more`)).status).toBe(404);
    expect((await fetch(`${url}/echo/`)).status).toBe(404);
  });

  test('a known path with another method says which it takes', async () => {
    const { url } = await serve([echo]);
    const answer = await fetch(`${url}/echo`, { method: 'DELETE' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
  });

  test('HEAD is GET without the body', async () => {
    const { url } = await serve([{ method: 'GET', path: '/', handle: () => ({ status: 200, body: 'hello' }) }]);
    const answer = await fetch(url, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '5', '']);
  });

  test('the body arrives as the bytes that were sent', async () => {
    const bytes = new Uint8Array([0, 255, 13, 10, 195, 40]);
    let seen: Uint8Array | null = null;
    const { url } = await serve([
      {
        method: 'POST',
        path: '/raw',
        handle: ({ rawBody }) => {
          seen = rawBody;
          return { status: 204 };
        },
      },
    ]);
    await fetch(`${url}/raw`, { method: 'POST', body: bytes });
    expect([...(seen ?? [])]).toEqual([...bytes]);
  });
});

describe('limits', () => {
  test('a body up to the limit is taken, one byte more is not, whether announced or not', async () => {
    const { url } = await serve([{ ...echo, bodyLimitBytes: 1000 }]);
    const post = (body: RequestInit['body']): Promise<Response> =>
      fetch(`${url}/echo`, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect((await post('x'.repeat(1000))).status).toBe(200);
    const refused = await post('x'.repeat(1001));
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ errors: [{ message: expect.stringContaining('1000 bytes') }] });
    const unannounced = new ReadableStream({
      start: (controller) => {
        for (let part = 0; part < 3; part += 1) controller.enqueue(new TextEncoder().encode('x'.repeat(500)));
        controller.close();
      },
    });
    expect((await post(unannounced)).status).toBe(413);
  });

  test('the server is there for the next request after refusing a body', async () => {
    const { url } = await serve([{ ...echo, bodyLimitBytes: 10 }]);
    expect((await fetch(`${url}/echo`, { method: 'POST', body: 'x'.repeat(300_000) })).status).toBe(413);
    expect((await fetch(`${url}/echo`, { method: 'POST', body: 'small' })).status).toBe(200);
  });

  test('a compressed body is refused', async () => {
    const { url } = await serve([echo]);
    const answer = await fetch(`${url}/echo`, { method: 'POST', body: 'x', headers: { 'content-encoding': 'gzip' } });
    expect(answer.status).toBe(415);
  });
});

describe('correlation id', () => {
  test('is the one that came when it is well-formed, else a new one, and goes back', async () => {
    const seen: (string | undefined)[] = [];
    const { url } = await serve([
      {
        method: 'GET',
        path: '/',
        handle: ({ headers }) => {
          seen.push(headers['x-correlation-id']);
          return { status: 200 };
        },
      },
    ]);
    const ask = async (id: string): Promise<string | null> =>
      (await fetch(url, { headers: { 'x-correlation-id': id } })).headers.get('x-correlation-id');
    expect(await ask('order-4711.retry_2')).toBe('order-4711.retry_2');
    for (const malformed of ['short', 'x'.repeat(65), 'has space in it', '"quoted-value"']) {
      const given = await ask(malformed);
      expect(given).toMatch(/^[0-9a-f-]{36}$/);
      expect(seen.at(-1)).toBe(given);
    }
  });
});

describe('several requests in one write', () => {
  test('are answered in their order, whichever is ready first, and text of any script arrives as it is', async () => {
    const { promise: later, resolve: answer } = Promise.withResolvers<void>();
    const { port } = await serve([
      {
        method: 'POST',
        path: '/slow',
        handle: async ({ rawBody }) => {
          await later;
          return { status: 200, body: `slow ${Buffer.from(rawBody).toString('utf8')}` };
        },
      },
      {
        method: 'GET',
        path: '/quick',
        handle: ({ query }) => {
          answer();
          return { status: 200, body: `quick ${query.get('q')}` };
        },
      },
    ]);
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `POST /slow HTTP/1.1\r\nhost: a\r\ncontent-length: ${Buffer.byteLength('Grüße')}\r\n\r\nGrüße` +
        'GET /quick?q=%C3%A9 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
    );
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text.match(/(?:slow|quick) .+?(?=HTTP|$)/gs)).toEqual(['slow Grüße', 'quick é']);
  });
});

describe('failures', () => {
  test('a catalogued failure has its status and says when to come back; a bug is masked', async () => {
    const { url } = await serve([
      {
        method: 'GET',
        path: '/limited',
        handle: () => {
          throw new Failure('UPSTREAM_RATE_LIMITED', 'erp-main: wait.', { retryAfterMs: 2500 });
        },
      },
      {
        method: 'GET',
        path: '/bug',
        handle: () => {
          throw new Error('secret detail');
        },
      },
    ]);
    const limited = await fetch(`${url}/limited`);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([503, '3']);
    expect(await limited.json()).toMatchObject({
      errors: [{ message: 'erp-main: wait.', extensions: { code: 'UPSTREAM_RATE_LIMITED' } }],
    });
    const bug = await fetch(`${url}/bug`);
    expect(bug.status).toBe(500);
    expect(await bug.text()).not.toContain('secret detail');
  });

  test('a port that is taken names the port, the variable and the remedy', async () => {
    const { port } = await serve([]);
    await expect(serve([], { port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringMatching(new RegExp(`${port}.*erp.*ERP_PORT`)),
    });
  });

  test('a host that is not ours is a configuration error', async () => {
    await expect(serve([], { host: '192.0.2.1' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('HOST'),
    });
  });
});

describe('the end', () => {
  test('a caller who hangs up aborts the work', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<RouteRequest>();
    const { url } = await serve([
      {
        method: 'GET',
        path: '/slow',
        handle: (request) => {
          begin(request);
          return new Promise((_resolve, reject) =>
            request.signal.addEventListener('abort', () => reject(request.signal.reason)),
          );
        },
      },
    ]);
    const caller = new AbortController();
    const answer = fetch(`${url}/slow`, { signal: caller.signal });
    answer.catch(() => undefined);
    const { signal } = await begun;
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    caller.abort();
    await aborted;
    expect(signal.aborted).toBe(true);
  });

  test('whoever asks only after the caller has hung up is told so as well', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<RouteRequest>();
    const { promise: never, resolve: end } = Promise.withResolvers<void>();
    const { port } = await serve([
      {
        method: 'POST',
        path: '/slow',
        handle: async (request) => {
          begin(request);
          await never;
          return { status: 200 };
        },
      },
    ]);
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /slow HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi');
    const request = await begun;
    expect(request.isGone).toBe(false);
    socket.destroy();
    await eventually(
      async () => request.isGone,
      (isGone) => isGone,
    );
    expect(request.signal.aborted).toBe(true);
    end();
  });

  test('an answered request is not taken for one whose caller hung up', async () => {
    let seen: RouteRequest | null = null;
    const { url } = await serve([
      {
        method: 'GET',
        path: '/',
        handle: (request) => {
          seen = request;
          return { status: 200, body: 'all', headers: { connection: 'close' } };
        },
      },
    ]);
    expect(await (await fetch(url)).text()).toBe('all');
    expect((seen as RouteRequest | null)?.isGone).toBe(false);
    expect((seen as RouteRequest | null)?.signal.aborted).toBe(false);
  });

  test('a stop finishes what is in flight, takes nothing new, and does not wait for idle connections', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
    const server = await serve([
      {
        method: 'GET',
        path: '/slow',
        handle: async () => {
          begin();
          await finished;
          return { status: 200, body: 'done' };
        },
      },
      { method: 'GET', path: '/quick', handle: () => ({ status: 200 }) },
    ]);
    await (await fetch(`${server.url}/quick`)).text();
    const answer = fetch(`${server.url}/slow`);
    await begun;
    const stopped = server.stop();
    await expect(
      new Promise((resolve, reject) =>
        connect(server.port, '127.0.0.1').once('connect', resolve).once('error', reject),
      ),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    finish();
    const response = await answer;
    expect([response.headers.get('connection'), await response.text()]).toEqual(['close', 'done']);
    await stopped;
  });

  test('a stop that takes too long is forced', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const server = await serve(
      [
        {
          method: 'GET',
          path: '/never',
          handle: () => {
            begin();
            return new Promise(() => undefined);
          },
        },
      ],
      { stopGraceMs: 20 },
    );
    const answer = fetch(`${server.url}/never`);
    answer.catch(() => undefined);
    await begun;
    await server.stop();
    await expect(answer).rejects.toThrow();
  });
});
