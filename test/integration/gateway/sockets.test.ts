import { afterEach, describe, expect, test } from '@jest/globals';
import { createTestClock } from '#test/support/clock.ts';
import { within } from '#test/support/event-log.ts';
import {
  openRawSocket,
  openSocket,
  type ProtocolMessage,
  type RawSocket,
  subscribeTo,
} from '#test/support/graphql-client.ts';
import { openSmallGraph, type SmallGraph } from '#test/support/small-graph.ts';

const TICKS = 'subscription { ticks { status padding } }';
const MOVES = 'subscription($id: ID!) { orderMoved(id: $id) { __typename } }';

let graph: SmallGraph | null = null;
const sockets: RawSocket[] = [];
const open = async (options: Parameters<typeof openSmallGraph>[0] = {}): Promise<SmallGraph> => {
  graph = await openSmallGraph(options);
  return graph;
};
const kept = <T extends RawSocket>(socket: T): T => {
  sockets.push(socket);
  return socket;
};
afterEach(async () => {
  await Promise.all(sockets.splice(0).map((socket) => socket.close()));
  await graph?.[Symbol.asyncDispose]();
  graph = null;
});

describe('the door of a socket', () => {
  test('takes the token in connection_init only', async () => {
    const { url, token } = await open();
    const client = kept(
      await openRawSocket(`${url}?token=${await token()}`, {
        headers: { authorization: `Bearer ${await token({ scopes: ['ops:read'] })}` },
      }),
    );
    client.send({ type: 'connection_init' });
    expect((await client.next()).type).toBe('connection_ack');
    subscribeTo(client, 'a', 'subscription { staffOnly { status } }');
    expect(await client.nextOf('a')).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  test('opens with the right token what is closed without it', async () => {
    const { url, token, orders } = await open();
    const client = kept(await openSocket(url, await token({ scopes: ['ops:read'] })));
    subscribeTo(client, 'a', 'subscription { staffOnly { status } }');
    await within('the stream', orders.log.opened(1));
    orders.log.append('A');
    expect((await client.nextOf('a')).payload).toEqual({ data: { staffOnly: { status: 'A' } } });
  });

  test('closes on a bad token, saying why (R28)', async () => {
    const { url } = await open();
    const client = await openRawSocket(url);
    client.send({ type: 'connection_init', payload: { authorization: 'Bearer a.b.c' } });
    expect(await within('the close', client.closed)).toMatchObject({
      code: 4403,
      reason: expect.stringContaining('UNAUTHENTICATED'),
    });
  });

  test('refuses pages of other origins and lets its own in', async () => {
    const { url, gateway } = await open();
    await expect(openRawSocket(url, { headers: { origin: 'http://evil.example' } })).rejects.toThrow('403');
    await expect(
      openRawSocket(url, {
        headers: { origin: `http://evil.example:${gateway.port}`, host: `evil.example:${gateway.port}` },
      }),
    ).rejects.toThrow('403');
    const own = kept(await openRawSocket(url, { headers: { origin: `http://localhost:${gateway.port}` } }));
    own.send({ type: 'connection_init' });
    expect((await own.next()).type).toBe('connection_ack');
  });

  test('is found at its path only', async () => {
    const { gateway } = await open();
    await expect(openRawSocket(`${gateway.url}/other`)).rejects.toThrow('404');
  });

  test('closes a client that does not introduce itself, or skips the introduction (R29)', async () => {
    const { url } = await open({ limits: { server: { socketInitMs: 50 } } });
    const silent = await openRawSocket(url);
    expect((await within('the close', silent.closed)).code).toBe(4408);
    const hasty = await openRawSocket(url);
    subscribeTo(hasty, 'a', TICKS);
    expect((await within('the close', hasty.closed)).code).toBe(4401);
  });

  test('closes on a message that is too large or not of the protocol (R30)', async () => {
    const { url } = await open();
    const large = await openSocket(url);
    subscribeTo(large, 'a', `subscription { ticks { status } } #${'x'.repeat(70_000)}`);
    expect((await within('the close', large.closed)).code).toBe(1009);
    const strange = await openSocket(url);
    strange.socket.send('hello');
    expect((await within('the close', strange.closed)).code).toBe(4400);
  });

  test('carries a limited number of subscriptions, and a new one fits when one has ended (R32)', async () => {
    const { url } = await open({ limits: { server: { subscriptionsPerSocket: 2 } } });
    const client = kept(await openSocket(url));
    for (const id of ['1', '2']) {
      subscribeTo(client, id, MOVES, { id });
      await client.nextOf(id);
    }
    subscribeTo(client, '3', MOVES, { id: '3' });
    expect(await client.nextOf('3')).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'LIMIT_EXCEEDED' } }],
    });
    client.send({ type: 'complete', id: '1' });
    subscribeTo(client, '4', MOVES, { id: '4' });
    expect((await client.nextOf('4')).type).toBe('next');
  });

  test('more streams than one upstream socket may carry go over a second one', async () => {
    const { url, gateway } = await open({
      limits: { subscriptions: { streamsPerSocket: 2 } },
      subgraphLimits: { subscriptionsPerSocket: 2 },
    });
    const client = kept(await openSocket(url));
    for (const id of ['1', '2', '3']) {
      subscribeTo(client, id, MOVES, { id });
      expect((await client.nextOf(id)).type).toBe('next');
    }
    expect(gateway.upstream()).toEqual({ streams: 3, sockets: 2 });
  });
});

