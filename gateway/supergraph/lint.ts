/** Rules that composition does not know: what would compose and still go wrong here. */
import { Supergraph } from '@apollo/federation-internals';
import {
  type DirectiveNode,
  type FieldDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  visit,
} from 'graphql';
import type { ParsedSubgraph } from './compose.ts';
import { lintKeeping } from './lint-keeping.ts';

export type LintRule = { readonly severity: 'error' | 'warning'; readonly why: string; readonly remedy: string };

/** docs/reference/cli.md lists them; a test holds the two together. */
export const LINT_RULES = {
  REQUIRES_WITH_ARGUMENTS: {
    severity: 'error',
    why: "A field with arguments inside @requires collides with the client's own selection of the same field and gives wrong data.",
    remedy: 'Require a field without arguments; add one to the owning subgraph if there is none.',
  },
  ACCESS_RULE_MISSING: {
    severity: 'error',
    why: 'A field without an access rule of its own or of its type is refused to everybody.',
    remedy: 'Add @access(scope: "...") to the type, or to the field.',
  },
  DESCRIPTION_MISSING: {
    severity: 'warning',
    why: 'The SDL descriptions are the public documentation.',
    remedy: 'Say in one sentence what it means, its unit and where it comes from.',
  },
  EVENT_FIELD_NOT_NULLABLE: {
    severity: 'warning',
    why: 'A non-null field of another subgraph, reached from an event, takes the whole event with it when that subgraph fails.',
    remedy: 'Make the field nullable, or let clients of streams select it in a query of their own.',
  },
  CHANGES_UNRESOLVABLE: {
    severity: 'error',
    why: 'A tag of @changes that cannot be filled in drops nothing: what is kept would stay after a change.',
    remedy: 'Name a field that the same subgraph tells, or an argument of the field.',
  },
  KEPT_WITHOUT_CHANGES: {
    severity: 'error',
    why: 'A field with @cacheControl that names no changes is not kept at all.',
    remedy: 'Add @changes(tags: [...]) to it or to its type; an empty list if maxAge alone shall bound its age.',
  },
  KEPT_TYPE_SHARED: {
    severity: 'error',
    why: 'On a type that several subgraphs add to, @cacheControl would hold for the fields of all; it counts for nothing.',
    remedy: 'Give it to the fields.',
  },
} as const satisfies Record<string, LintRule>;

export type LintCode = keyof typeof LINT_RULES;
export type LintFinding = {
  readonly code: LintCode;
  readonly severity: 'error' | 'warning';
  readonly where: string;
  readonly message: string;
};

const finding = (code: LintCode, where: string, message: string): LintFinding => ({
  code,
  severity: LINT_RULES[code].severity,
  where,
  message,
});

const stringArgument = (directive: DirectiveNode, name: string): string | null => {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : null;
};

const hasDirective = (node: { readonly directives?: readonly DirectiveNode[] | undefined }, name: string): boolean =>
  node.directives?.some((directive) => directive.name.value === name) ?? false;

const placeOf = (
  subgraph: ParsedSubgraph,
  node: { readonly loc?: { readonly startToken: { readonly line: number } } | undefined },
): string => `${subgraph.file}:${node.loc?.startToken.line ?? 1}`;

const hasArguments = (fieldSet: string): boolean => {
  let found = false;
  visit(parse(`{ ${fieldSet} }`), {
    Field: (node) => {
      if ((node.arguments?.length ?? 0) > 0) found = true;
    },
  });
  return found;
};

const lintRequires = (subgraph: ParsedSubgraph): readonly LintFinding[] => {
  const findings: LintFinding[] = [];
  visit(subgraph.document, {
    FieldDefinition: (node) => {
      for (const directive of node.directives ?? []) {
        if (!/(^|__)requires$/.test(directive.name.value)) continue;
        const fields = stringArgument(directive, 'fields');
        if (fields !== null && hasArguments(fields)) {
          findings.push(
            finding('REQUIRES_WITH_ARGUMENTS', placeOf(subgraph, node), `${node.name.value} requires "${fields}"`),
          );
        }
      }
    },
  });
  return findings;
};

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

const isObjectNode = (node: { readonly kind: string }): node is ObjectNode =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION;

const lintAccess = (subgraph: ParsedSubgraph): readonly LintFinding[] => {
  const types = subgraph.document.definitions.filter(isObjectNode);
  const guarded = new Set(types.filter((type) => hasDirective(type, 'access')).map((type) => type.name.value));
  return types.flatMap((type) =>
    (type.fields ?? [])
      .filter((field: FieldDefinitionNode) => !guarded.has(type.name.value) && !hasDirective(field, 'access'))
      .map((field) =>
        finding('ACCESS_RULE_MISSING', placeOf(subgraph, field), `${type.name.value}.${field.name.value}`),
      ),
  );
};

