/** The gateway's door over real sockets: what it takes, what it refuses, and in which words. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openSocket, postGraphQL } from '#test/support/graphql-client.ts';
import { openSmallGraph, type SmallGraph } from '#test/support/small-graph.ts';

const SAVED = 'query Title($sku: ID!) {\n  product(sku: $sku) { title }\n}\n';
const STREAM = 'subscription Ticks { ticks { status } }\n';
const BROKEN = 'query Broken { nothingOfTheKind }\n';
const idOf = (text: string): string => createHash('sha256').update(text).digest('hex');

let graph: SmallGraph;
let strict: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph({ gateway: { savedOperations: [SAVED, BROKEN] } });
  strict = await openSmallGraph({ development: false, gateway: { savedOperations: [SAVED, STREAM], safelist: true } });
});
afterAll(async () => {
  await graph[Symbol.asyncDispose]();
  await strict[Symbol.asyncDispose]();
});

type Sent = { readonly headers?: Record<string, string>; readonly method?: string };
type Answer = { readonly status: number; readonly headers: Headers; readonly text: string; readonly body: unknown };

const send = async (
  url: string,
  body: string | Uint8Array<ArrayBuffer> | null,
  { headers = {}, method = 'POST' }: Sent = {},
): Promise<Answer> => {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === null ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text === '' ? null : JSON.parse(text) };
};
const post = (body: unknown, sent: Sent = {}, url = graph.url): Promise<Answer> =>
  send(url, JSON.stringify(body), sent);

const TITLE = { data: { product: { title: 'Title of a' } } };

describe('a saved operation', () => {
  test.each([
    ['its id', { id: `sha256:${idOf(SAVED)}`, variables: { sku: 'a' } }],
    ['its bare hash', { id: idOf(SAVED), variables: { sku: 'a' } }],
    [
      "the extension of Apollo's clients",
      { extensions: { persistedQuery: { version: 1, sha256Hash: idOf(SAVED) } }, variables: { sku: 'a' } },
    ],
    ['its id and its text', { id: idOf(SAVED), query: SAVED, operationName: 'Title', variables: { sku: 'a' } }],
  ])('is executed by %s', async (_, body) => {
    expect((await post(body)).body).toEqual(TITLE);
  });

  test('is executed over GET, so that it may be kept by whoever stands between', async () => {
    const url = `${graph.url}?id=sha256:${idOf(SAVED)}&variables=${encodeURIComponent('{"sku":"a"}')}`;
    expect((await send(url, null, { method: 'GET' })).body).toEqual(TITLE);
  });

  test('that is unknown is said in the words that make clients send the text', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: idOf('{ other }') } };
    const asked = await post({ extensions });
    expect(asked.body).toEqual({
      errors: [
        {
          message: 'PersistedQueryNotFound',
          extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', correlationId: expect.any(String) },
        },
      ],
    });
    // And with the text it is executed, but not saved: whoever may send may not fill our memory.
    const query = '{ product(sku: "b") { title } }';
    const both = { query, extensions: { persistedQuery: { version: 1, sha256Hash: idOf(query) } } };
    expect((await post(both)).body).toEqual({ data: { product: { title: 'Title of b' } } });
    expect((await post({ extensions: both.extensions })).text).toContain('PersistedQueryNotFound');
  });

  test('does not lend its id to another text', async () => {
    const { body, status } = await post({ id: idOf(SAVED), query: '{ caller }' });
    expect({ body, status }).toMatchObject({ status: 400, body: { errors: [{ extensions: { code: 'BAD_INPUT' } }] } });
  });

  test.each(['sha256:abc', 'md5:00', 7, '../etc/passwd'])('has an id of one form: not %j', async (id) => {
    expect(await post({ id })).toMatchObject({ status: 400, text: expect.stringContaining('id: the SHA-256') });
  });
});

describe('with a safelist', () => {
  test('saved operations are executed, by id and by text', async () => {
    const token = await strict.token();
    const headers = { authorization: `Bearer ${token}` };
    for (const body of [{ id: idOf(SAVED) }, { query: SAVED }])
      expect((await post({ ...body, variables: { sku: 'a' } }, { headers }, strict.url)).body).toEqual(TITLE);
  });

  test('all others are refused, and it is said what to do', async () => {
    const { body, status } = await post({ query: '{ caller }' }, {}, strict.url);
    expect({ body, status }).toEqual({
      status: 403,
      body: {
        errors: [
          {
            message: expect.stringMatching(/saved operations only.*save it first, or send one by its id/),
            extensions: { code: 'OPERATION_NOT_SAVED', correlationId: expect.any(String) },
          },
        ],
      },
    });
  });

  test('subscriptions too', async () => {
    const socket = await openSocket(strict.url, await strict.token());
    socket.send({ type: 'subscribe', id: '1', payload: { query: 'subscription { ticks { status } }' } });
    expect(await socket.nextOf('1')).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'OPERATION_NOT_SAVED' } }],
    });
    await socket.close();
  });
});

describe('what is asked', () => {
  test.each([
    ['no JSON', '{', 400],
    ['bytes that are no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), 400],
    ['a list', '[{"query":"{ caller }"}]', 400],
    ['a number', '7', 400],
    ['nothing', '', 400],
    ['no text', '{}', 400],
    ['a text that is none', '{"query":7}', 400],
    ['variables that are none', '{"query":"{ caller }","variables":[1]}', 400],
    ['a name that is none', '{"query":"{ caller }","operationName":{}}', 400],
    ['extensions that are none', '{"query":"{ caller }","extensions":"x"}', 400],
  ])('%s is refused with its reason', async (_, body, status) => {
    const answer = await send(graph.url, body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      errors: [{ message: expect.any(String), extensions: { code: 'BAD_INPUT', correlationId: expect.any(String) } }],
    });
  });

  test.each(['text/plain', 'application/json; charset=iso-8859-1', 'application/jsonp'])(
    'as %s is refused',
    async (type) => {
      expect((await send(graph.url, '{"query":"{ caller }"}', { headers: { 'content-type': type } })).status).toBe(415);
    },
  );

  test('names of the protocol as variables of a URL that are no JSON objects are refused', async () => {
    for (const given of ['variables=7', 'variables=%7B', 'extensions=[]'])
      expect((await send(`${graph.url}?query={caller}&${given}`, null, { method: 'GET' })).status).toBe(400);
  });
});

describe('the status of a mistake', () => {
  const statusOf = async (accept: string, query: string): Promise<number> =>
    (await post({ query }, { headers: { accept } })).status;

  test.each([
    ['application/graphql-response+json', 400],
    ['*/*', 400],
    ['application/json', 200],
  ])('%s: %p', async (accept, status) => {
    for (const query of ['{', '{ nothing }', 'query($sku: ID!) { product(sku: $sku) { title } }'])
      expect(await statusOf(accept, query)).toBe(status);
    expect(await statusOf(accept, '{ caller }')).toBe(200);
    expect(await statusOf(accept, '{ bug }')).toBe(200);
  });

  test('a form we do not have is said so', async () => {
    const { headers, status } = await post({ query: '{ caller }' }, { headers: { accept: 'text/html' } });
    expect([status, headers.get('content-type')]).toEqual([406, 'application/json; charset=utf-8']);
  });

  test('in production nothing of the schema is told, and __typename is', async () => {
    const closed = await openSmallGraph({ development: false });
    try {
      const refused = await postGraphQL(closed.url, '{ __type(name: "Order") { name } }');
      expect(refused.status).toBe(400);
      expect((await postGraphQL(closed.url, '{ __typename }')).body).toEqual({ data: { __typename: 'Query' } });
      expect((await postGraphQL(closed.url, '{ orde(id: 1) }')).body.errors?.[0]?.message).not.toMatch(/order/);
    } finally {
      await closed[Symbol.asyncDispose]();
    }
  });
});

describe('headers', () => {
  test('nothing is kept by anybody on the way, and every answer can be told by its id', async () => {
    const answers = [
      await post({ query: '{ caller }' }),
      await post({ query: '{' }),
      await post({}),
      await post({ query: '{ caller }' }, { headers: { authorization: 'Bearer x' } }),
    ];
    for (const { headers } of answers)
      expect([headers.get('cache-control'), headers.get('vary'), headers.get('x-correlation-id')]).toEqual([
        'no-store',
        'origin',
        expect.stringMatching(/^[0-9a-f-]{36}$/),
      ]);
  });

  test('a page of an allowed origin may read, another may not', async () => {
    const allowed = await post({ query: '{ caller }' }, { headers: { origin: graph.gateway.url } });
    expect(allowed.headers.get('access-control-allow-origin')).toBe(graph.gateway.url);
    const other = await post({ query: '{ caller }' }, { headers: { origin: 'https://evil.example' } });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });
});

test('the time of a caller who gave little is kept to, with what is there', async () => {
  const { body } = await post(
    { query: '{ patience product(sku: "a") { title } }' },
    { headers: { 'x-time-budget-ms': '2000' } },
  );
  expect(body).toMatchObject({ data: { patience: null, product: { title: 'Title of a' } } });
});
