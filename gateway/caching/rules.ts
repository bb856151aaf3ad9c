/**
 * What the schema says of keeping: @cacheControl and @changes, read from the supergraph. Nothing is kept that the schema
 * does not allow in so many words.
 */
import {
  type ConstDirectiveNode,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
  valueFromASTUntyped,
} from 'graphql';

export type Lifetime = {
  /** In milliseconds; null: as long as the field that led here. */
  readonly maxAgeMs: number | null;
  readonly isPrivate: boolean;
};

/** One place of a tag template: a field of the object, or an argument of the field with a path into it. */
export type Placeholder =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'argument'; readonly path: readonly string[] };
/** Fixed texts and the placeholders between them: one text more than there are placeholders. */
export type TagTemplate = {
  readonly source: string;
  readonly kind: string;
  readonly texts: readonly string[];
  readonly placeholders: readonly Placeholder[];
};
export type Changes = { readonly templates: readonly TagTemplate[]; readonly each: string | null };

export type KeepingRules = {
  /** Null: the schema does not allow it. */
  lifetimeOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): Lifetime | null;
  /** Null when neither the field nor its type says how changes are named; a type's tags come with the field's. */
  changesOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): Changes | null;
  /** Whether its fields are asked for by themselves: entities, and Query. Others are reached through a field of one. */
  mayStandAlone(type: GraphQLObjectType): boolean;
  isOfOneSubgraph(type: GraphQLObjectType): boolean;
  /** Whether objects of the type are known by this field. */
  isKey(type: GraphQLObjectType, fieldName: string): boolean;
  /** Whether this field of an object can be asked of this subgraph without asking another first. */
  isAtHand(type: GraphQLObjectType, fieldName: string, service: string): boolean;
  /** Longest life of an answer for which this was given, in milliseconds; Infinity when it does not matter. */
  limitOfEnumValue(type: GraphQLEnumType, value: string): number;
  limitOfInputField(type: GraphQLInputObjectType, fieldName: string): number;
};