const lintDescriptions = (subgraph: ParsedSubgraph): readonly LintFinding[] => {
  const findings: LintFinding[] = [];
  const owners: string[] = [];
  const check = (node: {
    readonly name: { readonly value: string };
    readonly description?: unknown;
    readonly loc?: { readonly startToken: { readonly line: number } };
  }): void => {
    if (node.description === undefined) {
      findings.push(finding('DESCRIPTION_MISSING', placeOf(subgraph, node), [...owners, node.name.value].join('.')));
    }
  };
  const nested = {
    enter: (node: Parameters<typeof check>[0]) => {
      check(node);
      owners.push(node.name.value);
    },
    leave: () => {
      owners.pop();
    },
  };
  const isRoot = (name: string): boolean => name === 'Query' || name === 'Mutation' || name === 'Subscription';
  const objects = {
    enter: (node: ObjectNode) => {
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION && !isRoot(node.name.value)) check(node);
      owners.push(node.name.value);
    },
    leave: nested.leave,
  };
  visit(subgraph.document, {
    ObjectTypeDefinition: objects,
    // An extension adds to a type that is described where it is at home.
    ObjectTypeExtension: objects,
    InterfaceTypeDefinition: nested,
    InputObjectTypeDefinition: nested,
    EnumTypeDefinition: nested,
    UnionTypeDefinition: check,
    ScalarTypeDefinition: check,
    FieldDefinition: nested,
    InputValueDefinition: check,
    EnumValueDefinition: check,
    DirectiveDefinition: () => false,
  });
  return findings;
};

/** Whether a null at its end goes on to whatever holds the field: nothing on the way, no list entry either, may be null. */
const passesNullOn = (type: GraphQLOutputType): boolean =>
  isNonNullType(type) && (!isListType(type.ofType) || passesNullOn(type.ofType.ofType));

/** Types from which a null reaches the event itself. */
const reachableFrom = (schema: GraphQLSchema, start: GraphQLObjectType): ReadonlySet<GraphQLObjectType> => {
  const seen = new Set<GraphQLObjectType>();
  const add = (type: ReturnType<typeof getNamedType>): void => {
    if (isAbstractType(type)) for (const possible of schema.getPossibleTypes(type)) add(possible);
    if (!isObjectType(type) || seen.has(type)) return;
    seen.add(type);
    for (const field of Object.values(type.getFields())) if (passesNullOn(field.type)) add(getNamedType(field.type));
  };
  for (const field of Object.values(start.getFields())) add(getNamedType(field.type));
  return seen;
};

const lintEvents = (supergraphSdl: string): readonly LintFinding[] => {
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: false });
  const api = supergraph.apiSchema().toGraphQLJSSchema();
  const subscription = api.getSubscriptionType();
  if (!subscription) return [];
  const subgraphs = [...supergraph.subgraphs().values()];
  const owns = (subgraph: (typeof subgraphs)[number], typeName: string, fieldName: string): boolean => {
    const type = subgraph.schema.type(typeName);
    const field = type && 'field' in type ? type.field(fieldName) : undefined;
    return field !== undefined && !field.hasAppliedDirective('external');
  };
  const streaming = subgraphs.filter((subgraph) =>
    Object.keys(subscription.getFields()).some((fieldName) => owns(subgraph, subscription.name, fieldName)),
  );
  return streaming.flatMap((subgraph) =>
    [...reachableFrom(api, subscription)].flatMap((type) => {
      // Inside a type that this subgraph does not know, a null goes no further than the field that led there.
      if (!subgraph.schema.type(type.name)) return [];
      const fields = Object.values(type.getFields())
        .filter((field) => isNonNullType(field.type) && !owns(subgraph, type.name, field.name))
        .map(({ name }) => name);
      if (fields.length === 0) return [];
      return [
        finding('EVENT_FIELD_NOT_NULLABLE', `streams of "${subgraph.name}"`, `${type.name}: ${fields.join(', ')}`),
      ];
    }),
  );
};

export const lintSubgraphs = (subgraphs: readonly ParsedSubgraph[], supergraphSdl: string): readonly LintFinding[] => [
  ...subgraphs.flatMap((subgraph) => [
    ...lintRequires(subgraph),
    ...lintAccess(subgraph),
    ...lintDescriptions(subgraph),
    ...lintKeeping(subgraph, supergraphSdl).map(({ code, line, message }) =>
      finding(code, `${subgraph.file}:${line}`, message),
    ),
  ]),
  ...lintEvents(supergraphSdl),
];
