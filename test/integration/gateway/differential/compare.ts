/** Whether two answers are the same. Where they may differ is said here, and nothing else is let through. */
import { isDeepStrictEqual } from 'node:util';
import type { GraphQLFormattedError } from 'graphql';
import type { Answer } from './oracle.ts';

type Place = readonly (string | number)[];

/** The executors differ in how they show a number that a subgraph gave as an ID: as it is, and as the ID it stands for. */
const withIdsAsText = (value: unknown): unknown => {
  if (typeof value === 'number') return value >= 90_000 && value < 90_100 ? String(value) : value;
  if (Array.isArray(value)) return value.map(withIdsAsText);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [name, inner] of Object.entries(value)) copy[name] = withIdsAsText(inner);
  return copy;
};

const plain = (value: unknown): unknown => withIdsAsText(JSON.parse(JSON.stringify(value)));

/** Ours names the type of the object that lacks a value, theirs the type of the fragment that asked for it. */
const withoutType = (message: string): string => message.replace(/ field \w+\./, ' field ');

const textOf = ({ extensions, message, path }: GraphQLFormattedError): string =>
  JSON.stringify([
    path ?? null,
    withoutType(message),
    Object.entries(extensions ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);

/** The shortest way into the data that ends in a null, along a path; null when the path leads to a value. */
const nullOnTheWay = (data: unknown, path: Place): Place | null => {
  let value = data;
  for (const [depth, step] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, depth);
    value = (value as Record<string | number, unknown>)[step];
  }
  return null;
};

const startsWith = (path: Place, start: Place): boolean => start.every((step, index) => path[index] === step);

const without = (
  from: readonly GraphQLFormattedError[],
  taken: readonly GraphQLFormattedError[],
): readonly GraphQLFormattedError[] => {
  const counts = new Map<string, number>();
  for (const error of taken) counts.set(textOf(error), (counts.get(textOf(error)) ?? 0) + 1);
  return from.filter((error) => {
    const left = counts.get(textOf(error)) ?? 0;
    counts.set(textOf(error), left - 1);
    return left <= 0;
  });
};

/**
 * Inside an object that became null because one of its fields had to, the executors look at the other fields in another
 * order, and stop at the first that breaks. So about a place that no client can see, one may tell more than the other, if
 * both tell why it is not there.
 */
const isAboutHiddenPlace = (error: GraphQLFormattedError, data: unknown, ours: Answer, theirs: Answer): boolean => {
  if (error.extensions?.code !== 'UPSTREAM_MALFORMED' || !error.path) return false;
  const hidden = nullOnTheWay(data, error.path);
  if (hidden === null) return false;
  const explains = ({ errors }: Answer): boolean =>
    errors.some(({ path }) => path !== undefined && startsWith(path, hidden));
  return explains(ours) && explains(theirs);
};

/** What differs, in words; null when nothing does. */
export const differenceOf = (ours: Answer, theirs: Answer): string | null => {
  const [data, expected] = [plain(ours.data), plain(theirs.data)];
  if (!isDeepStrictEqual(data, expected))
    return `data differs\n  ours:   ${JSON.stringify(data)}\n  theirs: ${JSON.stringify(expected)}\n  errors of ours: ${JSON.stringify(ours.errors)}\n  errors of theirs: ${JSON.stringify(theirs.errors)}`;
  const more = without(ours.errors, theirs.errors).filter((error) => !isAboutHiddenPlace(error, data, ours, theirs));
  const fewer = without(theirs.errors, ours.errors).filter((error) => !isAboutHiddenPlace(error, data, ours, theirs));
  if (more.length === 0 && fewer.length === 0) return null;
  return `errors differ\n  only ours:   ${more.map(textOf).join('\n               ')}\n  only theirs: ${fewer.map(textOf).join('\n               ')}\n  data: ${JSON.stringify(data)}`;
};
