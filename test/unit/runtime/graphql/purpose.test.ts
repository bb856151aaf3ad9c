import { describe, expect, test } from '@jest/globals';
import { PURPOSES, WAIT_OF_PURPOSE } from '#model/purpose.ts';
import { createRequestContext } from '#runtime/graphql/context.ts';
import { freshnessHeaders, freshnessOfExtensions, freshnessOfHeaders, waitMsOf } from '#runtime/graphql/purpose.ts';

const NOBODY: ReadonlySet<string> = new Set();
const STAFF: ReadonlySet<string> = new Set(['store:operate']);

describe('what a caller says of its answer', () => {
  test('travels from hop to hop as it is', () => {
    for (const purpose of PURPOSES)
      for (const maxAgeMs of [undefined, 0, 999_999_999]) {
        const freshness = { purpose, ...(maxAgeMs === undefined ? {} : { maxAgeMs }) };
        expect(freshnessOfHeaders(freshnessHeaders(freshness), STAFF)).toEqual(freshness);
        expect(freshnessOfExtensions(freshness, STAFF)).toEqual(freshness);
      }
  });

  test('is a detail page when it says nothing, or more than it may', () => {
    expect(freshnessOfHeaders({}, NOBODY)).toEqual({ purpose: 'DETAIL' });
    expect(freshnessOfHeaders({ 'x-purpose': 'STORE_ASSOCIATE' }, NOBODY)).toEqual({ purpose: 'DETAIL' });
    expect(freshnessOfHeaders({ 'x-purpose': 'STORE_ASSOCIATE' }, new Set(['ops:read'])).purpose).toBe(
      'STORE_ASSOCIATE',
    );
  });

  test.each([
    [{ purpose: 'cart' }, 'extensions.purpose'],
    [{ purpose: null }, 'extensions.purpose'],
    [{ maxAgeMs: -1 }, 'extensions.maxAgeMs'],
    [{ maxAgeMs: 1.5 }, 'extensions.maxAgeMs'],
    [{ maxAgeMs: [5] }, 'extensions.maxAgeMs'],
    [{ maxAgeMs: 1_000_000_000 }, 'extensions.maxAgeMs'],
  ])('%j is refused by name', (extensions, field) => {
    expect(() => freshnessOfExtensions(extensions, STAFF)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', details: { field }, message: expect.stringContaining(field) }),
    );
  });
});

describe('who waits', () => {
  test('is told by the purpose', () => {
    for (const purpose of PURPOSES) expect(waitMsOf({ purpose })).toBe(WAIT_OF_PURPOSE[purpose]);
  });

  test('whoever names an age waits for it', () => {
    for (const purpose of PURPOSES) expect(waitMsOf({ purpose, maxAgeMs: 0 })).toBe(WAIT_OF_PURPOSE.CHECKOUT);
  });
});

test('a context is a call for a reading as it is', () => {
  const { signal } = new AbortController();
  const identity = { channel: 'web', scopes: NOBODY };
  const freshness = { purpose: 'CART', maxAgeMs: 500 } as const;
  const context = createRequestContext({ identity, correlationId: 'c', signal, deadlineMs: 7, freshness });
  expect(context).toMatchObject({ callClass: 'DETAIL', deadlineMs: 7, maxAgeMs: 500, purpose: 'CART', waitMs: 2_000 });
});
