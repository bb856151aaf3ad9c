/**
 * What a subgraph is told of an entity it shall add to: its type and the fields that the plan requires, as JSON text
 * straight from the response tree. Functions are generated per type of object; the same care as in project.ts makes that
 * safe: only names of the schema and of the plan, through JSON.stringify, become part of the code.
 */
import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import { type GraphQLSchema, isCompositeType } from 'graphql';
import { applyRewrites } from './rewrites.ts';
import { appliesTo } from './selection.ts';
import { textOf } from './text.ts';
import { isObject, type Json, read, write } from './tree.ts';

/** Null for an object that lacks what is required, or is of another type. */
export type Represent = (entity: Json) => string | null;

type InlineFragment = Extract<QueryPlanSelectionNode, { readonly kind: 'InlineFragment' }>;
type FieldNode = Extract<QueryPlanSelectionNode, { readonly kind: 'Field' }>;

const nameOf = (field: FieldNode): string => field.alias ?? field.name;

const isOfType = (schema: GraphQLSchema, value: Json, typeCondition: string): boolean => {
  const told = read(value, '__typename');
  if (typeof told !== 'string' || told === '') return false;
  if (told === typeCondition) return true;
  const type = schema.getType(told);
  return isCompositeType(type) && appliesTo(schema, typeCondition, type);
};

const pickFrom = (schema: GraphQLSchema, value: unknown, selections: readonly QueryPlanSelectionNode[]): unknown => {
  if (Array.isArray(value)) return value.map((element) => pickFrom(schema, element, selections));
  return isObject(value) ? pick(schema, value, selections) : null;
};

/** The fields required of an object; null when one is missing, and then the error that explains it is on record. */
const pick = (schema: GraphQLSchema, from: Json, selections: readonly QueryPlanSelectionNode[]): Json | null => {
  const picked: Json = {};
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      if (!selection.typeCondition || !isOfType(schema, from, selection.typeCondition)) continue;
      joinInto(picked, pick(schema, from, selection.selections));
      continue;
    }
    const name = nameOf(selection);
    const value = read(from, name);
    if (value === undefined) return null;
    write(picked, name, selection.selections ? pickFrom(schema, value, selection.selections) : value);
  }
  return picked;
};

const joinInto = (to: Json, from: Json | null): void => {
  for (const [name, value] of Object.entries(from ?? {})) {
    const before = read(to, name);
    if (isObject(before) && isObject(value)) joinInto(before, value);
    else if (Array.isArray(before) && Array.isArray(value) && before.length === value.length)
      for (const [index, element] of value.entries())
        if (isObject(before[index]) && isObject(element)) joinInto(before[index], element);
        else before[index] = element;
    else write(to, name, value);
  }
};

/** Any plan's representation, slowly. */
const representSlowly =
  (
    schema: GraphQLSchema,
    requires: readonly QueryPlanSelectionNode[],
    rewrites: readonly FetchDataRewrite[] | undefined,
  ): Represent =>
  (entity) => {
    const picked = pick(schema, entity, requires);
    if (!picked || !read(picked, '__typename')) return null;
    applyRewrites(schema, rewrites, picked);
    return JSON.stringify(picked);
  };

const isPlain = (selections: readonly QueryPlanSelectionNode[]): selections is readonly FieldNode[] =>
  selections.every(
    (selection) => selection.kind === 'Field' && (!selection.selections || isPlain(selection.selections)),
  );

/** Names set to fixed values for objects of this type; null when the rewrites ask for more than that. */
const fixedValues = (
  schema: GraphQLSchema,
  type: string,
  rewrites: readonly FetchDataRewrite[] | undefined,
): ReadonlyMap<string, unknown> | null => {
  const fixed = new Map<string, unknown>();
  for (const rewrite of rewrites ?? []) {
    const [first, second, ...more] = rewrite.path;
    if (rewrite.kind !== 'ValueSetter' || first === undefined || more.length > 0) return null;
    if (second === undefined) {
      fixed.set(first, rewrite.setValueTo);
      continue;
    }
    const condition = first.startsWith('... on ') ? first.slice('... on '.length) : null;
    if (condition === null) return null;
    if (isOfType(schema, { __typename: fixed.get('__typename') ?? type }, condition))
      fixed.set(second, rewrite.setValueTo);
  }
  return fixed;
};

