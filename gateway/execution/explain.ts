/**
 * Shapes an answer that is not as promised: nulls go up to where they are allowed, and each says why. Slower than
 * project.ts, which hands over to this as soon as it meets something that a well-behaved subgraph never sends.
 */
import {
  type GraphQLCompositeType,
  type GraphQLLeafType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isCompositeType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  type SelectionSetNode,
} from 'graphql';
import type { Selections } from './selection.ts';
import { textOf, textOfString } from './text.ts';
import { isObject, type Json, type Place, read } from './tree.ts';

export type MissingValue = { readonly message: string; readonly path: Place };
export type Explained = { readonly data: string | null; readonly missing: readonly MissingValue[] };

/** Texts of introspection fields by response name. */
export type IntrospectionTexts = Readonly<Record<string, string>>;

const WHOLE_NUMBER = /^-?\d+$/;

/** The text of a leaf, or null when it is no value of its type. Custom scalars may be anything. */
export const textOfLeaf = (type: GraphQLLeafType, value: unknown): string | null => {
  if (isEnumType(type)) return typeof value === 'string' && type.getValue(value) ? textOfString(value) : null;
  if (!isSpecifiedScalarType(type)) return textOf(value);
  switch (type.name) {
    case 'Boolean':
      return typeof value === 'boolean' ? String(value) : null;
    case 'Int':
      return typeof value === 'number' && WHOLE_NUMBER.test(String(value)) ? String(value) : null;
    case 'Float':
      return typeof value === 'number' && Number.isFinite(value) ? JSON.stringify(value) : null;
    case 'ID':
      if (typeof value === 'number' && WHOLE_NUMBER.test(String(value))) return `"${value}"`;
      return typeof value === 'string' ? textOfString(value) : null;
    default:
      return typeof value === 'string' ? textOfString(value) : null;
  }
};

type Step = { readonly text: string | null; readonly isExplained: boolean };
const NOTHING: Step = { text: null, isExplained: false };
const EXPLAINED: Step = { text: null, isExplained: true };
const given = (text: string): Step => ({ text, isExplained: false });

export const explain = (
  schema: GraphQLSchema,
  selections: Selections,
  root: { readonly type: GraphQLCompositeType; readonly selectionSet: SelectionSetNode },
  data: Json,
  introspection: IntrospectionTexts,
): Explained => {
  const missing: MissingValue[] = [];
  const path: (string | number)[] = [];

  const report = (what: (where: string) => string, type: GraphQLOutputType, parentType: string): void => {
    const last = path.at(-1);
    const where =
      typeof last === 'number' ? `array element of type ${type} at index ${last}` : `field ${parentType}.${last}`;
    missing.push({ message: what(where), path: [...path] });
  };

  /** Null when a field that may not be null is: the object goes with it. */
  const textOfFields = (
    type: GraphQLCompositeType,
    selectionSets: readonly SelectionSetNode[],
    value: Json,
  ): string | null => {
    let text = '';
    for (const field of selections.fieldsOf(type, selectionSets)) {
      const { responseName } = field;
      let inner: string;
      if (field.kind === 'introspection') inner = introspection[responseName] ?? 'null';
      else if (field.kind === 'typename') {
        const told = read(value, responseName) ?? read(value, '__typename');
        const toldType = typeof told === 'string' ? schema.getType(told) : undefined;
        const actual = toldType ?? type;
        // A subgraph that knows an interface as an object (@interfaceObject) told its name, and the fetch that would
        // have told the real one gave no answer.
        if (!isObjectType(actual)) return null;
        inner = textOfString(actual.name);
      } else {
        path.push(responseName);
        const step = textOfValue(field.type, field.selectionSets, read(value, responseName), type.name);
        path.pop();
        if (step.text === null && isNonNullType(field.type)) return null;
        inner = step.text ?? 'null';
      }
      text += `${text === '' ? '' : ','}${textOfString(responseName)}:${inner}`;
    }
    return `{${text}}`;
  };

  const textOfList = (
    type: GraphQLOutputType,
    selectionSets: readonly SelectionSetNode[],
    values: readonly unknown[],
    parentType: string,
  ): Step => {
    let text = '';
    let isNull = false;
    let isExplained = false;
    for (const [index, value] of values.entries()) {
      path.push(index);
      const step = textOfValue(type, selectionSets, value, parentType);
      path.pop();
      if (step.text === null && isNonNullType(type)) isNull = true;
      isExplained ||= step.isExplained;
      text += `${index === 0 ? '' : ','}${step.text ?? 'null'}`;
    }
    return { text: isNull ? null : `[${text}]`, isExplained };
  };

  const textOfValue = (
    type: GraphQLOutputType,
    selectionSets: readonly SelectionSetNode[],
    value: unknown,
    parentType: string,
  ): Step => {
    if (isNonNullType(type)) {
      const step = textOfValue(type.ofType, selectionSets, value, parentType);
      if (step.text !== null) return step;
      if (!step.isExplained)
        report((where) => `Cannot return null for non-nullable ${where}.`, type.ofType, parentType);
      return EXPLAINED;
    }
    if (value === null || value === undefined) return NOTHING;
    const invalid = (): Step => {
      report((where) => `Invalid value found for ${where}.`, type, parentType);
      return EXPLAINED;
    };
    if (isListType(type))
      return Array.isArray(value) ? textOfList(type.ofType, selectionSets, value, parentType) : invalid();
    if (isLeafType(type)) {
      const text = textOfLeaf(type, value);
      return text === null ? invalid() : given(text);
    }
    if (!isObject(value)) return invalid();
    const told = read(value, '__typename');
    const actual = told === undefined || told === null || told === '' ? type : schema.getType(String(told));
    if (!isCompositeType(actual) || (told && typeof told !== 'string')) {
      // Not what it is: the name may be one that clients are not to see.
      report((where) => `Invalid __typename found for object at ${where}.`, type, parentType);
      return EXPLAINED;
    }
    const text = textOfFields(actual, selectionSets, value);
    return text === null ? EXPLAINED : given(text);
  };

  const text = textOfFields(root.type, [root.selectionSet], data);
  return { data: text, missing };
};
