/**
 * Shapes an answer into the text the client is sent, with functions generated once per operation: the client's names and
 * order, nothing that was fetched for the gateway's own use. Generated code takes only the straight way; whatever a
 * well-behaved subgraph never sends makes it stop, and explain.ts takes over.
 *
 * Why generating code is safe here: it is made of fixed text, numbers, and strings passed through JSON.stringify. Those
 * strings are names, which the GraphQL grammar limits to letters, digits and underscores, of an operation that was
 * validated. Values of clients and subgraphs never become part of it.
 */
import {
  type GraphQLCompositeType,
  type GraphQLEnumType,
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
import type { IntrospectionTexts } from './explain.ts';
import type { Selections } from './selection.ts';
import { textOf, textOfString } from './text.ts';
import type { Json, Shared } from './tree.ts';

/** The data as text, or null when it is not all as promised. */
export type Projection = (data: Json, shared: Shared, introspection: IntrospectionTexts) => string | null;

/** Thrown by generated code; not an Error, which would collect a stack. */
const STOP = Symbol('not as promised');

type Shape = (value: Json) => string;

/** What generated code is given to work with. */
type Tools = {
  readonly stop: symbol;
  readonly text: (value: unknown) => string;
  readonly string: (value: string) => string;
  readonly own: (value: Json, name: string) => unknown;
  /** Sets of enum values by number. */
  readonly enums: ReadonlySet<string>[];
  /** Functions for objects whose type is known, by number; made at first use. */
  readonly shapes: Shape[];
  /** Functions for objects that tell their type, by number. */
  readonly choices: Shape[];
  /** The same, for objects that may stand at several places: each is shaped once per answer. */
  readonly run: { shared: Shared; introspection: IntrospectionTexts; made: Map<object, string>[] };
};

const ownValue = (value: Json, name: string): unknown => (Object.hasOwn(value, name) ? value[name] : undefined);

const quote = (text: string): string => JSON.stringify(text);

export const createProjection = (
  schema: GraphQLSchema,
  selections: Selections,
  root: { readonly type: GraphQLCompositeType; readonly selectionSet: SelectionSetNode },
): Projection => {
  const setNumbers = new Map<SelectionSetNode, number>();
  const enumNumbers = new Map<GraphQLEnumType, number>();
  const shapeNumbers = new Map<string, number>();
  const choiceNumbers = new Map<string, number>();
  const tools: Tools = {
    stop: STOP,
    text: textOf,
    string: textOfString,
    own: ownValue,
    enums: [],
    shapes: [],
    choices: [],
    run: { shared: new Set(), introspection: {}, made: [] },
  };

  const keyOf = (type: string, selectionSets: readonly SelectionSetNode[]): string => {
    const numbers = selectionSets.map((set) => {
      const known = setNumbers.get(set) ?? setNumbers.size;
      setNumbers.set(set, known);
      return known;
    });
    return `${type} ${numbers.join(' ')}`;
  };

  const enumNumber = (type: GraphQLEnumType): number => {
    const known = enumNumbers.get(type);
    if (known !== undefined) return known;
    tools.enums.push(new Set(type.getValues().map(({ name }) => name)));
    enumNumbers.set(type, tools.enums.length - 1);
    return tools.enums.length - 1;
  };

  /** An expression for the text of `name`, which holds a value that is neither null nor undefined. */
  const leafText = (type: GraphQLOutputType, name: string): { readonly check: string; readonly text: string } => {
    if (isEnumType(type)) return { check: `!enums[${enumNumber(type)}].has(${name})`, text: `'"'+${name}+'"'` };
    if (isLeafType(type) && isSpecifiedScalarType(type)) {
      switch (type.name) {
        case 'Boolean':
          return { check: `typeof ${name}!=='boolean'`, text: `(${name}?'true':'false')` };
        case 'Int':
          return { check: `(${name}|0)!==${name}`, text: `(''+${name})` };
        case 'Float':
          return { check: `typeof ${name}!=='number'||${name}-${name}!==0`, text: `(''+${name})` };
        default:
          return { check: `typeof ${name}!=='string'`, text: `string(${name})` };
      }
    }
    return { check: '', text: `text(${name})` };
  };

  /** Statements that put the text of `from` into the variable `to`. */
  const valueCode = (
    type: GraphQLOutputType,
    selectionSets: readonly SelectionSetNode[],
    from: string,
    to: string,
    depth: number,
  ): string => {
    const isPromised = isNonNullType(type);
    const inner = isPromised ? type.ofType : type;
    const whenNull = isPromised ? 'throw stop;' : `${to}='null';`;
    let body: string;
    if (isListType(inner)) {
      const [index, item, text] = [`i${depth}`, `x${depth}`, `t${depth}`];
      const loop =
        `let ${to}$='[';for(let ${index}=0;${index}<${from}.length;${index}++){const ${item}=${from}[${index}];let ${text};` +
        `${valueCode(inner.ofType, selectionSets, item, text, depth + 1)}` +
        `${to}$+=${index}===0?${text}:','+${text};}${to}=${to}$+']';`;
      body = `if(!Array.isArray(${from}))throw stop;`;
      body += isCompositeType(leafTypeOf(inner)) ? sharedCode(from, to, loop) : loop;
    } else if (isCompositeType(inner)) {
      body = `if(typeof ${from}!=='object')throw stop;`;
      body += sharedCode(from, to, `${to}=${callOf(inner, selectionSets)}(${from});`);
    } else {
      const { check, text } = leafText(inner, from);
      body = `${check === '' ? '' : `if(${check})throw stop;`}${to}=${text};`;
    }
    return `if(${from}===null||${from}===undefined){${whenNull}}else{${body}}`;
  };

  const leafTypeOf = (type: GraphQLOutputType): GraphQLOutputType =>
    isListType(type) || isNonNullType(type) ? leafTypeOf(type.ofType) : type;

  /** Around the code that makes the text of an object or list: made once where it stands at several places. */
  const sharedCode = (from: string, to: string, make: string): string => {
    const number = tools.run.made.length;
    tools.run.made.push(new Map());
    return (
      `if(run.shared.size!==0&&run.shared.has(${from})){const m=run.made[${number}];${to}=m.get(${from});` +
      `if(${to}===undefined){${make}m.set(${from},${to});}}else{${make}}`
    );
  };

  /** The expression for a function that shapes objects of a type. */
  const callOf = (type: GraphQLCompositeType, selectionSets: readonly SelectionSetNode[]): string => {
    if (isObjectType(type)) return `shapes[${shapeNumber(type, selectionSets)}]`;
    const key = keyOf(type.name, selectionSets);
    const known = choiceNumbers.get(key);
    if (known !== undefined) return `choices[${known}]`;
    const number = tools.choices.length;
    choiceNumbers.set(key, number);
    const byName = new Map<unknown, Shape>();
    tools.choices.push((value) => {
      let shape = byName.get(value.__typename);
      if (!shape) {
        const name = value.__typename ?? type.name;
        const actual = typeof name === 'string' ? schema.getType(name) : undefined;
        if (!isCompositeType(actual)) throw STOP;
        shape = makeShape(actual, selectionSets);
        byName.set(value.__typename, shape);
      }
      return shape(value);
    });
    return `choices[${number}]`;
  };

  const shapeNumber = (type: GraphQLCompositeType, selectionSets: readonly SelectionSetNode[]): number => {
    const key = keyOf(type.name, selectionSets);
    const known = shapeNumbers.get(key);
    if (known !== undefined) return known;
    const number = tools.shapes.length;
    shapeNumbers.set(key, number);
    // Made when it is first needed, and in place of itself.
    tools.shapes.push((value) => {
      const shape = generate(type, selectionSets, number === 0);
      tools.shapes[number] = shape;
      return shape(value);
    });
    return number;
  };

  const makeShape = (type: GraphQLCompositeType, selectionSets: readonly SelectionSetNode[]): Shape => {
    const number = shapeNumber(type, selectionSets);
    return (value) => (tools.shapes[number] as Shape)(value);
  };

  const generate = (type: GraphQLCompositeType, selectionSets: readonly SelectionSetNode[], isTop: boolean): Shape => {
    let code = isTop ? '' : `const tn=o.__typename;if(tn!==${quote(type.name)}&&tn!==undefined&&tn!==null)throw stop;`;
    const parts: string[] = [];
    /** Fixed text that the next part begins with. */
    let fixed = '{';
    for (const [index, field] of selections.fieldsOf(type, selectionSets).entries()) {
      const name = quote(field.responseName);
      const get = field.responseName in Object.prototype ? `own(o,${name})` : `o[${name}]`;
      fixed += `${index === 0 ? '' : ','}${name}:`;
      if (field.kind === 'typename') {
        // An interface's name, from a subgraph that knows no more of the object (@interfaceObject), is no answer.
        if (!isObjectType(type)) {
          code += 'throw stop;';
          continue;
        }
        if (!isTop && field.responseName !== '__typename')
          code += `const v${index}=${get};if(v${index}!==undefined&&v${index}!==${quote(type.name)})throw stop;`;
        fixed += quote(type.name);
        continue;
      }
      if (field.kind === 'introspection') parts.push(quote(fixed), `run.introspection[${name}]`);
      else {
        code += `const v${index}=${get};let r${index};`;
        code += `${valueCode(field.type, field.selectionSets, `v${index}`, `r${index}`, 0)}\n`;
        parts.push(quote(fixed), `r${index}`);
      }
      fixed = '';
    }
    return new Function(
      'tools',
      `"use strict";const {stop,text,string,own,enums,shapes,choices,run}=tools;` +
        `return function(o){${code}return ${[...parts, quote(`${fixed}}`)].join('+')};}`,
    )(tools) as Shape;
  };

  const top = shapeNumber(root.type, [root.selectionSet]);
  const { run } = tools;
  return (data, shared, introspection) => {
    run.shared = shared;
    run.introspection = introspection;
    try {
      return (tools.shapes[top] as Shape)(data);
    } catch (error) {
      if (error !== STOP) throw error;
      return null;
    } finally {
      if (shared.size > 0) for (const made of run.made) made.clear();
    }
  };
};
