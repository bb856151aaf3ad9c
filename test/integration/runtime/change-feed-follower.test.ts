/** The follower over real sockets, against a feed that says what a test tells it to say. */
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '#runtime/clock.ts';
import type { RouteResponse } from '#runtime/http/routes.ts';
import { openHttpServer } from '#runtime/http/server.ts';
import { systemIds } from '#runtime/ids.ts';
import type { ChangeFeedLine, FeedPosition } from '#runtime/inlet/change-feed.ts';
import { followChanges } from '#runtime/inlet/change-feed-follower.ts';
import { silentLog } from '#runtime/log.ts';
import { createChangeListener } from '#test/support/change-listener.ts';
import { createTestClock } from '#test/support/clock.ts';
import { within } from '#test/support/event-log.ts';

type Line = ChangeFeedLine | string;

/** One connection of a follower, in the hands of the test. */
type Connection = {
  readonly query: string;
  say(...lines: readonly Line[]): void;
  end(): void;
};

const at = (position: number, epoch = 'e1'): FeedPosition & { readonly kind: 'position' } => ({
  kind: 'position',
  epoch,
  position,
});
const changed = (position: number, ...tags: readonly string[]): ChangeFeedLine => ({ kind: 'changed', position, tags });

const answerOf = (signal: AbortSignal) => {
  const said: string[] = [];
  let ended = false;
  let woken = Promise.withResolvers<void>();
  const wake = (): void => woken.resolve();
  signal.addEventListener('abort', wake);
  const body = async function* () {
    for (;;) {
      yield said.splice(0).join('');
      if (ended || signal.aborted) return;
      await woken.promise;
      woken = Promise.withResolvers();
    }
  };
  return {
    body: body(),
    say: (...lines: readonly Line[]) => {
      said.push(...lines.map((line) => (typeof line === 'string' ? line : `${JSON.stringify(line)}\n`)));
      wake();
    },
    end: () => {
      ended = true;
      wake();
    },
  };
};

