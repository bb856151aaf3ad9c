/** Whether and for how long what one fetch of a plan brings may be kept, and what it must be asked for so that it can be dropped. */
import type { FetchNode } from '@apollo/query-planner';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import type { Each } from '../execution/shelf.ts';
import type { Variables } from '../execution/variables.ts';
import type { Limits } from './limits.ts';
import type { KeepingRules, TagTemplate } from './rules.ts';
import { createGather, type Gather, gatherTags, sourceOf } from './tag-gathering.ts';

export type FetchPolicy = {
  /** The same for fetches that ask the same of the same subgraph, whatever their operation is called. */
  readonly identity: string;
  /** The fetch's operation, asking also for what tags are made of. */
  readonly operation: string;
  readonly maxAgeMs: number;
  readonly isPrivate: boolean;
  /** Null when no variable can shorten the life. In milliseconds. */
  readonly limitOf: ((variables: Variables) => number) | null;
  readonly each: Each | null;
  /** Of one entity, or of the whole data of a root fetch; false when some tag cannot be told. */
  gather(value: unknown, variables: Variables, tags: Set<string>): boolean;
};

/** Response names of what the gateway itself asks for; no client's name may begin so in what is kept. */
const OWN = '_tag_';
const NOT_KEPT = Symbol('not kept');

type Walk = {
  readonly rules: KeepingRules;
  readonly limits: Limits;
  readonly supergraph: GraphQLSchema;
  readonly service: string;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Fields to be asked for in addition, by the selection set they go into: field name by response name. */
  readonly added: Map<SelectionSetNode, Map<string, string>>;
  maxAgeMs: number;
  isPrivate: boolean;
};

const responseNameOf = (field: FieldNode): string => (field.alias ?? field.name).value;

/** The response name under which an object tells this field, asked for in addition where the operation does not. */
const toldAs = (walk: Walk, set: SelectionSetNode, fieldName: string): string => {
  const isTold = set.selections.some(
    (selection) =>
      selection.kind === Kind.FIELD &&
      !selection.alias &&
      selection.name.value === fieldName &&
      (selection.directives?.length ?? 0) === 0,
  );
  if (isTold) return fieldName;
  const added = walk.added.get(set) ?? new Map<string, string>();
  walk.added.set(set, added.set(`${OWN}${fieldName}`, fieldName));
  return `${OWN}${fieldName}`;
};

const addTags = (
  walk: Walk,
  type: GraphQLObjectType,
  field: FieldNode,
  set: SelectionSetNode,
  templates: readonly TagTemplate[],
  gather: Gather,
  isConditional: boolean,
): void => {
  for (const [kind, alternatives] of Map.groupBy(templates, (template) => template.kind)) {
    const sources = [];
    for (const template of alternatives) {
      const isTellable = template.placeholders.every((placeholder) =>
        placeholder.kind === 'field'
          ? walk.rules.isAtHand(type, placeholder.name, walk.service)
          : field.arguments?.some(({ name }) => name.value === placeholder.path[0]),
      );
      if (!isTellable) continue;
      const fieldNames = template.placeholders.flatMap((one) => (one.kind === 'field' ? [one.name] : []));
      const names = new Map(fieldNames.map((name) => [name, toldAs(walk, set, name)]));
      sources.push(sourceOf(template, field, names));
      // What the object tells of itself is always there: no other way is needed.
      if (fieldNames.length === template.placeholders.length) break;
    }
    if (sources.length === 0) throw NOT_KEPT;
    const isOfArguments = sources.some(({ argumentValues }) => argumentValues.size > 0);
    const key = `${kind} ${sources.map(({ responseNames, template }) => `${template.source} ${[...responseNames.values()].join()}`).join()} ${isOfArguments ? responseNameOf(field) : ''}`;
    gather.groups.set(key, { sources, isConditional });
  }
};

const fieldWalk = (
  walk: Walk,
  type: GraphQLObjectType,
  node: FieldNode,
  set: SelectionSetNode,
  gather: Gather,
  inheritsFrom: boolean,
  isConditional: boolean,
): void => {
  const field = type.getFields()[node.name.value];
  if (!field) throw NOT_KEPT;
  const lifetime = walk.rules.lifetimeOf(type, field);
  if (!lifetime) throw NOT_KEPT;
  const changes = walk.rules.changesOf(type, field);
  const isOwn = lifetime.maxAgeMs !== null;
  // Inheriting from nothing: keys live for ever, everything else is not to be kept by itself.
  if (!isOwn && !inheritsFrom && !walk.rules.isKey(type, field.name)) throw NOT_KEPT;
  if (isOwn && !inheritsFrom && !changes) throw NOT_KEPT;
  if (lifetime.maxAgeMs !== null) walk.maxAgeMs = Math.min(walk.maxAgeMs, lifetime.maxAgeMs);
  walk.isPrivate ||= lifetime.isPrivate;
  for (const argument of node.arguments ?? []) {
    const definition = field.args.find(({ name }) => name === argument.name.value);
    if (definition) walk.maxAgeMs = Math.min(walk.maxAgeMs, walk.limits.ofLiteral(argument.value, definition.type));
  }
  if (changes) addTags(walk, type, node, set, changes.templates, gather, isConditional);
  if (!node.selectionSet) return;
  const name = responseNameOf(node);
  const below = gather.below.get(name) ?? createGather();
  gather.below.set(name, below);
  selectionWalk(walk, getNamedType(field.type), node.selectionSet, below, isOwn || inheritsFrom, false);
};

