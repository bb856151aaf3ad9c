import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { createAskRestatement } from '#subgraphs/process/systems/restate.ts';

const serve = async (status: number, text: string) => {
  const seen: { readonly headers: IncomingHttpHeaders; readonly body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    seen.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/restate`;
  return {
    seen,
    ask: createAskRestatement({ system: 'pos', url }, { authorization: async () => 'Bearer service' }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const CALL = {
  callClass: 'CHECKOUT',
  budgetMs: 2_000,
  correlationId: 'corr-1234',
  signal: new AbortController().signal,
} as const;

describe('asking a system subgraph to restate', () => {
  test('carries items, places, our token, the urgency and the time; tells which connections failed', async () => {
    const failed = [{ connection: 'pos-2', code: 'CIRCUIT_OPEN' }];
    await using server = await serve(200, JSON.stringify({ restated: [{ connection: 'pos-1' }], failed }));
    const request = { skus: ['A'], locationCodes: ['ST-1'] };
    expect(await server.ask(request, CALL)).toEqual({ failed });
    expect(server.seen).toMatchObject([
      {
        body: request,
        headers: {
          authorization: 'Bearer service',
          'x-call-class': 'CHECKOUT',
          'x-time-budget-ms': '2000',
          'x-correlation-id': 'corr-1234',
        },
      },
    ]);
  });

  test.each([
    [400, '{"errors":[{"message":"skus: too many"}]}', 'UPSTREAM_REFUSED', 'too many'],
    [404, '{}', 'UPSTREAM_REFUSED', '404'],
    [403, '{}', 'UPSTREAM_REFUSED', 'service token'],
    [503, '', 'UPSTREAM_UNAVAILABLE', '503'],
    [200, '<html>', 'UPSTREAM_MALFORMED', 'JSON'],
    [200, '{"failed":[{"connection":1}]}', 'UPSTREAM_MALFORMED', 'failed.0.connection'],
  ])('HTTP %i with %s is %s', async (status, text, code, says) => {
    await using server = await serve(status, text);
    await expect(server.ask({ skus: ['A'] }, CALL)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(says),
      details: { system: 'pos' },
    });
  });
});
