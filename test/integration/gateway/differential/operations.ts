/** Valid operations, made up at random over a schema: the same number gives the same operation. */
import {
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { hashOf } from './world.ts';

export type GeneratedOperation = {
  readonly text: string;
  readonly document: DocumentNode;
  /** Values for its variables: the same number gives the same. */
  variablesOf(seed: number): Readonly<Record<string, unknown>>;
};

type Random = { below(limit: number): number; chance(percent: number): boolean; of<T>(list: readonly T[]): T };

const createRandom = (seed: number): Random => {
  let state = hashOf(seed, 'random');
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return hashOf(state);
  };
  const below = (limit: number): number => next() % limit;
  return {
    below,
    chance: (percent) => below(100) < percent,
    of: (list) => {
      const chosen = list[below(list.length)];
      if (chosen === undefined) throw new Error('nothing to choose from');
      return chosen;
    },
  };
};

const TEXTS = ['a', 'sku-1', 'with "quotes"', 'x\\y', '\u{1F600}'] as const;
/** Names that every JavaScript object knows already. */
const ODD_NAMES = ['constructor', 'toString', '__proto__', 'valueOf', 'hasOwnProperty'] as const;

const valueFor = (type: GraphQLInputType, random: Random, depth = 0): unknown => {
  if (isNonNullType(type)) {
    const value = valueFor(type.ofType, random, depth);
    return value === null || value === undefined ? plainFor(type.ofType, random, depth) : value;
  }
  return random.chance(8) ? null : plainFor(type, random, depth);
};

const plainFor = (type: GraphQLInputType, random: Random, depth: number): unknown => {
  if (isNonNullType(type)) return plainFor(type.ofType, random, depth);
  if (isListType(type)) return Array.from({ length: random.below(3) }, () => valueFor(type.ofType, random, depth + 1));
  if (isEnumType(type)) return random.of(type.getValues()).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || random.chance(depth > 2 ? 0 : 50),
    );
    return Object.fromEntries(fields.map((field) => [field.name, valueFor(field.type, random, depth + 1)]));
  }
  const { name } = getNamedType(type);
  if (name === 'Int') return random.below(4);
  if (name === 'Float') return random.below(40) / 8;
  if (name === 'Boolean') return random.chance(50);
  return random.of(TEXTS);
};

const literal = (type: GraphQLInputType, value: unknown): string => {
  if (value === null || value === undefined) return 'null';
  if (isNonNullType(type)) return literal(type.ofType, value);
  if (isListType(type))
    return `[${(value as readonly unknown[]).map((inner) => literal(type.ofType, inner)).join(', ')}]`;
  if (isEnumType(type)) return String(value);
  if (isInputObjectType(type)) {
    const fields = Object.entries(value as object).map(([name, inner]) => {
      const field = type.getFields()[name];
      return field ? `${name}: ${literal(field.type, inner)}` : '';
    });
    return `{${fields.join(', ')}}`;
  }
  return JSON.stringify(value);
};

type Variable = {
  readonly name: string;
  readonly type: GraphQLInputType | 'Boolean!' | 'Boolean';
  readonly hasDefault: boolean;
  readonly text: string;
};

type Draft = {
  readonly schema: GraphQLSchema;
  readonly random: Random;
  readonly variables: Variable[];
  readonly fragments: string[];
  /** Response names by what they stand for, so that one name rarely means two things. */
  readonly names: Map<string, string>;
  readonly taken: Set<string>;
  /** Fields still to be written. */
  left: number;
};

const conditionVariable = (draft: Draft): string => {
  const { random, variables } = draft;
  const booleans = variables.filter(({ type }) => type === 'Boolean!' || type === 'Boolean');
  if (booleans.length > 0 && (booleans.length >= 4 || random.chance(60))) return random.of(booleans).name;
  const hasDefault = random.chance(40);
  const type = hasDefault && random.chance(50) ? 'Boolean' : 'Boolean!';
  const name = `if${variables.length}`;
  variables.push({ name, type, hasDefault, text: `$${name}: ${type}${hasDefault ? ` = ${random.chance(50)}` : ''}` });
  return name;
};

const directiveOf = (draft: Draft): string => {
  const { random } = draft;
  if (!random.chance(14)) return '';
  const one = (name: string): string =>
    ` @${name}(if: ${random.chance(12) ? random.chance(70) === (name === 'include') : `$${conditionVariable(draft)}`})`;
  const first = one(random.of(['skip', 'include']));
  return random.chance(15) ? `${one('include')}${one('skip')}` : first;
};

const argumentText = (argument: GraphQLArgument, draft: Draft): string => {
  const { random, variables } = draft;
  if (random.chance(35)) {
    const hasDefault = random.chance(30);
    const name = `v${variables.length}`;
    const given = hasDefault ? ` = ${literal(argument.type, plainFor(argument.type, random, 0))}` : '';
    variables.push({ name, type: argument.type, hasDefault, text: `$${name}: ${argument.type}${given}` });
    return `${argument.name}: $${name}`;
  }
  return `${argument.name}: ${literal(argument.type, valueFor(argument.type, random))}`;
};