describe('the end of a socket', () => {
  test('comes with the end of its token (R28)', async () => {
    const clock = createTestClock();
    const { url, token, orders } = await open({ clock });
    const client = await openSocket(url, await token({ lifetimeSeconds: 90 }));
    subscribeTo(client, 'a', TICKS);
    await within('the stream', orders.log.opened(1));
    await clock.advance(89_000);
    orders.log.append('A');
    expect((await client.nextOf('a')).type).toBe('next');
    await clock.advance(1_000);
    expect(await within('the close', client.closed)).toMatchObject({
      code: 4403,
      reason: expect.stringContaining('expired'),
    });
    await within('no stream', orders.log.settled(0));
  });

  test('comes, announced, when the gateway stops, and a new one is refused (R27)', async () => {
    const { url, gateway, orders } = await open();
    const client = await openSocket(url);
    subscribeTo(client, 'a', TICKS);
    await within('the stream', orders.log.opened(1));
    const stopped = gateway.stop();
    expect(await within('the close', client.closed)).toEqual({ code: 1001, reason: 'Going away' });
    await stopped;
    await within('no stream', orders.log.settled(0));
    await expect(openRawSocket(url)).rejects.toThrow();
  });
});

test('a client that does not read is told so, keeps nothing in memory, and harms nobody (R31)', async () => {
  const { url, orders } = await open({ limits: { subscriptions: { queuedEvents: 8 } } });
  const slow = kept(await openSocket(url));
  const quick = kept(await openSocket(url));
  for (const client of [slow, quick]) subscribeTo(client, 'a', TICKS);
  await within('the stream', orders.log.opened(1));
  slow.socket.pause();
  // 32 KiB an event: enough to fill the kernel's buffers and then the queue.
  const EVENTS = 600;
  for (let event = 1; event <= EVENTS; event += 1) {
    orders.log.append(String(event));
    expect(await quick.nextOf('a')).toMatchObject({ payload: { data: { ticks: { status: String(event) } } } });
  }
  slow.socket.resume();
  const seen: ProtocolMessage[] = [];
  for (let message = await slow.nextOf('a'); ; message = await slow.nextOf('a')) {
    seen.push(message);
    if (message.type !== 'next') break;
  }
  expect(seen.at(-1)).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'SLOW_CONSUMER' } }] });
  const statuses = seen
    .slice(0, -1)
    .map(({ payload }) => Number((payload as { data: { ticks: { status: string } } }).data.ticks.status));
  expect(statuses).toEqual(statuses.map((_, index) => index + 1));
  expect(statuses.length).toBeLessThan(EVENTS);
  orders.log.append('after');
  expect(await quick.nextOf('a')).toMatchObject({ payload: { data: { ticks: { status: 'after' } } } });
});
