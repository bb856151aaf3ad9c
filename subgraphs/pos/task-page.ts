/** Pages of a store's pickups. The cursor is the sort key itself, so it holds when its pickup has left the list. */
import { Failure } from '#runtime/failure.ts';
import type { PickupTaskParent } from './parents.ts';

type SortKey = readonly [requestedAtMs: number, id: string];

export type TaskPage = {
  readonly edges: readonly { readonly cursor: string; readonly node: PickupTaskParent }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
};

const keyOf = (task: PickupTaskParent): SortKey => [Date.parse(task.requestedAt), task.id];
const compare = (a: SortKey, b: SortKey): number => a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0);

const encode = (key: SortKey): string => Buffer.from(JSON.stringify(key)).toString('base64url');

const decode = (cursor: string): SortKey => {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && typeof key[0] === 'number' && typeof key[1] === 'string') return [key[0], key[1]];
  } catch {
    // Refused below.
  }
  throw new Failure('CURSOR_INVALID', 'after: send a cursor exactly as an edge of this list gave it, or none.', {
    field: 'after',
  });
};

/** The longest waiting first. */
export const pageOfTasks = (tasks: readonly PickupTaskParent[], first: number, after: string | null): TaskPage => {
  const position = after === null ? null : decode(after);
  const sorted = tasks.toSorted((a, b) => compare(keyOf(a), keyOf(b)));
  const left = position === null ? sorted : sorted.filter((task) => compare(keyOf(task), position) > 0);
  const edges = left.slice(0, first).map((node) => ({ cursor: encode(keyOf(node)), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: left.length > edges.length,
      hasPreviousPage: left.length < sorted.length,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
};
