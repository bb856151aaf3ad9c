/** How requests travel, over real sockets and on a clock of the test's. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { type AskedRequest, echoing, httpAnswer } from '#test/support/scripted-server.ts';
import { answer, closeAll, codeOf, holding, nameOf, openHarness } from './harness.ts';

afterEach(closeAll);

describe('a request', () => {
  test('carries what its caller said, once per header, and the time that is left', async () => {
    const { ask, clock, scope, server } = await openHarness();
    const asked = scope({
      authorization: 'Bearer a.b.c',
      freshness: { purpose: 'CART', maxAgeMs: 250 },
      deadlineMs: clock.now() + 1_500,
    });
    expect(await ask('name', { scope: asked })).toEqual(answer('name'));
    expect(server.asked[0]?.head.split('\r\n')).toEqual([
      'POST /graphql HTTP/1.1',
      `host: 127.0.0.1:${server.port}`,
      'content-type: application/json',
      'accept: application/json',
      'x-correlation-id: a-correlation-id',
      'x-purpose: CART',
      'x-max-age-ms: 250',
      'authorization: Bearer a.b.c',
      'x-time-budget-ms: 1500',
      'content-length: 16',
    ]);
  });

  test('the time that is left shrinks from one request of a caller to the next', async () => {
    const { ask, clock, scope, server } = await openHarness();
    const asked = scope({ deadlineMs: clock.now() + 1_500 });
    await ask('1', { scope: asked });
    await clock.advance(400);
    await ask('2', { scope: asked });
    expect(server.asked.map(({ head }) => /x-time-budget-ms: (\d+)/.exec(head)?.[1])).toEqual(['1500', '1100']);
  });

  test.each(['Bearer a\r\nx-purpose: CHECKOUT', 'Bearer a\nb', 'Bearer \0', 'Bearer ü'])(
    'a value that would be more than a header is sent to nobody: %j',
    async (authorization) => {
      const { ask, scope, server } = await openHarness();
      expect(codeOf(await ask('name', { scope: scope({ authorization }) }))).toBe('BAD_INPUT');
      await ask('other');
      expect(server.asked.map(nameOf)).toEqual(['other']);
    },
  );

  test('any text comes through as it is', async () => {
    const { ask } = await openHarness();
    expect(await ask('Grüße, 你好 👋')).toEqual(answer('Grüße, 你好 👋'));
  });
});

describe('many at once', () => {
  test('travel in one write and come back each to its own caller', async () => {
    const chunks: number[] = [];
    const { ask, server } = await openHarness();
    await ask('first');
    server.answerWith((request) => {
      chunks.push(request.connection);
      echoing(request);
    });
    const names = Array.from({ length: 12 }, (_, index) => `q${index}`);
    expect(await Promise.all(names.map((name) => ask(name)))).toEqual(names.map(answer));
    expect(new Set(chunks).size).toBe(1);
    expect(server.connections.made).toBe(1);
  });

  test('several answers in one chunk, and one cut at every byte', async () => {
    const held: AskedRequest[] = [];
    const { ask, server } = await openHarness();
    await ask('first');
    server.answerWith((request) => {
      held.push(request);
    });
    const both = Promise.all([ask('a'), ask('b')]);
    await server.askedAtLeast(3);
    held[0]?.socket.write(httpAnswer({ data: { echo: 'a' } }) + httpAnswer({ data: { echo: 'b' } }));
    expect(await both).toEqual([answer('a'), answer('b')]);
    const third = ask('Grüße');
    await server.askedAtLeast(4);
    for (const byte of Buffer.from(httpAnswer({ data: { echo: 'Grüße' } }))) {
      await new Promise<void>((resolve) => held[0]?.socket.write(Buffer.from([byte]), () => resolve()));
    }
    expect(await third).toEqual(answer('Grüße'));
  });

  test('no more than the cap are under way, the others take their turn, and none is lost', async () => {
    const held: AskedRequest[] = [];
    const { ask, server, upstream } = await openHarness((request) => held.push(request), {
      maxConcurrent: 4,
      maxConnections: 2,
      maxPipelined: 2,
    });
    const names = Array.from({ length: 11 }, (_, index) => `q${index}`);
    const all = Promise.all(names.map((name) => ask(name)));
    await server.askedAtLeast(4);
    expect(upstream.figures()).toMatchObject({ underWay: 4, waiting: 7, connections: 2 });
    server.answerWith(echoing);
    for (const request of held.splice(0)) echoing(request);
    expect(await all).toEqual(names.map(answer));
    expect(server.asked.map(nameOf).sort()).toEqual([...names].sort());
    expect(server.connections.made).toBe(2);
  });

  test('more than may wait are refused at once, and the wait ends with the caller’s time', async () => {
    const { ask, clock, scope, server, upstream } = await openHarness(() => undefined, {
      maxConcurrent: 1,
      maxWaiting: 1,
    });
    const first = ask('a');
    await server.askedAtLeast(1);
    const second = ask('b', { scope: scope({ deadlineMs: clock.now() + 50 }) });
    expect(codeOf(await ask('c'))).toBe('LOAD_SHED');
    await clock.advance(60);
    expect(await second).toEqual({
      kind: 'unanswered',
      trouble: {
        code: 'UPSTREAM_TIMEOUT',
        message: 'The subgraph "catalog" is so busy that there was no turn in time.',
      },
    });
    expect(server.asked).toHaveLength(1);
    // Who has given up takes nobody's place in the queue.
    const next = ask('d');
    expect(upstream.figures()).toMatchObject({ underWay: 1, waiting: 1 });
    server.answerWith(echoing);
    server.asked[0]?.socket.write(httpAnswer({ data: { echo: 'a' } }));
    expect(await next).toEqual(answer('d'));
    expect(await first).toEqual(answer('a'));
  });
});

describe('mutations', () => {
  test('travel alone, and queries do not wait behind them', async () => {
    const { ask, server } = await openHarness(holding('write'));
    const write = ask('write', { isQuery: false });
    expect(await Promise.all([ask('a'), ask('b')])).toEqual([answer('a'), answer('b')]);
    const connectionOf = (name: string) => server.asked.find((request) => nameOf(request) === name)?.connection;
    expect(connectionOf('a')).not.toBe(connectionOf('write'));
    const written = server.asked.find((request) => nameOf(request) === 'write');
    written?.socket.write(httpAnswer({ data: { echo: 'write' } }));
    expect(await write).toEqual(answer('write'));
  });

  test('are never sent twice, whatever happens to the connection', async () => {
    const { ask, server } = await openHarness();
    await ask('a');
    server.answerWith(({ socket }) => socket.destroy());
    expect(codeOf(await ask('write', { isQuery: false }))).toBe('UPSTREAM_UNAVAILABLE');
    expect(server.asked.map(nameOf)).toEqual(['a', 'write']);
  });

  test('do not go where the other side may be hanging up', async () => {
    const { ask, clock, server } = await openHarness(({ socket, body }) =>
      socket.write(httpAnswer({ data: { echo: JSON.parse(body).query } }, ['keep-alive: timeout=5'])),
    );
    await ask('a');
    await clock.advance(1_500);
    await ask('write', { isQuery: false });
    await ask('b');
    expect(server.asked.map(({ connection }) => connection)).toEqual([0, 1, 0]);
  });
});

describe('a slow answer', () => {
  test('does not hold up the queries behind it: they are sent again elsewhere, once', async () => {
    const { ask, clock, observed, server } = await openHarness();
    await ask('warm');
    server.answerWith(holding('slow'));
    const slow = ask('slow');
    const behind = Promise.all([ask('a'), ask('b')]);
    await server.askedAtLeast(4);
    expect(new Set(server.asked.map(({ connection }) => connection))).toEqual(new Set([0]));
    await clock.advance(200);
    expect(await behind).toEqual([answer('a'), answer('b')]);
    expect(server.asked.slice(4).map((request) => [nameOf(request), request.connection])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
    // What comes now takes neither the stuck connection nor is it mixed up with the late answers.
    expect(await ask('c')).toEqual(answer('c'));
    expect(server.asked.at(-1)?.connection).toBe(1);
    server.asked[1]?.socket.write(httpAnswer({ data: { echo: 'slow' } }));
    expect(await slow).toEqual(answer('slow'));
    expect(observed.map(({ isRescued, outcome, sends }) => [outcome, sends, isRescued])).toEqual([
      ['ok', 1, false],
      ['ok', 2, true],
      ['ok', 2, true],
      ['ok', 1, false],
      ['ok', 1, false],
    ]);
  });

  test('whichever answer comes first is taken, the other is given to nobody', async () => {
    const { ask, clock, server } = await openHarness();
    await ask('warm');
    const held: AskedRequest[] = [];
    server.answerWith((request) => held.push(request));
    const slow = ask('slow');
    const behind = ask('a');
    await server.askedAtLeast(3);
    await clock.advance(200);
    await server.askedAtLeast(4);
    held[0]?.socket.write(httpAnswer({ data: { echo: 'slow' } }) + httpAnswer({ data: { echo: 'a' } }));
    expect(await Promise.all([slow, behind])).toEqual([answer('slow'), answer('a')]);
    server.answerWith(echoing);
    held[2]?.socket.write(httpAnswer({ data: { echo: 'late' } }));
    expect(await Promise.all([ask('x'), ask('y')])).toEqual([answer('x'), answer('y')]);
  });

  test('is not seen in a time when we were held up ourselves: the answers may lie unread', async () => {
    const { ask, clock, jump, server } = await openHarness();
    await ask('warm');
    const held: AskedRequest[] = [];
    server.answerWith((request) => held.push(request));
    const both = Promise.all([ask('a'), ask('b')]);
    await server.askedAtLeast(3);
    jump(500);
    await clock.advance(5);
    held[0]?.socket.write(httpAnswer({ data: { echo: 'a' } }) + httpAnswer({ data: { echo: 'b' } }));
    expect(await both).toEqual([answer('a'), answer('b')]);
    expect(server.asked.map(nameOf)).toEqual(['warm', 'a', 'b']);
  });

  test('asks for no more than a tenth again, so that a slow subgraph is not asked twice as much', async () => {
    const { ask, clock, server } = await openHarness(echoing, { maxPipelined: 100, maxConnections: 4 });
    await ask('warm');
    server.answerWith(() => undefined);
    const all = Array.from({ length: 90 }, (_, index) => ask(`q${index}`));
    await server.askedAtLeast(91);
    await clock.advance(200);
    await clock.advance(9_800);
    expect((await Promise.all(all)).map(codeOf)).toEqual(Array(90).fill('UPSTREAM_TIMEOUT'));
    expect(server.asked.length).toBe(91 + 64);
  });
});
