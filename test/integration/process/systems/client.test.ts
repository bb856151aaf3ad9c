import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createSystemClient, type Operation } from '#subgraphs/process/systems/client.ts';
import { createPublishQuantities } from '#subgraphs/process/systems/marketplace.ts';

const PING: Operation<{ readonly ping: number }> = {
  name: 'Ping',
  document: 'query Ping { ping }',
  data: z.object({ ping: z.number() }),
};

type Seen = {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: { readonly query: string; readonly variables: Record<string, unknown> };
};
let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  server = undefined;
});

/** A server that gives this answer; null never answers. */
const serve = async (answer: { readonly status?: number; readonly text: string } | null) => {
  const seen: Seen[] = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
    if (answer === null) return;
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
    response.end(answer.text);
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}/graphql`, seen };
};

const clientOf = (url: string, timeoutMs = 10_000) =>
  createSystemClient({ system: 'marketplace', url, timeoutMs }, { authorization: async () => 'Bearer service' });
const call = { signal: AbortSignal.timeout(30_000), correlationId: 'corr-1234' };
const json = (value: unknown) => ({ text: JSON.stringify(value) });

describe('calls to a system subgraph', () => {
  test('carry the operation, our token and the correlation id; the answer is decoded', async () => {
    const { url, seen } = await serve(json({ data: { ping: 1, extra: 'ignored' } }));
    expect(await clientOf(url).execute(PING, { a: 1 }, call)).toEqual({ ping: 1 });
    expect(seen).toMatchObject([
      {
        headers: { authorization: 'Bearer service', 'x-correlation-id': 'corr-1234' },
        body: { query: PING.document, variables: { a: 1 } },
      },
    ]);
  });

  test.each([
    ['a server error', { status: 502, text: 'bad gateway' }, 'UPSTREAM_UNAVAILABLE', {}],
    ['too many calls', { status: 429, text: '' }, 'UPSTREAM_RATE_LIMITED', {}],
    ['a refused token', { status: 401, text: '{}' }, 'UPSTREAM_REFUSED', {}],
    ['a page instead of JSON', { text: '<html>' }, 'UPSTREAM_MALFORMED', {}],
    ['another form', json({ data: { ping: 'one' } }), 'UPSTREAM_MALFORMED', {}],
    [
      'a catalogued failure',
      json({ errors: [{ message: 'wait', extensions: { code: 'UPSTREAM_RATE_LIMITED', retryAfterMs: 700 } }] }),
      'UPSTREAM_RATE_LIMITED',
      { retryAfterMs: 700 },
    ],
    ['a masked bug', json({ errors: [{ message: 'oops', extensions: { code: 'INTERNAL' } }] }), 'UPSTREAM_REFUSED', {}],
  ])('%s is a catalogued failure', async (_name, answer, code, details) => {
    const { url } = await serve(answer);
    await expect(clientOf(url).execute(PING, {}, call)).rejects.toMatchObject({
      code,
      details: { system: 'marketplace', ...details },
    });
  });

  test('nobody listening, no answer in time, and a caller that gives up', async () => {
    await expect(clientOf('http://127.0.0.1:1/graphql').execute(PING, {}, call)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    const { url } = await serve(null);
    await expect(clientOf(url, 50).execute(PING, {}, call)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await expect(clientOf(url).execute(PING, {}, { ...call, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
    });
  });
});

describe('publishing quantities', () => {
  const listings = [
    { listingId: 'L-1', sku: 'A-1', quantity: 3 },
    { listingId: 'L-2', sku: 'A-2', quantity: 0 },
    { listingId: 'L-3', sku: 'A-3', quantity: 1 },
  ];

  test("each listing gets its own result and its own reason, whatever the answer's order", async () => {
    const { url, seen } = await serve(
      json({
        data: {
          publishListingQuantities: {
            results: [
              { sku: 'A-2', listingId: 'L-2', outcome: 'FAILED', retryAfterMs: 900 },
              { sku: 'A-1', listingId: 'L-1', outcome: 'ACCEPTED', retryAfterMs: null },
              { sku: 'A-3', listingId: 'L-3', outcome: 'REFUSED', retryAfterMs: null },
            ],
            userErrors: [
              { code: 'UPSTREAM_RATE_LIMITED', message: 'too fast', path: ['input', 'items', '1'] },
              { code: 'REFUSED', message: 'listing is closed', path: ['input', 'items', '2'] },
            ],
          },
        },
      }),
    );
    expect(await createPublishQuantities(clientOf(url))('AMAZON_DE', listings, 'key-1', call)).toEqual([
      { outcome: 'ACCEPTED', code: null, message: null, retryAfterMs: null },
      { outcome: 'FAILED', code: 'UPSTREAM_RATE_LIMITED', message: 'too fast', retryAfterMs: 900 },
      { outcome: 'REFUSED', code: 'REFUSED', message: 'listing is closed', retryAfterMs: null },
    ]);
    expect(seen[0]?.body.variables).toEqual({
      input: { marketplace: 'AMAZON_DE', idempotencyKey: 'key-1', items: listings },
    });
  });

  test('an input refused as a whole refuses every listing with the reason', async () => {
    const { url } = await serve(
      json({
        data: {
          publishListingQuantities: {
            results: [],
            userErrors: [{ code: 'BAD_INPUT', message: 'no such marketplace', path: ['input', 'marketplace'] }],
          },
        },
      }),
    );
    const results = await createPublishQuantities(clientOf(url))('NOPE', listings, 'key-1', call);
    expect(results).toEqual(
      listings.map(() => ({
        outcome: 'REFUSED',
        code: 'BAD_INPUT',
        message: 'no such marketplace',
        retryAfterMs: null,
      })),
    );
  });
});
