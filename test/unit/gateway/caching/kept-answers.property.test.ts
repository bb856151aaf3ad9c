/**
 * Random histories of questions, changes, slow and failing subgraphs, lost and found feeds, on a virtual clock. Whatever
 * happens: no answer is older than its bound, none is from before a change that had been told when it was asked for,
 * none crosses from one audience or caller to another, and nobody is told of trouble that was not there.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { HopReply } from '#gateway/execution/hop.ts';
import { createTestClock, type TestClock } from '#test/support/clock.ts';
import { type KeptGraph, openKeptGraph } from '#test/support/kept-graph.ts';

const SKUS = ['A', 'B', 'C'] as const;
const SETTLE_MS = 1_000;
/** The longest life of each kind in the schema. */
const BOUND_MS = { item: 60_000, stock: 5_000 } as const;
const TROUBLE: HopReply = { kind: 'unanswered', trouble: { code: 'UPSTREAM_TIMEOUT', message: 'late' } };

type Step =
  | { readonly kind: 'ask'; readonly skus: readonly string[]; readonly form: number; readonly who: number }
  | { readonly kind: 'change'; readonly of: 'item' | 'stock'; readonly sku: string; readonly toldAfterMs: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'trouble'; readonly answers: number; readonly isPartial: boolean }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'lose' }
  | { readonly kind: 'find' };

const sku = fc.constantFrom(...SKUS);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      skus: fc.constantFrom(SKUS, SKUS.slice(0, 1), ['C', 'A']),
      form: fc.nat(3),
      who: fc.constantFrom(0, 0, 0, 1, 2, 3),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      of: fc.constantFrom('item' as const, 'stock' as const),
      sku,
      toldAfterMs: fc.constantFrom(0, 0, 1, 300),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 200, 1_100, 4_990, 30_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('trouble' as const),
      answers: fc.integer({ min: 1, max: 3 }),
      isPartial: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('slow' as const), ms: fc.constantFrom(0, 0, 5, 700) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'lose' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'find' as const }) },
);

const FORMS = [
  'query ($skus: [ID!]!) { items(skus: $skus) { sku title seenBy stock { word } } }',
  'query ($skus: [ID!]!) { stocks(skus: $skus) { word item { sku title seenBy } } }',
  'query Mine($skus: [ID!]!) { items(skus: $skus) { sku title seenBy mine stock { word } } }',
  'query ($skus: [ID!]!) { stocks(skus: $skus) { word item { sku title note seenBy } } }',
] as const;
const CALLERS = [
  { audience: 'shoppers', authorization: undefined },
  { audience: 'shoppers', authorization: 'one' },
  { audience: 'shoppers', authorization: 'two' },
  { audience: 'staff', authorization: 'boss' },
] as const;

/** When each version was put in force, and when it was told that it was. */
type Version = { readonly sinceMs: number; toldMs: number };

type World = { readonly clock: TestClock; readonly graph: KeptGraph };

