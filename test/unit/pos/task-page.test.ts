import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PickupTaskParent } from '#subgraphs/pos/parents.ts';
import { pageOfTasks } from '#subgraphs/pos/task-page.ts';

const task = (id: string, requestedAt: string): PickupTaskParent => ({
  id,
  locationCode: 'ST-1',
  orderReference: id,
  state: 'READY',
  lines: [],
  requestedAt,
  asOf: requestedAt,
  connection: 'pos-main',
  fetchedAt: requestedAt,
  cache: 'MISS',
});

const tasks = fc.uniqueArray(
  fc.record({ id: fc.string({ minLength: 1, maxLength: 4 }), minute: fc.integer({ min: 0, max: 9 }) }),
  { selector: ({ id }) => id, maxLength: 40 },
);

describe('pages of pickups', () => {
  it('page by page, every pickup comes once, the longest waiting first', () => {
    fc.assert(
      fc.property(tasks, fc.integer({ min: 1, max: 7 }), (drawn, first) => {
        const all = drawn.map(({ id, minute }) => task(id, `2026-03-02T09:0${minute}:00Z`));
        const seen: PickupTaskParent[] = [];
        let after: string | null = null;
        for (;;) {
          const page = pageOfTasks(all, first, after);
          seen.push(...page.edges.map(({ node }) => node));
          expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
          if (!page.pageInfo.hasNextPage) break;
          after = page.pageInfo.endCursor;
        }
        expect(seen.map(({ id }) => id).toSorted()).toEqual(all.map(({ id }) => id).toSorted());
        const times = seen.map(({ requestedAt }) => requestedAt);
        expect(times).toEqual(times.toSorted());
      }),
    );
  });

  it('a cursor holds when its pickup has left the list', () => {
    const all = ['a', 'b', 'c', 'd'].map((id, minute) => task(id, `2026-03-02T09:0${minute}:00Z`));
    const { pageInfo } = pageOfTasks(all, 2, null);
    const left = all.filter(({ id }) => id !== 'b');
    expect(pageOfTasks(left, 2, pageInfo.endCursor).edges.map(({ node }) => node.id)).toEqual(['c', 'd']);
  });

  it.each(['', 'nonsense', Buffer.from('{"a":1}').toString('base64url')])('refuses the cursor %j', (cursor) => {
    expect(() => pageOfTasks([], 1, cursor)).toThrow(
      expect.objectContaining({ code: 'CURSOR_INVALID', details: { field: 'after' } }),
    );
  });
});
