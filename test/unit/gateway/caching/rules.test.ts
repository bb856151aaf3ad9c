/** What the schemas say of keeping: what a rule means, what lint finds, and that our own are right. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { operationFromDocument } from '@apollo/federation-internals';
import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { createFetchPolicies, type FetchPolicy } from '#gateway/caching/fetch-policy.ts';
import { createLimits } from '#gateway/caching/limits.ts';
import { createKeepingRules, readTagTemplate } from '#gateway/caching/rules.ts';
import { createGeneration, type LocalGeneration } from '#gateway/execution/generation.ts';
import { composeSubgraphs } from '#gateway/supergraph/compose.ts';
import { lintSubgraphs } from '#gateway/supergraph/lint.ts';
import { namesOfTag, tags } from '#model/tags.ts';
import { ITEMS_SDL, STOCK_SDL } from '#test/support/kept-graph.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const ours = createGeneration(1, readFileSync(path.join(ROOT, 'schema/supergraph.graphql'), 'utf8'));

const fetchesIn = (node: PlanNode): readonly FetchNode[] => {
  if (node.kind === 'Fetch') return [node];
  if (node.kind === 'Flatten') return fetchesIn(node.node);
  return node.kind === 'Sequence' || node.kind === 'Parallel' ? node.nodes.flatMap(fetchesIn) : [];
};

const policiesOf = (generation: LocalGeneration, query: string): readonly (FetchPolicy | null)[] => {
  const rules = createKeepingRules(generation.supergraph);
  const policyOf = createFetchPolicies(generation.supergraph, rules, createLimits(rules));
  const plan = generation.planner.buildQueryPlan(operationFromDocument(generation.apiSchema, parse(query), {}));
  return fetchesIn(plan.node as PlanNode).map(policyOf);
};

describe('a tag template', () => {
  test('is a kind, and names in braces', () => {
    expect(readTagTemplate('stock:{sku}')).toMatchObject({ kind: 'stock', texts: ['stock:', ''] });
    expect(readTagTemplate('listing:{$by.market}/{$by.id}')).toMatchObject({
      placeholders: [
        { kind: 'argument', path: ['by', 'market'] },
        { kind: 'argument', path: ['by', 'id'] },
      ],
    });
    for (const wrong of ['{sku}', 'stock', 'Stock:{sku}', 'stock:{a.b}', 'stock:{}', 'stock:{a', 'stock:a}'])
      expect([wrong, readTagTemplate(wrong)]).toEqual([wrong, null]);
  });
});

describe('lint', () => {
  const codesOf = (items: string, stock = STOCK_SDL) => {
    const composed = composeSubgraphs([
      { name: 'items', routingUrl: 'http://items.test/', file: 'items.graphql', sdl: items },
      { name: 'stock', routingUrl: 'http://stock.test/', file: 'stock.graphql', sdl: stock },
    ]);
    if (composed.kind !== 'composed') throw new Error(JSON.stringify(composed));
    return lintSubgraphs(composed.subgraphs, composed.supergraphSdl)
      .filter(({ code }) => /^(CHANGES|KEPT)/.test(code))
      .map(({ code, message }) => `${code} ${message}`);
  };

  test('finds nothing where every tag can be filled in', () => {
    expect(codesOf(ITEMS_SDL)).toEqual([]);
  });

  test.each([
    ['item:{sku}"]) {', 'item:{colour}"]) {', 'CHANGES_UNRESOLVABLE Item: "item:{colour}" names {colour}'],
    ['item:{sku}"]) {', 'item:{stock}"]) {', 'CHANGES_UNRESOLVABLE Item: "item:{stock}" names {stock}'],
    ['item:{sku}"]) {', 'item {sku}"]) {', 'CHANGES_UNRESOLVABLE Item: "item {sku}" is no tag'],
    ['item:{$sku}', 'item:{$id}', 'CHANGES_UNRESOLVABLE Query.item: "item:{$id}" names {$id}'],
    ['each: "skus"', 'each: "sku"', 'CHANGES_UNRESOLVABLE Query.items: each: "sku"'],
    ['@cacheControl(maxAge: 10) @changes(tags: [])', '@cacheControl(maxAge: 10)', 'KEPT_WITHOUT_CHANGES Query.pages'],
    ['type Item @key', 'type Item @cacheControl(maxAge: 5) @key', 'KEPT_TYPE_SHARED Item'],
  ])('finds %s made %s', (right, wrong, found) => {
    const codes = codesOf(ITEMS_SDL.replace(right, wrong));
    expect(codes).toHaveLength(1);
    expect(codes[0]).toContain(found);
  });
});

describe('our schema', () => {
  const list = readFileSync(path.join(ROOT, 'schema/operations/plp.graphql'), 'utf8');

  test('keeps all of a product list, item by item, for the few seconds of its stock', () => {
    const [stock, items] = policiesOf(ours, list);
    expect(stock).toMatchObject({
      maxAgeMs: 5_000,
      isPrivate: false,
      each: { variable: 'skus', responseName: 'availability' },
    });
    expect(items).toMatchObject({ maxAgeMs: 60_000, isPrivate: false });
    const told = new Set<string>();
    expect(stock?.gather({ variant: { id: 'var_A' } }, { skus: ['A'] }, told)).toBe(true);
    expect(items?.gather({ sku: 'A', _tag_id: 'var_A' }, {}, told)).toBe(true);
    expect([...told]).toEqual(['availability:A', 'variant:var_A']);
  });

  test.each([
    ['an order', 'query ($id: ID!) { order(id: $id) { status } }'],
    ['the orders of a customer', '{ myOrders { edges { node { number } } } }'],
    [
      'a promise of delivery',
      '{ deliveryPromise(items: [{ sku: "A" }], destination: { country: "DE" }) { __typename } }',
    ],
    ['what operators see', '{ systemHealth { __typename } }'],
    ['stock for a checkout', '{ availability(skus: ["A"], context: { purpose: CHECKOUT }) { status } }'],
    ['stock for a cart', '{ availability(skus: ["A"], context: { purpose: CART }) { status } }'],
    ['stock of a stated age', '{ availability(skus: ["A"], context: { maxAge: "PT1S" }) { status } }'],
  ])('does not keep %s', (_, query) => {
    expect(policiesOf(ours, query)).toEqual([null]);
  });

  test('names only things that the change feed names, and those that matter', () => {
    const { supergraph } = ours;
    const rules = createKeepingRules(supergraph);
    const kinds = new Set<string>();
    for (const type of Object.values(supergraph.getTypeMap()))
      if ('getFields' in type && 'isTypeOf' in type)
        for (const field of Object.values(type.getFields()))
          for (const { kind } of rules.changesOf(type, field)?.templates ?? []) kinds.add(kind);
    for (const kind of kinds) expect(Object.keys(tags)).toContain(kind);
    expect([...kinds].sort()).toEqual(['availability', 'location', 'product', 'variant']);
  });

  test('knows things by their names in the feed and by their ids in the graph', () => {
    expect(namesOfTag(tags.availability('A/1'))).toEqual(['availability:A/1', 'availability:var_A%2F1']);
    expect(namesOfTag(tags.location('ST'))).toEqual(['location:ST', 'location:loc_ST']);
    expect(namesOfTag(tags.order('ord_1'))).toEqual(['order:ord_1']);
  });
});