const selectionWalk = (
  walk: Walk,
  type: GraphQLNamedType,
  set: SelectionSetNode,
  gather: Gather,
  inheritsFrom: boolean,
  isConditional: boolean,
): void => {
  for (const selection of set.selections) {
    const isMaybe = isConditional || (selection.directives?.length ?? 0) > 0;
    if (selection.kind === Kind.FIELD) {
      if (selection.name.value === '__typename') continue;
      if (!isObjectType(type)) throw NOT_KEPT;
      fieldWalk(walk, type, selection, set, gather, inheritsFrom, isConditional);
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : walk.fragments.get(selection.name.value);
    if (!fragment) throw NOT_KEPT;
    const condition = fragment.typeCondition?.name.value;
    const inner = condition === undefined ? type : walk.supergraph.getType(condition);
    if (!inner) throw NOT_KEPT;
    const isNarrower = isObjectType(inner) && inner !== type;
    let into = gather;
    if (isNarrower) {
      into = gather.byType.get(inner.name) ?? createGather();
      gather.byType.set(inner.name, into);
    }
    selectionWalk(walk, inner, fragment.selectionSet, into, inheritsFrom, isMaybe);
  }
};

const fieldNode = (name: string, alias: string): SelectionNode => ({
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: name },
  alias: { kind: Kind.NAME, value: alias },
});

const usesOf = (node: OperationDefinitionNode, variable: string): number => {
  let uses = 0;
  visit(node.selectionSet, {
    Variable: ({ name }) => {
      if (name.value === variable) uses += 1;
    },
  });
  return uses;
};

const eachOf = (rules: KeepingRules, query: GraphQLObjectType, operation: OperationDefinitionNode): Each | null => {
  const [only, ...others] = operation.selectionSet.selections;
  if (only?.kind !== Kind.FIELD || others.length > 0 || (only.directives?.length ?? 0) > 0) return null;
  const field: GraphQLField<unknown, unknown> | undefined = query.getFields()[only.name.value];
  const each = field ? rules.changesOf(query, field)?.each : null;
  const argument = only.arguments?.find(({ name }) => name.value === each);
  if (!field || !argument || argument.value.kind !== Kind.VARIABLE) return null;
  const type = isNonNullType(field.type) ? field.type.ofType : field.type;
  const variable = argument.value.name.value;
  if (!isListType(type) || usesOf(operation, variable) !== 1) return null;
  return { variable, responseName: responseNameOf(only) };
};

const hasNameOfOurs = (operation: OperationDefinitionNode): boolean => {
  let found = false;
  visit(operation, {
    Field: (field) => {
      found ||= responseNameOf(field).startsWith(OWN);
    },
  });
  return found;
};

const compile = (
  node: FetchNode,
  supergraph: GraphQLSchema,
  rules: KeepingRules,
  limits: Limits,
): FetchPolicy | null => {
  const query = supergraph.getQueryType();
  const document = parse(node.operation, { noLocation: true });
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!query || !operation || hasNameOfOurs(operation)) return null;
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
  const walk: Walk = {
    rules,
    limits,
    supergraph,
    service: node.serviceName,
    fragments,
    added: new Map(),
    maxAgeMs: Number.POSITIVE_INFINITY,
    isPrivate: false,
  };
  let gather = createGather();
  if (node.requires) {
    const [entities] = operation.selectionSet.selections;
    if (entities?.kind !== Kind.FIELD || !entities.selectionSet) return null;
    const all = createGather();
    selectionWalk(
      walk,
      query,
      { kind: Kind.SELECTION_SET, selections: entities.selectionSet.selections },
      all,
      false,
      false,
    );
    const [only, ...others] = all.byType.values();
    // Answers about entities of several types do not say which is which.
    if (!only || others.length > 0) return null;
    gather = only;
  } else selectionWalk(walk, query, operation.selectionSet, gather, false, false);
  if (!Number.isFinite(walk.maxAgeMs) || walk.maxAgeMs <= 0) return null;
  const widened = visit(document, {
    SelectionSet: (set) => {
      const added = walk.added.get(set);
      if (!added) return undefined;
      return {
        ...set,
        selections: [...set.selections, ...[...added].map(([alias, name]) => fieldNode(name, alias))],
      };
    },
  });
  const text = stripIgnoredCharacters(print(widened));
  const { name: _, ...unnamed } = operation;
  const identity = stripIgnoredCharacters(
    [unnamed, ...fragments.values()].map((definition) => print(definition)).join(' '),
  );
  return {
    identity: `${node.serviceName} ${identity}`,
    operation: text,
    maxAgeMs: walk.maxAgeMs,
    isPrivate: walk.isPrivate,
    limitOf: limits.ofVariables(supergraph, operation),
    each: node.requires ? null : eachOf(rules, query, operation),
    gather: (value, variables, tags) => gatherTags(gather, value, variables, tags),
  };
};

/** Null for a fetch that is not kept: the schema does not say so of all its fields, or a change could not be recognised. */
export const createFetchPolicies =
  (supergraph: GraphQLSchema, rules: KeepingRules, limits: Limits) =>
  (node: FetchNode): FetchPolicy | null => {
    if (node.operationKind !== 'query' || node.inputRewrites || node.outputRewrites) return null;
    try {
      return compile(node, supergraph, rules, limits);
    } catch (error) {
      if (error === NOT_KEPT) return null;
      throw error;
    }
  };