const fieldText = (field: GraphQLField<unknown, unknown>, draft: Draft, depth: number): string => {
  const { names, random, taken } = draft;
  draft.left -= 1;
  const args = field.args
    .filter((argument) => (isNonNullType(argument.type) && argument.defaultValue === undefined) || random.chance(35))
    .map((argument) => argumentText(argument, draft))
    .join(', ');
  const meaning = `${field.name}(${args}) ${field.type}`;
  let name = random.chance(80) ? names.get(meaning) : undefined;
  if (name === undefined) {
    name = random.chance(75)
      ? field.name
      : random.chance(6)
        ? random.of(ODD_NAMES)
        : `${random.of(['a', 'b', 'x', 'id', 'other'])}${random.below(9)}`;
    if (taken.has(name)) name = `n${taken.size}`;
    taken.add(name);
    names.set(meaning, name);
  }
  const start = `${name === field.name ? '' : `${name}: `}${field.name}${args === '' ? '' : `(${args})`}${directiveOf(draft)}`;
  const type = getNamedType(field.type);
  return isCompositeType(type) ? `${start} ${selectionText(type, draft, depth + 1)}` : start;
};

const typenameText = (draft: Draft): string =>
  draft.random.chance(75) ? '__typename' : `t${draft.random.below(3)}: __typename`;

/** Types that a fragment within `type` may be on. */
const conditionsFor = (schema: GraphQLSchema, type: GraphQLCompositeType): readonly GraphQLCompositeType[] => {
  const possible = isObjectType(type) ? [type] : schema.getPossibleTypes(type);
  const interfaces = possible.flatMap((object) => [...object.getInterfaces()]);
  return [...new Set<GraphQLCompositeType>([type, ...possible, ...interfaces])];
};

const fragmentText = (type: GraphQLCompositeType, draft: Draft, depth: number): string => {
  const { fragments, random, schema } = draft;
  const condition = random.of(conditionsFor(schema, type));
  const isPlain = condition === type && random.chance(25);
  const inner = selectionText(condition, draft, depth + 1);
  if (random.chance(70) || isPlain) return `...${isPlain ? '' : ` on ${condition.name}`}${directiveOf(draft)} ${inner}`;
  const name = `F${fragments.length}`;
  fragments.push(`fragment ${name} on ${condition.name} ${inner}`);
  const spread = `...${name}${directiveOf(draft)}`;
  return random.chance(15) ? `${spread} ${spread}` : spread;
};

const selectionText = (type: GraphQLCompositeType, draft: Draft, depth: number): string => {
  const { random } = draft;
  const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  const parts: string[] = [];
  const wanted = 1 + random.below(depth < 2 ? 5 : 4);
  while (parts.length < wanted) {
    const isDeep = depth > 6 || draft.left <= 0;
    const simple = isDeep ? fields.filter((field) => !isCompositeType(getNamedType(field.type))) : fields;
    if (simple.length === 0 || random.chance(10)) parts.push(typenameText(draft));
    else if (!isDeep && random.chance(isObjectType(type) ? 12 : 55)) parts.push(fragmentText(type, draft, depth));
    else parts.push(fieldText(random.of(simple), draft, depth));
    if (isDeep && parts.length > 1) break;
  }
  return `{ ${parts.join(' ')} }`;
};

const MOST_TRIES = 60;

export const createOperation = (schema: GraphQLSchema, seed: number): GeneratedOperation => {
  for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
    const random = createRandom(hashOf(seed, attempt));
    const mutation = schema.getMutationType();
    const isMutation = mutation && random.chance(12);
    const root = isMutation ? mutation : schema.getQueryType();
    if (!root) throw new Error('a schema needs a query type');
    const draft: Draft = {
      schema,
      random,
      variables: [],
      fragments: [],
      names: new Map(),
      taken: new Set(),
      left: 4 + random.below(26),
    };
    const body = selectionText(root, draft, 0);
    const introspection =
      !isMutation && random.chance(4) ? `${body.slice(0, -1)} __type(name: "Product") { name kind } ${'}'}` : body;
    const variables = draft.variables.length === 0 ? '' : `(${draft.variables.map(({ text }) => text).join(', ')})`;
    const text = [`${isMutation ? 'mutation' : 'query'} Op${variables} ${introspection}`, ...draft.fragments].join(
      '\n',
    );
    const document = parse(text);
    if (validate(schema, document).length > 0) continue;
    return {
      text,
      document,
      variablesOf: (variablesSeed) => {
        const chosen = createRandom(hashOf(variablesSeed, 'variables'));
        return Object.fromEntries(
          draft.variables.flatMap(({ hasDefault, name, type }) => {
            const isOptional = hasDefault || (typeof type !== 'string' && !isNonNullType(type));
            if (isOptional && chosen.chance(40)) return [];
            return [[name, typeof type === 'string' ? chosen.chance(50) : valueFor(type, chosen)]];
          }),
        );
      },
    };
  }
  throw new Error(`no valid operation in ${MOST_TRIES} tries`);
};
