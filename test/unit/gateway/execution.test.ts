/** What a subgraph never does when it behaves, and where ours answers better than the stock executor. */
import { describe, expect, test } from '@jest/globals';
import { createEngine, DEFAULT_ENGINE_OPTIONS } from '#gateway/execution/engine.ts';
import { createGeneration } from '#gateway/execution/generation.ts';
import type { HopReply, HopScope } from '#gateway/execution/hop.ts';
import { composeSubgraphs } from '#gateway/supergraph/compose.ts';
import { createErrorFormatter } from '#runtime/graphql/errors.ts';
import { silentLog } from '#runtime/log.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@external", "@requires"])';
const SUBGRAPHS = {
  catalog: `${LINK}
    type Query { items: [Item!], item: Item, count: Int, plain: Plain }
    type Plain { label: String! }
    type Item @key(fields: "id") { id: ID! grid: [[Cell!]] title: String! tags: [String] }
    type Cell { code: String! }`,
  stock: `${LINK}
    type Item @key(fields: "id") { id: ID! grid: [[Cell!]] @external inStock: Int layout: String @requires(fields: "grid { code }") }
    type Cell { code: String! @external }`,
};

const SCOPE: HopScope = {
  freshness: { purpose: 'DETAIL' },
  correlationId: 'id',
  deadlineMs: Number.MAX_SAFE_INTEGER,
  isOver: false,
  whenOver: () => () => undefined,
};

type Answers = Readonly<Record<string, (variables: Record<string, unknown>) => unknown>>;

const composition = composeSubgraphs(
  Object.entries(SUBGRAPHS).map(([name, sdl]) => ({ name, routingUrl: 'http://none', file: `${name}.graphql`, sdl })),
);
if (composition.kind === 'failed') throw new Error(JSON.stringify(composition.problems));
const generation = createGeneration(1, composition.supergraphSdl);

const run = async (query: string, answers: Answers): Promise<Record<string, unknown>> => {
  const engine = createEngine(generation, DEFAULT_ENGINE_OPTIONS, {
    formatError: createErrorFormatter({ log: silentLog }),
    hopOf: (name) => ({
      name,
      send: async ({ body }) => {
        const { variables } = JSON.parse(body) as { variables: Record<string, unknown> };
        return { kind: 'answered', result: answers[name]?.(variables) } as HopReply;
      },
    }),
  });
  const preparation = engine.prepare(query);
  if (preparation.kind === 'refused') throw new Error(String(preparation.errors[0]));
  const result = await preparation.operation.execute({}, SCOPE);
  if (result.kind === 'refused') throw new Error(String(result.errors[0]));
  return JSON.parse(result.body) as Record<string, unknown>;
};

describe('a subgraph that answers what it should not', () => {
  test('costs the place alone, with its reason, whatever the shape', async () => {
    const answer = await run('{ items { id } plain { label } count }', {
      catalog: () => ({ data: { items: 'no list', plain: [1], count: 7 } }),
    });
    expect(answer.data).toEqual({ items: null, plain: null, count: 7 });
    expect(answer.errors).toMatchObject([
      { path: ['items'], extensions: { code: 'UPSTREAM_MALFORMED' } },
      { path: ['plain'], extensions: { code: 'UPSTREAM_MALFORMED' } },
    ]);
  });

  test('errors that are none are told all the same', async () => {
    const answer = await run('{ count }', {
      catalog: () => ({ data: { count: null }, errors: [null, { path: 'x', message: 4 }] }),
    });
    expect(answer.data).toEqual({ count: null });
    expect(answer.errors).toHaveLength(2);
  });

  test('another number of entities than asked for is refused', async () => {
    const answer = await run('{ items { id inStock } }', {
      catalog: () => ({ data: { items: [{ __typename: 'Item', id: '1' }] } }),
      stock: () => ({ data: { _entities: [] } }),
    });
    expect(answer.data).toEqual({ items: [{ id: '1', inStock: null }] });
    expect(answer.errors).toMatchObject([
      { path: ['items'], extensions: { code: 'UPSTREAM_MALFORMED', serviceName: 'stock' } },
    ]);
  });

  test('a look-up that failed as a whole is one error, at the list', async () => {
    const answer = await run('{ items { id inStock } }', {
      catalog: () => ({ data: { items: [{ __typename: 'Item', id: '1' }] } }),
      stock: () => ({ data: null, errors: [{ message: 'x', path: ['_entities'], extensions: { code: 'FORBIDDEN' } }] }),
    });
    expect(answer.errors).toMatchObject([{ path: ['items'], extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('entities', () => {
  test('are asked for once each, and an error stands at each of their places', async () => {
    let asked: unknown;
    const item = (id: string) => ({ __typename: 'Item', id });
    const answer = await run('{ items { inStock } }', {
      catalog: () => ({ data: { items: [item('a'), item('b'), item('a')] } }),
      stock: ({ representations }) => {
        asked = representations;
        return {
          data: { _entities: [{ inStock: null }, { inStock: 2 }] },
          errors: [{ message: 'x', path: ['_entities', 0, 'inStock'], extensions: { code: 'FORBIDDEN' } }],
        };
      },
    });
    expect(asked).toEqual([item('a'), item('b')]);
    expect(answer.data).toEqual({ items: [{ inStock: null }, { inStock: 2 }, { inStock: null }] });
    expect((answer.errors as { path: unknown }[]).map(({ path }) => path)).toEqual([
      ['items', 0, 'inStock'],
      ['items', 2, 'inStock'],
    ]);
  });

  test('lists of lists are told to whoever requires them', async () => {
    let asked: unknown;
    const grid = [[{ code: 'x' }, { code: 'y' }], []];
    await run('{ item { layout } }', {
      catalog: () => ({ data: { item: { __typename: 'Item', id: '1', grid } } }),
      stock: ({ representations }) => {
        asked = representations;
        return { data: { _entities: [{ layout: 'l' }] } };
      },
    });
    expect(asked).toEqual([{ __typename: 'Item', id: '1', grid }]);
  });
});

test('keys stand in the order the client wrote them', async () => {
  const data = { items: [{ __typename: 'Item', title: 't', id: '1' }], count: 1 };
  const answer = await run('{ count ...F items { again: id } __typename } fragment F on Query { items { title id } }', {
    catalog: () => ({ data: { ...data, items: [{ ...data.items[0], again: '1' }] } }),
  });
  expect(JSON.stringify(answer)).toBe(
    '{"data":{"count":1,"items":[{"title":"t","id":"1","again":"1"}],"__typename":"Query"}}',
  );
});
