import { describe, expect, it } from '@jest/globals';
import type { CallOptions } from '#model/call.ts';
import { isFailure } from '#runtime/failure.ts';
import type { OutboundRequest, OutboundResponse, Upstream } from '#runtime/resilience/upstream.ts';
import { createAccessTokens } from '#subgraphs/marketplace/adapters/amazon/token.ts';
import { createTransport } from '#subgraphs/marketplace/adapters/amazon/transport.ts';
import { createTestClock } from '#test/support/clock.ts';

const OPTIONS = {
  connection: 'amazon-main',
  tokenUrl: 'https://api.amazon.com/auth/o2/token',
  clientId: 'client',
  clientSecret: 'very secret',
  refreshToken: 'refresh',
  userAgent: 'test',
};
const CALL: CallOptions = { signal: new AbortController().signal, callClass: 'DETAIL', correlationId: 'c' };

type Answer = (request: OutboundRequest) => Partial<OutboundResponse> | Promise<Partial<OutboundResponse>>;

const upstreamOf = (answer: Answer): Upstream & { readonly sent: OutboundRequest[] } => {
  const sent: OutboundRequest[] = [];
  return {
    sent,
    send: async (request) => {
      sent.push(request);
      return { status: 200, headers: {}, text: '{}', ...(await answer(request)) };
    },
  };
};

const tokenAnswer = (token: string): Partial<OutboundResponse> => ({
  text: JSON.stringify({ access_token: token, token_type: 'bearer', expires_in: 3600, refresh_token: 'refresh' }),
});

/** Tokens t1, t2, ... */
const counting = (): Answer => {
  let fetched = 0;
  return () => {
    fetched += 1;
    return tokenAnswer(`t${fetched}`);
  };
};

