/**
 * Changes the planner wants made to what a subgraph is sent or has answered: another type name for a subgraph that knows
 * an interface as an object, or the client's name in place of an alias that kept two fields apart.
 */
import type { FetchDataRewrite } from '@apollo/query-planner';
import { type GraphQLSchema, isCompositeType } from 'graphql';
import { appliesTo } from './selection.ts';
import { isObject, type Json, read, write } from './tree.ts';

const FRAGMENT = '... on ';

/** An object that does not tell its type is taken to be of the type asked for: the path led to it. */
const mayBeOfType = (schema: GraphQLSchema, value: Json, typeCondition: string): boolean => {
  const told = read(value, '__typename');
  if (typeof told !== 'string' || told === '') return true;
  const type = schema.getType(told);
  return told === typeCondition || (isCompositeType(type) && appliesTo(schema, typeCondition, type));
};

const objectsOf = (
  schema: GraphQLSchema,
  value: unknown,
  path: readonly string[],
  depth: number,
  found: (object: Json) => void,
): void => {
  if (Array.isArray(value)) {
    for (const element of value) objectsOf(schema, element, path, depth, found);
    return;
  }
  if (!isObject(value)) return;
  const step = path[depth];
  if (step === undefined || depth === path.length - 1) found(value);
  else if (!step.startsWith(FRAGMENT)) objectsOf(schema, read(value, step), path, depth + 1, found);
  else if (mayBeOfType(schema, value, step.slice(FRAGMENT.length))) objectsOf(schema, value, path, depth + 1, found);
};

/** Changes `value` itself. */
export const applyRewrites = (
  schema: GraphQLSchema,
  rewrites: readonly FetchDataRewrite[] | undefined,
  value: unknown,
): void => {
  for (const rewrite of rewrites ?? []) {
    const name = rewrite.path.at(-1);
    if (name === undefined) continue;
    objectsOf(schema, value, rewrite.path, 0, (object) => {
      if (rewrite.kind === 'ValueSetter') {
        write(object, name, rewrite.setValueTo);
        return;
      }
      const before = read(object, name);
      if (before === undefined) return;
      write(object, rewrite.renameKeyTo, before);
      write(object, name, undefined);
    });
  }
};

/** Names in a subgraph's answer that stand for another name in the tree, for the paths of errors. */
export const renamesOf = (rewrites: readonly FetchDataRewrite[] | undefined): ReadonlyMap<string, string> =>
  new Map(
    (rewrites ?? []).flatMap((rewrite) => {
      const name = rewrite.path.at(-1);
      return rewrite.kind === 'KeyRenamer' && name !== undefined ? [[name, rewrite.renameKeyTo]] : [];
    }),
  );
