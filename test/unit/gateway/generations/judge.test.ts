import { describe, expect, test } from '@jest/globals';
import { type Candidate, judge } from '#gateway/generations/judge.ts';
import { composeSubgraphs, type SubgraphSource } from '#gateway/supergraph/compose.ts';
import { CATALOG_SDL, ORDERS_SDL } from '#test/support/small-graph.ts';

const OPTIONS = { maxTokens: 1_500, introspection: false };

const subgraphs = (orders = ORDERS_SDL, catalog = CATALOG_SDL, routingUrl = 'http://127.0.0.1:1/graphql') =>
  [
    { name: 'orders', routingUrl, file: 'orders.graphql', sdl: orders },
    { name: 'catalog', routingUrl, file: 'catalog.graphql', sdl: catalog },
  ] satisfies readonly SubgraphSource[];

const composed = (sources: readonly SubgraphSource[] = subgraphs()): string => {
  const composition = composeSubgraphs(sources);
  if (composition.kind === 'failed') throw new Error(JSON.stringify(composition.problems));
  return composition.supergraphSdl;
};

const candidate = (source: Candidate['source'], given: Partial<Candidate> = {}): Candidate => ({
  source,
  present: null,
  operations: [],
  mayBreak: false,
  placed: [],
  ...given,
});

const codesOf = async (asked: Candidate): Promise<readonly string[]> => {
  const judgement = await judge(asked, OPTIONS);
  return judgement.kind === 'accepted' ? ['accepted'] : judgement.problems.map(({ code }) => code);
};

const TITLE = { file: 'title.graphql', text: '{ product(sku: "1") { title } }' };
const withoutTitle = CATALOG_SDL.replace('title(language: String): String', '');

describe('a new supergraph', () => {
  test('is accepted as text or as subgraphs, with the same result', async () => {
    const sdl = composed();
    const asText = await judge(candidate({ kind: 'supergraph', sdl }), OPTIONS);
    const asSubgraphs = await judge(candidate({ kind: 'subgraphs', subgraphs: subgraphs() }), OPTIONS);
    expect(asText).toMatchObject({ kind: 'accepted', supergraphSdl: sdl });
    expect(asSubgraphs).toMatchObject({ kind: 'accepted', supergraphSdl: sdl });
  });

  test('is refused when it is no supergraph, is cut off, or does not compose', async () => {
    const sdl = composed();
    for (const text of ['not a graph', 'type Query { a: Int }', sdl.slice(0, sdl.length / 2)])
      expect(await codesOf(candidate({ kind: 'supergraph', sdl: text }))).not.toContain('accepted');
    const clashing = subgraphs(ORDERS_SDL, CATALOG_SDL.replace('caller: String!', 'caller: String!, order: Int'));
    expect(await codesOf(candidate({ kind: 'subgraphs', subgraphs: clashing }))).not.toContain('accepted');
  });

  test('is refused when it breaks a saved operation that was sound, unless that is allowed', async () => {
    const source = { kind: 'supergraph', sdl: composed(subgraphs(ORDERS_SDL, withoutTitle)) } as const;
    const breaking = { present: composed(), operations: [TITLE] };
    expect(await codesOf(candidate(source, breaking))).toContain('OPERATION_INVALID');
    const allowed = await judge(candidate(source, { ...breaking, mayBreak: true }), OPTIONS);
    expect(allowed).toMatchObject({
      kind: 'accepted',
      warnings: expect.arrayContaining([expect.stringContaining('title')]),
    });
    expect(await codesOf(candidate(source, { ...breaking, operations: [] }))).toEqual(['accepted']);
    const brokenBefore = { ...breaking, operations: [{ file: 'old.graphql', text: '{ gone }' }] };
    expect(await codesOf(candidate(source, brokenBefore))).toEqual(['accepted']);
  });

  test('is refused when a saved operation stays valid and its answer changes its form', async () => {
    const changed = CATALOG_SDL.replace('firmTitle: String!', 'firmTitle: String');
    const source = { kind: 'supergraph', sdl: composed(subgraphs(ORDERS_SDL, changed)) } as const;
    const operations = [{ file: 'firm.graphql', text: '{ product(sku: "1") { firmTitle } }' }];
    expect(await codesOf(candidate(source, { present: composed(), operations }))).toEqual(['OPERATION_BROKEN']);
  });

  test('is refused when a subgraph has no place to be asked at', async () => {
    const source = { kind: 'supergraph', sdl: composed(subgraphs(ORDERS_SDL, CATALOG_SDL, '')) } as const;
    expect(await codesOf(candidate(source))).toEqual(['SUBGRAPH_WITHOUT_URL', 'SUBGRAPH_WITHOUT_URL']);
    expect(await codesOf(candidate(source, { placed: ['catalog', 'orders'] }))).toEqual(['accepted']);
  });

  test('is refused when it has a directive that nobody here acts on', async () => {
    const guarded = CATALOG_SDL.replace('"@composeDirective"', '"@composeDirective", "@authenticated"').replace(
      'seenBy: String',
      'seenBy: String @authenticated',
    );
    const asked = candidate({ kind: 'subgraphs', subgraphs: subgraphs(ORDERS_SDL, guarded) });
    expect(await codesOf(asked)).toEqual(['DIRECTIVE_NOT_ENFORCED']);
  });

  test('is refused for errors of lint: no access rule, arguments inside @requires', async () => {
    const open = CATALOG_SDL.replace('type Query @access(scope: "storefront")', 'type Query');
    expect(await codesOf(candidate({ kind: 'subgraphs', subgraphs: subgraphs(ORDERS_SDL, open) }))).toContain(
      'ACCESS_RULE_MISSING',
    );
    const orders = ORDERS_SDL.replace('["@key",', '["@key", "@external", "@requires",').replace(
      '{ sku: ID! }',
      '{ sku: ID!, title(language: String): String @external, label: String @requires(fields: "title(language: \\"de\\")") }',
    );
    const sdl = composed(subgraphs(orders));
    expect(await codesOf(candidate({ kind: 'supergraph', sdl }))).toEqual(['REQUIRES_WITH_ARGUMENTS']);
  });
});
