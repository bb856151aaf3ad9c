/** The GraphQL-over-HTTP audits, on our door and on Apollo Server's own, in one run. */
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AuditResult, serverAudits } from 'graphql-http';
import { openSmallGraph, type SmallGraph } from '#test/support/small-graph.ts';

type Verdicts = { readonly errors: readonly string[]; readonly warnings: readonly string[]; readonly passed: number };

const audit = async (url: string): Promise<Verdicts> => {
  const results: AuditResult[] = [];
  for (const one of serverAudits({ url })) results.push(await one.fn());
  const named = (status: AuditResult['status']): string[] =>
    results.flatMap((result) => (result.status === status ? [`${result.id} ${result.name}`] : []));
  return { errors: named('error'), warnings: named('warn'), passed: named('ok').length };
};

let graph: SmallGraph;
let apollo: ApolloServer;
let apolloUrl: string;
beforeAll(async () => {
  graph = await openSmallGraph();
  apollo = new ApolloServer({ typeDefs: 'type Query { one: Int }', resolvers: { Query: { one: () => 1 } } });
  apolloUrl = (await startStandaloneServer(apollo, { listen: { port: 0, host: '127.0.0.1' } })).url;
});
afterAll(async () => {
  await apollo.stop();
  await graph[Symbol.asyncDispose]();
});

describe('GraphQL over HTTP', () => {
  test('as the audits ask for it: no error, no warning, and so fewer than Apollo Server has', async () => {
    const ours = await audit(graph.url);
    const theirs = await audit(apolloUrl);
    expect(ours.passed).toBeGreaterThan(50);
    expect({ errors: ours.errors, warnings: ours.warnings }).toEqual({ errors: [], warnings: [] });
    expect(theirs.warnings.length).toBeGreaterThan(ours.warnings.length);
    expect(theirs.passed).toBeLessThan(ours.passed);
  });
});