describe('access tokens', () => {
  it('are asked for as Login with Amazon wants it', async () => {
    const upstream = upstreamOf(counting());
    await createAccessTokens(OPTIONS, { upstream, clock: createTestClock() }).current(CALL);
    expect(upstream.sent).toMatchObject([
      {
        operation: 'lwa.token',
        method: 'POST',
        url: OPTIONS.tokenUrl,
        headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
      },
    ]);
    expect(Object.fromEntries(new URLSearchParams(upstream.sent[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh',
      client_id: 'client',
      client_secret: 'very secret',
    });
  });

  it('serve until a minute before they end', async () => {
    const clock = createTestClock();
    const upstream = upstreamOf(counting());
    const tokens = createAccessTokens(OPTIONS, { upstream, clock });
    expect(await tokens.current(CALL)).toBe('t1');
    await clock.advance(3_539_999);
    expect(await tokens.current(CALL)).toBe('t1');
    await clock.advance(1);
    expect(await tokens.current(CALL)).toBe('t2');
    expect(upstream.sent).toHaveLength(2);
  });

  it('are fetched once, however many calls wait', async () => {
    const upstream = upstreamOf(counting());
    const tokens = createAccessTokens(OPTIONS, { upstream, clock: createTestClock() });
    expect(await Promise.all([tokens.current(CALL), tokens.current(CALL), tokens.current(CALL)])).toEqual([
      't1',
      't1',
      't1',
    ]);
    expect(upstream.sent).toHaveLength(1);
  });

  it('are still fetched for the others when the first caller goes away', async () => {
    const gate = Promise.withResolvers<void>();
    const upstream = upstreamOf(async () => {
      await gate.promise;
      return tokenAnswer('t1');
    });
    const tokens = createAccessTokens(OPTIONS, { upstream, clock: createTestClock() });
    const impatient = new AbortController();
    const first = tokens.current({ ...CALL, signal: impatient.signal });
    const second = tokens.current(CALL);
    impatient.abort();
    await expect(first).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    gate.resolve();
    expect(await second).toBe('t1');
    expect(upstream.sent).toHaveLength(1);
  });

  it('that could not be fetched are asked for again by the next call', async () => {
    const answers: Partial<OutboundResponse>[] = [{ status: 503, text: '' }, tokenAnswer('t1')];
    const tokens = createAccessTokens(OPTIONS, {
      upstream: upstreamOf(() => answers.shift() ?? {}),
      clock: createTestClock(),
    });
    await expect(tokens.current(CALL)).rejects.toMatchObject({ code: 'UPSTREAM_REFUSED' });
    expect(await tokens.current(CALL)).toBe('t1');
  });

  it('refused by Login with Amazon end in a failure that tells the reason and no secret', async () => {
    const refused = { status: 400, text: JSON.stringify({ error: 'invalid_grant', error_description: 'no: refresh' }) };
    const tokens = createAccessTokens(OPTIONS, { upstream: upstreamOf(() => refused), clock: createTestClock() });
    const error = await tokens.current(CALL).catch((caught: unknown) => caught);
    expect(isFailure(error, 'UPSTREAM_REFUSED')).toBe(true);
    expect(String(error)).toMatch(/amazon-main.*invalid_grant/);
    expect(String(error)).not.toMatch(/very secret|: refresh/);
  });

  it('of an unknown form name the missing field', async () => {
    const upstream = upstreamOf(() => ({ text: JSON.stringify({ token: 'x' }) }));
    const tokens = createAccessTokens(OPTIONS, { upstream, clock: createTestClock() });
    await expect(tokens.current(CALL)).rejects.toMatchObject({
      code: 'UPSTREAM_MALFORMED',
      details: { field: 'access_token' },
    });
  });
});

describe('a call whose token is refused', () => {
  const DENIED = {
    status: 403,
    text: JSON.stringify({ errors: [{ code: 'Unauthorized', message: 'Access denied.', details: 'expired' }] }),
  };
  const REQUEST = { operation: 'orders.get', method: 'GET', path: ['orders', 'x'], query: {} } as const;

  const setup = (isAccepted: (token: string) => boolean) => {
    const clock = createTestClock();
    const token = counting();
    const upstream = upstreamOf((request) => {
      if (request.operation === 'lwa.token') return token(request);
      return isAccepted(request.headers['x-amz-access-token'] ?? '') ? { text: '{"ok":true}' } : DENIED;
    });
    const tokens = createAccessTokens(OPTIONS, { upstream, clock });
    const transport = createTransport(
      { connection: 'amazon-main', baseUrl: 'https://api.example' },
      { upstream, tokens, clock },
    );
    return { clock, transport, operations: () => upstream.sent.map(({ operation }) => operation) };
  };

  it('fetches a new token and is sent once more', async () => {
    const { clock, operations, transport } = setup((token) => token === 't2');
    await clock.advance(1_000);
    // The first token must be old enough to have ended: it is fetched, then time passes.
    await transport.send(REQUEST, CALL).catch(() => undefined);
    await clock.advance(61_000);
    expect(await transport.send(REQUEST, CALL)).toEqual({ ok: true });
    expect(operations()).toEqual(['lwa.token', 'orders.get', 'orders.get', 'lwa.token', 'orders.get']);
  });

  it('is refused at once while the token is new: it cannot have ended, so the account lacks the permission', async () => {
    const { operations, transport } = setup(() => false);
    await expect(transport.send(REQUEST, CALL)).rejects.toMatchObject({
      code: 'UPSTREAM_REFUSED',
      message: 'amazon-main: orders.get was refused (HTTP 403, Unauthorized: Access denied.: expired).',
    });
    expect(operations()).toEqual(['lwa.token', 'orders.get']);
  });

  it('does not go round in circles', async () => {
    const { clock, operations, transport } = setup(() => false);
    await transport.send(REQUEST, CALL).catch(() => undefined);
    await clock.advance(61_000);
    await expect(transport.send(REQUEST, CALL)).rejects.toMatchObject({ code: 'UPSTREAM_REFUSED' });
    expect(operations()).toEqual(['lwa.token', 'orders.get', 'orders.get', 'lwa.token', 'orders.get']);
  });
});

describe('downloads', () => {
  it('never carry the token, and only go to https or to the API itself', async () => {
    const clock = createTestClock();
    const upstream = upstreamOf(() => ({ text: 'file' }));
    const tokens = createAccessTokens(OPTIONS, { upstream, clock });
    const transport = createTransport(
      { connection: 'amazon-main', baseUrl: 'http://127.0.0.1:4100/amazon' },
      { upstream, tokens, clock },
    );
    expect(await transport.download('https://files.example/report', CALL)).toBe('file');
    expect(await transport.download('http://127.0.0.1:4100/amazon/file', CALL)).toBe('file');
    for (const { headers } of upstream.sent) expect(Object.keys(headers)).toEqual(['user-agent']);
    for (const url of ['http://169.254.169.254/latest', 'file:///etc/passwd', 'ftp://x', 'not a url']) {
      await expect(transport.download(url, CALL)).rejects.toMatchObject({
        code: 'UPSTREAM_MALFORMED',
        details: { field: 'url' },
      });
    }
    expect(upstream.sent).toHaveLength(2);
  });
});
