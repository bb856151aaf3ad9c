import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pageSize } from '#runtime/graphql/arguments.ts';
import { type Page, pageOf } from '#runtime/graphql/pages.ts';
import { deadlinesOf } from '#subgraphs/marketplace/deadlines.ts';
import type { MarketplaceOrderParent } from '#subgraphs/marketplace/parents.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const MINUTE_MS = 60_000;

const order = (externalId: string, shipByMs: number | null, marketplace = 'AMAZON_DE'): MarketplaceOrderParent => ({
  marketplace,
  externalId,
  rawStatus: 'UNSHIPPED',
  fulfilledBy: 'MERCHANT',
  acknowledgement: 'NOT_REQUIRED',
  ...(shipByMs === null ? {} : { shipBy: new Date(shipByMs).toISOString() }),
  asOf: new Date(NOW_MS).toISOString(),
  connection: 'amazon-main',
  fetchedAt: new Date(NOW_MS).toISOString(),
  cache: 'HIT',
});

const QUESTION = { marketplace: null, withinMinutes: 60, first: 10, after: null };

describe('pages', () => {
  it('together hold every entry once, in order, whatever their size', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer()), fc.integer({ min: 1, max: 7 }), (values, first) => {
        const seen: number[] = [];
        let after: string | null = null;
        for (;;) {
          const page: Page<number> = pageOf(values, (value) => [value], { first, after, shape: [0] });
          seen.push(...page.edges.map(({ node }) => node));
          expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
          if (!page.pageInfo.hasNextPage) break;
          after = page.pageInfo.endCursor;
        }
        expect(seen).toEqual(values.toSorted((a, b) => a - b));
      }),
    );
  });

  it('go on after an entry that is gone', () => {
    const page = pageOf([1, 2, 3, 4], (value) => [value], { first: 2, after: null, shape: [0] });
    const next = pageOf([1, 3, 4], (value) => [value], { first: 2, after: page.pageInfo.endCursor, shape: [0] });
    expect(next.edges.map(({ node }) => node)).toEqual([3, 4]);
  });

  it.each(['', 'nonsense', Buffer.from('["text"]').toString('base64url'), Buffer.from('[1,2]').toString('base64url')])(
    'refuse the cursor %j',
    (after) => {
      expect(() => pageOf([1], (value) => [value], { first: 1, after, shape: [0] })).toThrow(
        /after: not a cursor of this list/,
      );
    },
  );

  it.each([0, -1, 11])('refuse the size %d', (first) => {
    expect(() => pageSize(first, 10)).toThrow(`first: 1 to 10, not ${first}.`);
  });
});

describe('deadlines', () => {
  it('are the ship-by clocks that end in time, late ones first', () => {
    const page = deadlinesOf(
      [
        order('later', NOW_MS + 61 * MINUTE_MS),
        order('soon', NOW_MS + 30 * MINUTE_MS),
        order('late', NOW_MS - 5 * MINUTE_MS),
        order('just', NOW_MS + 60 * MINUTE_MS),
        order('no clock', null),
      ],
      QUESTION,
      NOW_MS,
    );
    expect(page.edges.map(({ node }) => [node.order.externalId, node.secondsLeft])).toEqual([
      ['late', -300],
      ['soon', 1_800],
      ['just', 3_600],
    ]);
  });

  it('of one marketplace leave out the others', () => {
    const orders = [order('a', NOW_MS), order('b', NOW_MS, 'AMAZON_FR')];
    const page = deadlinesOf(orders, { ...QUESTION, marketplace: 'AMAZON_FR' }, NOW_MS);
    expect(page.edges.map(({ node }) => node.order.externalId)).toEqual(['b']);
  });
});
