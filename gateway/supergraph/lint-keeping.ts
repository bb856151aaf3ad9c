/** What a schema says of keeping and does not mean: tags that nothing can fill in, and lives that nothing ends. */
import { Supergraph } from '@apollo/federation-internals';
import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type GraphQLObjectType,
  isObjectType,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  valueFromASTUntyped,
} from 'graphql';
import { createKeepingRules, readTagTemplate } from '../caching/rules.ts';
import type { ParsedSubgraph } from './compose.ts';

export type KeepingFinding = {
  readonly code: 'CHANGES_UNRESOLVABLE' | 'KEPT_WITHOUT_CHANGES' | 'KEPT_TYPE_SHARED';
  readonly line: number;
  readonly message: string;
};

type Rules = ReturnType<typeof createKeepingRules>;
type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

const isObjectNode = (node: { readonly kind: string }): node is ObjectNode =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION;

const directiveOf = (
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): ConstDirectiveNode | undefined => node.directives?.find((directive) => directive.name.value === name);

const argumentOf = (directive: ConstDirectiveNode | undefined, name: string): unknown => {
  const value = directive?.arguments?.find((argument) => argument.name.value === name)?.value;
  return value ? valueFromASTUntyped(value) : undefined;
};

const lineOf = (node: { readonly loc?: { readonly startToken: { readonly line: number } } | undefined }): number =>
  node.loc?.startToken.line ?? 1;

/** Why a tag cannot be filled in; null when it can. */
const faultOf = (
  rules: Rules,
  service: string,
  type: GraphQLObjectType,
  field: FieldDefinitionNode | null,
  source: unknown,
): string | null => {
  const template = typeof source === 'string' ? readTagTemplate(source) : null;
  if (!template) return 'is no tag: write kind:{field}, with a kind of lower-case letters';
  for (const placeholder of template.placeholders) {
    if (placeholder.kind === 'field') {
      if (!rules.isAtHand(type, placeholder.name, service))
        return `names {${placeholder.name}}, which "${service}" cannot tell of ${type.name} without asking others`;
      continue;
    }
    const [name = ''] = placeholder.path;
    if (!field?.arguments?.some((argument) => argument.name.value === name))
      return `names {$${name}}, which is no argument of ${field ? 'the field' : 'a type'}`;
  }
  return null;
};

const eachFault = (field: FieldDefinitionNode, each: unknown): string | null => {
  const isList = (type: FieldDefinitionNode['type']): boolean =>
    type.kind === Kind.NON_NULL_TYPE ? isList(type.type) : type.kind === Kind.LIST_TYPE;
  const argument = field.arguments?.find(({ name }) => name.value === each);
  if (argument && isList(argument.type) && isList(field.type)) return null;
  return `each: ${JSON.stringify(each)} is no list argument of a field that gives a list`;
};

export const lintKeeping = (subgraph: ParsedSubgraph, supergraphSdl: string): readonly KeepingFinding[] => {
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: false }).schema.toGraphQLJSSchema();
  const rules = createKeepingRules(supergraph);
  const findings: KeepingFinding[] = [];
  for (const node of subgraph.document.definitions.filter(isObjectNode)) {
    const type = supergraph.getType(node.name.value);
    if (!isObjectType(type)) continue;
    const ofType = directiveOf(node, 'changes');
    const check = (place: string, directed: ObjectNode | FieldDefinitionNode, field: FieldDefinitionNode | null) => {
      const changes = directiveOf(directed, 'changes');
      if (!changes) return;
      const given = argumentOf(changes, 'tags');
      for (const tag of Array.isArray(given) ? given : []) {
        const fault = faultOf(rules, subgraph.name, type, field, tag);
        if (fault)
          findings.push({
            code: 'CHANGES_UNRESOLVABLE',
            line: lineOf(directed),
            message: `${place}: ${JSON.stringify(tag)} ${fault}`,
          });
      }
      const each = argumentOf(changes, 'each');
      const fault = field && each !== undefined && each !== null ? eachFault(field, each) : null;
      if (fault) findings.push({ code: 'CHANGES_UNRESOLVABLE', line: lineOf(directed), message: `${place}: ${fault}` });
    };
    check(type.name, node, null);
    if (directiveOf(node, 'cacheControl') && !rules.isOfOneSubgraph(type))
      findings.push({ code: 'KEPT_TYPE_SHARED', line: lineOf(node), message: type.name });
    for (const field of node.fields ?? []) {
      const place = `${type.name}.${field.name.value}`;
      check(place, field, field);
      const maxAge = argumentOf(directiveOf(field, 'cacheControl'), 'maxAge');
      const isLong = typeof maxAge === 'number' && maxAge > 0;
      if (isLong && rules.mayStandAlone(type) && !ofType && !directiveOf(field, 'changes'))
        findings.push({ code: 'KEPT_WITHOUT_CHANGES', line: lineOf(field), message: place });
    }
  }
  return findings;
};
