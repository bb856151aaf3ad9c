/** The benchmark's own graph and questions: what is measured must be what it says. */
import { describe, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { expectedAnswers } from '#bin/bench/gateway/answers.ts';
import { readWanted } from '#bin/bench/gateway/gateway.ts';
import { composeGraph, SUBGRAPH_NAMES, type SubgraphUrls } from '#bin/bench/gateway/graph.ts';
import { PACES } from '#bin/bench/gateway/pace.ts';
import { listOfSize, MOST_SUBGRAPHS, sameOf, WORKLOADS } from '#bin/bench/gateway/workloads.ts';
import { toApiSchema } from '#gateway/supergraph/api-schema.ts';

const urls = Object.fromEntries(SUBGRAPH_NAMES.map((name) => [name, `http://${name}.invalid/graphql`])) as SubgraphUrls;
const schema = toApiSchema(composeGraph(urls));
const questions = [...Object.values(WORKLOADS), listOfSize(1, 1), listOfSize(200, MOST_SUBGRAPHS)];

describe('the questions', () => {
  test.each(questions.map((question) => [question.name, question] as const))('%s is valid', (_, { query }) => {
    expect(validate(schema, parse(query))).toEqual([]);
  });

  test.each(questions.map((question) => [question.name, question] as const))(
    '%s has as many different answers as sets of variables, and more than there are connections',
    async (_, question) => {
      const answers = await expectedAnswers(schema, question);
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(question.variables.length);
      expect(answers.length).toBeGreaterThan(32);
    },
  );

  test('the product list is a page of 50 of about 12 KB', async () => {
    const [answer] = await expectedAnswers(schema, sameOf(WORKLOADS.list));
    expect((answer as { products: unknown[] }).products).toHaveLength(50);
    expect(JSON.stringify(answer).length).toBeGreaterThan(10_000);
    expect(JSON.stringify(answer).length).toBeLessThan(14_000);
  });

  test('an order has three lines of two products', async () => {
    const [answer] = await expectedAnswers(schema, sameOf(WORKLOADS.order));
    const { lines } = (answer as { order: { lines: readonly { product: { id: string } }[] } }).order;
    expect(lines).toHaveLength(3);
    expect(new Set(lines.map(({ product }) => product.id)).size).toBe(2);
  });
});

describe('the graph with leave to keep answers', () => {
  const kept = composeGraph(urls, { isKept: true });

  test('answers the same questions', () => {
    for (const { query } of questions) expect(validate(toApiSchema(kept), parse(query))).toEqual([]);
  });

  test('gives that leave for entities, until their change is told, and for lists', () => {
    expect(kept).toMatch(/type Product\s[^{]*@changes\(tags: \["product:\{id\}"\]\)/);
    expect(kept).toMatch(/ price: Money!.*@cacheControl\(maxAge: 60\)/);
    expect(kept).toMatch(/ products\(.*@cacheControl\(maxAge: 60\) @changes\(tags: \[\]\)/);
    expect(kept).not.toMatch(/ id: ID!.*@cacheControl/);
  });
});

describe('a grown graph', () => {
  const grown = (version: number) => toApiSchema(composeGraph(urls, { growth: { types: 200, version } }));

  test('has so many types more and answers the same questions', () => {
    const larger = grown(1);
    const extra = Object.keys(larger.getTypeMap()).filter((name) => name.startsWith('Extra'));
    expect(extra).toHaveLength(200);
    for (const { query } of questions) expect(validate(larger, parse(query))).toEqual([]);
  });

  test('tells its version', () => {
    expect(grown(7).getType('Version7')).toBeDefined();
    expect(grown(8).getType('Version7')).toBeUndefined();
  });
});

describe('what a run is asked for', () => {
  test('is everything when nothing is named', () => {
    const { parts, names, pace } = readWanted([]);
    expect(parts).toEqual(expect.arrayContaining(['list', 'order', 'deep', 'latency', 'memory', 'size']));
    expect(names).toEqual(expect.arrayContaining(['ours', 'apollo', 'hive-js', 'hive-rust', 'grafbase']));
    expect(pace).toBe(PACES.full);
    expect(names).toContain('ours-keeping');
  });

  test('may be some parts of some gateways, in a hurry', () => {
    const { parts, names, pace } = readWanted(['deep', 'list', '--', 'apollo', 'ours', 'quick']);
    expect({ parts, names }).toEqual({ parts: ['list', 'deep'], names: ['ours', 'apollo'] });
    expect(pace).toBe(PACES.quick);
  });

  test('starts what answers from memory only where that is asked for', () => {
    expect(readWanted(['list']).names).not.toContain('ours-keeping');
    expect(readWanted(['cached']).names).toContain('ours-keeping');
  });

  test('is refused by name when there is no such thing', () => {
    expect(() => readWanted(['lists'])).toThrow('"lists" is no part of this benchmark; there are list,');
  });
});
