import { describe, expect, it } from '@jest/globals';
import { createTestClock } from '#test/support/clock.ts';
import { openKeptGraph } from '#test/support/kept-graph.ts';

const open = async (options: { readonly settleMs?: number; readonly maxBytes?: number } = {}) => {
  const clock = createTestClock();
  const graph = await openKeptGraph({ clock }, options);
  const asked = (): readonly string[] => graph.asked.splice(0).map(({ service }) => service);
  return { clock, graph, asked };
};

const LIST = 'query List($skus: [ID!]!) { stocks(skus: $skus) { word item { title price { amount } } } }';
const PAGE = 'query Page($sku: ID!) { item(sku: $sku) { title stock { word } } }';

describe('a hot list', () => {
  it('is answered without asking any subgraph, and ends with its shortest life', async () => {
    const { asked, clock, graph } = await open();
    const first = await graph.ask(LIST, { skus: ['A', 'B'] });
    expect(JSON.parse(first.body)).toEqual({
      data: {
        stocks: [
          { word: 'A v1', item: { title: 'A v1', price: { amount: 1 } } },
          { word: 'B v1', item: { title: 'B v1', price: { amount: 1 } } },
        ],
      },
    });
    expect(asked()).toEqual(['stock', 'items']);
    await clock.advance(4_999);
    expect((await graph.ask(LIST, { skus: ['A', 'B'] })).body).toBe(first.body);
    expect(asked()).toEqual([]);
    await clock.advance(1);
    await graph.ask(LIST, { skus: ['A', 'B'] });
    // The items live on.
    expect(asked()).toEqual(['stock']);
  });

  it('asks for exactly the item that changed', async () => {
    const { clock, graph } = await open();
    await graph.ask(LIST, { skus: ['A', 'B', 'C'] });
    graph.asked.splice(0);
    graph.change('stock', 'B');
    graph.cache.follower.changed(['stock:B']);
    const { body } = await graph.ask(LIST, { skus: ['A', 'B', 'C'] });
    expect(JSON.parse(body).data.stocks.map(({ word }: { word: string }) => word)).toEqual(['A v1', 'B v2', 'C v1']);
    expect(graph.asked.map(({ service, variables }) => [service, variables.skus])).toEqual([['stock', ['B']]]);
    await clock.advance(1_001);
    // What was kept before the change, and what was asked for after it, are one answer that may be kept.
    await graph.ask(LIST, { skus: ['A', 'B', 'C'] });
    graph.asked.splice(0);
    await graph.ask(LIST, { skus: ['A', 'B', 'C'] });
    expect(graph.asked).toEqual([]);
    expect(graph.cache.figures().hits.answer).toBe(1);
    graph.change('item', 'C');
    graph.cache.follower.changed(['item:C']);
    graph.asked.splice(0);
    await graph.ask(LIST, { skus: ['A', 'B', 'C'] });
    expect(graph.asked.map(({ service, variables }) => [service, variables.skus ?? variables.representations])).toEqual(
      [['items', [{ __typename: 'Item', sku: 'C' }]]],
    );
  });

  it('shares entities between operations and between lists, however they are called', async () => {
    const { asked, graph } = await open();
    await graph.ask(LIST, { skus: ['A', 'B'] });
    asked();
    await graph.ask(LIST.replace('List', 'Other'), { skus: ['B', 'A'] });
    expect(asked()).toEqual([]);
    await graph.ask(LIST, { skus: ['A', 'C'] });
    expect(asked()).toEqual(['stock', 'items']);
    // A list that names a thing twice is asked as it is, and answered right.
    const { body } = await graph.ask(LIST, { skus: ['A', 'A'] });
    expect(JSON.parse(body).data.stocks).toHaveLength(2);
  });

  it('with an element that fails is told as the subgraph tells it, and not kept', async () => {
    const { graph } = await open();
    await graph.ask(LIST, { skus: ['A'] });
    const bad = await graph.ask(LIST, { skus: ['A', 'BAD'] });
    expect(bad.data).toBe('none');
    expect(bad.errors.map(({ path }) => path)).toEqual([['stocks']]);
    graph.asked.splice(0);
    await graph.ask(LIST, { skus: ['A', 'BAD'] });
    expect(graph.asked.length).toBeGreaterThan(0);
  });
});