const quote = (text: string): string => JSON.stringify(text);

/** Statements that put the text of the required fields of `from` into `to`, or make it null. */
const objectCode = (
  fields: readonly FieldNode[],
  from: string,
  to: string,
  depth: number,
  fixed: ReadonlyMap<string, unknown>,
): string => {
  const missing = depth === 0 ? 'return null;' : `${to}='null';`;
  let code = '';
  let close = '';
  const parts: string[] = [];
  let text = '{';
  for (const [index, field] of fields.entries()) {
    const name = nameOf(field);
    const value = `v${depth}_${index}`;
    const get = name in Object.prototype ? `read(${from},${quote(name)})` : `${from}[${quote(name)}]`;
    code += `const ${value}=${get};if(${value}===undefined){${missing}}else{`;
    close += '}';
    text += `${index === 0 ? '' : ','}${quote(name)}:`;
    if (fixed.has(name)) {
      text += JSON.stringify(fixed.get(name));
      continue;
    }
    parts.push(quote(text));
    text = '';
    if (field.selections && field.selections.length > 0) {
      const result = `r${depth}_${index}`;
      code += `const ${result}=nested_${depth}_${index}(${value});`;
      parts.push(result);
    } else parts.push(`text(${value})`);
  }
  for (const [name, value] of fixed) {
    if (fields.some((field) => nameOf(field) === name)) continue;
    text += `${text === '{' && parts.length === 0 ? '' : ','}${quote(name)}:${JSON.stringify(value)}`;
  }
  return `${code}${to}=${[...parts, quote(`${text}}`)].join('+')};${close}`;
};

const NO_FIXED: ReadonlyMap<string, unknown> = new Map();

/** Declares the functions for what lies in the fields of an object. */
const nestedCode = (fields: readonly FieldNode[], depth: number): string =>
  fields
    .map((field, index) => {
      if (!field.selections || field.selections.length === 0) return '';
      const inner = field.selections as readonly FieldNode[];
      return (
        `const nested_${depth}_${index}=function self(o){if(o===null||o===undefined)return 'null';` +
        `if(Array.isArray(o)){let l='[';for(let i=0;i<o.length;i++)l+=(i===0?'':',')+self(o[i]);return l+']';}` +
        `if(typeof o!=='object')return 'null';let t;` +
        `${nestedCode(inner, depth + 1)}${objectCode(inner, 'o', 't', depth + 1, NO_FIXED)}return t;};`
      );
    })
    .join('');

const generate = (fields: readonly FieldNode[], fixed: ReadonlyMap<string, unknown>): Represent =>
  new Function(
    'text',
    'read',
    `"use strict";${nestedCode(fields, 0)}return function(o){let t;${objectCode(fields, 'o', 't', 0, fixed)}return t;};`,
  )(textOf, read) as Represent;

export const createRepresent = (
  schema: GraphQLSchema,
  requires: readonly QueryPlanSelectionNode[],
  rewrites: readonly FetchDataRewrite[] | undefined,
): Represent => {
  const slowly = representSlowly(schema, requires, rewrites);
  if (!requires.every((selection): selection is InlineFragment => selection.kind === 'InlineFragment')) return slowly;
  const forType = (name: string): Represent => {
    const applying = requires.filter(
      ({ typeCondition }) => typeCondition !== undefined && isOfType(schema, { __typename: name }, typeCondition),
    );
    const [only] = applying;
    if (!only) return () => null;
    const fixed = fixedValues(schema, name, rewrites);
    const tellsType = only.selections.some((field) => field.kind === 'Field' && nameOf(field) === '__typename');
    if (applying.length > 1 || fixed === null || !isPlain(only.selections) || !tellsType) return slowly;
    return generate(only.selections, fixed);
  };
  const byType = new Map<string, Represent>();
  return (entity) => {
    const name = entity.__typename;
    if (typeof name !== 'string' || name === '') return null;
    let represent = byType.get(name);
    if (!represent) {
      // Names come from subgraphs: only those of the schema are worth remembering.
      if (!schema.getType(name)) return null;
      represent = forType(name);
      byType.set(name, represent);
    }
    return represent(entity);
  };
};
