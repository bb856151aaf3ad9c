/** Relay pages over lists that are counted by offset, forwards and backwards. */
import { badInput, pageSize } from '#runtime/graphql/arguments.ts';

export const MAX_PAGE = 100;

export type PageArguments = {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
};

export const cursorAt = (offset: number): string => Buffer.from(`at:${offset}`).toString('base64url');

const offsetOf = (cursor: string, field: string): number => {
  const match = /^at:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!match) throw badInput(field, 'is not a cursor of this list: send one exactly as it was received, or none.');
  return Number(match[1]);
};

export type Window = { readonly offset: number; readonly limit: number };

/** Which stretch of the list is asked for. `countAll` is called only for the end of the list ("last" without "before"). */
export const windowOf = async (page: PageArguments, countAll: () => Promise<number | null>): Promise<Window> => {
  if (page.last == null) {
    if (page.before != null) throw badInput('before', 'goes with "last", not with "first".');
    const offset = page.after == null ? 0 : offsetOf(page.after, 'after') + 1;
    return { offset, limit: pageSize(page.first ?? MAX_PAGE, MAX_PAGE) };
  }
  if (page.after != null) throw badInput('after', 'goes with "first", not with "last".');
  const size = pageSize(page.last, MAX_PAGE, 'last');
  const end = page.before == null ? await countAll() : offsetOf(page.before, 'before');
  if (end === null) throw badInput('last', 'needs "before" here: the length of this list is not known.');
  const offset = Math.max(0, end - size);
  return { offset, limit: end - offset };
};

export type Edges<T> = {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
};

export const edgesOf = <T>(items: readonly T[], window: Window, hasNextPage: boolean): Edges<T> => {
  const edges = items.map((node, place) => ({ cursor: cursorAt(window.offset + place), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage,
      hasPreviousPage: window.offset > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
};