describe('what is kept', () => {
  it('is nothing when a field may not be kept, while entities beside it may be', async () => {
    const { asked, graph } = await open();
    const query = 'query ($sku: ID!) { item(sku: $sku) { title note stock { word } } }';
    await graph.ask(query, { sku: 'A' });
    expect(asked()).toEqual(['items', 'stock']);
    await graph.ask(query, { sku: 'A' });
    expect(asked()).toEqual(['items']);
  });

  it('depends on arguments that the schema marks', async () => {
    const { asked, clock, graph } = await open();
    const query = 'query ($c: Context) { stocks(skus: ["A"], context: $c) { word } }';
    for (const [context, requests] of [
      [{ want: 'BUY' }, 2],
      [{ inner: { inner: { want: 'BUY' } } }, 2],
      [{ maxAge: 7 }, 2],
      [{ want: 'LOOK', maxAge: null }, 1],
      [null, 1],
    ] as const) {
      await graph.ask(query, { c: context });
      await graph.ask(query, { c: context });
      expect([context, asked().length]).toEqual([context, requests]);
    }
    for (const literal of ['{ want: BUY }', '{ maxAge: 1 }', '{ inner: { want: BUY } }']) {
      await graph.ask(`{ stocks(skus: ["A"], context: ${literal}) { word } }`);
      await graph.ask(`{ stocks(skus: ["A"], context: ${literal}) { word } }`);
      expect([literal, asked().length]).toEqual([literal, 2]);
    }
    await graph.ask(query, { c: { want: 'SOON' } });
    await clock.advance(1_000);
    await graph.ask(query, { c: { want: 'SOON' } });
    expect(asked()).toHaveLength(2);
  });

  it('lives as long as the shortest of its fields', async () => {
    const { asked, clock, graph } = await open();
    const query = '{ item(sku: "A") { price { soonOver } } }';
    await graph.ask(query);
    await clock.advance(1_999);
    await graph.ask(query);
    expect(asked()).toHaveLength(1);
    await clock.advance(1);
    await graph.ask(query);
    expect(asked()).toHaveLength(1);
  });

  it('is found by whatever key a thing was asked, and dropped by what its answer says of it', async () => {
    const { asked, graph } = await open();
    const query = '{ pages { title like { title } } }';
    await graph.ask(query);
    await graph.ask(query);
    expect(asked()).toHaveLength(1);
    graph.change('item', 'B');
    graph.cache.follower.changed(['item:B']);
    expect((await graph.ask(query)).body).toContain('B v2');
  });

  it('is never an answer of a mutation, nor given to one', async () => {
    const { asked, graph } = await open();
    const touch = 'mutation { touch(sku: "A") { title stock { word } } }';
    await graph.ask(touch);
    await graph.ask(touch);
    expect(asked()).toEqual(['items', 'stock', 'items', 'stock']);
  });

  it.each([
    ['waits for something newer', { purpose: 'CHECKOUT' }],
    ['waits a little for something newer', { purpose: 'CART' }],
    ['says how old it may be', { maxAgeMs: 60_000 }],
    ['is not known', { audience: undefined }],
  ] as const)('is not given to a caller that %s', async (_, by) => {
    const { asked, graph } = await open();
    await graph.ask(PAGE, { sku: 'A' });
    asked();
    await graph.ask(PAGE, { sku: 'A' }, by);
    await graph.ask(PAGE, { sku: 'A' }, by);
    expect(asked()).toEqual(['items', 'stock', 'items', 'stock']);
  });

  it('is for those with the same rights, and what is private for one caller alone', async () => {
    const { asked, graph } = await open();
    const query = '{ item(sku: "A") { seenBy } }';
    expect((await graph.ask(query, {}, { audience: 'staff' })).body).toContain('"staff"');
    expect((await graph.ask(query, {}, { audience: 'shoppers' })).body).toContain('"shoppers"');
    expect((await graph.ask(query, {}, { audience: 'staff', authorization: 'x' })).body).toContain('"staff"');
    expect(asked()).toHaveLength(2);
    const mine = '{ item(sku: "A") { mine } }';
    for (const authorization of ['one', 'two', 'one', 'two'])
      expect((await graph.ask(mine, {}, { authorization })).body).toContain(`for ${authorization}`);
    expect(asked()).toHaveLength(2);
    await graph.ask(mine);
    await graph.ask(mine);
    expect(asked()).toHaveLength(2);
  });

  it('is nothing of an answer with errors, without an answer, or that says it must not be', async () => {
    const { asked, graph } = await open();
    const failures = [
      { kind: 'unanswered', trouble: { code: 'UPSTREAM_TIMEOUT', message: 'late' } },
      { kind: 'answered', result: { data: { item: { title: 'A', sku: 'A' } }, errors: [{ message: 'partly' }] } },
      { kind: 'answered', result: { data: null } },
    ] as const;
    for (const failure of failures) {
      graph.beforeAnswer = () => failure;
      await graph.ask('{ item(sku: "A") { title } }');
    }
    graph.beforeAnswer = null;
    graph.extensions = { cacheControl: { maxAge: 0 } };
    await graph.ask('{ item(sku: "A") { title } }');
    await graph.ask('{ item(sku: "A") { title } }');
    expect(asked()).toHaveLength(5);
    graph.extensions = null;
    expect((await graph.ask('{ item(sku: "A") { title } }')).body).toBe('{"data":{"item":{"title":"A v1"}}}');
  });

  it('stays within its memory', async () => {
    const { graph } = await open({ maxBytes: 20_000 });
    for (let index = 0; index < 200; index += 1) await graph.ask(PAGE, { sku: `S${index}` });
    expect(graph.cache.figures().bytes).toBeLessThanOrEqual(20_000);
    expect(graph.cache.figures().entries).toBeGreaterThan(3);
  });

  it('is not built upon: what one caller is given, another is given unchanged', async () => {
    const { graph } = await open();
    const both =
      '{ a: items(skus: ["A"]) { title stock { word } } b: item(sku: "A") { title like { sku stock { word } } } }';
    const first = await graph.ask(both);
    await graph.ask('{ items(skus: ["A", "B"]) { title price { amount } stock { word item { seenBy } } } }');
    graph.cache.follower.changed(['none']);
    expect((await graph.ask(both)).body).toBe(first.body);
  });
});