/** Each history goes on where the one before ended, with everything taken away: planning anew would be most of the time. */
const runHistory = async ({ clock, graph }: World, steps: readonly Step[]): Promise<void> => {
  graph.cache.follower.missed();
  graph.cache.follower.followed();
  await clock.advance(SETTLE_MS + 1);
  const versions = new Map<string, Version[]>(
    SKUS.flatMap((name) =>
      (['item', 'stock'] as const).map((of): [string, Version[]] => [
        `${of}:${name}`,
        Array.from({ length: graph.versionOf(of, name) }, () => ({ sinceMs: 0, toldMs: 0 })),
      ]),
    ),
  );
  let isLost = false;
  let trouble = 0;
  let isPartial = false;
  let slowMs = 0;
  let troubles = 0;
  const running: Promise<void>[] = [];

  graph.beforeAnswer = async (asked) => {
    if (slowMs > 0) await clock.delay(slowMs);
    if (trouble === 0) return undefined;
    trouble -= 1;
    troubles += 1;
    if (!isPartial) return TROUBLE;
    const nulls = ((asked.variables.representations ?? asked.variables.skus) as readonly unknown[]).map(() => null);
    const data = asked.variables.representations
      ? { _entities: nulls }
      : { [asked.service === 'items' ? 'items' : 'stocks']: nulls };
    return { kind: 'answered', result: { data, errors: [{ message: 'not all' }] } };
  };

  const check = (of: 'item' | 'stock', name: string, told: string, askedMs: number): void => {
    const version = Number(/ v(\d+)$/.exec(told)?.[1]);
    const next = versions.get(`${of}:${name}`)?.[version];
    // A subgraph here shows every change at once: what it showed is at most as old as the life of what is kept.
    if (!next) return;
    expect(askedMs - next.sinceMs).toBeLessThan(BOUND_MS[of]);
    expect(next.toldMs).toBeGreaterThanOrEqual(askedMs);
  };

  const ask = async ({ form, skus, who }: Extract<Step, { kind: 'ask' }>): Promise<void> => {
    const caller = CALLERS[who % CALLERS.length] as (typeof CALLERS)[number];
    const askedMs = clock.now();
    const before = troubles;
    const outcome = await graph.ask(FORMS[form] as string, { skus }, caller);
    const { data } = JSON.parse(outcome.body);
    if (outcome.errors.length > 0) expect(troubles).toBeGreaterThan(before);
    const list: readonly Record<string, unknown>[] = data?.items ?? data?.stocks ?? [];
    for (const [index, row] of list.entries()) {
      const name = skus[index] as string;
      const item = (data.items ? row : row?.item) as Record<string, unknown> | null;
      const word = (data.items ? (row?.stock as Record<string, unknown> | null)?.word : row?.word) as
        | string
        | undefined;
      if (word) {
        expect(word.startsWith(`${name} `)).toBe(true);
        check('stock', name, word, askedMs);
      }
      if (typeof item?.title === 'string') check('item', name, item.title, askedMs);
      if (item?.seenBy !== undefined && item.seenBy !== null) expect(item.seenBy).toBe(caller.audience);
      if (typeof item?.mine === 'string') expect(item.mine).toBe(`${name} for ${caller.authorization ?? 'nobody'}`);
    }
  };

  for (const one of steps) {
    switch (one.kind) {
      case 'ask':
        running.push(ask(one));
        // Most questions are answered before the next step; slow ones are not.
        await clock.advance(0);
        break;
      case 'change': {
        const tag = `${one.of}:${one.sku}`;
        graph.change(one.of, one.sku);
        const version: Version = { sinceMs: clock.now(), toldMs: Number.POSITIVE_INFINITY };
        versions.get(tag)?.push(version);
        if (isLost) break;
        const tell = (): void => {
          if (isLost) return;
          graph.cache.follower.changed([tag]);
          version.toldMs = clock.now();
        };
        if (one.toldAfterMs === 0) tell();
        else running.push(clock.delay(one.toldAfterMs).then(tell));
        break;
      }
      case 'wait':
        await clock.advance(one.ms);
        break;
      case 'trouble':
        trouble = one.answers;
        isPartial = one.isPartial;
        break;
      case 'slow':
        slowMs = one.ms;
        break;
      case 'lose':
        isLost = true;
        graph.cache.follower.missed();
        break;
      case 'find':
        if (!isLost) break;
        isLost = false;
        graph.cache.follower.missed();
        graph.cache.follower.followed();
        for (const list of versions.values())
          for (const version of list) version.toldMs = Math.min(version.toldMs, clock.now());
        break;
    }
  }
  await clock.advance(10_000);
  await Promise.all(running);
};

describe('whatever happens', () => {
  it('what is kept is young enough, newer than what was told, and for those who may see it', async () => {
    const clock = createTestClock();
    const random = fc.sample(fc.double({ min: 0, max: 0.999, noNaN: true }), 97);
    let turn = 0;
    const graph = await openKeptGraph({
      clock,
      random: () => {
        turn += 1;
        return random[turn % random.length] ?? 0;
      },
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => runHistory({ clock, graph }, steps)),
      { numRuns: Number(process.env.HISTORIES ?? 150) },
    );
    const { dropped, hits, overtaken } = graph.cache.figures();
    for (const count of Object.values({ dropped, ...hits, overtaken })) expect(count).toBeGreaterThan(0);
  }, 120_000);
});
