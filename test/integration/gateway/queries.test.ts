import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { postGraphQL } from '#test/support/graphql-client.ts';
import { openSmallGraph, type SmallGraph } from '#test/support/small-graph.ts';

let graph: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph({ limits: { subgraph: { maxResponseBytes: 20_000 } } });
});
afterAll(async () => {
  await graph[Symbol.asyncDispose]();
});

describe('queries', () => {
  test('join entities of another subgraph, in order', async () => {
    const { status, body } = await postGraphQL(
      graph.url,
      'query($ids: [ID!]!) { orders(ids: $ids) { id product { title } } }',
      {
        variables: { ids: ['2', '1'] },
      },
    );
    expect(status).toBe(200);
    expect(body).toEqual({
      data: {
        orders: [
          { id: '2', product: { title: 'Title of sku-2' } },
          { id: '1', product: { title: 'Title of sku-1' } },
        ],
      },
    });
  });

  test('a mutation runs over POST and not over GET', async () => {
    const mutation = 'mutation { touch(id: "1") { id } }';
    expect((await postGraphQL(graph.url, mutation)).body).toEqual({ data: { touch: { id: '1' } } });
    const overGet = await fetch(`${graph.url}?query=${encodeURIComponent(mutation)}`);
    expect(overGet.status).toBe(405);
    expect(overGet.headers.get('allow')).toBe('POST');
  });

  test('a query runs over GET', async () => {
    const query = 'query($id: ID!) { order(id: $id) { status } }';
    const response = await fetch(
      `${graph.url}?query=${encodeURIComponent(query)}&variables=${encodeURIComponent('{"id":"1"}')}`,
      {
        headers: { accept: 'application/graphql-response+json' },
      },
    );
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    expect(await response.json()).toEqual({ data: { order: { status: 'NEW' } } });
  });

  test('a subscription over POST is refused with words that help', async () => {
    const { body } = await postGraphQL(graph.url, 'subscription { ticks { status } }');
    expect(body.data).toBeUndefined();
    expect(body.errors?.[0]?.message).toMatch(/WebSocket/);
  });

  test('the correlation id goes to every subgraph and back to the caller', async () => {
    const { headers } = await postGraphQL(graph.url, '{ order(id: "1") { product { title } } }', {
      headers: { 'x-correlation-id': 'shop-4711-abc' },
    });
    expect(headers.get('x-correlation-id')).toBe('shop-4711-abc');
    expect(graph.catalog.correlationIds.at(-1)).toBe('shop-4711-abc');
  });

  test('the bearer token goes to every subgraph', async () => {
    const { body } = await postGraphQL(graph.url, '{ caller }', { token: await graph.token({ channel: 'outlet' }) });
    expect(body).toEqual({ data: { caller: 'outlet' } });
  });
});

