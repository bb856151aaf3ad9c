/**
 * Subgraphs in memory. What a field says is a function of the world's seed, the object, the field and its arguments, so
 * every subgraph tells the same of the same object, however often and in whatever order it is asked; what goes wrong
 * depends on the subgraph too.
 */
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  visit,
} from 'graphql';
import type { Graph } from './graphs.ts';

/** How often something goes wrong, each in a thousand. */
export type Faults = {
  readonly throwing: number;
  readonly nulls: number;
  readonly garbage: number;
  readonly lostEntities: number;
  readonly lostFetches: number;
  /** Whether a subgraph says null where it promised a value, and nothing more. */
  readonly isSilent: boolean;
};

export type World = { readonly seed: number; readonly faults: Faults };

export type Subgraph = {
  readonly name: string;
  /** Null when the whole fetch is lost. */
  answer(world: World, query: string, variables: Readonly<Record<string, unknown>>): Promise<ExecutionResult | null>;
};

/** A number from 0 up, the same for the same parts. */
export const hashOf = (...parts: readonly unknown[]): number => {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    const text = String(part);
    for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    hash = Math.imul(hash ^ 0x5bd1e995, 0x01000193);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3ae5);
  return (hash ^ (hash >>> 13)) >>> 0;
};

type Node = { readonly __typename: string; readonly n: number; readonly told?: Readonly<Record<string, unknown>> };
type Context = { readonly world: World; readonly subgraph: string };

/** Objects of each type. Few, so that the same one is met again and again. */
const OBJECTS = 5;
const KEY_LEAVES: ReadonlySet<string> = new Set(['id', 'sku', 'code', 'mail']);

/** Object types of an interface that is an entity, by the interface: which one object n is of, all subgraphs agree. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = { Media: ['Book', 'Film', 'Song'] };
const FAMILY_OF: Readonly<Record<string, string>> = { Book: 'Media', Film: 'Media', Song: 'Media' };

const identityOf = ({ __typename, n }: Node): string => `${FAMILY_OF[__typename] ?? __typename}-${n}`;

const nodeOf = (type: string, number: number): Node => {
  const family = FAMILY_OF[type];
  const types = FAMILIES[family ?? type];
  if (!types) return { __typename: type, n: number % OBJECTS };
  if (family === undefined)
    return { __typename: types[number % types.length] ?? type, n: number % (OBJECTS * types.length) };
  return { __typename: type, n: (number % OBJECTS) * types.length + types.indexOf(type) };
};

/** Stands for a number that a subgraph gives as an ID: the executors differ in how they show it, and in nothing else. */
const NUMBER_AS_ID = 90_000;

const GARBAGE: readonly unknown[] = [17, -2.5, 'garbage', true, 3_000_000_000, 'line\nbreak "quoted" \u{1F600}'];

const leafOf = (type: GraphQLOutputType, node: Node, field: string, hash: number, isGarbage: boolean): unknown => {
  if (isEnumType(type)) {
    if (isGarbage) return hash % 2 === 0 ? 'UNHEARD_OF' : 4;
    return type.getValues()[hash % type.getValues().length]?.name;
  }
  const name = 'name' in type ? type.name : '';
  if (isGarbage) return name === 'ID' && hash % 2 === 0 ? NUMBER_AS_ID + (hash % 100) : GARBAGE[hash % GARBAGE.length];
  if (KEY_LEAVES.has(field)) return name === 'Int' ? node.n : `${field}-${node.n}`;
  switch (name) {
    case 'Int':
      return (hash % 2_001) - 1_000;
    case 'Float':
      return (hash % 4_000) / 8 - 100;
    case 'Boolean':
      return hash % 2 === 0;
    case 'JSON':
      return [null, hash % 7, { a: [hash % 3, { b: 'c' }] }, 'text', [[]], false][hash % 6];
    default:
      return `${field} ${node.n} ${['plain', 'with "quotes"', 'ünïcode \u2028', 'x'.repeat(70)][hash % 4]}`;
  }
};

