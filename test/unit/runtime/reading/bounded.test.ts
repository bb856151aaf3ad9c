import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '#runtime/failure.ts';
import { createDropMarks } from '#runtime/reading/drop-marks.ts';
import { freshMsOf, isFresh, withinBound } from '#runtime/reading/lifetime.ts';
import { createTaggedStore } from '#runtime/reading/tagged-store.ts';
import { createTally } from '#runtime/reading/tally.ts';
import { createTroubles } from '#runtime/reading/troubles.ts';

const MAX = 5;
const id = fc.constantFrom(...'abcdefgh');
const tagList = fc.uniqueArray(fc.constantFrom(...'123456'), { maxLength: 3 });

type Entry = { readonly tags: readonly string[]; readonly mark: number };

describe('a tagged store', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('set' as const), id, tags: tagList }),
    fc.record({ do: fc.constant('get' as const), id }),
    fc.record({ do: fc.constant('delete' as const), id }),
    fc.record({ do: fc.constant('drop' as const), tags: tagList }),
  );

  test('is a map that forgets the least recently used, and whose tags never outlive its entries', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const store = createTaggedStore<Entry>({ maxEntries: MAX });
        const model = new Map<string, Entry>();
        for (const [mark, one] of steps.entries()) {
          if (one.do === 'get') {
            const entry = model.get(one.id);
            expect(store.get(one.id)).toEqual(entry);
            if (entry === undefined) continue;
            model.delete(one.id);
            model.set(one.id, entry);
          } else if (one.do === 'set') {
            const entry = { tags: one.tags, mark };
            store.set(one.id, entry);
            model.delete(one.id);
            model.set(one.id, entry);
            const [oldest] = model.keys();
            if (model.size > MAX && oldest !== undefined) model.delete(oldest);
          } else if (one.do === 'delete') {
            store.delete(one.id);
            model.delete(one.id);
          } else {
            store.drop(one.tags);
            for (const [name, { tags }] of model) if (tags.some((tag) => one.tags.includes(tag))) model.delete(name);
          }
          expect(store.size).toBe(model.size);
          expect(store.tagCount).toBe(new Set([...model.values()].flatMap(({ tags }) => tags)).size);
        }
        for (const [name, entry] of model) expect(store.get(name)).toEqual(entry);
      }),
      { numRuns: 1_500 },
    );
  });
});

describe('troubles', () => {
  const failure = new Failure('UPSTREAM_UNAVAILABLE', 'down');

  test('are bounded, whatever fails', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ name: fc.string(), tags: tagList }), { maxLength: 80 }), (failed) => {
        const troubles = createTroubles({ maxEntries: MAX, poisonMs: 1_000 });
        for (const { name, tags } of failed) {
          troubles.failed(name, { tags, error: failure, callClass: 'DETAIL', fault: 'isolated', nowMs: 0 });
          expect(troubles.size).toBeLessThanOrEqual(MAX);
          expect(troubles.tagCount).toBeLessThanOrEqual(MAX * 3);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('pause a key for a second, doubling to half a minute, until it is answered', () => {
    const troubles = createTroubles({ maxEntries: MAX, poisonMs: 1_000 });
    const pauses = [1, 2, 3, 4, 5, 6, 7].map(() => {
      troubles.failed('a', { tags: [], error: failure, callClass: 'DETAIL', fault: 'system', nowMs: 0 });
      return [1, 2, 4, 8, 16, 30].find((seconds) => !troubles.isPaused('a', 'CHECKOUT', seconds * 1_000));
    });
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30]);
    troubles.succeeded('a');
    expect(troubles.isPaused('a', 'CHECKOUT', 0)).toBe(false);
  });

  test('do not hold back a call more urgent than the one that was refused for its urgency', () => {
    const troubles = createTroubles({ maxEntries: MAX, poisonMs: 1_000 });
    const shed = new Failure('LOAD_SHED', 'busy');
    troubles.failed('a', { tags: [], error: shed, callClass: 'BROWSE', fault: 'system', nowMs: 0 });
    const paused = (['CHECKOUT', 'DETAIL', 'BROWSE', 'BACKGROUND'] as const).filter((callClass) =>
      troubles.isPaused('a', callClass, 999),
    );
    expect(paused).toEqual(['BROWSE', 'BACKGROUND']);
  });
});

describe('drop marks', () => {
  test('tell the first drop of any tag, and beyond their bound rather one too many than none', () => {
    fc.assert(
      fc.property(fc.array(tagList, { maxLength: 30 }), tagList, (dropped, tags) => {
        const whole = createDropMarks({ maxTags: 100 });
        const bounded = createDropMarks({ maxTags: 2 });
        for (const [index, list] of dropped.entries()) {
          whole.add(list, index + 1);
          bounded.add(list, index + 1);
        }
        const first = dropped.findIndex((list) => list.some((tag) => tags.includes(tag)));
        expect(whole.firstOf(tags)).toBe(first === -1 ? null : first + 1);
        if (first !== -1) expect(bounded.firstOf(tags)).toBeLessThanOrEqual(first + 1);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a lifetime', () => {
  const lifetime = {
    freshMs: 1_000,
    boundMs: 5_000,
    absentMs: 300,
    freshMsOf: (stock: number) => (stock < 5 ? 200 : 9_000),
  };

  test('is shortened by up to a tenth, by the value, and never beyond the bound', () => {
    expect(freshMsOf(lifetime, 10, 0)).toBe(1_000);
    expect(freshMsOf(lifetime, 10, 0.999)).toBeCloseTo(900, 0);
    expect(freshMsOf(lifetime, 1, 0)).toBe(200);
    expect(freshMsOf(lifetime, null, 0)).toBe(300);
    expect(freshMsOf({ ...lifetime, boundMs: 100 }, 10, 0)).toBe(100);
  });

  test('gives way to what the caller accepts, in both directions, within the bound', () => {
    const kept = { value: 10, readAtMs: 0, request: 1, freshMs: 1_000, trust: 0, tags: [] };
    expect(isFresh(lifetime, kept, {}, 999)).toBe(true);
    expect(isFresh(lifetime, kept, {}, 1_000)).toBe(false);
    expect(isFresh(lifetime, kept, { maxAgeMs: 0 }, 0)).toBe(false);
    expect(isFresh(lifetime, kept, { maxAgeMs: 60_000 }, 4_999)).toBe(true);
    expect(isFresh(lifetime, kept, { maxAgeMs: 60_000 }, 5_000)).toBe(false);
    expect(withinBound(lifetime, kept, 5_000)).toBe(true);
    expect(withinBound(lifetime, kept, 5_001)).toBe(false);
    expect(withinBound(lifetime, { ...kept, value: null }, 301)).toBe(false);
  });
});

describe('a tally', () => {
  test('counts what the last 60 seconds brought', () => {
    let nowMs = 1_000_000_000;
    const tally = createTally<'hit' | 'miss'>({ now: () => nowMs });
    tally.add('hit');
    tally.add('hit');
    nowMs += 30_000;
    tally.add('hit');
    tally.add('miss');
    expect([tally.count('hit'), tally.count('miss')]).toEqual([3, 1]);
    nowMs += 30_000;
    expect([tally.count('hit'), tally.count('miss')]).toEqual([1, 1]);
    nowMs += 300_000;
    expect([tally.count('hit'), tally.count('miss')]).toEqual([0, 0]);
  });
});
