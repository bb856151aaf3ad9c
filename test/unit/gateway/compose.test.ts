import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { composeSubgraphs, composeSupergraph } from '#gateway/supergraph/compose.ts';
import { readSupergraphConfig } from '#gateway/supergraph/config.ts';
import { formatProblem } from '#gateway/supergraph/explain.ts';
import { explainPlan } from '#gateway/supergraph/query-plan.ts';
import { CATALOG_SDL, ORDERS_SDL } from '#test/support/small-graph.ts';

const ORDERS = { name: 'orders', routingUrl: 'http://orders/graphql', file: 'schema/orders.graphql', sdl: ORDERS_SDL };
const CATALOG = {
  name: 'catalog',
  routingUrl: 'http://catalog/graphql',
  file: 'schema/catalog.graphql',
  sdl: CATALOG_SDL,
};

const directory = mkdtempSync(path.join(tmpdir(), 'supergraph-'));
afterAll(() => rmSync(directory, { recursive: true }));
const configFile = (text: string): string => {
  const file = path.join(directory, 'supergraph.yaml');
  writeFileSync(file, text);
  return file;
};

describe('composition', () => {
  test('gives the same text whenever it gets the same subgraphs', () => {
    const [once, again] = [composeSubgraphs([ORDERS, CATALOG]), composeSubgraphs([ORDERS, CATALOG])];
    expect(once.kind).toBe('composed');
    expect(again).toEqual(once);
  });

  test('carries access rules into the supergraph', () => {
    const composition = composeSubgraphs([ORDERS, CATALOG]);
    expect(composition).toMatchObject({
      kind: 'composed',
      supergraphSdl: expect.stringMatching(/cost: Int .*@access\(scope: "ops:read"\)/),
    });
  });

  test('says what is wrong, where, and what to do', () => {
    const clash = { ...CATALOG, sdl: `${CATALOG_SDL}\nextend type Query { order(id: ID!): String }` };
    const composition = composeSubgraphs([ORDERS, clash]);
    if (composition.kind !== 'failed') throw new Error('This must not compose.');
    const problem = composition.problems.find(({ code }) => code === 'FIELD_TYPE_MISMATCH');
    expect(problem?.places).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ subgraph: 'orders', file: 'schema/orders.graphql', line: expect.any(Number) }),
        expect.objectContaining({ subgraph: 'catalog', file: 'schema/catalog.graphql', line: expect.any(Number) }),
      ]),
    );
    if (!problem) throw new Error('The clash was not found.');
    expect(formatProblem(problem)).toMatch(
      /^FIELD_TYPE_MISMATCH: .*Query\.order[\s\S]*at schema\/orders\.graphql:\d+:\d+[\s\S]*-> Give the field the same type/,
    );
  });

  test('names every file that does not parse, with the line', () => {
    const composition = composeSubgraphs([
      { ...ORDERS, sdl: 'type Query {\n  a: \n}' },
      { ...CATALOG, sdl: 'type {' },
    ]);
    expect(composition).toMatchObject({
      kind: 'failed',
      problems: [
        { code: 'INVALID_GRAPHQL', places: [{ subgraph: 'orders', file: 'schema/orders.graphql', line: 3 }] },
        { code: 'INVALID_GRAPHQL', places: [{ subgraph: 'catalog', line: 1 }] },
      ],
    });
  });
});

describe('supergraph.yaml', () => {
  const text = (change: Record<string, string> = {}): string => {
    const { version = '"=2.14.4"', url = 'http://127.0.0.1:4001/graphql' } = change;
    return `federation_version: ${version}\nsubgraphs:\n  orders:\n    routing_url: ${url}\n    schema:\n      file: orders.graphql\n`;
  };

  test('is read with files relative to itself, in one order', () => {
    const more = `${text()}  catalog:\n    routing_url: http://127.0.0.1:4002/graphql\n    schema:\n      file: ./catalog.graphql\n`;
    expect(readSupergraphConfig(configFile(more))).toEqual({
      federationVersion: '2.14.4',
      subgraphs: [
        {
          name: 'catalog',
          routingUrl: 'http://127.0.0.1:4002/graphql',
          file: path.join(directory, 'catalog.graphql'),
          shownFile: './catalog.graphql',
        },
        {
          name: 'orders',
          routingUrl: 'http://127.0.0.1:4001/graphql',
          file: path.join(directory, 'orders.graphql'),
          shownFile: 'orders.graphql',
        },
      ],
    });
  });

  test('says which line is wrong and what is allowed there', () => {
    expect(() => readSupergraphConfig(configFile(text({ url: 'somewhere' })))).toThrow(
      /subgraphs\.orders\.routing_url \(line 4\).*http/,
    );
    expect(() => readSupergraphConfig(configFile(text({ version: '2' })))).toThrow(/federation_version \(line 1\)/);
  });

  test('must name the installed version and files that exist', () => {
    const other = readSupergraphConfig(configFile(text({ version: '"=2.9.0"' })));
    expect(composeSupergraph(other, () => ORDERS_SDL)).toMatchObject({
      kind: 'failed',
      problems: [{ code: 'FEDERATION_VERSION_MISMATCH' }],
    });
    const config = readSupergraphConfig(configFile(text()));
    expect(composeSupergraph(config, () => null)).toMatchObject({
      kind: 'failed',
      problems: [{ code: 'SUBGRAPH_FILE_MISSING', message: expect.stringContaining('orders.graphql') }],
    });
  });
});

describe('a query plan', () => {
  const composition = composeSubgraphs([ORDERS, CATALOG]);
  const sdl = composition.kind === 'composed' ? composition.supergraphSdl : '';

  test('shows which subgraph is asked what, also for subscriptions', () => {
    const query = explainPlan(sdl, { file: 'q.graphql', text: '{ order(id: 1) { product { title } } }' });
    expect(query).toMatch(
      /Sequence[\s\S]*service: "orders"[\s\S]*Flatten\(path: "order\.product"\)[\s\S]*service: "catalog"/,
    );
    const stream = explainPlan(sdl, { file: 's.graphql', text: 'subscription { ticks { product { title } } }' });
    expect(stream).toMatch(/Subscription[\s\S]*service: "orders"[\s\S]*service: "catalog"/i);
  });

  test('is refused for an operation that is not valid, with the line', () => {
    expect(() => explainPlan(sdl, { file: 'q.graphql', text: '{\n  nothing\n}' })).toThrow(
      /q\.graphql[\s\S]*line 2.*nothing/,
    );
  });
});
