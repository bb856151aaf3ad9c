import { describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { schemaChanges } from '#gateway/supergraph/changes.ts';
import { checkSupergraph } from '#gateway/supergraph/check.ts';
import { composeSubgraphs } from '#gateway/supergraph/compose.ts';
import { LINT_RULES, lintSubgraphs } from '#gateway/supergraph/lint.ts';
import { CATALOG_SDL, ORDERS_SDL } from '#test/support/small-graph.ts';

const ORDERS = { name: 'orders', routingUrl: 'http://orders/graphql', file: 'orders.graphql', sdl: ORDERS_SDL };
const CATALOG = { name: 'catalog', routingUrl: 'http://catalog/graphql', file: 'catalog.graphql', sdl: CATALOG_SDL };
const composed = (sources = [ORDERS, CATALOG]) => {
  const composition = composeSubgraphs(sources);
  if (composition.kind === 'failed') throw new Error(JSON.stringify(composition.problems));
  return composition;
};

describe('changes for clients', () => {
  const BEFORE = `
    type Query { product(sku: ID!, language: String): Product, productList(first: Int): [Product!]!, kind: Kind }
    type Product { title: String, titleLong: String, price: Price }
    type Price { amount: String! }
    enum Kind { A B }
    input Filter { text: String, deep: Filter, kind: Kind }
    type Mutation { find(filter: Filter): Product }
  `;
  const OPERATIONS = [
    { file: 'page.graphql', text: 'query($sku: ID!) { product(sku: $sku, language: "de") { title } }' },
    { file: 'find.graphql', text: 'mutation($filter: Filter) { find(filter: $filter) { title } }' },
  ];
  const changesOf = (from: string, to: string) =>
    schemaChanges(buildSchema(BEFORE), buildSchema(BEFORE.replace(from, to)), OPERATIONS);

  test.each<[string, string, string, string, readonly string[]]>([
    ['a used field is gone', 'title: String, titleLong', 'titleLong', 'breaking', ['find.graphql', 'page.graphql']],
    ['a field nobody uses is gone, though its name begins like a used one', 'titleLong: String, ', '', 'risky', []],
    ['a field of a used type changes its type, unused', 'price: Price', 'price: String', 'risky', []],
    ['a used argument is gone', ', language: String', '', 'breaking', ['page.graphql']],
    ['an unused argument is gone', '(first: Int)', '', 'risky', []],
    [
      'a used field gets a required argument',
      'language: String)',
      'language: String, channel: String!)',
      'breaking',
      ['page.graphql'],
    ],
    ['a field of an input type that is sent is gone', 'text: String, deep', 'deep', 'breaking', ['find.graphql']],
    ['a value that may be sent is gone', 'enum Kind { A B }', 'enum Kind { A }', 'breaking', ['find.graphql']],
    ['a field is new', 'titleLong: String', 'titleLong: String, ean: String', 'safe', []],
  ])('%s', async (_, from, to, severity, breaks) => {
    const [first] = await changesOf(from, to);
    expect(first).toMatchObject({ severity, breaks });
  });

  test('nothing has changed', async () => {
    expect(await changesOf('A B', 'A B')).toEqual([]);
  });
});

describe('lint', () => {
  const codesOf = (sources: (typeof ORDERS)[]) => {
    const { subgraphs, supergraphSdl } = composed(sources);
    return lintSubgraphs(subgraphs, supergraphSdl);
  };

  test('finds @requires with arguments, under any name of the directive', () => {
    const imports = '@key", "@external", "@requires", "@shareable';
    const orders = ORDERS_SDL.replace('"@key", "@shareable"', `"${imports}"`).replace(
      'type Product @key(fields: "sku") @access(scope: "storefront") { sku: ID! }',
      'type Product @key(fields: "sku") @access(scope: "storefront") { sku: ID! title(language: String): String @external line: String @requires(fields: "title(language: \\"de\\")") }',
    );
    const findings = codesOf([{ ...ORDERS, sdl: orders }, CATALOG]).filter(
      ({ code }) => code === 'REQUIRES_WITH_ARGUMENTS',
    );
    expect(findings).toEqual([
      expect.objectContaining({
        severity: 'error',
        where: expect.stringMatching(/^orders\.graphql:\d+$/),
        message: expect.stringContaining('line requires'),
      }),
    ]);
  });

  test('finds fields without an access rule, and takes the rule of the type for all its fields', () => {
    const open = CATALOG_SDL.replace('type Query @access(scope: "storefront")', 'type Query');
    expect(
      codesOf([ORDERS, { ...CATALOG, sdl: open }])
        .filter(({ code }) => code === 'ACCESS_RULE_MISSING')
        .map(({ message }) => message),
    ).toEqual(['Query.product', 'Query.caller']);
    expect(codesOf([ORDERS, CATALOG]).filter(({ code }) => code === 'ACCESS_RULE_MISSING')).toEqual([]);
  });

  test('finds what has no description, but asks none of root types', () => {
    const messages = codesOf([ORDERS, CATALOG])
      .filter(({ code, where }) => code === 'DESCRIPTION_MISSING' && where.startsWith('catalog'))
      .map(({ message }) => message);
    expect(messages).toContain('Product');
    expect(messages).toContain('Product.title.language');
    expect(messages).not.toContain('Query');
    expect(messages).not.toContain('Product.seenBy');
  });

  test('finds non-null fields of other subgraphs that an event can reach', () => {
    expect(codesOf([ORDERS, CATALOG]).filter(({ code }) => code === 'EVENT_FIELD_NOT_NULLABLE')).toEqual([
      {
        code: 'EVENT_FIELD_NOT_NULLABLE',
        severity: LINT_RULES.EVENT_FIELD_NOT_NULLABLE.severity,
        where: 'streams of "orders"',
        message: 'Product: firmTitle',
      },
    ]);
  });

  test('asks nothing of fields behind a nullable one, where a null ends', () => {
    const [firm, soft] = [/firm: Product!/g, 'firm: Product'];
    expect(ORDERS_SDL).toMatch(firm);
    const orders = { ...ORDERS, sdl: ORDERS_SDL.replaceAll(firm, soft) };
    expect(codesOf([orders, CATALOG]).filter(({ code }) => code === 'EVENT_FIELD_NOT_NULLABLE')).toEqual([]);
  });
});

describe('the check as a whole', () => {
  const composition = composed();
  const operations = [{ file: 'order.graphql', text: '{ order(id: 1) { status } }' }];

  test('passes when the committed supergraph is fresh, operations are valid and nothing breaks', async () => {
    const report = await checkSupergraph({
      composition,
      committed: composition.supergraphSdl,
      base: { name: 'HEAD', sdl: composition.supergraphSdl },
      operations,
    });
    expect(report).toMatchObject({ passed: true, problems: [], changes: [] });
  });

  test('fails for a stale supergraph, a broken operation and a breaking change, each with its remedy', async () => {
    const before = composed([
      {
        ...ORDERS,
        sdl: ORDERS_SDL.replace('status: String!\n    product', 'status: String!\n    old: Int\n    product'),
      },
      CATALOG,
    ]);
    const report = await checkSupergraph({
      composition,
      committed: before.supergraphSdl,
      base: { name: 'main', sdl: before.supergraphSdl },
      operations: [
        ...operations,
        { file: 'old.graphql', text: '{ order(id: 1) { old } }' },
        { file: 'broken.graphql', text: '{' },
      ],
    });
    expect(report.passed).toBe(false);
    expect(report.problems.map(({ code, remedy }) => [code, remedy.length > 0])).toEqual([
      ['SUPERGRAPH_STALE', true],
      ['OPERATION_INVALID', true],
      ['OPERATION_INVALID', true],
    ]);
    expect(report.changes[0]).toMatchObject({ severity: 'breaking', breaks: ['old.graphql'] });
  });

  test('fails for a lint error and not for a warning', async () => {
    const open = composed([
      ORDERS,
      { ...CATALOG, sdl: CATALOG_SDL.replace('type Query @access(scope: "storefront")', 'type Query') },
    ]);
    const report = await checkSupergraph({
      composition: open,
      committed: open.supergraphSdl,
      base: null,
      operations: [],
    });
    expect(report.passed).toBe(false);
    expect(report.findings.some(({ severity }) => severity === 'warning')).toBe(true);
  });

  test('stops at a composition that fails', async () => {
    const report = await checkSupergraph({
      composition: composeSubgraphs([{ ...ORDERS, sdl: '{' }]),
      committed: null,
      base: null,
      operations,
    });
    expect(report).toMatchObject({ passed: false, problems: [{ code: 'INVALID_GRAPHQL' }] });
  });
});