/** A feed that may refuse, and whose connections are handed out in order. */
const openScripted = async (port = 0) => {
  const arrived: Connection[] = [];
  const asked: ((connection: Connection) => void)[] = [];
  let refusing = false;
  const server = await openHttpServer(
    { host: '127.0.0.1', port, name: 'process', portVariable: 'PROCESS_PORT' },
    { log: silentLog, ids: systemIds, clock: systemClock },
    [
      {
        method: 'GET',
        path: '/changes',
        handle: ({ signal, query, headers }): RouteResponse => {
          if (refusing || headers.authorization !== 'Bearer service') return { status: 503, body: 'no' };
          const { body, ...hands } = answerOf(signal);
          const connection = { ...hands, query: String(query) };
          const taker = asked.shift();
          if (taker) taker(connection);
          else arrived.push(connection);
          return { status: 200, body };
        },
      },
    ],
  );
  return {
    url: `${server.url}/changes`,
    port: server.port,
    refuse: (value: boolean) => {
      refusing = value;
    },
    connection: (): Promise<Connection> => {
      const first = arrived.shift();
      return within('a connection', first ? Promise.resolve(first) : new Promise((resolve) => asked.push(resolve)));
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
};

const follow = (url: string) => {
  const clock = createTestClock();
  const listener = createChangeListener();
  let pauses = 0;
  let lastDelayMs = 0;
  let paused = Promise.withResolvers<void>();
  const following = followChanges(
    { url },
    {
      authorization: async () => 'Bearer service',
      clock: {
        ...clock,
        delay: (ms, signal) => {
          lastDelayMs = ms;
          return clock.delay(ms, signal);
        },
      },
      // Asked once per pause, right before it begins.
      ids: {
        ...systemIds,
        random: () => {
          pauses += 1;
          paused.resolve();
          return 1;
        },
      },
      log: silentLog,
    },
    listener,
  );
  const pausing = async (): Promise<number> => {
    if (pauses === 0) await within('a pause', paused.promise);
    pauses -= 1;
    paused = Promise.withResolvers();
    return lastDelayMs;
  };
  return {
    ...listener,
    clock,
    position: () => following.position(),
    hears: (count: number) => within(`${count} things to be heard`, listener.heardCount(count)),
    /** Resolves with the length of the next pause before an attempt, once it has begun. */
    pausing,
    /** Lets the next pause pass. */
    pause: async () => clock.advance(await pausing()),
    [Symbol.asyncDispose]: () => following[Symbol.asyncDispose](),
  };
};

/** A follower at position 7 of epoch e1 that has heard of one change. */
const followed = async (feed: Awaited<ReturnType<typeof openScripted>>) => {
  const follower = follow(feed.url);
  const connection = await feed.connection();
  connection.say(at(6), changed(7, 'stock:A'));
  await follower.hears(2);
  return { follower, connection };
};

describe('following the change feed', () => {
  test('begins with what may have been missed before, then tells every change in order', async () => {
    await using feed = await openScripted();
    await using follower = follow(feed.url);
    expect(follower.position()).toBeNull();
    const connection = await feed.connection();
    expect(connection.query).toBe('');
    connection.say(at(6), changed(7, 'stock:A', 'order:1'), at(7), changed(8, 'stock:Ä'));
    await follower.hears(3);
    expect(follower.heard).toEqual(['missed', ['stock:A', 'order:1'], ['stock:Ä']]);
    expect(follower.position()).toEqual({ epoch: 'e1', position: 8 });
  });

  test('a line that comes in pieces is one line', async () => {
    await using feed = await openScripted();
    const { follower, connection } = await followed(feed);
    await using _ = follower;
    const text = `${JSON.stringify(changed(8, 'stock:Grün'))}\n`;
    for (const part of [text.slice(0, 9), text.slice(9, -6), text.slice(-6)]) {
      connection.say(part);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await follower.hears(3);
    expect(follower.heard.at(-1)).toEqual(['stock:Grün']);
  });

  test('a connection that breaks and is taken up at once is told to nobody', async () => {
    await using feed = await openScripted();
    const { follower, connection } = await followed(feed);
    await using _ = follower;
    // What is left of a line is no line.
    connection.say('{"kind":"changed","position":8,"tags":["sto');
    connection.end();
    await follower.pause();
    const next = await feed.connection();
    expect(next.query).toBe('epoch=e1&after=7');
    next.say(at(7), changed(8, 'stock:B'));
    await follower.hears(3);
    expect(follower.heard).toEqual(['missed', ['stock:A'], ['stock:B']]);
  });

  test('a feed that cannot be taken up again is lost: told once, and again only where it goes on with a gap', async () => {
    await using feed = await openScripted();
    const { follower, connection } = await followed(feed);
    await using _ = follower;
    feed.refuse(true);
    connection.end();
    for (let attempt = 0; attempt < 4; attempt += 1) await follower.pause();
    expect(follower.heard).toEqual(['missed', ['stock:A'], 'missed']);
    feed.refuse(false);
    await follower.pause();
    const next = await feed.connection();
    next.say(at(7), changed(8, 'stock:B'));
    await follower.hears(4);
    expect(follower.heard.slice(2)).toEqual(['missed', ['stock:B']]);
    feed.refuse(true);
    next.end();
    await follower.pause();
    await follower.hears(5);
    feed.refuse(false);
    await follower.pause();
    (await feed.connection()).say(at(90), changed(91, 'stock:C'));
    await follower.hears(7);
    expect(follower.heard.slice(4)).toEqual(['missed', 'missed', ['stock:C']]);
  });

  test('another epoch means that anything may have happened', async () => {
    await using feed = await openScripted();
    const { follower, connection } = await followed(feed);
    await using _ = follower;
    connection.end();
    await follower.pause();
    (await feed.connection()).say(at(7, 'e2'), changed(8, 'stock:B'));
    await follower.hears(4);
    expect(follower.heard.slice(2)).toEqual(['missed', ['stock:B']]);
    expect(follower.position()).toEqual({ epoch: 'e2', position: 8 });
  });

  test.each([
    ['a change that leaves one out', changed(9, 'stock:B'), [['stock:B']]],
    ['a position that leaves one out', at(8), []],
    ['a position of another epoch', at(7, 'e2'), []],
    ['a change of too many things to name', changed(8, 'stock:*', 'order:1'), [['order:1']]],
    ['a change of nothing but too many things', changed(8, 'stock:*'), []],
  ])('%s may have been missed', async (_name, line, named) => {
    await using feed = await openScripted();
    const { follower, connection } = await followed(feed);
    await using _ = follower;
    connection.say(line);
    await follower.hears(3 + named.length);
    expect(follower.heard.slice(2)).toEqual(['missed', ...named]);
    connection.say(changed(line.position + 1, 'stock:Z'));
    await follower.hears(4 + named.length);
    expect(follower.heard.at(-1)).toEqual(['stock:Z']);
  });

  test('silence is a loss and told at once; any line ends it', async () => {
    await using feed = await openScripted();
    const { follower, connection } = await followed(feed);
    await using _ = follower;
    await follower.clock.advance(14_999);
    connection.say(changed(8, 'stock:B'));
    await follower.hears(3);
    await follower.clock.advance(14_999);
    connection.say(at(8, 'e2'));
    await follower.hears(4);
    await follower.clock.advance(14_999);
    expect(follower.heard.slice(2)).toEqual([['stock:B'], 'missed']);
    await follower.clock.advance(1);
    expect(follower.heard.slice(4)).toEqual(['missed']);
    await follower.pause();
    const next = await feed.connection();
    expect(next.query).toBe('epoch=e2&after=8');
    next.say(at(8, 'e2'), changed(9, 'stock:C'));
    await follower.hears(6);
    expect(follower.heard.slice(4)).toEqual(['missed', ['stock:C']]);
  });

  test('a connection that says nothing at all is given up, too', async () => {
    await using feed = await openScripted();
    await using follower = follow(feed.url);
    await feed.connection();
    await follower.clock.advance(15_000);
    await follower.pause();
    (await feed.connection()).say(at(3));
    await follower.hears(1);
    expect(follower.heard).toEqual(['missed']);
  });

  test.each([
    ['no JSON', 'what?\n'],
    ['no line of ours', '{"kind":"stopped"}\n'],
    ['a change before its position', `${JSON.stringify(changed(8, 'stock:B'))}\n`],
  ])('a feed that says %s is lost: told once, and tried again with growing pauses', async (_name, line) => {
    await using feed = await openScripted();
    const { follower, connection } = await followed(feed);
    await using _ = follower;
    connection.end();
    for (const pauseMs of [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
      expect(await follower.pausing()).toBe(pauseMs);
      await follower.clock.advance(pauseMs);
      const next = await feed.connection();
      next.say(...(line.includes('changed') ? [] : [at(7)]), line);
    }
    await follower.pause();
    (await feed.connection()).say(at(7), changed(8, 'stock:B'));
    await follower.hears(4);
    expect(follower.heard.slice(2)).toEqual(['missed', ['stock:B']]);
  });

  test('works when the feed is not there yet', async () => {
    const free = await openScripted();
    const { port, url } = free;
    await free[Symbol.asyncDispose]();
    await using follower = follow(url);
    await follower.pause();
    await follower.pause();
    expect(follower.heard).toEqual([]);
    await using feed = await openScripted(port);
    await follower.pause();
    (await feed.connection()).say(at(0), changed(1, 'stock:A'));
    await follower.hears(2);
    expect(follower.heard).toEqual(['missed', ['stock:A']]);
  });

  test('stops at once, whether connected or pausing', async () => {
    await using feed = await openScripted();
    const { follower, connection } = await followed(feed);
    connection.end();
    await follower.pausing();
    await within('the end while pausing', Promise.resolve(follower[Symbol.asyncDispose]()));
    const { follower: second } = await followed(feed);
    await within('the end while connected', Promise.resolve(second[Symbol.asyncDispose]()));
    expect(follower.heard).toEqual(['missed', ['stock:A']]);
  });
});