const requiredOf = (schema: GraphQLSchema): ReadonlyMap<string, readonly string[]> => {
  const required = new Map<string, readonly string[]>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const directive = field.astNode?.directives?.find(({ name }) => name.value === 'requires');
      const fields = directive?.arguments?.[0]?.value;
      if (fields?.kind !== Kind.STRING) continue;
      const document = parse(`{ ${fields.value} }`);
      const [operation] = document.definitions;
      if (operation?.kind !== Kind.OPERATION_DEFINITION) continue;
      const names = operation.selectionSet.selections.flatMap((node) =>
        node.kind === Kind.FIELD ? [node.name.value] : [],
      );
      required.set(`${type.name}.${field.name}`, names);
    }
  }
  return required;
};

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
};

const CODES = ['UPSTREAM_TIMEOUT', 'FORBIDDEN', 'BAD_USER_INPUT', 'SOMETHING_ELSE', undefined] as const;

const failure = (hash: number, place: string): GraphQLError => {
  const code = CODES[hash % CODES.length];
  return new GraphQLError(`${place} failed`, {
    extensions: code === undefined ? {} : { code, system: `system-${hash % 3}` },
  });
};

const createResolver = (schema: GraphQLSchema, subgraph: string): GraphQLFieldResolver<Node | undefined, Context> => {
  const required = requiredOf(schema);
  const make = (type: GraphQLOutputType, node: Node, info: GraphQLResolveInfo, world: World, key: string): unknown => {
    const { faults, seed } = world;
    const hash = hashOf(seed, key);
    const chance = hashOf(seed, key, subgraph, 'fault') % 1_000;
    const isKey = KEY_LEAVES.has(info.fieldName) || info.fieldName === 'zone' || info.fieldName === 'org';
    if (!isKey && chance < faults.throwing) throw failure(hash, key);
    if (!isKey && chance < faults.throwing + faults.nulls && (faults.isSilent || !isNonNullType(type))) return null;
    const inner = isNonNullType(type) ? type.ofType : type;
    if (isListType(inner)) {
      return Array.from({ length: hash % 4 }, (_, index) => {
        try {
          return make(inner.ofType, node, info, world, `${key}.${index}`);
        } catch (error) {
          return error;
        }
      });
    }
    if (isLeafType(inner)) return leafOf(inner, node, info.fieldName, hash, !isKey && chance >= 1_000 - faults.garbage);
    if (isObjectType(inner)) return inner.name === 'Query' ? { __typename: 'Query', n: 0 } : nodeOf(inner.name, hash);
    if (isInterfaceType(inner) && FAMILIES[inner.name]) return nodeOf(inner.name, hash);
    if (isInterfaceType(inner) || isUnionType(inner)) {
      const types = schema.getPossibleTypes(inner);
      return nodeOf(types[hash % types.length]?.name ?? '', hash >>> 3);
    }
    return null;
  };
  return (source, args, { world }, info) => {
    const node = source ?? { __typename: info.parentType.name, n: 0 };
    const name = `${info.parentType.name}.${info.fieldName}`;
    const owner =
      source === undefined || info.parentType.name === 'Query' ? name : `${identityOf(node)}.${info.fieldName}`;
    const needed = required.get(name)?.map((field) => node.told?.[field]);
    const key = `${owner}(${JSON.stringify(sorted(args))})${needed ? JSON.stringify(sorted(needed)) : ''}`;
    const value = make(info.returnType, node, info, world, key);
    // What was required of others shows in what is answered.
    return needed && typeof value === 'string' ? `${value} of ${JSON.stringify(sorted(needed))}` : value;
  };
};

const numberIn = (reference: Readonly<Record<string, unknown>>): number | null => {
  for (const name of KEY_LEAVES) {
    const value = reference[name];
    if (typeof value === 'string' && /-\d+$/.test(value)) return Number(value.slice(value.lastIndexOf('-') + 1));
  }
  return null;
};

