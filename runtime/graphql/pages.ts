/** Pages of a sorted list. The cursor is the sort key itself, so it stays good when its entry has left the list. */
import { cursorOfKey, keyOfCursor } from './keyset.ts';

/** Compared part by part. */
export type SortKey = readonly (string | number)[];

export type Page<T> = {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
};

export const compareKeys = (a: SortKey, b: SortKey): number => {
  for (const [place, left] of a.entries()) {
    const right = b[place];
    if (right === undefined || left === right) continue;
    return left < right ? -1 : 1;
  }
  return 0;
};

/** `shape` is a key of the same list: a cursor whose parts are of other types came from somewhere else. */
const decode = (cursor: string, shape: SortKey): SortKey =>
  keyOfCursor<SortKey>(
    cursor,
    (parts) => parts.length === shape.length && parts.every((part, place) => typeof part === typeof shape[place]),
  );

/** Sorts by key, smallest first. Keys are unique. */
export const pageOf = <T>(
  entries: readonly T[],
  keyOf: (entry: T, index: number) => SortKey,
  options: { readonly first: number; readonly after: string | null; readonly shape: SortKey },
): Page<T> => {
  const position = options.after === null ? null : decode(options.after, options.shape);
  const sorted = entries
    .map((node, index) => ({ node, key: keyOf(node, index) }))
    .sort((a, b) => compareKeys(a.key, b.key));
  const left = position === null ? sorted : sorted.filter(({ key }) => compareKeys(key, position) > 0);
  const edges = left.slice(0, options.first).map(({ key, node }) => ({ cursor: cursorOfKey(key), node }));
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
