/** Supergraphs that change while requests, mutations and streams are under way, over real sockets. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CandidateSource } from '#gateway/generations/judge.ts';
import { eventually } from '#test/support/eventually.ts';
import { openSocket, postGraphQL, subscribeTo } from '#test/support/graphql-client.ts';
import { openSmallGraph, type SmallGraph } from '#test/support/small-graph.ts';

/** Twenty supergraphs are judged one after another: on a small machine that takes its time. */
const LONG_MS = 300_000;

let graph: SmallGraph;
beforeEach(async () => {
  graph = await openSmallGraph({ gateway: { savedOperations: ['{ product(sku: "1") { title } }'] } });
});
afterEach(async () => {
  await graph[Symbol.asyncDispose]();
});

const supergraph = (sdl: string): CandidateSource => ({ kind: 'supergraph', sdl });
/** Another text, the same graph: a description is added to the root. */
const version = (number: number): CandidateSource =>
  supergraph(graph.supergraphSdl.replace(/^type Query\b/m, `"""Version ${number}."""\ntype Query`));
const broken = (number: number): CandidateSource =>
  supergraph(
    [
      graph.supergraphSdl.slice(0, graph.supergraphSdl.length / 2),
      'type Query { nothing: Int }',
      graph.supergraphSdl.replaceAll('title(language: String)', 'label(language: String)'),
      graph.supergraphSdl.replaceAll('ID!', 'Unknown!'),
    ][number % 4] as string,
  );

const ASK = 'query Ask($ids: [ID!]!) { orders(ids: $ids) { id product { title } } }';
const TOUCH = 'mutation Touch($id: ID!) { touch(id: $id) { id product { title } } }';
const FOLLOW = `subscription { orderMoved(id: "1") {
  ... on Snapshot { cursor order { status } } ... on Moved { cursor status order { product { title } } } } }`;
const DESCRIPTION = '{ __schema { queryType { description } } }';

const descriptionOf = async (): Promise<unknown> => (await postGraphQL(graph.url, DESCRIPTION)).body.data;

describe('a change of the supergraph', () => {
  test(
    '20 in a row, 4 of them broken, under load: no request fails, no stream misses anything',
    async () => {
      const stop = new AbortController();
      const answers: { readonly ok: boolean; readonly text: string }[] = [];
      const load = async (number: number): Promise<void> => {
        for (let turn = 0; !stop.signal.aborted; turn += 1) {
          const id = `${number}-${turn}`;
          const isMutation = turn % 5 === 0;
          // Now and then a text that was never planned before.
          const query = turn % 7 === 0 ? `${ASK} # ${id}` : ASK;
          const { body, status } = isMutation
            ? await postGraphQL(graph.url, TOUCH, { variables: { id } })
            : await postGraphQL(graph.url, query, { variables: { ids: [id] } });
          const order = { id, product: { title: `Title of sku-${id}` } };
          const expected = isMutation ? { touch: order } : { orders: [order] };
          const text = JSON.stringify(body);
          answers.push({ ok: status === 200 && text === JSON.stringify({ data: expected }), text });
        }
      };
      const callers = [1, 2, 3, 4].map(load);
      const socket = await openSocket(graph.url);
      subscribeTo(socket, 'followed', FOLLOW);
      await socket.nextOf('followed');

      const outcomes: string[] = [];
      for (let number = 1; number <= 20; number += 1) {
        outcomes.push((await graph.gateway.offer(number % 5 === 0 ? broken(number / 5) : version(number))).kind);
        graph.orders.log.append(`MOVED-${number}`);
      }
      stop.abort();
      await Promise.all(callers);

      expect(outcomes.filter((kind) => kind === 'taken')).toHaveLength(16);
      expect(outcomes.filter((kind) => kind === 'refused')).toHaveLength(4);
      expect(answers.length).toBeGreaterThan(20);
      expect(answers.filter(({ ok }) => !ok)).toEqual([]);
      const seen: unknown[] = [];
      for (let number = 1; number <= 20; number += 1)
        seen.push(
          ((await socket.nextOf('followed')).payload as { data: { orderMoved: { status: string } } }).data.orderMoved
            .status,
        );
      expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => `MOVED-${index + 1}`));
      expect(await descriptionOf()).toEqual({ __schema: { queryType: { description: 'Version 19.' } } });
      expect(graph.gateway.generations()).toMatchObject({ number: 17, taken: 17, refused: 4, wasLastRefused: true });
      await socket.close();
      // In service, the one before it: the one that the stream held is free with its end.
      await eventually(
        async () => graph.gateway.generations().held,
        (held) => held === 2,
      );
    },
    LONG_MS,
  );

  test('a refused one is told with its reasons, in metrics too, and the old one goes on', async () => {
    const offered = await graph.gateway.offer(broken(2));
    expect(offered).toMatchObject({ kind: 'refused' });
    expect(graph.gateway.generations().lastRefusal?.reasons.join()).toContain('title');
    const metrics = await (await fetch(graph.url.replace('/graphql', '/metrics'))).text();
    expect(metrics).toMatch(/gateway_generation(\{.*\})? 1\n/);
    expect(metrics).toMatch(/gateway_supergraph_last_refused(\{.*\})? 1\n/);
    expect((await postGraphQL(graph.url, ASK, { variables: { ids: ['1'] } })).body.errors).toBeUndefined();
  });

  test('of two in quick succession the last is taken, and the same again is nothing new', async () => {
    const [first, second] = await Promise.all([graph.gateway.offer(version(1)), graph.gateway.offer(version(2))]);
    expect(first).toEqual({ kind: 'superseded' });
    expect(second).toMatchObject({ kind: 'taken' });
    expect(await graph.gateway.offer(version(2))).toEqual({ kind: 'same' });
    expect(await descriptionOf()).toEqual({ __schema: { queryType: { description: 'Version 2.' } } });
  });

  test('can be taken back, and plans are made on what is in service again', async () => {
    await graph.gateway.offer(version(1));
    expect(graph.gateway.rollBack()).toEqual({ kind: 'taken', number: 1 });
    expect(await descriptionOf()).toEqual({ __schema: { queryType: { description: null } } });
    expect((await postGraphQL(graph.url, '{ a: caller }')).body.data).toEqual({ a: 'nobody' });
    expect(graph.gateway.rollBack()).toEqual({ kind: 'taken', number: 2 });
    expect((await postGraphQL(graph.url, '{ b: caller }')).body.data).toEqual({ b: 'nobody' });
  });

  test('operations in use are ready on the new one before it is in service', async () => {
    await postGraphQL(graph.url, ASK, { variables: { ids: ['1'] } });
    const before = graph.catalog.resolved.length;
    await graph.gateway.offer(version(1));
    // Making ready asks no subgraph.
    expect(graph.catalog.resolved).toHaveLength(before);
    const answers = await Promise.all(
      ['1', '2', '3'].map((id) => postGraphQL(graph.url, ASK, { variables: { ids: [id] } })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});
