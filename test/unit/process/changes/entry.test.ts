import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tags } from '#model/tags.ts';
import { isCoarseTag } from '#runtime/inlet/change-feed.ts';
import { boundedTags, changesEntries } from '#subgraphs/process/changes/entry.ts';

const some = (count: number, tag: (n: string) => string): string[] =>
  Array.from({ length: count }, (_, n) => tag(`X-${n}`));
const kindOf = (tag: string): string => tag.split(':')[0] ?? '';

describe('the tags of one entry', () => {
  test('are named one by one, each once, up to a thousand', () => {
    expect(boundedTags([...some(1_000, tags.stock), ...some(500, tags.stock)])).toEqual(some(1_000, tags.stock));
  });

  test('beyond that, the kind with most of them is told as a whole, and the others still by name', () => {
    const touched = [...some(700, tags.variant), ...some(3, tags.order), ...some(300, tags.stock)];
    expect(boundedTags(touched)).toEqual(['variant:*', ...some(300, tags.stock), ...some(3, tags.order)]);
  });

  test('leave nothing out and are never more than a thousand, whatever is touched', () => {
    const counts = fc.tuple(fc.nat(1_500), fc.nat(1_500), fc.nat(1_500), fc.nat(1_500));
    const kinds = [tags.variant, tags.product, tags.stock, tags.order];
    fc.assert(
      fc.property(counts, (made) => {
        const touched = made.flatMap((count, kind) => some(count, kinds[kind] ?? tags.location));
        const known = new Set(touched);
        const told = new Set(boundedTags(touched));
        expect(told.size).toBeLessThanOrEqual(1_000);
        expect(touched.filter((one) => !told.has(one) && !told.has(`${kindOf(one)}:*`))).toEqual([]);
        expect([...told].filter((one) => !isCoarseTag(one) && !known.has(one))).toEqual([]);
      }),
    );
  });

  test('of a change that touched nothing make no entry', () => {
    expect(changesEntries([], 'c-1')).toEqual([]);
    expect(changesEntries(['stock:A'], 'c-1')).toMatchObject([{ channel: 'changes', payload: { tags: ['stock:A'] } }]);
  });
});
