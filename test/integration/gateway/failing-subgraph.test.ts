/** A subgraph that fails in every way there is, seen by a client: its fields are null with a code, the others are there. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { postGraphQL } from '#test/support/graphql-client.ts';
import { httpAnswer, openScriptedServer, type Script, type ScriptedServer } from '#test/support/scripted-server.ts';
import { openSmallGraph, type SmallGraph } from '#test/support/small-graph.ts';

let catalog: ScriptedServer;
let graph: SmallGraph;
beforeEach(async () => {
  catalog = await openScriptedServer(answersWell);
  graph = await openSmallGraph({
    gateway: { subgraphUrls: { catalog: catalog.url } },
    limits: { subgraph: { maxResponseBytes: 1_000_000 } },
  });
});
afterEach(async () => {
  await graph[Symbol.asyncDispose]();
  await catalog[Symbol.asyncDispose]();
});

const answersWell: Script = ({ body, socket }) => {
  const { variables } = JSON.parse(body) as { readonly variables?: { readonly representations?: readonly unknown[] } };
  const entities = variables?.representations?.map(() => ({ __typename: 'Product', title: 'A title' }));
  socket.write(httpAnswer({ data: entities ? { _entities: entities } : { product: { title: 'A title' } } }));
};
const say =
  (text: string): Script =>
  ({ socket }) => {
    socket.write(text);
  };

const QUERY = '{ orders(ids: ["1", "2"]) { id status product { title } } product(sku: "s") { title } }';
const ORDERS = (title: string | null) => [
  { id: '1', status: 'NEW', product: { title } },
  { id: '2', status: 'NEW', product: { title } },
];

describe('a subgraph that', () => {
  test.each([
    ['hangs', () => undefined, 'UPSTREAM_TIMEOUT'],
    ['hangs up', ({ socket }) => socket.destroy(), 'UPSTREAM_UNAVAILABLE'],
    ['answers garbage', say('\x00\x01garbage 10.1.2.3:4001\r\n\r\n'), 'UPSTREAM_MALFORMED'],
    [
      'answers half a body',
      ({ socket }) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"data":{'),
      'UPSTREAM_MALFORMED',
    ],
    ['answers 10 MB', say(httpAnswer({ data: { product: { title: 'x'.repeat(10_000_000) } } })), 'UPSTREAM_MALFORMED'],
    [
      'stands behind a proxy that finds it not',
      say(httpAnswer('<h1>10.1.2.3</h1>', [], '502 Bad Gateway')),
      'UPSTREAM_UNAVAILABLE',
    ],
  ] as readonly (readonly [string, Script, string])[])('%s costs its own fields only', async (_, script, code) => {
    catalog.answerWith(script);
    const { body, status } = await postGraphQL(graph.url, QUERY, { headers: { 'x-time-budget-ms': '3000' } });
    expect(status).toBe(200);
    expect(body.data).toEqual({ orders: ORDERS(null), product: null });
    expect(body.errors?.length).toBeGreaterThan(0);
    for (const error of body.errors ?? [])
      expect(error.extensions).toEqual({ code, serviceName: 'catalog', correlationId: expect.any(String) });
    expect(body.errors?.map(({ path }) => path?.[0]).sort()).toEqual(['orders', 'product']);
    expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|10\.1\.2\.3|localhost|ECONN|socket|:\d{4,5}/i);
    // What it did is over with it: the next caller is served.
    catalog.answerWith(answersWell);
    const next = await postGraphQL(graph.url, QUERY);
    expect(next.body).toEqual({ data: { orders: ORDERS('A title'), product: { title: 'A title' } } });
  });
});

test('a subgraph that nobody listens for refuses, and nothing tells where it was looked for', async () => {
  const gone = await openScriptedServer();
  const alone = await openSmallGraph({ gateway: { subgraphUrls: { catalog: gone.url } } });
  try {
    await gone[Symbol.asyncDispose]();
    const { body } = await postGraphQL(alone.url, QUERY);
    expect(body.data).toEqual({ orders: ORDERS(null), product: null });
    for (const error of body.errors ?? []) expect(error.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(JSON.stringify(body)).not.toMatch(new RegExp(`127\\.0\\.0\\.1|${gone.port}|ECONN`));
  } finally {
    await alone[Symbol.asyncDispose]();
  }
});