describe('errors', () => {
  test('a syntax error, an unknown field and a wrong variable keep their codes and answer 400', async () => {
    const cases = [
      ['{', {}, 'GRAPHQL_PARSE_FAILED'],
      ['{ nothing }', {}, 'GRAPHQL_VALIDATION_FAILED'],
      ['query($ids: [ID!]!) { orders(ids: $ids) { id } }', { ids: null }, 'BAD_USER_INPUT'],
    ] as const;
    for (const [query, variables, code] of cases) {
      const { status, body } = await postGraphQL(graph.url, query, { variables });
      expect({ status, code: body.errors?.[0]?.extensions.code }).toEqual({ status: 400, code });
      expect(body.errors?.[0]?.extensions.correlationId).toEqual(expect.any(String));
    }
  });

  test('a bug is masked, and the rest of the answer stays', async () => {
    const { body } = await postGraphQL(graph.url, '{ bug order(id: "1") { id } }');
    expect(body.data).toEqual({ bug: null, order: { id: '1' } });
    expect(body.errors).toEqual([
      {
        message: expect.stringContaining('Something went wrong'),
        path: ['bug'],
        extensions: { code: 'INTERNAL', serviceName: 'orders', correlationId: expect.any(String) },
      },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/hunter2|secret\.ts/);
  });

  test('a catalogued failure says what, where and until when', async () => {
    const { body } = await postGraphQL(graph.url, '{ outage }');
    expect(body.errors).toEqual([
      {
        message: 'erp-main: the quota is used up.',
        path: ['outage'],
        extensions: {
          code: 'UPSTREAM_RATE_LIMITED',
          system: 'erp-main',
          retryAfterMs: 1500,
          serviceName: 'orders',
          correlationId: expect.any(String),
        },
      },
    ]);
  });

  test('a field without the scope is refused by its coordinate, the rest is answered', async () => {
    const query = '{ product(sku: "s") { title cost } }';
    const refused = await postGraphQL(graph.url, query);
    expect(refused.body.data).toEqual({ product: { title: 'Title of s', cost: null } });
    expect(refused.body.errors).toEqual([
      {
        message: expect.stringContaining('Product.cost asks for the scope "ops:read"'),
        path: ['product', 'cost'],
        extensions: { code: 'FORBIDDEN', serviceName: 'catalog', correlationId: expect.any(String) },
      },
    ]);
    const allowed = await postGraphQL(graph.url, query, { token: await graph.token({ scopes: ['ops:read'] }) });
    expect(allowed.body).toEqual({ data: { product: { title: 'Title of s', cost: 7 } } });
  });

  test('a bad token is refused at the door', async () => {
    const { status, headers, body } = await postGraphQL(graph.url, '{ caller }', { token: 'a.b.c' });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('a promised value that a subgraph left out is an error, not a footnote', async () => {
    const { body } = await postGraphQL(graph.url, '{ order(id: "hollow") { id firm { firmTitle } } }');
    expect(body.data).toEqual({ order: null });
    expect(body.extensions).toBeUndefined();
    expect(body.errors).toHaveLength(1);
  });

  test('an answer over the size limit of a hop is refused, not swallowed', async () => {
    const ids = Array.from({ length: 2_000 }, (_, index) => String(index));
    const { body } = await postGraphQL(graph.url, 'query($ids: [ID!]!) { orders(ids: $ids) { id status } }', {
      variables: { ids },
    });
    expect(body.data).toBeNull();
    expect(body.errors?.[0]).toMatchObject({
      path: ['orders'],
      extensions: { code: 'UPSTREAM_MALFORMED', serviceName: 'orders' },
    });
  });

  test('a subgraph hands in what it has before the caller has gone, each missing field with its reason', async () => {
    const query = '{ patience order(id: "1") { id } product(sku: "s") { title } }';
    // Planned beforehand: the budget is for the subgraphs.
    await using planned = await openSmallGraph({ gateway: { savedOperations: [query] } });
    const { body } = await postGraphQL(planned.url, query, { headers: { 'x-time-budget-ms': '2000' } });
    expect(body.data).toEqual({ patience: null, order: { id: '1' }, product: { title: 'Title of s' } });
    expect(body.errors).toMatchObject([
      { path: ['patience'], extensions: { code: 'UPSTREAM_TIMEOUT', serviceName: 'orders' } },
    ]);
  });
});

describe('what an answer is wanted for', () => {
  const query = '{ product(sku: "s") { wantedFor } }';
  const wantedFor = async (headers: Record<string, string>, scopes: readonly string[] = ['storefront']) => {
    const { body } = await postGraphQL(graph.url, query, { headers, token: await graph.token({ scopes }) });
    return String((body.data?.product as { readonly wantedFor?: string } | undefined)?.wantedFor);
  };

  test('goes to every subgraph, with the oldest age that is taken', async () => {
    expect(await wantedFor({})).toBe('DETAIL, DETAIL, waits 0, at most any');
    expect(await wantedFor({ 'x-purpose': 'CART' })).toBe('CART, DETAIL, waits 800, at most any');
    expect(await wantedFor({ 'x-purpose': 'BROWSE', 'x-max-age-ms': '0' })).toBe(
      'BROWSE, BROWSE, waits 2000, at most 0',
    );
  });

  test('only store staff and operators are served as store staff', async () => {
    const headers = { 'x-purpose': 'STORE_ASSOCIATE' };
    expect(await wantedFor(headers)).toMatch(/^DETAIL, DETAIL/);
    expect(await wantedFor(headers, ['store:operate'])).toMatch(/^STORE_ASSOCIATE, CHECKOUT/);
  });

  test.each([
    [{ 'x-purpose': 'WHATEVER' }, 'x-purpose: one of BROWSE, DETAIL, CART, CHECKOUT, STORE_ASSOCIATE, not "WHATEVER".'],
    [{ 'x-max-age-ms': 'PT5S' }, 'x-max-age-ms: whole milliseconds, 0 to 999999999, not "PT5S".'],
  ])('%j is refused with what is allowed', async (headers, message) => {
    const { body, status } = await postGraphQL(graph.url, query, { headers });
    expect({ status, errors: body.errors }).toMatchObject({
      status: 400,
      errors: [{ message, extensions: { code: 'BAD_INPUT' } }],
    });
  });

  test('a page of an allowed origin may say it', async () => {
    const response = await fetch(graph.url, {
      method: 'OPTIONS',
      headers: { origin: graph.gateway.url, 'access-control-request-method': 'POST' },
    });
    expect(response.headers.get('access-control-allow-headers')).toMatch(/x-time-budget-ms, x-purpose, x-max-age-ms/);
  });
});

describe('a subgraph that is down', () => {
  test('costs its fields only, at every place they were wanted', async () => {
    await graph.catalog.stop();
    try {
      const { status, body } = await postGraphQL(
        graph.url,
        '{ orders(ids: ["1", "2"]) { id product { title } } first: product(sku: "a") { title } second: product(sku: "b") { title } }',
      );
      expect(status).toBe(200);
      expect(body.data).toEqual({
        orders: [
          { id: '1', product: { title: null } },
          { id: '2', product: { title: null } },
        ],
        first: null,
        second: null,
      });
      const paths = body.errors?.map(({ path }) => path?.join('.')).sort();
      expect(paths).toEqual(['first', 'orders', 'second']);
      for (const error of body.errors ?? [])
        expect(error.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', serviceName: 'catalog' });
      expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|ECONN/);
    } finally {
      await graph.catalog.start();
    }
    const { body } = await postGraphQL(graph.url, '{ product(sku: "s") { title } }');
    expect(body).toEqual({ data: { product: { title: 'Title of s' } } });
  });
});

describe('beside the graph', () => {
  test('health and metrics', async () => {
    const [livez, readyz, metrics] = await Promise.all(
      ['/livez', '/readyz', '/metrics'].map(async (path) => {
        const response = await fetch(`${graph.gateway.url}${path}`);
        return { status: response.status, text: await response.text() };
      }),
    );
    expect(livez?.status).toBe(200);
    expect(readyz).toEqual({
      status: 200,
      text: JSON.stringify({ status: 'ready', checks: [{ name: 'supergraph', ok: true }] }),
    });
    expect(metrics?.text).toMatch(/graphql_operations_total\{operation="query",outcome="ok",server="gateway"\} \d+/);
    expect(metrics?.text).toMatch(
      /gateway_subgraph_request_seconds_count\{service="catalog",outcome="ok",server="gateway"\} \d+/,
    );
  });

  test('how each subgraph is asked can be seen at any moment', async () => {
    await postGraphQL(graph.url, '{ product(sku: "s") { title } }');
    const text = await (await fetch(`${graph.gateway.url}/metrics`)).text();
    for (const [name, value] of [
      ['connections', '[1-9]\\d*'],
      ['under_way', '0'],
      ['waiting', '0'],
      ['paused', '0'],
    ])
      expect(text).toMatch(new RegExp(`gateway_subgraph_${name}\\{service="catalog",server="gateway"\\} ${value}\n`));
  });

  test('the playground is one page that asks nothing of other servers', async () => {
    const response = await fetch(`${graph.gateway.url}/`);
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*connect-src 'self'/);
    expect(text.match(/(?:https?:)?\/\/[a-z0-9.-]+\.[a-z]{2,}/gi) ?? []).toEqual([]);
  });

  test('in production there is neither playground nor introspection', async () => {
    await using closed = await openSmallGraph({ development: false });
    expect((await fetch(`${closed.gateway.url}/`)).status).toBe(404);
    const { status, body } = await postGraphQL(closed.url, '{ __schema { queryType { name } } }');
    expect(status).toBe(400);
    expect(body.errors?.[0]?.message).toMatch(/introspection/i);
    const near = await postGraphQL(closed.url, '{ produc }');
    expect(near.body.errors?.[0]?.message).not.toMatch(/Did you mean/);
  });
});
