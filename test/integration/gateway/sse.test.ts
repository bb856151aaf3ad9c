import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { within } from '#test/support/event-log.ts';
import { openSmallGraph, type SmallGraph } from '#test/support/small-graph.ts';

const FOLLOW = `subscription ($id: ID!, $after: EventCursor) {
  orderMoved(id: $id, after: $after) { __typename ... on Snapshot { cursor } ... on Moved { cursor status order { product { title } } } }
}`;

let graph: SmallGraph;
beforeEach(async () => {
  graph = await openSmallGraph();
});
afterEach(async () => {
  await graph[Symbol.asyncDispose]();
});

/** One subscription over server-sent events, event by event; comments are left out. */
const openStream = async (body: unknown, headers: Record<string, string> = {}) => {
  const leaving = new AbortController();
  const response = await fetch(`${graph.url}/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify(body),
    signal: leaving.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (): Promise<{ readonly event: string; readonly data: unknown } | null> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end < 0) {
        const read = await reader?.read();
        if (!read || read.done) return null;
        text += read.value;
        continue;
      }
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1] ?? '';
      if (event !== undefined) return { event, data: data === '' ? null : JSON.parse(data) };
    }
  };
  return { response, next: () => within('an event', next()), leave: () => leaving.abort() };
};

describe('subscriptions as server-sent events', () => {
  test('bring what the socket brings, with fields of other subgraphs, and resume behind a cursor', async () => {
    const stream = await openStream({ query: FOLLOW, variables: { id: '1' } });
    expect(stream.response.status).toBe(200);
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
    expect(await stream.next()).toEqual({
      event: 'next',
      data: { data: { orderMoved: { __typename: 'Snapshot', cursor: 'c0' } } },
    });
    for (const status of ['A', 'B', 'C']) graph.orders.log.append(status);
    expect(await stream.next()).toEqual({
      event: 'next',
      data: {
        data: {
          orderMoved: {
            __typename: 'Moved',
            cursor: 'c1',
            status: 'A',
            order: { product: { title: 'Title of sku-1' } },
          },
        },
      },
    });
    stream.leave();
    const resumed = await openStream({ query: FOLLOW, variables: { id: '1', after: 'c1' } });
    for (const status of ['B', 'C'])
      expect(await resumed.next()).toMatchObject({ event: 'next', data: { data: { orderMoved: { status } } } });
    resumed.leave();
  });

  test('end at once for the subgraph when the client leaves', async () => {
    const stream = await openStream({ query: FOLLOW, variables: { id: '1' } });
    await stream.next();
    await within('one stream', graph.orders.log.settled(1));
    stream.leave();
    await within('no stream', graph.orders.log.settled(0));
  });

  test('go on through a restart of the subgraph', async () => {
    const stream = await openStream({ query: FOLLOW, variables: { id: '1' } });
    await stream.next();
    await graph.orders.stop();
    graph.orders.log.append('A');
    await graph.orders.start();
    expect(await stream.next()).toMatchObject({ data: { data: { orderMoved: { status: 'A' } } } });
    stream.leave();
  });

  test.each<readonly [string, unknown, string, number]>([
    ['a query', { query: '{ order(id: "1") { status } }' }, 'BAD_INPUT', 400],
    ['what is no operation', { query: 5 }, 'BAD_INPUT', 400],
    ['a syntax error', { query: 'subscription {' }, 'GRAPHQL_PARSE_FAILED', 400],
    ['a missing variable', { query: FOLLOW }, 'BAD_USER_INPUT', 400],
  ])('%s is refused before the stream begins', async (_, body, code, status) => {
    const { response } = await openStream(body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/json');
    const answer = await fetch(`${graph.url}/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  });

  test('a refusal of the subgraph comes as the last result, then the end', async () => {
    const stream = await openStream({ query: FOLLOW, variables: { id: '1', after: 'bad' } });
    expect(await stream.next()).toMatchObject({
      event: 'next',
      data: { errors: [{ extensions: { code: 'CURSOR_INVALID' } }] },
    });
    expect(await stream.next()).toEqual({ event: 'complete', data: null });
    expect(await stream.next()).toBeNull();
  });

  test('a bad token is refused, and what is not for the caller stays closed', async () => {
    const bad = await openStream({ query: FOLLOW, variables: { id: '1' } }, { authorization: 'Bearer nonsense' });
    expect(bad.response.status).toBe(401);
    const closed = await openStream({ query: 'subscription { staffOnly { status } }' });
    expect(await closed.next()).toMatchObject({ data: { errors: [{ extensions: { code: 'FORBIDDEN' } }] } });
  });

  test('run by GET as well, as a browser would ask', async () => {
    const leaving = new AbortController();
    const search = new URLSearchParams({ query: FOLLOW, variables: JSON.stringify({ id: '1' }) });
    const response = await fetch(`${graph.url}/stream?${search}`, { signal: leaving.signal });
    expect(response.status).toBe(200);
    leaving.abort();
  });
});