type Directed = { readonly directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined;

const argumentsOf = (node: Directed, name: string): Readonly<Record<string, unknown>> | null => {
  const directive = node?.directives?.find((candidate) => candidate.name.value === name);
  if (!directive) return null;
  return Object.fromEntries(
    (directive.arguments ?? []).map(({ name: argument, value }) => [argument.value, valueFromASTUntyped(value)]),
  );
};

const allArgumentsOf = (node: Directed, name: string): readonly Readonly<Record<string, unknown>>[] =>
  (node?.directives ?? [])
    .filter((directive) => directive.name.value === name)
    .map((directive) => argumentsOf({ directives: [directive] }, name) ?? {});

const lifetimeIn = (node: Directed): Lifetime | null => {
  const given = argumentsOf(node, 'cacheControl');
  if (!given) return null;
  const seconds = typeof given.maxAge === 'number' && given.maxAge >= 0 ? given.maxAge : null;
  if (seconds === null && given.inheritMaxAge !== true) return null;
  return { maxAgeMs: seconds === null ? null : seconds * 1_000, isPrivate: given.scope === 'PRIVATE' };
};

const PLACEHOLDER = /\{(\$?)([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\}/g;

/** Null for a text that is no template: without a kind before its first colon, or with braces that enclose no name. */
export const readTagTemplate = (source: string): TagTemplate | null => {
  const [kind] = /^[a-z]+(?=:)/.exec(source) ?? [];
  if (kind === undefined) return null;
  const texts: string[] = [];
  const placeholders: Placeholder[] = [];
  let end = 0;
  for (const match of source.matchAll(PLACEHOLDER)) {
    const [whole, dollar, name = ''] = match;
    texts.push(source.slice(end, match.index));
    end = match.index + whole.length;
    if (dollar) placeholders.push({ kind: 'argument', path: name.split('.') });
    else if (name.includes('.')) return null;
    else placeholders.push({ kind: 'field', name });
  }
  texts.push(source.slice(end));
  return texts.some((text) => /[{}]/.test(text)) ? null : { source, kind, texts, placeholders };
};

const changesIn = (node: Directed): Changes | null => {
  const given = argumentsOf(node, 'changes');
  if (!given || !Array.isArray(given.tags)) return null;
  const templates = given.tags.map((tag) => (typeof tag === 'string' ? readTagTemplate(tag) : null));
  // What cannot be read could not be dropped either.
  if (templates.some((template) => template === null)) return null;
  return {
    templates: templates.filter((template) => template !== null),
    each: typeof given.each === 'string' ? given.each : null,
  };
};

/** Names in a set of key fields, of the object itself: "id location { id }" has id and location. */
const topNamesOf = (fieldSet: string): readonly string[] => {
  let depth = 0;
  return fieldSet
    .replace(/[{}]/g, ' $& ')
    .split(/\s+/)
    .filter((word) => {
      if (word === '{') depth += 1;
      else if (word === '}') depth -= 1;
      else return depth === 0 && word !== '';
      return false;
    });
};

export const createKeepingRules = (supergraph: GraphQLSchema): KeepingRules => {
  const graphs = supergraph.getType('join__Graph') as GraphQLEnumType | undefined;
  const serviceOf = new Map(
    (graphs?.getValues() ?? []).map(({ astNode, name }) => [name, argumentsOf(astNode, 'join__graph')?.name]),
  );
  const roots = new Set<string | undefined>([
    supergraph.getQueryType()?.name,
    supergraph.getMutationType()?.name,
    supergraph.getSubscriptionType()?.name,
  ]);
  const joinsOf = (type: GraphQLObjectType) => allArgumentsOf(type.astNode, 'join__type');
  const isEntity = (type: GraphQLObjectType): boolean => joinsOf(type).some(({ key }) => key !== undefined);
  const isKey = (type: GraphQLObjectType, fieldName: string): boolean =>
    joinsOf(type).some(({ key }) => typeof key === 'string' && topNamesOf(key).includes(fieldName));
  /** What one subgraph says of a type that others add to would hold for theirs too: it counts for nothing then. */
  const isOfOneSubgraph = (type: GraphQLObjectType): boolean =>
    new Set(joinsOf(type).map(({ graph }) => graph)).size <= 1;

  const mayStandAlone = (type: GraphQLObjectType): boolean => roots.has(type.name) || isEntity(type);

  return {
    lifetimeOf: (type, field) => {
      const own = lifetimeIn(field.astNode);
      if (own) return own;
      const inherited: Lifetime = { maxAgeMs: null, isPrivate: false };
      const ofType = isOfOneSubgraph(type) ? lifetimeIn(type.astNode) : null;
      if (ofType) return ofType;
      // A key is what a thing is known by: it does not age.
      if (isKey(type, field.name)) return inherited;
      return mayStandAlone(type) ? null : inherited;
    },
    isKey,
    isOfOneSubgraph,
    mayStandAlone,
    changesOf: (type, field) => {
      const own = changesIn(field.astNode);
      const ofType = changesIn(type.astNode);
      if (!own && !ofType) return null;
      return { templates: [...(own?.templates ?? []), ...(ofType?.templates ?? [])], each: own?.each ?? null };
    },
    isAtHand: (type, fieldName, service) => {
      const field = type.getFields()[fieldName];
      const isTold = joinsOf(type).some(({ graph }) => serviceOf.get(String(graph)) === service);
      if (!field || !isTold) return false;
      const joins = allArgumentsOf(field.astNode, 'join__field').filter(({ graph }) => graph !== undefined);
      return (
        joins.length === 0 ||
        joins.some(
          ({ external, graph, requires }) =>
            serviceOf.get(String(graph)) === service && external !== true && requires === undefined,
        )
      );
    },
    limitOfEnumValue: (type, value) => lifetimeIn(type.getValue(value)?.astNode)?.maxAgeMs ?? Number.POSITIVE_INFINITY,
    limitOfInputField: (type, fieldName) =>
      lifetimeIn(type.getFields()[fieldName]?.astNode)?.maxAgeMs ?? Number.POSITIVE_INFINITY,
  };
};
