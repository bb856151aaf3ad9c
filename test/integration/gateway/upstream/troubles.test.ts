/** What a subgraph can do wrong, over real sockets: each becomes a code, and nothing is told of where it runs. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { HopScope } from '#gateway/execution/hop.ts';
import { createUpstream, DEFAULT_UPSTREAM_LIMITS } from '#gateway/upstream/client.ts';
import { silentLog } from '#runtime/log.ts';
import { type AskedRequest, echoing, httpAnswer } from '#test/support/scripted-server.ts';
import { alsoClose, answer, closeAll, codeOf, nameOf, openHarness, say, sayAndHangUp } from './harness.ts';

afterEach(closeAll);

describe('an answer that does not come', () => {
  test('ends with the caller’s time, and the subgraph is told by hanging up', async () => {
    const { ask, clock, observed, scope, server } = await openHarness(() => undefined);
    const reply = ask('slow', { scope: scope({ deadlineMs: clock.now() + 300 }) });
    await server.askedAtLeast(1);
    await clock.advance(305);
    expect(await reply).toEqual({
      kind: 'unanswered',
      trouble: { code: 'UPSTREAM_TIMEOUT', message: 'The subgraph "catalog" did not answer in time.' },
    });
    await server.openConnections(0);
    expect(observed).toMatchObject([{ outcome: 'UPSTREAM_TIMEOUT', seconds: 0.3 }]);
  });

  test('ends when the caller leaves, and those who share the connection stay', async () => {
    let isOver = false;
    const { ask, clock, observed, scope, server } = await openHarness(echoing, { maxConnections: 1 });
    await ask('warm');
    server.answerWith(() => undefined);
    const base = scope();
    const leaving: HopScope = {
      ...base,
      get isOver() {
        return isOver;
      },
    };
    const gone = ask('a', { scope: leaving });
    const staying = ask('b');
    await server.askedAtLeast(3);
    isOver = true;
    await clock.advance(10);
    expect(codeOf(await gone)).toBe('UPSTREAM_TIMEOUT');
    server.asked[1]?.socket.write(httpAnswer({ data: { echo: 'a' } }) + httpAnswer({ data: { echo: 'b' } }));
    expect(await staying).toEqual(answer('b'));
    expect(observed.map(({ outcome }) => outcome)).toEqual(['ok', 'abandoned', 'ok']);
  });

  test('a connection that never opens is given up', async () => {
    const { clock } = await openHarness();
    // A discarding address of the documentation range: nothing ever answers there.
    const upstream = createUpstream(
      { name: 'far', url: 'http://192.0.2.1:4000/graphql', limits: { ...DEFAULT_UPSTREAM_LIMITS, timeoutMs: 500 } },
      { clock, log: silentLog, observe: () => undefined },
    );
    alsoClose(upstream);
    const reply = upstream.send({
      body: '{}',
      isQuery: true,
      scope: {
        freshness: { purpose: 'DETAIL' },
        correlationId: 'a-correlation-id',
        deadlineMs: clock.now() + 10_000,
        isOver: false,
        whenOver: () => () => undefined,
      },
    });
    await clock.advance(600);
    expect(JSON.stringify(await reply)).toMatch(/UPSTREAM_(UNAVAILABLE|TIMEOUT)/);
    expect(JSON.stringify(await reply)).not.toMatch(/192\.0\.2/);
  });
});

describe('an answer that is none', () => {
  const HALF = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"data":{"echo"';
  test.each([
    ['garbage', say('\x16\x03\x01 no web server here\r\n\r\n'), 'UPSTREAM_MALFORMED'],
    ['half a body', sayAndHangUp(HALF), 'UPSTREAM_MALFORMED'],
    ['half a head', sayAndHangUp('HTTP/1.1 200 OK\r\ncontent-le'), 'UPSTREAM_MALFORMED'],
    ['a reset', ({ socket }: AskedRequest) => socket.resetAndDestroy(), 'UPSTREAM_UNAVAILABLE'],
    ['an end without a word', ({ socket }: AskedRequest) => socket.end(), 'UPSTREAM_UNAVAILABLE'],
    ['no JSON', say(httpAnswer('<html>')), 'UPSTREAM_MALFORMED'],
    ['JSON that is no result', say(httpAnswer([1])), 'UPSTREAM_MALFORMED'],
    ['data that is no object', say(httpAnswer({ data: 'x' })), 'UPSTREAM_MALFORMED'],
    ['no content', say('HTTP/1.1 204 No Content\r\n\r\n'), 'UPSTREAM_MALFORMED'],
    ['a proxy without a server', say(httpAnswer('<html>', [], '502 Bad Gateway')), 'UPSTREAM_UNAVAILABLE'],
    ['a refusal for now', say(httpAnswer('{}', [], '429 Too Many Requests')), 'UPSTREAM_RATE_LIMITED'],
    ['10 MB', say(httpAnswer({ data: { echo: 'x'.repeat(10_000_000) } })), 'UPSTREAM_MALFORMED'],
    [
      '10 MB in chunks',
      say(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n989680\r\n${'x'.repeat(10_000_000)}\r\n0\r\n\r\n`),
      'UPSTREAM_MALFORMED',
    ],
  ] as const)('%s', async (_, script, code) => {
    const { ask, server } = await openHarness(script, { maxResponseBytes: 1_000_000 });
    const reply = await ask('name');
    expect(codeOf(reply)).toBe(code);
    expect(JSON.stringify(reply)).toContain('The subgraph \\"catalog\\"');
    expect(JSON.stringify(reply)).not.toMatch(/127\.0\.0\.1|ECONN|\d{4,}/);
    // The next one is served as if nothing had been.
    server.answerWith(echoing);
    expect(await ask('next')).toEqual(answer('next'));
  });

  test('10 MB within the limit are taken', async () => {
    const echo = 'x'.repeat(10_000_000);
    const { ask } = await openHarness(say(httpAnswer({ data: { echo } })));
    expect(await ask('name')).toEqual({ kind: 'answered', result: { data: { echo } }, isOwn: true });
  });

  test('an error with its result and any status is the result', async () => {
    const body = { errors: [{ message: 'no', extensions: { code: 'BAD_USER_INPUT' } }] };
    const { ask } = await openHarness(say(httpAnswer(body, [], '400 Bad Request')));
    expect(await ask('name')).toEqual({ kind: 'answered', result: body, isOwn: true });
  });

  test('nobody is given an answer that nobody asked for', async () => {
    const { ask, server } = await openHarness(({ socket }) => {
      socket.write(httpAnswer({ data: { echo: 'name' } }) + httpAnswer({ data: { echo: 'evil' } }));
    });
    expect(await ask('name')).toEqual(answer('name'));
    server.answerWith(echoing);
    expect(await ask('other')).toEqual(answer('other'));
    expect(server.connections.made).toBe(2);
  });
});

describe('a connection that ends', () => {
  test('between two requests costs nothing: the query is sent again on another', async () => {
    const { ask, server } = await openHarness();
    await ask('a');
    server.answerWith((request) => {
      if (request.connection === 0) request.socket.destroy();
      else echoing(request);
    });
    expect(await ask('b')).toEqual(answer('b'));
    expect(server.asked.map(nameOf)).toEqual(['a', 'b', 'b']);
  });

  test('under a query twice is a failure', async () => {
    const { ask, server } = await openHarness();
    await ask('a');
    let destroyed = 0;
    server.answerWith(({ socket }) => {
      destroyed += 1;
      socket.destroy();
    });
    expect(codeOf(await ask('b'))).toBe('UPSTREAM_UNAVAILABLE');
    expect(destroyed).toBe(2);
  });

  test('in the middle of an answer is not made up for by asking again', async () => {
    const { ask, server } = await openHarness();
    await ask('a');
    server.answerWith(sayAndHangUp('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{'));
    expect(codeOf(await ask('b'))).toBe('UPSTREAM_MALFORMED');
    expect(server.asked).toHaveLength(2);
  });

  test('with an announced last answer sends the others elsewhere, and each is answered', async () => {
    const { ask, server } = await openHarness(({ body, socket }) =>
      socket.end(httpAnswer({ data: { echo: JSON.parse(body).query } }, ['connection: close'])),
    );
    const names = Array.from({ length: 6 }, (_, index) => `q${index}`);
    expect(await Promise.all(names.map((name) => ask(name)))).toEqual(names.map(answer));
    const before = server.asked.length;
    // By now it is known that nothing is read behind a request there.
    expect(await Promise.all(names.map((name) => ask(name)))).toEqual(names.map(answer));
    expect(server.asked.length - before).toBe(6);
  });

  test('that was refused says so without an address', async () => {
    const { ask, server } = await openHarness();
    await server[Symbol.asyncDispose]();
    expect(await ask('a')).toEqual({
      kind: 'unanswered',
      trouble: { code: 'UPSTREAM_UNAVAILABLE', message: 'The subgraph "catalog" could not be reached.' },
    });
  });

  test('for good leaves nobody waiting', async () => {
    const { ask, server, upstream } = await openHarness(() => undefined, { maxConcurrent: 1 });
    const waiting = Promise.all([ask('a'), ask('b')]);
    await server.askedAtLeast(1);
    await upstream[Symbol.asyncDispose]();
    expect((await waiting).map(codeOf)).toEqual(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE']);
    expect(codeOf(await ask('c'))).toBe('UPSTREAM_UNAVAILABLE');
  });
});

describe('a subgraph that is down', () => {
  test('is left alone after five failures and asked again gently', async () => {
    const { ask, clock, server, upstream } = await openHarness(({ socket }) => socket.destroy());
    for (let round = 0; round < 5; round += 1) expect(codeOf(await ask('a'))).toBe('UPSTREAM_UNAVAILABLE');
    expect(codeOf(await ask('b'))).toBe('CIRCUIT_OPEN');
    expect(server.asked).toHaveLength(5);
    server.answerWith(echoing);
    await clock.advance(500);
    const [first, second] = await Promise.all([ask('c'), ask('d')]);
    expect([first, codeOf(second)]).toEqual([answer('c'), 'CIRCUIT_OPEN']);
    expect(await Promise.all([ask('e'), ask('f')])).toEqual([answer('e'), answer('f')]);
    expect(upstream.figures().breaker).toBe('RAMP');
  });
});
