import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CountFilter, createStockBook } from '#subgraphs/pos/adapters/square/simulator/stock-book.ts';

const POSITION = { variationId: 'V1', locationId: 'L1', state: 'IN_STOCK' };

type Event = { readonly atMs: number; readonly kind: 'count' | 'move'; readonly value: number };
const events = fc
  .uniqueArray(
    fc.record({
      atMs: fc.integer({ min: 1, max: 1000 }),
      kind: fc.constantFrom('count' as const, 'move' as const),
      value: fc.integer({ min: 0, max: 20 }),
    }),
    { selector: ({ atMs }) => atMs, minLength: 1, maxLength: 12 },
  )
  .chain((drawn) => fc.tuple(fc.constant(drawn), fc.shuffledSubarray(drawn, { minLength: drawn.length })));

const tell = (told: readonly Event[]): number => {
  const book = createStockBook();
  for (const [place, { kind, value, atMs }] of told.entries()) book[kind](POSITION, value, atMs, 2000 + place);
  return book.get(POSITION)?.quantity ?? Number.NaN;
};

describe('counts', () => {
  it('are the last physical count and what happened after it, in whatever order they were told', () => {
    fc.assert(
      fc.property(events, ([drawn, shuffled]) => {
        const happened = drawn.toSorted((a, b) => a.atMs - b.atMs);
        const expected = happened.reduce((sum, { kind, value }) => (kind === 'count' ? value : sum + value), 0);
        expect(tell(shuffled)).toBe(expected);
      }),
    );
  });

  it('at the same instant the later told comes later', () => {
    const at = (kind: Event['kind'], value: number): Event => ({ kind, value, atMs: 5 });
    expect(tell([at('count', 10), at('move', -3)])).toBe(7);
    expect(tell([at('move', -3), at('count', 10)])).toBe(10);
    expect(tell([at('count', 10), at('move', -3), at('count', 4)])).toBe(4);
  });

  it('are selected newest first, each once', () => {
    const book = createStockBook();
    const position = (variationId: string) => ({ ...POSITION, variationId });
    for (const [place, id] of ['A', 'B', 'C', 'A'].entries()) book.count(position(id), place, place, 100 + place);
    const all: CountFilter = { variationIds: null, locationIds: null, states: null, afterMs: 0, belowSlot: null };
    const seen = (filter: Partial<CountFilter>, limit = 10) =>
      book.select({ ...all, ...filter }, limit).map(({ variationId, quantity }) => [variationId, quantity]);
    expect(seen({})).toEqual([
      ['A', 3],
      ['C', 2],
      ['B', 1],
    ]);
    expect(seen({ variationIds: ['B', 'A'] })).toEqual([
      ['A', 3],
      ['B', 1],
    ]);
    expect(seen({ afterMs: 101 })).toEqual([
      ['A', 3],
      ['C', 2],
    ]);
    expect(seen({}, 1)).toEqual([
      ['A', 3],
      ['C', 2],
    ]); // one more than asked: there is a next page
  });
});