/** Adds to a document what lets it promise nothing: every field may be null. */
const withoutPromises = (document: DocumentNode): DocumentNode =>
  visit(document, {
    FieldDefinition: { leave: (node) => ({ ...node, type: node.type }) },
    NonNullType: { leave: (node, _key, _parent, _path, ancestors) => (isInput(ancestors) ? node : node.type) },
  });

const isInput = (ancestors: readonly unknown[]): boolean =>
  ancestors.some(
    (ancestor) =>
      typeof ancestor === 'object' &&
      ancestor !== null &&
      'kind' in ancestor &&
      ancestor.kind === Kind.INPUT_VALUE_DEFINITION,
  );

const executableOf = (document: DocumentNode): GraphQLSchema => {
  const types: string[] = [];
  visit(document, {
    enter: (node) => {
      if ('directives' in node && 'name' in node && node.kind !== Kind.FIELD_DEFINITION)
        if (
          (node.directives as readonly { name: { value: string } }[] | undefined)?.some(
            ({ name }) => name.value === 'key',
          )
        )
          types.push((node.name as { value: string }).value);
    },
  });
  const resolvers = Object.fromEntries(
    types.map((type) => [
      type,
      {
        // A promise, so that one that fails is that entity's error and not everybody's.
        __resolveReference: async (reference: Record<string, unknown>, { subgraph, world }: Context) => {
          const n = numberIn(reference);
          const chance = hashOf(world.seed, subgraph, type, n, 'entity') % 1_000;
          if (n === null || chance < world.faults.lostEntities / 2) return null;
          if (chance < world.faults.lostEntities) throw failure(chance, `${type} ${n}`);
          const actual = FAMILIES[type] ? nodeOf(type, n).__typename : type;
          return { __typename: actual, n, told: reference };
        },
      },
    ]),
  );
  const schema = buildSubgraphSchema([{ typeDefs: document, resolvers }] as Parameters<typeof buildSubgraphSchema>[0]);
  for (const type of Object.values(schema.getTypeMap())) {
    // Whatever a resolver says goes out as it is.
    if (isLeafType(type) && !type.name.startsWith('_')) type.serialize = (value: unknown) => value;
  }
  return schema;
};

export const createSubgraphs = (graph: Graph): readonly Subgraph[] =>
  Object.entries(graph.subgraphs).map(([name, sdl]) => {
    const document = parse(sdl);
    const [strict, lenient] = [document, withoutPromises(document)].map(executableOf) as [GraphQLSchema, GraphQLSchema];
    const [strictResolver, lenientResolver] = [createResolver(strict, name), createResolver(lenient, name)];
    const documents = new Map<string, DocumentNode>();
    const documentOf = (query: string): DocumentNode => {
      const known = documents.get(query);
      if (known) return known;
      if (documents.size > 200) documents.clear();
      const parsed = parse(query, { noLocation: true });
      documents.set(query, parsed);
      return parsed;
    };
    return {
      name,
      answer: async (world, query, variables) => {
        for (let turns = hashOf(world.seed, query, 'turns') % 5; turns > 0; turns -= 1) await null;
        if (hashOf(world.seed, query, name, 'lost') % 1_000 < world.faults.lostFetches) return null;
        const { isSilent } = world.faults;
        const contextValue: Context = { world, subgraph: name };
        const result = await execute({
          schema: isSilent ? lenient : strict,
          document: documentOf(query),
          variableValues: variables,
          contextValue,
          fieldResolver: (isSilent ? lenientResolver : strictResolver) as GraphQLFieldResolver<unknown, unknown>,
          typeResolver: (value) => (value as Node).__typename,
        });
        // As it comes over a wire: plain objects, and errors without what is inside them.
        return JSON.parse(JSON.stringify(result)) as ExecutionResult;
      },
    };
  });