describe('changes', () => {
  it('that come while an answer is on its way keep it from being kept', async () => {
    const { graph } = await open();
    graph.beforeAnswer = () => {
      graph.beforeAnswer = null;
      graph.cache.follower.changed(['item:A']);
      return { kind: 'answered', result: { data: { item: { title: 'old', sku: 'A' } } } };
    };
    expect((await graph.ask('{ item(sku: "A") { title } }')).body).toContain('old');
    expect((await graph.ask('{ item(sku: "A") { title } }')).body).toContain('A v1');
    expect(graph.cache.figures().overtaken).toBeGreaterThan(0);
  });

  it('are not forgotten by answers that were asked for by somebody else before them', async () => {
    const { clock, graph } = await open();
    const before = clock.now();
    await clock.advance(2_000);
    graph.cache.follower.changed(['item:A']);
    await clock.advance(1_001);
    const result = { data: { item: { title: 'old', sku: 'A' } } };
    graph.beforeAnswer = () => ({ kind: 'answered', result, askedAtMs: before + 1_000 });
    await graph.ask('{ item(sku: "A") { title } }');
    graph.beforeAnswer = null;
    expect((await graph.ask('{ item(sku: "A") { title } }')).body).toContain('A v1');
  });

  it('are given time to reach the subgraphs', async () => {
    const { asked, clock, graph } = await open();
    graph.cache.follower.changed(['item:A']);
    await graph.ask('{ item(sku: "A") { title } }');
    await clock.advance(1_000);
    await graph.ask('{ item(sku: "A") { title } }');
    await clock.advance(1);
    expect(asked()).toHaveLength(2);
    await graph.ask('{ item(sku: "A") { title } }');
    await graph.ask('{ item(sku: "A") { title } }');
    expect(asked()).toHaveLength(1);
  });

  it('that may have been missed empty it, and until the feed can be followed again nothing is kept', async () => {
    const { asked, clock, graph } = await open();
    await graph.ask(PAGE, { sku: 'A' });
    asked();
    graph.cache.follower.missed();
    await clock.advance(5_000);
    await graph.ask(PAGE, { sku: 'A' });
    await graph.ask(PAGE, { sku: 'A' });
    expect(asked()).toEqual(['items', 'stock', 'items', 'stock']);
    graph.cache.follower.followed();
    await graph.ask(PAGE, { sku: 'A' });
    await graph.ask(PAGE, { sku: 'A' });
    expect(asked()).toEqual(['items', 'stock']);
  });
});

describe('many who ask the same at once', () => {
  it('are answered from one execution, except those who ask after a change', async () => {
    const { graph } = await open();
    const held = Promise.withResolvers<undefined>();
    graph.beforeAnswer = () => held.promise;
    const early = [1, 2, 3].map(() => graph.ask('{ item(sku: "A") { title } }'));
    graph.change('item', 'A');
    graph.cache.follower.changed(['item:A']);
    const late = [1, 2].map(() => graph.ask('{ item(sku: "A") { title } }'));
    await Promise.resolve();
    expect(graph.asked).toHaveLength(2);
    held.resolve(undefined);
    for (const { body } of await Promise.all(late)) expect(body).toContain('A v2');
    await Promise.all(early);
  });

  it('do not share the trouble of the one who asks for all', async () => {
    const { graph } = await open();
    graph.beforeAnswer = async () => {
      graph.beforeAnswer = null;
      return { kind: 'unanswered', trouble: { code: 'UPSTREAM_TIMEOUT', message: 'late' } };
    };
    const [first, second] = await Promise.all([1, 2].map(() => graph.ask('{ item(sku: "A") { title } }')));
    expect(first?.data).toBe('partial');
    expect(second?.data).toBe('whole');
  });

  it('leave it when their own time is up', async () => {
    const { graph } = await open();
    const held = Promise.withResolvers<undefined>();
    graph.beforeAnswer = (asked) =>
      graph.asked.length === 1
        ? held.promise
        : { kind: 'unanswered', trouble: { code: 'UPSTREAM_TIMEOUT', message: asked.service } };
    const first = graph.ask('{ item(sku: "A") { title } }');
    const second = await graph.ask(
      '{ item(sku: "A") { title } }',
      {},
      {
        whenOver: (end) => {
          queueMicrotask(end);
          return () => undefined;
        },
      },
    );
    expect(second.data).toBe('partial');
    held.resolve(undefined);
    expect((await first).data).toBe('whole');
  });
});
